"""In whose place a transaction acts, for row-level security.

The context is set inside the transaction and ends with it, so that it holds behind a
transaction pooler too. Outside of it no row shows. It also says what time it is for the business,
because what a partner sees begins and ends with its tenures.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from django.db import connection, transaction

from ofrecord.journal import clock
from ofrecord.journal.prepared import prepared

if TYPE_CHECKING:
    from ofrecord.parties.actors import Actor


_whole: ContextVar[tuple[str, ...] | None] = ContextVar("whole", default=None)


@contextmanager
def seeing(actor: "Actor") -> Iterator[None]:
    """A transaction that sees what the actor may see, and nothing else."""
    sight = _sight(actor)
    if connection.in_atomic_block and _whole.get() == sight:
        with transaction.atomic(savepoint=False):
            yield
        return
    with _scope(*sight):
        yield


@contextmanager
def as_one(actor: "Actor", *, patience: str = "") -> Iterator[None]:
    """One transaction for all that happens inside: a verb of the same sight joins it.

    There is no part of it to fall back to: a verb that is refused undoes the whole. `patience`
    is how long it waits for a lock, such as `5s`; without it as long as any statement.
    """
    sight = _sight(actor)
    with _scope(*sight, patience=patience):
        before = _whole.set(sight)
        try:
            yield
        finally:
            _whole.reset(before)


@contextmanager
def holding(person_id: int) -> Iterator[None]:
    """A transaction that sees one person's own roles, before it is known what they hold."""
    with _scope("", "{}", "{}", str(person_id), ""):
        yield


def _sight(actor: "Actor") -> tuple[str, ...]:
    whole = "system" if actor.is_system else "vendor" if actor.vendor_roles else ""
    held = _array(actor.accounts), _array(actor.partners)
    return whole, *held, str(actor.person_id or ""), actor.client or ""


def _array(ids: tuple[int, ...]) -> str:
    return "{" + ",".join(str(id) for id in ids) + "}"


@contextmanager
def _scope(*sight: str, patience: str = "") -> Iterator[None]:
    """A transaction with this context; inside another one, its context returns at the end."""
    nested = connection.in_atomic_block
    with transaction.atomic(), prepared() as cursor:
        before = cursor.execute(_READ).fetchone() if nested else None
        cursor.execute(_SET, (*sight, clock.business_now().isoformat(), patience))
        yield
        if nested and not connection.needs_rollback:
            cursor.execute(_SET, before)


_READ = """
SELECT current_setting('ofrecord.scope', true), current_setting('ofrecord.accounts', true),
       current_setting('ofrecord.partners', true), current_setting('ofrecord.person', true),
       current_setting('ofrecord.client', true), current_setting('ofrecord.now', true), ''
"""
_SET = """
SELECT set_config('ofrecord.scope', coalesce(%s, ''), true),
       set_config('ofrecord.accounts', coalesce(%s, ''), true),
       set_config('ofrecord.partners', coalesce(%s, ''), true),
       set_config('ofrecord.person', coalesce(%s, ''), true),
       set_config('ofrecord.client', coalesce(%s, ''), true),
       set_config('ofrecord.now', coalesce(%s, ''), true),
       set_config('lock_timeout',
                  coalesce(nullif(%s, ''), current_setting('lock_timeout')), true)
"""
