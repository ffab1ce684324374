"""Two invitations of the demo: the vendor introduces a partner, and a partner introduces itself."""

from django.utils.translation import gettext as _

from ofrecord.cli.demo.story import STORY
from ofrecord.cli.operator import operator, person_with
from ofrecord.invitations.introduction import Introduction
from ofrecord.invitations.invite import invite
from ofrecord.invitations.models import Invitation
from ofrecord.parties.actors import for_person
from ofrecord.parties.context import seeing


def introduce() -> None:
    """Send what is not sent yet; the first one's letter is in the mailbox from the start."""
    with seeing(operator()):
        sent = set(Invitation.objects.values_list("by_partner", flat=True))
    if False not in sent:
        said = Introduction(
            partner=STORY.new_partner,
            account=STORY.account,
            agreements=(STORY.direct_contract,),
            message=_("You buy this contract from us. Cedar Systems is near you and knows it."),
        )
        invite(said, by=for_person(person_with(STORY.operations), door="console"))
    if True not in sent:
        message = _("We met at the fair in May. Shall we look after your drawings?")
        said = Introduction(account=STORY.other_account, message=message)
        invite(
            said,
            by=for_person(person_with(STORY.new_partner_admin), door="desk").only(partners=True),
        )
