"""What stands against a transaction by its own nature, before any rule about its partner.

The rules about partner and agreement are those of `changes.check`, never others.
"""

from collections.abc import Iterator
from datetime import timedelta

from django.utils.translation import gettext as _

from ofrecord.agreements.models import Agreement, PurchasingModel, Subscription
from ofrecord.changes.check import Check, check_ids
from ofrecord.quotes import refusals
from ofrecord.quotes.business import is_of_record
from ofrecord.quotes.deals import Deal
from ofrecord.quotes.models import OTHER_PARTNER, Kind
from ofrecord.rules.verdicts import Verdict


def against(deal: Deal) -> list[Verdict]:
    """What refuses the transaction as its agreement stands, which is locked."""
    agreement = deal.agreement
    if agreement is None:
        return []
    partner = deal.partner.pk
    return [
        *of_kind(deal.kind, agreement, partner),
        *_dates(deal, agreement),
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
    return found


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
    if deal.kind == Kind.EXTENSION and (deal.end_on is None or deal.end_on <= end):
        yield refusals.term_unusable(_("The term is extended beyond its end."))


def _products(deal: Deal) -> Iterator[Verdict]:
    held = Subscription.objects.filter(agreement=deal.agreement)
    known = set(held.values_list("product", flat=True))
    named = [line.replaces if deal.kind == Kind.SWITCH else line.product for line in deal.lines]
    if unknown := [each for each in named if known and each not in known]:
        yield refusals.lines_unusable(
            _("The agreement has no product %(product)s.") % {"product": unknown[0] or "?"}
        )
    elif len(set(named)) < len(named):
        yield refusals.lines_unusable(_("A product is named twice."))
    elif deal.kind == Kind.RENEWAL and set(named) != known:
        yield refusals.lines_unusable(_("A renewal names every product of the agreement."))
