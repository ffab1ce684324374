"""A case from its opening to its end, for the page of the events."""

from datetime import timedelta

from pytest_django import Settings

from ofrecord.agreements.models import Tenure
from ofrecord.cases.answer import answer
from ofrecord.cases.assign import assign
from ofrecord.cases.carry_out import carry_out
from ofrecord.cases.close import close_due
from ofrecord.cases.files import Upload
from ofrecord.cases.note import note
from ofrecord.cases.open import open_case
from ofrecord.cases.reopen import reopen
from ofrecord.cases.resolve import resolve
from ofrecord.cases.wishes import Wished
from ofrecord.changes.members import Member
from ofrecord.changes.support import Wish
from ofrecord.journal import clock
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing

NEW = {"5200000011": "5200000029", "5200000029": "5200000011"}


def ask_and_help(admin: Actor, agent: Actor, settings: Settings, reference: str) -> None:
    """A partner is asked to be replaced; support takes the case, does it, and it is closed."""
    today = clock.today()
    with seeing(Actor.system()):
        now = Tenure.objects.filter(
            agreement__reference=reference, role="reseller", superseded_at=None
        )
        standing = now.select_related("partner", "subscription").latest("effective_from")
    member = Member("reseller", None, standing.partner.account_number)
    new = NEW[standing.partner.account_number]
    wished = Wished("replace_one", agreement=reference, member=member, new_partner=new)
    letter = Upload("letter.txt", b"We ask for another partner.")
    number = open_case(wished, text="Only the reseller, please.", by=admin, files=[letter]).number
    assign(number, agent.person_id, by=agent, shown=None)
    note(number, text="Asked by telephone too.", by=agent)
    answer(number, text="We do it today.", by=agent, waits_for="waiting_for_vendor")
    overriding = Wish(new, (member,), overrides=("auto_renews", "near_expiration", "cool_down"))
    carry_out(number, overriding, by=agent, reason="As the case asks.")
    resolve(number, text="It is done.", by=agent)
    reopen(number, text="Who tells our users?", by=admin)
    resolve(number, by=admin)
    settings.OFRECORD_TODAY = today + timedelta(days=10)
    close_due(by=Actor.system())
    settings.OFRECORD_TODAY = today
