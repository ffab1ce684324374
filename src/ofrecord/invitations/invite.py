"""Invite: the vendor, or a partner itself, introduces a partner to a customer."""

from datetime import datetime, timedelta

from django.conf import settings

from ofrecord.agreements.models import Agreement
from ofrecord.changes.check import check_ids
from ofrecord.changes.refusals import TooOften, not_found, refused
from ofrecord.delivery import wake
from ofrecord.invitations import refusals
from ofrecord.invitations.introduce import introduced, people_of
from ofrecord.invitations.introduction import Introduction, usable
from ofrecord.invitations.models import Invitation, State
from ofrecord.invitations.rights import demand_sender
from ofrecord.invitations.telling import tell_sender
from ofrecord.journal import clock, settled
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Account, Partner, PartnerStatus
from ofrecord.parties.streams import lock_accounts
from ofrecord.rules.policy import PARTNER

DAY = timedelta(days=1)


def invite(said: Introduction, *, by: Actor) -> Invitation:
    """Send an invitation, valid through the last of `OFRECORD_INVITATION_DAYS` days after today.

    A partner's is only written down: nothing is looked up, so that nothing can be learned from
    the answer, nor from how long it takes. The clock finds whom it reaches (`introduce.py`). The
    vendor's reaches its account at once. Refused as what `usable` refuses, `not_permitted`,
    `not_found`, `partner_inactive`, `invitation_limit` (429), `invited_already`, and for the
    vendor as `nobody_to_invite` or with the rules about the partner.
    """
    said = usable(said)
    made = _by_vendor(said, by) if by.sees_everything else _by_partner(said, by)
    wake.wake()
    return made


def _by_partner(said: Introduction, by: Actor) -> Invitation:
    """Written down under the lock of the firm, whose own invitations alone count."""
    firm = _own(said.partner, by)
    with seeing(Actor.system()):
        firm = Partner.objects.select_for_update(no_key=True).get(pk=firm.pk)
        _demand_active(firm)
        _demand_new(said, firm)
        made = _drafted(said, firm, by, by_partner=True)
        named = {"account": said.account or None, "agreements": list(said.agreements)}
        made.sent_at = tell_sender(made, "invitation.sent", by, **named, until=made.expires_at)
        made.save(force_insert=True)
    return made


def _by_vendor(said: Introduction, by: Actor) -> Invitation:
    demand_sender(by)
    with seeing(by):
        firm = Partner.objects.filter(account_number=said.partner).first()
        account = _account(said)
        if firm is None:
            raise refused([refusals.no_partner(said.partner)])
        _demand_active(firm)
        agreements = _agreements(said, account, firm)
        lock_accounts([account.pk])
        _demand_reachable(firm, account, agreements)
        made = _drafted(said, firm, by, by_partner=False)
        made.account = account
        made.sent_at = tell_sender(made, "invitation.sent", by, agreements=list(said.agreements))
        made.introduced_at = made.sent_at
        made.save(force_insert=True)
        introduced(made, account, agreements, by)
    return made


def _own(number: str, by: Actor) -> Partner:
    """The firm for which somebody acts: their only one, or the one of this account number."""
    with seeing(by):
        firms = Partner.objects.filter(pk__in=by.partners)
        own = list(firms.filter(account_number=number) if number else firms)
    if len(own) != 1:
        raise refused([refusals.no_firm()])
    return own[0]


def _drafted(said: Introduction, firm: Partner, by: Actor, *, by_partner: bool) -> Invitation:
    last = clock.today() + timedelta(days=settings.OFRECORD_INVITATION_DAYS)
    return Invitation(
        partner=firm,
        by_partner=by_partner,
        account_number=said.account,
        email=said.email,
        references=list(said.agreements),
        message=said.message,
        sent_by_id=by.person_id,
        expires_at=clock.midnight(last + DAY),
    )


def _demand_active(firm: Partner) -> None:
    if firm.status != PartnerStatus.ACTIVE:
        raise refused([refusals.inactive(firm)])


def _demand_new(said: Introduction, firm: Partner) -> None:
    """Refuse beyond the day's budget, and a second one to the same address as the firm wrote it."""
    own = Invitation.objects.filter(partner=firm, by_partner=True)
    same = own.filter(account_number=said.account, email=said.email, state=State.SENT)
    if found := same.filter(expires_at__gt=clock.business_now()).first():
        raise refused([refusals.invited_already(found.expires_at)])
    since: datetime = settled.recorded_now() - DAY
    latest = own.filter(sent_at__gt=since).order_by("-sent_at").values_list("sent_at", flat=True)
    most = settings.OFRECORD_INVITATIONS_PER_PARTNER_PER_DAY
    if len(counted := list(latest[:most])) >= most:
        raise TooOften([refusals.invitation_limit(counted[-1] + DAY if counted else since + DAY)])


def _account(said: Introduction) -> Account:
    """The account of this number: the vendor names no admin instead."""
    found = Account.objects.filter(account_number=said.account).first()
    if found is None:
        raise refused([refusals.no_account(said.account)])
    return found


def _agreements(said: Introduction, account: Account, firm: Partner) -> list[Agreement]:
    """The chosen agreements of the account, each of which the partner could serve."""
    own = Agreement.objects.filter(reference__in=said.agreements, account=account)
    found = {each.reference: each for each in own}
    if missing := [each for each in said.agreements if each not in found]:
        raise refused([not_found(each) for each in missing])
    ids = [each.pk for each in found.values()]
    checks = check_ids(ids, partner=firm.account_number, person=None) if ids else {}
    against = [v for check in checks.values() for v in check.verdicts if v.code in PARTNER]
    if against:
        raise refused(against)
    return [found[each] for each in said.agreements]


def _demand_reachable(firm: Partner, account: Account, agreements: list[Agreement]) -> None:
    same = Invitation.objects.filter(partner=firm, account=account, state=State.SENT).first()
    if same is not None:
        raise refused([refusals.invited_already(same.expires_at)])
    if not people_of(account, agreements):
        raise refused([refusals.nobody_to_invite(account.account_number)])
