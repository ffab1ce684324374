"""The letters of a change: to whom, what each may learn, and that each gets one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from ofrecord.agreements.models import Agreement
from ofrecord.changes import apply as applying
from ofrecord.changes import letters
from ofrecord.changes.cancel import cancel
from ofrecord.changes.decided import load
from ofrecord.changes.models import PartnerChange
from ofrecord.changes.recipients import recipients
from ofrecord.delivery.models import Letter
from ofrecord.delivery.posting import Claim, message
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Account, Partner, Person
from tests.cast import Cast, Of

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()


@pytest.fixture
def cast() -> Cast:
    return Cast.enter()


def written(kind: str = "") -> list[Letter]:
    with seeing(SYSTEM):
        return list(Letter.objects.filter(kind__startswith=kind).order_by("id"))


def readers(cast: Cast, kind: str) -> list[str]:
    """Who got letters of this kind, by the names of the cast."""
    names = {person.pk: name for name, person in cast.people.items()}
    firms = {each.pk: each.name for each in (cast.larkspur, cast.gorse, cast.dune)}
    return sorted(
        names[letter.person_id] if letter.person_id else firms[letter.partner_id or 0]
        for letter in written(kind)
    )


def test_everybody_concerned_gets_one_letter_and_nobody_else(cast: Cast) -> None:
    cast.change(cast.contract(manager="cora"))
    assert readers(cast, "applied.account") == ["cora", "pia", "sam"]
    assert readers(cast, "applied.gaining") == ["Gorse Digital"]
    assert readers(cast, "applied.losing") == ["Larkspur Systems"]
    assert len(written()) == 5
    assert len({letter.act for letter in written()}) == 1


def test_who_is_told_for_several_reasons_gets_one_letter(cast: Cast) -> None:
    cast.change(cast.contract(manager="pia"))
    assert readers(cast, "applied.account") == ["pia", "sam"]


def test_an_operator_for_somebody_tells_that_person(cast: Cast) -> None:
    reference = cast.contract(manager="cora")
    operator = Actor.system("cli").acting_for(cast.people["cora"].pk)
    from ofrecord.changes.submit import submit

    submit([reference], cast.gorse.account_number, by=operator, reason="Asked by telephone.")
    assert readers(cast, "applied.account") == ["cora", "pia", "sam"]
    assert "Cora" in written("applied.account")[0].text


def test_people_of_the_account_read_before_and_after_who_and_why(cast: Cast) -> None:
    reference = cast.contract()
    number = cast.change(reference)
    (letter, *_) = written("applied.account")
    assert letter.subject == f"New partner of record for {reference}"
    assert letter.about == [number]
    for said in ("Larkspur Systems → Gorse Digital", "Pia", "Closer to us.", f"/changes/{number}/"):
        assert said in letter.text.replace("\n", " ")
    assert f"/changes/{number}/" in letter.html


def test_a_losing_partner_learns_the_end_of_its_role_and_never_who_comes(cast: Cast) -> None:
    reference = cast.contract()
    number = cast.change(reference, reason="Gorse Digital is closer to us.")
    (letter,) = written("applied.losing")
    claim = Claim(letter.pk, letter.created_at, 0, letter.subject, letter.text, letter.html)
    mime = message(claim, cast.larkspur.email).message().as_string()
    for told in (letter.subject, letter.text, letter.html, mime, " ".join(letter.about)):
        for secret in ("Gorse", cast.gorse.account_number, number, "closer", "href", "Pia"):
            assert secret not in told
    assert reference in letter.subject
    assert "Alder Works" in letter.text
    assert "End of the role" in letter.text


def test_a_gaining_partner_does_not_learn_whom_it_follows(cast: Cast) -> None:
    cast.change(cast.contract())
    (letter,) = written("applied.gaining")
    for told in (letter.subject, letter.text, letter.html):
        assert "Larkspur" not in told
        assert "Closer to us" not in told
    assert "Alder Works" in letter.text


def test_a_staying_partner_is_told_too(cast: Cast) -> None:
    cast.change(cast.contract(partners=[Of(cast.larkspur), Of(cast.gorse, "services")]))
    assert readers(cast, "applied.gaining") == ["Gorse Digital"]
    assert readers(cast, "applied.losing") == ["Larkspur Systems"]


def test_a_large_act_is_one_letter_per_person_with_the_first_fifty(cast: Cast) -> None:
    references = [cast.contract(manager="cora") for _ in range(60)]
    cast.submit(*references)
    assert readers(cast, "applied") == [
        *("Gorse Digital", "Larkspur Systems", "cora", "pia", "sam")
    ]
    for letter in written():
        assert "60 agreements" in letter.subject
        assert letter.text.count("\n- 40000000") == 50
        assert "and 10 more" in letter.text
        assert len(letter.about) == 60


def test_a_contract_manager_reads_of_their_own_contracts_only(cast: Cast) -> None:
    own, other = cast.contract(manager="cora"), cast.contract()
    cast.submit(own, other)
    of_cora = [x for x in written("applied.account") if x.person_id == cast.people["cora"].pk]
    assert own in of_cora[0].text
    assert other not in of_cora[0].text


def test_composing_for_many_takes_as_many_statements_as_for_one(cast: Cast) -> None:
    counts = []
    for size in (1, 20):
        numbers = [
            item.number for item in cast.submit(*[cast.contract() for _ in range(size)]).items
        ]
        with seeing(SYSTEM):
            ids = list(
                PartnerChange.objects.filter(number__in=numbers).values_list("id", flat=True)
            )
            decided = load(ids)
            with CaptureQueriesContext(connection) as queries:
                letters.compose("applied", decided)
        counts.append(len(queries))
    assert counts == [2, 2]


def test_scheduling_cancelling_and_applying_each_tell(cast: Cast) -> None:
    first, second = cast.contract(), cast.contract()
    later = clock.today() + timedelta(days=10)
    cancelled = cast.change(first, effective_on=later)
    cast.change(second, effective_on=later)
    assert readers(cast, "scheduled") == [
        *("Gorse Digital", "Gorse Digital", "Larkspur Systems", "Larkspur Systems"),
        *("pia", "pia", "sam", "sam"),
    ]
    assert "will end" in written("scheduled.losing")[0].subject
    cancel(cancelled, by=cast.actor("sam"), reason="Too early.")
    assert readers(cast, "cancelled") == ["Gorse Digital", "Larkspur Systems", "pia", "sam"]
    assert "Cancelled by: Sam" in written("cancelled.account")[0].text
    assert "Your role continues" in written("cancelled.losing")[0].subject
    assert "Gorse" not in written("cancelled.losing")[0].text


def test_the_clock_tells_the_one_who_had_submitted(cast: Cast, settings: Settings) -> None:
    later = clock.today() + timedelta(days=10)
    cast.change(cast.contract(manager="cora"), by="cora", effective_on=later)
    settings.OFRECORD_TODAY = later
    assert applying.apply(by=SYSTEM) == 1
    assert readers(cast, "applied.account") == ["cora", "pia", "sam"]
    assert "Submitted by: Cora" in written("applied.account")[0].text


def test_letters_are_in_the_readers_language_where_it_is_offered(
    cast: Cast, settings: Settings
) -> None:
    settings.LANGUAGES = [("en", "English"), ("de", "Deutsch")]
    with seeing(SYSTEM):
        Person.objects.filter(pk=cast.people["sam"].pk).update(language="de")
        Account.objects.filter(pk=cast.alder.pk).update(language="fr")
        Partner.objects.filter(pk=cast.gorse.pk).update(language="de")
    cast.change(cast.contract())
    spoken = {(x.person_id or x.partner_id): x.language for x in written()}
    assert spoken[cast.people["sam"].pk] == "de"
    assert spoken[cast.people["pia"].pk] == "en"
    assert 'lang="de"' in written("applied.gaining")[0].html


def test_names_with_markup_stay_words(cast: Cast) -> None:
    with seeing(SYSTEM):
        Account.objects.filter(pk=cast.alder.pk).update(name="Alder <script>\r\nBcc: x@example.com")
    cast.change(cast.contract())
    for letter in written():
        assert "<script>" not in letter.html
        assert "\n" not in letter.subject
        claim = Claim(letter.pk, letter.created_at, 0, letter.subject, letter.text, letter.html)
        assert "bcc" not in {name.lower() for name in message(claim, "a@example.com").message()}


def test_a_refused_submit_writes_no_letter(cast: Cast) -> None:
    cast.submit(cast.contract(days=10), cast.contract(days=20))
    assert written() == []


def test_the_review_says_who_will_be_told_and_why(cast: Cast) -> None:
    reference = cast.contract(manager="cora")
    with seeing(cast.actor("pia")):
        agreement = Agreement.objects.get(reference=reference)
        told = recipients([agreement.pk], cast.people["pia"].pk, [cast.larkspur.pk])
    assert [(person.name, person.roles) for person in told.people] == [
        ("Cora", ["contract manager"]),
        ("Pia", ["submits the change", "primary admin"]),
        ("Sam", ["secondary admin"]),
    ]
    assert [firm.name for firm in told.firms] == ["Larkspur Systems"]
