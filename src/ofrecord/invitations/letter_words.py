"""What letters about invitations say, each composed in its reader's language when it is asked."""

from collections.abc import Callable, Sequence

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from ofrecord.agreements.models import Agreement
from ofrecord.changes.letter_words import Words, questions, unexpected
from ofrecord.changes.recipients import last_day
from ofrecord.invitations.models import Invitation
from ofrecord.parties.models import Account

Said = Callable[[], Words]
Facts = tuple[tuple[str, str], ...]


def received(
    invitation: Invitation, account: Account, agreements: Sequence[Agreement], token: str
) -> Said:
    """For the customer. The link leads to the first step; nothing changes by following it."""

    def say() -> Words:
        partner, until = invitation.partner, last_day(invitation.expires_at)
        return Words(
            _subject(invitation) % {"partner": partner.name},
            _lead(invitation)
            % {
                "partner": partner.name,
                "account": account.name,
                "vendor": settings.OFRECORD_VENDOR_NAME,
            },
            _given(
                (_("Partner"), partner.name),
                (_("New partner account number"), partner.account_number),
                (_("Website"), partner.website),
                (_("Message"), " ".join(invitation.message.split())),
                (_("Open until"), date_format(until, "DATE_FORMAT")),
            ),
            tuple(
                (each.reference, str(each.get_purchasing_model_display())) for each in agreements
            ),
            "",
            _("Nothing changes until one of you submits it.") + " " + unexpected(),
            f"{settings.OFRECORD_BASE_URL}/invitations/{token}/",
            _("Review this partner"),
        )

    return say


def declined(invitation: Invitation) -> Said:
    """For the firm: under the address that it has written itself."""

    def say() -> Words:
        return Words(
            _("Your invitation was declined"),
            _("The customer has answered your invitation: no, thank you."),
            _given(
                (_("Account"), invitation.account_number),
                (_("Email"), invitation.email),
                (_("Reason"), invitation.closed_reason),
            ),
            (),
            "",
            questions(),
            f"{settings.OFRECORD_BASE_URL}/desk/invitations/{invitation.pk}/",
            _("To the partner desk"),
        )

    return say


def _subject(invitation: Invitation) -> str:
    if invitation.by_partner:
        return _("%(partner)s would like to be your partner")
    return _("We introduce a partner to you: %(partner)s")


def _lead(invitation: Invitation) -> str:
    if invitation.by_partner:
        return _(
            "%(partner)s, an authorized partner of %(vendor)s, asks to become the partner of "
            "record of %(account)s. It does not know what you have with us, unless you told it."
        )
    return _(
        "%(vendor)s introduces %(partner)s to %(account)s, as a partner of record that you can "
        "choose."
    )


def _given(*facts: tuple[str, str]) -> Facts:
    return tuple(fact for fact in facts if fact[1])
