"""Letters to people about their roles, in the form of all letters."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

from ofrecord.delivery import letters
from ofrecord.delivery.letters import Draft
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.models import Account, Person, Role, RoleInvitation
from ofrecord.parties.people.places import Place, held_in, of
from ofrecord.rules.verdicts import day

OPENING = "sign_in"
"""The kind of a letter that opens an account: what it says is blanked once it is sent."""
ADMINS = ("primary_admin", "secondary_admin")
"""The roles in an account whose holders are told of each other."""


@dataclass(frozen=True)
class Words:
    """What a letter says."""

    subject: str
    lead: str
    facts: tuple[tuple[str, str], ...] = ()
    closing: str = ""
    link: str = ""
    link_label: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    more: str = ""


def invited(invitation: RoleInvitation, secret: str, by: Actor) -> None:
    """The link with which the role is taken on; the same whether the person is known or not."""
    place, until = of(invitation), clock.day_of(invitation.expires_at)
    with translation.override(language(invitation.person, place)):
        words = Words(
            subject=_("You are invited to %(place)s") % {"place": name_of(place)},
            lead=_(
                "%(who)s invites you to work for %(place)s. Open the link to see the invitation, "
                "and to accept it."
            )
            % {"who": inviter(place, by), "place": name_of(place)},
            facts=(
                (_("Role"), invitation.get_role_display()),
                (_("Valid until"), day(until)),
            ),
            closing=_("If you did not expect this, do nothing: without you nothing happens."),
            link=f"{settings.OFRECORD_BASE_URL}/join/{secret}/",
            link_label=_("See the invitation"),
        )
    write(OPENING, invitation.person, place, words)


def removed(role: Role, by: Actor) -> None:
    """To whoever held the role."""
    place = of(role)
    with translation.override(language(role.person, place)):
        said = {"place": name_of(place), "role": role.get_name_display()}
        words = Words(
            subject=_("Your role at %(place)s has ended") % said,
            lead=_("You are no longer %(role)s of %(place)s.") % said,
            facts=((_("By"), inviter(place, by)),),
            closing=_("Questions? Ask an admin of %(place)s.") % said,
        )
    write("role.removed", role.person, place, words)


def given(role: Role, by: Actor, reason: str = "") -> None:
    """To whoever holds another role than before."""
    place = of(role)
    with translation.override(language(role.person, place)):
        said = {"place": name_of(place), "role": role.get_name_display()}
        words = Words(
            subject=_("You are now %(role)s of %(place)s") % said,
            lead=_("Your role at %(place)s is another one from now on.") % said,
            facts=((_("Role"), role.get_name_display()), *_by(place, by, reason)),
            closing=_("If you did not expect this, ask an admin of %(place)s.") % said,
            link=f"{settings.OFRECORD_BASE_URL}/",
            link_label=_("Sign in"),
        )
    write("role.changed", role.person, place, words)


def handed_over(made: Role, before: Sequence[Role], by: Actor, reason: str) -> None:
    """To every admin of an account that has another primary admin, each once."""
    place, moved = of(made), (made, *before)
    for each in moved:
        given(each, by, reason)
    admins = Role.objects.filter(name__in=ADMINS, **held_in(place)).select_related("person")
    for role in admins.exclude(pk__in=[each.pk for each in moved]).order_by("pk"):
        with translation.override(language(role.person, place)):
            said = {"place": name_of(place), "name": made.person.name}
            words = Words(
                subject=_("%(name)s is now primary admin of %(place)s") % said,
                lead=_("%(place)s has another primary admin from now on.") % said,
                facts=((_("Primary admin"), made.person.name), *_by(place, by, reason)),
                closing=_("If you did not expect this, ask an admin of %(place)s.") % said,
                link=f"{settings.OFRECORD_BASE_URL}/",
                link_label=_("Sign in"),
            )
        write("role.handed_over", role.person, place, words)


def _by(place: Place, by: Actor, reason: str) -> tuple[tuple[str, str], ...]:
    """Who acted, and why where that was said."""
    why = ((_("Reason"), reason),) if reason else ()
    return ((_("By"), inviter(place, by)), *why)


def write(kind: str, person: Person, place: Place, words: Words) -> None:
    """Keep one letter for sending, in the caller's transaction."""
    spoken = language(person, place)
    vendor, accent = settings.OFRECORD_VENDOR_NAME, settings.OFRECORD_VENDOR_ACCENT
    context = {"words": words, "language": spoken, "vendor": vendor, "accent": accent}
    with translation.override(spoken):
        text = render_to_string("letters/letter.txt", context).strip() + "\n"
        html = render_to_string("letters/letter.html", context)
    draft = Draft(uuid4(), kind, spoken, words.subject, text, html, person_id=person.pk)
    letters.write([draft])


def language(person: Person, place: Place) -> str:
    """The reader's own language, else that of the place, where it is offered."""
    for wanted in (person.language, place.language if place else ""):
        if wanted in dict(settings.LANGUAGES):
            return wanted
    return settings.LANGUAGE_CODE


def name_of(place: Place) -> str:
    """What a place is called."""
    return place.name if place else settings.OFRECORD_VENDOR_NAME


def inviter(place: Place, by: Actor) -> str:
    """Who acts, for people of the place: the vendor's own are the vendor to others."""
    from_vendor = bool(place) and not _belongs(place, by)
    person = Person.objects.filter(pk=by.judged_person or 0).first()
    return person.name if person and not from_vendor else settings.OFRECORD_VENDOR_NAME


def _belongs(place: Place, by: Actor) -> bool:
    where = {"account": place} if isinstance(place, Account) else {"partner": place}
    return Role.objects.filter(person=by.judged_person, **where).exists()
