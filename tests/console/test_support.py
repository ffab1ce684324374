"""Changing the partner for a customer at the console: wished for, shown, overridden, made."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from ofrecord.changes.models import Consent, PartnerChange
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast, Of, of_record
from tests.portal.reading import text

LARKSPUR, GORSE = ("Larkspur Systems", "reseller", None), ("Gorse Digital", "reseller", None)
DUNE, REED = ("Dune Distribution", "distributor", None), ("Reed Services", "services", None)
GORSES = "7200000002"
Enter = Callable[[str], Client]


def staffed(cast: Cast) -> Cast:
    """With two support agents, Sia and Sol."""
    with seeing(Actor.system("cli")):
        cast._person("sia", "support_agent")
        cast._person("sol", "support_agent")
    return cast


@pytest.fixture
def cast(cast: Cast) -> Cast:
    return staffed(cast)


@pytest.fixture
def enter(cast: Cast) -> Enter:
    """A browser of somebody who has signed in."""

    def entered(name: str) -> Client:
        client = Client(SERVER_NAME="127.0.0.1")
        client.force_login(cast.people[name])
        return client

    return entered


def three(cast: Cast, **given: Any) -> str:
    reed = cast.partner("7200000009", "Reed Services")
    partners = (Of(cast.larkspur), Of(cast.dune, "distributor"), Of(reed, "services"))
    return cast.contract(partners=partners, **given)


def page(reference: str) -> str:
    return f"/console/agreements/{reference}/support/"


def reviewed(client: Client, reference: str, **wish: Any) -> str:
    """The review of a wish, as it is shown."""
    answer = client.get(page(reference), {"partner": GORSES, **wish})
    assert answer.status_code == 200, text(answer)
    return answer.content.decode()


def submitted(client: Client, reference: str, review: str, **given: Any) -> Any:
    """What comes of submitting what was shown."""
    found = re.search(r'name="fingerprint" value="([^"]+)"', review)
    shown = {"partner": GORSES, "fingerprint": found[1] if found else "", "reason": "By phone."}
    return client.post(page(reference), {**shown, **given})


def latest() -> PartnerChange:
    with seeing(Actor.system()):
        return PartnerChange.objects.exclude(occasion="load").order_by("-pk")[0]


def test_the_agreement_leads_there_and_says_who_may_not(cast: Cast, enter: Enter) -> None:
    reference = cast.contract()
    address = f"/console/agreements/{reference}/"
    assert page(reference) in enter("sia").get(address).content.decode()
    seen = text(enter("aude").get(address))
    assert "Changes for customers are made by the vendor's support." in seen
    assert enter("aude").get(page(reference)).status_code == 403
    assert enter("aude").post(page(reference), {"partner": GORSES}).status_code == 403
    assert enter("sia").get(page("499999999999")).status_code == 404


def test_one_of_three_is_replaced_for_the_customers_person(cast: Cast, enter: Enter) -> None:
    reference, sia = three(cast), enter("sia")
    asked = text(sia.get(page(reference)))
    assert "You act for Alder Works" in asked
    assert "Only Larkspur Systems, reseller" in asked
    wish = {
        "member": "reseller@7200000001",
        "on_behalf_of": str(cast.people["pia"].pk),
    }
    review = reviewed(sia, reference, **wish)
    assert "For Pia" in review
    assert "Nothing. The customer could do it alone" in review
    assert review.count("party-stays") == 4
    answer = submitted(sia, reference, review, **wish)
    assert answer.status_code == 302
    assert of_record(reference) == {GORSE, DUNE, REED}
    made = latest()
    assert (made.by_id, made.on_behalf_of_id) == (cast.people["sia"].pk, cast.people["pia"].pk)
    shown = text(sia.get(answer["Location"]))
    assert "moved from Larkspur Systems to Gorse Digital" in shown
    assert "Reed Services and Dune Distribution: untouched" in shown
    assert "Made by support" in shown
    history = text(enter("pia").get(f"/billing/agreements/{reference}/"))
    assert "Support (Larkfield Software for Pia) changed the partner" in history
    assert "by support, for Pia" in history
    assert "Sia" not in history


def test_what_stands_against_it_is_shown_and_overridden_by_ticking(
    cast: Cast, enter: Enter
) -> None:
    reference, sia = cast.contract(program="eba", token_flex=True), enter("sia")
    review = reviewed(sia, reference)
    assert "Override: The contract is an enterprise business agreement" in review
    assert "You may override this alone." in review
    answer = submitted(sia, reference, review)
    assert answer.status_code == 409
    assert "Nothing was changed" in text(answer)
    answer = submitted(sia, reference, review, override="token_flex")
    assert answer.status_code == 302
    assert of_record(reference) == {GORSE}
    shown = text(sia.get(answer["Location"]))
    assert "Overridden by support uses Token Flex" in shown
    assert "Support overrode what stood against it." in shown


def test_a_reason_is_asked_for_beside_its_field(cast: Cast, enter: Enter) -> None:
    reference, sia = cast.contract(), enter("sia")
    answer = submitted(sia, reference, reviewed(sia, reference), reason=" ")
    assert answer.status_code == 422
    assert "Give a reason." in text(answer)
    assert of_record(reference) == {LARKSPUR}


def test_what_an_agent_does_not_override_is_said_with_who_may(cast: Cast, enter: Enter) -> None:
    reference, sia = cast.subscription(), enter("sia")
    review = reviewed(sia, reference)
    assert "Who may override it: operations." in review
    assert "Your roles do not override all that stands against it." in review
    answer = submitted(sia, reference, review, override="transaction_only")
    assert answer.status_code == 403
    assert of_record(reference) == {LARKSPUR}


def test_what_nobody_overrides_stands_beside_its_field(cast: Cast, enter: Enter) -> None:
    reference, sia = three(cast), enter("sia")
    for wish, said in (
        ({"partner": "7299999999"}, "No partner has the account number"),
        ({"partner": "7200000003", "member": "reseller@7200000001"}, "in the role reseller"),
        ({"partner": GORSES, "on_behalf_of": "999"}, "Select a valid choice"),
        ({"partner": GORSES, "case": "CS-00000000"}, "no such case"),
        ({"partner": GORSES, "effective_on": "2001-01-01"}, "Choose today or a later date."),
    ):
        answer = sia.get(page(reference), wish)
        assert answer.status_code == 422, wish
        assert said in text(answer), wish


def test_a_stale_review_changes_nothing_and_shows_how_it_stands(cast: Cast, enter: Enter) -> None:
    reference, sia = cast.contract(), enter("sia")
    review = reviewed(sia, reference)
    heath = cast.partner("7200000008", "Heath Partners")
    number = cast.change(reference, partner=heath.account_number)
    answer = submitted(sia, reference, review)
    assert answer.status_code == 409
    assert number in text(answer)
    assert of_record(reference) == {("Heath Partners", "reseller", None)}


def test_an_open_change_is_called_off_where_that_is_ticked(cast: Cast, enter: Enter) -> None:
    reference, sia = cast.contract(), enter("sia")
    number = cast.change(reference, effective_on=clock.today() + timedelta(days=5))
    heath = cast.partner("7200000008", "Heath Partners")
    answer = sia.get(page(reference), {"partner": heath.account_number})
    assert answer.status_code == 422
    assert f"Call off the open change {number}" in text(answer)
    wish = {"partner": heath.account_number, "supersedes": "on"}
    review = reviewed(sia, reference, **wish)
    assert "is called off with it" in review
    assert submitted(sia, reference, review, **wish).status_code == 302
    assert of_record(reference) == {("Heath Partners", "reseller", None)}


def test_a_second_person_agrees_on_the_page_of_the_change(cast: Cast, enter: Enter) -> None:
    reference, sia, sol = cast.contract(days=40), enter("sia"), enter("sol")
    review = reviewed(sia, reference)
    assert "A second person of the vendor has to agree." in review
    answer = submitted(sia, reference, review, override="near_expiration")
    assert answer.status_code == 302
    number = latest().number
    with seeing(Actor.system()):
        asked = Consent.objects.get(change__number=number)
    address = f"/console/changes/{number}/"
    assert "Agree as a second person" not in text(sia.get(address))
    assert "Agree as a second person" in text(sol.get(address))
    assert number in text(sol.get("/console/confirmations/"))
    assert reference in text(sol.get("/console/")).replace(" ", "")
    consent = f"{address}consents/{asked.pk}/"
    assert sia.post(consent, {"answer": "give"}).status_code == 403
    assert enter("aude").post(consent, {"answer": "give"}).status_code == 403
    assert sol.post(consent, {"answer": "give"}).status_code == 302
    assert of_record(reference) == {GORSE}
    assert "has agreed" in text(sia.get(address))
    assert "Sol" not in text(enter("pia").get(f"/changes/{number}/"))


def test_an_auditor_reads_all_of_it_and_does_nothing(cast: Cast, enter: Enter) -> None:
    reference, sia, aude = three(cast), enter("sia"), enter("aude")
    wish = {"member": "reseller@7200000001"}
    submitted(sia, reference, reviewed(sia, reference, **wish), **wish)
    seen = text(aude.get(f"/console/changes/{latest().number}/"))
    assert "by Sia" in seen and "untouched" in seen
    history = text(aude.get(f"/console/agreements/{reference}/history/"))
    assert "Support (Sia) changed the partner from Larkspur Systems to Gorse Digital" in history
