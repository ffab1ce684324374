"""`ofrecord change consents` and `change consent`: who is asked, and answers for somebody."""

import pytest

from ofrecord.changes.models import Consent, PartnerChange
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast, Of, bodies, of_record, types
from tests.cli.conftest import Ended, Type

GORSE = {("Gorse Digital", "reseller", None)}


def change_of(number: str) -> PartnerChange:
    with seeing(Actor.system()):
        return PartnerChange.objects.get(number=number)


@pytest.fixture
def both(cast: Cast) -> str:
    """A contract of two partners."""
    return cast.contract(partners=(Of(cast.larkspur), Of(cast.dune, "distributor")))


@pytest.fixture
def answered(type_in: Type) -> Type:
    """Answer a consent of a change, as programs do."""

    def run(number: str, kind: str, *words: object, typed: str = "") -> Ended:
        return type_in("change", "consent", number, "--kind", kind, *words, "--json", typed=typed)

    return run


def test_whom_a_change_waits_for_and_until_when(cast: Cast, type_in: Type, both: str) -> None:
    cast.policy(consent_days={"gaining": 5, "losing": 3})
    number = cast.change(both)
    ended = type_in("change", "consents", number.lower(), "--json")
    assert ended.code == 0
    assert (ended.json["change"], ended.json["state"]) == (number, "awaiting_consent")
    asked = ended.json["consents"]
    assert [(each["kind"], each["name"], each["answer"]) for each in asked] == [
        ("losing", "Larkspur Systems", None),
        ("losing", "Dune Distribution", None),
        ("gaining", "Gorse Digital", None),
    ]
    assert asked[0]["until"] < asked[0]["due_at"] < asked[2]["due_at"]
    drawn = type_in("change", "consents", number).out
    assert "the gaining partner accepts: Gorse Digital (7200000002)" in drawn
    assert drawn.count("waiting") == 3


def test_a_change_of_which_nobody_was_asked(cast: Cast, type_in: Type, both: str) -> None:
    assert "Nobody was asked." in type_in("change", "consents", cast.change(both)).out
    ended = type_in("change", "consents", "PC-00000000", "--json")
    assert (ended.code, ended.out) == (4, "")


def test_the_gaining_partner_accepts_at_the_terminal(
    cast: Cast, answered: Type, type_in: Type, both: str
) -> None:
    cast.policy(consent_days={"gaining": 5})
    number = cast.change(both)
    ended = answered(number, "gaining", "--give", "--by", "gil@example.com")
    assert ended.code == 0
    assert (ended.json["answer"], ended.json["state"], ended.json["refusals"]) == (
        "given",
        "complete",
        [],
    )
    assert of_record(both) == GORSE
    given = bodies(both)[types(both).index("partner_change.consent_given")]["data"]["by"]
    assert (given["person"], given["on_behalf_of"], given["door"]) == (
        None,
        cast.people["gil"].pk,
        "cli",
    )
    (shown,) = type_in("change", "show", number, "--json").json["consents"]
    assert (shown["answer"], shown["answered_by"]["name"]) == ("given", "Gil")
    drawn = type_in("change", "show", number).out
    assert "Consents settled" in drawn
    assert "Gil" in drawn


def test_only_the_firm_that_was_asked_answers(cast: Cast, answered: Type, both: str) -> None:
    cast.policy(consent_days={"gaining": 5})
    number = cast.change(both)
    for somebody in ("lou", "stan"):
        ended = answered(number, "gaining", "--give", "--by", f"{somebody}@example.com")
        assert (ended.code, ended.out) == (4, "")
    for somebody in ("pia", "opal"):
        ended = answered(number, "gaining", "--give", "--by", f"{somebody}@example.com")
        assert ended.code == 3
        assert ended.json["refusals"][0]["code"] == "not_permitted"
    assert answered(number, "gaining", "--give").code == 3
    assert change_of(number).state == "awaiting_consent"


def test_a_losing_partner_objects_on_a_ground(cast: Cast, answered: Type, both: str) -> None:
    cast.policy(consent_days={"losing": 5})
    number = cast.change(both)
    lou = ("--refuse", "--by", "lou@example.com")
    ended = answered(number, "losing", *lou, "--ground", "weather")
    assert (ended.code, ended.json["refusals"][0]["code"]) == (3, "ground_unknown")
    ended = answered(number, "losing", *lou, "--ground", "unpaid_invoice")
    assert (ended.code, ended.json["answer"], ended.json["state"]) == (0, "refused", "declined")
    larkspur = ("--partner", cast.larkspur.account_number)
    ended = answered(number, "losing", *larkspur, *lou, "--ground", "unpaid_invoice")
    assert (ended.code, ended.json["refusals"][0]["code"]) == (3, "consent_closed")


def test_of_several_it_is_said_whose_or_by_whom(cast: Cast, answered: Type, both: str) -> None:
    cast.policy(consent_days={"losing": 5})
    number = cast.change(both)
    gil = ("--give", "--by", "gil@example.com")
    ended = answered(number, "losing", *gil)
    assert ended.code == 2
    assert "7200000001" in ended.err
    assert "7200000003" in ended.err
    assert answered(number, "losing", *gil, "--partner", cast.dune.account_number).code == 4
    assert answered(number, "losing", "--give", "--by", "dee@example.com").code == 0
    with seeing(Actor.system()):
        given = Consent.objects.get(change__number=number, answer="given")
        assert given.partner_id == cast.dune.pk


def test_a_second_admin_approves(cast: Cast, answered: Type, both: str) -> None:
    cast.policy(consent_days={"approval": 2})
    number = cast.change(both)
    ended = answered(number, "approval", "--give", "--by", "pia@example.com")
    assert (ended.code, ended.json["refusals"][0]["code"]) == (3, "same_person")
    ended = answered(number, "approval", "--refuse", "--by", "sam@example.com")
    assert (ended.code, ended.json["refusals"][0]["code"]) == (3, "reason_missing")
    ended = answered(number, "approval", "--give", "--by", "sam@example.com")
    assert (ended.code, ended.json["state"]) == (0, "complete")


def test_the_operator_confirms_for_the_system_of_record(
    cast: Cast, answered: Type, both: str
) -> None:
    cast.policy(consent_days={"confirmation": 2})
    number = cast.change(both)
    ended = answered(number, "confirmation", "--give")
    assert (ended.code, ended.json["state"]) == (0, "complete")
    with seeing(Actor.system()):
        assert Consent.objects.get(change__number=number).answered_by is None


def test_somebody_of_operations_refuses_the_confirmation(
    cast: Cast, answered: Type, type_in: Type, both: str
) -> None:
    cast.policy(consent_days={"confirmation": 2})
    number = cast.change(both)
    refuses = ("--refuse", "--reason", "Unknown to the ERP.", "--by", "opal@example.com")
    ended = type_in("change", "consent", number, "--kind", "confirmation", *refuses)
    assert (ended.code, ended.out) == (0, f"Refused. Change {number} is declined.\n")


def test_what_is_not_asked_and_what_is_no_kind(cast: Cast, answered: Type, both: str) -> None:
    number = cast.change(both)
    assert answered(number, "approval", "--give", "--by", "sam@example.com").code == 4
    assert answered("PC-00000000", "approval", "--give", "--by", "sam@example.com").code == 4
    assert answered(number, "blessing", "--give", "--by", "sam@example.com").code == 2
    assert answered(number, "approval", "--by", "sam@example.com").code == 2
    assert answered(number, "approval", "--give", "--by", "nobody@example.com").code == 2
