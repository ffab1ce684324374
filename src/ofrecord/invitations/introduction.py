"""What an invitation says, before it is one, and whether it can be said at all."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from ofrecord.changes import facts
from ofrecord.changes.find import typed
from ofrecord.changes.refusals import Unusable
from ofrecord.invitations import refusals
from ofrecord.rules.verdicts import Verdict

LONGEST = 1_000
MOST = 50
LINK = re.compile(r"://|\bwww\.|\bmailto:", re.IGNORECASE)


@dataclass(frozen=True)
class Introduction:
    """Which partner (its account number; "" is the sender's only firm), to whom, and for what.

    To the account of this number, or to that of the admin with this email address, or both.
    """

    partner: str = ""
    account: str = ""
    email: str = ""
    agreements: Sequence[str] = ()
    message: str = ""


def usable(said: Introduction) -> Introduction:
    """The same as it is kept, without blanks and repetitions.

    Whoever exists is not asked here. Refused as `address_missing`, `account_malformed`,
    `email_malformed`, `too_many_agreements`, `message_unusable`.
    """
    kept = replace(
        said,
        partner=typed(said.partner),
        account=typed(said.account),
        email=said.email.strip().lower(),
        agreements=tuple(dict.fromkeys(each for ref in said.agreements if (each := typed(ref)))),
        message=said.message.strip(),
    )
    if wrong := _wrong(kept):
        raise Unusable(wrong)
    return kept


def _wrong(said: Introduction) -> list[Verdict]:
    if not said.account and not said.email:
        return [refusals.address_missing()]
    if said.account and not facts.well_formed(said.account):
        return [refusals.account_malformed()]
    if said.email and not _is_email(said.email):
        return [refusals.email_malformed()]
    if len(said.agreements) > MOST:
        return [refusals.too_many_named(MOST)]
    if len(said.message) > LONGEST or LINK.search(said.message):
        return [refusals.message_unusable(LONGEST)]
    return []


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
