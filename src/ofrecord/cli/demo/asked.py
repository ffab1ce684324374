"""A case of the demo: an admin wants another reseller on a contract that has three partners."""

from django.utils.translation import gettext as _

from ofrecord.cases.models import Case, Wish
from ofrecord.cases.open import open_case
from ofrecord.cases.wishes import Wished
from ofrecord.changes.members import Member
from ofrecord.cli.demo.story import STORY
from ofrecord.cli.operator import operator, person_with
from ofrecord.parties.actors import for_person
from ofrecord.parties.context import seeing


def ask() -> None:
    """Open the case, unless there is one; it waits in the console's queue."""
    with seeing(operator()):
        if Case.objects.exists():
            return
    by = for_person(person_with(STORY.secondary_admin), door="portal")
    wished = Wished(
        Wish.REPLACE_ONE,
        agreement=STORY.three_partners_contract,
        member=Member("reseller"),
        new_partner=STORY.services_partner,
    )
    text = _("Plangut advises us already, and shall sell to us too. Halden stays.")
    open_case(wished, text=text, by=by.only(accounts=True))
