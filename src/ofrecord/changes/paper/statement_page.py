"""A statement on paper."""

from collections.abc import Mapping
from typing import Any

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from ofrecord.agreements.models import PartnerRole
from ofrecord.changes import refusals
from ofrecord.changes.issue import Document
from ofrecord.changes.paper import proof
from ofrecord.changes.paper.sheet import Sheet, moment, short_moment

Said = Mapping[str, Any]
MOST = 500


def pdf(document: Document) -> bytes:
    """The statement as PDF/A-3, with the signed document inside.

    Refused as `too_long_for_paper` when it is about more than 500 agreements.
    """
    said = document.content
    if (count := len(said["agreements"])) > MOST:
        raise refusals.refused([refusals.too_long_for_paper(count, MOST)])
    sheet = Sheet(document, _("Statement of partner of record"))
    agreements = said["agreements"]
    one = agreements[0] if len(agreements) == 1 else None
    number = one["agreement"] if one else _("%(n)s agreements") % {"n": len(agreements)}
    sheet.title_line(_("Statement of partner of record"), number)
    sheet.sentence(_lead(said, one))
    if one:
        _of_one(sheet, one)
    else:
        headings = [_("Agreement"), _("Account"), _("Partner of record"), _("Role"), _("Since")]
        rows = [row for each in agreements for row in _rows(each)]
        sheet.ln(2)
        sheet.rows(headings, rows, (30, 40, 48, 22, 26))
    sheet.heading(_("What it says"))
    sheet.facts(
        [
            (_("Of record at"), moment(said["effective_at"])),
            (_("As known at"), moment(said["known_at"])),
        ]
    )
    sheet.ln(2)
    sheet.sentence(
        _(
            "It says what the vendor had recorded by that second instant, corrections among it. "
            "What is recorded later does not alter it; a later statement may differ."
        ),
        small=True,
    )
    return proof.finished(sheet)


def _lead(said: Said, one: Said | None) -> str:
    times = {"at": moment(said["effective_at"]), "known": moment(said["known_at"])}
    if one is None:
        words = _("At %(at)s these were the authorized partners of record, as known at %(known)s.")
        return words % times
    names = {
        **times,
        "kind": _("contract") if one["purchasing_model"] == "contract" else _("subscription"),
        "agreement": one["agreement"],
        "account": one["account"]["name"],
        "number": one["account"]["account_number"],
    }
    if not one["known"]:
        words = _(
            "At %(known)s nothing was known yet of %(kind)s %(agreement)s of %(account)s "
            "(%(number)s)."
        )
    elif not one["partners_of_record"]:
        words = _(
            "At %(at)s nobody was authorized partner of record of %(kind)s %(agreement)s of "
            "%(account)s (%(number)s), as known at %(known)s: it was sold direct."
        )
    else:
        words = _(
            "At %(at)s the authorized partners of record of %(kind)s %(agreement)s of %(account)s "
            "(%(number)s) were these, as known at %(known)s."
        )
    return words % names


def _of_one(sheet: Sheet, one: Said) -> None:
    if partners := one["partners_of_record"]:
        sheet.heading(_("Partners of record"))
        headings = [_("Partner"), _("Number"), _("Role"), _("For"), _("Since"), _("Until")]
        rows = [
            (
                *(each["name"], each["partner"], str(PartnerRole(each["role"]).label)),
                *(each["subscription"] or _("all of it"), short_moment(each["effective_from"])),
                short_moment(each["effective_until"]) or _("no end known"),
            )
            for each in partners
        ]
        sheet.rows(headings, rows, (44, 24, 22, 22, 27, 27))
    sheet.heading(_("The agreement"))
    begins, head = one["starts_on"], one["head"]
    sheet.facts(
        [
            (_("Account"), f"{one['account']['name']} ({one['account']['account_number']})"),
            (_("First term begins"), date_format(begins, "DATE_FORMAT") if begins else None),
            (_("Head of its journal"), proof.head_of(head) if head else None),
        ]
    )


def _rows(each: Said) -> list[tuple[str, ...]]:
    none = _("none: sold direct") if each["known"] else _("not known yet")
    what = each["agreement"], each["account"]["name"]
    return [
        (
            *(what if place == 0 else ("", "")),
            f"{partner['name']} ({partner['partner']})",
            str(PartnerRole(partner["role"]).label),
            date_format(localtime(partner["effective_from"]), "SHORT_DATE_FORMAT"),
        )
        for place, partner in enumerate(each["partners_of_record"])
    ] or [(*what, none, "", "")]
