"""The portal's people: who works for the account, invited and removed by its primary admin."""

import re
from typing import Any

from django.test import Client

from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import ApiClient, Role, RoleInvitation
from tests.cast import Cast
from tests.parties.reading import roles_of
from tests.parties.test_inviting import secret_of
from tests.security.people import LOGIN, browser_of, is_in

NINA = {"name": "Nina New", "email": "nina@example.com", "role": "viewer"}
PASSWORD = "a lantern in the orchard"


def said(answer: Any) -> str:
    return str(answer.content.decode())


def plain(answer: Any) -> str:
    """What a page says, without what is new in every answer."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"|nonce="[^"]*"', "", said(answer))
    return re.sub(r"/join/[^/\"]+/|(?<=[^0-9a-f])[0-9a-f]{32}(?=[^0-9a-f])", "", page)


def role_of(cast: Cast, name: str) -> int:
    with seeing(Actor.system()):
        return Role.objects.get(person=cast.people[name]).pk


def invitation() -> RoleInvitation:
    with seeing(Actor.system()):
        return RoleInvitation.objects.select_related("person").latest("sent_at")


def test_everybody_of_the_account_sees_who_can_change_the_partner(cast: Cast) -> None:
    reference = cast.contract(manager="cora")
    for name in ("pia", "sam", "vera"):
        page = said(browser_of(cast.people[name]).get("/people/"))
        for seen in ("Pia", "sam@example.com", "Primary admin", "contract manager"):
            assert seen in page
        assert f"/billing/agreements/{reference}/" in page
        assert ("Invite somebody" in page) == (name == "pia")
        assert "bo@example.com" not in page


def test_the_primary_admin_invites_somebody_who_joins(cast: Cast) -> None:
    pia = browser_of(cast.people["pia"])
    answer = pia.post("/people/invite/", NINA, follow=True)
    assert "on its way to nina@example.com" in said(answer)
    assert "Nina New" in said(answer)
    made = invitation()
    link = f"/join/{secret_of(made)}/"
    client = Client()
    page = client.get(link)
    assert page.status_code == 200
    assert "You are invited to Alder Works" in said(page)
    assert client.get(link).status_code == 200
    chosen = {"name": "Nina Newman", "password": PASSWORD, "again": PASSWORD}
    assert client.post(link, {**chosen, "again": "other"}).status_code == 422
    assert client.post(link, {**chosen, "password": "short", "again": "short"}).status_code == 422
    assert client.post(link, chosen).status_code == 302
    assert client.get(link).status_code == 404
    client.post(LOGIN, {"login": "nina@example.com", "password": PASSWORD})
    assert client.get("/home/").status_code == 200
    assert "Nina Newman" in said(pia.get("/people/"))


def test_somebody_of_another_account_signs_in_to_accept(cast: Cast) -> None:
    browser_of(cast.people["pia"]).post("/people/invite/", {**NINA, "email": "bo@example.com"})
    link = f"/join/{secret_of(invitation())}/"
    bo, stan = browser_of(cast.people["bo"]), browser_of(cast.people["stan"])
    assert f"next={link.replace('/', '%2F')}" in said(Client().get(link))
    assert stan.get(link).status_code == stan.post(link).status_code == 404
    assert "Alder" not in said(stan.get(link))
    assert plain(stan.get(link)) == plain(stan.get("/join/made-up/"))
    assert bo.post(link).headers["location"] == "/home/"
    assert roles_of(cast.people["bo"]) >= {("viewer", "Alder Works")}
    assert "Alder Works" in said(bo.get("/home/"))


def test_what_is_wrong_with_an_invitation_stands_beside_its_field(cast: Cast) -> None:
    pia = browser_of(cast.people["pia"])
    for wrong, sentence in (
        ({"email": "nobody"}, "is no email address"),
        ({"email": ""}, "Enter the email address."),
        ({"name": " "}, "Give the person&#x27;s name."),
        ({"role": "primary_admin"}, "Choose a role."),
        ({"email": "sam@example.com"}, "Sam works at Alder Works already."),
    ):
        answer = pia.post("/people/invite/", {**NINA, **wrong})
        assert (answer.status_code, sentence in said(answer)) == (422, True), said(answer)


def test_a_new_link_ends_the_one_before_and_withdrawing_ends_both(cast: Cast) -> None:
    pia = browser_of(cast.people["pia"])
    pia.post("/people/invite/", NINA)
    first = invitation()
    before = f"/join/{secret_of(first)}/"
    pia.post(f"/people/invitations/{first.pk}/again/")
    second = invitation()
    after = f"/join/{secret_of(second)}/"
    assert (Client().get(before).status_code, Client().get(after).status_code) == (404, 200)
    bo = browser_of(cast.people["bo"])
    assert bo.post(f"/people/invitations/{second.pk}/withdraw/").status_code == 404
    pia.post(f"/people/invitations/{second.pk}/withdraw/")
    assert Client().get(after).status_code == 404
    assert "Nina New" not in said(pia.get("/people/"))


def test_who_is_removed_is_at_the_sign_in_with_the_next_click(cast: Cast) -> None:
    vera, pia = browser_of(cast.people["vera"]), browser_of(cast.people["pia"])
    assert vera.get("/people/").status_code == 200
    role = role_of(cast, "vera")
    page = said(pia.get(f"/people/roles/{role}/"))
    assert "Remove Vera" in page
    answer = pia.post(f"/people/roles/{role}/remove/", follow=True)
    assert "Vera is no longer here." in said(answer)
    assert not is_in(vera)
    assert vera.get("/people/").headers["location"].startswith(LOGIN)
    assert pia.post(f"/people/roles/{role}/remove/").status_code == 404


def test_a_secondary_admin_can_do_none_of_it(cast: Cast) -> None:
    sam, role = browser_of(cast.people["sam"]), role_of(cast, "vera")
    assert sam.get("/people/invite/").status_code == 403
    assert sam.post("/people/invite/", NINA).status_code == 403
    for act, given in (("remove", {}), ("change", {"to": "viewer"}), ("hand-over", {})):
        assert sam.post(f"/people/roles/{role}/{act}/", given).status_code == 403
    assert sam.get("/people/clients/add/").status_code == 403
    page = said(sam.get(f"/people/roles/{role}/"))
    assert "Remove Vera" not in page


def test_the_primary_admin_changes_a_role_and_hands_over(cast: Cast) -> None:
    pia = browser_of(cast.people["pia"])
    sam, own = role_of(cast, "sam"), role_of(cast, "pia")
    pia.post(f"/people/roles/{sam}/change/", {"to": "viewer"})
    assert roles_of(cast.people["sam"]) == {("viewer", "Alder Works")}
    assert "handing it over" in said(pia.get(f"/people/roles/{own}/"))
    answer = pia.post(f"/people/roles/{sam}/hand-over/", follow=True)
    assert "Sam is the primary admin from now on." in said(answer)
    assert "Invite somebody" not in said(answer)


def test_the_contract_manager_is_appointed_on_a_page(cast: Cast) -> None:
    reference, pia = cast.contract(), browser_of(cast.people["pia"])
    where = f"/billing/agreements/{reference}/contract-manager/"
    assert "Cora (cora@example.com)" in said(pia.get(where))
    assert pia.post(where, {"manager": str(cast.people["bo"].pk)}).status_code == 422
    pia.post(where, {"manager": str(cast.people["cora"].pk)})
    assert cast.check(reference, by="cora").available
    for name, status in (("sam", 403), ("bo", 404)):
        assert browser_of(cast.people[name]).get(where).status_code == status


def test_an_account_makes_an_api_client_and_sees_its_secret_once(cast: Cast) -> None:
    pia = browser_of(cast.people["pia"])
    given = {"name": "ERP", "scopes": ["agreements:read"], "networks": "192.0.2.0/24\n10.0.0.1"}
    answer = pia.post("/people/clients/add/", given)
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    with seeing(Actor.system()):
        client = ApiClient.objects.get(name="ERP")
    assert client.client_id in said(answer)
    assert client.networks == ["192.0.2.0/24", "10.0.0.1"]
    listed = said(pia.get("/people/clients/"))
    assert client.client_id in listed
    assert str(answer.context["secret"]) not in listed
    assert pia.post("/people/clients/add/", {"name": "x", "scopes": ["orders:write"]}).status_code
    wrong = pia.post("/people/clients/add/", {**given, "networks": "somewhere"})
    assert wrong.status_code == 422
    assert "no address or network" in said(wrong)
    bo = browser_of(cast.people["bo"])
    assert bo.post(f"/people/clients/{client.client_id}/revoke/").status_code == 404
    assert "revoked" in said(pia.post(f"/people/clients/{client.client_id}/revoke/", follow=True))


def test_a_name_with_markup_is_text(cast: Cast) -> None:
    pia = browser_of(cast.people["pia"])
    answer = pia.post("/people/invite/", {**NINA, "name": "<b>Nina</b>"}, follow=True)
    assert "<b>Nina</b>" not in said(answer)
    assert "&lt;b&gt;Nina" in said(answer)
