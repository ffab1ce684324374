"""Reading: the vendor's people look at a customer's data, and the journal says who did and when."""

from datetime import timedelta

from django.db.models.functions import Now

from ofrecord.journal.models import Event
from ofrecord.parties.actors import Actor
from ofrecord.parties.models import Account, Person
from ofrecord.parties.streams import tell

TYPE = "account.viewed"
ONCE_IN = timedelta(days=1)


def note(account: Account, by: Actor) -> None:
    """Record in the reader's own stream that they looked at this account; once a day is enough.

    Call it inside `parties.context.seeing`. A system has its own log, and is not noted.
    """
    if by.person_id is None or _noted(account, by.person_id):
        return
    number = account.account_number
    tell(Person.objects.get(pk=by.person_id), TYPE, {"account": number}, by.by, about=number)


def _noted(account: Account, person_id: int) -> bool:
    lately = Event.objects.filter(about=account.account_number, type=TYPE, actor_id=person_id)
    return lately.filter(recorded_at__gt=Now() - ONCE_IN).exists()
