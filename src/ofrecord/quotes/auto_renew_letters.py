"""The letters about auto-renew: one per person and account, however many agreements it is about."""

from collections.abc import Sequence
from uuid import uuid4

from django.conf import settings
from django.db import connection
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ofrecord.changes.check import Check
from ofrecord.changes.letter_form import formed
from ofrecord.changes.letter_words import LISTED, Words, unexpected
from ofrecord.changes.letters import spoken
from ofrecord.delivery import letters
from ofrecord.delivery.letters import Draft
from ofrecord.parties.actors import Actor
from ofrecord.parties.models import Person
from ofrecord.rules.verdicts import day


def turned(checks: Sequence[Check], on: bool, by: Actor, reason: str) -> None:
    """To the admins of the accounts, the contract managers, and whoever did it."""
    if not checks:
        return
    of = {check.facts["id"]: check for check in checks}
    who = _name(by)
    given = {
        "ids": list(of),
        "by": by.judged_person,
        "language": settings.LANGUAGE_CODE,
    }
    with connection.cursor() as cursor:
        cursor.execute(_READERS, given)
        readers = cursor.fetchall()
    act, kind = uuid4(), f"auto_renew.turned_{'on' if on else 'off'}"
    drafts = []
    for person, account, language, ids in readers:
        about = [of[id] for id in ids]
        with translation.override(spoken(language)):
            words = _words(about, on, who, reason)
        text, html = formed(spoken(language), words)
        drafts.append(
            Draft(
                act,
                kind,
                spoken(language),
                words.subject,
                text,
                html,
                person_id=person,
                account_id=account,
                about=tuple(check.reference for check in about),
            )
        )
    letters.write(drafts)


def _words(checks: Sequence[Check], on: bool, who: str, reason: str) -> Words:
    one, count = checks[0], len(checks)
    what = ngettext("%(reference)s", "%(count)s agreements", count) % {
        "reference": one.reference,
        "count": count,
    }
    subject = _("Auto-renew is on: %(what)s") if on else _("Auto-renew is off: %(what)s")
    lead = (
        _("The term is followed by another one when it ends, with the same partner.")
        if on
        else _("The term ends on its last day, unless it is renewed.")
    )
    facts = ((_("By"), who), (_("Reason"), reason))
    path = f"billing/agreements/{one.reference}/" if count == 1 else "billing/agreements/"
    return Words(
        subject=subject % {"what": what},
        lead=lead,
        facts=tuple(fact for fact in facts if fact[1]),
        lines=tuple((each.reference, day(each.facts["end_on"])) for each in checks[:LISTED]),
        more=_("And %(count)s more.") % {"count": count - LISTED} if count > LISTED else "",
        closing=unexpected(),
        link=f"{settings.OFRECORD_BASE_URL}/{path}",
        link_label=_("See the agreement") if count == 1 else _("See the agreements"),
    )


def _name(by: Actor) -> str:
    person = Person.objects.filter(pk=by.judged_person).first() if by.judged_person else None
    return person.name if person else ""


_READERS = """
SELECT person.id, role.account_id,
       coalesce(nullif(person.language, ''), nullif(account.language, ''), %(language)s),
       array_agg(DISTINCT a.id ORDER BY a.id)
  FROM agreement AS a
  JOIN account ON account.id = a.account_id
  JOIN role ON role.account_id = a.account_id
  JOIN person ON person.id = role.person_id AND person.is_active
 WHERE a.id = ANY (%(ids)s)
   AND (role.name IN ('primary_admin', 'secondary_admin') OR person.id = a.contract_manager_id
        OR person.id = %(by)s)
 GROUP BY person.id, role.account_id, 3 ORDER BY role.account_id, person.id
"""
