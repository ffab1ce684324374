"""Receipts: what they say of a change, and who gets them."""

from datetime import timedelta

import pytest

from ofrecord.changes.cancel import cancel
from ofrecord.changes.codes.make import make
from ofrecord.changes.codes.redeem import redeem
from ofrecord.changes.consents.answer import answer
from ofrecord.changes.corrections.approve import approve
from ofrecord.changes.corrections.propose import propose
from ofrecord.changes.models import Consent
from ofrecord.changes.receipt import receipt
from ofrecord.changes.refusals import NotFound
from ofrecord.changes.undo import undo
from ofrecord.journal import clock, keys, signing
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast, Of


def test_it_says_who_moved_what_when_and_where_that_stands(cast: Cast) -> None:
    ref = cast.contract(partners=[Of(cast.larkspur), Of(cast.dune, "distributor")])
    number = cast.change(ref, by="sam")
    document = receipt(number, by=cast.actor("vera"))
    said = document.content
    assert (said["change"], said["agreement"], said["state"]) == (number, ref, "complete")
    assert [each["name"] for each in said["before"]] == ["Larkspur Systems", "Dune Distribution"]
    assert [each["name"] for each in said["after"]] == ["Gorse Digital"]
    assert said["by"] == {
        "name": "Sam",
        "on_behalf_of": None,
        "door": "portal",
        "strength": "password",
    }
    assert said["reason"] == "Closer to us."
    with seeing(Actor.system()):
        found = list(Event.objects.filter(about=number).order_by("sequence"))
        known = keys.published()
    assert [each["hash"] for each in said["events"]] == [bytes(e.hash).hex() for e in found]
    assert said["head"]["hash"] == said["events"][-1]["hash"]
    assert document.signed
    assert signing.read(document.signed, known).content == signing.plain(
        {"format": 1, **said},
    )


def test_the_head_is_that_of_the_agreement_whatever_came_after(cast: Cast) -> None:
    ref = cast.contract()
    first = cast.change(ref)
    cast.change(ref, partner=cast.dune.account_number)
    said = receipt(first, by=cast.actor("pia")).content
    assert said["head"]["sequence"] > said["events"][-1]["sequence"]


def test_an_undo_and_what_it_undid_name_each_other(cast: Cast) -> None:
    number = cast.change(cast.contract())
    undone = undo([number], by=cast.actor("pia"), reason="A slip.").items[0].number
    assert undone
    assert receipt(number, by=cast.actor("pia")).content["undone_by"] == undone
    assert receipt(undone, by=cast.actor("pia")).content["undoes"] == number


def test_one_that_was_called_off_says_so(cast: Cast) -> None:
    number = cast.change(cast.contract(), effective_on=clock.today() + timedelta(days=5))
    assert receipt(number, by=cast.actor("pia")).content["state"] == "scheduled"
    cancel(number, by=cast.actor("pia"), reason="No.")
    said = receipt(number, by=cast.actor("pia")).content
    assert (said["state"], said["applied_at"]) == ("cancelled", None)
    assert said["closed_at"]


def test_the_vendors_own_people_act_as_the_vendor(cast: Cast) -> None:
    number = cast.change(cast.contract())
    with seeing(Actor.system()):
        cast.people["pia"].roles.all().delete()
        cast.people["pia"].roles.create(name="operations")
    assert receipt(number, by=cast.actor("vera")).content["by"]["name"] == ""


def test_who_got_it_is_in_the_journal(cast: Cast) -> None:
    ref = cast.contract()
    number = cast.change(ref)
    receipt(number.lower(), by=cast.actor("vera"))
    with seeing(Actor.system()):
        event = Event.objects.get(type="receipt.issued")
    assert (event.about, event.actor_id) == (ref, cast.people["vera"].pk)
    assert number.encode() in bytes(event.body)


@pytest.mark.parametrize("by", ["bo", "lou", "stan"])
def test_what_somebody_may_not_see_is_not_there_for_them(cast: Cast, by: str) -> None:
    number = cast.change(cast.contract())
    with pytest.raises(NotFound) as refused:
        receipt(number, by=cast.actor(by))
    assert refused.value.code == "not_found"


def test_it_says_who_was_asked_and_what_they_said(cast: Cast) -> None:
    cast.policy(consent_days={"gaining": 5, "approval": 5})
    number = cast.change(cast.contract())
    waiting = receipt(number, by=cast.actor("pia")).content
    assert waiting["settled_at"] is None
    assert [(each["kind"], each["partner"], each["answer"]) for each in waiting["consents"]] == [
        ("approval", None, None),
        ("gaining", "7200000002", None),
    ]
    with seeing(Actor.system()):
        ids = dict(Consent.objects.values_list("kind", "id"))
    answer([ids["approval"]], given=True, by=cast.actor("sam"))
    answer([ids["gaining"]], given=True, by=cast.actor("gil"))
    settled = receipt(number, by=cast.actor("pia")).content
    assert {each["answer"] for each in settled["consents"]} == {"given"}
    assert settled["settled_at"] == max(each["answered_at"] for each in settled["consents"])


def test_a_correction_and_what_it_corrects_name_each_other(cast: Cast) -> None:
    with seeing(Actor.system("cli")):
        cast._person("otis", "operations")
    wrong = cast.change(cast.contract())
    opal, otis = (cast.actor(name, door="console") for name in ("opal", "otis"))
    reference = receipt(wrong, by=cast.actor("pia")).content["agreement"]
    proposed = propose(reference, corrects=wrong, by=opal, reason="Never asked for.")
    right = approve(proposed.pk, by=otis).number
    assert receipt(wrong, by=cast.actor("pia")).content["corrected_by"] == [right]
    said = receipt(right, by=cast.actor("pia")).content
    assert (said["corrects"], said["occasion"]) == (wrong, "correction")
    assert (said["by"]["name"], said["proposed_by"]) == ("", "")


def test_what_a_code_led_to_says_so_without_the_code(cast: Cast) -> None:
    reference = cast.contract()
    code = make([reference], "7200000002", by=cast.actor("pia"), reason="They know us.")
    number = redeem(code.code, by=cast.actor("gil", door="desk")).items[0].number
    assert number
    document = receipt(number, by=cast.actor("pia"))
    assert document.content["cause"] == f"transfer_code/{code.id}"
    assert document.signed
    assert code.code not in str(document.content)


def test_what_was_superseded_points_to_what_did_it(cast: Cast) -> None:
    with seeing(Actor.system("cli")):
        cast._person("otis", "operations")
    reference = cast.contract()
    opened = cast.change(reference, effective_on=clock.today() + timedelta(days=9))
    opal, otis = (cast.actor(name, door="console") for name in ("opal", "otis"))
    proposed = propose(
        reference,
        partner=cast.dune.account_number,
        effective_on=clock.today() - timedelta(days=20),
        until=clock.today() - timedelta(days=2),
        supersedes=True,
        by=opal,
        reason="Never asked for.",
    )
    right = approve(proposed.pk, by=otis).number
    assert receipt(opened, by=cast.actor("vera")).content["superseded_by"] == right
    said = receipt(right, by=cast.actor("vera")).content
    assert said["supersedes"] == opened
    assert said["effective_until"] == clock.midnight(clock.today() - timedelta(days=2))
