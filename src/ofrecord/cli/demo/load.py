"""Loading the demo vendor's book: the import, its history, and passwords; once, resumably."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from ofrecord.changes.apply import apply
from ofrecord.changes.cancel import cancel
from ofrecord.changes.models import PartnerChange, State
from ofrecord.changes.submit import submit
from ofrecord.cli.demo import asked, book, introductions, place, trade
from ofrecord.cli.demo.ledger import Ledger, ScriptedChange
from ofrecord.cli.demo.story import CAST, PASSWORD, STORY
from ofrecord.cli.operator import operator, person_with
from ofrecord.feeds.load import import_book
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Account, Person
from ofrecord.parties.set_password import set_password
from ofrecord.quotes.expire import expire

Progress = Callable[[str, int, int], None]


def load(progress: Progress) -> bool:
    """Load what is not loaded yet; False when the database holds another book.

    A load that was interrupted goes on where it stopped, with the date on which it began.
    """
    state, known = place.remembered(), _accounts()
    if known and STORY.account not in known:
        return False
    if known and state.get("loaded", not state.get("today")):
        return True
    begun = date.fromisoformat(state["today"]) if known else clock.today()
    place.remember(today=begun.isoformat(), loaded=False)
    with _on(begun):
        ledger = book.write(place.directory() / "book", begun)
        if not known:
            _import(progress)
        _live_through(ledger, progress)
        _trade(begun, progress)
        _give_passwords(progress)
        introductions.introduce()
        asked.ask()
    place.remember(loaded=True)
    return True


def _accounts() -> set[str]:
    with seeing(operator()):
        return set(Account.objects.values_list("account_number", flat=True)[:1_000])


def _import(progress: Progress) -> None:
    report = import_book(place.directory() / "book", by=operator(), progress=progress)
    if not report.applied:
        why = [refusal.reason for refusal in report.refusals[:3]]
        raise place.CannotStart(_("The demo's own book was refused: %(why)s"), why=" ".join(why))


def _live_through(ledger: Ledger, progress: Progress) -> None:
    for position, scripted in enumerate(ledger.history):
        progress(_("History"), position, len(ledger.history))
        _happen(scripted, ledger.today, f"demo-history-{position}")
    progress(_("History"), len(ledger.history), len(ledger.history))
    while apply(by=Actor.system()):
        pass


def _trade(today: date, progress: Progress) -> None:
    """What partners quote; a load that goes on begins with what was not finished.

    No worker runs meanwhile: the quote whose last day is over by then is marked here.
    """
    done = place.remembered().get("traded", 0)
    for position, each in enumerate(trade.TRADES):
        progress(_("Quotes"), position, len(trade.TRADES))
        if position >= done:
            with _on(today - timedelta(days=each.days_ago)):
                trade.happen(each)
            place.remember(traded=position + 1)
    expire(by=operator())
    progress(_("Quotes"), len(trade.TRADES), len(trade.TRADES))


def _give_passwords(progress: Progress) -> None:
    """A password that somebody has chosen since then is left alone."""
    for position, member in enumerate(CAST, 1):
        if not Person.objects.get(email=member.email).has_usable_password():
            set_password(member.email, PASSWORD, by=operator())
        progress(_("Passwords"), position, len(CAST))


def _happen(scripted: ScriptedChange, today: date, key: str) -> None:
    """Carry a change of the past out, on its own day; the same key makes a repeat harmless."""
    by = operator(person_with(scripted.by))
    with _on(today - timedelta(days=scripted.days_ago)):
        outcome = submit(
            [scripted.agreement],
            scripted.partner,
            by=by,
            reason=scripted.reason,
            effective_on=scripted.effective_on,
            idempotency_key=key,
        )
    if scripted.cancelled_days_ago is None:
        return
    number = outcome.items[0].number or ""
    with seeing(by):
        scheduled = PartnerChange.objects.filter(number=number, state=State.SCHEDULED).exists()
    if scheduled:
        with _on(today - timedelta(days=scripted.cancelled_days_ago)):
            cancel(number, by=by, reason=_("The account has decided otherwise."))


@contextmanager
def _on(day: date) -> Iterator[None]:
    """The business date of this process is moved meanwhile."""
    before = settings.OFRECORD_TODAY
    settings.OFRECORD_TODAY = day
    try:
        yield
    finally:
        settings.OFRECORD_TODAY = before
