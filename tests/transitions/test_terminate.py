"""A partner is terminated: what depends on it is shown before, and ended as it was shown."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from ofrecord.changes.codes.make import make
from ofrecord.changes.models import PartnerChange, TransferCode
from ofrecord.changes.refusals import Refused
from ofrecord.delivery.models import Letter
from ofrecord.journal import clock
from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Partner
from ofrecord.quotes.models import Quote, QuoteRequest
from ofrecord.transitions import consequences
from ofrecord.transitions.follow import follow, follow_all
from ofrecord.transitions.reinstate import reinstate
from ofrecord.transitions.suspend import suspend
from ofrecord.transitions.terminate import terminate
from tests.api.systems import system
from tests.cast import Cast, of_record
from tests.quotes.selling import asked, issued, sound

GORSE, LARKSPUR = "7200000002", "7200000001"


def opal(cast: Cast) -> Actor:
    return cast.actor("opal", door="console")


def refusal(act: Any, number: str, by: Actor, reason: str = "It left the program.") -> str:
    with pytest.raises(Refused) as refused:
        act(number, by=by, reason=reason)
    return refused.value.code


def depends(cast: Cast, number: str = GORSE) -> consequences.Consequences:
    with seeing(Actor.system()):
        return consequences.of(Partner.objects.get(account_number=number))


def letters(kind: str) -> list[Letter]:
    with seeing(Actor.system()):
        return list(Letter.objects.filter(kind=kind).order_by("person_id"))


def everything_to_gorse(cast: Cast) -> dict[str, str]:
    """A scheduled change, one that awaits consent, a quote, a request, and a code."""
    cast.policy(consent_days={"gaining": 5})
    waiting = cast.contract()
    made = {"waiting": cast.change(waiting), "waiting_on": waiting}
    cast.policy(consent_days={"gaining": 0})
    scheduled = cast.contract()
    later = clock.today() + timedelta(days=20)
    made |= {"scheduled": cast.change(scheduled, effective_on=later), "scheduled_on": scheduled}
    made["quote"] = issued(cast, cast.subscription(products=("Draft",)), "renewal").number
    made["request"] = str(asked(cast, cast.subscription(), kind="renewal").pk)
    code = make([cast.contract()], GORSE, by=cast.actor("pia"), reason="Known.")
    return {**made, "code": str(code.id)}


def test_what_was_shown_is_what_is_ended(cast: Cast) -> None:
    made = everything_to_gorse(cast)
    before = depends(cast)
    assert before.ends == {"changes": 2, "quotes": 1, "requests": 1, "codes": 1, "invitations": 0}
    assert (before.people, before.coming) == (1, 1)
    partner, shown = terminate(GORSE, by=opal(cast), reason="It left the program.")
    assert shown == before
    assert set(depends(cast).ends.values()) == {0}
    with seeing(Actor.system()):
        states = PartnerChange.objects.filter(number__in=[made["waiting"], made["scheduled"]])
        assert set(states.values_list("state", flat=True)) == {"cancelled"}
        assert Quote.objects.get(number=made["quote"]).state == "withdrawn"
        assert QuoteRequest.objects.get(pk=made["request"]).state == "declined"
        assert TransferCode.objects.get(pk=made["code"]).withdrawn_at
        told = Event.objects.filter(stream="partner", type="partner.terminated").get()
    assert (partner.status, told.actor_id) == ("terminated", cast.people["opal"].pk)
    assert of_record(made["scheduled_on"]) == {("Larkspur Systems", "reseller", None)}


def test_the_customers_agreements_keep_it_until_they_change(cast: Cast) -> None:
    reference = cast.contract()
    terminate(LARKSPUR, by=opal(cast), reason="It left the program.")
    assert of_record(reference) == {("Larkspur Systems", "reseller", None)}
    assert cast.change(reference)
    assert of_record(reference) == {("Gorse Digital", "reseller", None)}


def test_nothing_comes_to_it_any_more(cast: Cast) -> None:
    terminate(GORSE, by=opal(cast), reason="It left the program.")
    codes = [verdict.code for verdict in cast.check(cast.contract()).verdicts]
    assert codes == ["partner_inactive"]


def test_its_people_are_out_with_the_commit_and_back_when_it_is_reinstated(cast: Cast) -> None:
    assert cast.actor("gil").partners
    terminate(GORSE, by=opal(cast), reason="It left the program.")
    assert cast.actor("gil").partners == ()
    reinstate(GORSE, by=opal(cast), reason="It came back.")
    assert cast.actor("gil").partners == (cast.gorse.pk,)


def test_each_person_has_one_letter_however_many_agreements(cast: Cast) -> None:
    references = {cast.contract() for _ in range(60)}
    quote = issued(cast, cast.subscription(products=("Draft",))).number
    terminate(LARKSPUR, by=opal(cast), reason="Fraud, between us.")
    told = letters("partner.terminated.account")
    wanted = [cast.people["pia"].pk, cast.people["sam"].pk]
    assert [each.person_id for each in told] == wanted
    assert "Larkspur Systems is no longer an authorized partner" in told[0].subject
    assert sum(reference in told[0].text for reference in references) >= 48
    assert "and 11 more" in told[0].text
    assert "Fraud" not in told[0].text and quote not in told[0].text
    assert cast.alder.name in told[0].text


def test_a_contract_manager_reads_of_their_own_agreements_alone(cast: Cast) -> None:
    own, other = cast.contract(manager="cora"), cast.contract()
    terminate(LARKSPUR, by=opal(cast), reason="It left the program.")
    (cora,) = (
        e for e in letters("partner.terminated.account") if own in e.about and other not in e.about
    )
    assert cora.person_id == cast.people["cora"].pk


def test_the_other_partner_learns_that_its_role_goes_on(cast: Cast) -> None:
    cast.partner("7200000021", "Elm Services")
    with seeing(Actor.system()):
        Partner.objects.filter(account_number=LARKSPUR).update(email="desk@larkspur.example")
    cast.change(cast.contract(), effective_on=clock.today() + timedelta(days=20))
    terminate(GORSE, by=opal(cast), reason="It left the program.")
    (goes_on,) = letters("cancelled.losing")
    assert goes_on.partner_id == cast.larkspur.pk
    assert "Gorse" not in goes_on.text


def test_what_was_interrupted_is_followed_by_the_clock(cast: Cast) -> None:
    everything_to_gorse(cast)
    with seeing(Actor.system()):
        Partner.objects.filter(account_number=GORSE).update(status="terminated")
        gorse = Partner.objects.get(account_number=GORSE)
    assert follow(gorse, by=Actor.system(), most=2) == 2
    assert sum(depends(cast).ends.values()) == 3
    assert follow_all(by=Actor.system()) == 3
    assert follow_all(by=Actor.system()) == 0


def test_suspended_it_gains_nothing_and_keeps_what_it_has(cast: Cast) -> None:
    made = everything_to_gorse(cast)
    suspend(GORSE, by=opal(cast), reason="Unpaid bills.")
    assert depends(cast).ends["changes"] == 2 and depends(cast).quotes == 1
    assert cast.actor("gil").partners == (cast.gorse.pk,)
    assert "partner_inactive" in {v.code for v in cast.check(cast.contract()).verdicts}
    assert "partner.suspended.account" in {
        each.kind for each in letters("partner.suspended.account")
    }
    reinstate(GORSE, by=opal(cast), reason="They paid.")
    assert cast.check(cast.contract()).available
    with seeing(Actor.system()):
        assert Quote.objects.get(number=made["quote"]).state == "issued"


def test_only_legal_moves_by_those_who_may_and_with_a_reason(cast: Cast) -> None:
    for name in ("aude", "pia", "lou"):
        for act in (suspend, terminate, reinstate):
            assert refusal(act, GORSE, cast.actor(name, door="console")) == "not_permitted"
    by = opal(cast)
    assert refusal(suspend, GORSE, by, "  ") == "reason_missing"
    assert refusal(suspend, "7200009999", by) == "not_found"
    assert refusal(reinstate, GORSE, by) == "status_held"
    terminate(GORSE, by=by, reason="It left the program.")
    assert refusal(terminate, GORSE, by) == "status_held"
    assert refusal(suspend, GORSE, by) == "partner_terminated"


def test_afterwards_everything_still_holds(fresh_cast: Cast) -> None:
    everything_to_gorse(fresh_cast)
    terminate(GORSE, by=opal(fresh_cast), reason="It left the program.")
    sound()


def test_its_systems_are_out_too_and_back_when_it_is_reinstated(cast: Cast) -> None:
    erp = system("Their CRM", GORSE, ["agreements:read"])
    answers = [erp.get("/agreements").status_code]
    terminate(GORSE, by=opal(cast), reason="It left the program.")
    answers.append(erp.get("/agreements").status_code)
    reinstate(GORSE, by=opal(cast), reason="It came back.")
    answers.append(erp.get("/agreements").status_code)
    assert answers == [answers[0], 401, answers[0]] and answers[0] != 401


def test_two_who_terminate_at_once_write_one_letter_each(fresh_cast: Cast) -> None:
    fresh_cast.contract()
    people = [opal(fresh_cast)] * 4

    def terminated(by: Actor) -> str:
        try:
            terminate(LARKSPUR, by=by, reason="It left the program.")
            return "done"
        except Refused as refused:
            return refused.code
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(terminated, people))
    assert outcomes == ["done", "status_held", "status_held", "status_held"]
    assert len(letters("partner.terminated.account")) == 2
    assert fresh_cast.actor("lou").partners == ()


def test_what_was_submitted_in_the_same_moment_is_called_off_by_the_clock(
    fresh_cast: Cast,
) -> None:
    later = clock.today() + timedelta(days=9)
    references = [fresh_cast.contract() for _each in range(12)]

    def submitted(reference: str) -> str | None:
        try:
            done = fresh_cast.submit(reference, effective_on=later)
            return done.items[0].number
        except Refused:
            return None
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        numbers = [pool.submit(submitted, reference) for reference in references]
        terminate(GORSE, by=opal(fresh_cast), reason="It left the program.")
        made = [each.result() for each in numbers]
    while follow_all(by=Actor.system()):
        pass
    with seeing(Actor.system()):
        states = PartnerChange.objects.filter(number__in=[each for each in made if each])
        assert set(states.values_list("state", flat=True)) <= {"cancelled"}
    for reference in references:
        assert of_record(reference) == {("Larkspur Systems", "reseller", None)}
    sound()
