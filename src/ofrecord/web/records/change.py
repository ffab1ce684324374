"""The page of one change: its story, its tracker, its parties, and what told of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from ofrecord.cases.carry_out import CAUSE as CASE
from ofrecord.changes.models import Member, Movement, PartnerChange, TransferCode
from ofrecord.changes.numbers import normalized
from ofrecord.changes.undo import BY_SUPPORT
from ofrecord.delivery.models import Letter
from ofrecord.invitations.accept import CAUSE as INVITATION
from ofrecord.parties.actors import Actor
from ofrecord.quotes.corrected import CAUSE as ORDER
from ofrecord.rules.models import Policy
from ofrecord.web.actor import DoorRequest, door_of
from ofrecord.web.records import consents, words
from ofrecord.web.records.people import People
from ofrecord.web.records.tracker import ENDED, track

PEOPLE = ("by", "on_behalf_of", "closed_by", "proposed_by")
POINTERS = ("undoes", "undone_by", "corrects", "supersedes", "superseded_by")
RELATED = ("agreement", "partner", "request", *PEOPLE, *POINTERS)
CODE, CORRECTION = "transfer_code/", "correction/"


@dataclass(frozen=True)
class Source:
    """What a change came from, in words; `url` is its page at the reader's door, or ""."""

    words: str
    url: str = ""


def page(request: DoorRequest, number: str, crumbs: list[tuple[str, str]]) -> dict[str, Any]:
    """What the page of a change shows; 404 where the actor may not see it.

    Call it inside `parties.context.seeing`.
    """
    shown = loaded(request, number)
    moves = list(
        Member.objects.filter(change=shown).select_related("partner", "subscription").order_by("pk")
    )
    latest = consents.latest_day(list(shown.consents.all()), shown.effective_at)
    return {
        "heading": shown.number,
        "crumbs": crumbs,
        "change": shown,
        "undone_by": getattr(shown, "undone_by", None),
        "superseded_by": getattr(shown, "superseded_by", None),
        "corrections": list(shown.corrections.order_by("pk")),
        "latest": latest,
        "on_chosen_day": consents.on_chosen_day(latest, shown.effective_at),
        "proposed_by": People([shown.proposed_by], request.actor).name(shown.proposed_by),
        "code": code_of(shown, request.actor),
        "came_from": came_from(shown, door_of(request)),
        "not_ahead": shown.state in ENDED,
        "kind": words.kind(shown.agreement.purchasing_model),
        "track": track(shown, request.actor),
        **_parties(moves),
        "overridden": words.names(shown.overridden) if shown.overridden else "",
        "letters": _letters(shown),
        "policy": Policy.objects.filter(version=shown.policy_version).first(),
    }


def _parties(moves: Sequence[Member]) -> dict[str, Any]:
    """The parties by what becomes of them, and who is before and after without who is untouched."""
    fates = {m: _fate(m, moves) for m in moves}
    kept = [m for m in moves if m.before and m.after] if sum(m.after for m in moves) > 1 else []
    return {
        **{fate.value: [m for m in moves if fates[m] == fate] for fate in Movement},
        "before": _names(m for m in moves if m.before and m not in kept),
        "after": _names(m for m in moves if m.after and m not in kept),
        "untouched": _names(kept),
    }


def _fate(member: Member, moves: Sequence[Member]) -> Movement:
    """A partner that only goes on in another role or scope stays too."""
    own = [m for m in moves if m.partner_id == member.partner_id and m.before != m.after]
    goes_on = {m.before for m in own} == {True, False}
    if (member.before and member.after) or goes_on:
        return Movement.STAYING
    return Movement.LOSING if member.before else Movement.GAINING


def _names(members: Iterable[Member]) -> str:
    return words.joined(dict.fromkeys(m.partner.name for m in members))


def loaded(request: DoorRequest, number: str) -> PartnerChange:
    """The change, by its number as people write it; 404 where they may not see it."""
    known = PartnerChange.objects.visible_to(request.actor)
    found = known.filter(number=normalized(number) or "").select_related(*RELATED).first()
    if found is None:
        raise Http404
    return found


def came_from(change: PartnerChange, door: str) -> Source | None:
    """What a change came from, beside a request and what the vendor weighed itself."""
    cause = change.cause
    id = cause.partition("/")[2]
    if not cause or cause.startswith((CORRECTION, BY_SUPPORT)):
        return None
    if cause.startswith(INVITATION):
        return Source(_("an invitation"), reverse(f"{door}:invitation", args=[id]))
    if cause.startswith(CASE):
        return Source(_("case %(number)s") % {"number": id}, reverse(f"{door}:case", args=[id]))
    if cause.startswith(ORDER):
        url = reverse("console:order", args=[id]) if door == "console" else ""
        return Source(_("order %(number)s") % {"number": id}, url)
    return Source(_("a transfer code") if cause.startswith(CODE) else cause)


def code_of(change: PartnerChange, reader: Actor) -> TransferCode | None:
    """The transfer code that a change came from, where this reader may see it."""
    if not change.cause.startswith(CODE):
        return None
    known = TransferCode.objects.visible_to(reader)
    found = known.filter(pk=change.cause.removeprefix(CODE))
    return found.select_related("partner", "made_by").first()


def _letters(shown: PartnerChange) -> dict[str, int]:
    """How many people of the account are told of it, and how many letters have gone."""
    written = Letter.objects.filter(account_id=shown.account_id, about__contains=[shown.number])
    states = list(written.values_list("state", flat=True))
    return {"all": len(states), "sent": states.count("sent")}
