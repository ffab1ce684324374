"""Sending letters: the loop that posts what is due, after asking again who may receive it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from smtplib import SMTPRecipientsRefused

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from ofrecord.delivery import failpoints, ladder
from ofrecord.delivery.context import as_system
from ofrecord.delivery.letters import one_line
from ofrecord.delivery.loops import SWEEP, DatabaseThread, heard
from ofrecord.journal.prepared import prepared

LEASE = 600
BATCH_SENT, BATCH_KEPT = 10, 500
PAUSE = 0.2
log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Address:
    """Where a letter goes now, or why it goes nowhere."""

    email: str = ""
    withheld: str = ""


UNKNOWN = Address(withheld="nobody to send it to")
Addresses = Callable[[Sequence[int]], Mapping[int, Address]]


@dataclass(frozen=True)
class Claim:
    """A letter in hand. One that is only kept is not read, and has no lease of its own."""

    id: int
    lease: datetime | None
    attempts: int
    subject: str = ""
    text: str = ""
    html: str = ""


@dataclass(frozen=True)
class Outcome:
    """How a try went. A `waiting` letter is tried again in `retry_in` seconds."""

    claim: Claim
    state: str
    sent_to: str = ""
    error: str = ""
    retry_in: float | None = None


class Post:
    """Claims letters, asks for their addresses, sends them, and marks each as it went."""

    def __init__(self, addresses: Addresses) -> None:
        self._addresses = addresses
        self._due = asyncio.Event()
        self._database = DatabaseThread("post")

    def wake(self) -> None:
        self._due.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Send until `stop`; a letter that is being sent is finished first."""
        while not stop.is_set():
            self._due.clear()
            if await self._database.run(post, self._addresses) < _batch():
                await asyncio.sleep(PAUSE)  # what comes meanwhile goes in one batch
                await heard(self._due, SWEEP)


def post(addresses: Addresses) -> int:
    """Send one batch of due letters; how many there were."""
    return _sent(addresses) if settings.OFRECORD_SENDS_LETTERS else _all_kept(addresses)


def _batch() -> int:
    return BATCH_SENT if settings.OFRECORD_SENDS_LETTERS else BATCH_KEPT


def _sent(addresses: Addresses) -> int:
    with as_system():
        claimed = _claim()
        known = addresses([claim.id for claim in claimed]) if claimed else {}
    if claimed:
        failpoints.hit("letters.after_claim")
        _send_all([(claim, known.get(claim.id, UNKNOWN)) for claim in claimed])
    return len(claimed)


def _all_kept(addresses: Addresses) -> int:
    """Nothing leaves the house, so that nothing has to be claimed before: one transaction."""
    with as_system():
        due = _due()
        if due:
            failpoints.hit("letters.after_claim")
            known = addresses([claim.id for claim in due])
            failpoints.hit("letters.after_send_before_mark")
            _mark([_kept(claim, known.get(claim.id, UNKNOWN)) for claim in due])
    return len(due)


def _kept(claim: Claim, address: Address) -> Outcome:
    """Nothing is sent where no mail server is set; the row itself is what the mailbox shows."""
    if address.withheld:
        return Outcome(claim, "withheld", error=address.withheld)
    return Outcome(claim, "sent", sent_to=address.email)


def _send_all(addressed: Sequence[tuple[Claim, Address]]) -> None:
    """One connection for the batch; each letter is marked before the next one is sent."""
    mail = get_connection()
    try:
        for claim, address in addressed:
            outcome = _kept(claim, address) if address.withheld else _send(mail, claim, address)
            failpoints.hit("letters.after_send_before_mark")
            with as_system():
                _mark([outcome])
    finally:
        mail.close()


def _send(mail: BaseEmailBackend, claim: Claim, address: Address) -> Outcome:
    try:
        mail.open()
        mail.send_messages([message(claim, address.email)])
    except SMTPRecipientsRefused as error:
        codes = [code for code, _ in error.recipients.values()]
        if all(500 <= code < 600 for code in codes):
            return Outcome(claim, "parked", error=str(error)[:500])
        return _again(claim, error)
    except Exception as error:  # whatever it is, one letter must not stop the others
        mail.close()
        return _again(claim, error)
    return Outcome(claim, "sent", sent_to=address.email)


def _again(claim: Claim, error: Exception) -> Outcome:
    retry_in = ladder.retry_in(ladder.OF_LETTERS, claim.attempts)
    state = "waiting" if retry_in is not None else "parked"
    log.warning("letter_not_sent", letter=claim.id, state=state, error=str(error))
    reason = f"{type(error).__name__}: {error}".replace("\x00", "")[:500]
    return Outcome(claim, state, error=reason, retry_in=retry_in)


def message(claim: Claim, to: str) -> EmailMultiAlternatives:
    """The letter as an email; sent twice it has the same Message-ID."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
    email = EmailMultiAlternatives(
        subject=one_line(claim.subject),
        body=claim.text,
        to=[to],
        headers={
            "Message-ID": f"<letter-{claim.id}@{domain}>",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    email.attach_alternative(claim.html, "text/html")
    return email


def _claim() -> list[Claim]:
    with prepared() as cursor:
        cursor.execute(_CLAIM, {"limit": _batch(), "lease": LEASE})
        return [Claim(*row) for row in cursor.fetchall()]


def _due() -> list[Claim]:
    with prepared() as cursor:
        cursor.execute(_DUE, {"limit": _batch()})
        return [Claim(*row) for row in cursor.fetchall()]


def _mark(outcomes: Sequence[Outcome]) -> None:
    rows = [
        (each.claim.id, each.claim.lease, each.state, each.sent_to, each.error, each.retry_in)
        for each in outcomes
    ]
    columns = list(map(list, zip(*rows, strict=True)))
    with prepared() as cursor:
        cursor.execute(_MARK, [settings.OFRECORD_MAILBOX, *columns])


_DUE = """
SELECT id, claimed_until, attempts FROM letter
 WHERE state = 'waiting' AND next_try_at <= clock_timestamp()
   AND (claimed_until IS NULL OR claimed_until < clock_timestamp())
 ORDER BY next_try_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED
"""
_CLAIM = f"""
WITH due AS MATERIALIZED ({_DUE})
UPDATE letter SET claimed_until = clock_timestamp() + make_interval(secs => %(lease)s)
  FROM due WHERE letter.id = due.id
RETURNING letter.id, letter.claimed_until, letter.attempts, letter.subject, letter.text, letter.html
"""
# A letter about somebody's sign-in holds what opens their account: it is blanked when it is done.
_MARK = """
UPDATE letter
   SET text = CASE WHEN o.blanked AND kind = 'sign_in' THEN '' ELSE text END,
       html = CASE WHEN o.blanked AND kind = 'sign_in' THEN '' ELSE html END,
       state = o.state, sent_to = o.sent_to, last_error = o.error, claimed_until = NULL,
       sent_at = CASE WHEN o.state = 'sent' THEN clock_timestamp() END,
       attempts = letter.attempts + 1,
       next_try_at = coalesce(clock_timestamp() + make_interval(secs => o.retry_in),
                              letter.next_try_at)
  FROM (SELECT id, lease, state, sent_to, error, retry_in,
               state <> 'waiting' AND NOT %s::boolean AS blanked
          FROM unnest(%s::bigint[], %s::timestamptz[], %s::text[], %s::text[], %s::text[],
                      %s::float8[]) AS o(id, lease, state, sent_to, error, retry_in)) AS o
 WHERE letter.id = o.id AND letter.state = 'waiting'
   AND (o.state = 'sent' OR letter.claimed_until IS NOT DISTINCT FROM o.lease)
"""
