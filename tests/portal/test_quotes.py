"""Billing and Orders > Quotes: asked for in two clicks, read line by line, and answered."""

import json
import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from ofrecord.agreements.models import Term
from ofrecord.changes.models import PartnerChange
from ofrecord.journal import clock
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Partner
from ofrecord.quotes.book import book
from ofrecord.quotes.close_request import decline_request
from ofrecord.quotes.deals import Bought
from ofrecord.quotes.draft import revise
from ofrecord.quotes.issue import issue
from ofrecord.quotes.models import Order, Quote, QuoteRequest
from ofrecord.quotes.offers import Line
from ofrecord.quotes.transactions import Transaction
from ofrecord.quotes.withdraw import withdraw
from ofrecord.web.templatetags.web import grouped, long_day
from tests.cast import Cast, of_record
from tests.portal.conftest import Visit
from tests.portal.reading import text
from tests.quotes.selling import (
    GORSE,
    LARKSPUR,
    TEN,
    accepted,
    asked,
    change_of,
    issued,
    letters,
    now,
    offer,
    orders,
    told,
)

QUOTES, ASK = "/billing/quotes/", "/billing/quotes/ask/"
NUMBER = "7200000002"
ORDER = {"purchase_order": "PO 7", "name": "Pia Alder", "revision": "1"}


def at(quote: Quote, act: str = "") -> str:
    return f"{QUOTES}{quote.number}/{act}"


def requests() -> list[QuoteRequest]:
    with seeing(Actor.system()):
        return list(QuoteRequest.objects.select_related("partner").order_by("asked_at"))


def looked_up() -> list[dict[str, Any]]:
    """The look-ups that the journal tells of, in order."""
    with seeing(Actor.system()):
        found = Event.objects.filter(type="partner.looked_up").order_by("recorded_at", "sequence")
        return [json.loads(bytes(each.body))["data"] for each in found]


def test_a_number_that_was_changed_after_it_was_found_is_found_first(
    cast: Cast, visit: Visit
) -> None:
    address, pia = f"{ASK}?agreement={cast.subscription()}", visit("pia")
    wish = {"number": "7200000003", "kind": "renewal", "found": NUMBER}
    assert "Dune Distribution" in text(pia.post(address, wish))
    assert "Gorse Digital" in text(pia.post(address, wish | {"number": NUMBER, "find": "yes"}))
    assert requests() == []


def test_from_the_actions_a_new_partner_is_asked_in_two_clicks(cast: Cast, visit: Visit) -> None:
    reference, pia = cast.subscription(), visit("pia")
    address = f"{ASK}?agreement={reference}"
    for where in (reverse("portal:agreement", args=[reference]), "/billing/agreements/"):
        assert f'href="{address}"' in pia.get(where).content.decode()
    page = pia.get(address)
    for said in ("New partner account number", "Renewal", "Added seats", "Product switch"):
        assert said in text(page)

    wish = {"number": "7200 000 002", "kind": "renewal", "wish": "Ten seats for a year."}
    shown = pia.post(address, wish)
    for said in ("Gorse Digital", "Solution provider", "can serve this agreement", wish["wish"]):
        assert said in text(shown) or said in shown.content.decode()
    assert requests() == []
    assert looked_up()[-1]["outcome"] == "found"
    done = pia.post(address, wish | {"found": NUMBER}, follow=True)
    assert "Gorse Digital has been asked for a quote." in text(done)
    (made,) = requests()
    assert (made.kind, made.wish, made.partner.account_number) == ("renewal", wish["wish"], NUMBER)
    assert "Ten seats for a year." in text(done) and "Withdraw the request" in text(done)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("12", "not in the format"),
        ("7209999999", "no partner"),
        ("", "This field is required."),
    ],
)
def test_a_number_that_cannot_be_asked_is_refused_beside_it(
    cast: Cast, visit: Visit, number: str, said: str
) -> None:
    address = f"{ASK}?agreement={cast.subscription()}"
    page = visit("pia").post(address, {"number": number, "kind": "renewal"})
    assert page.status_code in (409, 422)
    beside = page.context["form"].errors["number"]
    assert len(beside) == 1 and said.lower() in beside[0].lower(), beside
    assert requests() == [] and "Gorse" not in text(page)


def test_the_same_partner_is_asked_once(cast: Cast, visit: Visit) -> None:
    reference, pia = cast.subscription(), visit("pia")
    asked(cast, reference)
    wish = {"number": NUMBER, "kind": "seats", "found": NUMBER}
    page = pia.post(f"{ASK}?agreement={reference}", wish)
    assert page.status_code == 409 and "Gorse Digital has been asked already." in text(page)


def test_on_a_contract_far_from_its_end_only_its_partner_is_offered(
    cast: Cast, visit: Visit
) -> None:
    reference, pia = cast.contract(), visit("pia")
    page = text(pia.get(f"{ASK}?agreement={reference}"))
    assert "Now only Larkspur Systems can quote on this contract" in page
    assert "can be renewed by quote from" in page and "Added seats" in page
    refused = pia.post(f"{ASK}?agreement={reference}", {"number": NUMBER, "kind": "seats"})
    assert "only a renewal can name another partner" in refused.context["form"].errors["kind"][0]
    near = text(pia.get(f"{ASK}?agreement={cast.contract(days=50)}"))
    assert "only a renewal can come from a new partner; the rest comes from Larkspur" in near


def test_who_may_not_change_the_partner_is_told_who_can(cast: Cast, visit: Visit) -> None:
    reference, vera = cast.subscription(), visit("vera")
    address = f"{ASK}?agreement={reference}"
    page = vera.get(address)
    assert "Not available to you" in text(page) and "<textarea" not in page.content.decode()
    assert vera.post(address, {"number": NUMBER, "kind": "renewal"}).status_code == 403
    assert visit("bo").get(address).status_code == 404

    quote = issued(cast, reference)
    page = vera.get(at(quote))
    assert page.status_code == 200 and 'id="answer"' not in page.content.decode()
    assert now(quote.number).state == "issued"
    assert vera.post(at(quote, "accept/"), ORDER).status_code == 403
    no = {"reason": "No.", "revision": "1"}
    assert vera.post(at(quote, "decline/"), no).status_code == 403
    assert visit("bo").get(at(quote)).status_code == 404


def test_a_new_purchase_is_asked_for_without_an_agreement(cast: Cast, visit: Visit) -> None:
    pia = visit("pia")
    assert f'href="{ASK}"' in pia.get(QUOTES).content.decode()
    shown = pia.post(ASK, {"number": NUMBER, "kind": "purchase"})
    assert "can be asked" in text(shown) and requests() == []
    assert looked_up()[0]["number"] == NUMBER and looked_up()[0]["agreements"] == []
    unknown = pia.post(ASK, {"number": "7209999999", "kind": "purchase"})
    assert "found" not in unknown.context and len(looked_up()) == 2
    done = pia.post(ASK, {"number": NUMBER, "kind": "purchase", "found": NUMBER}, follow=True)
    assert "Gorse Digital has been asked" in text(done)
    assert [each.kind for each in requests()] == ["purchase"]

    quote = issued(
        cast,
        kind="purchase",
        ask=False,
        start_on=clock.today(),
        end_on=clock.today() + timedelta(days=364),
    )
    page = text(pia.get(at(quote)))
    assert "Accepting this makes Gorse Digital your authorized partner, effective at once" in page
    after = text(pia.post(at(quote, "accept/"), ORDER, follow=True))
    with seeing(Actor.system()):
        order = Order.objects.get()
        (term,) = Term.objects.filter(order_number=order.number).select_related("agreement")
    reference = term.agreement.reference
    assert grouped(reference).replace("\N{NO-BREAK SPACE}", "") in after
    assert of_record(reference) == {GORSE}


def test_a_request_is_withdrawn_while_it_is_open(cast: Cast, visit: Visit) -> None:
    pia, request = visit("pia"), asked(cast, cast.subscription())
    address = reverse("portal:quotes_withdraw", args=[request.pk])
    assert f'action="{address}"' in pia.get(QUOTES).content.decode()
    assert "The request is withdrawn." in text(pia.post(address, follow=True))
    assert "This request is withdrawn." in text(pia.post(address, follow=True))
    other = asked(cast, cast.subscription())
    decline_request(other.pk, by=cast.actor("gil", door="desk"), reason="Too far away.")
    page = text(pia.get(QUOTES))
    assert "Too far away." in page and "Withdraw the request" not in page


def test_a_quote_says_what_it_changes_and_that_it_changes_the_partner(
    cast: Cast, visit: Visit
) -> None:
    reference, pia = cast.subscription(days=39), visit("pia")
    lines = (Line("Draft", 25, Decimal("0.0125"), discount_percent=Decimal("12.5")),)
    quote = issued(cast, reference, lines=lines, tax=Decimal("1.90"), notes="Until then,\nGil")
    page = pia.get(at(quote))
    begins = long_day(clock.today() + timedelta(days=40))
    said = text(page)
    assert (
        "Accepting this changes your authorized partner from Larkspur Systems to Gorse Digital, "
        f"effective {begins}" in said
    )
    for part in ("10 seats", "25 seats", "€0.0125", "less 12.5%", "€0.27", "€2.17", "Until then"):
        assert part in said, part
    assert told(quote.number)[-1] == "quote.viewed" and now(quote.number).state == "viewed"
    pia.get(at(quote))
    assert told(quote.number).count("quote.viewed") == 1


@pytest.mark.parametrize(("days", "since"), [(-10, -9), (-1, None)])
def test_a_late_renewal_says_since_when_its_partner_is_of_record(
    cast: Cast, visit: Visit, days: int, since: int | None
) -> None:
    quote = issued(cast, cast.contract(days=days))
    wanted = long_day(clock.today() + timedelta(days=since)) if since else "at once"
    assert f"to Gorse Digital, effective {wanted} ." in text(visit("pia").get(at(quote)))


def test_accepting_shows_the_order_and_the_change_which_says_what_caused_it(
    cast: Cast, visit: Visit
) -> None:
    reference, pia = cast.subscription(days=39), visit("pia")
    quote = issued(cast, reference)
    page = pia.post(at(quote, "accept/"), ORDER, follow=True)
    with seeing(Actor.system()):
        order, change = Order.objects.get(), PartnerChange.objects.get(cause__startswith="order/")
    for said in (order.number, "PO 7", "Pia Alder", change.number, "scheduled"):
        assert said in text(page)
    shown = pia.get(reverse("portal:change", args=[change.number]))
    assert f"Order {order.number} caused this change" in text(shown)
    assert at(quote) in shown.content.decode()
    assert "cannot be cancelled here" in text(shown) and 'id="cancel"' not in shown.content.decode()
    refused = pia.post(reverse("portal:change_cancel", args=[change.number]), {"reason": "No."})
    assert refused.status_code == 409


def test_what_the_vendor_has_booked_is_an_order_of_the_account(cast: Cast, visit: Visit) -> None:
    reference, pia = cast.subscription(), visit("pia")
    given: dict[str, Any] = {"account": "5100000001", "currency": "EUR", "net": Decimal(600)}
    erp = Transaction(
        "T-1", "seats", partner=NUMBER, agreement=reference, lines=(Bought("Draft", 5),), **given
    )
    (done,) = book([erp], by=Actor.system("api"))
    assert done.order
    where = reverse("portal:order", args=[done.order.number])
    (change,) = done.changes
    shown = pia.get(where)
    for said in ("Gorse Digital", "T-1", "Draft", "€600.00", reference, change, "Added seats"):
        assert said in text(shown), said
    assert '<a href="/billing/" aria-current="true">' in shown.content.decode()
    assert f'href="{where}"' in pia.get(reverse("portal:change", args=[change])).content.decode()
    assert visit("bo").get(where).status_code == 404
    (letter, *_others) = letters("order.booked.account")
    assert where in letter.text
    (firm,) = letters("order.booked.partner")
    assert f"/desk/orders/{done.order.number}/" in firm.text


def test_the_order_of_a_quote_stands_on_its_page(cast: Cast, visit: Visit) -> None:
    quote = issued(cast, cast.subscription())
    order = accepted(cast, quote).order
    found = visit("pia").get(reverse("portal:order", args=[order.number]))
    assert (found.status_code, found["Location"]) == (302, f"{at(quote)}#order")


def test_a_change_that_an_order_made_is_for_support_to_put_right(cast: Cast, visit: Visit) -> None:
    quote = issued(cast, cast.subscription(), "seats")
    change = change_of(accepted(cast, quote))
    page = visit("pia").get(reverse("portal:change", args=[change.number]))
    assert 'id="undo"' in page.content.decode() and "support" in text(page)
    assert "Undo the change" not in text(page)


def test_added_seats_of_the_same_partner_keep_it(cast: Cast, visit: Visit) -> None:
    reference, pia = cast.contract(), visit("pia")
    quote = issued(cast, reference, "seats", by="lou", ask=False, lines=(TEN,))
    page = text(pia.get(at(quote)))
    assert "Your authorized partner stays Larkspur Systems" in page
    assert "10 seats" in page and "20 seats" in page
    after = text(pia.post(at(quote, "accept/"), ORDER, follow=True))
    assert "stays as it was" in after and of_record(reference) == {LARKSPUR}


def test_a_switch_names_what_it_replaces_and_an_extension_keeps_the_seats(
    cast: Cast, visit: Visit
) -> None:
    pia = visit("pia")
    switch = issued(
        cast, cast.subscription(), "switch", lines=(Line("Atlas", 4, Decimal(9), replaces="Draft"),)
    )
    assert "Atlas 10 seats of Draft 4 seats" in text(pia.get(at(switch)))
    extension = issued(cast, cast.subscription(), "extension")
    page = text(pia.get(at(extension)))
    assert "Term now" in page and "Term offered" in page and "10 seats" in page


def test_declining_wants_a_reason_and_says_so_afterwards(cast: Cast, visit: Visit) -> None:
    pia, quote = visit("pia"), issued(cast, cast.subscription())
    assert 'name="revision" value="1"' in pia.get(at(quote)).content.decode().split("/decline/")[1]
    page = pia.post(at(quote, "decline/"), {"reason": " ", "revision": "1"})
    assert page.status_code == 422 and "Give a reason." in text(page)
    no = {"reason": "Too dear.", "revision": "1"}
    after = text(pia.post(at(quote, "decline/"), no, follow=True))
    assert "The quote was declined." in after and "Too dear." in after
    assert "Ask for another quote" in after and "Pia" in after


@pytest.mark.parametrize("act", ["expired", "withdrawn", "moved", "inactive", "taken", "revised"])
def test_what_stands_against_accepting_is_said_and_nothing_is_ordered(
    cast: Cast, visit: Visit, act: str, settings: Any
) -> None:
    reference, pia = cast.subscription(), visit("pia")
    quote = issued(cast, reference, expires_on=clock.today() + timedelta(days=1))
    gil = cast.actor("gil", door="desk")
    said = {
        "expired": "The quote expired after",
        "withdrawn": "The partner has withdrawn the quote.",
        "moved": "Moved since it was reviewed: the agreement.",
        "inactive": "not active",
        "taken": "The quote was accepted.",
        "revised": "2 is the revision that counts",
    }[act]
    if act == "expired":
        settings.OFRECORD_TODAY = clock.today() + timedelta(days=2)
    elif act == "withdrawn":
        withdraw(quote.number, by=gil, reason="A mistake.")
    elif act == "moved":
        accepted(cast, issued(cast, reference, "seats", by="lou", ask=False))
    elif act == "inactive":
        with seeing(Actor.system("cli")):
            Partner.objects.filter(account_number=NUMBER).update(status="inactive")
    elif act == "taken":
        accepted(cast, quote, by="sam")
    else:
        revise(quote.number, offer(reference, lines=(TEN,)), by=gil)
        issue(quote.number, by=gil)
    before = orders()
    page = pia.post(at(quote, "accept/"), ORDER)
    assert page.status_code in (409, 422)
    assert "Nothing was ordered" in text(page) and said in text(page), text(page)
    assert orders() == before
    shown = pia.get(at(quote))
    assert shown.status_code == 200
    if act == "revised":
        assert "Revision 1" in text(shown) and 'name="revision" value="2"' in page.content.decode()
        declined = pia.post(at(quote, "decline/"), {"reason": "Too dear.", "revision": "1"})
        assert declined.status_code == 409 and said in text(declined)
        assert "The quote was not declined" in text(declined)
        assert now(quote.number).state in ("issued", "viewed")
        old = text(pia.get(at(quote), {"revision": "1"}))
        assert "This is revision 1." in old and "Your answer" not in old
    else:
        assert not re.search(r"/accept/", shown.content.decode())


def test_what_can_be_done_about_it_is_a_link(cast: Cast, visit: Visit) -> None:
    accepted(cast, issued(cast, reference := cast.subscription(days=39)))
    page = visit("pia").get(at(issued(cast, reference, "seats")))
    urls = [each.remedy.url for each in page.context["against"] if each.remedy.url]
    assert urls and all(f'href="{url}"' in page.content.decode() for url in urls)


def test_the_list_shows_what_needs_an_answer_first_page_by_page(
    cast: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ofrecord.portal.quotes.listing.PAGE", 2)
    pia = visit("pia")
    made = [issued(cast, cast.subscription()) for _ in range(5)]
    gil = cast.actor("gil", door="desk")
    for quote in made[3:]:
        withdraw(quote.number, by=gil)
    pages: list[list[str]] = []
    query = "?"
    while query:
        page = pia.get(f"{QUOTES}{query}")
        assert ("To the beginning" in text(page)) is bool(pages)
        pages.append([row.quote.number for row in page.context["rows"]])
        query = page.context["later_url"]
    wanted = [made[place].number for place in (2, 1, 0, 4, 3)]
    assert pages == [wanted[:2], wanted[2:4], wanted[4:]]
    assert "3 quotes wait for your answer." in text(pia.get(QUOTES))
    for state, count in (("open", 2), ("withdrawn", 2), ("accepted", 0), ("expired", 0)):
        assert len(pia.get(QUOTES, {"state": state}).context["rows"]) == count
    assert [row.quote for row in visit("bo").get(QUOTES).context["rows"]] == []


def test_from_earlier_requests_a_way_leads_back(
    cast: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ofrecord.portal.quotes.listing.REQUESTS", 1)
    for _ in range(2):
        asked(cast, cast.subscription())
    first = visit("pia").get(QUOTES)
    assert "Latest requests" not in text(first) and "Earlier requests" in text(first)
    earlier = visit("pia").get(f"{QUOTES}{first.context['earlier_url'].removesuffix('#requests')}")
    assert "Latest requests" in text(earlier) and "Earlier requests" not in text(earlier)


def test_the_paper_is_a_pdf_of_the_account_alone(cast: Cast, visit: Visit) -> None:
    quote = issued(cast, cast.subscription(), notes="Thank you.")
    answer = visit("pia").get(at(quote, "quote.pdf"))
    assert answer["Content-Type"] == "application/pdf" and answer.content.startswith(b"%PDF-")
    assert f'filename="{quote.number}.pdf"' in answer["Content-Disposition"]
    assert visit("bo").get(at(quote, "quote.pdf")).status_code == 404
