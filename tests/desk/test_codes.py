"""Redeeming a code at the desk."""

import re
from typing import Any

import pytest
from django.test import Client

from ofrecord.changes.codes.make import make
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Role
from tests.cast import Cast, of_record
from tests.desk.conftest import Visit

CODES = "/desk/codes/"
GORSE = {("Gorse Digital", "reseller", None)}


def code_for(cast: Cast, *references: str, by: str = "pia") -> str:
    return make(references, "7200000002", by=cast.actor(by), reason="Gorse knows us.").code


def redeemed(client: Client, code: str, status: int = 200) -> str:
    answer = client.post(CODES, {"code": code})
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_partner_that_the_code_names_is_of_record_at_once(cast: Cast, visit: Visit) -> None:
    one, two = cast.contract(), cast.contract()
    client = visit("gil")
    page = redeemed(client, f"  {code_for(cast, one, two).lower()} ")
    assert page.count("your firm is of record") == 2
    assert "Alder Works" in page
    assert of_record(one) == of_record(two) == GORSE
    listed = client.get("/desk/agreements/").content.decode()
    assert one in listed
    assert two in listed


def test_a_code_of_another_firm_and_one_that_is_none_are_answered_alike(
    cast: Cast, visit: Visit
) -> None:
    reference = cast.contract()
    foreign = redeemed(visit("dee"), code_for(cast, reference), 422)
    unknown = redeemed(visit("dee"), "NOSUC-HCODE", 422)
    told = re.compile(r'id="id_code_error".*?</div>')
    assert told.findall(foreign) == told.findall(unknown) != []
    assert "This code cannot be redeemed by your firm." in foreign
    for secret in (reference, "Alder", "Gorse"):
        assert secret not in foreign


def test_a_second_time_it_says_so(cast: Cast, visit: Visit) -> None:
    code = code_for(cast, cast.contract())
    client = visit("gil")
    redeemed(client, code)
    assert "This code was redeemed already." in redeemed(client, code, 409)


def test_what_stands_against_it_is_told_as_far_as_a_partner_may_know(
    cast: Cast, visit: Visit
) -> None:
    moved, still = cast.contract(), cast.contract()
    code = code_for(cast, moved, still)
    number = cast.change(moved, partner="7200000003")
    page = redeemed(visit("gil"), code)
    assert "It has changed since the code was made." in page
    assert "your firm is of record" in page
    for secret in (number, "Dune", "Pia"):
        assert secret not in page


def test_an_admin_who_may_no_longer_do_it_is_not_named(cast: Cast, visit: Visit) -> None:
    reference = cast.contract()
    code = code_for(cast, reference, by="sam")
    with seeing(Actor.system()):
        Role.objects.filter(person=cast.people["sam"]).update(name="viewer")
    page = redeemed(visit("gil"), code, 403)
    assert "Whoever made the code may no longer change this agreement." in page
    assert "Nothing was changed." in page
    for secret in ("Pia", "Sam", "Alder"):
        assert secret not in page


def test_nothing_typed_is_told_beside_the_field(cast: Cast, visit: Visit) -> None:
    assert "Enter the code." in redeemed(visit("gil"), "  ", 422)


@pytest.mark.parametrize("code", ["x" * 500, "a\x00b", "<script>", "Ünder", "١٢٣"])
def test_whatever_is_typed_is_answered(cast: Cast, visit: Visit, code: str) -> None:
    assert "<script>alert" not in redeemed(visit("gil"), code, 422)


def test_too_many_tries_are_put_off_in_words(cast: Cast, visit: Visit, settings: Any) -> None:
    settings.OFRECORD_CODES_PER_PERSON_PER_HOUR = 2
    client = visit("gil")
    for _ in range(2):
        redeemed(client, "NOSUC-HCODE", 422)
    page = redeemed(client, "NOSUC-HCODE", 429)
    assert "Too many codes were tried within the hour. You can try again from" in page


def test_while_a_losing_partner_may_object_it_waits_for_others(cast: Cast, visit: Visit) -> None:
    cast.policy(consent_days={"gaining": 5, "losing": 5})
    reference = cast.contract()
    client = visit("gil")
    assert "waits for the consent of others" in redeemed(client, code_for(cast, reference))
    assert reference not in client.get("/desk/agreements/").content.decode()
    assert "accepted" in client.get("/desk/consents/").content.decode()
