"""The story account: every rule and every boundary on one page of its list."""

from ofrecord.cli.demo.ledger import Deal, Ledger, Line, Role, ScriptedChange
from ofrecord.cli.demo.sheets import Account
from ofrecord.cli.demo.story import (
    BOUNDARIES,
    CIVIL,
    DRAFT,
    DRAFT_LT,
    FACADE,
    FLEX,
    PLANT,
    RENDER,
    STORY,
    SURVEY,
)

BRIGHTLINE, HALDEN = Role(STORY.reseller), Role(STORY.distributor, "distributor")
CEDAR, PLANGUT = Role(STORY.new_partner), Role(STORY.services_partner, "services")
TOKENS = (FLEX, 1)


def _deal(
    days: int,
    *lines: Line,
    partners: tuple[Role, ...] = (BRIGHTLINE,),
    years: int = 1,
    manager: str = STORY.contract_manager,
    eba: bool = False,
    token_flex: bool = False,
    auto_renew: bool = False,
    since: int = 0,
) -> Deal:
    return Deal(
        days,
        lines,
        partners,
        years,
        auto_renew,
        program="eba" if eba or token_flex else "standard",
        token_flex=token_flex,
        manager=manager,
        partner_since=since,
    )


DEALS = {
    "available": _deal(159, (DRAFT, 120), (CIVIL, 40), partners=(BRIGHTLINE, HALDEN), years=2,
                       since=2),
    "first_day_before_the_window": _deal(91, (DRAFT, 12)),
    "first_day_of_the_window": _deal(90, (DRAFT, 14), (SURVEY, 2)),
    "in_the_window": _deal(70, (DRAFT_LT, 300), partners=(BRIGHTLINE, HALDEN), years=2),
    "last_day_but_one": _deal(1, (SURVEY, 6)),
    "last_day": _deal(0, (FACADE, 5)),
    "first_day_after": _deal(-1, (PLANT, 3)),
    "last_day_to_renew": _deal(-30, (CIVIL, 9), partners=(CEDAR,)),
    "too_late_to_renew": _deal(-31, (DRAFT_LT, 18)),
    "auto_renews": _deal(221, (PLANT, 12), auto_renew=True),
    "auto_renews_in_91": _deal(91, (DRAFT, 7), auto_renew=True),
    "auto_renews_in_90": _deal(90, (DRAFT, 8), auto_renew=True),
    "auto_renewal_missed": _deal(-5, (FACADE, 2), auto_renew=True),
    "token_flex": _deal(
        404, TOKENS, (DRAFT, 200), (PLANT, 60), years=2, token_flex=True,
        partners=(HALDEN, Role(STORY.reseller, line=1), Role(STORY.new_partner, line=2)),
    ),
    "enterprise_without_tokens": _deal(300, (DRAFT, 400), (CIVIL, 150), eba=True),
    "three_at_once": _deal(45, TOKENS, token_flex=True, auto_renew=True),
    "subscription": _deal(284, (RENDER, 25), partners=(CEDAR,), auto_renew=True),
    "subscription_auto_renews_soon": _deal(20, (DRAFT_LT, 4), auto_renew=True),
    "subscription_over": _deal(-12, (SURVEY, 1)),
    "subscription_sold_direct": _deal(140, (FACADE, 2), partners=()),
    "sold_direct": _deal(250, (DRAFT, 10), partners=(), manager=STORY.secondary_admin),
    "resellers_share_it": _deal(
        199, (DRAFT, 30), (CIVIL, 30), (RENDER, 5), years=2,
        partners=(Role(STORY.reseller, line=0), Role(STORY.new_partner, line=1), HALDEN),
    ),
    "three_partners": _deal(340, (PLANT, 45), (FACADE, 20), years=2,
                            partners=(BRIGHTLINE, HALDEN, PLANGUT)),
    "no_subscription": _deal(120, years=2, manager=""),
    "moving": _deal(387, (SURVEY, 8), years=2),
    "changed_before": _deal(463, (DRAFT, 64), years=2, partners=(Role(STORY.former_partner),)),
}  # fmt: skip


def add(ledger: Ledger, account: Account) -> None:
    for boundary in BOUNDARIES:
        deal = DEALS[boundary.name]
        alone = "-" in boundary.reference
        agree = ledger.subscription if alone else ledger.contract
        agree(account, deal, boundary.reference)
    ledger.history += [
        ScriptedChange(212, STORY.changed_contract, STORY.reseller, STORY.primary_admin,
                       "Alpine Digital stops selling at the end of the year"),
        ScriptedChange(6, STORY.moving_contract, STORY.new_partner, STORY.contract_manager,
                       "Cedar Systems supports our surveyors",
                       effective_on=ledger.day(24)),
    ]  # fmt: skip
