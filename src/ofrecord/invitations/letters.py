"""The letters of invitations, frozen in the transaction of the act that they tell of."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.utils import translation

from ofrecord.agreements.models import Agreement
from ofrecord.changes.letter_form import formed
from ofrecord.changes.letters import spoken
from ofrecord.delivery import letters
from ofrecord.delivery.letters import Draft
from ofrecord.invitations import letter_words
from ofrecord.invitations.letter_words import Said
from ofrecord.invitations.models import Invitation
from ofrecord.parties.models import Account

if TYPE_CHECKING:
    from ofrecord.invitations.introduce import Reader


def received(
    invitation: Invitation,
    account: Account,
    agreements: Sequence[Agreement],
    readers: Sequence["Reader"],
    token: str,
) -> None:
    """To everybody for whom it is meant, with the link."""
    act, say = uuid4(), letter_words.received(invitation, account, agreements, token)
    about = (str(invitation.pk), *(each.reference for each in agreements))
    letters.write(
        [
            Draft(
                act=act,
                kind="invitation.received.account",
                person_id=each.id,
                account_id=account.pk,
                about=about,
                **_worded(spoken(each.language), say),
            )
            for each in readers
        ]
    )


def declined(invitation: Invitation) -> None:
    """To the firm, if it has sent it itself; of the vendor's it does not know."""
    if invitation.by_partner:
        say = letter_words.declined(invitation)
        letters.write(
            [
                Draft(
                    act=uuid4(),
                    kind="invitation.declined.partner",
                    partner_id=invitation.partner_id,
                    about=(str(invitation.pk),),
                    **_worded(spoken(invitation.partner.language), say),
                )
            ]
        )


def _worded(language: str, say: Said) -> dict[str, Any]:
    with translation.override(language):
        words = say()
    text, html = formed(language, words)
    return {"language": language, "subject": words.subject, "text": text, "html": html}
