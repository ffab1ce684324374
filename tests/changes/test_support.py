"""Support: an agent makes the change that the customer could not, and everybody is told so."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext

from ofrecord.agreements.models import Agreement
from ofrecord.changes.cancel import cancel
from ofrecord.changes.carry_out import Submitted
from ofrecord.changes.check import Member
from ofrecord.changes.consents.answer import answer
from ofrecord.changes.consents.settle import settle
from ofrecord.changes.locks import lock
from ofrecord.changes.models import Consent, PartnerChange
from ofrecord.changes.refusals import NotAvailable, NotPermitted, Refused, Unusable
from ofrecord.changes.support import Wish, previews, support
from ofrecord.changes.undo import undo
from ofrecord.cli.verify import verify
from ofrecord.delivery.models import Letter
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Partner, Person, Role
from tests.cast import Cast, Of, events, of_record, types

LARKSPUR, GORSE = ("Larkspur Systems", "reseller", None), ("Gorse Digital", "reseller", None)
DUNE = ("Dune Distribution", "distributor", None)
GORSES = "7200000002"


@pytest.fixture
def staff(cast: Cast) -> Cast:
    """Two support agents, two of operations, and an administrator."""
    with seeing(Actor.system("cli")):
        for name, role in (
            ("sia", "support_agent"),
            ("sol", "support_agent"),
            ("otis", "operations"),
            ("ada", "administrator"),
        ):
            cast._person(name, role)
    return cast


def agent(cast: Cast, name: str = "sia", *, on_behalf: str | None = None) -> Actor:
    by = cast.actor(name, door="console")
    return by.acting_for(cast.people[on_behalf].pk) if on_behalf else by


def make(cast: Cast, *references: str, by: Actor | None = None, **given: Any) -> Submitted:
    """Sia moves agreements to Gorse for their customers."""
    said = {name: given.pop(name) for name in _WISHED if name in given}
    wish = Wish(**{"partner": GORSES, **said})
    given = {"reason": "Asked by telephone.", "cause": "ticket/4711", **given}
    return support(references, wish, by=by or agent(cast), **given)


_WISHED = ("partner", "members", "effective_on", "overrides", "supersedes")


def of(outcome: Submitted) -> PartnerChange:
    with seeing(Actor.system()):
        known = PartnerChange.objects.select_related("supersedes")
        return known.get(number=outcome.items[0].number)


def letters() -> list[tuple[str, str]]:
    """Who got which letter: email or firm, and its kind."""
    with seeing(Actor.system()):
        names: dict[tuple[str, int | None], str] = {
            ("person", each.pk): each.email for each in Person.objects.all()
        }
        names |= {("partner", each.pk): each.name for each in Partner.objects.all()}
        return [
            (
                names["person", e.person_id] if e.person_id else names["partner", e.partner_id],
                e.kind,
            )
            for e in Letter.objects.order_by("id")
        ]


def text(kind: str) -> str:
    with seeing(Actor.system()):
        return Letter.objects.filter(kind=kind).order_by("-id")[0].text


def sound() -> None:
    assert {each.name: each.examples for each in verify(samples=200) if each.violations} == {}


def test_an_agent_makes_the_change_for_the_customers_person(staff: Cast) -> None:
    reference = staff.contract()
    made = of(make(staff, reference, by=agent(staff, on_behalf="pia")))
    assert (made.occasion, made.state, made.cause) == ("support", "complete", "ticket/4711")
    assert made.by_id == staff.people["sia"].pk
    assert made.on_behalf_of_id == staff.people["pia"].pk
    assert made.overridden == []
    assert of_record(reference) == {GORSE}
    told = events(reference)[1][1]
    assert (told["occasion"], told["cause"]) == ("support", "ticket/4711")
    assert told["by"]["person"] == staff.people["sia"].pk
    assert told["by"]["on_behalf_of"] == staff.people["pia"].pk
    sound()


def test_one_member_of_three_is_replaced(staff: Cast) -> None:
    reference = staff.contract(partners=(Of(staff.larkspur), Of(staff.dune, "distributor")))
    make(staff, reference, members=(Member("reseller"),))
    assert of_record(reference) == {GORSE, DUNE}
    kinds = dict(letters())
    assert kinds["Gorse Digital"] == "applied.gaining"
    assert kinds["Larkspur Systems"] == "applied.losing"
    assert kinds["Dune Distribution"] == "applied.staying"
    assert "Your own role stays as it is" in text("applied.staying")
    assert "Gorse" not in text("applied.staying")
    assert "Larkspur" not in text("applied.staying")
    assert "The customer has ended" not in text("applied.losing")
    assert "Dune Distribution (Distributor)" in text("applied.account")
    sound()


def test_everybody_of_the_account_is_told_that_support_did_it_and_why(staff: Cast) -> None:
    reference = staff.contract(manager="cora")
    make(staff, reference)
    told = [who for who, kind in letters() if kind == "applied.account"]
    assert sorted(told) == ["cora@example.com", "pia@example.com", "sam@example.com"]
    assert "support has made this change" in text("applied.account")
    assert "Asked by telephone." in text("applied.account")


def test_what_is_not_overridden_refuses_and_all_of_it_is_shown(staff: Cast) -> None:
    reference = staff.contract(days=40, auto_renew=True)
    with pytest.raises(NotAvailable) as refused:
        make(staff, reference)
    assert [v.code for v in refused.value.verdicts] == ["auto_renews", "near_expiration"]
    with pytest.raises(NotAvailable) as refused:
        make(staff, reference, overrides=("auto_renews",))
    assert [v.code for v in refused.value.verdicts] == ["near_expiration"]
    assert of_record(reference) == {LARKSPUR}


def test_what_the_policy_lets_an_agent_override_is_recorded(staff: Cast) -> None:
    reference = staff.contract(program="eba", token_flex=True)
    made = of(make(staff, reference, overrides=("token_flex", "expired")))
    assert made.state == "complete"
    assert made.overridden == ["token_flex"]
    assert events(reference)[1][1]["overridden"] == ["token_flex"]
    sound()


def test_an_agent_cannot_override_what_only_operations_may(staff: Cast) -> None:
    reference = staff.subscription()
    with pytest.raises(NotPermitted, match="Your roles do not override this") as refused:
        make(staff, reference, overrides=("transaction_only",))
    assert refused.value.code == "override_not_permitted"
    made = make(staff, reference, by=agent(staff, "opal"), overrides=("transaction_only",))
    assert made.accepted


def test_the_policy_says_who_overrides_what(staff: Cast) -> None:
    staff.policy(**{"overrides.support_agent": ["transaction_only"], "second_person_for": []})
    assert make(staff, staff.subscription(), overrides=("transaction_only",)).accepted
    with pytest.raises(NotPermitted):
        make(staff, staff.contract(auto_renew=True), overrides=("auto_renews",))
    sound()


@pytest.mark.parametrize("code", ["not_permitted", "partner_inactive", "change_in_progress"])
def test_some_rules_are_overridden_by_nobody(staff: Cast, code: str) -> None:
    reference = staff.contract()
    by, partner = agent(staff, "opal"), GORSES
    if code == "not_permitted":
        by = agent(staff, "opal", on_behalf="vera")
    elif code == "partner_inactive":
        partner = "7200000007"
        staff.partner(partner, "Fern Trading", status="suspended")
    else:
        staff.change(reference, effective_on=clock.today() + timedelta(days=5))
    with pytest.raises(Refused) as refused:
        make(staff, reference, by=by, partner=partner, overrides=(code,))
    assert code in {v.code for v in refused.value.verdicts} or (
        refused.value.code == "override_not_permitted"
    )


def test_a_reason_is_needed_and_a_person_of_support(staff: Cast) -> None:
    reference = staff.contract()
    with pytest.raises(Unusable, match="reason"):
        make(staff, reference, reason="  ")
    for by in (agent(staff, "aude"), agent(staff, "stan"), staff.actor("pia")):
        with pytest.raises(Refused) as refused:
            make(staff, reference, by=by)
        assert refused.value.code in ("not_permitted", "not_found")
    client = Actor(person_id=None, door="api", vendor_roles=("client",), client="erp")
    with pytest.raises(NotPermitted):
        make(staff, reference, by=client)
    assert of_record(reference) == {LARKSPUR}
    assert make(staff, reference, by=agent(staff, "ada")).accepted


def test_the_preview_is_what_is_done(staff: Cast) -> None:
    reference = staff.contract(program="eba", token_flex=True)
    by, wish = agent(staff), Wish(GORSES, overrides=("token_flex",))
    with seeing(by):
        id = Agreement.objects.get(reference=reference).pk
        shown = previews([id], wish, by)[id]
    assert [v.code for v in shown.verdicts] == ["token_flex"]
    print_of = str(shown.fingerprint)
    staff.policy(cool_down_days=3)
    with pytest.raises(Refused) as refused:
        make(staff, reference, overrides=("token_flex",), fingerprints=[print_of])
    assert refused.value.code == "agreement_moved"


def test_an_open_change_is_superseded_in_the_same_act(staff: Cast) -> None:
    reference = staff.contract(partners=(Of(staff.larkspur), Of(staff.dune, "distributor")))
    day = clock.today() + timedelta(days=5)
    earlier = staff.change(reference, effective_on=day)
    heath = staff.partner("7200000008", "Heath Partners")
    with pytest.raises(NotAvailable, match=earlier):
        make(staff, reference, partner=heath.account_number)
    made = of(make(staff, reference, partner=heath.account_number, supersedes=True))
    assert made.supersedes and made.supersedes.number == earlier
    assert of_record(reference, clock.midnight(day)) == {("Heath Partners", "reseller", None)}
    assert types(reference)[2:4] == ["partner_change.cancelled", "partner_change.applied"]
    assert "The customer" not in text("cancelled.gaining")
    with pytest.raises(Unusable, match="one agreement at a time"):
        make(staff, reference, staff.contract(), supersedes=True)
    sound()


def test_what_waits_for_a_second_person_leaves_the_open_change_as_it_is(staff: Cast) -> None:
    reference = staff.contract(days=100)
    number = staff.change(reference, effective_on=clock.today() + timedelta(days=5))
    staff.policy(near_expiration_days=120)
    heath = staff.partner("7200000008", "Heath Partners").account_number
    given: dict[str, Any] = {"partner": heath, "overrides": ("near_expiration",)}
    with pytest.raises(Unusable, match=number) as refused:
        make(staff, reference, supersedes=True, **given)
    assert refused.value.code == "second_person_asked"
    with seeing(Actor.system()):
        assert PartnerChange.objects.get(number=number).state == "scheduled"
    sound()


def test_nobody_acts_for_an_account_in_which_they_hold_a_role(staff: Cast) -> None:
    own, other, near = (
        staff.contract(),
        staff.contract(account=staff.birch),
        staff.contract(days=40),
    )
    with seeing(Actor.system("cli")):
        for name in ("sia", "sol"):
            Role.objects.create(person=staff.people[name], name="viewer", account=staff.alder)
    with pytest.raises(NotPermitted, match="You hold a role in this account"):
        make(staff, own)
    items = make(staff, own, other).items
    assert [item.state for item in items] == ["refused", "complete"]
    make(staff, near, by=agent(staff, "opal"), overrides=("near_expiration",))
    with seeing(Actor.system()):
        asked = Consent.objects.get(change__agreement__reference=near)
    with pytest.raises(NotPermitted):
        answer([asked.pk], given=True, by=agent(staff, "sol").only(vendor=True))
    answer([asked.pk], given=True, by=agent(staff, "otis").only(vendor=True))
    assert of_record(near) == {GORSE}


def test_what_it_leaves_of_an_open_change_that_it_superseded(staff: Cast) -> None:
    reference = staff.contract(partners=(Of(staff.larkspur), Of(staff.dune, "distributor")))
    day = clock.today() + timedelta(days=5)
    staff.change(reference, effective_on=day)
    heath = staff.partner("7200000008", "Heath Partners")
    only = (Member("reseller"),)
    make(staff, reference, partner=heath.account_number, members=only, supersedes=True)
    assert of_record(reference, clock.midnight(day)) == {("Heath Partners", "reseller", None), DUNE}
    sound()


def test_a_second_person_agrees_to_what_takes_a_protection_away(staff: Cast) -> None:
    reference = staff.contract(days=40)
    made = of(make(staff, reference, overrides=("near_expiration",)))
    assert made.state == "awaiting_consent"
    assert of_record(reference) == {LARKSPUR}
    with seeing(Actor.system()):
        asked = Consent.objects.get(change=made)
    assert asked.kind == "override"
    assert asked.due_at == clock.midnight(clock.today() + timedelta(days=4))
    for name, code in (("sia", "same_person"), ("aude", "not_permitted"), ("pia", "not_permitted")):
        with pytest.raises(Refused) as refused:
            answer([asked.pk], given=True, by=staff.actor(name, door="console"))
        assert refused.value.code == code
    answer([asked.pk], given=True, by=agent(staff, "sol"))
    assert of_record(reference) == {GORSE}
    assert of_change(made).state == "complete"
    applied = dict(events(reference))["partner_change.applied"]
    assert (applied["occasion"], applied["overridden"]) == ("support", ["near_expiration"])
    assert applied["consents"][0]["kind"] == "override"
    assert "sol@example.com" not in dict(letters())
    sound()


def test_a_second_person_declines_with_a_reason_or_lets_it_expire(
    staff: Cast, settings: Any
) -> None:
    first, second = staff.contract(days=40), staff.contract(days=50)
    declined = of(make(staff, first, overrides=("near_expiration",)))
    expired = of(make(staff, second, overrides=("near_expiration",)))
    with seeing(Actor.system()):
        asked = Consent.objects.get(change=declined)
    answer([asked.pk], given=False, by=agent(staff, "otis"), reason="Not in the case.")
    assert of_change(declined).state == "declined"
    settings.OFRECORD_TODAY = clock.today() + timedelta(days=4)
    settle(by=Actor.system())
    assert of_change(expired).state == "expired"
    assert of_record(first) == of_record(second) == {LARKSPUR}
    sound()


def test_the_vendor_can_do_without_a_second_person(staff: Cast) -> None:
    staff.policy(**{"consent_days.override": 0})
    made = of(make(staff, staff.contract(days=40), overrides=("near_expiration",)))
    assert made.state == "complete"


def test_a_lock_is_set_aside_by_two_of_the_vendor(staff: Cast) -> None:
    lock([reference := staff.contract()], by=staff.actor("pia"), reason="Ours.")
    made = of(make(staff, reference, by=agent(staff, "opal"), overrides=("locked",)))
    with seeing(Actor.system()):
        asked = Consent.objects.get(change=made)
    answer([asked.pk], given=True, by=agent(staff, "sia"))
    assert of_record(reference) == {GORSE}
    sound()


def test_the_customer_cancels_it_while_it_waits_and_cannot_undo_it(staff: Cast) -> None:
    waiting = staff.contract(days=40)
    number = of(make(staff, waiting, overrides=("near_expiration",))).number
    assert cancel(number, by=staff.actor("pia"), reason="We did not ask.").state == "cancelled"
    done = of(make(staff, staff.contract())).number
    with pytest.raises(NotAvailable) as refused:
        undo([done], by=staff.actor("pia"), reason="No.")
    assert refused.value.code == "not_undoable"
    assert refused.value.verdicts[0].remedy.text == "Contact support."


def test_the_same_request_sent_twice_is_one_change(staff: Cast) -> None:
    reference = staff.contract()
    first = make(staff, reference, idempotency_key="once")
    again = make(staff, reference, idempotency_key="once")
    assert again.repeated and again.items == first.items
    with pytest.raises(Unusable, match="used for another request"):
        make(staff, reference, idempotency_key="once", overrides=("expired",))


def test_many_at_once_are_judged_singly(staff: Cast) -> None:
    flex, near, plain = (
        staff.contract(program="eba", token_flex=True),
        staff.contract(days=40),
        staff.contract(),
    )
    items = make(staff, flex, near, plain, overrides=("token_flex",)).items
    assert [item.state for item in items] == ["complete", "refused", "complete"]
    with seeing(Actor.system()):
        recorded = dict(
            PartnerChange.objects.filter(occasion="support").values_list(
                "agreement__reference", "overridden"
            )
        )
    assert recorded == {flex: ["token_flex"], plain: []}
    sound()


def test_the_number_of_statements_does_not_depend_on_how_many(staff: Cast) -> None:
    counts = []
    for many in (1, 4):
        references = [staff.contract(program="eba", token_flex=True) for _ in range(many)]
        with CaptureQueriesContext(connection) as queries:
            make(staff, *references, overrides=("token_flex",))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_database_refuses_an_override_without_support(staff: Cast) -> None:
    staff.change(staff.contract())
    with seeing(Actor.system()), pytest.raises(DatabaseError), transaction.atomic():
        found = PartnerChange.objects.filter(occasion="request")[0]
        found.pk, found.number, found.overridden = None, "PC-XXXXXXXX", ["expired"]
        found.save(force_insert=True)


def of_change(change: PartnerChange) -> PartnerChange:
    with seeing(Actor.system()):
        return PartnerChange.objects.get(pk=change.pk)
