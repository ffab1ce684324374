"""The console's people: the vendor's own, first admins elsewhere, and the page of anybody."""

from typing import Any

import pytest

from ofrecord.parties.actors import Actor
from ofrecord.parties.add_person import add_person
from ofrecord.parties.context import seeing
from ofrecord.parties.disable_person import disable_person
from ofrecord.parties.models import ApiClient, Person, Role
from tests.cast import Cast
from tests.parties.reading import roles_of
from tests.security.people import browser_of, is_in

OPERATOR = Actor.system("cli")
FIRST = {"name": "Nora", "email": "nora@example.com"}


@pytest.fixture
def staffed(cast: Cast) -> Cast:
    """The cast with two administrators."""
    for name in ("adam", "abel"):
        where: dict[str, Any] = {"belongs_to": "vendor", "role": "administrator", "by": OPERATOR}
        add_person(f"{name}@example.com", name.title(), **where)
        cast.people[name] = Person.objects.get(email=f"{name}@example.com")
    return cast


def said(answer: Any) -> str:
    return str(answer.content.decode())


def role_of(person: Person) -> int:
    with seeing(OPERATOR):
        return Role.objects.get(person=person).pk


def test_an_administrator_invites_changes_and_removes_staff(staffed: Cast) -> None:
    adam = browser_of(staffed.people["adam"])
    staff = {**FIRST, "belongs_to": "vendor", "role": "support_agent"}
    assert "on its way" in said(adam.post("/console/people/invite/", staff, follow=True))
    page = said(adam.get("/console/people/"))
    for seen in ("Opal", "Aude", "Adam", "Nora", "Support agent"):
        assert seen in page
    role, aude = role_of(staffed.people["aude"]), browser_of(staffed.people["aude"])
    adam.post(f"/console/people/roles/{role}/change/", {"to": "operations"})
    assert roles_of(staffed.people["aude"]) == {("operations", "vendor")}
    adam.post(f"/console/people/roles/{role}/remove/")
    assert not is_in(aude)


def test_the_last_administrator_stays(staffed: Cast) -> None:
    adam = browser_of(staffed.people["adam"])
    adam.post(f"/console/people/roles/{role_of(staffed.people['abel'])}/remove/")
    own = role_of(staffed.people["adam"])
    answer = adam.post(f"/console/people/roles/{own}/remove/", follow=True)
    assert "Adam is the last one in this role." in said(answer)


def test_operations_name_the_first_admin_of_a_firm_and_no_second(staffed: Cast) -> None:
    opal = browser_of(staffed.people["opal"])
    first = {**FIRST, "belongs_to": "7200000002", "role": "partner_admin"}
    assert opal.get("/console/people/invite/?at=7200000002").status_code == 200
    assert opal.post("/console/people/invite/", first).headers["location"] == (
        "/console/partners/7200000002/"
    )
    for wrong, status in (
        ({"belongs_to": "7200000001"}, 403),
        ({"belongs_to": "7299999999"}, 422),
        ({"belongs_to": "vendor", "role": "administrator"}, 422),
    ):
        assert opal.post("/console/people/invite/", {**first, **wrong}).status_code == status
    for name in ("aude", "pia", "lou"):
        answer = browser_of(staffed.people[name]).post("/console/people/invite/", first)
        assert answer.status_code == 403


def test_who_may_invite_somebody_is_led_there(staffed: Cast) -> None:
    for name, led in (("opal", True), ("adam", True), ("aude", False)):
        page = said(browser_of(staffed.people[name]).get("/console/people/"))
        assert ("/console/people/invite/" in page) == led


def test_operations_hand_over_an_account_whose_primary_admin_left(staffed: Cast) -> None:
    disable_person("pia@example.com", by=OPERATOR)
    opal, sam = browser_of(staffed.people["opal"]), staffed.people["sam"]
    page = said(opal.get(f"/console/people/roles/{role_of(sam)}/"))
    assert "Hand over to Sam" in page
    assert "Remove Sam" not in page
    where = f"/console/people/roles/{role_of(sam)}/hand-over/"
    for nothing in ("", "   "):
        answer = opal.post(where, {"reason": nothing})
        assert (answer.status_code, "Give a reason." in said(answer)) == (422, True)
    opal.post(where, {"reason": "Pia has left Alder."})
    assert roles_of(sam) == {("primary_admin", "Alder Works")}
    history = said(opal.get(f"/console/accounts/{staffed.alder.account_number}/history/"))
    assert "Support (Opal) made somebody else the primary admin" in history
    assert "reason: Pia has left Alder." in history


def test_the_page_of_somebody_tells_what_they_hold_and_what_happened(staffed: Cast) -> None:
    browser, pia = browser_of(staffed.people["aude"]), staffed.people["pia"]
    browser_of(pia)
    page = said(browser.get(f"/console/people/{pia.pk}/"))
    for seen in ("Pia", "Primary admin", "Alder Works", "The person signed in"):
        assert seen in page
    assert "Disable" not in page
    assert browser.get("/console/people/999999999999/").status_code == 404
    for act in ("disable", "enable", "sessions"):
        assert browser.post(f"/console/people/{pia.pk}/{act}/").status_code == 403


def test_an_administrator_disables_somebody_and_lets_them_in_again(staffed: Cast) -> None:
    adam, sam = browser_of(staffed.people["adam"]), browser_of(staffed.people["sam"])
    where = f"/console/people/{staffed.people['sam'].pk}/"
    assert "signed out everywhere" in said(adam.post(f"{where}sessions/", follow=True))
    assert not is_in(sam)
    sam = browser_of(staffed.people["sam"])
    adam.post(f"{where}disable/")
    assert not is_in(sam)
    assert "disabled already" in said(adam.post(f"{where}disable/", follow=True))
    page = said(adam.post(f"{where}enable/", follow=True))
    assert "They can sign in again" in page
    assert "disabled the person" in page
    assert is_in(browser_of(staffed.people["sam"]))


def test_the_search_finds_people_by_name_and_address(staffed: Cast) -> None:
    opal = browser_of(staffed.people["opal"])
    page = said(opal.get("/console/search/", {"q": "vera"}))
    assert f"/console/people/{staffed.people['vera'].pk}/" in page


def test_the_vendors_own_clients_are_an_administrators(staffed: Cast) -> None:
    adam, opal = browser_of(staffed.people["adam"]), browser_of(staffed.people["opal"])
    given = {"name": "ERP", "scopes": ["orders:write"]}
    assert opal.get("/console/people/clients/").status_code == 200
    assert opal.post("/console/people/clients/add/", given).status_code == 403
    assert adam.post("/console/people/clients/add/", given).status_code == 200
    with seeing(OPERATOR):
        client = ApiClient.objects.get(name="ERP")
    where = f"/console/people/clients/{client.client_id}/revoke/"
    assert opal.post(where).status_code == 403
    assert "is refused" in said(adam.post(where, follow=True))
    assert "revoked already" in said(adam.post(where, follow=True))
