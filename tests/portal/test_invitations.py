"""Invitations at the portal: where the link leads, for whom, and how each ends well."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from ofrecord.invitations.models import Invitation
from ofrecord.invitations.withdraw import withdraw
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.quotes.request import request as asking
from tests.cast import Cast, of_record
from tests.invitations.inviting import by_vendor, firm, now, reached, token
from tests.portal.conftest import Visit
from tests.portal.reading import text
from tests.portal.test_update import address, filled

GORSE = "7200000002"
PARTNER_FIELD = 'value="7200000002"'


def link() -> str:
    return reverse("portal:invitation_link", args=[token()])


def page_of(made: Invitation, act: str = "") -> str:
    return reverse(f"portal:invitation{act}", args=[made.pk])


def followed(client: Client) -> Any:
    return client.get(link(), follow=True)


def test_who_is_not_signed_in_comes_back_after_signing_in(cast: Cast) -> None:
    reached(cast)
    answer = Client().get(link())
    assert answer["location"] == f"/sign-in/login/?next={link()}"


def test_for_one_agreement_it_opens_find_with_the_number(cast: Cast, visit: Visit) -> None:
    reference = cast.contract()
    made, pia = by_vendor(cast, reference, message="They know your site."), visit("pia")
    answer = followed(pia)
    assert answer.redirect_chain[-1][0] == f"{address(reference)}?number={GORSE}"
    assert PARTNER_FIELD in answer.content.decode()
    said = text(answer)
    for words in ("You were introduced to Gorse Digital", "They know your site.", "No, thank you"):
        assert words in said
    assert "Next" not in said
    assert now(made).opened_at


def test_through_it_the_change_is_reviewed_and_submitted_as_any_other(
    cast: Cast, visit: Visit
) -> None:
    reference = cast.contract()
    made, pia = by_vendor(cast, reference), visit("pia")
    followed(pia)
    assert of_record(reference) != {("Gorse Digital", "reseller", None)}
    pia.post(address(reference), {"number": GORSE})
    review = pia.get(address(reference, "_review"), {"partner": GORSE})
    answer = pia.post(address(reference, "_review"), filled(review), follow=True)
    assert "Confirmation" in text(answer)
    assert of_record(reference) == {("Gorse Digital", "reseller", None)}
    number = now(made).answer.removeprefix("partner_change/")
    used = followed(pia)
    assert used.redirect_chain[-1][0] == page_of(made)
    assert number in text(used)
    assert "Follow the change" in text(used)


def test_for_several_contracts_it_opens_find_for_all_of_them(cast: Cast, visit: Visit) -> None:
    references = [cast.contract(), cast.contract()]
    by_vendor(cast, *references)
    answer = followed(visit("pia"))
    assert "/billing/update-reseller/" in answer.redirect_chain[-1][0]
    assert PARTNER_FIELD in answer.content.decode()
    assert "2 agreements" in text(answer)


def test_without_agreements_one_chooses_in_the_list(cast: Cast, visit: Visit) -> None:
    reference, pia = cast.contract(), visit("pia")
    reached(cast)
    answer = followed(pia)
    assert answer.redirect_chain[-1][0] == reverse("portal:agreements")
    assert "Gorse Digital was introduced to you." in text(answer)
    find = pia.get(address(reference))
    assert PARTNER_FIELD in find.content.decode()
    assert "The partner has sent this itself." in text(find)
    code = pia.get(reverse("portal:code_one", args=[reference]), follow=True)
    assert PARTNER_FIELD not in code.content.decode()


def test_where_only_a_transaction_changes_it_the_way_is_a_quote(cast: Cast, visit: Visit) -> None:
    reference = cast.subscription()
    by_vendor(cast, reference)
    answer = followed(visit("pia"))
    assert answer.redirect_chain[-1][0].startswith(reverse("portal:quotes_ask"))
    assert PARTNER_FIELD in answer.content.decode()
    assert "Find" in text(answer)


def test_asking_for_a_quote_answers_it(cast: Cast, visit: Visit) -> None:
    reference, pia = cast.subscription(), visit("pia")
    made = by_vendor(cast, reference)
    asked = asking(GORSE, kind="seats", by=cast.actor("pia"), agreement=reference)
    assert now(made).answer == f"quote_request/{asked.pk}"
    assert "the partner was asked for a quote" in text(followed(pia))


def test_of_several_kinds_its_page_has_a_link_for_each(cast: Cast, visit: Visit) -> None:
    contract, subscription = cast.contract(), cast.subscription()
    made = by_vendor(cast, contract, subscription)
    answer = followed(visit("pia"))
    assert answer.redirect_chain[-1][0] == page_of(made)
    said = answer.content.decode()
    assert f"{address(contract)}?number={GORSE}" in said
    assert f"agreement={subscription}&amp;number={GORSE}" in said
    assert "Review this partner" not in text(answer)


def test_whoever_goes_on_from_its_page_has_come_by_it(cast: Cast, visit: Visit) -> None:
    reference, sam = cast.contract(), visit("sam")
    made = by_vendor(cast, reference, cast.subscription())
    assert "You were introduced" not in text(sam.get(address(reference)))
    sam.get(page_of(made))
    assert "You were introduced to Gorse Digital" in text(sam.get(address(reference)))


@pytest.mark.parametrize("name", ["bo", "vera"])
def test_a_link_of_others_says_what_one_that_leads_nowhere_says(
    cast: Cast, visit: Visit, name: str
) -> None:
    reached(cast)
    client = visit(name)
    theirs = client.get(link())
    nowhere = client.get(reverse("portal:invitation_link", args=["x" * 43]))
    assert theirs.status_code == nowhere.status_code == 404
    assert text(theirs) == text(nowhere)
    assert "Gorse" not in text(theirs)
    assert f"You are signed in as {name}@example.com" in text(theirs)


def test_one_that_is_too_late_says_so_kindly(cast: Cast, visit: Visit, settings: Settings) -> None:
    reached(cast)
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=31)
    said = text(followed(visit("pia")))
    assert "you are a little late" in said
    assert "You can still choose Gorse Digital whenever you like" in said
    assert "7200 000 002" in said or GORSE in said
    assert "No, thank you" not in said


def test_one_that_was_withdrawn_says_so(cast: Cast, visit: Visit) -> None:
    made = reached(cast)
    pia = visit("pia")
    followed(pia)
    withdraw(made.pk, by=firm(cast))
    assert "It was withdrawn on" in text(followed(pia))
    assert "You were introduced" not in text(pia.get(address(cast.contract())))


def test_no_thank_you(cast: Cast, visit: Visit) -> None:
    made, pia = reached(cast), visit("pia")
    answer = pia.post(page_of(made, "_decline"), {"reason": "Not now."}, follow=True)
    assert "The invitation is declined. Nothing has changed." in text(answer)
    assert "Declined by Pia" in text(answer)
    again = pia.post(page_of(made, "_decline"), {}, follow=True)
    assert "The invitation was declined already." in text(again)
    assert now(made).state == "declined"


def test_the_list_has_what_reached_the_account(cast: Cast, visit: Visit) -> None:
    pia = visit("pia")
    assert "No invitations yet" in text(pia.get(reverse("portal:invitations")))
    made = reached(cast)
    listed = text(pia.get(reverse("portal:invitations")))
    for words in ("Gorse Digital", "open", "the partner"):
        assert words in listed
    assert "No invitations yet" in text(visit("bo").get(reverse("portal:invitations")))
    assert visit("bo").get(page_of(made)).status_code == 404
    assert "Invitations" in text(pia.get(reverse("portal:billing")))


def test_a_viewer_reads_it_and_cannot_answer(cast: Cast, visit: Visit) -> None:
    made, vera = reached(cast), visit("vera")
    assert "None of your roles in the account allows you" in text(vera.get(page_of(made)))
    for act in ("_decline", "_continue"):
        assert vera.post(page_of(made, act)).status_code == 403


def test_from_the_list_one_goes_on_as_from_the_email(cast: Cast, visit: Visit) -> None:
    reference = cast.contract()
    made = by_vendor(cast, reference)
    answer = visit("sam").post(page_of(made, "_continue"))
    assert answer["location"] == f"{address(reference)}?number={GORSE}"


def test_the_list_goes_page_by_page(
    cast: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ofrecord.portal.views.invitations.PAGE", 1)
    reached(cast)
    with seeing(Actor.system()):
        cast.partner("7200000009", "Heath Tools")
    by_vendor(cast, partner="7200000009")
    first = visit("pia").get(reverse("portal:invitations"))
    assert "Heath Tools" in text(first)
    assert "Gorse Digital" not in text(first)
    second = visit("pia").get(reverse("portal:invitations") + first.context["later_url"])
    assert "Gorse Digital" in text(second)
