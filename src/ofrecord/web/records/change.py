"""The page of one change: its story, its tracker, its parties, and what told of it."""

from typing import Any

from django.http import Http404

from ofrecord.changes.models import Member, Movement, PartnerChange
from ofrecord.changes.numbers import normalized
from ofrecord.delivery.models import Letter
from ofrecord.rules.models import Policy
from ofrecord.web.actor import DoorRequest
from ofrecord.web.records import words
from ofrecord.web.records.tracker import track

RELATED = ("agreement", "partner", "by", "on_behalf_of", "closed_by", "request", "undoes")


def page(request: DoorRequest, number: str, crumbs: list[tuple[str, str]]) -> dict[str, Any]:
    """What the page of a change shows; 404 where the actor may not see it.

    Call it inside `parties.context.seeing`.
    """
    shown = loaded(request, number)
    moves = list(
        Member.objects.filter(change=shown).select_related("partner", "subscription").order_by("pk")
    )
    return {
        "heading": shown.number,
        "crumbs": crumbs,
        "change": shown,
        "undone_by": PartnerChange.objects.filter(undoes=shown).first(),
        "kind": words.kind(shown.agreement.purchasing_model),
        "track": track(shown),
        "gaining": [m for m in moves if m.movement == Movement.GAINING],
        "losing": [m for m in moves if m.movement == Movement.LOSING],
        "staying": [m for m in moves if m.movement == Movement.STAYING],
        "before": words.joined(dict.fromkeys(m.partner.name for m in moves if m.before)),
        "after": words.joined(dict.fromkeys(m.partner.name for m in moves if m.after)),
        "letters": _letters(shown),
        "policy": Policy.objects.filter(version=shown.policy_version).first(),
    }


def loaded(request: DoorRequest, number: str) -> PartnerChange:
    """The change, by its number as people write it; 404 where they may not see it."""
    known = PartnerChange.objects.visible_to(request.actor)
    found = known.filter(number=normalized(number) or "").select_related(*RELATED).first()
    if found is None:
        raise Http404
    return found


def _letters(shown: PartnerChange) -> dict[str, int]:
    """How many people of the account are told of it, and how many letters have gone."""
    written = Letter.objects.filter(account_id=shown.account_id, about__contains=[shown.number])
    states = list(written.values_list("state", flat=True))
    return {"all": len(states), "sent": states.count("sent")}
