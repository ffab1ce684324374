"""A book in which much has happened as it should is clean."""

from datetime import timedelta

from ofrecord.changes.cancel import cancel
from ofrecord.changes.locks import lock
from ofrecord.changes.undo import undo
from ofrecord.cli.verify import verify
from ofrecord.journal import clock
from tests.cast import Cast, Of


def offences() -> dict[str, tuple[str, ...]]:
    return {each.name: each.examples for each in verify(samples=200) if each.violations}


def test_an_empty_book_is_clean(db: None) -> None:
    assert offences() == {}


def test_a_book_after_many_acts_is_clean(cast: Cast) -> None:
    three = Of(cast.larkspur), Of(cast.gorse, days=40), Of(cast.dune, "distributor")
    later = clock.today() + timedelta(days=9)
    moved, shared, direct = (
        cast.contract(),
        cast.contract(partners=three),
        cast.contract(partners=()),
    )
    waiting, back = cast.contract(), cast.contract(partners=three)
    cast.submit(moved, shared, direct, idempotency_key="one")
    cast.change(moved, partner=cast.dune.account_number)
    cast.change(waiting, effective_on=later)
    cancel(cast.change(back, effective_on=later), by=cast.actor("sam"), reason="No.")
    taken_back = cast.change(cast.contract(partners=three), by="sam")
    undo([taken_back], by=cast.actor("pia"), reason="A slip.", idempotency_key="two")
    kept = cast.contract()
    lock([kept], by=cast.actor("pia"), reason="Ours.")
    assert offences() == {}
