"""Publish: the vendor's rules change, from a day on."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from ofrecord.journal import clock
from ofrecord.journal.record import By, Fact, open_ledger
from ofrecord.rules import policy, refusals
from ofrecord.rules.models import Policy
from ofrecord.rules.parameters import KINDS, Difference, differences, flat, nested, values
from ofrecord.rules.policy import Terms, terms_of
from ofrecord.rules.refusals import Acting, Defect, PolicyRefused

STREAM, SUBJECT, SUBJECT_ID = "policy", "policy", 1
FARTHEST = timedelta(days=366)


@dataclass(frozen=True)
class Draft:
    """A version before it is published: what is in force on its day without it, and with it."""

    base: Terms
    terms: Terms
    in_force_on: date
    defects: tuple[Defect, ...]

    @property
    def changed(self) -> tuple[Difference, ...]:
        return differences(self.base, self.terms)


def draft(parameters: Mapping[str, Any], *, in_force_on: date, base: Terms | None = None) -> Draft:
    """What these parameters would change from a day on, and all that is wrong with them.

    The others stay as they are on that day, or as in `base`. Where something is wrong with a
    parameter, `terms` leaves it out.
    """
    base = base or policy.live(in_force_on)
    given = flat(parameters)
    defects = [*_misplaced(in_force_on), *_unusable(given)]
    usable = {
        name: KINDS[name].settled(value)
        for name, value in given.items()
        if name in KINDS and not KINDS[name].wrong(value)
    }
    terms = terms_of(base.version, nested({**values(base), **usable}))
    made = Draft(base, terms, in_force_on, tuple(defects))
    if made.changed or defects:
        return made
    return Draft(base, terms, in_force_on, (refusals.unchanged(base.version),))


def publish(
    parameters: Mapping[str, Any],
    *,
    in_force_on: date,
    by: Acting,
    note: str,
    compared_with: int | None = None,
    drafted_by: int | None = None,
) -> int:
    """Publish the next version of the policy, in force from the beginning of a day; its number.

    `parameters` are those that change, by their names; the others stay as they are on that day.
    `compared_with` is the version that the draft was compared with; `drafted_by` is who wrote it,
    where somebody else publishes it. Call it inside `parties.context.seeing`. Raises
    PolicyRefused: not_permitted, second_person_needed, same_person, note_missing,
    parameter_unknown, parameter_unusable, policy_in_past, policy_before_another,
    policy_too_far, policy_unchanged, policy_moved.
    """
    if not refusals.may_publish(by):
        raise PolicyRefused([refusals.not_permitted()])
    _demand_second_person(by.by, drafted_by)
    words = " ".join(note.split())
    with transaction.atomic():
        lock()
        made = draft(parameters, in_force_on=in_force_on)
        defects = [*made.defects, *([] if words else [refusals.note_missing()])]
        if compared_with is not None and compared_with != made.base.version:
            defects.insert(0, refusals.moved(made.base.version))
        if defects:
            raise PolicyRefused(defects)
        return _published(made, by.by, words, drafted_by)


def person_of(by: By) -> int | None:
    """In whose name somebody publishes or drafts."""
    return by.on_behalf_of or by.person_id


def _demand_second_person(by: By, drafted_by: int | None) -> None:
    if not settings.OFRECORD_POLICY_BY_TWO:
        return
    person = person_of(by)
    if drafted_by is None or person is None:
        raise PolicyRefused([refusals.second_person_needed()])
    if drafted_by == person:
        raise PolicyRefused([refusals.same_person()])


def _published(made: Draft, by: By, note: str, drafted_by: int | None) -> int:
    ledger = open_ledger(STREAM, [SUBJECT_ID])
    version = _last()[0] + 1
    Policy.objects.create(
        version=version,
        in_force_on=made.in_force_on,
        parameters=made.terms.as_parameters(),
        published_at=ledger.at,
        published_by_id=person_of(by),
        note=note,
    )
    told = {
        "version": version,
        "in_force_on": made.in_force_on,
        "note": note,
        "changed": [each.as_data() for each in made.changed],
        **({"drafted_by": drafted_by} if drafted_by else {}),
    }
    ledger.record([Fact(SUBJECT_ID, "policy.published", SUBJECT, told)], by)
    return version


def _unusable(given: Mapping[str, Any]) -> Iterator[Defect]:
    for name, value in given.items():
        if name not in KINDS:
            yield refusals.parameter_unknown(name, tuple(KINDS))
        elif why := KINDS[name].wrong(value):
            yield refusals.parameter_unusable(name, why)


def _misplaced(in_force_on: date) -> Iterator[Defect]:
    today = clock.today()
    version, latest = _last()
    if in_force_on < today:
        yield refusals.in_past(today)
    elif in_force_on < latest:
        yield refusals.before_another(version, latest)
    elif in_force_on > today + FARTHEST:
        yield refusals.too_far(today + FARTHEST)


def _last() -> tuple[int, date]:
    return Policy.objects.order_by("-version").values_list("version", "in_force_on")[0]


def lock() -> None:
    """One publication at a time: the runtime role may not lock rows that it can never alter."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_ONE_AT_A_TIME])


_ONE_AT_A_TIME = 0x0F_5EC0_92
