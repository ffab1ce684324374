"""A quote on paper, as its partner and its customer have it: one sheet for both doors."""

from collections.abc import Sequence

from django.conf import settings
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from ofrecord.changes.issue import Document
from ofrecord.changes.paper.sheet import GREY, HAIRLINE, LINE, SIZE, SMALL, WARNING, WIDTH, Sheet
from ofrecord.quotes.models import Kind, Quote, QuoteLine, State
from ofrecord.quotes.totals import totals
from ofrecord.quotes.writing import day, discount, heading, money, price, term

WIDTHS = (64, 18, 34, 22, 28)
ALIGNED = ("LEFT", "RIGHT", "RIGHT", "RIGHT", "RIGHT")


def pdf(quote: Quote) -> bytes:
    """The quote as PDF/A-3: from whom, for whom, what at which price, and until when.

    Call it inside `parties.context.seeing`, with its partner, lines and order in sight.
    """
    issued_at = quote.issued_at or quote.drafted_at
    document = Document("quote", quote.number, {"issued_at": issued_at}, None)
    sheet = QuoteSheet(document, _("Quote %(number)s") % {"number": heading(quote)})
    sheet.title_line(_("Quote"), heading(quote))
    if said := _standing(quote):
        sheet.sentence(said, colour=WARNING)
    sheet.ln(2)
    sheet.facts(_parties(quote))
    sheet.heading(str(Kind(quote.kind).label).capitalize())
    sheet.lines(quote)
    sheet.sums(quote)
    if quote.notes:
        sheet.heading(_("Notes"))
        for paragraph in filter(None, map(str.strip, quote.notes.splitlines())):
            sheet.sentence(paragraph)
    sheet.heading(_("How to accept it"))
    sheet.sentence(_acceptance(quote), small=True, colour=GREY)
    return bytes(sheet.output())


class QuoteSheet(Sheet):
    """A sheet with priced lines and their sum."""

    def lines(self, quote: Quote) -> None:
        """What is offered, a row a line, its headings again on each page."""
        headings = (_("Product"), _("Seats"), _("Price a seat"), _("Discount"), _("Amount"))
        rows = [_line(quote, line) for line in quote.lines.order_by("place")]
        self._priced(headings, rows)

    def sums(self, quote: Quote) -> None:
        """What the lines come to, the tax, and what is paid."""
        sums = totals([line.total for line in quote.lines.all()], quote.tax)
        self.ln(1.5)
        self._sum(_("Net"), money(sums.net, quote.currency))
        self._sum(_("Tax"), money(sums.tax, quote.currency))
        self._sum(_("Total"), money(sums.total, quote.currency), bold=True)

    def _priced(self, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        self.face(SIZE)
        self.set_draw_color(*HAIRLINE)
        self.set_line_width(0.2)
        with self.table(
            width=WIDTH,
            col_widths=WIDTHS,
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=FontFace(color=GREY, size_pt=SMALL + 0.5),
            line_height=LINE,
            padding=(0.9, 1.5, 0.9, 0),
            text_align=ALIGNED,
            align="LEFT",
        ) as table:
            for cells in (headings, *rows):
                row = table.row()
                for cell in cells:
                    row.cell(self.plain(cell))

    def _sum(self, name: str, amount: str, *, bold: bool = False) -> None:
        self.face(SIZE + 1.5 if bold else SIZE, bold=bold)
        self.cell(WIDTH - 40, LINE + 1, self.plain(name), align="R")
        self.cell(38.5, LINE + 1, self.plain(amount), align="R", new_x="LMARGIN", new_y="NEXT")


def _line(quote: Quote, line: QuoteLine) -> tuple[str, ...]:
    what = line.product
    if line.replaces:
        words = _("%(product)s, in place of %(replaced)s")
        what = words % {"product": line.product, "replaced": line.replaces}
    if (line.start_on, line.end_on) != (quote.start_on, quote.end_on):
        what = f"{what}, {term(line.start_on, line.end_on)}"
    return (
        *(what, str(line.seats), price(line.unit_price, quote.currency)),
        *(discount(line, quote.currency), money(line.total, quote.currency)),
    )


def _parties(quote: Quote) -> list[tuple[str, str | None]]:
    seller, buyer = quote.partner, quote.customer
    renews = _("renews automatically") if quote.auto_renew else ""
    return [
        (_("From"), f"{seller.name} ({seller.account_number})"),
        (_("For"), f"{buyer['name']} ({buyer['account']})"),
        (_("Agreement"), buyer["agreement"]),
        (_("Term"), ", ".join(filter(None, (term(quote.start_on, quote.end_on), renews)))),
        (_("Issued"), day(localtime(quote.issued_at).date()) if quote.issued_at else None),
        (_("Last day"), day(quote.expires_on)),
    ]


def _standing(quote: Quote) -> str:
    """What became of it, where it cannot be accepted as it lies there."""
    state = quote.standing
    if state in (State.ISSUED, State.VIEWED):
        return ""
    if state == State.DRAFT:
        return _("This is a draft. It was not issued, and nobody can accept it.")
    return _("This quote is %(state)s.") % {"state": state.label}


def _acceptance(quote: Quote) -> str:
    said = _(
        "An administrator of the account accepts or declines it through its last day at "
        "%(address)s. There it says, before anything is ordered, whether the authorized partner "
        "changes, from whom to whom, and from when on. Amounts are in %(currency)s; the tax is as "
        "the partner states it."
    )
    address = f"{settings.OFRECORD_BASE_URL}/billing/quotes/{quote.number}/"
    return said % {"address": address, "currency": quote.currency}
