"""Pages for what went wrong: in our words, with a way on, and never a page of the framework's."""

import pytest
from django.conf import settings
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path
from psycopg.errors import DeadlockDetected
from psycopg_pool import PoolTimeout

from ofrecord import urls as root
from ofrecord.web import views

handler400, handler403, handler404 = root.handler400, root.handler403, root.handler404
handler429, handler500 = root.handler429, root.handler500


PASSING = {"away": PoolTimeout, "tangled": DeadlockDetected}


def breaks(request: HttpRequest, how: str) -> HttpResponse:
    if how == "often":
        return views.too_many(request, retry_after=120)
    if how in PASSING:
        with connection.wrap_database_errors:
            raise PASSING[how]("on purpose")
    raise {
        "garbled": SuspiciousOperation,
        "forbidden": PermissionDenied,
        "broken": RuntimeError,
    }[how]("on purpose")


urlpatterns = [path("breaks/<slug:how>/", breaks), path("", include("ofrecord.urls"))]


@pytest.fixture
def client() -> Client:
    return Client(raise_request_exception=False)


@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize(
    ("where", "status", "heading"),
    [
        ("/breaks/garbled/", 400, "We could not read that request"),
        ("/breaks/forbidden/", 403, "You can see this, but not do it"),
        ("/no/such/page/", 404, "Nothing here for you"),
        ("/breaks/often/", 429, "That was often in a short time"),
        ("/breaks/broken/", 500, "Something broke on our side"),
        ("/breaks/away/", 503, "Too much is going on just now"),
        ("/breaks/tangled/", 503, "Somebody else was changing the same thing"),
    ],
)
def test_what_went_wrong_has_a_page_with_a_way_on(
    client: Client, where: str, status: int, heading: str
) -> None:
    answer = client.get(where)
    assert answer.status_code == status
    page = answer.content.decode()
    assert f"<h1>{heading}</h1>" in page
    assert 'href="/"' in page
    assert settings.OFRECORD_VENDOR_NAME in page
    assert answer["X-Request-ID"] in page


@override_settings(ROOT_URLCONF=__name__)
def test_a_limit_says_when_to_try_again(client: Client) -> None:
    answer = client.get("/breaks/often/")
    assert answer["Retry-After"] == "120"
    assert "Try again in 2 minutes." in answer.content.decode()


def test_a_form_from_elsewhere_gets_our_page() -> None:
    answer = Client(enforce_csrf_checks=True).post("/theme/", {"theme": "dark"})
    assert answer.status_code == 403
    assert "That form is too old" in answer.content.decode()


def test_a_request_keeps_the_name_its_proxy_gave_it() -> None:
    named = Client().get("/healthz", headers={"X-Request-ID": "proxy-1234567"})
    assert named["X-Request-ID"] == "proxy-1234567"
    forged = Client().get("/healthz", headers={"X-Request-ID": "<script>"})
    assert forged["X-Request-ID"] != "<script>"


def test_pages_carry_the_headers_that_guard_them() -> None:
    answer = Client().get("/style/")
    assert "camera=()" in answer["Permissions-Policy"]
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"]
    assert "style=" not in answer.content.decode()


def test_the_choice_of_theme_leads_back_to_our_own_pages_only() -> None:
    back = Client().post("/theme/", {"theme": "dark", "next": "/style/"})
    assert (back["Location"], back.cookies["theme"].value) == ("/style/", "dark")
    away = Client().post("/theme/", {"theme": "dark", "next": "https://elsewhere.example/"})
    assert away["Location"] == "/"


def test_an_unknown_theme_follows_the_device_again() -> None:
    answer = Client().post("/theme/", {"theme": "<b>"})
    assert answer.cookies["theme"].value == ""


def test_the_font_is_kept_for_a_year() -> None:
    answer = Client().get("/font/inter-4.1.ttf", headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert "immutable" in answer["Cache-Control"]


def test_alive_without_a_database() -> None:
    assert Client().get("/healthz").json() == {"status": "alive"}


@pytest.mark.django_db
def test_ready_when_the_database_holds_every_migration() -> None:
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
