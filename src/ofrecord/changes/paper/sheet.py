"""A sheet of paper: the vendor's name, a title, sentences, tables, facts, and how to check it."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from fpdf import FPDF
from fpdf.enums import TableBordersLayout, TextMode
from fpdf.fonts import FontFace

from ofrecord.changes.issue import Document
from ofrecord.changes.paper import fonts

MARGIN, WIDTH, LINE = 22.0, 166.0, 5.2
INK, GREY, HAIRLINE = (27, 26, 24), (105, 102, 97), (222, 219, 213)
SIZE, SMALL, TITLE = 9.5, 7.5, 19.0
WARNING = (148, 60, 20)


class Sheet(FPDF):
    """One document on A4. What is written is drawn as `fonts.drawable` has it."""

    def __init__(self, document: Document, title: str) -> None:
        super().__init__(format="A4", enforce_compliance="PDF/A-3B")
        self.document = document
        self.accent = tuple(int(settings.OFRECORD_VENDOR_ACCENT[i : i + 2], 16) for i in (1, 3, 5))
        self.was_replaced = False
        self._describe(title)
        self._load_fonts()
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(True, MARGIN + 4)
        self.add_page()

    def header(self) -> None:
        self.face(SIZE + 1, bold=True)
        self.set_xy(MARGIN, 12)
        self.cell(WIDTH, LINE, self.plain(settings.OFRECORD_VENDOR_NAME))
        self.set_draw_color(*self.accent)
        self.set_line_width(0.6)
        self.line(MARGIN, 19, MARGIN + WIDTH, 19)
        self.set_xy(MARGIN, 25)

    def footer(self) -> None:
        self.set_xy(MARGIN, -15)
        self.face(SMALL, colour=GREY)
        issued = _("Issued %(at)s") % {"at": moment(self.document.content["issued_at"])}
        self.cell(WIDTH / 2, 4, self.plain(issued))
        where = _("Page %(page)s of {nb}") % {"page": self.page_no()}
        self.cell(WIDTH / 2, 4, where, align="R")

    def title_line(self, title: str, number: str) -> None:
        self.face(SMALL + 1, colour=GREY)
        self.cell(WIDTH, LINE, self.plain(title), new_x="LMARGIN", new_y="NEXT")
        self.face(TITLE, bold=True)
        self.cell(WIDTH, 10, self.plain(number), new_x="LMARGIN", new_y="NEXT")

    def heading(self, text: str) -> None:
        self.ln(4)
        self.face(SIZE + 1, bold=True)
        self.cell(WIDTH, LINE + 1.5, self.plain(text), new_x="LMARGIN", new_y="NEXT")

    def sentence(self, text: str, *, small: bool = False, colour: Sequence[int] = INK) -> None:
        self.face(SMALL + 0.5 if small else SIZE + 0.5, colour=colour)
        height = LINE - 1 if small else LINE + 0.4
        self.multi_cell(WIDTH, height, self.plain(text), align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(1)

    def facts(self, pairs: Iterable[tuple[str, str | None]]) -> None:
        """What it is, and its value; those without a value are left out."""
        rows = [(name, value) for name, value in pairs if value]
        self.rows((), rows, (44, 122), grey_first=True)

    def rows(
        self,
        headings: Sequence[str],
        rows: Iterable[Sequence[str]],
        widths: Sequence[int],
        *,
        grey_first: bool = False,
    ) -> None:
        """A table with hairlines, its headings again on each page."""
        self.face(SIZE)
        self.set_draw_color(*HAIRLINE)
        self.set_line_width(0.2)
        with self.table(
            width=WIDTH,
            col_widths=tuple(widths),
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            first_row_as_headings=bool(headings),
            headings_style=FontFace(color=GREY, size_pt=SMALL + 0.5),
            line_height=LINE,
            padding=(0.9, 1.5, 0.9, 0),
            text_align="LEFT",
            align="LEFT",
        ) as table:
            for cells in (headings, *rows) if headings else rows:
                row = table.row()
                for place, cell in enumerate(cells):
                    grey = grey_first and place == 0
                    row.cell(self.plain(cell), style=FontFace(color=GREY) if grey else None)

    def plain(self, text: str) -> str:
        drawn = fonts.drawable(text)
        self.was_replaced = self.was_replaced or "[U+" in drawn
        return drawn

    def face(self, size: float, *, bold: bool = False, colour: Sequence[int] = INK) -> None:
        """Heavier letters are the same letters with a stroke around them."""
        self.set_font("Inter", size=size)
        self.set_text_color(*colour)
        self.set_draw_color(*colour)
        self.set_line_width(size * 0.012)
        self.text_mode = TextMode.FILL_STROKE if bold else TextMode.FILL

    def _describe(self, title: str) -> None:
        self.set_title(title)
        self.set_author(settings.OFRECORD_VENDOR_NAME)
        self.set_lang(get_language() or "en")
        self.set_creation_date(self.document.content["issued_at"])

    def _load_fonts(self) -> None:
        self.add_font("Inter", fname=fonts.INTER)
        names = []
        for place, path in enumerate(fonts.fallbacks()):
            names.append(f"other{place}")
            self.add_font(names[-1], fname=path)
        self.set_fallback_fonts(names, exact_match=False)
        self.set_text_shaping(True)


def moment(value: datetime | None) -> str:
    """22 November 2026, 14:03:22 UTC+01:00: an instant in the vendor's zone, to the second."""
    if value is None:
        return ""
    return _written(value, "DATE_FORMAT")


def short_moment(value: datetime | None) -> str:
    """22 Nov 2026, 14:03:22 UTC+01:00."""
    return "" if value is None else _written(value, "SHORT_DATE_FORMAT")


def _written(value: datetime, size: str) -> str:
    local = localtime(value)
    offset = local.strftime("%z")
    zone = "UTC" if offset == "+0000" else f"UTC{offset[:3]}:{offset[3:]}"
    return f"{date_format(local, size)}, {local:%H:%M:%S} {zone}"


def halved(digest: str) -> str:
    """A digest of 64 digits, on two lines where it is narrow."""
    return f"{digest[:32]} {digest[32:]}"
