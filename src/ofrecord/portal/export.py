"""The list as a CSV file that a spreadsheet can open without running anything in it."""

import csv
from collections.abc import Iterable, Iterator
from io import StringIO

from django.utils.translation import gettext as _

from ofrecord.portal.listing import Line
from ofrecord.web.records import words

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def rows(portions: Iterable[tuple[Line, ...]]) -> Iterator[bytes]:
    """The file in pieces: a header, then one line a row."""
    yield _written([heading()]).encode("utf-8-sig")
    for lines in portions:
        yield _written(row(line) for line in lines).encode()


def heading() -> list[str]:
    return [
        _("Product"),
        _("Seats"),
        _("Contract number or subscription ID"),
        _("Purchasing model"),
        _("Subscription"),
        _("Start"),
        _("End"),
        _("Auto-renew"),
        _("Partners of record"),
        _("Partner account numbers"),
        _("Partner can be changed"),
        _("Until"),
        _("Why not, and when"),
    ]


def row(line: Line) -> list[str]:
    """The cells of one row; dates are ISO."""
    facts, check = line.check.facts, line.check
    partners = [f"{each.name} ({words.role(each.role)})" for each in line.partners]
    return [
        line.product,
        "" if line.seats is None else str(line.seats),
        facts["reference"],
        facts["purchasing_model"],
        line.subscription or "",
        facts["start_on"].isoformat(),
        facts["end_on"].isoformat(),
        _("yes") if facts["auto_renew"] else _("no"),
        "; ".join(partners),
        "; ".join(each.number for each in line.partners),
        _("yes") if check.available else _("no"),
        check.available_until.isoformat() if check.available_until else "",
        words.why(check),
    ]


def plain(cell: str) -> str:
    """A cell that a spreadsheet takes as text: what would start a formula gets an apostrophe."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _written(table: Iterable[list[str]]) -> str:
    stream = StringIO()
    csv.writer(stream).writerows([plain(cell) for cell in cells] for cells in table)
    return stream.getvalue()
