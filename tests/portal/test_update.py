"""Update Reseller Information, as somebody without scripts goes through it."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from ofrecord.changes.models import PartnerChange
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast, Of, of_record
from tests.portal.conftest import Visit
from tests.portal.reading import text

GORSE = "7200000002"


def address(reference: str, step: str = "") -> str:
    return reverse(f"portal:update_one{step}", args=[reference])


def found(client: Client, reference: str, number: str = GORSE) -> Any:
    return client.post(address(reference), {"number": number}, follow=True)


def reviewed(client: Client, reference: str, **query: str) -> Any:
    found(client, reference)
    return client.get(address(reference, "_review"), {"partner": GORSE, **query})


def filled(page: Any, **given: str) -> dict[str, str]:
    """The form of a review as the browser would send it, with a reason."""
    form = page.context["submit"]
    on = str(form["reviewed_on"].value() or "")
    hidden = {name: str(form[name].value() or "") for name in ("partner", "fingerprints", "key")}
    when = {"reviewed_on": on, "on": on, "when": "later" if on else "now"}
    return {**hidden, **when, "reason": "Closer to us.", **given}


def test_the_way_from_the_details_to_the_confirmation(cast: Cast, visit: Visit) -> None:
    reference, pia = cast.contract(), visit("pia")
    details = pia.get(reverse("portal:agreement", args=[reference]))
    assert "Contract details" in text(details)
    assert "Update Reseller Information" in text(details)

    first = text(pia.get(address(reference)))
    for label in ("Find your new partner", "New partner account number", "Find"):
        assert label in first
    assert "Next" not in first

    second = text(found(pia, reference, "7200 000 002"))
    for label in ("Gorse Digital", "Solution provider", "can serve this agreement", "Next"):
        assert label in second

    page = reviewed(pia, reference)
    third = text(page)
    for label in ("Review", "Larkspur Systems", "ends", "Gorse Digital", "Submit"):
        assert label in third

    answer = pia.post(address(reference, "_review"), filled(page))
    assert answer.status_code == 302
    fourth = pia.get(answer["location"])
    for label in ("Confirmation", "PC-", "Done"):
        assert label in text(fourth)
    done = text(pia.get(reverse("portal:agreement", args=[reference])))
    assert "Gorse Digital" in done
    assert of_record(reference) == {("Gorse Digital", "reseller", None)}


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("7200 00", "is not in the format of a partner's account number"),
        ("7200000009", "No partner has the account number 7200000009."),
        ("7200000004", "Heath is not active as a partner."),
        ("7200000005", "Moor is not authorized for"),
        ("7200000001", "Larkspur Systems is already the only partner of record."),
    ],
)
def test_a_number_of_no_use_gets_a_message_beside_the_field_and_nothing_else(
    cast: Cast, visit: Visit, number: str, message: str
) -> None:
    cast.partner("7200000004", "Heath", status="terminated")
    cast.partner("7200000005", "Moor", authorized_countries=["FR"])
    reference = cast.contract()
    page = visit("pia").post(address(reference), {"number": number})
    said = text(page)
    assert page.status_code == 422
    assert message in said
    assert 'aria-invalid="true"' in page.content.decode()
    assert "Next" not in said
    assert "Gorse" not in said


def test_looking_up_too_often_is_said_beside_the_field(
    cast: Cast, visit: Visit, settings: Settings
) -> None:
    settings.OFRECORD_LOOKUPS_PER_PERSON_PER_HOUR = 1
    reference, pia = cast.contract(), visit("pia")
    found(pia, reference)
    page = pia.post(address(reference), {"number": GORSE})
    assert page.status_code == 429
    assert "You can look one up again from" in text(page)


def test_a_number_that_was_not_found_here_is_not_shown(cast: Cast, visit: Visit) -> None:
    reference, pia = cast.contract(), visit("pia")
    for step in ("", "_review"):
        page = pia.get(address(reference, step), {"partner": GORSE}, follow=True)
        assert "Gorse" not in text(page)
        assert f'value="{GORSE}"' in page.content.decode()
    page = pia.post(address(reference, "_review"), {"partner": GORSE, "reason": "x"}, follow=True)
    assert "Gorse" not in text(page)


def test_all_partners_are_replaced_and_each_is_named(cast: Cast, visit: Visit) -> None:
    partners = [Of(cast.larkspur), Of(cast.gorse, "services"), Of(cast.dune, "distributor")]
    reference = cast.contract(partners=partners, products=("Atlas", "Borer"))
    page = reviewed(visit("pia"), reference)
    said = text(page)
    assert "It has 3 partners of record. The update replaces all of them." in said
    assert {(side.name, side.ends) for side in page.context["review"].before} == {
        ("Larkspur Systems", True),
        ("Gorse Digital", False),
        ("Dune Distribution", True),
    }
    for words in ("stays", "Atlas, 10 seats", "Borer, 10 seats", "Auto-renew stays off"):
        assert words in said
    assert "You (primary admin), Sam (secondary admin)" in said


def test_the_way_to_change_only_one_partner(cast: Cast, visit: Visit, settings: Settings) -> None:
    settings.OFRECORD_CASES = False
    settings.OFRECORD_SUPPORT_URL = "https://help.example/"
    reference = cast.contract(partners=[Of(cast.larkspur), Of(cast.dune, "distributor")])
    page = reviewed(visit("pia"), reference)
    assert '<a href="https://help.example/">I want to change only one</a>' in page.content.decode()


def test_a_reason_has_to_be_given(cast: Cast, visit: Visit) -> None:
    reference, pia = cast.contract(), visit("pia")
    page = pia.post(address(reference, "_review"), filled(reviewed(pia, reference), reason=" "))
    assert page.status_code == 422
    assert "Give a reason." in text(page)
    assert of_record(reference) == {("Larkspur Systems", "reseller", None)}


def test_what_moved_meanwhile_is_said_and_nothing_is_changed(cast: Cast, visit: Visit) -> None:
    reference, pia = cast.contract(), visit("pia")
    page = reviewed(pia, reference)
    cast.partner("7200000004", "Heath")
    number = cast.change(reference, by="sam", partner="7200000004")
    refused = pia.post(address(reference, "_review"), filled(page))
    assert refused.status_code == 409
    said = text(refused)
    assert "Nothing was changed" in said
    assert "Moved since it was reviewed: the agreement" in said
    assert f'<a href="/changes/{number}/">{number}</a>' in refused.content.decode()
    assert of_record(reference) == {("Heath", "reseller", None)}
    again = pia.post(address(reference, "_review"), filled(refused))
    assert again.status_code == 302


def test_the_same_form_sent_twice_is_one_change(cast: Cast, visit: Visit) -> None:
    reference, pia = cast.contract(), visit("pia")
    form = filled(reviewed(pia, reference))
    one, other = (pia.post(address(reference, "_review"), form) for _ in range(2))
    assert one["location"] == other["location"]
    with seeing(Actor.system()):
        assert PartnerChange.objects.filter(occasion="request").count() == 1


def test_a_later_date_is_reviewed_before_it_is_submitted(cast: Cast, visit: Visit) -> None:
    reference, pia = cast.contract(), visit("pia")
    later = (clock.today() + timedelta(days=10)).isoformat()
    page = reviewed(pia, reference)
    form = filled(page, when="later", on=later)
    page = pia.post(address(reference, "_review"), form)
    assert page.status_code == 200
    assert "nothing was submitted yet" in text(page)
    assert filled(page)["reviewed_on"] == later
    assert filled(page)["fingerprints"] != form["fingerprints"]
    answer = pia.post(address(reference, "_review"), filled(page))
    assert "becomes your authorized partner on" in text(pia.get(answer["location"]))
    assert of_record(reference) == {("Larkspur Systems", "reseller", None)}


@pytest.mark.parametrize("on", ["", "yesterday", "2020-01-01", "9999-12-31"])
def test_a_date_that_cannot_be_is_said_beside_it(cast: Cast, visit: Visit, on: str) -> None:
    reference, pia = cast.contract(), visit("pia")
    form = filled(reviewed(pia, reference), when="later", on=on)
    page = pia.post(address(reference, "_review"), form)
    assert page.status_code == 200
    assert "Choose" in text(page)
    assert ">Submit<" not in page.content.decode()
    assert of_record(reference) == {("Larkspur Systems", "reseller", None)}


def test_a_date_on_which_a_rule_refuses_shows_why(cast: Cast, visit: Visit) -> None:
    reference, pia = cast.contract(days=100), visit("pia")
    later = (clock.today() + timedelta(days=10)).isoformat()
    page = reviewed(pia, reference, on=later)
    assert "within 90 days of its expiration" in text(page)
    assert ">Submit<" not in page.content.decode()


def test_where_it_is_not_available_the_page_says_why(cast: Cast, visit: Visit) -> None:
    reference, pia = cast.contract(days=90), visit("pia")
    page = pia.get(address(reference))
    assert "within 90 days of its expiration" in text(page)
    assert "New partner account number" not in text(page)
    assert pia.post(address(reference), {"number": GORSE}).status_code == 409


def test_a_viewer_sees_who_can_and_is_refused(cast: Cast, visit: Visit) -> None:
    reference, vera = cast.contract(), visit("vera")
    details = vera.get(reverse("portal:agreement", args=[reference]))
    assert "Ask someone who can: Pia, Sam." in text(details)
    assert 'aria-disabled="true"' in details.content.decode()
    assert "Ask someone who can: Pia, Sam." in text(vera.get(address(reference)))
    for step in ("", "_review"):
        form = {"number": GORSE, "partner": GORSE, "reason": "x", "fingerprints": "x"}
        assert vera.post(address(reference, step), form).status_code == 403
    assert visit("cora").get(address(cast.contract(manager="cora"))).status_code == 200


def test_what_is_of_another_account_is_not_there(cast: Cast, visit: Visit) -> None:
    reference, pia = cast.contract(account=cast.birch), visit("pia")
    for step in ("", "_review", "_confirmation"):
        assert pia.get(address(reference, step)).status_code == 404
    for step in ("", "_review"):
        assert pia.post(address(reference, step), {"number": GORSE}).status_code == 404


class TestMany:
    def begin(self, client: Client, *references: str, **given: str) -> str:
        chosen = {"ref": references, **given}
        return str(client.post(reverse("portal:update_start"), chosen)["location"])

    def test_many_move_in_one_review(self, cast: Cast, visit: Visit) -> None:
        pia = visit("pia")
        own = [cast.contract(), cast.contract(), cast.contract(partners=())]
        refused = [cast.contract(days=90), cast.contract(days=-1), cast.subscription()]
        start = self.begin(pia, *own, *refused)
        assert "Find your new partner" in text(pia.get(start))
        card = text(pia.post(start, {"number": GORSE}, follow=True))
        assert "can take over 3 of 6 agreements" in card

        page = pia.get(f"{start}review/", {"partner": GORSE})
        review = page.context["review"]
        assert [len(group.references) for group in review.moving] == [2, 1]
        assert sorted(group.name for group in review.left) == [
            "changes with a financial transaction only",
            "expired",
            "near its expiration",
        ]
        answer = pia.post(f"{start}review/", filled(page))
        said = text(pia.get(answer["location"]))
        assert "3 agreements were changed." in said
        assert "3 stay as they were, as the review said." in said
        for reference in own:
            assert of_record(reference) == {("Gorse Digital", "reseller", None)}
        (key,) = parse_qs(urlsplit(answer["location"]).query)["request"]
        together = pia.get(reverse("portal:request", args=[key]))
        assert len(together.context["rows"]) == 3
        assert visit("sam").get(reverse("portal:request", args=[key])).status_code == 404

    def test_where_several_are_of_record_only_one_can_be_asked_for(
        self, cast: Cast, visit: Visit
    ) -> None:
        pia, two = visit("pia"), (Of(cast.larkspur), Of(cast.dune, "distributor"))
        one, *both = cast.contract(), cast.contract(partners=two), cast.contract(partners=two)
        for shared in (both[:1], both):
            start = self.begin(pia, one, *shared)
            pia.post(start, {"number": GORSE})
            page = pia.get(f"{start}review/", {"partner": GORSE})
            said, html = text(page), page.content.decode()
            assert ("wish=replace_one" in html) is (len(shared) == 1)
            assert said.count("several partners of record") == 1
            assert ("take the agreement out of the selection" in said) is (len(shared) == 2)

    def test_what_moved_meanwhile_stays_and_the_rest_goes_through(
        self, cast: Cast, visit: Visit
    ) -> None:
        pia, own = visit("pia"), [cast.contract(), cast.contract()]
        cast.partner("7200000004", "Heath")
        start = self.begin(pia, *own)
        pia.post(start, {"number": GORSE})
        page = pia.get(f"{start}review/", {"partner": GORSE})
        number = cast.change(own[0], by="sam", partner="7200000004")
        answer = pia.post(f"{start}review/", filled(page))
        said = text(pia.get(answer["location"]))
        assert "1 agreement was changed." in said
        assert number in said
        assert of_record(own[0]) == {("Heath", "reseller", None)}
        assert of_record(own[1]) == {("Gorse Digital", "reseller", None)}

    def test_what_the_review_refused_is_not_changed_after_all(
        self, cast: Cast, visit: Visit
    ) -> None:
        pia, own = visit("pia"), [cast.contract(), cast.contract()]
        later = clock.today() + timedelta(days=5)
        open_change = cast.change(own[1], effective_on=later)
        start = self.begin(pia, *own)
        pia.post(start, {"number": GORSE})
        page = pia.get(f"{start}review/", {"partner": GORSE})
        from ofrecord.changes.cancel import cancel

        cancel(open_change, by=cast.actor("sam"), reason="Not now.")
        pia.post(f"{start}review/", filled(page))
        assert of_record(own[1]) == {("Larkspur Systems", "reseller", None)}

    def test_all_that_match_are_taken_with_the_filters_of_the_list(
        self, cast: Cast, visit: Visit
    ) -> None:
        pia = visit("pia")
        atlas = [cast.contract(products=("Atlas",)) for _ in range(3)]
        cast.contract(products=("Borer",))
        begun = pia.post(f"{reverse('portal:update_start')}?product=Atlas", {"all": "yes"})
        token = begun["location"].rstrip("/").rpartition("/")[2]
        assert sorted(pia.session["selections"][token]) == sorted(atlas)

    def test_nothing_selected_leads_back_to_the_list(self, cast: Cast, visit: Visit) -> None:
        cast.contract()
        page = visit("pia").post(reverse("portal:update_start"), {}, follow=True)
        assert "Select at least one" in text(page)

    def test_foreign_ones_slipped_in_are_not_there(self, cast: Cast, visit: Visit) -> None:
        pia, own = visit("pia"), cast.contract()
        foreign = cast.contract(account=cast.birch)
        start = self.begin(pia, own, foreign)
        said = text(pia.get(start))
        assert own in said
        assert foreign not in said
        assert pia.get(self.begin(pia, foreign)).status_code == 404

    def test_another_persons_selection_is_not_there(self, cast: Cast, visit: Visit) -> None:
        start = self.begin(visit("pia"), cast.contract())
        assert visit("sam").get(start).status_code == 404
