"""Refusals of invitations, each with a code and a sentence."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from ofrecord.changes.recipients import last_day
from ofrecord.changes.refusals import not_found, plain
from ofrecord.invitations.models import Invitation, State
from ofrecord.journal import clock
from ofrecord.parties.models import Partner
from ofrecord.rules import policy
from ofrecord.rules.periods import Period
from ofrecord.rules.verdicts import Case, Verdict, day, verdict


def no_invitation() -> Verdict:
    """The one answer to a link that leads nowhere, and to one that is meant for others."""
    return plain(
        "not_found",
        _("There is no invitation for you at this address."),
        _("Sign in with the address to which the email came."),
    )


def no_firm() -> Verdict:
    return plain("not_permitted", _("Only people of a partner can do this for their firm."))


def vendor_only() -> Verdict:
    return plain("not_permitted", _("Only operations and administrators can do this."))


def not_addressed() -> Verdict:
    return plain(
        "not_permitted",
        _("None of your roles in the account allows this."),
        _("Ask an administrator of your account."),
    )


def no_partner(number: str) -> Verdict:
    return not_found(number, what=_("partner"))


def no_account(number: str) -> Verdict:
    return not_found(number, what=_("account"))


def address_missing() -> Verdict:
    return plain(
        "address_missing",
        _("Give the customer's account number, or the email address of one of its admins."),
    )


def account_malformed() -> Verdict:
    return plain("account_malformed", _("This is not the format of an account number."))


def email_malformed() -> Verdict:
    return plain("email_malformed", _("This is not an email address."))


def message_unusable(longest: int) -> Verdict:
    return plain(
        "message_unusable",
        _("A message has at most %(longest)s characters and no links.") % {"longest": longest},
        _("The email brings its own link."),
    )


def too_many_named(most: int) -> Verdict:
    return plain(
        "too_many_agreements",
        _("An invitation names at most %(most)s agreements.") % {"most": most},
    )


def inactive(partner: Partner) -> Verdict:
    """What the rule says of a partner that is not active, whatever the agreement."""
    case = Case({"partner_name": partner.name}, policy.live(), clock.today())
    return verdict(Period("partner_inactive", None, None), case)


def invitation_limit(again: datetime) -> Verdict:
    most = settings.OFRECORD_INVITATIONS_PER_PARTNER_PER_DAY
    return plain(
        "invitation_limit",
        _("Your firm has sent as many invitations as it can within a day: %(most)s.")
        % {"most": most},
        _("You can send another one from %(day)s on.") % {"day": day(clock.day_of(again))},
    )


def invited_already(until: datetime) -> Verdict:
    return plain(
        "invited_already",
        _("An invitation of this partner to the same address is open until %(day)s.")
        % {"day": day(last_day(until))},
        _("Wait for the answer, or withdraw it first."),
    )


def nobody_to_invite(number: str) -> Verdict:
    return plain(
        "nobody_to_invite",
        _("Nobody in account %(number)s could be written to: it has no active admin.")
        % {"number": number},
    )


def over(invitation: Invitation) -> Verdict:
    """What became of an invitation that is no longer open."""
    state = State(invitation.standing)
    sentences = {
        State.SENT: _("The invitation is open."),
        State.ACCEPTED: _("The invitation was accepted already."),
        State.DECLINED: _("The invitation was declined already."),
        State.WITHDRAWN: _("The invitation was withdrawn."),
        State.EXPIRED: _("The invitation expired after %(day)s.")
        % {"day": day(last_day(invitation.expires_at))},
    }
    return plain(f"invitation_{state.value}", sentences[state])
