"""Submit: the partner set is replaced, told, and written down, for one agreement or for many."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from ofrecord.changes import decide, numbers
from ofrecord.changes.models import Member, PartnerChange, State
from ofrecord.changes.refusals import NotFound, Unusable
from ofrecord.cli.verify import verify
from ofrecord.delivery.models import Letter
from ofrecord.journal import clock, prepared
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast, Of, bodies, events, of_record, types


def party(cast: Cast, name: str, role: str = "reseller") -> dict[str, Any]:
    partner = getattr(cast, name)
    return {
        "partner": partner.account_number,
        "name": partner.name,
        "role": role,
        "subscription": None,
    }


def test_the_new_partner_is_of_record_at_once(cast: Cast) -> None:
    reference = cast.contract()
    assert of_record(reference) == {("Larkspur Systems", "reseller", None)}
    (item,) = cast.submit(reference).items
    assert item.state == State.COMPLETE
    assert of_record(reference) == {("Gorse Digital", "reseller", None)}


def test_a_distributor_is_of_record_as_a_distributor(cast: Cast) -> None:
    reference = cast.contract()
    cast.submit(reference, partner=cast.dune.account_number)
    assert of_record(reference) == {("Dune Distribution", "distributor", None)}


def test_who_was_of_record_before_stays_known(cast: Cast) -> None:
    reference = cast.contract()
    yesterday = clock.business_now() - timedelta(days=1)
    cast.submit(reference)
    assert of_record(reference, yesterday) == {("Larkspur Systems", "reseller", None)}


def test_the_events_around_a_change(cast: Cast) -> None:
    reference = cast.contract()
    number = cast.change(reference)
    told = events(reference)
    assert [type for type, _ in told] == [
        "agreement.loaded",
        "partner_change.applied",
        "partner_change.completed",
    ]
    applied = {key: value for key, value in told[1][1].items() if key != "effective_at"}
    assert applied == {
        "change": number,
        "occasion": "request",
        "agreement": reference,
        "purchasing_model": "contract",
        "account": cast.alder.account_number,
        "before": [party(cast, "larkspur")],
        "after": [party(cast, "gorse")],
        "gaining": [cast.gorse.account_number],
        "losing": [cast.larkspur.account_number],
        "staying": [],
        "reason": "Closer to us.",
        "policy_version": 1,
        "by": {
            "person": cast.people["pia"].pk,
            "on_behalf_of": None,
            "door": "portal",
            "strength": "password",
            "request": "",
        },
    }
    assert told[2][1]["change"] == number


def test_an_event_is_a_cloud_event(cast: Cast, settings: Any) -> None:
    settings.OFRECORD_BASE_URL = "https://partners.vendor.example"
    reference = cast.contract()
    cast.change(reference)
    event = bodies(reference)[1]
    assert event["specversion"] == "1.0"
    assert event["source"] == "https://partners.vendor.example"
    assert (event["subject"], event["sequence"]) == (reference, 2)
    assert event["datacontenttype"] == "application/json"


def test_names_of_people_are_in_no_event(cast: Cast) -> None:
    reference = cast.contract(manager="cora")
    cast.change(reference, by="sam")
    told = str(bodies(reference))
    assert "Sam" not in told and "Cora" not in told and "@example.com" not in told


def test_several_partners_end_and_one_of_them_stays(cast: Cast) -> None:
    reference = cast.contract(
        partners=(
            Of(cast.larkspur),
            Of(cast.gorse, days=30),
            Of(cast.dune, "distributor"),
        )
    )
    number = cast.change(reference)
    assert of_record(reference) == {("Gorse Digital", "reseller", None)}
    _, told = events(reference)[1]
    assert told["staying"] == [cast.gorse.account_number] and told["gaining"] == []
    assert set(told["losing"]) == {cast.larkspur.account_number, cast.dune.account_number}
    with seeing(Actor.system()):
        members = Member.objects.filter(change__number=number).order_by("partner_id")
        moves = {(m.partner.name, m.movement, m.before, m.after) for m in members}
    assert moves == {
        ("Larkspur Systems", "losing", True, False),
        ("Gorse Digital", "staying", True, True),
        ("Dune Distribution", "losing", True, False),
    }


def test_the_partner_that_stays_keeps_its_tenure(cast: Cast) -> None:
    reference = cast.contract(partners=(Of(cast.larkspur), Of(cast.gorse, days=30)))
    cast.change(reference)
    with seeing(Actor.system()), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), bool_and(superseded_at IS NULL) FROM tenure WHERE partner_id = %s",
            [cast.gorse.pk],
        )
        assert cursor.fetchone() == (1, True)


def test_a_partner_that_was_of_record_in_another_role_changes_its_role(cast: Cast) -> None:
    reference = cast.contract(partners=(Of(cast.gorse, "services"), Of(cast.larkspur)))
    cast.change(reference)
    assert of_record(reference) == {("Gorse Digital", "reseller", None)}
    assert events(reference)[1][1]["staying"] == [cast.gorse.account_number]


def test_an_agreement_that_was_sold_direct(cast: Cast) -> None:
    reference = cast.contract(partners=())
    assert of_record(reference) == set()
    cast.change(reference)
    assert of_record(reference) == {("Gorse Digital", "reseller", None)}
    _, told = events(reference)[1]
    assert (told["before"], told["losing"]) == ([], [])


def test_resellers_of_single_subscriptions_are_replaced_by_one_of_all(cast: Cast) -> None:
    reference = cast.contract(
        products=("Draft", "Sketch"),
        partners=(Of(cast.larkspur, product="Draft"), Of(cast.gorse, product="Sketch")),
    )
    assert {(name, sub) for name, _, sub in of_record(reference)} == {
        ("Larkspur Systems", f"S-{reference}-1"),
        ("Gorse Digital", f"S-{reference}-2"),
    }
    check = cast.check(reference)
    assert check.available and len(check.before) == 2
    cast.change(reference)
    assert of_record(reference) == {("Gorse Digital", "reseller", None)}
    assert {each.name for each in verify(samples=300) if each.violations} == set()


def test_a_tenure_that_had_not_begun_never_will(cast: Cast) -> None:
    reference = cast.contract(partners=(Of(cast.larkspur), Of(cast.dune, "distributor", days=-5)))
    later = clock.business_now() + timedelta(days=6)
    assert len(of_record(reference, later)) == 2
    cast.change(reference)
    assert of_record(reference, later) == {("Gorse Digital", "reseller", None)}
    assert {each.name for each in verify(samples=300) if each.violations} == set()


def test_the_row_says_who_when_and_why(cast: Cast) -> None:
    number = cast.change(cast.contract(), by="sam", reason="  They answer the telephone. ")
    with seeing(Actor.system()):
        change = PartnerChange.objects.get(number=number)
    assert change.by_id == cast.people["sam"].pk
    assert (change.door, change.occasion) == ("portal", "request")
    assert change.reason == "They answer the telephone."
    assert change.decided_at == change.applied_at == change.submitted_at
    assert change.version == 2


def test_outcomes_stand_in_the_order_asked_duplicates_once(cast: Cast) -> None:
    good, near, other = cast.contract(), cast.contract(days=20), cast.contract()
    outcome = cast.submit(other, near, "400000009999", good, other)
    assert [item.agreement for item in outcome.items] == [other, near, "400000009999", good]
    assert [item.state for item in outcome.items] == ["complete", "refused", "refused", "complete"]
    assert [v.code for item in outcome.refused for v in item.refusals] == [
        "near_expiration",
        "not_found",
    ]


def test_all_or_nothing_changes_nothing_when_one_is_refused(cast: Cast) -> None:
    good, near = cast.contract(), cast.contract(days=20)
    outcome = cast.submit(good, near, all_or_nothing=True)
    assert [item.number for item in outcome.items] == [None, None]
    assert [item.refusals[0].code for item in outcome.items] == [
        "others_refused",
        "near_expiration",
    ]
    assert types(good) == ["agreement.loaded"]
    assert all(item.number for item in cast.submit(good, all_or_nothing=True).items)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"reason": "   "}, "reason_missing"),
        ({"effective_on": clock.today() - timedelta(days=1)}, "effective_in_past"),
    ],
)
def test_a_request_that_cannot_be_carried_out(cast: Cast, given: dict[str, Any], code: str) -> None:
    reference = cast.contract()
    with pytest.raises(Unusable) as refused:
        cast.submit(reference, **given)
    assert (refused.value.code, refused.value.status) == (code, 422)
    assert types(reference) == ["agreement.loaded"]


def test_more_than_one_act_takes(cast: Cast) -> None:
    with pytest.raises(Unusable) as refused:
        cast.submit(*(f"{number:012d}" for number in range(10_001)))
    assert refused.value.code == "too_many"


def test_one_unknown_agreement_is_not_found(cast: Cast) -> None:
    with pytest.raises(NotFound):
        cast.submit("400000009999")


def test_the_number_of_statements_does_not_depend_on_how_many(cast: Cast) -> None:
    one, fifty = [cast.contract()], [cast.contract(manager="cora") for _ in range(50)]
    shown = [cast.shown(reference) for reference in (*one, *fifty)]
    counts = []
    for references, fingerprints in ((one, shown[:1]), (fifty, shown[1:])):
        with CaptureQueriesContext(connection) as queries:
            cast.submit(*references, fingerprints=fingerprints, idempotency_key=references[0])
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 26


def test_an_agreement_that_has_not_begun_changes_at_its_start(cast: Cast) -> None:
    reference = cast.contract(days=400, lasting=365)
    (item,) = cast.submit(reference).items
    assert item.state == State.SCHEDULED
    start = clock.midnight(clock.today() + timedelta(days=35))
    assert of_record(reference, start) == {("Gorse Digital", "reseller", None)}
    assert of_record(reference, start - timedelta(seconds=1)) == {
        ("Larkspur Systems", "reseller", None)
    }


def parts_of(size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decide, "WHOLE", size)
    for name, many in (("PART", size), ("FEW", 1), ("WHOLE", size)):
        monkeypatch.setattr(prepared, name, many)


def test_an_act_that_is_written_in_parts_is_one_act(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts_of(3, monkeypatch)
    references = [cast.contract(), cast.contract(days=20), *(cast.contract() for _ in range(6))]
    outcome = cast.submit(*references)
    assert [item.agreement for item in outcome.items] == references
    assert [item.agreement for item in outcome.refused] == references[1:2]
    assert len({item.number for item in outcome.accepted}) == 7
    moved = [each for each in references if each != references[1]]
    assert all(of_record(each) == {("Gorse Digital", "reseller", None)} for each in moved)
    assert {each["data"]["change"] for ref in moved for each in bodies(ref)[1:2]} == {
        item.number for item in outcome.accepted
    }
    with seeing(Actor.system()):
        assert Letter.objects.values("act").distinct().count() == 1


def test_an_act_in_parts_goes_through_while_statements_are_logged(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts_of(2, monkeypatch)
    references = [cast.contract() for _ in range(5)]
    with CaptureQueriesContext(connection):
        assert len(cast.submit(*references).accepted) == 5
    assert all(of_record(each) == {("Gorse Digital", "reseller", None)} for each in references)


def test_a_part_that_fails_undoes_the_whole_act(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    references = [cast.contract() for _ in range(6)]
    parts_of(2, monkeypatch)
    monkeypatch.setattr(numbers, "number", lambda ordinal: f"PC-{ordinal % 5}")
    with pytest.raises(IntegrityError), transaction.atomic():
        cast.submit(*references)
    assert all(types(each) == ["agreement.loaded"] for each in references)
    assert all(of_record(each) == {("Larkspur Systems", "reseller", None)} for each in references)
