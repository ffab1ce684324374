"""What stands against a transaction by its own nature, before any rule about its partner.

The rules about partner and agreement are those of `changes.check`, never others.
"""

from collections import Counter
from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from ofrecord.agreements.models import Agreement, PurchasingModel, Subscription
from ofrecord.changes.check import Check, check_ids
from ofrecord.journal import clock
from ofrecord.quotes import refusals
from ofrecord.quotes.business import is_of_record
from ofrecord.quotes.deals import Deal
from ofrecord.quotes.models import OTHER_PARTNER, Kind, Order
from ofrecord.rules import policy
from ofrecord.rules.verdicts import Verdict, day


def against(deal: Deal) -> list[Verdict]:
    """What refuses the transaction as its agreement stands, which is locked."""
    agreement = deal.agreement
    if agreement is None:
        return [*_begun(deal), *_dates_of_lines(deal)]
    partner = deal.partner.pk
    return [
        *of_kind(deal.kind, agreement, partner),
        *_dates(deal, agreement),
        *_dates_of_lines(deal),
        *_products(deal),
    ]


def of_kind(kind: str, agreement: Agreement, partner_id: int) -> list[Verdict]:
    """What refuses this kind of transaction through this partner, whatever it offers."""
    check = check_ids([agreement.pk], partner=None, person=None)[agreement.pk]
    found = [*_naming(kind, agreement, partner_id)]
    if kind == Kind.RENEWAL:
        found += [each for each in check.verdicts if each.code == "token_flex"]
        found += _renewal(agreement, check)
    elif check.facts["end_on"] < check.today:
        found.append(refusals.term_over(check.facts["end_on"]))
    elif kind == Kind.SWITCH:
        found += map(refusals.renewal_waits, _renewed_from(agreement))
    return found


def _renewed_from(agreement: Agreement) -> list[date]:
    """The first day of a renewal that was ordered and has not begun."""
    waiting = Order.objects.filter(kind=Kind.RENEWAL, begun_at=None)
    of = Q(agreement=agreement) | Q(quote__agreement=agreement)
    return list(waiting.filter(of).values_list("begins_on", flat=True))


def _naming(kind: str, agreement: Agreement, partner_id: int) -> Iterator[Verdict]:
    another = not is_of_record(partner_id, agreement.account.pk, agreement.pk)
    if another and kind not in OTHER_PARTNER[agreement.purchasing_model]:
        yield refusals.keeps_partner(kind)


def _renewal(agreement: Agreement, check: Check) -> Iterator[Verdict]:
    """A renewal comes once; that of a contract within its days before and after the end."""
    case, end = check.case, check.facts["end_on"]
    if agreement.ends_on > end:
        yield refusals.already_renewed(agreement.ends_on)
    elif agreement.purchasing_model == PurchasingModel.CONTRACT:
        if not case.near:
            opens = end - timedelta(days=check.terms.near_expiration_days)
            yield refusals.renewal_too_early(opens)
        elif check.today > case.renewable_until:
            yield refusals.renewal_too_late(case.renewable_until)


def _dates(deal: Deal, agreement: Agreement) -> Iterator[Verdict]:
    end = agreement.ends_on
    if deal.kind == Kind.RENEWAL and (deal.start_on is None or deal.start_on <= end):
        yield refusals.term_unusable(_("The new term starts after the end of the current one."))
    elif deal.kind == Kind.RENEWAL and deal.start_on and deal.start_on < (first := _earliest()):
        yield refusals.term_unusable(
            _("A late renewal starts on %(day)s at the earliest.") % {"day": day(first)}
        )
    if deal.kind == Kind.EXTENSION and (deal.end_on is None or deal.end_on <= end):
        yield refusals.term_unusable(_("The term is extended beyond its end."))


def _dates_of_lines(deal: Deal) -> Iterator[Verdict]:
    """Only a line that begins a subscription of its own has a term of its own."""
    own = deal.kind == Kind.PURCHASE and deal.purchasing_model == PurchasingModel.SUBSCRIPTION
    term = (deal.start_on, deal.end_on)
    spans = ((line.start_on or term[0], line.end_on or term[1]) for line in deal.lines)
    if not own and any(span != term for span in spans):
        yield refusals.term_unusable(
            _("Only lines that each begin a subscription of their own have dates of their own.")
        )


def _earliest() -> date:
    """How far back a late renewal counts: the days of grace, of either purchasing model."""
    return clock.today() - timedelta(days=policy.live().renewal_grace_days)


def _begun(deal: Deal) -> Iterator[Verdict]:
    """A contract begins with one subscription of each product."""
    if deal.purchasing_model == PurchasingModel.CONTRACT and max(_named(deal).values()) > 1:
        yield refusals.lines_unusable(_("A product is named twice."))


def _products(deal: Deal) -> Iterator[Verdict]:
    """What the lines name is what the agreement holds; a line of seats or a switch, one of it."""
    held, named = _held(deal), _named(deal)
    one_each = deal.kind in (Kind.SEATS, Kind.SWITCH)
    unknown = [each for each in named if each not in held] if held or one_each else []
    if "" in unknown:
        yield refusals.lines_unusable(_("Say which product is replaced."))
    elif unknown:
        yield refusals.lines_unusable(
            _("The agreement has no product %(product)s.") % {"product": unknown[0]}
        )
    elif one_each and (several := [each for each in named if held[each] > 1]):
        yield refusals.several_of(several[0])
    elif any(times > max(held[each], 1) for each, times in named.items()):
        yield refusals.lines_unusable(_("A product is named twice."))
    elif deal.kind == Kind.RENEWAL:
        yield from _renewed(deal, held, named)
    elif deal.kind == Kind.SWITCH:
        yield from _switched(deal, held, named)


def _renewed(deal: Deal, held: Counter[str], named: Counter[str]) -> Iterator[Verdict]:
    """A line for each subscription; where there is none yet, for each that begins."""
    alone = deal.purchasing_model == PurchasingModel.SUBSCRIPTION
    if held and set(named) != set(held):
        yield refusals.lines_unusable(_("A renewal names every product of the agreement."))
    elif several := [each for each in held if named[each] < held[each]]:
        yield refusals.lines_unusable(
            _("A renewal has a line for each of the several subscriptions of %(product)s.")
            % {"product": several[0]}
        )
    elif alone and not held and len(named) > 1:
        yield refusals.lines_unusable(_("A subscription is of one product."))


def _switched(deal: Deal, held: Counter[str], named: Counter[str]) -> Iterator[Verdict]:
    """Into products of which the agreement then has one subscription each."""
    then = held - named + Counter(line.product for line in deal.lines)
    if several := [line.product for line in deal.lines if then[line.product] > 1]:
        yield refusals.lines_unusable(
            _("The agreement would have several subscriptions of %(product)s.")
            % {"product": several[0]}
        )


def _held(deal: Deal) -> Counter[str]:
    """Each product of the agreement, and of how many of its subscriptions."""
    held = Subscription.objects.filter(agreement=deal.agreement).order_by("id")
    return Counter(held.values_list("product", flat=True))


def _named(deal: Deal) -> Counter[str]:
    """Each product of the agreement that lines name, and in how many of them."""
    switch = deal.kind == Kind.SWITCH
    return Counter(line.replaces if switch else line.product for line in deal.lines)
