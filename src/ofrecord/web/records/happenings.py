"""What each type of event says, in words."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.utils.dateparse import parse_date, parse_datetime
from django.utils.translation import gettext as _

from ofrecord.changes.undo import BY_SUPPORT
from ofrecord.rules.words import GROUNDS
from ofrecord.web.records import happenings_of_parties, words
from ofrecord.web.templatetags import web

Data = Mapping[str, Any]


def told(type: str, data: Data, who: str, firms: Mapping[str, str]) -> str:
    """What happened, told of `who`; `firms` are the names of partners by their numbers."""
    tell = WORDS.get(type)
    number = data.get("partner")
    firm = firms.get(number, number) if isinstance(number, str) else ""
    if tell is None:
        return happenings_of_parties.told(type, {**data, "who": who, "firm": firm}) or type
    return tell({**data, **_from_to(data), "who": who, "firm": firm})


def more(data: Data) -> str:
    """What else belongs to it: the change, why, and what a look-up met with."""
    number = data.get("change") if data.get("partners_of_record") is None else ""
    parts = (
        data.get("case"),
        number,
        _untouched(data),
        _overridden(data),
        *_because(data),
        _outcome(data),
    )
    return ", ".join(str(part) for part in parts if part)


def _untouched(data: Data) -> str:
    names = _names_of(data["stays"]) if data.get("stays") else ""
    return _("%(names)s: untouched") % {"names": names} if names else ""


def _overridden(data: Data) -> str:
    codes = data.get("overridden", ())
    return _("overriding: %(rules)s") % {"rules": words.names(codes)} if codes else ""


def _because(data: Data) -> tuple[str, str]:
    ground = data.get("ground")
    named = str(GROUNDS.get(ground, ground)) if ground else ""
    return (
        _("ground: %(ground)s") % {"ground": named} if named else "",
        _("reason: %(reason)s") % {"reason": data["reason"]} if data.get("reason") else "",
    )


def _outcome(data: Data) -> str:
    """What a look-up met with, unless it found a partner that can serve."""
    outcome = data.get("outcome", "found")
    return "" if outcome == "found" else words.names((outcome,))


def _names_of(parties: Sequence[Data]) -> str:
    return words.joined(party["name"] for party in parties) or _("nobody")


def _from_to(data: Data) -> dict[str, str]:
    """Who ends and who begins; who stays beside them is no part of it."""
    before, after = data.get("before", ()), data.get("after", ())
    kept = [party for party in before if party in after] if len(after) > 1 else []
    sides = {"old": before, "new": after}
    return {name: _names_of([p for p in side if p not in kept]) for name, side in sides.items()}


def _applied(data: Data) -> str:
    if data.get("occasion") == "correction":
        return _corrected(data)
    if _by_support(data):
        return _("Support (%(who)s) changed the partner from %(old)s to %(new)s") % data
    return _("%(who)s changed the partner from %(old)s to %(new)s") % data


def _by_support(data: Data) -> bool:
    """Whether an agent changed it for the customer, or took a change back."""
    return data.get("occasion") == "support" or data.get("cause") == BY_SUPPORT


def _corrected(data: Data) -> str:
    since = web.day(parse_datetime(data["effective_at"]))
    until = data.get("effective_until")
    if until:
        said = _(
            "%(who)s put the record right: %(new)s instead of %(old)s, from %(since)s to %(until)s"
        )
        return said % {**data, "since": since, "until": web.day(parse_datetime(until))}
    said = _("%(who)s put the record right: %(new)s instead of %(old)s, from %(since)s on")
    return said % {**data, "since": since}


def _scheduled(data: Data) -> str:
    said = (
        _("Support (%(who)s) scheduled the partner to change from %(old)s to %(new)s on %(day)s")
        if _by_support(data)
        else _("%(who)s scheduled the partner to change from %(old)s to %(new)s on %(day)s")
    )
    return said % {**data, "day": web.day(parse_datetime(data["effective_at"]))}


def _asked(data: Data) -> str:
    if _by_support(data):
        return _("Support (%(who)s) asked for the partner to change from %(old)s to %(new)s") % data
    return _("%(who)s asked for the partner to change from %(old)s to %(new)s") % data


def _given(data: Data) -> str:
    return {
        "gaining": _("%(firm)s accepted"),
        "losing": _("%(firm)s does not object"),
        "approval": _("%(who)s approved"),
        "confirmation": _("The vendor's system of record confirmed"),
        "override": _("%(who)s agreed to what support overrides"),
    }[data["kind"]] % data


def _refused(data: Data) -> str:
    return {
        "gaining": _("%(firm)s declined"),
        "losing": _("%(firm)s objected"),
        "approval": _("%(who)s declined"),
        "confirmation": _("The vendor's system of record declined"),
        "override": _("%(who)s declined what support overrides"),
    }[data["kind"]] % data


def _declined(data: Data) -> str:
    return _("The change to %(new)s was declined; the partner stays as it was") % data


def _expired(data: Data) -> str:
    return _("The change to %(new)s expired without an answer; the partner stays as it was") % data


def _cancelled(data: Data) -> str:
    return _("%(who)s cancelled the change to %(new)s") % data


def _completed(data: Data) -> str:
    return _("Every required system knows of %(new)s") % data


def _loaded(_data: Data) -> str:
    return _("The agreement was loaded from the vendor's book")


def _looked_up(data: Data) -> str:
    said = _("%(who)s looked up partner %(number)s")
    return said % {**data, "number": web.grouped(data["number"])}


def _stated(data: Data) -> str:
    said = _("%(who)s got a statement of who was partner of record on %(day)s")
    return said % {**data, "day": web.day(parse_datetime(data["effective_at"]))}


def _receipted(data: Data) -> str:
    return _("%(who)s got the receipt of a change") % data


def _code_made(data: Data) -> str:
    return _("%(who)s gave a transfer code to %(firm)s") % data


def _code_redeemed(data: Data) -> str:
    return _("%(firm)s redeemed its transfer code") % data


def _code_withdrawn(data: Data) -> str:
    return _("%(who)s withdrew a transfer code") % data


def _locked(data: Data) -> str:
    return _("%(who)s locked the partner") % data


def _lift_asked(data: Data) -> str:
    return _("%(who)s asked for the lock to be lifted") % data


def _lifted(data: Data) -> str:
    return _("%(who)s lifted the lock") % data


def _renewed(data: Data) -> str:
    said = _("The term was followed by the next one by itself, from %(start)s to %(end)s")
    term = data["term"]
    return said % {each: web.day(parse_date(term[f"{each}_on"])) for each in ("start", "end")}


def _auto_renew_off(data: Data) -> str:
    return _("%(who)s turned auto-renew off") % data


def _auto_renew_on(data: Data) -> str:
    return _("%(who)s turned auto-renew on") % data


def _proposed(data: Data) -> str:
    return _("%(who)s proposed a correction: %(new)s instead of %(old)s") % data


def _proposal_declined(data: Data) -> str:
    return _("%(who)s declined a proposed correction") % data


def _case_opened(data: Data) -> str:
    return _("%(who)s opened a case") % data


def _case_answered(data: Data) -> str:
    return _("%(who)s wrote in a case") % data


def _case_assigned(data: Data) -> str:
    return _("%(who)s assigned a case") % data


def _case_noted(data: Data) -> str:
    return _("%(who)s wrote a note in a case") % data


def _case_carried_out(data: Data) -> str:
    return _("%(who)s carried out what a case asks for") % data


def _case_resolved(data: Data) -> str:
    return _("%(who)s resolved a case") % data


def _case_reopened(data: Data) -> str:
    return _("%(who)s opened a case again") % data


def _case_closed(_data: Data) -> str:
    return _("A case was closed")


WORDS: dict[str, Callable[[Data], str]] = {
    "partner_change.applied": _applied,
    "partner_change.consent_asked": _asked,
    "partner_change.consent_given": _given,
    "partner_change.consent_refused": _refused,
    "partner_change.declined": _declined,
    "partner_change.expired": _expired,
    "correction.proposed": _proposed,
    "correction.declined": _proposal_declined,
    "transfer_code.made": _code_made,
    "transfer_code.redeemed": _code_redeemed,
    "transfer_code.withdrawn": _code_withdrawn,
    "case.opened": _case_opened,
    "case.answered": _case_answered,
    "case.assigned": _case_assigned,
    "case.noted": _case_noted,
    "case.carried_out": _case_carried_out,
    "case.resolved": _case_resolved,
    "case.reopened": _case_reopened,
    "case.closed": _case_closed,
    "agreement.locked": _locked,
    "agreement.lift_asked": _lift_asked,
    "agreement.lifted": _lifted,
    "partner_change.scheduled": _scheduled,
    "partner_change.cancelled": _cancelled,
    "partner_change.completed": _completed,
    "agreement.loaded": _loaded,
    "agreement.renewed": _renewed,
    "agreement.auto_renew_turned_off": _auto_renew_off,
    "agreement.auto_renew_turned_on": _auto_renew_on,
    "partner.looked_up": _looked_up,
    "statement.issued": _stated,
    "receipt.issued": _receipted,
}
