"""What letters say where the vendor acted, and whom they name: never one of the vendor's own."""

from datetime import date, timedelta
from typing import Any

import pytest
from pytest_django.fixtures import Settings

from ofrecord.changes.apply import apply
from ofrecord.changes.consents.answer import answer
from ofrecord.changes.corrections.approve import approve
from ofrecord.changes.corrections.propose import propose
from ofrecord.changes.members import Member
from ofrecord.changes.models import Consent
from ofrecord.changes.submit import submit
from ofrecord.changes.support import Wish, support
from ofrecord.changes.undo import undo
from ofrecord.delivery.models import Letter
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Role
from tests.cast import Cast, Of

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


@pytest.fixture
def cast(cast: Cast) -> Cast:
    """With a second person of operations, Otis, and an agent, Sia."""
    with seeing(Actor.system("cli")):
        cast._person("otis", "operations")
        cast._person("sia", "support_agent")
    return cast


def day(count: int) -> date:
    return clock.today() + timedelta(days=count)


def correct(cast: Cast, reference: str, **given: Any) -> str:
    proposed = propose(reference, by=cast.actor("opal"), reason="The ERP says so.", **given)
    return approve(proposed.pk, by=cast.actor("otis", door="console")).number


def written(kind: str = "") -> list[Letter]:
    with seeing(SYSTEM):
        return list(Letter.objects.filter(kind__startswith=kind).order_by("id"))


def text(kind: str) -> str:
    (letter,) = written(kind)
    return " ".join(letter.text.split())


def of_people() -> dict[int | None, str]:
    return {each.person_id: " ".join(each.text.split()) for each in written("applied.account")}


def test_letters_of_a_correction_are_true_of_a_period_that_is_over(cast: Cast) -> None:
    reference = cast.contract(partners=(Of(cast.larkspur), Of(cast.dune, "distributor")))
    correct(cast, reference, partner="7200000002", effective_on=day(-60), until=day(-20))
    assert sorted({each.kind for each in written()}) == [
        "applied.account",
        "applied.gaining",
        "applied.losing",
    ]
    for letter in written():
        for said in (letter.subject, letter.text, letter.html):
            for untrue in ("Otis", "Opal", "The customer has", "applies now", "You are partner"):
                assert untrue not in said
        assert letter.subject == f"The record of {reference} was put right"
        assert "From: " in letter.text
        assert "Until before: " in letter.text


def test_people_read_that_the_vendor_corrected_it_from_when_until_when_and_why(
    cast: Cast, settings: Settings
) -> None:
    number = correct(cast, cast.contract(), partner="7200000002", effective_on=day(-30))
    for letter in written("applied.account"):
        assert f"{settings.OFRECORD_VENDOR_NAME} corrected who was" in letter.text
        assert f"Made by: {settings.OFRECORD_VENDOR_NAME}" in letter.text
        assert "Partner of record: Gorse Digital (7200000002)" in letter.text
        assert "Reason: The ERP says so." in letter.text
        assert "Until before" not in letter.text
        assert f"/changes/{number}/" in letter.text
    assert {each.person_id for each in written("applied.account")} == {
        cast.people["pia"].pk,
        cast.people["sam"].pk,
    }


def test_firms_read_of_their_own_role_in_a_correction_only(cast: Cast) -> None:
    reference = cast.contract(partners=(Of(cast.larkspur), Of(cast.dune, "distributor")))
    correct(cast, reference, partner="7200000002", effective_on=day(-30))
    losing, gaining = written("applied.losing"), written("applied.gaining")
    assert len(losing) == 2
    for letters_of, others in ((losing, ("Gorse", "7200000002")), (gaining, ("Larkspur", "Dune"))):
        for letter in letters_of:
            for other in (*others, "The ERP says so", "href"):
                assert other not in letter.text + letter.html + letter.subject


def test_who_stays_beside_a_correction_is_told_that_it_stays(cast: Cast) -> None:
    reference = cast.contract(partners=(Of(cast.larkspur), Of(cast.dune, "distributor")))
    wrong = support(
        [reference],
        Wish("7200000002", members=(Member("reseller"),)),
        by=cast.actor("sia", door="console"),
        reason="Asked by telephone.",
    )
    with seeing(SYSTEM):
        Letter.objects.all().delete()
    correct(cast, reference, corrects=wrong.items[0].number)
    assert "your firm is recorded in the role" in text("applied.gaining")
    assert "corrected who was partner of record beside your firm" in text("applied.staying")
    assert "Gorse" not in text("applied.staying")


def test_an_approver_who_may_act_for_the_customer_too_is_not_named_as_one(cast: Cast) -> None:
    with seeing(SYSTEM):
        Role.objects.create(person=cast.people["otis"], name="viewer", account=cast.alder)
    correct(cast, cast.contract(), partner="7200000002", effective_on=day(-30))
    assert cast.people["otis"].pk not in of_people()
    assert not any("Otis" in said for said in of_people().values())


def test_what_was_called_off_by_a_correction_was_not_cancelled_by_the_customer(cast: Cast) -> None:
    reference = cast.contract()
    cast.change(reference, effective_on=day(10))
    correct(cast, reference, partner="7200000003", effective_on=day(-5), supersedes=True)
    assert "The customer" not in text("cancelled.gaining")


def test_an_undo_by_an_agent_is_told_as_made_by_support(cast: Cast) -> None:
    number = cast.change(cast.contract(manager="cora"))
    _undone(cast, number, cast.actor("sia", door="console"))
    told = of_people()
    assert cast.people["sia"].pk not in told
    for said in told.values():
        assert "Sia" not in said
        assert "Submitted by" not in said
        assert "support has made this change" in said
    assert "The customer has ended" not in text("applied.losing")


def test_an_undo_by_the_customer_names_who_submitted_it(cast: Cast) -> None:
    number = cast.change(cast.contract())
    with seeing(SYSTEM):
        Letter.objects.all().delete()
    undo([number], by=cast.actor("sam"), reason="A mistake.")
    assert all("Submitted by: Sam" in said for said in of_people().values())
    assert "The customer has ended" in text("applied.losing")


def _undone(cast: Cast, number: str, by: Actor) -> None:
    """Undo it, and forget the letters of the change itself."""
    with seeing(SYSTEM):
        Letter.objects.all().delete()
    undo([number], by=by, reason="A mistake.")


def test_who_consents_is_not_who_submitted(cast: Cast) -> None:
    cast.policy(consent_days={"gaining": 5})
    cast.change(cast.contract())
    with seeing(SYSTEM):
        asked = Consent.objects.get().pk
    answer([asked], given=True, by=cast.actor("gil"))
    told = of_people()
    assert cast.people["gil"].pk not in told
    assert all("Submitted by: Pia" in said for said in told.values())


def test_what_the_clock_does_at_once_names_to_each_customer_its_own_people_only(
    cast: Cast, settings: Settings
) -> None:
    later = day(10)
    cast.change(cast.contract(), effective_on=later)
    others = cast.contract(account=cast.birch)
    submit([others], "7200000002", by=cast.actor("bo"), reason="Ours.", effective_on=later)
    settings.OFRECORD_TODAY = later
    assert apply(by=SYSTEM) == 2
    told = of_people()
    assert "Submitted by: Pia" in told[cast.people["pia"].pk]
    assert "Pia" not in told[cast.people["bo"].pk]
    assert "Submitted by: Bo" in told[cast.people["bo"].pk]
