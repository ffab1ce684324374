"""What operations do with a partner and with an account, for the page of the events."""

from ofrecord.parties import reading
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Account
from ofrecord.transitions.reinstate import reinstate
from ofrecord.transitions.suspend import suspend
from ofrecord.transitions.terminate import terminate

DISTRIBUTOR = "5200000037"


def look(operations: Actor) -> None:
    """Somebody of the vendor opens the page of the account."""
    with seeing(operations):
        reading.note(Account.objects.earliest("pk"), operations)


def leave_and_come_back(operations: Actor) -> None:
    suspend(DISTRIBUTOR, by=operations, reason="Its contract is being renewed.")
    terminate(DISTRIBUTOR, by=operations, reason="It did not renew its contract.")
    reinstate(DISTRIBUTOR, by=operations, reason="It has signed again.")
