"""Statements: what they say, who gets them, and what is refused."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ofrecord.changes.cancel import cancel
from ofrecord.changes.issue import Document
from ofrecord.changes.refusals import NotFound, Refused
from ofrecord.changes.statement import statement
from ofrecord.changes.undo import undo
from ofrecord.journal import clock, keys, settled, signing
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Account
from tests.cast import Cast, Of

DAY = timedelta(days=1)


def stated(
    cast: Cast, *refs: str, by: str = "vera", days: int = 0, known_at: datetime | None = None
) -> Document:
    at = clock.business_now() + timedelta(days=days)
    return statement(refs, effective_at=at, known_at=known_at, by=cast.actor(by))


def partners(document: Document, place: int = 0) -> list[str]:
    said = document.content["agreements"][place]
    return [each["name"] for each in said["partners_of_record"]]


def test_it_says_who_it_was_since_when_and_where_that_stands(cast: Cast) -> None:
    ref = cast.contract(partners=[Of(cast.larkspur), Of(cast.dune, "distributor", days=10)])
    document = stated(cast, ref)
    (one,) = document.content["agreements"]
    assert one["account"] == {"account_number": "5100000001", "name": "Alder Works"}
    assert [(p["partner"], p["role"]) for p in one["partners_of_record"]] == [
        ("7200000001", "reseller"),
        ("7200000003", "distributor"),
    ]
    with seeing(Actor.system()):
        head = Event.objects.filter(stream="agreement").latest("recorded_at")
        known = keys.published()
    assert one["head"] == {"sequence": head.sequence, "hash": bytes(head.hash).hex()}
    assert partners(stated(cast, ref, days=-20)) == ["Larkspur Systems"]
    assert document.signed
    signed = signing.read(document.signed, known)
    assert (signed.kind, signed.content["agreements"][0]["agreement"]) == ("statement", ref)


def test_what_was_undone_and_called_off_is_known_as_of_then(cast: Cast) -> None:
    ref, later = cast.contract(), clock.today() + timedelta(days=5)
    moments = [settled.recorded_now()]
    number = cast.change(ref)
    moments.append(settled.recorded_now())
    undo([number], by=cast.actor("pia"), reason="A slip.")
    moments.append(settled.recorded_now())
    scheduled = cast.change(ref, effective_on=later)
    moments.append(settled.recorded_now())
    cancel(scheduled, by=cast.actor("pia"), reason="No.")

    def known(place: int, days: int) -> list[str]:
        return partners(stated(cast, ref, days=days, known_at=moments[place]))

    assert [known(place, 1) for place in range(4)] == [
        ["Larkspur Systems"],
        ["Gorse Digital"],
        ["Larkspur Systems"],
        ["Larkspur Systems"],
    ]
    assert [known(place, 6) for place in (2, 3)] == [["Larkspur Systems"], ["Gorse Digital"]]
    assert partners(stated(cast, ref, days=6)) == ["Larkspur Systems"]


def test_sold_direct_is_not_the_same_as_not_known_yet(cast: Cast) -> None:
    before = settled.recorded_now()
    ref = cast.contract(partners=[])
    now, then = stated(cast, ref), stated(cast, ref, known_at=before)
    assert now.content["agreements"][0]["known"] is True
    assert then.content["agreements"][0]["known"] is False
    assert then.content["agreements"][0]["head"] is None
    assert partners(now) == partners(then) == []


def test_many_are_answered_in_the_order_asked_with_as_many_statements_as_one(cast: Cast) -> None:
    refs = [cast.contract() for _ in range(20)]
    cast.change(refs[3])
    stated(cast, refs[0])
    with CaptureQueriesContext(connection) as one:
        stated(cast, refs[0])
    with CaptureQueriesContext(connection) as many:
        document = stated(cast, *reversed(refs))
    assert len(many) == len(one)
    said = [each["agreement"] for each in document.content["agreements"]]
    assert said == list(reversed(refs))
    assert partners(document, 16) == ["Gorse Digital"]


def test_who_got_it_is_in_the_journal(cast: Cast) -> None:
    ref = cast.contract()
    stated(cast, ref)
    with seeing(Actor.system()):
        event = Event.objects.get(type="statement.issued")
        account = Account.objects.get(pk=cast.alder.pk)
    assert (event.about, event.actor_id) == (ref, cast.people["vera"].pk)
    assert (event.account_id, event.sequence) == (cast.alder.pk, account.version)


@pytest.mark.parametrize("by", ["bo", "lou", "stan"])
def test_what_somebody_may_not_see_is_not_there_for_them(cast: Cast, by: str) -> None:
    ref = cast.contract()
    with pytest.raises(NotFound) as refused:
        stated(cast, ref, by=by)
    assert refused.value.code == "not_found"
    with seeing(Actor.system()):
        assert not Event.objects.filter(type="statement.issued").exists()


def test_one_that_is_not_seen_refuses_all(cast: Cast) -> None:
    own, foreign = cast.contract(), cast.contract(account=cast.birch)
    with pytest.raises(NotFound, match=foreign):
        stated(cast, own, foreign)


def test_nobody_states_what_will_be_known(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        stated(cast, cast.contract(), known_at=settled.recorded_now() + DAY)
    assert (refused.value.code, refused.value.status) == ("known_at_in_future", 422)


def test_more_than_ten_thousand_are_too_many(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        stated(cast, *(str(number) for number in range(10_001)))
    assert refused.value.code == "too_many"
