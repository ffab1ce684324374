"""The portal as a browser sees it, with the cast behind it; and a real browser before it."""

from collections.abc import Callable, Iterator
from threading import Thread
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.test import Client
from playwright.sync_api import Browser, Page

from tests.browsers import chromium

if TYPE_CHECKING:
    from tests.cast import Cast

PASSWORD = "a-long-walk-in-the-rain"
Visit = Callable[[str], Client]
Enter = Callable[..., Page]


@pytest.fixture
def visit(cast: "Cast") -> Visit:
    """A browser of somebody of the cast who has signed in."""

    def entered(name: str) -> Client:
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(
            cast.people[name], backend="allauth.account.auth_backends.AuthenticationBackend"
        )
        return client

    return entered


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Its library runs an event loop in this thread, where Django else refuses to work."""
    with pytest.MonkeyPatch.context() as patch, chromium() as opened:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        yield opened


@pytest.fixture
def address(browser: Browser, fresh_cast: "Cast") -> Iterator[str]:
    from tests.web.test_parts import Silent, Threads

    server = make_server("127.0.0.1", 0, get_wsgi_application(), Threads, Silent)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def enter(browser: Browser, address: str) -> Iterator[Enter]:
    """A page of somebody of the cast who has signed in with their password."""
    from ofrecord.parties.models import Person

    opened = []

    def signed_in(name: str, **context: Any) -> Page:
        person = Person.objects.get(email=f"{name}@example.com")
        person.set_password(PASSWORD)
        person.save()
        opened.append(browser.new_context(base_url=address, **context))
        page = opened[-1].new_page()
        page.goto("/")
        page.get_by_label("Email").fill(person.email)
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("main").get_by_role("button", name="Sign in").click()
        return page

    yield signed_in
    for context in opened:
        context.close()
