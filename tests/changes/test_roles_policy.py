"""Other roles when the reseller changes: they end with it, or stay where the policy says so."""

from datetime import timedelta
from typing import Any

import pytest

from ofrecord.agreements.models import Tenure
from ofrecord.changes.apply import apply
from ofrecord.changes.cancel import cancel
from ofrecord.changes.consents.answer import answer
from ofrecord.changes.models import Consent, PartnerChange
from ofrecord.changes.refusals import NotAvailable
from ofrecord.changes.undo import undo
from ofrecord.cli.verify import verify
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.rules.parameters import differences, values
from ofrecord.rules.policy import Terms
from ofrecord.rules.words import change as in_words
from tests.cast import Cast, Of, events, of_record

LARKSPUR, GORSE = ("Larkspur Systems", "reseller", None), ("Gorse Digital", "reseller", None)
DUNE, REED = ("Dune Distribution", "distributor", None), ("Reed Services", "services", None)


@pytest.fixture
def three(cast: Cast) -> str:
    reed = cast.partner("7200000009", "Reed Services")
    partners = (Of(cast.larkspur), Of(cast.dune, "distributor"), Of(reed, "services"))
    return cast.contract(partners=partners)


def tenures(reference: str) -> dict[str, int]:
    with seeing(Actor.system()):
        found = Tenure.objects.filter(agreement__reference=reference, superseded_at=None)
        return {each.partner.name: each.pk for each in found}


def sound() -> None:
    assert {each.name: each.examples for each in verify(samples=200) if each.violations} == {}


def test_by_default_every_role_ends(cast: Cast, three: str) -> None:
    cast.change(three)
    assert of_record(three) == {GORSE}
    sound()


def test_a_role_that_stays_keeps_its_tenure_and_the_review_says_so(cast: Cast, three: str) -> None:
    cast.policy(staying_roles=["distributor"])
    before = tenures(three)
    shown = cast.check(three)
    assert {party.name for party in shown.after or ()} == {"Gorse Digital", "Dune Distribution"}
    cast.change(three, fingerprints=[str(shown.fingerprint)])
    assert of_record(three) == {GORSE, DUNE}
    assert tenures(three)["Dune Distribution"] == before["Dune Distribution"]
    told = events(three)[1][1]
    assert [party["partner"] for party in told["stays"]] == [cast.dune.account_number]
    assert {party["role"] for party in told["ends"]} == {"reseller", "services"}
    sound()


def test_both_roles_can_stay(cast: Cast, three: str) -> None:
    cast.policy(staying_roles=["distributor", "services"])
    cast.change(three)
    assert of_record(three) == {GORSE, DUNE, REED}
    sound()


def test_a_new_distributor_takes_the_place_of_the_old_one(cast: Cast, three: str) -> None:
    cast.policy(staying_roles=["distributor", "services"])
    fell = cast.partner("7200000008", "Fell Distribution", kind="distributor")
    cast.change(three, partner=fell.account_number)
    assert of_record(three) == {("Fell Distribution", "distributor", None), REED}
    sound()


def test_the_reseller_that_is_there_already_is_no_change(cast: Cast, three: str) -> None:
    larkspur = cast.larkspur.account_number
    assert cast.check(three, partner=larkspur).available
    cast.policy(staying_roles=["distributor", "services"])
    with pytest.raises(NotAvailable, match="already the partner of record there"):
        cast.change(three, partner=larkspur)


def test_the_undo_restores_who_ended_and_leaves_who_stayed(cast: Cast, three: str) -> None:
    cast.policy(staying_roles=["services"])
    before = tenures(three)
    number = cast.change(three)
    undo([number], by=cast.actor("pia"), reason="A slip.")
    assert of_record(three) == {LARKSPUR, DUNE, REED}
    assert tenures(three)["Reed Services"] == before["Reed Services"]
    sound()


def test_scheduled_and_cancelled_nobody_notices(cast: Cast, three: str, settings: Any) -> None:
    cast.policy(staying_roles=["services"])
    day = clock.today() + timedelta(days=3)
    number = cast.change(three, effective_on=day)
    assert of_record(three, clock.midnight(day)) == {GORSE, REED}
    cancel(number, by=cast.actor("pia"), reason="No.")
    assert of_record(three, clock.midnight(day)) == {LARKSPUR, DUNE, REED}
    cast.change(three, effective_on=day)
    settings.OFRECORD_TODAY = day
    apply(by=Actor.system())
    assert of_record(three) == {GORSE, REED}
    sound()


def test_what_was_reviewed_is_applied_though_the_policy_changed_meanwhile(
    cast: Cast, three: str
) -> None:
    cast.policy(staying_roles=["distributor"], **{"consent_days.gaining": 5})
    number = cast.change(three)
    cast.policy(staying_roles=[])
    with seeing(Actor.system()):
        asked = Consent.objects.get(change__number=number)
        assert PartnerChange.objects.get(number=number).state == "awaiting_consent"
    answer([asked.pk], given=True, by=cast.actor("gil"))
    assert of_record(three) == {GORSE, DUNE}
    sound()


def test_who_stays_is_not_asked_and_who_ends_may_object(cast: Cast, three: str) -> None:
    cast.policy(staying_roles=["distributor"], **{"consent_days.losing": 5})
    number = cast.change(three)
    with seeing(Actor.system()):
        asked = Consent.objects.filter(change__number=number).select_related("partner")
        assert {each.partner.name for each in asked if each.partner} == {
            "Larkspur Systems",
            "Reed Services",
        }


def test_versions_are_compared_in_words() -> None:
    after = Terms(staying_roles=("services",))
    (difference,) = differences(Terms(), after)
    assert difference.name == "staying_roles"
    assert in_words(difference) == "added: services"
    assert values(Terms())["staying_roles"] == ()
