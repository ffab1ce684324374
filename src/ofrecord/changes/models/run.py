"""Runs: an act on more agreements than one act takes, in numbered batches."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ofrecord.changes.models.change import Request
from ofrecord.parties.models import Person

if TYPE_CHECKING:
    from ofrecord.parties.actors import Actor


class RunState(models.TextChoices):
    UNDER_WAY = "under_way", _("under way")
    STOPPED = "stopped", _("stopped")
    CANCELLED = "cancelled", _("cancelled")
    COMPLETE = "complete", _("complete")


class Runs(models.QuerySet["Run"]):
    def visible_to(self, actor: "Actor") -> "Runs":
        """All for the vendor, else those that the person or the system started."""
        if actor.sees_everything:
            return self
        own = Q(on_behalf_of=actor.person_id) | Q(on_behalf_of=None, by=actor.person_id)
        mine = Q(client=actor.client) if actor.client else Q(pk=None)
        return self.filter(own | mine if actor.person_id else mine)


class Run(models.Model):
    """The same act on many agreements, each batch of them in a transaction of its own.

    `verb` names the act. Who asked is kept as they were when they did: the person, for whom,
    the door, the system (`client`), and what they saw (`accounts`, `vendor_roles`, `is_system`);
    what they may do is looked up anew by each batch. `items` and `batches` are how many there
    are; `stopped_for` is the code of what keeps a stopped run from going on.
    """

    number = models.TextField(unique=True)
    verb = models.TextField()
    partner = models.TextField()
    reason = models.TextField()
    effective_on = models.DateField(null=True)
    items = models.IntegerField()
    batches = models.IntegerField()
    state = models.TextField(choices=RunState.choices, default=RunState.UNDER_WAY)
    stopped_for = models.TextField(default="")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    on_behalf_of = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    door = models.TextField()
    strength = models.TextField()
    request_id = models.TextField()
    client = models.TextField(null=True)  # noqa: DJ001  # as the actor has it: None is a person
    is_system = models.BooleanField()
    accounts = ArrayField(models.BigIntegerField())
    vendor_roles = ArrayField(models.TextField())

    objects = Runs.as_manager()

    class Meta:
        db_table = "run"
        constraints = [
            models.CheckConstraint(
                condition=Q(by__isnull=False) | Q(on_behalf_of__isnull=False),
                name="run_of_somebody",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, state__in=("under_way", "stopped"))
                | Q(ended_at__isnull=False, state__in=("cancelled", "complete")),
                name="run_ends_once",
            ),
            models.CheckConstraint(
                condition=(Q(state="stopped") & ~Q(stopped_for=""))
                | (~Q(state="stopped") & Q(stopped_for="")),
                name="run_stopped_for_a_reason",
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state="under_way"), name="run_under_way"),
            models.Index(fields=["by", "-id"], name="run_list"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def judged_person_id(self) -> int:
        """Whose permission counts; by the constraint run_of_somebody there is one."""
        return self.on_behalf_of_id or self.by_id or 0


class RunBatch(models.Model):
    """Up to 10,000 references of a run, and what became of them once it is done.

    `request` holds the answer, with the outcome of every agreement.
    """

    run = models.ForeignKey(Run, models.PROTECT, related_name="parts")
    number = models.IntegerField()
    agreements = ArrayField(models.TextField())
    done_at = models.DateTimeField(null=True)
    accepted = models.IntegerField(null=True)
    refused = models.IntegerField(null=True)
    request = models.OneToOneField(Request, models.PROTECT, null=True, related_name="+")

    class Meta:
        db_table = "run_batch"
        constraints = [
            models.UniqueConstraint(fields=["run", "number"], name="run_batch_numbered"),
            models.CheckConstraint(
                condition=Q(done_at=None, accepted=None, refused=None, request=None)
                | Q(
                    done_at__isnull=False,
                    request__isnull=False,
                    agreements__len=F("accepted") + F("refused"),
                ),
                name="run_batch_done_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"batch {self.number} of run {self.run_id}"
