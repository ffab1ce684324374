"""Transfer codes: an admin names a partner and agreements, and the partner takes them over."""

from datetime import timedelta
from typing import Any

import pytest

from ofrecord.changes.codes.make import Made, make
from ofrecord.changes.codes.redeem import redeem
from ofrecord.changes.codes.secret import hashed
from ofrecord.changes.codes.withdraw import withdraw
from ofrecord.changes.models import Consent, PartnerChange, TransferCode
from ofrecord.changes.refusals import NotAvailable, NotFound, NotPermitted, Refused
from ofrecord.cli.verify import verify
from ofrecord.journal import clock
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Role
from tests.cast import Cast, events, of_record

LARKSPUR, GORSE = ("Larkspur Systems", "reseller", None), ("Gorse Digital", "reseller", None)


def made(cast: Cast, *references: str, by: str = "pia", **given: Any) -> Made:
    """A code for Gorse."""
    given = {"partner": "7200000002", "reason": "Gorse knows us.", **given}
    return make(references, by=cast.actor(by), **given)


def refusal(cast: Cast, code: str, by: str = "gil") -> str:
    with pytest.raises(Refused) as refused:
        redeem(code, by=cast.actor(by, door="desk"))
    return refused.value.code


def of(number: str) -> PartnerChange:
    with seeing(Actor.system()):
        return PartnerChange.objects.get(number=number)


def told(id: str) -> list[str]:
    with seeing(Actor.system()):
        found = Event.objects.filter(about=id).order_by("recorded_at")
        return list(found.values_list("type", flat=True))


def sound() -> None:
    assert {each.name: each.examples for each in verify(samples=200) if each.violations} == {}


def test_the_partner_redeems_it_and_the_admin_has_submitted(cast: Cast) -> None:
    references = [cast.contract(), cast.contract()]
    code = made(cast, *references)
    outcome = redeem(code.code, by=cast.actor("gil", door="desk"))
    assert [item.state for item in outcome.items] == ["complete", "complete"]
    assert of_record(references[0]) == of_record(references[1]) == {GORSE}
    change = of(str(outcome.items[0].number))
    assert change.cause == f"transfer_code/{code.id}"
    assert (change.by_id, change.on_behalf_of_id) == (
        cast.people["gil"].pk,
        cast.people["pia"].pk,
    )
    assert events(references[0])[1][1]["cause"] == change.cause
    assert told(str(code.id)) == ["transfer_code.made", "transfer_code.redeemed"]
    sound()


def test_it_is_kept_as_a_hash_alone(cast: Cast) -> None:
    code = made(cast, cast.contract())
    with seeing(Actor.system()):
        kept = TransferCode.objects.get(pk=code.id)
        bodies = b"".join(bytes(each.body) for each in Event.objects.all())
    assert bytes(kept.hash) == hashed(code.code) != code.code.encode()
    assert code.code.encode() not in bodies
    assert len(code.code.replace("-", "")) == 26


def test_it_is_understood_however_it_is_typed(cast: Cast) -> None:
    code = made(cast, cast.contract()).code
    assert hashed(code) == hashed(f" {code.lower().replace('-', ' ')} ")
    assert redeem(code.lower().replace("-", ""), by=cast.actor("gil")).accepted


def test_it_is_redeemed_once(cast: Cast) -> None:
    code = made(cast, cast.contract()).code
    redeem(code, by=cast.actor("gil"))
    assert refusal(cast, code) == "code_redeemed"


def test_only_the_firm_it_names_redeems_it_and_all_others_learn_nothing(cast: Cast) -> None:
    code = made(cast, cast.contract()).code
    answers = {refusal(cast, each, by) for each, by in ((code, "lou"), (code, "dee"), ("X", "gil"))}
    assert answers == {"code_unusable"}
    for somebody in ("stan", "pia"):
        assert refusal(cast, code, somebody) == "code_unusable"
    assert redeem(code, by=cast.actor("gil")).accepted


def test_it_runs_out(cast: Cast, settings: Any) -> None:
    reference = cast.contract()
    code = made(cast, reference, days=3)
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=4)
    assert refusal(cast, code.code) == "code_expired"
    assert of_record(reference) == {LARKSPUR}


def test_it_is_valid_through_its_last_day(cast: Cast, settings: Any) -> None:
    code = made(cast, cast.contract(), days=3)
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=3)
    assert redeem(code.code, by=cast.actor("gil")).accepted


def test_another_admin_withdraws_it(cast: Cast) -> None:
    code = made(cast, cast.contract())
    for somebody, refused in (("vera", NotPermitted), ("bo", NotFound), ("gil", NotFound)):
        with pytest.raises(refused):
            withdraw(code.id, by=cast.actor(somebody))
    withdraw(code.id, by=cast.actor("sam"))
    withdraw(code.id, by=cast.actor("sam"))
    assert refusal(cast, code.code) == "code_unusable"
    assert told(str(code.id)) == ["transfer_code.made", "transfer_code.withdrawn"]
    sound()


def test_what_was_redeemed_is_not_withdrawn(cast: Cast) -> None:
    code = made(cast, cast.contract())
    redeem(code.code, by=cast.actor("gil"))
    with pytest.raises(NotAvailable):
        withdraw(code.id, by=cast.actor("pia"))


def test_an_agreement_that_moved_since_stays_as_it_is(cast: Cast) -> None:
    moved, still = cast.contract(), cast.contract()
    code = made(cast, moved, still)
    cast.change(moved, partner="7200000003")
    outcome = redeem(code.code, by=cast.actor("gil"))
    assert [item.state for item in outcome.items] == ["refused", "complete"]
    assert outcome.items[0].refusals[0].code == "agreement_moved"


def test_while_nothing_goes_through_it_can_be_redeemed_again(cast: Cast) -> None:
    moved, other = cast.contract(), cast.contract()
    code = made(cast, moved, other)
    for each in (moved, other):
        cast.change(each, partner="7200000003")
    assert refusal(cast, code.code) == "agreement_moved"
    assert refusal(cast, code.code) == "agreement_moved"


def test_what_the_admin_may_not_do_any_more_the_code_cannot(cast: Cast) -> None:
    code = made(cast, reference := cast.contract(), by="sam")
    with seeing(Actor.system()):
        Role.objects.filter(person=cast.people["sam"]).update(name="viewer")
    assert refusal(cast, code.code) == "not_permitted"
    with seeing(Actor.system()):
        type(cast.people["sam"]).objects.filter(pk=cast.people["sam"].pk).update(is_active=False)
    assert refusal(cast, code.code) == "code_unusable"
    assert of_record(reference) == {LARKSPUR}


def test_to_redeem_is_to_accept(cast: Cast) -> None:
    cast.policy(consent_days={"gaining": 5})
    outcome = redeem(made(cast, cast.contract()).code, by=cast.actor("gil"))
    assert outcome.items[0].state == "complete"
    with seeing(Actor.system()):
        assert Consent.objects.get().answered_by_id == cast.people["gil"].pk
    sound()


def test_others_who_are_asked_are_still_asked(cast: Cast) -> None:
    cast.policy(consent_days={"gaining": 5, "approval": 5})
    outcome = redeem(made(cast, cast.contract()).code, by=cast.actor("gil"))
    assert outcome.items[0].state == "awaiting_consent"


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"days": 0}, "days_unusable"),
        ({"days": 15}, "days_unusable"),
        ({"reason": " "}, "reason_missing"),
        ({"partner": "7299999999"}, "partner_unknown"),
        ({"partner": "7200000001"}, "partner_same"),
        ({"by": "vera"}, "not_permitted"),
        ({"by": "bo"}, "not_found"),
    ],
)
def test_codes_that_are_not_made(cast: Cast, given: dict[str, Any], code: str) -> None:
    with pytest.raises(Refused) as refused:
        made(cast, cast.contract(), **given)
    assert refused.value.code == code


def test_the_policy_can_turn_them_off(cast: Cast) -> None:
    cast.policy(transfer_code_days=0)
    with pytest.raises(NotAvailable) as refused:
        made(cast, cast.contract())
    assert refused.value.code == "codes_off"


def test_one_that_cannot_be_changed_gets_no_code(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        made(cast, cast.contract(), cast.contract(days=30))
    assert refused.value.code == "near_expiration"


def test_guessing_ends_soon(cast: Cast, settings: Any) -> None:
    settings.OFRECORD_CODES_PER_PERSON_PER_HOUR = 2
    code = made(cast, cast.contract()).code
    assert [refusal(cast, "GUESS") for _ in range(3)] == [
        "code_unusable",
        "code_unusable",
        "code_limit",
    ]
    assert refusal(cast, code) == "code_limit"


def test_partners_see_no_codes_and_the_account_sees_its_own(cast: Cast) -> None:
    made(cast, cast.contract())
    for somebody, count in (("pia", 1), ("vera", 1), ("bo", 0), ("gil", 0), ("stan", 0)):
        with seeing(cast.actor(somebody)):
            assert TransferCode.objects.count() == count
