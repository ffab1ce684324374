"""Accepting a quote: the order, the agreement and the partner, in one act or not at all."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from ofrecord.agreements.models import Agreement, Subscription, Term
from ofrecord.changes.apply import apply
from ofrecord.changes.cancel import cancel
from ofrecord.changes.refusals import NotFound, NotPermitted
from ofrecord.changes.undo import undo
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Partner
from ofrecord.quotes.accept import preview
from ofrecord.quotes.begin import begin
from ofrecord.quotes.decline import decline
from ofrecord.quotes.offers import Line
from ofrecord.quotes.withdraw import withdraw
from tests.cast import Cast, Of, events, of_record, types
from tests.quotes.selling import (
    DUNE,
    GORSE,
    LARKSPUR,
    TEN,
    accepted,
    change_of,
    ends_on,
    issued,
    letters,
    now,
    orders,
    refusal,
    sound,
    told,
)


def test_a_renewal_changes_the_partner_when_its_term_starts(cast: Cast, settings: Any) -> None:
    reference = cast.subscription(days=39)
    quote = issued(cast, reference)
    done = accepted(cast, quote, purchase_order="PO 7", name="Pia Alder")
    begins = clock.midnight(clock.today() + timedelta(days=40))
    change = change_of(done)
    assert (change.occasion, change.state, change.effective_at) == ("order", "scheduled", begins)
    assert change.cause == f"order/{done.order.number}"
    assert types(reference)[1:] == ["agreement.updated", "partner_change.scheduled"]
    assert of_record(reference) == {LARKSPUR}
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=39)
    assert of_record(reference) == {LARKSPUR}
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=1)
    assert of_record(reference) == {GORSE}, "with every job down"
    sound()
    assert apply(by=Actor.system()) == 1
    assert now(quote.number).state == "accepted"
    sound()


def test_everybody_learns_of_it(cast: Cast) -> None:
    quote = issued(cast, cast.subscription(days=39))
    done = accepted(cast, quote, purchase_order="PO 7", name="Pia Alder")
    assert told(quote.number) == [
        "quote.drafted",
        "quote.issued",
        "quote.accepted",
        "order.booked",
    ]
    (to_gorse,) = letters("quote.accepted.partner")
    assert (
        re.search(r"Purchase order:?\s+PO 7", to_gorse.text) and done.order.number in to_gorse.text
    )
    assert {letter.person_id for letter in letters("order.booked.account")} == {
        cast.people["pia"].pk,
        cast.people["sam"].pk,
    }
    (losing,) = letters("scheduled.losing")
    assert "Gorse" not in losing.text and done.order.number not in losing.text


def test_the_order_says_what_was_agreed(cast: Cast) -> None:
    discounted = Line("Draft", 10, Decimal("120.00"), discount_percent=Decimal(10))
    quote = issued(cast, cast.subscription(days=39), lines=(discounted,), tax=Decimal("205.20"))
    order = accepted(cast, quote, purchase_order=" PO 7 ").order
    assert (order.net, order.tax, order.total) == (
        Decimal("1080.00"),
        Decimal("205.20"),
        Decimal("1285.20"),
    )
    assert (order.purchase_order, order.currency, order.kind) == ("PO 7", "EUR", "renewal")
    assert order.number.startswith("ORD-") and quote.number.startswith("Q-")


def test_a_renewal_adds_the_next_term(cast: Cast) -> None:
    reference = cast.subscription(days=39)
    done = accepted(cast, issued(cast, reference, auto_renew=True))
    with seeing(Actor.system()):
        first, second = Term.objects.filter(agreement__reference=reference).order_by("number")
        agreement = Agreement.objects.get(reference=reference)
    assert second.start_on == first.end_on + timedelta(days=1)
    assert (second.auto_renew, second.order_number) == (True, done.order.number)
    assert agreement.ends_on == second.end_on


def test_the_seats_of_a_renewal_count_when_it_begins(cast: Cast, settings: Any) -> None:
    reference = cast.subscription(days=39)
    order = accepted(cast, issued(cast, reference, lines=(Line("Draft", 25, Decimal(90)),))).order
    assert seats(reference) == {"Draft": 10}
    assert begin(by=Actor.system()) == 0
    settings.OFRECORD_TODAY = order.begins_on
    assert begin(by=Actor.system()) == 1
    assert begin(by=Actor.system()) == 0
    assert seats(reference) == {"Draft": 25}
    sound()


def test_a_late_renewal_counts_from_its_start(cast: Cast) -> None:
    reference = cast.contract(days=-20)
    done = accepted(cast, issued(cast, reference))
    since = clock.midnight(clock.today() - timedelta(days=19))
    assert change_of(done).state == "complete"
    assert of_record(reference) == of_record(reference, since) == {GORSE}
    assert of_record(reference, since - timedelta(microseconds=1)) == {LARKSPUR}
    sound()


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("extension", {}),
        ("seats", {"lines": (Line("Draft", 5, Decimal(60)),)}),
        ("switch", {"lines": (Line("Draft Pro", 10, Decimal(200)),)}),
    ],
)
def test_the_others_change_the_partner_at_once(
    cast: Cast, kind: str, given: dict[str, Any]
) -> None:
    reference = cast.subscription(days=100)
    done = accepted(cast, issued(cast, reference, kind, **given))
    assert of_record(reference) == {GORSE}
    assert change_of(done).state == "complete"
    assert types(reference)[1:] == [
        "agreement.updated",
        "partner_change.applied",
        "partner_change.completed",
    ]
    assert (
        seats(reference)
        == {
            "extension": {"Draft": 10},
            "seats": {"Draft": 15},
            "switch": {"Draft Pro": 10},
        }[kind]
    )
    sound()


def test_an_extension_moves_the_end(cast: Cast) -> None:
    reference = cast.subscription(days=100)
    later = clock.today() + timedelta(days=150)
    accepted(cast, issued(cast, reference, "extension", end_on=later))
    with seeing(Actor.system()):
        (term,) = Term.objects.filter(agreement__reference=reference)
    assert term.end_on == later


@pytest.mark.parametrize(("model", "agreements"), [("subscription", 2), ("contract", 1)])
def test_a_purchase_begins_agreements(cast: Cast, model: str, agreements: int) -> None:
    lines = (TEN, Line("Render", 3, Decimal(300)))
    quote = issued(cast, kind="purchase", lines=lines, purchasing_model=model, start_on=day(0))
    done = accepted(cast, quote)
    assert len(done.agreements) == len(done.changes) == agreements
    for reference in done.agreements:
        assert of_record(reference) == {GORSE}
        assert types(reference)[0] == "agreement.purchased"
        assert events(reference)[0][1]["order"] == done.order.number
    held = [product for reference in done.agreements for product in seats(reference)]
    assert sorted(held) == ["Draft", "Render"]
    sound()


def test_each_subscription_has_the_dates_of_its_line(cast: Cast) -> None:
    render = Line("Render", 3, Decimal(300), start_on=day(10), end_on=day(100))
    lines = (Line("Draft", 2, Decimal(9), end_on=day(50)), render)
    quote = issued(cast, kind="purchase", lines=lines, start_on=day(0), end_on=day(364))
    done = accepted(cast, quote)
    draft, later = done.agreements
    with seeing(Actor.system()):
        found = Term.objects.order_by("agreement_id").values_list("start_on", "end_on")
        assert list(found) == [(day(0), day(50)), (day(10), day(100))]
    assert (ends_on(draft), ends_on(later)) == (day(50), day(100))
    assert of_record(draft) == {GORSE} and of_record(later) == set()
    assert of_record(later, clock.midnight(day(10))) == {GORSE}
    assert done.order.begins_on == day(0)
    sound()


@pytest.mark.parametrize("kind", ["renewal", "extension", "seats", "switch"])
def test_no_other_line_has_dates_of_its_own(cast: Cast, kind: str) -> None:
    product = "Plant" if kind == "switch" else "Draft"
    line = Line(product, 10, Decimal(9), end_on=day(150))
    reference = cast.subscription(days=39)
    assert refusal(issued, cast, reference, kind, lines=(line,)) == "term_unusable"


def test_nor_has_one_of_a_contract(cast: Cast) -> None:
    line = Line("Draft", 10, Decimal(9), start_on=day(3))
    given = {"lines": (line,), "start_on": day(0), "purchasing_model": "contract"}
    assert refusal(issued, cast, kind="purchase", **given) == "term_unusable"


def test_a_line_does_not_end_before_it_starts(cast: Cast) -> None:
    line = Line("Draft", 10, Decimal(9), start_on=day(400))
    given = {"lines": (line,), "start_on": day(0), "end_on": day(364)}
    assert refusal(issued, cast, kind="purchase", **given) == "term_unusable"


def test_a_purchase_for_later_has_its_partner_from_its_start(cast: Cast) -> None:
    quote = issued(cast, kind="purchase", start_on=day(10))
    done = accepted(cast, quote)
    assert change_of(done).state == "scheduled"
    assert of_record(done.agreements[0]) == set()
    assert of_record(done.agreements[0], clock.midnight(day(10))) == {GORSE}
    sound()


def test_the_partner_of_record_stays_without_a_change(cast: Cast) -> None:
    reference = cast.contract(days=60)
    quote = issued(cast, reference, by="lou", ask=False)
    assert preview(quote.number, by=cast.actor("pia")).effect.keeps  # type: ignore[union-attr]  # it can be accepted
    done = accepted(cast, quote)
    assert done.changes == () and types(reference)[1:] == ["agreement.updated"]
    assert of_record(reference) == of_record(reference, clock.midnight(day(90))) == {LARKSPUR}
    sound()


def test_on_a_contract_seats_keep_the_partner(cast: Cast) -> None:
    reference = cast.contract(days=200)
    done = accepted(cast, issued(cast, reference, "seats", by="lou", ask=False))
    assert done.changes == () and seats(reference) == {"Draft": 20}
    sound()


def test_the_preview_says_what_accepting_does_and_does_nothing(cast: Cast) -> None:
    reference = cast.subscription(days=39)
    quote = issued(cast, reference)
    shown = preview(quote.number, by=cast.actor("vera"))
    assert shown.effect
    assert [each.name for each in shown.effect.before] == ["Larkspur Systems"]
    assert [each.name for each in shown.effect.after] == ["Gorse Digital"]
    assert shown.effect.effective_at == clock.midnight(day(40))
    assert [each.code for each in shown.verdicts] == ["not_permitted"]
    assert preview(quote.number, by=cast.actor("pia")).verdicts == ()
    assert types(reference) == ["agreement.loaded"] and orders() == 0
    sound()


@pytest.mark.parametrize("by", ["vera", "gil", "lou", "aude", "stan", "bo"])
def test_who_may_not_accept(cast: Cast, by: str) -> None:
    quote = issued(cast, cast.subscription(days=39))
    kind = NotPermitted if by in ("vera", "gil", "aude") else NotFound
    with pytest.raises(kind):
        accepted(cast, quote, by=by)
    assert orders() == 0


def test_the_contract_manager_accepts(cast: Cast) -> None:
    reference = cast.subscription(days=39, manager="cora")
    assert accepted(cast, issued(cast, reference), by="cora").changes


def test_it_is_accepted_once(cast: Cast) -> None:
    quote = issued(cast, cast.subscription(days=39))
    accepted(cast, quote)
    assert refusal(accepted, cast, quote, by="sam") == "quote_accepted"
    assert orders() == 1


def test_what_is_over_is_not_accepted(cast: Cast, settings: Any) -> None:
    declined, withdrawn, late = (issued(cast, cast.subscription(days=39)) for _ in range(3))
    decline(declined.number, by=cast.actor("sam"), reason="Too dear.")
    withdraw(withdrawn.number, by=cast.actor("gil"))
    settings.OFRECORD_TODAY = day(15)
    assert [refusal(accepted, cast, each) for each in (declined, withdrawn, late)] == [
        "quote_declined",
        "quote_withdrawn",
        "quote_expired",
    ]
    assert orders() == 0
    sound()


def test_it_can_be_accepted_through_its_last_day(cast: Cast, settings: Any) -> None:
    quote = issued(cast, cast.subscription(days=39))
    settings.OFRECORD_TODAY = quote.expires_on
    assert accepted(cast, quote).changes


def test_an_agreement_that_has_moved_is_reviewed_again(cast: Cast) -> None:
    reference = cast.subscription(days=39)
    first, second = issued(cast, reference), issued(cast, reference, by="lou", ask=False)
    accepted(cast, second)
    assert refusal(accepted, cast, first) == "agreement_moved"
    assert of_record(reference, clock.midnight(day(40))) == {LARKSPUR}
    sound()


def test_the_change_that_moved_it_is_named(cast: Cast) -> None:
    reference = cast.contract(days=91)
    quote = issued(cast, reference, "seats", by="lou", ask=False)
    number = cast.change(reference)
    with pytest.raises(Exception, match=number):
        accepted(cast, quote)


def test_a_partner_that_became_inactive_is_refused(cast: Cast) -> None:
    reference = cast.subscription(days=39)
    quote = issued(cast, reference)
    with seeing(Actor.system()):
        Partner.objects.filter(pk=cast.gorse.pk).update(status="suspended")
    assert refusal(accepted, cast, quote) == "partner_inactive"
    assert types(reference) == ["agreement.loaded"] and orders() == 0
    assert now(quote.number).state == "issued"
    sound()


def test_a_product_that_the_partner_may_not_sell_is_refused(cast: Cast) -> None:
    reference = cast.subscription(days=39)
    quote = issued(cast, reference, "switch", lines=(Line("Draft Pro", 10, Decimal(9)),))
    with seeing(Actor.system()):
        Partner.objects.filter(pk=cast.gorse.pk).update(authorized_products=["Draft"])
    assert refusal(accepted, cast, quote) == "partner_product"
    assert seats(reference) == {"Draft": 10}


def test_an_older_revision_than_the_one_that_counts_is_refused(cast: Cast) -> None:
    quote = issued(cast, cast.subscription(days=39))
    assert refusal(accepted, cast, quote, revision=2) == "quote_revised"
    assert accepted(cast, quote, revision=1).changes


def test_an_open_change_stands_against_it(cast: Cast) -> None:
    cast.policy(consent_days={"gaining": 5})
    reference = cast.contract(days=91)
    cast.submit(reference, partner=cast.dune.account_number)
    quote = issued(cast, reference, "seats", by="lou", ask=False)
    assert accepted(cast, quote).changes == (), "it keeps the partners"
    later = cast.subscription(days=39)
    accepted(cast, issued(cast, later))
    seats_too = issued(cast, later, "seats")
    assert refusal(accepted, cast, seats_too) == "change_in_progress"
    assert seats(later) == {"Draft": 10}


def test_a_locked_agreement_keeps_its_partner(cast: Cast) -> None:
    from ofrecord.changes.locks import lock

    reference = cast.subscription(days=39)
    lock([reference], by=cast.actor("sam"), reason="Ours.")
    quote = issued(cast, reference)
    assert refusal(accepted, cast, quote) == "locked"
    kept = issued(cast, reference, by="lou", ask=False)
    assert accepted(cast, kept).changes == ()


def test_the_customer_does_not_cancel_or_undo_what_an_order_did(cast: Cast) -> None:
    later, at_once = cast.subscription(days=39), cast.subscription(days=100)
    (scheduled,) = accepted(cast, issued(cast, later)).changes
    (applied,) = accepted(cast, issued(cast, at_once, "seats")).changes
    pia = cast.actor("pia")
    assert refusal(cancel, scheduled, by=pia, reason="No.") == "caused_by_order"
    assert refusal(undo, [applied], by=pia, reason="No.") == "not_undoable"
    assert of_record(later, clock.midnight(day(40))) == {GORSE}


def test_a_late_renewal_counts_no_further_back_than_the_days_of_grace(cast: Cast) -> None:
    reference = cast.subscription(days=-50)
    assert refusal(issued, cast, reference) == "term_unusable"
    assert refusal(issued, cast, reference, start_on=day(-31), ask=False) == "term_unusable"
    accepted(cast, issued(cast, reference, start_on=day(-30), ask=False))
    since = clock.midnight(day(-30))
    assert of_record(reference) == of_record(reference, since) == {GORSE}
    assert of_record(reference, since - timedelta(microseconds=1)) == {LARKSPUR}
    sound()


@pytest.mark.parametrize("model", ["contract", "subscription"])
def test_a_late_renewal_leaves_what_was_decided_meanwhile(cast: Cast, model: str) -> None:
    meanwhile = (Of(cast.larkspur), Of(cast.dune, "distributor", days=5))
    reference = getattr(cast, model)(days=-20, partners=meanwhile)
    quote = issued(cast, reference)
    done = accepted(cast, quote)
    assert change_of(done).effective_at > clock.midnight(clock.today())
    assert of_record(reference) == {GORSE}
    assert of_record(reference, clock.midnight(day(-1))) == {LARKSPUR, DUNE}
    assert of_record(reference, clock.midnight(day(-10))) == {LARKSPUR}
    with seeing(Actor.system()):
        assert Term.objects.filter(agreement__reference=reference, start_on=day(-19)).exists()
    sound()


def day(days: int) -> Any:
    return clock.today() + timedelta(days=days)


def seats(reference: str) -> dict[str, int]:
    with seeing(Actor.system()):
        held = Subscription.objects.filter(agreement__reference=reference)
        return dict(held.values_list("product", "seats"))
