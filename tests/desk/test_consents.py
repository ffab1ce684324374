"""Consents at the desk: what a firm is shown, and each of its answers."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from ofrecord.changes.cancel import cancel
from ofrecord.changes.models import Consent, PartnerChange
from ofrecord.desk import consents
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from tests.cast import Cast, Of, of_record
from tests.desk.conftest import Visit

LIST = "/desk/consents/"


def of(reference: str, kind: str) -> Consent:
    with seeing(Actor.system()):
        found = Consent.objects.filter(change__agreement__reference=reference, kind=kind)
        return found.select_related("change").latest("asked_at")


def state(reference: str) -> str:
    with seeing(Actor.system()):
        return PartnerChange.objects.filter(agreement__reference=reference).latest("pk").state


def said(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture
def asked(cast: Cast) -> str:
    """A contract that Alder takes from Larkspur and Dune to Gorse; all three are asked."""
    cast.policy(consent_days={"gaining": 5, "losing": 5})
    both = (Of(cast.larkspur), Of(cast.dune, "distributor"))
    reference = cast.contract(partners=both)
    cast.change(reference)
    return reference


@pytest.mark.parametrize(
    ("who", "kind", "shown", "hidden"),
    [
        ("gil", "gaining", "You would become its authorized partner", ("Larkspur", "Dune D")),
        ("lou", "losing", "Your role on it would end", ("Gorse", "7200000002", "Dune D")),
        ("dee", "losing", "Your role on it would end", ("Gorse", "7200000002", "Larkspur")),
    ],
)
def test_a_firm_is_shown_what_it_is_asked_and_no_other_firm(
    cast: Cast, visit: Visit, asked: str, who: str, kind: str, shown: str, hidden: tuple[str, ...]
) -> None:
    change = of(asked, "gaining").change
    client = visit(who)
    one = f"{LIST}{consent_of(cast, asked, who).pk}/"
    for where in (LIST, one, "/desk/", "/desk/agreements/"):
        page = said(client.get(where))
        assert all(name not in page for name in (*hidden, change.number))
        if where != "/desk/agreements/":
            assert shown in page
            assert "Alder Works" in page
    last = (clock.today() + timedelta(days=5)).strftime("%-d %B %Y")
    assert f"You can answer until <b>{last}</b> (in 5 days)." in said(client.get(one))


def consent_of(cast: Cast, reference: str, who: str) -> Consent:
    firm = {"gil": cast.gorse, "lou": cast.larkspur, "dee": cast.dune}[who]
    with seeing(Actor.system()):
        return Consent.objects.get(change__agreement__reference=reference, partner=firm)


def test_the_gaining_partner_accepts_and_the_losing_ones_do_not_object(
    cast: Cast, visit: Visit, asked: str
) -> None:
    for who, words in (("gil", "1 change accepted."), ("lou", "You do not object to 1 change.")):
        one = f"{LIST}{consent_of(cast, asked, who).pk}/"
        answer = visit(who).post(one, {"answer": "given"}, follow=True)
        assert words in said(answer)
    assert state(asked) == "awaiting_consent"
    dee = visit("dee")
    dee.post(f"{LIST}{consent_of(cast, asked, 'dee').pk}/", {"answer": "given"})
    assert of_record(asked) == {("Gorse Digital", "reseller", None)}
    assert "no objection" in said(dee.get(LIST))
    assert asked in said(visit("gil").get("/desk/agreements/"))


def test_a_losing_partner_objects_on_a_ground_in_words(
    cast: Cast, visit: Visit, asked: str
) -> None:
    client, one = visit("lou"), f"{LIST}{consent_of(cast, asked, 'lou').pk}/"
    page = said(client.get(one))
    for words in ("an unpaid invoice", "an open order", "a commitment that has not ended"):
        assert words in page
    missing = client.post(one, {"answer": "refused"})
    assert missing.status_code == 422
    assert "Choose the ground on which you object." in said(missing)
    invented = client.post(one, {"answer": "refused", "ground": "we would rather not"})
    assert invented.status_code == 422
    assert state(asked) == "awaiting_consent"
    given = {"answer": "refused", "ground": "open_order", "reason": "Two seats are under way."}
    assert "You object to 1 change." in said(client.post(one, given, follow=True))
    assert state(asked) == "declined"
    for where in (one, LIST):
        assert "an open order" in said(client.get(where))
    assert "Two seats are under way." in said(client.get(one))
    assert "no longer asked" in said(visit("gil").get(LIST))


def test_a_ground_of_the_vendors_own_is_shown_as_it_is(
    cast: Cast, visit: Visit, asked: str
) -> None:
    cast.policy(objection_grounds=["legal_hold"], consent_days={"losing": 5})
    page = said(visit("lou").get(LIST))
    assert '<option value="legal_hold">legal_hold</option>' in page
    assert "an unpaid invoice" not in page


def test_a_gaining_partner_declines_with_a_reason(cast: Cast, visit: Visit, asked: str) -> None:
    client, one = visit("gil"), f"{LIST}{consent_of(cast, asked, 'gil').pk}/"
    missing = client.post(one, {"answer": "refused", "reason": "  "})
    assert missing.status_code == 422
    assert "Give a reason." in said(missing)
    client.post(one, {"answer": "refused", "reason": "We are full."})
    assert state(asked) == "declined"
    assert "We are full." in said(client.get(one))


def test_several_are_answered_at_once_and_each_refusal_is_told(
    cast: Cast, visit: Visit, asked: str
) -> None:
    other, gone = cast.contract(), cast.contract()
    cast.change(other)
    number = cast.change(gone)
    client = visit("gil")
    ids = [str(of(each, "gaining").pk) for each in (asked, other, gone)]
    cancel(number, by=cast.actor("pia"), reason="Not now.")
    nothing = client.post(LIST, {"kind": "gaining", "answer": "given"})
    assert nothing.status_code == 422
    assert "Select what you want to answer." in said(nothing)
    answer = client.post(LIST, {"kind": "gaining", "answer": "given", "consent": ids})
    assert answer.status_code == 409
    assert "2 changes accepted." in said(answer)
    assert "This consent is not asked any more" in said(answer)
    assert [of(each, "gaining").answer for each in (asked, other, gone)] == [
        *("given", "given"),
        "withdrawn",
    ]


def test_what_was_refused_keeps_what_was_ticked_and_typed(
    cast: Cast, visit: Visit, asked: str
) -> None:
    id = str(consent_of(cast, asked, "lou").pk)
    given = {"kind": "losing", "answer": "refused", "consent": [id], "reason": "Ask us first."}
    page = said(visit("lou").post(LIST, given))
    assert f'value="{id}" checked' in page
    assert "Ask us first." in page
    assert '<details class="refuse" open>' in page


def test_of_a_foreign_or_unknown_consent_nothing_is_told(
    cast: Cast, visit: Visit, asked: str
) -> None:
    own = consent_of(cast, asked, "lou").pk
    for id in (own, uuid4()):
        client = visit("gil")
        assert client.get(f"{LIST}{id}/").status_code == 404
        assert client.post(f"{LIST}{id}/", {"answer": "given"}).status_code == 404
        form = {"kind": "losing", "answer": "given", "consent": [str(id)]}
        assert client.post(LIST, form).status_code == 404
    assert consent_of(cast, asked, "lou").answer == ""


def test_a_deadline_that_passed_ends_it_before_any_clock_has_run(
    cast: Cast, visit: Visit, asked: str, settings: Any
) -> None:
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=6)
    lou, gil = visit("lou"), visit("gil")
    assert "no answer, so no objection" in said(lou.get(LIST))
    assert "not answered" in said(gil.get(LIST))
    one = f"{LIST}{consent_of(cast, asked, 'gil').pk}/"
    assert "You can answer" not in said(gil.get(one))
    late = gil.post(one, {"answer": "given"})
    assert late.status_code == 422
    assert "not asked any more" in said(late)


def test_pages_follow_the_deadlines_without_gap_or_repeat(cast: Cast) -> None:
    for days in (5, 9, 7):
        cast.policy(consent_days={"gaining": days})
        for _ in range(2):
            cast.change(cast.contract())
    by = cast.actor("gil", door="desk")
    with seeing(by):
        every = consents.asked(by, cast.gorse.pk)
        seen: list[Consent] = []
        after, pages = "", 0
        while after or not pages:
            found = consents.waiting_page(every, "gaining", after, size=4)
            seen += found.rows
            after, pages = found.later, pages + 1
        dues = [each.due_at for each in seen]
    assert dues == sorted(dues)
    assert len({each.pk for each in seen}) == 6
    assert pages == 2


def test_the_list_takes_as_many_statements_for_one_as_for_many(
    cast: Cast, visit: Visit, asked: str
) -> None:
    client = visit("gil")

    def statements() -> int:
        with CaptureQueriesContext(connection) as counted:
            client.get(LIST)
        return len(counted)

    statements()
    few = statements()
    for _ in range(4):
        cast.change(cast.contract())
    assert statements() == few
