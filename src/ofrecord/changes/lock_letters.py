"""Letters about the lock of agreements: that somebody asks to lift it, and that it was lifted."""

from collections.abc import Sequence
from uuid import uuid4

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from ofrecord.changes import letter_words
from ofrecord.changes.check import Check
from ofrecord.changes.letter_form import formed
from ofrecord.changes.letter_words import Words
from ofrecord.changes.letters import spoken
from ofrecord.changes.recipients import recipients
from ofrecord.delivery import letters
from ofrecord.delivery.letters import Draft
from ofrecord.parties.actors import Actor


def compose(kind: str, checks: Sequence[Check], by: Actor, reason: str) -> None:
    """Write to the accounts' admins and contract managers, who acts among them; one letter each.

    `kind` is `lift_asked` or `lifted`.
    """
    if not checks:
        return
    told = recipients([check.facts["id"] for check in checks], by.judged_person, ())
    who = next((person.name for person in told.people if person.id == by.judged_person), "")
    act, drafts = uuid4(), []
    for person in told.people:
        own = [e for e in checks if person.is_told_of(e.facts["id"], e.facts["account_id"])]
        if not own:
            continue
        language = spoken(person.language_in(own[0].facts["account_id"]))
        about = tuple(check.reference for check in own)
        with translation.override(language):
            words = _words(kind, about, who, reason)
            text, html = formed(language, words)
        drafts.append(
            Draft(
                *(act, f"lock.{kind}", language, words.subject, text, html),
                person_id=person.id,
                account_id=own[0].facts["account_id"],
                about=about,
            )
        )
    letters.write(drafts)


def _words(kind: str, about: Sequence[str], who: str, reason: str) -> Words:
    said = {"what": letter_words.what(about), "who": who}
    subject, lead, state, closing = _texts()[kind]
    path = f"{about[0]}/" if len(about) == 1 else ""
    return Words(
        subject=subject % said,
        lead=lead % said,
        facts=((_("By"), who), (_("Reason"), reason)),
        lines=tuple((each, state) for each in about[: letter_words.LISTED]),
        more=letter_words.more(len(about)),
        closing=f"{closing} {letter_words.unexpected()}".strip(),
        link=f"{settings.OFRECORD_BASE_URL}/billing/agreements/{path}",
        link_label=_("See the agreement") if path else _("See the agreements"),
    )


def _texts() -> dict[str, tuple[str, str, str, str]]:
    """Subject, first lines, how an agreement is now, and what can be done: by what happened."""
    return {
        "lift_asked": (
            _("Is the lock of %(what)s to be lifted?"),
            _(
                "%(who)s asks for the lock on the partner of %(what)s to be lifted. Until another "
                "person who may change the partner lifts it too, nothing can be changed."
            ),
            _("locked"),
            _("Should the lock stay? Choose Keep the lock on the page of the agreement."),
        ),
        "lifted": (
            _("The lock of %(what)s was lifted"),
            _("%(who)s lifted the lock as the second person: the partner can be changed again."),
            _("not locked any more"),
            "",
        ),
    }
