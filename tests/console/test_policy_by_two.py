"""At the console a draft is handed to a second person, who publishes or declines it."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.rules.versions import versions
from tests.cast import Cast
from tests.console.test_policy import posted, publish_it
from tests.portal.reading import text


def entered(cast: Cast, name: str) -> Client:
    if name not in cast.people:
        with seeing(Actor.system("cli")):
            cast._person(name, "administrator")
    client = Client()
    client.force_login(cast.people[name])
    return client


@pytest.fixture
def handed(cast: Cast, settings: Settings) -> str:
    """The address of a draft that Opal has handed over."""
    settings.OFRECORD_POLICY_BY_TWO = True
    opal = entered(cast, "opal")
    compared = posted(opal, near_expiration_days=60)
    assert "Hand to a second person" in text(compared)
    answer: Any = publish_it(opal, compared)
    assert answer.status_code == 302
    return str(answer.headers["location"])


def latest() -> int:
    with seeing(Actor.system()):
        return versions()[0].terms.near_expiration_days


def test_the_drafter_sees_why_they_cannot_publish_it(cast: Cast, handed: str) -> None:
    opal = entered(cast, "opal")
    page = text(opal.get(handed))
    assert "90 days → 60 days" in page
    assert "Whoever drafted the policy does not publish it." in page
    refused = opal.post(f"{handed}publish/")
    assert (refused.status_code, latest()) == (409, 90)
    assert "does not publish it" in text(refused)


def test_another_one_finds_it_and_publishes_it(cast: Cast, handed: str) -> None:
    adam = entered(cast, "adam")
    assert handed in adam.get(reverse("console:home")).content.decode()
    assert handed in adam.get(reverse("console:policy")).content.decode()
    done = adam.post(f"{handed}publish/", follow=True)
    assert "Version 2 is published." in text(done)
    assert latest() == 60
    page = text(adam.get(handed))
    assert re.search("It is version 2, published by Adam", page)
    assert "What changes against version 1" in page and "90 days → 60 days" in page


def test_it_is_declined_with_a_reason(cast: Cast, handed: str) -> None:
    adam = entered(cast, "adam")
    assert adam.post(f"{handed}decline/", {"reason": ""}).status_code == 422
    adam.post(f"{handed}decline/", {"reason": "Not before spring."})
    assert "Declined by Adam" in text(adam.get(handed)) and latest() == 90
    assert adam.post(f"{handed}publish/").status_code == 409


def test_an_auditor_reads_it_and_answers_nothing(cast: Cast, handed: str) -> None:
    aude = entered(cast, "aude")
    assert "Your role at the vendor does not allow this." in text(aude.get(handed))
    for act in ("publish", "decline"):
        assert aude.post(f"{handed}{act}/", {"reason": "No."}).status_code == 403
    missing = handed.replace(handed.split("/")[4], "7f0e4ba8-5f7c-4a57-9d43-0c7b8dd5a1aa")
    assert aude.get(missing).status_code == 404
