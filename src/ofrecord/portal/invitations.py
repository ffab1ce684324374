"""Invitations as the account sees them: where each leads, and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.http import urlencode

from ofrecord.changes.check import check
from ofrecord.changes.recipients import last_day
from ofrecord.invitations.models import Invitation, InvitedAgreement, State
from ofrecord.invitations.rights import may_answer
from ofrecord.parties.actors import Actor
from ofrecord.portal import flow as flows
from ofrecord.web.actor import DoorRequest
from ofrecord.web.records import words
from ofrecord.web.records.people import People

COLOURS = {
    State.SENT: "accent",
    State.ACCEPTED: "good",
    State.DECLINED: "neutral",
    State.WITHDRAWN: "neutral",
    State.EXPIRED: "neutral",
}


@dataclass(frozen=True)
class Invited:
    """An agreement for which the partner is introduced, and the page where that goes on.

    `by_quote` where its partner changes with a transaction only.
    """

    reference: str
    kind: str
    by_quote: bool
    url: str


def brought_by(request: DoorRequest, number: str) -> Invitation | None:
    """The open invitation of the partner of this number by which the person has come."""
    id = flows.brought(request).get(number)
    if not id:
        return None
    visible = Invitation.objects.visible_to(request.actor).select_related("partner", "account")
    invitation = visible.filter(pk=UUID(id)).first()
    return invitation if invitation and invitation.standing == State.SENT else None


def invited(invitation: Invitation, by: Actor) -> list[Invited]:
    """The agreements that it names, as far as this person sees them."""
    named = InvitedAgreement.objects.filter(invitation=invitation).order_by("agreement__reference")
    references = list(named.values_list("agreement__reference", flat=True))
    checks = check(references, by=by) if references else []
    return [
        _invited(
            each.reference,
            words.kind(each.facts["purchasing_model"]),
            any(verdict.code == "transaction_only" for verdict in each.verdicts),
            invitation.partner.account_number,
        )
        for each in checks
    ]


def destination(request: DoorRequest, invitation: Invitation) -> str:
    """Where the invitation leads: to Find with the number filled in, if there is one such page.

    Without agreements it is the list, where one chooses; with several of different kinds the
    invitation's own page, which has a link for each.
    """
    number = invitation.partner.account_number
    flows.bring(request, number, invitation.pk)
    request.session["chosen_account"] = invitation.account_id
    found = invited(invitation, request.actor)
    if not found:
        return reverse("portal:agreements")
    if len(found) == 1:
        return found[0].url
    if goes_on_by_each(found):
        return reverse("portal:invitation", args=[invitation.pk])
    chosen = flows.begin(request, [each.reference for each in found])
    return f"{chosen.find_url}?{urlencode({'number': number})}"


def goes_on_by_each(found: Sequence[Invited]) -> bool:
    """Whether there is no one page for all of the agreements."""
    return len(found) > 1 and any(each.by_quote for each in found)


def lines(rows: Sequence[Invitation]) -> list[dict[str, Any]]:
    """Invitations as rows of the list."""
    return [line(each) for each in rows]


def line(invitation: Invitation) -> dict[str, Any]:
    """One invitation with its state by now, and the last day on which it is open."""
    standing = State(invitation.standing)
    return {
        "invitation": invitation,
        "state": standing.value,
        "said": standing.label,
        "colour": COLOURS[standing],
        "until": last_day(invitation.expires_at),
    }


def shown(invitation: Invitation, by: Actor) -> dict[str, Any]:
    """What the page of one invitation shows."""
    kind, _slash, answer = invitation.answer.partition("/")
    agreements = invited(invitation, by)
    return {
        **line(invitation),
        "agreements": agreements,
        "by_each": goes_on_by_each(agreements),
        "may_answer": may_answer(invitation, by),
        "closed_by": People([invitation.closed_by], by).name(invitation.closed_by),
        "change": answer if kind == "partner_change" else "",
        "by_quote": kind == "quote_request",
    }


def _invited(reference: str, kind: str, by_quote: bool, number: str) -> Invited:
    if by_quote:
        asked = urlencode({"agreement": reference, "number": number})
        return Invited(reference, kind, by_quote, f"{reverse('portal:quotes_ask')}?{asked}")
    find = reverse("portal:update_one", args=[reference])
    return Invited(reference, kind, by_quote, f"{find}?{urlencode({'number': number})}")
