"""What people read at the terminal: the same answers as JSON, drawn as tables."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from rich.console import Group, RenderableType
from rich.table import Table

from ofrecord.cli.consent_answers import table_of
from ofrecord.cli.output import facts, table

Data = Mapping[str, Any]


def of_checks(answer: Data) -> Table:
    headings = (
        _("Agreement"),
        _("Before"),
        _("Can be changed"),
        _("Why not"),
        _("What to do"),
    )
    return table(headings, [_check(each) for each in answer["checks"]])


def _check(each: Data) -> tuple[str, ...]:
    until = each["available_until"]
    can = _("no")
    if each["available"]:
        can = _("yes, until %(day)s") % {"day": until} if until else _("yes")
    remedy = each["remedy"]["text"] if each["remedy"] else ""
    return each["agreement"], parties(each["before"]), can, _reasons(each["verdicts"]), remedy


def of_outcome(answer: Data) -> Table:
    headings = (_("Agreement"), _("Change"), _("State"), _("Why not"))
    return table(
        headings,
        [
            (each["agreement"], each["number"], each["state"], _reasons(each["refusals"]))
            for each in answer["changes"]
        ],
    )


def of_changes(answer: Data) -> Table:
    headings = (
        *(_("Change"), _("Agreement"), _("New partner"), _("State")),
        *(_("Effective"), _("Submitted")),
    )
    names = ("number", "agreement", "partner", "state", "effective_at", "submitted_at")
    return table(headings, [[each[name] for name in names] for each in answer["changes"]])


def of_cancelled(answer: Data) -> str:
    if answer["refusals"]:
        return _reasons(answer["refusals"])
    return _("Change %(number)s is cancelled.") % {"number": answer["number"]}


def of_change(answer: Data) -> Group:
    pairs = [
        (_("Change"), answer["number"]),
        (_("State"), answer["state"]),
        (_("Agreement"), answer["agreement"]),
        (_("Account"), answer["account"]),
        (_("Before"), parties(answer["before"])),
        (_("After"), parties(answer["after"])),
        (_("Effective"), answer["effective_at"]),
        (_("Submitted"), answer["submitted_at"]),
        (_("Applied"), answer["applied_at"]),
        (_("Complete"), answer["completed_at"]),
        (_("Submitted by"), _people(answer["by"], answer["on_behalf_of"], answer["door"])),
        (_("Reason"), answer["reason"]),
        *((name, value) for name, value in _only_some(answer) if value),
    ]
    told: list[RenderableType] = [facts(pairs), "", _deliveries(answer["deliveries"])]
    if answer["consents"]:
        told[1:1] = ["", table_of(answer["consents"])]
    return Group(*told)


def _only_some(answer: Data) -> list[tuple[str, Any]]:
    """What not every change has."""
    proposed = answer["proposed_by"]
    return [
        (_("Until before"), answer["effective_until"]),
        (_("Caused by"), answer["cause"]),
        (_("Replaces only"), ", ".join(answer["only"])),
        (_("Overrides"), ", ".join(answer["overridden"])),
        (_("Undoes"), answer["undoes"]),
        (_("Undone by"), answer["undone_by"]),
        (_("Corrects"), answer["corrects"]),
        (_("Corrected by"), ", ".join(answer["corrected_by"])),
        (_("Supersedes"), answer["supersedes"]),
        (_("Superseded by"), answer["superseded_by"]),
        (_("Proposed by"), proposed["name"] if proposed else None),
        (_("Consents settled"), answer["settled_at"]),
        (_("Closed"), answer["closed_at"]),
        (_("Because"), answer["closed_reason"]),
    ]


def of_agreement(answer: Data) -> Group:
    account, manager = answer["account"], answer["contract_manager"]
    pairs = [
        (_("Agreement"), answer["agreement"]),
        (_("Purchasing model"), answer["purchasing_model"]),
        (_("Account"), f"{account['name']} ({account['account_number']})"),
        (_("Program"), answer["program"]),
        (_("Token Flex"), _("yes") if answer["token_flex"] else _("no")),
        (_("Country"), answer["country"]),
        (_("Contract manager"), f"{manager['name']} <{manager['email']}>" if manager else None),
        (_("Partners of record as of"), answer["as_of"]),
        ("", parties(answer["partners_of_record"]) or _("none: sold direct")),
    ]
    if answer["correction_waiting"]:
        pairs.append((_("Correction that waits"), answer["correction_waiting"]))
    return Group(
        facts(pairs),
        "",
        _terms(answer["terms"]),
        "",
        _subscriptions(answer["subscriptions"]),
        "",
        of_checks({"checks": [answer["check"]]}),
        "",
        of_changes(answer) if answer["changes"] else _("No changes yet."),
    )


def _terms(terms: Sequence[Data]) -> Table:
    headings = (_("Term"), _("Starts"), _("Ends"), _("Auto-renew"))
    return table(
        headings,
        [
            (each["number"], each["start_on"], each["end_on"], _on_or_off(each["auto_renew"]))
            for each in terms
        ],
    )


def _on_or_off(flag: bool) -> str:
    return _("on") if flag else _("off")


def _subscriptions(subscriptions: Sequence[Data]) -> Table:
    headings = (_("Subscription"), _("Product"), _("Seats"))
    return table(headings, [tuple(each.values()) for each in subscriptions])


def _deliveries(deliveries: Sequence[Data]) -> RenderableType:
    if not deliveries:
        return _("No system had to be told.")
    headings = (_("System"), _("State"), _("Tries"), _("Acknowledged"), _("Last problem"))
    return table(
        headings,
        [
            (
                *(each["endpoint"], each["state"], each["attempts"]),
                *(each["acknowledged_at"], each["last_error"]),
            )
            for each in deliveries
        ],
    )


def parties(members: Sequence[Data]) -> str:
    return "\n".join(
        f"{each['name']} ({each['partner']}), {each['role']}"
        + (f", {each['subscription']}" if each["subscription"] else "")
        for each in members
    )


def _people(by: Data | None, on_behalf_of: Data | None, door: str) -> str:
    if on_behalf_of and not by:
        words = _("an operator (%(door)s), acting for %(name)s")
        return words % {"door": door, "name": on_behalf_of["name"]}
    return by["name"] if by else door


def _reasons(verdicts: Sequence[Data]) -> str:
    return "\n".join(f"{each['code']}: {each['reason']}" for each in verdicts)
