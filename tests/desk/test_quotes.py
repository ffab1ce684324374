"""Requests, quotes and orders at the desk: every page, every act, and who gets neither."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from ofrecord.desk.quotes import listing, orders
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.quotes.book import book
from ofrecord.quotes.close_request import withdraw_request
from ofrecord.quotes.deals import Bought
from ofrecord.quotes.decline import decline
from ofrecord.quotes.draft import draft, revise
from ofrecord.quotes.issue import issue
from ofrecord.quotes.models import Quote, QuoteRequest
from ofrecord.quotes.offers import Line
from ofrecord.quotes.transactions import Transaction
from ofrecord.quotes.view import view
from ofrecord.quotes.withdraw import withdraw
from ofrecord.web.templatetags.web import day, grouped, long_day
from tests.cast import Cast, of_record
from tests.desk.conftest import Visit
from tests.portal.reading import text
from tests.quotes.selling import GORSE, accepted, asked, issued, letters, now, offer, told

QUOTES, REQUESTS, ORDERS = "/desk/quotes/", "/desk/requests/", "/desk/orders/"
NEW = "/desk/quotes/draft/"


def at(quote: Quote, act: str = "") -> str:
    return f"{QUOTES}{quote.number}/{act}"


def drafted(cast: Cast, reference: str, by: str = "gil", **given: Any) -> Quote:
    return draft(offer(reference, **given), by=cast.actor(by, door="desk"))


def filled(*lines: dict[str, Any], **given: Any) -> dict[str, Any]:
    """What the form sends: a renewal of one product, or lines of one's own."""
    today = clock.today()
    rows = lines or ({"product": "Draft", "seats": "10", "unit_price": "120"},)
    sent = {
        "kind": "renewal",
        "start_on": (today + timedelta(days=201)).isoformat(),
        "end_on": (today + timedelta(days=565)).isoformat(),
        "currency": "EUR",
        "expires_on": (today + timedelta(days=14)).isoformat(),
        "lines": str(len(rows)),
    }
    for place, row in enumerate(rows):
        sent |= {f"line-{place}-{name}": value for name, value in row.items()}
    return sent | given


def quotes() -> list[Quote]:
    with seeing(Actor.system()):
        return list(Quote.objects.order_by("pk"))


def the_request(request: QuoteRequest) -> QuoteRequest:
    with seeing(Actor.system()):
        return QuoteRequest.objects.get(pk=request.pk)


def errors(page: Any) -> dict[str, list[str]]:
    """What is wrong, by the field beside which it is said; of lines with their place."""
    draft_ = page.context["draft"]
    said = {name: list(found) for name, found in draft_.form.errors.items()}
    for place, line in enumerate(draft_.lines):
        said |= {f"{place}.{name}": list(found) for name, found in line.errors.items()}
    return said


# requests


def test_a_request_is_read_and_answered_by_whom_it_was_sent_to(cast: Cast, visit: Visit) -> None:
    reference = cast.subscription(products=("Draft", "Atlas"))
    request = asked(cast, reference, wish="Ten seats for a year.")
    gil, page_of = visit("gil"), f"{REQUESTS}{request.pk}/"
    home = text(gil.get("/desk/"))
    assert "1 request for a quote is open." in home and "Ten seats for a year." in home
    assert "Alder Works" in text(gil.get(REQUESTS))
    page = text(gil.get(page_of))
    for said in ("Ten seats for a year.", "Atlas", "10", grouped("5100000001"), "Germany"):
        assert said.replace("\N{NO-BREAK SPACE}", "") in page
    assert "Larkspur" not in page
    assert f'href="{NEW}?request={request.pk}"' in gil.get(page_of).content.decode()

    form = gil.get(f"{NEW}?request={request.pk}")
    assert 'value="Atlas"' in form.content.decode() and "Ten seats for a year." in text(form)
    lines = ({"product": name, "seats": "10", "unit_price": "99.50"} for name in ("Draft", "Atlas"))
    made = gil.post(f"{NEW}?request={request.pk}", filled(*lines, tax="378.10"), follow=True)
    (quote,) = quotes()
    assert made.request["PATH_INFO"] == at(quote) and "draft" in text(made)
    assert "€2,368.10" in text(made)
    assert "Accepting this makes Gorse Digital the authorized partner" in text(made)
    assert the_request(request).state == "open"
    gil.post(at(quote, "issue/"), {"drafted_at": quote.drafted_at.isoformat()})
    assert (now(quote.number).state, the_request(request).state) == ("issued", "answered")
    assert quote.number in text(gil.get(page_of)) and REQUESTS not in text(gil.get("/desk/"))
    assert "Alder Works" not in text(gil.get(REQUESTS))
    assert "Alder Works" in text(gil.get(f"{REQUESTS}?show=answered"))


def test_a_request_is_declined_with_a_reason(cast: Cast, visit: Visit) -> None:
    request = asked(cast, cast.subscription())
    gil, where = visit("gil"), f"{REQUESTS}{request.pk}/decline/"
    page = gil.post(where, {"reason": " "})
    assert page.status_code == 422 and "Give a reason." in text(page)
    assert the_request(request).state == "open"
    done = gil.post(where, {"reason": "We do not sell it."}, follow=True)
    assert "The request is declined." in text(done)
    assert (the_request(request).state, told(str(request.pk))[-1]) == (
        "declined",
        "quote_request.declined",
    )
    again = gil.post(where, {"reason": "Once more."})
    assert again.status_code == 409 and "This request is declined." in text(again)
    assert f"{NEW}?request" not in gil.get(f"{REQUESTS}{request.pk}/").content.decode()


def test_of_a_request_that_was_withdrawn_only_the_name_is_left(cast: Cast, visit: Visit) -> None:
    reference = cast.subscription(products=("Atlas",))
    request = asked(cast, reference, wish="Something quiet.")
    withdraw_request(request.pk, by=cast.actor("pia"))
    page = text(visit("gil").get(f"{REQUESTS}{request.pk}/"))
    assert "Alder Works" in page and reference in page
    for gone in ("Something quiet.", "Atlas", "5100000001", "Germany"):
        assert gone not in page
    refused = visit("gil").post(f"{NEW}?request={request.pk}", filled())
    assert refused.status_code == 409 and "You can quote where your firm is of record" in text(
        refused
    )
    assert quotes() == []


def test_pages_of_requests_follow_each_other(
    cast: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ofrecord.desk.quotes.requests.PAGE", 2)
    wanted = {str(asked(cast, cast.subscription()).pk) for _ in range(5)}
    gil, seen, where = visit("gil"), [], REQUESTS
    while where:
        page = gil.get(where)
        seen += [str(row["request"].pk) for row in page.context["rows"]]
        later = page.context["later_url"]
        where = f"{REQUESTS}{later}" if later else ""
    assert len(seen) == 5 and set(seen) == wanted


# drafts


def test_a_firm_of_record_quotes_from_the_agreement(cast: Cast, visit: Visit) -> None:
    reference, lou = cast.subscription(), visit("lou")
    where = f"{NEW}?agreement={reference}"
    page = lou.get(reverse("desk:agreement", args=[reference])).content.decode()
    assert f'href="{where}"' in page
    form = text(lou.get(where))
    for said in ("Quote for Alder Works", "Renewal", "Added seats", "Extension", "Product switch"):
        assert said in form
    lou.post(where, filled(kind="seats", recipients="cora@example.com, sam@example.com"))
    (quote,) = quotes()
    assert (quote.kind, quote.customer["agreement"], quote.start_on) == ("seats", reference, None)
    page = text(lou.get(at(quote)))
    assert "Accepting this changes no authorized partner." in page
    assert "cora@example.com, sam@example.com" in page and "20 seats" in page


@pytest.mark.parametrize(
    ("kind", "begun"),
    [
        ("seats", {"product": "Draft", "seats": None, "replaces": None}),
        ("switch", {"product": None, "seats": 10, "replaces": "Draft"}),
        ("extension", {"product": "Draft", "seats": 10, "replaces": None}),
    ],
)
def test_a_line_begins_with_what_is_known_of_it(
    cast: Cast, visit: Visit, kind: str, begun: dict[str, Any]
) -> None:
    """Of added seats nobody knows how many more, of a switch not to which product."""
    request = asked(cast, cast.subscription(), kind=kind)
    page = visit("gil").get(f"{NEW}?request={request.pk}")
    (line,) = page.context["draft"].lines
    assert {name: line[name].value() for name in begun} == begun


def test_a_new_purchase_is_offered_to_a_customer_of_the_firm(cast: Cast, visit: Visit) -> None:
    where = f"{NEW}?agreement={cast.contract()}&kind=purchase"
    lou = visit("lou")
    assert "a stand-alone subscription for each line" in text(lou.get(where))
    today = clock.today()
    given = {"start_on": today.isoformat(), "purchasing_model": "contract", "country": "at"}
    lou.post(where, filled(kind="purchase", **given))
    (quote,) = quotes()
    assert (quote.agreement_id, quote.purchasing_model, quote.country) == (None, "contract", "AT")
    assert lou.post(at(quote, "issue/")).status_code == 302
    order = accepted(cast, now(quote.number))
    assert of_record(order.agreements[0]) == {("Larkspur Systems", "reseller", None)}


def test_on_a_contract_of_another_firm_only_a_renewal_is_offered(cast: Cast, visit: Visit) -> None:
    request = asked(cast, cast.contract(days=50))
    form = visit("gil").get(f"{NEW}?request={request.pk}").context["form"]
    assert [value for value, _label in form.fields["kind"].choices] == ["renewal"]


def test_lines_come_and_go_and_nothing_typed_is_lost(cast: Cast, visit: Visit) -> None:
    where, lou = f"{NEW}?agreement={cast.subscription()}", visit("lou")
    typed = filled(
        {"product": "Draft", "seats": "ten", "unit_price": "12,x"},
        {"product": "Atlas", "discount": "7 percent", "end_on": "2031-02-30"},
        currency="€",
        notes="As spoken.\nThank you.",
        tax="much",
    )
    page = lou.post(where, typed | {"add": "line"})
    assert page.status_code == 200 and errors(page) == {}
    body = page.content.decode()
    for each in ("ten", "12,x", "7 percent", "2031-02-30", "€", "much"):
        assert f'value="{each}"' in body
    assert "As spoken.\nThank you." in body and "Line 3" in body
    fewer = lou.post(where, typed | {"remove": "0"}).content.decode()
    assert (
        'name="line-0-product" value="Draft"' not in fewer
        and 'value="Atlas"' in fewer
        and "Line 2" not in fewer
    )
    wrong = lou.post(where, typed)
    assert wrong.status_code == 422
    assert {"tax", "0.seats", "0.unit_price", "1.discount", "1.end_on", "1.seats"} <= {
        *errors(wrong)
    }
    for each in ("ten", "12,x", "7 percent", "2031-02-30", "much"):
        assert f'value="{each}"' in wrong.content.decode()
    assert quotes() == []


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"currency": "EURO"}, "currency"),
        ({"currency": "XXQ"}, "currency"),
        ({"currency": ""}, "currency"),
        ({"kind": "gift"}, "kind"),
        ({"expires_on": "2020-01-01"}, "expires_on"),
        ({"end_on": "2020-01-01"}, "end_on"),
        ({"end_on": ""}, "end_on"),
        ({"tax": "0.001"}, "tax"),
        ({"tax": "-1"}, "tax"),
        ({"recipients": "sam@example.com, nobody"}, "recipients"),
        ({"line-0-seats": "0"}, "0.seats"),
        ({"line-0-unit_price": "0.00001"}, "0.unit_price"),
        ({"line-0-product": ""}, "0.product"),
        ({"line-0-discount": "101 %"}, "0.discount"),
        ({"line-0-discount": "1201"}, "0.discount"),
        ({"line-0-discount": "NaN"}, "0.discount"),
        ({"line-0-start_on": "2031-01-02", "line-0-end_on": "2031-01-01"}, "0.end_on"),
    ],
)
def test_what_is_wrong_is_said_beside_it(
    cast: Cast, visit: Visit, given: dict[str, str], field: str
) -> None:
    page = visit("lou").post(f"{NEW}?agreement={cast.subscription()}", filled(**given))
    assert page.status_code == 422 and field in errors(page), errors(page)
    assert list(errors(page)) == [field] and "Nothing that you wrote is lost." in text(page)
    assert quotes() == []


def test_without_a_line_the_lines_say_so(cast: Cast, visit: Visit) -> None:
    where = f"{NEW}?agreement={cast.subscription()}"
    page = visit("lou").post(where, filled({"product": "", "seats": ""}))
    assert page.status_code == 422 and "A quote has 1 to 200 lines." in text(page)


def test_the_wrong_line_of_several_is_the_one_that_is_marked(cast: Cast, visit: Visit) -> None:
    good = {"product": "Draft", "seats": "1", "unit_price": "10"}
    bad = {"product": "Atlas", "seats": "1", "unit_price": "10", "discount": "11"}
    page = visit("lou").post(
        f"{NEW}?agreement={cast.subscription()}", filled(good, {"product": ""}, bad)
    )
    assert list(errors(page)) == ["2.discount"]


def test_discounts_are_written_as_people_write_them(cast: Cast, visit: Visit) -> None:
    rows = [
        {"product": "Draft", "seats": "1", "unit_price": "10", "discount": each}
        for each in ("12.5 %", "12.5%", "2.50")
    ]
    visit("lou").post(f"{NEW}?agreement={cast.subscription()}", filled(*rows))
    (quote,) = quotes()
    with seeing(Actor.system()):
        said = quote.lines.order_by("place").values_list("discount_percent", "discount_amount")
        assert list(said) == [
            *((Decimal("12.5"), None), (Decimal("12.5"), None), (None, Decimal("2.5")))
        ]


def test_a_draft_is_edited_as_it_says(cast: Cast, visit: Visit) -> None:
    reference, lou = cast.subscription(), visit("lou")
    lines = (Line("Draft", 12, Decimal("110.25"), discount_percent=Decimal("12.5")),)
    quote = drafted(cast, reference, "lou", lines=lines, notes="Thank you.", tax=Decimal("3.10"))
    page = lou.get(at(quote, "edit/")).content.decode()
    for value in ("110.25", "12.5 %", "3.1", "EUR", quote.drafted_at.isoformat()):
        assert f'value="{value}"' in page
    since = quote.drafted_at.isoformat()
    lou.post(at(quote, "edit/"), filled(notes="As spoken.", drafted_at=since))
    again = now(quote.number)
    assert (again.notes, again.revision, len(quotes())) == ("As spoken.", 1, 1)
    assert told(quote.number) == ["quote.drafted", "quote.drafted"]


def test_two_people_on_one_draft_do_not_overwrite_each_other_unseen(
    cast: Cast, visit: Visit
) -> None:
    quote, lou = drafted(cast, cast.subscription(), "lou"), visit("lou")
    shown = {"drafted_at": quote.drafted_at.isoformat()}
    lou.post(at(quote, "edit/"), filled(notes="First.", **shown))
    refused = lou.post(at(quote, "edit/"), filled(notes="Second.", **shown))
    assert refused.status_code == 409 and "was changed since you opened it" in text(refused)
    assert now(quote.number).notes == "First." and "Second." in refused.content.decode()
    issuing = lou.post(at(quote, "issue/"), shown)
    assert issuing.status_code == 409 and "was changed since you opened it" in text(issuing)
    assert now(quote.number).state == "draft"
    knowing = refused.context["form"]["drafted_at"].value()
    lou.post(at(quote, "edit/"), filled(notes="Second.", drafted_at=knowing))
    assert now(quote.number).notes == "Second."


def test_saving_a_draft_again_and_again_is_no_trying_of_numbers(
    cast: Cast, visit: Visit, settings: Any
) -> None:
    settings.OFRECORD_LOOKUPS_PER_PERSON_PER_HOUR = 1
    quote, lou = drafted(cast, cast.subscription(), "lou"), visit("lou")
    for _ in range(3):
        assert lou.post(at(quote, "edit/"), filled()).status_code == 302
    other = lou.post(f"{NEW}?agreement={cast.subscription()}", filled())
    assert other.status_code == 429 and "Too many numbers" in text(other)


# one quote, through its life


def test_what_would_refuse_it_is_said_before_it_is_issued(cast: Cast, visit: Visit) -> None:
    quote = drafted(cast, cast.contract(days=200), "lou")
    lou = visit("lou")
    assert "It cannot be issued now" in text(lou.get(at(quote)))
    refused = lou.post(at(quote, "issue/"))
    assert refused.status_code == 409 and "can be renewed by quote from" in text(refused)
    assert now(quote.number).state == "draft" and letters("quote.issued.account") == []


def test_a_late_renewal_says_since_when_the_firm_is_of_record(cast: Cast, visit: Visit) -> None:
    quote = issued(cast, cast.contract(days=-10))
    since = long_day(clock.today() - timedelta(days=9))
    assert f"effective {since} ." in text(visit("gil").get(at(quote)))


def test_a_quote_goes_through_its_life_at_the_desk(cast: Cast, visit: Visit) -> None:
    reference, gil = cast.subscription(days=39), visit("gil")
    quote = issued(cast, reference, notes="Delivered by email.")
    page = text(gil.get(at(quote)))
    for said in ("Alder Works can accept it until", "Delivered by email.", "€1,200.00", "Drafted"):
        assert said in page
    start = clock.today() + timedelta(days=40)
    assert "the authorized partner, effective" in page and long_day(start) in page
    assert "Larkspur" not in page and "Opened by the customer" not in page
    view(quote.number, by=cast.actor("pia"))
    assert "Opened by the customer" in text(gil.get(at(quote)))
    order = accepted(cast, quote, purchase_order="PO 7", name="Pia Alder").order
    after = gil.get(at(quote))
    for said in ("Alder Works accepted it", "PO 7", "Pia Alder", order.number):
        assert said in text(after)
    assert 'id="actions"' not in after.content.decode()
    page = text(gil.get(f"{ORDERS}{order.number}/"))
    for said in ("PO 7", "Pia Alder", reference, quote.number, "€1,200.00", day(start)):
        assert said in page
    assert order.number in text(gil.get(ORDERS))


def test_a_quote_is_withdrawn_with_a_word_and_a_draft_without(cast: Cast, visit: Visit) -> None:
    gil, quote = visit("gil"), issued(cast, cast.subscription())
    done = gil.post(at(quote, "withdraw/"), {"reason": "A wrong price."}, follow=True)
    assert "Your firm has withdrawn it." in text(done) and "A wrong price." in text(done)
    assert len(letters("quote.withdrawn.account")) == 2
    again = gil.post(at(quote, "withdraw/"))
    assert again.status_code == 409 and "Nothing was done" in text(again)
    lou, other = visit("lou"), drafted(cast, cast.subscription(), "lou")
    lou.post(at(other, "withdraw/"))
    assert now(other.number).state == "withdrawn"
    assert len(letters("quote.withdrawn.account")) == 2


def test_a_revision_is_drafted_beside_the_offer_and_takes_its_place(
    cast: Cast, visit: Visit
) -> None:
    gil, quote = visit("gil"), issued(cast, cast.subscription(days=39))
    assert 'value="120"' in gil.get(at(quote, "revise/")).content.decode()
    row = {"product": "Draft", "seats": "10", "unit_price": "100"}
    start = clock.today() + timedelta(days=40)
    gil.post(at(quote, "revise/"), filled(row, start_on=start.isoformat()))
    assert [(each.revision, each.state) for each in quotes()] == [(1, "issued"), (2, "draft")]
    page = text(gil.get(f"{at(quote)}?revision=1"))
    assert "Revision 2 is a draft that is to come in its place." in page
    assert "Revision 1" in text(gil.get(at(quote)))
    for state, count in (("open", 1), ("draft", 1), ("", 2)):
        assert len(gil.get(f"{QUOTES}?state={state}").context["rows"]) == count
    assert gil.get(at(quote, "revise/")).status_code == 302
    assert gil.post(at(quote, "revise/"), filled(row)).status_code == 409
    gil.post(at(quote, "issue/"))
    assert [each.state for each in quotes()] == ["withdrawn", "issued"]
    assert "is the one that counts" in text(gil.get(f"{at(quote)}?revision=1"))
    (row_,) = gil.get(QUOTES).context["rows"]
    assert row_.quote.revision == 2


def test_an_offer_whose_agreement_has_moved_is_to_be_revised(cast: Cast, visit: Visit) -> None:
    reference = cast.subscription()
    quote = issued(cast, reference, "seats")
    accepted(cast, issued(cast, reference, "seats", by="lou", ask=False))
    page = text(visit("gil").get(at(quote)))
    assert "The agreement has changed since the quote was issued" in page
    assert "PC-" not in page and "Larkspur" not in page and "Revise" in page


def test_what_is_over_can_be_offered_anew_while_there_is_business(
    cast: Cast, visit: Visit, settings: Any
) -> None:
    quote = issued(cast, cast.subscription(days=39), by="lou", ask=False)
    lost = issued(cast, cast.subscription(days=39))
    decline(lost.number, by=cast.actor("pia"), reason="Too dear.")
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=15)
    lou, gil = visit("lou"), visit("gil")
    page = text(lou.get(at(quote)))
    assert "It expired after" in page and "Revise" in page
    page = text(gil.get(at(lost)))
    assert "Alder Works declined it: Too dear." in page and "Revise" not in page
    assert gil.get(at(lost, "edit/")).status_code == 302
    assert gil.post(at(lost, "edit/"), filled()).status_code == 409
    assert gil.post(at(lost, "revise/"), filled()).status_code == 409
    assert gil.post(at(lost, "issue/")).status_code == 409
    assert gil.post(at(lost, "withdraw/")).status_code == 409


def test_the_paper_is_the_customers(cast: Cast, visit: Visit) -> None:
    quote = issued(cast, cast.subscription())
    paper = visit("gil").get(at(quote, "quote.pdf"))
    assert paper["Content-Type"] == "application/pdf" and paper.content.startswith(b"%PDF")
    assert f'filename="{quote.number}.pdf"' in paper["Content-Disposition"]


def test_quotes_that_soon_expire_wait_on_the_first_page(cast: Cast, visit: Visit) -> None:
    soon = issued(cast, cast.subscription(), expires_on=clock.today() + timedelta(days=2))
    later = issued(cast, cast.subscription(), expires_on=clock.today() + timedelta(days=9))
    home = text(visit("gil").get("/desk/"))
    assert soon.number in home and "in 2 days" in home and later.number not in home


# lists


def test_the_list_is_by_state(cast: Cast, visit: Visit, settings: Any) -> None:
    gil = cast.actor("gil")
    made = {
        "draft": drafted(cast, asked_about(cast)),
        "open": issued(cast, cast.subscription()),
        "declined": issued(cast, cast.subscription()),
        "withdrawn": issued(cast, cast.subscription()),
        "accepted": issued(cast, cast.subscription()),
        "expired": issued(cast, cast.subscription(), expires_on=clock.today()),
    }
    decline(made["declined"].number, by=cast.actor("pia"), reason="No.")
    withdraw(made["withdrawn"].number, by=gil)
    accepted(cast, made["accepted"])
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=1)
    browser = visit("gil")
    for state, quote in made.items():
        (row,) = browser.get(f"{QUOTES}?state={state}").context["rows"]
        assert row.quote.number == quote.number
    assert len(browser.get(QUOTES).context["rows"]) == 6
    assert visit("dee").get(QUOTES).context["rows"] == []
    assert "No quotes yet" in text(visit("dee").get(QUOTES))
    assert "No quote is in this state" in text(visit("dee").get(f"{QUOTES}?state=open"))
    assert "No orders yet" in text(visit("dee").get(ORDERS))
    assert "No request waits" in text(visit("dee").get(REQUESTS))


def test_a_revision_that_was_thrown_away_leaves_one_quote(cast: Cast, visit: Visit) -> None:
    reference, gil = cast.subscription(), cast.actor("gil", door="desk")
    quote = issued(cast, reference)
    lists = {"gil": QUOTES, "pia": "/billing/quotes/"}

    def rows() -> dict[str, list[int]]:
        return {
            who: [row.quote.revision for row in visit(who).get(where).context["rows"]]
            for who, where in lists.items()
        }

    revise(quote.number, offer(reference), by=gil)
    assert rows() == {"gil": [2, 1], "pia": [1]}
    withdraw(quote.number, by=gil)
    assert rows() == {"gil": [1], "pia": [1]}
    third = revise(quote.number, offer(reference), by=gil)
    issue(quote.number, by=gil)
    assert rows() == {"gil": [3], "pia": [3]} and third.revision == 3


def asked_about(cast: Cast) -> str:
    reference = cast.subscription()
    asked(cast, reference)
    return reference


@pytest.mark.parametrize(("module", "where"), [(listing, QUOTES), (orders, ORDERS)])
def test_pages_follow_each_other(
    cast: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch, module: Any, where: str
) -> None:
    monkeypatch.setattr(module, "PAGE", 2)
    made = [issued(cast, cast.subscription(), "seats", by="lou", ask=False) for _ in range(5)]
    for quote in made:
        accepted(cast, quote)
    lou, seen, later = visit("lou"), [], "?"
    while later:
        page = lou.get(f"{where}{later}")
        seen += [getattr(row, "order", None) or row.quote for row in page.context["rows"]]
        later = page.context["later_url"]
    assert len({each.number for each in seen}) == len(seen) == 5
    assert lou.get(f"{where}?after=nothing").context["rows"]


def test_what_the_vendor_has_booked_is_an_order_of_the_firm(cast: Cast, visit: Visit) -> None:
    reference = cast.subscription()
    erp = Transaction(
        number="T-1",
        kind="seats",
        account="5100000001",
        partner=cast.gorse.account_number,
        agreement=reference,
        lines=(Bought("Draft", 5),),
        currency="EUR",
        net=Decimal(600),
    )
    (booked,) = book([erp], by=Actor.system("api"))
    assert booked.order and of_record(reference) == {GORSE}
    gil = visit("gil")
    page = text(gil.get(f"{ORDERS}{booked.order.number}/"))
    for said in ("The vendor has booked it", "T-1", "Draft", "€600.00", "Alder Works", reference):
        assert said in page
    assert "Alder Works" in text(gil.get(ORDERS))
    larkspur = cast.larkspur.account_number
    asked(cast, reference, partner=larkspur, kind="seats")
    accepted(cast, issued(cast, reference, "seats", by="lou", ask=False))
    after = text(gil.get(f"{ORDERS}{booked.order.number}/"))
    assert "Alder Works" in after and reference in after and "5100000001" not in after


# who gets neither


ACTS = ("edit/", "revise/", "issue/", "withdraw/")


@pytest.mark.parametrize("who", ["lou", "dee"])
def test_another_firm_finds_nothing(cast: Cast, visit: Visit, who: str) -> None:
    request = asked(cast, cast.subscription(days=39))
    quote = issued(cast, cast.subscription(days=39))
    order = accepted(cast, issued(cast, cast.subscription(days=39))).order
    other = visit(who)
    for where in (
        *(at(quote), at(quote, "edit/"), at(quote, "revise/"), at(quote, "quote.pdf")),
        *(f"{REQUESTS}{request.pk}/", f"{NEW}?request={request.pk}", f"{ORDERS}{order.number}/"),
        *(NEW, f"{NEW}?request=1", f"{NEW}?agreement=71-99999999"),
    ):
        assert other.get(where).status_code == 404, where
    for where in (*(at(quote, act) for act in ACTS), f"{REQUESTS}{request.pk}/decline/"):
        assert other.post(where, filled(reason="No.")).status_code == 404, where
    assert (now(quote.number).state, the_request(request).state) == ("issued", "open")


def test_a_customer_has_no_desk(cast: Cast, visit: Visit) -> None:
    quote = issued(cast, cast.subscription())
    for who in ("pia", "opal"):
        for where in (QUOTES, REQUESTS, ORDERS, NEW, at(quote)):
            assert visit(who).get(where).status_code == 403


def test_reps_and_admins_of_a_firm_may_the_same(cast: Cast, visit: Visit) -> None:
    for who, partner in (("gil", cast.gorse), ("lou", cast.larkspur)):
        reference = cast.subscription()
        request = asked(cast, reference, partner=partner.account_number)
        browser = visit(who)
        browser.post(f"{NEW}?request={request.pk}", filled())
        quote = quotes()[-1]
        assert browser.post(at(quote, "issue/")).status_code == 302
        assert browser.post(at(quote, "withdraw/")).status_code == 302
    assert [each.state for each in quotes()] == ["withdrawn", "withdrawn"]


def test_the_number_of_statements_does_not_depend_on_how_many(
    cast: Cast, visit: Visit, django_assert_max_num_queries: Any
) -> None:
    lou = visit("lou")
    for _ in range(3):
        accepted(cast, issued(cast, cast.subscription(), "seats", by="lou", ask=False))
    most = {}
    for where in (QUOTES, ORDERS):
        with django_assert_max_num_queries(40) as few:
            lou.get(where)
        most[where] = len(few)
    for _ in range(4):
        accepted(cast, issued(cast, cast.subscription(), "seats", by="lou", ask=False))
    for where, count in most.items():
        with django_assert_max_num_queries(count):
            lou.get(where)


def test_a_revision_of_a_foreign_kind_keeps_its_lines(cast: Cast, visit: Visit) -> None:
    """A switch names what it replaces, also when it is written again."""
    reference = cast.subscription(products=("Draft",))
    switch = Line("Atlas", 10, Decimal(150), replaces="Draft")
    quote = drafted(cast, reference, "lou", kind="switch", lines=(switch,))
    issue(quote.number, by=cast.actor("lou"))
    page = visit("lou").get(at(quote, "revise/")).content.decode()
    assert 'value="Atlas"' in page and 'value="Draft"' in page
    revise(quote.number, offer(reference, "switch", lines=(switch,)), by=cast.actor("lou"))
    assert "of Draft" in text(visit("lou").get(at(quote)))
