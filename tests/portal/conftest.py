"""The portal as a browser sees it, with the cast behind it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from playwright.sync_api import Page

if TYPE_CHECKING:
    from tests.cast import Cast

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
