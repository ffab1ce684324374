"""A quote on paper says what the quote says, whoever has it drawn."""

from decimal import Decimal
from io import BytesIO

from pypdf import PdfReader

from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.quotes import paper
from ofrecord.quotes.draft import draft
from ofrecord.quotes.models import Quote
from ofrecord.quotes.offers import Line
from ofrecord.quotes.withdraw import withdraw
from tests.cast import Cast
from tests.quotes.selling import asked, issued, offer

LINES = (
    Line("Draft", 25, Decimal("120.00"), discount_percent=Decimal("12.5")),
    Line("Atlas", 4, Decimal("1499.0050"), discount_amount=Decimal(50)),
)


def drawn(quote: Quote) -> str:
    """The words on the sheet, blanks made single."""
    with seeing(Actor.system()):
        shown = Quote.objects.select_related("partner").get(pk=quote.pk)
        pages = PdfReader(BytesIO(paper.pdf(shown))).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_it_has_the_parties_the_priced_lines_and_their_sum(cast: Cast) -> None:
    reference = cast.subscription(days=39, products=("Draft", "Atlas"))
    notes = "Delivered by email.\nThank you."
    quote = issued(cast, reference, lines=LINES, tax=Decimal("1612.34"), notes=notes)
    said = drawn(quote)
    for part in (
        *(quote.number, "Gorse Digital (7200000002)", "Alder Works (5100000001)", reference),
        *("12.5%", "€1,499.005", "€50.00", "€8,571.02", "€1,612.34", "€10,183.36"),
        *("Delivered by email.", "Thank you.", f"/billing/quotes/{quote.number}/"),
    ):
        assert part in said, (part, said)
    assert "draft" not in said.replace("Draft", "") and "This quote is" not in said


def test_what_cannot_be_accepted_says_so(cast: Cast) -> None:
    reference, gil = cast.subscription(), cast.actor("gil", door="desk")
    asked(cast, reference)
    made = draft(offer(reference), by=gil)
    assert "This is a draft." in drawn(made) and "€1,200.00" in drawn(made)
    quote = issued(cast, cast.subscription())
    withdraw(quote.number, by=gil)
    assert "This quote is withdrawn." in drawn(quote)
