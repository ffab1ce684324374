"""Systems and deliveries at the console: the same verbs as at the terminal, on pages."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ofrecord.delivery import claims
from ofrecord.delivery.context import as_system
from ofrecord.delivery.endpoints import add_endpoint
from ofrecord.delivery.models import Delivery, Endpoint
from ofrecord.delivery.sending import Outcome
from ofrecord.delivery.trial import TYPE
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from tests.cast import Cast
from tests.delivery.running import happen

URL = "http://127.0.0.1:9/"
Visit = Callable[[str], Client]


@pytest.fixture
def visit(cast: Cast) -> Visit:
    """A browser of somebody of the cast who has signed in."""

    def entered(name: str) -> Client:
        client = Client()
        backend = "allauth.account.auth_backends.AuthenticationBackend"
        client.force_login(cast.people[name], backend=backend)
        return client

    return entered


@pytest.fixture
def crm(cast: Cast) -> Endpoint:
    return add_endpoint(URL, "CRM", required=True, by=Actor.system("cli"))[0]


def page(client: Client, name: str, *given: Any, **asked: str) -> str:
    answer = client.get(reverse(f"console:{name}", args=given), asked)
    assert answer.status_code == 200
    return plain(answer)


def post(client: Client, route: str, *given: Any, **data: Any) -> Any:
    return client.post(reverse(f"console:{route}", args=given), data, follow=True)


def plain(answer: Any) -> str:
    """What a page says, without its markup."""
    text = re.sub(r"<(script|style).*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", text).split())


def give_up(status: int = 500, answer: str = "") -> None:
    claimed = claims.turn([], {})
    at, said = datetime.now(UTC), f"answered {status}"
    claims.mark([Outcome(each, False, at, 7, status, answer, said, None) for each in claimed])


def test_adding_shows_the_secret_once_and_no_browser_keeps_it(visit: Visit) -> None:
    opal = visit("opal")
    given = {"name": "ERP", "url": URL, "types": "partner_change.*\nagreement.*", "required": "on"}
    answer = post(opal, "system_add", **given)
    (secret,) = re.findall(r"whsec_[\w+/=]+", plain(answer))
    assert answer["cache-control"] == "no-store"
    erp = Endpoint.objects.get()
    assert (erp.types, erp.required) == (["partner_change.*", "agreement.*"], True)
    assert secret not in page(opal, "system", erp.pk)
    with as_system():
        (added,) = Event.objects.filter(type="endpoint.added")
    assert str(added.actor_id) == opal.session["_auth_user_id"]


def test_what_is_wrong_is_said_beside_its_field_and_kept(visit: Visit, crm: Endpoint) -> None:
    opal = visit("opal")
    for field, value, said in (
        ("name", "CRM", "There is an endpoint named CRM."),
        ("url", "http://169.254.169.254/", "Endpoints at this network address are not allowed."),
        ("types", "everything", "is not an event type"),
        ("types", "", "This field is required."),
    ):
        given = {"name": "ERP", "url": URL, "types": "partner_change.*", field: value}
        answer = post(opal, "system_add", **given)
        assert answer.status_code == 422
        assert said in plain(answer).replace("&#x27;", "'")
        assert answer.context["form"].errors.keys() == {field}
    assert Endpoint.objects.count() == 1


def test_a_system_is_paused_with_a_reason_and_resumed(visit: Visit, crm: Endpoint) -> None:
    opal = visit("opal")
    happen(1, 2)
    assert "Give a reason." in plain(post(opal, "system_pause", crm.pk, reason=" "))
    said = plain(post(opal, "system_pause", crm.pk, reason="Moving house"))
    assert "Moving house" in said
    assert "2 events wait for it." in said
    assert "paused" in page(opal, "systems")
    assert "The system is paused." in page(opal, "delivery", delivery_of(1))
    assert "Resume it first" not in plain(post(opal, "system_resume", crm.pk))
    assert Endpoint.objects.get().paused_at is None


def test_a_system_is_changed_given_a_new_secret_tested_and_removed(
    visit: Visit, crm: Endpoint
) -> None:
    opal = visit("opal")
    post(opal, "system_change", crm.pk, url="http://127.0.0.1:10/", types="agreement.*")
    changed = Endpoint.objects.get()
    assert (changed.url, changed.types, changed.required) == (
        "http://127.0.0.1:10/",
        ["agreement.*"],
        False,
    )
    said = plain(post(opal, "system_rotate", crm.pk, overlap="24"))
    assert "whsec_" in said
    assert "signs along until" in said
    assert TYPE in plain(post(opal, "system_test", crm.pk))
    said = plain(post(opal, "system_remove", crm.pk, reason="Switched off"))
    assert "Switched off" in said
    assert "Send a test" not in said
    assert "No system is told of anything" in page(opal, "systems")
    assert "CRM" in page(opal, "systems", removed="yes")
    assert opal.get(reverse("console:system_pause", args=[crm.pk])).status_code == 404


def test_a_time_is_sent_again(visit: Visit, crm: Endpoint) -> None:
    opal = visit("opal")
    happen(1, 2)
    give_up()
    now = datetime.now(UTC)
    since, until = now - timedelta(hours=1), now + timedelta(minutes=2)
    times = {"since": f"{since:%Y-%m-%dT%H:%M}", "until": f"{until:%Y-%m-%dT%H:%M}"}
    assert "1 event is sent again." in plain(post(opal, "system_replay", crm.pk, **times))
    backwards = {"since": times["until"], "until": times["since"]}
    assert "begins before it ends" in plain(post(opal, "system_replay", crm.pk, **backwards))


def test_the_log_leads_from_what_was_given_up_to_its_answer_and_on(
    cast: Cast, visit: Visit, crm: Endpoint
) -> None:
    opal = visit("opal")
    reference = cast.contract()
    cast.change(reference)
    give_up(503, "<b>come back</b> later")
    assert "503" in page(opal, "deliveries", q=reference, state="parked")
    assert "Nothing matches" in page(opal, "deliveries", q="499999999999")
    assert "Nothing matches" in page(opal, "deliveries", type="agreement.loaded")
    id = delivery_about(reference)
    answer = opal.get(reverse("console:delivery", args=[id])).content.decode()
    assert "&lt;b&gt;come back&lt;/b&gt; later" in answer
    assert "v1,••••••••" in answer
    assert post(opal, "delivery_replay", id).status_code == 200
    assert "Give a reason." in plain(post(opal, "delivery_waive", id, reason=""))
    assert "Told by phone" in plain(post(opal, "delivery_waive", id, reason="Told by phone"))
    assert "waived already" in plain(post(opal, "delivery_waive", id, reason="Twice"))


def test_the_log_has_pages(visit: Visit, crm: Endpoint) -> None:
    opal = visit("opal")
    for subject in range(60):
        happen(subject)
    first = opal.get(reverse("console:deliveries"))
    rest = opal.get(first.context["later_url"])
    back = opal.get(rest.context["earlier_url"])
    counts = [len(each.context["entries"]) for each in (first, rest, back)]
    assert counts == [50, 10, 50]
    assert first.context["entries"] == back.context["entries"]
    assert (first.context["earlier_url"], rest.context["later_url"]) == ("", "")


def test_an_auditor_reads_everything_and_changes_nothing(visit: Visit, crm: Endpoint) -> None:
    aude = visit("aude")
    happen(1)
    id = delivery_of(1)
    for name, given in (
        ("systems", []),
        ("system", [crm.pk]),
        ("deliveries", []),
        ("delivery", [id]),
    ):
        said = page(aude, name, *given)
        for act in ("Add a system", "Send a test", "New secret", "Send it again", "Waive"):
            assert act not in said
    for name in ("pause", "resume", "rotate", "remove", "replay", "change", "test"):
        address = reverse(f"console:system_{name}", args=[crm.pk])
        assert aude.post(address, {"reason": "x"}).status_code == 403
    for name in ("replay", "waive"):
        address = reverse(f"console:delivery_{name}", args=[id])
        assert aude.post(address, {"reason": "x"}).status_code == 403


@pytest.mark.parametrize("id", [0, 10**30])
def test_what_there_is_not_is_not_found(visit: Visit, id: int) -> None:
    opal = visit("opal")
    for name in ("system", "system_pause", "delivery"):
        assert opal.get(reverse(f"console:{name}", args=[id])).status_code == 404
    for name in ("system_test", "delivery_replay", "delivery_waive"):
        address = reverse(f"console:{name}", args=[id])
        assert opal.post(address, {"reason": "x"}).status_code == 404


def delivery_of(subject: int) -> int:
    with as_system():
        return Delivery.objects.filter(subject_id=subject).earliest("pk").pk


def delivery_about(reference: str) -> int:
    with as_system():
        found = Delivery.objects.filter(event__stream="agreement").select_related("event")
        return next(
            each.pk for each in found if f'"{reference}"'.encode() in bytes(each.event.body)
        )
