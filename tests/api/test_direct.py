"""Calls of the API pass by what is around pages, and keep what is around every answer."""

import pytest
from django.test import Client
from pytest_django import Settings

from tests.api.systems import Systems, call
from tests.cast import Cast


def test_an_operation_sets_nothing_in_motion_that_only_pages_need(
    cast: Cast, systems: Systems, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(*_given: object) -> None:
        raise AssertionError("a call of the API has no session")

    monkeypatch.setattr(
        "django.contrib.sessions.middleware.SessionMiddleware.process_request", never
    )
    assert systems.alder.get("/agreements").status_code == 200
    with pytest.raises(AssertionError, match="no session"):
        Client().get("/api/v1/docs")


def test_its_answer_runs_nothing_and_is_framed_nowhere(cast: Cast, systems: Systems) -> None:
    for answer in (systems.alder.get("/agreements"), call("GET", "/agreements")):
        policy = answer.headers["Content-Security-Policy"]
        assert policy == "default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Length"] == str(len(answer.content))
        assert answer.headers["X-Request-ID"]


def test_the_page_that_documents_it_is_a_page(cast: Cast) -> None:
    answer = Client().get("/api/v1/docs")
    assert answer.status_code == 200
    assert "script-src 'self'" in answer.headers["Content-Security-Policy"]


def test_a_host_that_is_not_served_is_refused(cast: Cast, systems: Systems) -> None:
    answer = systems.alder.get("/agreements", Host="elsewhere.example")
    assert answer.status_code == 400


def test_it_answers_in_the_language_that_is_asked_for(
    cast: Cast, systems: Systems, settings: Settings
) -> None:
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    asked = systems.alder.get("/agreements", Accept_Language="de")
    assert asked.headers["Content-Language"] == "de"
    assert systems.alder.get("/agreements").headers["Content-Language"] == "en"
