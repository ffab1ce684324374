"""One table: the versions of the policy."""

from django.db import models


class Policy(models.Model):
    """A version of the vendor's rules, in force from a day until the next version's day."""

    version = models.IntegerField(primary_key=True)
    in_force_on = models.DateField()
    parameters = models.JSONField()
    published_at = models.DateTimeField()
    published_by_id = models.BigIntegerField(null=True)
    note = models.TextField(default="")

    class Meta:
        db_table = "policy"
        indexes = [models.Index(fields=["-in_force_on", "-version"], name="policy_in_force")]

    def __str__(self) -> str:
        return f"version {self.version}, in force from {self.in_force_on}"
