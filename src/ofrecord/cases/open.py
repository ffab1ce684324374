"""Open: a customer asks support for what it cannot do alone."""

from collections.abc import Sequence

from django.conf import settings

from ofrecord.agreements.models import Agreement
from ofrecord.cases import letters, numbers, refusals, targets
from ofrecord.cases.files import Upload, usable
from ofrecord.cases.models import Case, Side, Wish
from ofrecord.cases.rights import may_change
from ofrecord.cases.telling import attached, tell
from ofrecord.cases.wishes import Wished, judged
from ofrecord.cases.writing import said, write
from ofrecord.changes import find
from ofrecord.changes.refusals import not_found, refused
from ofrecord.delivery import wake
from ofrecord.parties import limits
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Account
from ofrecord.parties.streams import lock_accounts

WHAT = "case.opened"


def open_case(wished: Wished, *, text: str, by: Actor, files: Sequence[Upload] = ()) -> Case:
    """Open a case with a wish, a message and files; support and its opener get a letter.

    Who may not change the partner can report an error and ask for anything else. Refused as
    `not_found`, `not_permitted`, `case_limit` and `lookup_limit` (429), `text_missing`, with what
    a wish lacks (`wish_unknown`, `member_unknown`, `number_missing`, ...), with the rules about
    the new partner's number, and with what stands against a file.
    """
    message, found = said(text), usable(files)
    with seeing(by):
        on, customer = _about(wished, by)
        _demand(wished, on, customer, by)
    _count(wished, customer, by)
    with seeing(by):
        lock_accounts([customer.pk])
        case = Case(
            number=numbers.of_case(),
            account=customer,
            agreement=on,
            wish=wished.kind,
            **judged(wished, on),
            opened_by_id=by.judged_person,
            answer_due_at=targets.answer_due(),
            resolution_due_at=targets.resolution_due(),
        )
        case.opened_at = tell(case, "case.opened", by, message=1, **_told(case, attached(found)))
        case.save(force_insert=True)
        write(case, message, Side.CUSTOMER, by, case.opened_at, found)
        letters.opened(case, message)
    wake.wake()
    return case


def _about(wished: Wished, by: Actor) -> tuple[Agreement | None, Account]:
    """The agreement and its account; without one the account alone, which is one of theirs."""
    if wished.agreement:
        visible = Agreement.objects.filter(account_id__in=by.accounts).select_related("account")
        on = visible.filter(reference=wished.agreement).first()
        if on is None:
            raise refused([not_found(wished.agreement)])
        return on, on.account
    own = Account.objects.filter(pk__in=by.accounts)
    held = list(own.filter(account_number=wished.account) if wished.account else own[:2])
    if len(held) != 1:
        raise refused([refusals.no_account(wished.account)])
    return None, held[0]


def _demand(wished: Wished, on: Agreement | None, customer: Account, by: Actor) -> None:
    """Refuse whoever asks for another partner without the right to change it."""
    asks_for_partner = wished.kind in (Wish.REPLACE_ONE, Wish.TOKEN_FLEX)
    if asks_for_partner and not may_change(customer.pk, on.pk if on else None, by):
        raise refused([refusals.may_not_ask()])


def _count(wished: Wished, customer: Account, by: Actor) -> None:
    """Every case counts, also a refused one; and a number in it as a look-up."""
    person = f"person/{by.judged_person}"
    looked_up = {
        f"account/{customer.pk}": settings.OFRECORD_LOOKUPS_PER_ACCOUNT_PER_HOUR,
        person: settings.OFRECORD_LOOKUPS_PER_PERSON_PER_HOUR,
    }
    with seeing(Actor.system()):
        full = limits.count(WHAT, {person: settings.OFRECORD_CASES_PER_PERSON_PER_HOUR})
        tried = limits.count(find.WHAT, looked_up) if wished.number and not full else None
    if full:
        raise refused([refusals.case_limit(full)])
    if tried:
        raise refused([find.lookup_limit(tried)])


def _told(case: Case, files: list[dict[str, object]]) -> dict[str, object]:
    member = case.member_partner
    return {
        "member": {
            "partner": member.account_number,
            "role": case.member_role,
            "subscription": case.member_subscription.reference
            if case.member_subscription
            else None,
        }
        if member
        else None,
        "new_partner": case.new_partner or None,
        "about_change": case.about_change.number if case.about_change else None,
        "answer_due_at": case.answer_due_at,
        "resolution_due_at": case.resolution_due_at,
        "state": case.state,
        "attachments": files,
    }
