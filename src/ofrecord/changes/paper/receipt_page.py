"""A receipt on paper."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from ofrecord.agreements.models import PartnerRole
from ofrecord.changes.issue import Document
from ofrecord.changes.models import Answer, Kind, Occasion, State
from ofrecord.changes.paper import proof
from ofrecord.changes.paper.sheet import Sheet, halved, moment, short_moment

Said = Mapping[str, Any]


def pdf(document: Document) -> bytes:
    """The receipt as PDF/A-3, with the signed document inside."""
    said = document.content
    sheet = Sheet(document, _("Receipt of change %(number)s") % {"number": said["change"]})
    sheet.title_line(_("Receipt of a partner change"), said["change"])
    sheet.sentence(_lead(said))
    sheet.heading(_("Partners of record"))
    headings = ["", _("Partner"), _("Number"), _("Role"), _("For")]
    rows = [
        *_sides(_("Before"), said["before"]),
        *_sides(_("After"), said["after"]),
    ]
    sheet.rows(headings, rows, (16, 62, 26, 24, 38), grey_first=True)
    sheet.heading(_("The change"))
    sheet.facts(_facts(said))
    if said["events"]:
        sheet.heading(_("What the journal has of it"))
        headings = [_("Event"), _("What"), _("Recorded"), _("Hash")]
        sheet.rows(headings, [_event(each) for each in said["events"]], (14, 26, 52, 74))
    return proof.finished(sheet)


def _lead(said: Said) -> str:
    kind = _("contract") if said["purchasing_model"] == "contract" else _("subscription")
    words = _(
        "Change %(change)s concerns the authorized partner of record of %(kind)s %(agreement)s "
        "of %(account)s (%(number)s). Its state is: %(state)s."
    )
    return words % {
        "change": said["change"],
        "kind": kind,
        "agreement": said["agreement"],
        "account": said["account"]["name"],
        "number": said["account"]["account_number"],
        "state": str(State(said["state"]).label),
    }


def _sides(side: str, parties: Sequence[Said]) -> list[tuple[str, ...]]:
    none = (side, _("none: sold direct"), "", "", "")
    return [
        (
            *(side if place == 0 else "", party["name"], party["partner"]),
            *(str(PartnerRole(party["role"]).label), party["subscription"] or _("all of it")),
        )
        for place, party in enumerate(parties)
    ] or [none]


def _facts(said: Said) -> list[tuple[str, str | None]]:
    return [
        (_("In force from"), moment(said["effective_at"])),
        (_("In force until"), _moment(said["effective_until"])),
        *_recorded(said),
        (_("By"), _who(said["by"])),
        (_("Proposed by"), _("the vendor") if said["proposed_by"] == "" else said["proposed_by"]),
        (_("Reason"), said["reason"]),
        (_("Occasion"), str(Occasion(said["occasion"]).label)),
        (_("Cause"), _cause(said["cause"])),
        (_("Undoes"), said["undoes"]),
        (_("Undone by"), said["undone_by"]),
        (_("Corrects"), said["corrects"]),
        (_("Corrected by"), ", ".join(said["corrected_by"])),
        (_("Supersedes"), said["supersedes"]),
        (_("Superseded by"), said["superseded_by"]),
        *(_consent(each) for each in said["consents"]),
        (_("Judged by"), _("policy version %(version)s") % {"version": said["policy_version"]}),
    ]


def _moment(at: datetime | None) -> str | None:
    return moment(at) if at else None


def _cause(cause: str | None) -> str | None:
    """What it came from, beside what the vendor weighed itself; a code by its id alone."""
    kind, _slash, id = (cause or "").partition("/")
    if kind == "correction":
        return None
    named = {
        "transfer_code": _("transfer code %(id)s"),
        "invitation": _("invitation %(id)s"),
        "case": _("case %(id)s"),
        "order": _("order %(id)s"),
        "support": _("the vendor's support, for the customer"),
    }
    return named[kind] % {"id": id} if kind in named else cause


def _consent(asked: Said) -> tuple[str, str]:
    """One consent on a line: whose, what was answered, and when."""
    whose = str(Kind(asked["kind"]).label)
    who = _("%(number)s: %(what)s") % {"number": asked["partner"], "what": whose}
    answer = str(Answer(asked["answer"] or "").label)
    at = moment(asked["answered_at"] or asked["due_at"])
    words = _("%(answer)s, %(at)s") if asked["answer"] else _("%(answer)s, until %(at)s")
    what = who if asked["partner"] else whose
    return _("Consent"), f"{what}: {words % {'answer': answer, 'at': at}}"


def _recorded(said: Said) -> list[tuple[str, str | None]]:
    """What was recorded when; what was recorded in one act stands on one line."""
    steps = {
        "submitted_at": _("Submitted"),
        "settled_at": _("consents settled"),
        "decided_at": _("decided"),
        "applied_at": _("applied"),
        "completed_at": _("complete"),
        "closed_at": _("closed"),
    }
    acts: dict[datetime, list[str]] = {}
    for name, word in steps.items():
        if said[name]:
            acts.setdefault(said[name], []).append(word)
    return [
        (", ".join(words)[:1].upper() + ", ".join(words)[1:], moment(at))
        for at, words in acts.items()
    ]


def _who(by: Said) -> str:
    acted = _("the vendor") if by["name"] == "" else by["name"]
    if by["on_behalf_of"]:
        words = _("%(who)s, for %(name)s")
        other = _("the partner") if by["door"] == "desk" else _("an operator")
        acted = words % {"who": acted or other, "name": by["on_behalf_of"]}
    door, strength = _door(by["door"]), _strength(by["strength"])
    return ", ".join(filter(None, (acted or _("the system"), door, strength)))


def _door(door: str) -> str:
    doors = {
        "portal": _("at the portal"),
        "desk": _("at the partner desk"),
        "console": _("at the console"),
        "api": _("through the API"),
        "cli": _("at the terminal"),
    }
    return doors.get(door, "")


def _strength(strength: str) -> str:
    return {
        "password": _("signed in with a password"),
        "mfa": _("signed in with a second factor"),
    }.get(strength, "")


def _event(event: Said) -> tuple[str, ...]:
    return (
        str(event["sequence"]),
        event["type"].rpartition(".")[2].replace("_", " "),
        short_moment(event["recorded_at"]),
        halved(event["hash"]),
    )
