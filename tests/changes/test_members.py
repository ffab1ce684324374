"""Named members: one partner of several is replaced, and the others stay untouched."""

from datetime import timedelta
from typing import Any

import pytest

from ofrecord.agreements.models import Tenure
from ofrecord.changes.apply import apply
from ofrecord.changes.cancel import cancel
from ofrecord.changes.carry_out import Submitted
from ofrecord.changes.check import Check, check
from ofrecord.changes.decided import tidings
from ofrecord.changes.members import Member, parsed
from ofrecord.changes.models import Member as Moved
from ofrecord.changes.models import PartnerChange
from ofrecord.changes.refusals import NotAvailable, NotPermitted, Refused, Unusable
from ofrecord.changes.submit import submit
from ofrecord.cli.verify import verify
from ofrecord.delivery.models import Letter
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Partner
from tests.cast import Cast, Of, events, of_record, types

LARKSPUR, GORSE = ("Larkspur Systems", "reseller", None), ("Gorse Digital", "reseller", None)
DUNE, REED = ("Dune Distribution", "distributor", None), ("Reed Services", "services", None)
RESELLER = (Member("reseller"),)
OPERATOR = Actor.system("cli")


@pytest.fixture
def three(cast: Cast) -> str:
    """A contract of three partners."""
    reed = cast.partner("7200000009", "Reed Services")
    return cast.contract(
        partners=(
            Of(cast.larkspur),
            Of(cast.dune, "distributor"),
            Of(reed, "services"),
        )
    )


def replace(cast: Cast, reference: str, *members: Member, **given: Any) -> Submitted:
    """An operator replaces named members for Pia, by Gorse where nobody else is named."""
    number = given.pop("partner", cast.gorse.account_number)
    by = given.pop("by", OPERATOR.acting_for(cast.people["pia"].pk))
    reason = "Only the reseller."
    return submit([reference], number, by=by, reason=reason, members=members, **given)


def preview(cast: Cast, reference: str, *members: Member, **given: Any) -> Check:
    number = given.pop("partner", cast.gorse.account_number)
    by = OPERATOR.acting_for(cast.people["pia"].pk)
    with seeing(by):
        (found,) = check([reference], by=by, partner=number, members=members, **given)
    return found


def rows(reference: str) -> dict[str, tuple[int, Any]]:
    """The tenures in force: by partner, the row and what superseded it."""
    with seeing(Actor.system()):
        found = Tenure.objects.filter(agreement__reference=reference, superseded_at=None)
        return {each.partner.name: (each.pk, each.opened_by_id) for each in found}


def sound() -> None:
    assert {each.name: each.examples for each in verify(samples=200) if each.violations} == {}


def test_the_reseller_is_replaced_and_the_others_stay_row_by_row(cast: Cast, three: str) -> None:
    before = rows(three)
    (item,) = replace(cast, three, *RESELLER).items
    assert of_record(three) == {GORSE, DUNE, REED}
    after = rows(three)
    assert after["Dune Distribution"] == before["Dune Distribution"]
    assert after["Reed Services"] == before["Reed Services"]
    assert after["Gorse Digital"] not in before.values()
    with seeing(Actor.system()):
        change = PartnerChange.objects.select_related("partner").get(number=item.number)
        members = {
            (m.partner.name, m.before, m.after, m.movement)
            for m in Moved.objects.filter(change=change).select_related("partner")
        }
    assert change.partner and change.partner.name == "Gorse Digital"
    assert change.only == [["reseller", None, None]]
    assert members == {
        ("Larkspur Systems", True, False, "losing"),
        ("Gorse Digital", False, True, "gaining"),
        ("Dune Distribution", True, True, "staying"),
        ("Reed Services", True, True, "staying"),
    }
    sound()


def test_the_event_says_which_end_and_which_stay(cast: Cast, three: str) -> None:
    replace(cast, three, *RESELLER)
    told = events(three)[1][1]
    assert [party["partner"] for party in told["ends"]] == [cast.larkspur.account_number]
    assert {party["role"] for party in told["stays"]} == {"distributor", "services"}
    assert told["gaining"] == [cast.gorse.account_number]
    assert told["losing"] == [cast.larkspur.account_number]
    assert told["staying"] == [cast.dune.account_number, "7200000009"]
    assert len(told["after"]) == 3


def test_the_preview_is_what_is_done(cast: Cast, three: str) -> None:
    shown = preview(cast, three, *RESELLER)
    assert shown.available
    assert {party.name for party in shown.before} == {
        "Larkspur Systems",
        "Dune Distribution",
        "Reed Services",
    }
    assert {(party.name, party.role) for party in shown.after or ()} == {
        ("Gorse Digital", "reseller"),
        ("Dune Distribution", "distributor"),
        ("Reed Services", "services"),
    }
    replace(cast, three, *RESELLER, fingerprints=[str(shown.fingerprint)])
    assert of_record(three) == {GORSE, DUNE, REED}


def test_the_fingerprint_is_of_the_members_that_were_shown(cast: Cast, three: str) -> None:
    whole = preview(cast, three)
    with pytest.raises(Refused) as refused:
        replace(cast, three, *RESELLER, fingerprints=[str(whole.fingerprint)])
    assert refused.value.code == "fingerprint_unusable"
    assert of_record(three) == {LARKSPUR, DUNE, REED}


def test_of_two_who_replace_different_members_the_stale_one_is_refused(
    cast: Cast, three: str
) -> None:
    first = preview(cast, three, *RESELLER)
    second = preview(cast, three, Member("services"))
    number = replace(cast, three, *RESELLER, fingerprints=[str(first.fingerprint)]).items[0].number
    with pytest.raises(Refused) as refused:
        replace(cast, three, Member("services"), fingerprints=[str(second.fingerprint)])
    assert refused.value.code == "agreement_moved"
    assert str(number) in str(refused.value)
    assert of_record(three) == {GORSE, DUNE, REED}


def test_of_several_resellers_that_share_a_contract_one_is_replaced(cast: Cast) -> None:
    reference = cast.contract(
        products=("Draft", "Model"),
        partners=(Of(cast.larkspur, product="Draft"), Of(cast.gorse, product="Model")),
    )
    heath = cast.partner("7200000008", "Heath Partners")
    draft, model = f"S-{reference}-1", f"S-{reference}-2"
    replace(cast, reference, Member("reseller", draft), partner=heath.account_number)
    assert of_record(reference) == {
        ("Heath Partners", "reseller", draft),
        ("Gorse Digital", "reseller", model),
    }
    sound()


def test_a_role_alone_names_everybody_in_it_each_in_its_scope(cast: Cast) -> None:
    reference = cast.contract(
        products=("Draft", "Model"),
        partners=(
            Of(cast.larkspur, product="Draft"),
            Of(cast.gorse, product="Model"),
            Of(cast.dune, "distributor"),
        ),
    )
    heath = cast.partner("7200000008", "Heath Partners")
    replace(cast, reference, *RESELLER, partner=heath.account_number)
    assert of_record(reference) == {
        ("Heath Partners", "reseller", f"S-{reference}-1"),
        ("Heath Partners", "reseller", f"S-{reference}-2"),
        DUNE,
    }
    sound()


def test_of_two_in_one_role_the_partner_names_which(cast: Cast) -> None:
    heath = cast.partner("7200000008", "Heath Partners")
    reference = cast.contract(partners=(Of(cast.larkspur), Of(heath)))
    replace(cast, reference, Member("reseller", partner=cast.larkspur.account_number))
    assert of_record(reference) == {GORSE, ("Heath Partners", "reseller", None)}
    sound()


def test_somebody_who_is_not_of_record_cannot_be_replaced(cast: Cast, three: str) -> None:
    with pytest.raises(Unusable, match="Nobody is partner of record as reseller, 7200000002"):
        replace(cast, three, Member("reseller", partner=cast.gorse.account_number))
    shown = preview(cast, three, Member("reseller", "S-none"))
    assert not shown.available
    assert [each.code for each in shown.verdicts] == ["member_unknown"]
    assert shown.remedy and shown.remedy.text == "Name one of the partners of record."


def test_a_distributor_cannot_take_the_place_of_a_reseller(cast: Cast) -> None:
    reference = cast.contract(partners=(Of(cast.larkspur), Of(cast.gorse, "services")))
    with pytest.raises(NotAvailable) as refused:
        replace(cast, reference, *RESELLER, partner=cast.dune.account_number)
    assert refused.value.code == "partner_role"
    replace(cast, reference, Member("services"), partner=cast.dune.account_number)
    assert of_record(reference) == {LARKSPUR, ("Dune Distribution", "services", None)}


def test_whoever_is_of_record_there_already_changes_nothing(cast: Cast, three: str) -> None:
    with pytest.raises(
        NotAvailable, match="Larkspur Systems is already the partner of record there"
    ):
        replace(cast, three, *RESELLER, partner=cast.larkspur.account_number)


def test_a_partner_that_stays_in_one_role_can_gain_another(cast: Cast, three: str) -> None:
    replace(cast, three, *RESELLER, partner="7200000009")
    assert of_record(three) == {("Reed Services", "reseller", None), DUNE, REED}
    assert events(three)[1][1]["staying"] == [cast.dune.account_number, "7200000009"]
    sound()


def test_a_partner_that_stays_in_one_role_and_gains_another_is_told_what_it_gains(
    cast: Cast, three: str
) -> None:
    seen = preview(cast, three, *RESELLER, partner="7200000009")
    told = tidings(seen.before, seen.after or (), seen.facts["partner_id"])
    assert {party.name: str(each) for party, each in told.items()} == {
        "Larkspur Systems": "losing",
        "Dune Distribution": "staying",
        "Reed Services": "gaining",
    }
    replace(cast, three, *RESELLER, partner="7200000009")
    with seeing(Actor.system()):
        reed = Partner.objects.get(account_number="7200000009").pk
        kinds = Letter.objects.filter(partner_id=reed).values_list("kind", flat=True)
        assert list(kinds) == ["applied.gaining"]


def test_only_the_products_of_the_member_have_to_be_authorized(cast: Cast) -> None:
    reference = cast.contract(
        products=("Draft", "Model"),
        partners=(Of(cast.larkspur, product="Draft"), Of(cast.gorse, product="Model")),
    )
    heath = cast.partner("7200000008", "Heath Partners", authorized_products=["Draft"])
    assert preview(
        cast, reference, Member("reseller", f"S-{reference}-1"), partner=heath.account_number
    ).available
    other = preview(
        cast, reference, Member("reseller", f"S-{reference}-2"), partner=heath.account_number
    )
    assert [each.code for each in other.verdicts] == ["partner_product"]


def test_a_customer_replaces_the_whole_set_or_asks_support(cast: Cast, three: str) -> None:
    with pytest.raises(NotPermitted, match="replaced by support"):
        replace(cast, three, *RESELLER, by=cast.actor("pia"))
    assert of_record(three) == {LARKSPUR, DUNE, REED}


def test_later_and_called_off_the_others_never_notice(
    cast: Cast, three: str, settings: Any
) -> None:
    before = rows(three)
    day = clock.today() + timedelta(days=3)
    (item,) = replace(cast, three, *RESELLER, effective_on=day).items
    assert item.state == "scheduled"
    assert of_record(three, clock.midnight(day)) == {GORSE, DUNE, REED}
    cancel(str(item.number), by=cast.actor("pia"), reason="No.")
    assert of_record(three, clock.midnight(day)) == {LARKSPUR, DUNE, REED}
    assert rows(three)["Dune Distribution"] == before["Dune Distribution"]
    replace(cast, three, *RESELLER, effective_on=day)
    settings.OFRECORD_TODAY = day
    assert apply(by=Actor.system()) == 1
    assert of_record(three) == {GORSE, DUNE, REED}
    assert types(three)[-2:] == ["partner_change.applied", "partner_change.completed"]
    sound()


@pytest.mark.parametrize(
    ("text", "member"),
    [
        ("reseller", Member("reseller")),
        ("reseller:S-1", Member("reseller", "S-1")),
        ("services@7200000001", Member("services", None, "7200000001")),
        ("reseller:S:1@72", Member("reseller", "S:1", "72")),
        ("nobody", None),
        ("reseller:", None),
        ("", None),
    ],
)
def test_a_member_is_written_one_way(text: str, member: Member | None) -> None:
    assert parsed(text) == member
    assert member is None or str(member) == text
