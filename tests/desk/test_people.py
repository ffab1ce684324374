"""The desk's people, the firm's profile, and its API clients."""

from typing import Any

from ofrecord.parties.actors import Actor
from ofrecord.parties.add_person import add_person
from ofrecord.parties.context import seeing
from ofrecord.parties.models import ApiClient, Partner, Person, Role, RoleInvitation
from tests.cast import Cast
from tests.parties.reading import roles_of, told
from tests.security.people import browser_of, is_in

OPERATOR = Actor.system("cli")
PROFILE = {
    "email": "hello@larkspur.example",
    "website": "www.larkspur.example",
    "street": "9 Quay",
    "postal_code": "20095",
    "city": "Hamburg",
    "language": "en",
}


def said(answer: Any) -> str:
    return str(answer.content.decode())


def with_rep(cast: Cast) -> Person:
    add_person("ray@example.com", "Ray", belongs_to="7200000001", role="partner_rep", by=OPERATOR)
    cast.people["ray"] = Person.objects.get(email="ray@example.com")
    return cast.people["ray"]


def role_of(person: Person) -> int:
    with seeing(OPERATOR):
        return Role.objects.get(person=person).pk


def test_an_admin_of_the_firm_invites_promotes_and_removes(cast: Cast) -> None:
    ray, lou = with_rep(cast), browser_of(cast.people["lou"])
    invited = {"name": "Nora", "email": "nora@example.com", "role": "partner_rep"}
    assert "on its way to nora@example.com" in said(
        lou.post("/desk/people/invite/", invited, follow=True)
    )
    page = said(lou.get("/desk/people/"))
    for seen in ("Ray", "ray@example.com", "Partner rep", "Nora", "Send a new link"):
        assert seen in page
    role, browser = role_of(ray), browser_of(ray)
    lou.post(f"/desk/people/roles/{role}/change/", {"to": "partner_admin"})
    assert roles_of(ray) == {("partner_admin", "Larkspur Systems")}
    lou.post(f"/desk/people/roles/{role}/remove/")
    assert not is_in(browser)
    assert browser.get("/desk/people/").headers["location"].startswith("/sign-in/login/")


def test_the_last_admin_of_a_firm_stays(cast: Cast) -> None:
    lou, role = browser_of(cast.people["lou"]), role_of(cast.people["lou"])
    answer = lou.post(f"/desk/people/roles/{role}/remove/", follow=True)
    assert "Lou is the last one in this role." in said(answer)
    lou.post(f"/desk/people/roles/{role}/change/", {"to": "partner_rep"})
    assert roles_of(cast.people["lou"]) == {("partner_admin", "Larkspur Systems")}


def test_a_rep_looks_and_does_nothing(cast: Cast) -> None:
    ray = browser_of(with_rep(cast))
    role = role_of(cast.people["lou"])
    for path in ("people/", f"people/roles/{role}/", "people/clients/", "firm/"):
        page = ray.get(f"/desk/{path}")
        assert page.status_code == 200
        assert "Invite somebody" not in said(page)
        assert "Remove Lou" not in said(page)
    for path in ("people/invite/", "people/clients/add/", "firm/edit/"):
        assert ray.get(f"/desk/{path}").status_code == 403
    assert ray.post(f"/desk/people/roles/{role}/remove/").status_code == 403
    assert ray.post("/desk/firm/edit/", PROFILE).status_code == 403


def test_another_firms_people_are_not_there(cast: Cast) -> None:
    dee, role = browser_of(cast.people["dee"]), role_of(cast.people["lou"])
    assert dee.get(f"/desk/people/roles/{role}/").status_code == 404
    for act in ("change", "remove"):
        answer = dee.post(f"/desk/people/roles/{role}/{act}/", {"to": "partner_rep"})
        assert answer.status_code == 404
    assert "lou@example.com" not in said(dee.get("/desk/people/"))


def test_the_firm_edits_how_it_is_reached_and_nothing_else(cast: Cast) -> None:
    lou = browser_of(cast.people["lou"])
    more = {**PROFILE, "name": "Larkspur Empire", "status": "active", "country": "US"}
    answer = lou.post("/desk/firm/edit/", more, follow=True)
    assert "The profile is up to date." in said(answer)
    with seeing(OPERATOR):
        firm = Partner.objects.get(pk=cast.larkspur.pk)
    assert (firm.email, firm.website) == (PROFILE["email"], "https://www.larkspur.example")
    assert (firm.name, firm.country) == ("Larkspur Systems", "DE")
    assert told("partner", cast.larkspur)[-1] == "partner.profile_changed"
    assert "20095" not in str(told("partner", cast.larkspur, data=True)[-1])
    for seen in ("hello@larkspur.example", "9 Quay", "Hamburg"):
        assert seen in said(lou.get("/desk/firm/"))


def test_what_is_wrong_with_a_profile_stands_beside_its_field(cast: Cast) -> None:
    lou = browser_of(cast.people["lou"])
    for wrong, sentence in (
        ({"email": "nowhere"}, "is no email address"),
        ({"website": "javascript:alert(1)"}, "is no web address"),
        ({"language": "xx"}, "xx is not one of the available choices"),
    ):
        answer = lou.post("/desk/firm/edit/", {**PROFILE, **wrong})
        assert (answer.status_code, sentence in said(answer)) == (422, True), said(answer)
    assert lou.post("/desk/firm/edit/", PROFILE).status_code == 302
    unchanged = {**PROFILE, "website": "https://www.larkspur.example"}
    assert "Nothing would change." in said(lou.post("/desk/firm/edit/", unchanged))


def test_a_preview_that_shows_the_firm_is_stale_when_its_profile_changed(cast: Cast) -> None:
    with_admin: dict[str, Any] = {
        "belongs_to": "7200000002",
        "role": "partner_admin",
        "by": OPERATOR,
    }
    add_person("gus@example.com", "Gus", **with_admin)
    reference = cast.contract()
    shown = cast.shown(reference)
    browser_of(Person.objects.get(email="gus@example.com")).post("/desk/firm/edit/", PROFILE)
    assert cast.shown(reference) != shown


def test_the_firm_has_systems_of_its_own_with_scopes_of_a_partner(cast: Cast) -> None:
    lou = browser_of(cast.people["lou"])
    page = said(lou.get("/desk/people/clients/add/"))
    assert "consents:read" in page
    assert "endpoints:write" not in page
    given = {"name": "CRM", "scopes": ["consents:read"], "networks": "", "ends_on": ""}
    wrong = lou.post("/desk/people/clients/add/", {**given, "scopes": ["endpoints:write"]})
    assert wrong.status_code == 422
    assert lou.post(
        "/desk/people/clients/add/", {**given, "ends_on": "2020-01-01"}
    ).status_code == (422)
    assert lou.post("/desk/people/clients/add/", given).status_code == 200
    with seeing(OPERATOR):
        client = ApiClient.objects.get(name="CRM")
    assert (client.partner_id, client.made_by) == (cast.larkspur.pk, cast.people["lou"])
    assert "by Lou" in said(lou.get("/desk/people/clients/"))
    page = said(lou.get(f"/desk/people/roles/{role_of(cast.people['lou'])}/"))
    assert "made an API client and may know its secret" in page


def test_no_invitation_was_left_behind(cast: Cast) -> None:
    ray = with_rep(cast)
    lou = browser_of(cast.people["lou"])
    lou.post(f"/desk/people/roles/{role_of(ray)}/change/", {"to": "partner_admin"})
    invited = {"name": "Nora", "email": "nora@example.com", "role": "partner_admin"}
    browser_of(ray).post("/desk/people/invite/", invited)
    lou.post(f"/desk/people/roles/{role_of(ray)}/remove/")
    with seeing(OPERATOR):
        made = RoleInvitation.objects.get()
    assert (made.ended_for, made.sent_by) == ("person_left", ray)
