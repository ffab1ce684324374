"""Admins of a customer who change partners in their browsers, and who try again.

Each works with an HTTP client of their own, through the forms. An answer that never came is
asked for again with the same form, as a person presses the button again.
"""

import re
import time
from dataclasses import dataclass, field
from html import unescape
from uuid import uuid4

import httpx

from tests.security.people import PASSWORD

TRIES_FOR = 90.0


@dataclass
class Admin:
    """One person at their browser. `yes` and `no` are what the product answered."""

    url: str
    email: str
    partner: str
    yes: dict[str, str] = field(default_factory=dict)
    no: dict[str, str] = field(default_factory=dict)
    lost: int = 0

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=self.url, timeout=20)

    def sign_in(self) -> "Admin":
        page = self._surely("GET", "/sign-in/login/")
        form = {"login": self.email, "password": PASSWORD, **hidden(page.text)}
        answer = self._surely("POST", "/sign-in/login/", form)
        assert answer.status_code == 302, answer.text
        return self

    def find(self, reference: str) -> None:
        """Look the new partner up, as the first step asks."""
        where = f"/billing/agreements/{reference}/update-reseller/"
        form = {**hidden(self._surely("GET", where).text), "number": self.partner}
        answer = self._surely("POST", where, form)
        assert answer.status_code == 302, answer.text

    def review(self, reference: str) -> dict[str, str]:
        """What the review's form holds; without fingerprints where it cannot be submitted."""
        page = self._surely(
            "GET", f"/billing/agreements/{reference}/update-reseller/review/?partner={self.partner}"
        )
        assert page.status_code == 200, page.text
        return hidden(page.text)

    def submit(self, reference: str, shown: dict[str, str]) -> None:
        """Press Submit, again and again until there is an answer; one key, one change."""
        where = f"/billing/agreements/{reference}/update-reseller/review/"
        form = {**shown, "reason": "Closer to us.", "when": "now"}
        answer = self._surely("POST", where, form)
        if answer.status_code == 302:
            self.yes[reference] = answer.headers["location"].partition("change=")[2]
        else:
            self.no[reference] = f"{answer.status_code}"

    def change(self, reference: str) -> None:
        self.submit(reference, self.review(reference))

    def try_anyway(self, reference: str, fingerprint: str) -> None:
        """Submit what the page does not offer, with a form of one's own making."""
        shown = self.review(reference)
        self.submit(reference, {**shown, "fingerprints": fingerprint, "key": uuid4().hex})

    def once(self, reference: str, shown: dict[str, str]) -> bool:
        """Press Submit once; whether there was an answer at all."""
        where = f"/billing/agreements/{reference}/update-reseller/review/"
        form = {**shown, "reason": "Closer to us.", "when": "now"}
        try:
            answer = self.http.post(where, data=form)
        except httpx.TransportError:
            self.lost += 1
            return False
        assert answer.status_code == 302, answer.text
        self.yes[reference] = answer.headers["location"].partition("change=")[2]
        return True

    def _surely(
        self, method: str, where: str, form: dict[str, str] | None = None
    ) -> httpx.Response:
        """An answer of the product: no answer, and a server in trouble, are asked again."""
        deadline = time.monotonic() + TRIES_FOR
        while True:
            try:
                answer = self.http.request(method, where, data=form)
                if answer.status_code < 500:
                    return answer
            except httpx.TransportError:
                pass
            self.lost += 1
            assert time.monotonic() < deadline, f"no answer to {method} {where}"
            time.sleep(0.1)


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of a page's main form, and its token."""
    found = re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", page)
    pairs = (
        (re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)) for tag in found
    )
    fields = {name[1]: unescape(value[1] if value else "") for name, value in pairs if name}
    wanted = ("csrfmiddlewaretoken", "partner", "reviewed_on", "fingerprints", "key")
    return {name: fields[name] for name in wanted if name in fields}
