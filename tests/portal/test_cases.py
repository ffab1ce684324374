"""Cases at the portal: opened from wherever self-service ends, followed, answered and solved."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from ofrecord.cases.carry_out import carry_out
from ofrecord.cases.models import Attachment, Case
from ofrecord.cases.resolve import resolve
from ofrecord.changes.consents.answer import answer
from ofrecord.changes.members import Member
from ofrecord.changes.models import Consent
from ofrecord.changes.support import Wish
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cases.asking import (
    NOTE,
    PNG,
    agent,
    answered,
    now,
    of_three,
    opened,
    replacing,
    with_agents,
)
from tests.cast import Cast
from tests.portal.conftest import Visit
from tests.portal.reading import text

NEW = "/cases/new/"
MEMBER = "reseller@7200000001"


@pytest.fixture
def cast(cast: Cast) -> Cast:
    return with_agents(cast)


def all_cases() -> list[Case]:
    with seeing(Actor.system()):
        return list(Case.objects.order_by("pk"))


def links(page: Any) -> set[str]:
    return {unescape(each) for each in re.findall(r'href="([^"]*)"', page.content.decode())}


def at(case: Case, act: str = "") -> str:
    return f"/cases/{case.number}/{act}"


def test_cases_are_in_the_menu_unless_the_vendor_has_none(
    cast: Cast, visit: Visit, settings: Any
) -> None:
    assert "/cases/" in links(visit("pia").get("/home/"))
    settings.OFRECORD_CASES = False
    assert "/cases/" not in links(visit("pia").get("/home/"))


def test_where_self_service_ends_the_case_is_filled_in(cast: Cast, visit: Visit) -> None:
    pia, three = visit("pia"), of_three(cast)
    flex = cast.contract(program="eba", token_flex=True)
    to_flex = f"{NEW}?wish=token_flex&agreement={flex}"
    assert to_flex in links(pia.get(reverse("portal:agreement", args=[flex])))
    number = cast.change(cast.contract())
    with_change = next(
        each for each in links(pia.get(f"/changes/{number}/")) if each.startswith(NEW)
    )
    assert "wish=erroneous_change" in with_change and f"change={number}" in with_change
    shown = pia.get(with_change)
    assert shown.context["form"]["change"].value() == number
    assert f"{NEW}?agreement={three}" in links(pia.get(reverse("portal:agreement", args=[three])))
    assert f"{NEW}?agreement={three}" in links(pia.get("/billing/agreements/"))
    about = pia.get(f"{NEW}?agreement={three}")
    assert "Change one of several partners" in text(about)
    assert "Larkspur Systems, Reseller" in text(about)


def test_from_the_review_one_of_several_partners_is_asked_for(cast: Cast, visit: Visit) -> None:
    from tests.portal.test_update import reviewed

    pia, reference = visit("pia"), of_three(cast)
    review = reviewed(pia, reference)
    address = next(each for each in links(review) if "wish=replace_one" in each)
    page = pia.get(address)
    assert page.context["form"]["number"].value() == "7200000002"
    form = {"member": MEMBER, "number": "7200 000 002", "text": "Only the reseller, please."}
    done = pia.post(address, form, follow=True)
    assert "Your case is open." in text(done)
    (case,) = all_cases()
    assert done.request["PATH_INFO"] == at(case)
    for said in (
        *("Replace Larkspur Systems as reseller", "Gorse Digital", "Only the reseller, please."),
        *("open", case.number, "You have a first answer by the end of"),
    ):
        assert said in text(done)
    assert case.number in text(pia.get("/cases/"))


@pytest.mark.parametrize(
    ("form", "field", "said"),
    [
        ({"number": ""}, "number", "required"),
        ({"number": "12"}, "number", "not in the format"),
        ({"number": "7209999999"}, "number", "No partner has the account number"),
        ({"number": "7200000003"}, "number", "cannot be partner of record in the role"),
        ({"number": "7200000001"}, "number", "has this role already"),
        ({"member": "reseller@1"}, "member", "Select a valid choice"),
        ({"text": " "}, "text", "Write a message."),
    ],
)
def test_what_is_wrong_stands_beside_its_field(
    cast: Cast, visit: Visit, form: dict[str, str], field: str, said: str
) -> None:
    address = f"{NEW}?wish=replace_one&agreement={of_three(cast)}"
    given = {"member": MEMBER, "number": "7200000002", "text": "Please.", **form}
    page = visit("pia").post(address, given)
    assert page.status_code in (409, 422)
    assert said in str(page.context["form"].errors[field])
    assert all_cases() == []


def test_files_come_with_a_message_and_are_saved_never_shown(cast: Cast, visit: Visit) -> None:
    pia, case = visit("pia"), opened(cast)
    hostile = SimpleUploadedFile("page.html", b"<script>alert(1)</script>", "text/html")
    page = pia.post(at(case, "answer/"), {"text": "See this.", "attachments": [hostile]})
    assert page.status_code == 422
    assert "not a file of a type that can be attached" in str(page.context["reply"].errors)
    picture = SimpleUploadedFile('sh"ot\u202egnp.png', PNG, "text/html")
    done = pia.post(
        at(case, "answer/"), {"text": "See this.", "attachments": [picture]}, follow=True
    )
    assert "shotgnp.png" in text(done).replace("_", "")
    with seeing(Actor.system()):
        kept = Attachment.objects.get()
    response = pia.get(at(case, f"files/{kept.pk}/"))
    assert response.content == PNG
    assert response["content-type"] == "image/png"
    assert response["content-disposition"].startswith("attachment;")
    assert response["x-content-type-options"] == "nosniff"
    assert response["content-security-policy"] == (
        "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; sandbox"
    )
    for name in ("bo", "lou"):
        other = visit(name).get(at(case, f"files/{kept.pk}/"))
        assert other.status_code == (404 if name == "bo" else 403)
    elsewhere = opened(cast)
    assert pia.get(at(elsewhere, f"files/{kept.pk}/")).status_code == 404


def test_a_body_that_is_too_large_is_not_read(cast: Cast, visit: Visit) -> None:
    case = opened(cast)
    files = [SimpleUploadedFile(f"{n}.txt", b"a" * 1000) for n in range(12)]
    assert (
        visit("pia").post(at(case, "answer/"), {"text": "x", "attachments": files}).status_code
        == 400
    )
    large = visit("pia").post(
        at(case, "answer/"),
        b"x",
        content_type="multipart/form-data; boundary=b",
        CONTENT_LENGTH=str(31 * 1024 * 1024),
    )
    assert large.status_code == 400


def test_support_answers_the_customer_solves_and_opens_it_again(cast: Cast, visit: Visit) -> None:
    pia, case = visit("pia"), opened(cast, files=[NOTE])
    answered(cast, case, text="Which <b>invoice</b>?\n\nWe need its number.")
    page = pia.get(at(case))
    assert "Support has answered, and waits for you." in text(page)
    assert "Larkfield Software support" in text(page) and "Sue" not in text(page)
    assert "&lt;b&gt;invoice" in page.content.decode()
    assert "note.txt" in text(page)
    for where in ("/cases/", "/home/"):
        assert "1 case waits for your answer" in text(pia.get(where))
    pia.post(at(case, "answer/"), {"text": "That of March."})
    assert now(case).state == "waiting_for_vendor"
    assert "A word to support" in text(pia.get(at(case)))
    done = pia.post(at(case, "solved/"), {"text": "Thank you, found."}, follow=True)
    assert "Thank you, found." in text(done)
    assert "It was resolved" in text(done) and "Not solved?" in text(done)
    late = pia.post(at(case, "answer/"), {"text": "One thing more."})
    assert late.status_code == 409 and "Open it again first." in text(late)
    missing = pia.post(at(case, "reopen/"), {"text": ""})
    assert missing.status_code == 422 and "Write a message." in text(missing)
    again = pia.post(at(case, "reopen/"), {"text": "It came back."}, follow=True)
    assert "It came back." in text(again) and "Support works on it" in text(again)
    resolve(case.number, by=agent(cast), text="Sent.")
    assert case.number in text(pia.get("/cases/?state=over"))
    assert "No case is in this state" in text(pia.get("/cases/?state=open"))


def test_the_case_says_how_far_the_change_has_come(cast: Cast, visit: Visit) -> None:
    reference = of_three(cast, days=60)
    case = opened(cast, replacing(reference))
    wish = Wish("7200000002", (Member("reseller"),), overrides=("near_expiration",))
    carry_out(case.number, wish, by=agent(cast), reason="As asked.")
    pia = visit("pia")
    waits = text(pia.get(at(case)))
    assert "A second person of" in waits and "Support has made the change" not in waits
    with seeing(Actor.system()):
        consent = Consent.objects.get(kind="override")
    answer([consent.pk], given=False, by=agent(cast, "ali"), reason="Not so.")
    declined = text(pia.get(at(case)))
    assert "is declined: it has changed nothing." in declined
    assert "Support has made the change" not in declined
    staff = visit("sue").get(f"/console/cases/{case.number}/").content.decode()
    assert "notice-warn" in staff and "notice-good" not in staff


def test_the_case_says_when_a_scheduled_change_takes_effect(cast: Cast, visit: Visit) -> None:
    case, day = opened(cast, replacing(of_three(cast))), clock.today() + timedelta(days=9)
    wish = Wish("7200000002", (Member("reseller"),), effective_on=day)
    carry_out(case.number, wish, by=agent(cast), reason="As asked.")
    shown = text(visit("pia").get(at(case)))
    assert "Support has scheduled the change for you" in shown and "It takes effect on" in shown
    assert "Support has made the change" not in shown


def test_the_history_of_the_agreement_leads_to_its_cases(cast: Cast, visit: Visit) -> None:
    reference = of_three(cast)
    case = opened(cast, replacing(reference))
    shown = visit("pia").get(f"/billing/agreements/{reference}/")
    assert "Pia opened a case" in text(shown) and at(case) in links(shown)


def test_others_of_the_account_read_and_other_accounts_find_nothing(
    cast: Cast, visit: Visit
) -> None:
    case = opened(cast, replacing(of_three(cast)))
    page = visit("vera").get(at(case))
    assert "You can read this case." in text(page) and "Send" not in text(page)
    assert visit("vera").post(at(case, "answer/"), {"text": "x"}).status_code == 403
    assert visit("bo").get(at(case)).status_code == 404
    assert visit("bo").post(at(case, "answer/"), {"text": "x"}).status_code == 404
    assert visit("bo").get(f"{NEW}?agreement={of_three_of(case)}").status_code == 404


def of_three_of(case: Case) -> str:
    with seeing(Actor.system()):
        agreement = Case.objects.select_related("agreement").get(pk=case.pk).agreement
        assert agreement
        return agreement.reference


def test_the_list_goes_on_page_by_page(
    cast: Cast, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ofrecord.portal.cases.listing.PAGE", 2)
    made = [opened(cast).number for _ in range(3)]
    first = visit("pia").get("/cases/")
    assert [row["case"].number for row in first.context["rows"]] == made[:0:-1]
    then = visit("pia").get(f"/cases/{first.context['later_url']}")
    assert [row["case"].number for row in then.context["rows"]] == made[:1]
    assert "No cases yet" in text(visit("bo").get("/cases/"))
