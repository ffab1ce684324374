"""Transfer codes at the portal: given in three steps, shown once, listed, and withdrawn."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from ofrecord.changes.codes.make import make
from ofrecord.changes.codes.redeem import redeem
from ofrecord.changes.models import TransferCode
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.web.templatetags.web import day as written
from ofrecord.web.templatetags.web import long_day
from tests.cast import Cast, of_record
from tests.portal.conftest import Visit
from tests.portal.reading import text

GORSE = "7200000002"
CODES = "/billing/codes/"
SHOWN = re.compile(r'id="code">([0-9A-HJKMNP-TV-Z-]+)</code>')


def address(reference: str, step: str = "") -> str:
    return reverse(f"portal:code_one{step}", args=[reference])


def reviewed(client: Client, reference: str) -> Any:
    client.post(address(reference), {"number": GORSE})
    return client.get(address(reference, "_review"), {"partner": GORSE})


def filled(page: Any, **given: str) -> dict[str, str]:
    form = page.context["form"]
    hidden = {name: str(form[name].value()) for name in ("partner", "fingerprints", "key")}
    return {**hidden, "days": "3", "reason": "They know us.", **given}


def codes() -> list[TransferCode]:
    with seeing(Actor.system()):
        return list(TransferCode.objects.order_by("made_at"))


def given(cast: Cast, *references: str, by: str = "pia", **said: Any) -> Any:
    said = {"reason": "They know us.", **said}
    return make(references, GORSE, by=cast.actor(by), **said)


def test_an_admin_gives_a_partner_a_code(cast: Cast, visit: Visit) -> None:
    reference, pia = cast.contract(), visit("pia")
    details = pia.get(reverse("portal:agreement", args=[reference])).content.decode()
    assert f'href="{address(reference)}"' in details

    first = pia.get(address(reference))
    for label in ("Find your new partner", "Give a code to a partner", "The code"):
        assert label in text(first)
    found = pia.post(address(reference), {"number": "7200 000 002"}, follow=True)
    assert f"{address(reference, '_review')}?partner={GORSE}" in found.content.decode()

    page = reviewed(pia, reference)
    for said in ("Gorse Digital", "The code is for this partner alone", "1 agreement", reference):
        assert said in text(page)
    assert "now with Larkspur Systems" in text(page)

    made = pia.post(address(reference, "_review"), filled(page))
    assert made.status_code == 200 and made["Cache-Control"] == "no-store"
    assert f"by the end of {long_day(clock.today() + timedelta(3))}" in text(made)
    (code,) = SHOWN.findall(made.content.decode())
    assert f'data-copy="{code}"' in made.content.decode()
    assert of_record(reference) == {("Larkspur Systems", "reseller", None)}
    redeem(code, by=cast.actor("gil", door="desk"))
    assert of_record(reference) == {("Gorse Digital", "reseller", None)}
    assert code not in pia.get(CODES).content.decode()


def test_it_says_when_others_have_to_consent_too(cast: Cast, visit: Visit) -> None:
    cast.policy(consent_days={"gaining": 3})
    reference, pia = cast.contract(), visit("pia")
    page = reviewed(pia, reference)
    assert "the partner itself agrees by redeeming the code" in text(page)
    made = text(pia.post(address(reference, "_review"), filled(page)))
    assert "The others who have to consent" not in made
    cast.policy(consent_days={"gaining": 3, "approval": 3})
    made = text(pia.post(address(reference, "_review"), filled(reviewed(pia, reference))))
    assert "The others who have to consent are asked then" in made


def test_the_same_form_makes_one_code(cast: Cast, visit: Visit) -> None:
    reference, pia = cast.contract(), visit("pia")
    form = filled(reviewed(pia, reference))
    pia.post(address(reference, "_review"), form)
    again = pia.post(address(reference, "_review"), form, follow=True)
    assert "That form was sent before. A code is shown only once." in text(again)
    assert len(codes()) == 1


def test_what_moved_since_it_was_shown_makes_no_code(cast: Cast, visit: Visit) -> None:
    reference, pia = cast.contract(), visit("pia")
    page = reviewed(pia, reference)
    cast.change(reference, partner=cast.dune.account_number)
    again = pia.post(address(reference, "_review"), filled(page))
    assert again.status_code == 409
    assert "No code was made" in text(again) and "now with Dune Distribution" in text(again)
    assert 'value="3"' in again.content.decode() and "They know us." in text(again)
    assert codes() == []
    done = pia.post(address(reference, "_review"), filled(again))
    assert SHOWN.findall(done.content.decode())


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"reason": " "}, "Give a reason."),
        ({"days": "15"}, "less than or equal to 14"),
        ({"days": "0"}, "greater than or equal to 1"),
        ({"days": "soon"}, "Enter a whole number."),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    cast: Cast, visit: Visit, wrong: dict[str, str], said: str
) -> None:
    reference, pia = cast.contract(), visit("pia")
    page = pia.post(address(reference, "_review"), filled(reviewed(pia, reference), **wrong))
    assert page.status_code == 422 and said in text(page)
    assert codes() == []


def test_without_days_it_is_valid_as_long_as_the_policy_allows(cast: Cast, visit: Visit) -> None:
    cast.policy(transfer_code_days=7)
    reference, pia = cast.contract(), visit("pia")
    pia.post(address(reference, "_review"), filled(reviewed(pia, reference), days=""))
    assert codes()[0].valid_until == clock.midnight(clock.today() + timedelta(days=8))


def test_a_selection_gets_one_code_for_what_can_be_changed(cast: Cast, visit: Visit) -> None:
    pia = visit("pia")
    able, near = [cast.contract(), cast.contract()], cast.contract(days=50)
    listed = pia.get("/billing/agreements/")
    assert f'formaction="{reverse("portal:code_start")}' in listed.content.decode()
    find = pia.post(reverse("portal:code_start"), {"ref": [*able, near]}).headers["location"]
    pia.post(find, {"number": GORSE})
    page = pia.get(f"{find}review/", {"partner": GORSE})
    assert "2 agreements" in text(page) and "Not part of it" in text(page)
    made = pia.post(f"{find}review/", filled(page))
    (code,) = SHOWN.findall(made.content.decode())
    outcome = redeem(code, by=cast.actor("gil", door="desk"))
    assert {item.agreement for item in outcome.items} == set(able)


def test_who_only_looks_gives_no_code(cast: Cast, visit: Visit) -> None:
    reference, vera = cast.contract(), visit("vera")
    assert vera.post(address(reference), {"number": GORSE}).status_code == 403
    session = vera.session
    session["found_partners"] = [GORSE]
    session.save()
    page = vera.get(address(reference, "_review"), {"partner": GORSE})
    assert "Make the code" not in text(page)
    shown = cast.shown(reference, by="pia")
    form = {"partner": GORSE, "fingerprints": shown, "key": "0" * 32, "reason": "Mine."}
    assert vera.post(address(reference, "_review"), form).status_code == 403
    assert visit("bo").get(address(reference)).status_code == 404
    assert codes() == []


class TestOff:
    def test_the_entry_is_there_with_why(self, cast: Cast, visit: Visit) -> None:
        cast.policy(transfer_code_days=0)
        reference, pia = cast.contract(), visit("pia")
        for page in ("/billing/agreements/", reverse("portal:agreement", args=[reference])):
            body = pia.get(page).content.decode()
            assert f'href="{address(reference)}"' not in body
            assert "Your vendor makes no transfer codes." in body
        assert "formaction" not in pia.get("/billing/agreements/").content.decode()
        assert "Your vendor makes no transfer codes now." in text(pia.get(CODES))

    def test_no_step_is_taken(self, cast: Cast, visit: Visit) -> None:
        cast.policy(transfer_code_days=0)
        reference, pia = cast.contract(), visit("pia")
        for step in ("", "_review"):
            refused = pia.get(address(reference, step), follow=True)
            assert refused.redirect_chain[-1][0] == CODES
            assert "No transfer codes are made here." in text(refused)
            pia.post(address(reference, step), {"partner": GORSE, "number": GORSE})
        assert codes() == []

    def test_what_cannot_be_changed_gets_no_code(self, cast: Cast, visit: Visit) -> None:
        reference = cast.contract(days=50)
        body = visit("pia").get(reverse("portal:agreement", args=[reference])).content.decode()
        assert "Not available while the partner cannot be changed." in body
        assert f'href="{address(reference)}"' not in body


def rows(body: str) -> list[str]:
    """The ids of the codes in the list."""
    return re.findall(r'<tr id="code-([0-9a-f-]+)"', body)


class TestList:
    def test_it_says_what_became_of_each(self, cast: Cast, visit: Visit, settings: Any) -> None:
        pia = visit("pia")
        assert "No codes yet" in text(pia.get(CODES))
        references = [cast.contract() for _ in range(7)]
        redeemed = given(cast, *references[:6])
        number = redeem(redeemed.code, by=cast.actor("gil", door="desk")).items[0].number
        short = given(cast, references[6], days=1)
        given(cast, references[6], by="sam", days=9)
        settings.OFRECORD_TODAY = clock.today() + timedelta(days=2)
        said = text(pia.get(CODES))
        for words in (
            f"Gorse Digital {GORSE}",
            f"redeemed {written(clock.today() - timedelta(days=2))}",
            str(number),
            "and 1 more",
            "can be redeemed",
            "expired",
            "Sam",
        ):
            assert words in said
        assert said.count("Withdraw the code for Gorse Digital") == 1
        assert str(short.id) in pia.get(CODES).content.decode()

    def test_an_open_code_is_withdrawn(self, cast: Cast, visit: Visit) -> None:
        reference = cast.contract()
        code = given(cast, reference)
        done = visit("sam").post(f"{CODES}{code.id}/withdraw/", follow=True)
        assert "The code is withdrawn." in text(done)
        assert f"withdrawn {written(clock.today())} by Sam" in text(done)
        assert "Withdraw the code" not in text(done)
        with pytest.raises(Exception, match="cannot be redeemed"):
            redeem(code.code, by=cast.actor("gil", door="desk"))

    def test_who_may_not_is_not_offered_it(self, cast: Cast, visit: Visit) -> None:
        code, vera = given(cast, cast.contract(manager="cora")), visit("vera")
        assert "Withdraw" not in text(vera.get(CODES))
        assert vera.post(f"{CODES}{code.id}/withdraw/").status_code == 403
        assert visit("bo").post(f"{CODES}{code.id}/withdraw/").status_code == 404
        assert "Withdraw the code" in text(visit("cora").get(CODES))
        assert "No codes yet" in text(visit("bo").get(CODES))

    def test_what_was_redeemed_is_not_withdrawn(self, cast: Cast, visit: Visit) -> None:
        code = given(cast, cast.contract())
        redeem(code.code, by=cast.actor("gil", door="desk"))
        late = visit("pia").post(f"{CODES}{code.id}/withdraw/", follow=True)
        assert "This code was redeemed already." in text(late)

    def test_it_has_pages(self, cast: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
        from ofrecord.portal.views import codes as view

        monkeypatch.setattr(view, "PAGE", 2)
        reference, pia = cast.contract(), visit("pia")
        made = [str(given(cast, reference).id) for _ in range(3)]
        first = pia.get(CODES).content.decode()
        assert rows(first) == [made[2], made[1]]
        second = pia.get(CODES, {"after": made[1]}).content.decode()
        assert rows(second) == [made[0]]
        assert 'rel="prev" href="?"' in second and 'rel="prev"' not in first
        filtered = pia.get(CODES, {"state": "open", "after": made[1]}).content.decode()
        assert 'rel="prev" href="?state=open"' in filtered
        assert rows(pia.get(CODES, {"after": "x"}).content.decode()) == rows(first)


def test_a_change_says_that_it_came_from_a_code(cast: Cast, visit: Visit) -> None:
    reference, pia = cast.contract(), visit("pia")
    code = given(cast, reference)
    number = redeem(code.code, by=cast.actor("gil", door="desk")).items[0].number
    page = pia.get(f"/changes/{number}/")
    assert "Came from a transfer code for Gorse Digital" in text(page)
    assert f'href="{CODES}#code-{code.id}"' in page.content.decode()
    assert "by Pia, with a code that Gorse Digital redeemed" in text(page)
    history = text(pia.get(reverse("portal:agreement_history", args=[reference])))
    assert "Pia gave a transfer code to Gorse Digital" in history
    assert "Gorse Digital redeemed its transfer code" in history
    assert "Gil" not in history
