"""Accounts, partners, people and the roles they hold."""

from typing import ClassVar
from uuid import uuid4

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Account(models.Model):
    """A customer organisation."""

    account_number = models.TextField(unique=True)
    name = models.TextField()
    country = models.CharField(max_length=2)
    language = models.TextField(default="en")
    version = models.IntegerField(default=0)

    class Meta:
        db_table = "account"

    def __str__(self) -> str:
        return self.name


class PartnerKind(models.TextChoices):
    RESELLER = "reseller", _("Reseller")
    SOLUTION_PROVIDER = "solution_provider", _("Solution provider")
    DISTRIBUTOR = "distributor", _("Distributor")


class PartnerStatus(models.TextChoices):
    ACTIVE = "active", _("Active")
    SUSPENDED = "suspended", _("Suspended")
    TERMINATED = "terminated", _("Terminated")


class Partner(models.Model):
    """An authorized reseller, solution provider or distributor.

    Empty `authorized_countries` means everywhere, empty `authorized_products` everything.
    `program` is the vendor's own name of what it takes part in. `status_at`, `status_by` and
    `status_reason` are of the last time that somebody suspended, terminated or reinstated it.
    """

    account_number = models.TextField(unique=True)
    name = models.TextField()
    kind = models.TextField(choices=PartnerKind.choices)
    status = models.TextField(choices=PartnerStatus.choices)
    street = models.TextField(default="")
    city = models.TextField(default="")
    postal_code = models.TextField(default="")
    country = models.CharField(max_length=2)
    email = models.TextField(default="")
    website = models.TextField(default="")
    language = models.TextField(default="en")
    authorized_countries = ArrayField(models.TextField(), default=list)
    authorized_products = ArrayField(models.TextField(), default=list)
    program = models.TextField(default="", db_default="")
    status_at = models.DateTimeField(null=True)
    status_by = models.ForeignKey("Person", models.PROTECT, null=True, related_name="+")
    status_reason = models.TextField(default="", db_default="")
    version = models.IntegerField(default=0)

    class Meta:
        db_table = "partner"
        indexes = [
            models.Index(
                fields=["id"],
                condition=models.Q(status="terminated"),
                name="partner_terminated",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class People(BaseUserManager["Person"]):
    def get_by_natural_key(self, username: str | None) -> "Person":
        return self.get(email=(username or "").strip().lower())


class Person(AbstractBaseUser):
    """Somebody who signs in.

    Elsewhere people appear by id only, so that this row can be blanked.
    """

    email = models.EmailField(unique=True, max_length=254)
    name = models.TextField()
    language = models.TextField(default="", blank=True)
    is_active = models.BooleanField(default=True)
    version = models.IntegerField(default=0)

    objects: ClassVar[People] = People()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        db_table = "person"

    def __str__(self) -> str:
        return self.name or self.email


class RoleName(models.TextChoices):
    PRIMARY_ADMIN = "primary_admin", _("Primary admin")
    SECONDARY_ADMIN = "secondary_admin", _("Secondary admin")
    VIEWER = "viewer", _("Viewer")
    PARTNER_ADMIN = "partner_admin", _("Partner admin")
    PARTNER_REP = "partner_rep", _("Partner rep")
    OPERATIONS = "operations", _("Operations")
    SUPPORT_AGENT = "support_agent", _("Support agent")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


ACCOUNT_ROLES = ("primary_admin", "secondary_admin", "viewer")
PARTNER_ROLES = ("partner_admin", "partner_rep")
VENDOR_ROLES = ("operations", "support_agent", "auditor", "administrator")


def _where_it_belongs(name: str) -> models.Q:
    """Roles of an account with an account, of a partner with a partner, the vendor's alone."""
    one_of = f"{name}__in"
    return (
        models.Q(**{one_of: ACCOUNT_ROLES, "account__isnull": False, "partner": None})
        | models.Q(**{one_of: PARTNER_ROLES, "partner__isnull": False, "account": None})
        | models.Q(**{one_of: VENDOR_ROLES, "account": None, "partner": None})
    )


class Role(models.Model):
    """A role that a person holds: in an account, at a partner, or at the vendor (neither)."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="roles")
    name = models.TextField(choices=RoleName.choices)
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="roles")
    partner = models.ForeignKey(Partner, models.CASCADE, null=True, related_name="roles")

    class Meta:
        db_table = "role"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "name", "account", "partner"],
                nulls_distinct=False,
                name="role_held_once",
            ),
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(name="primary_admin"),
                name="role_one_primary_admin",
            ),
            models.CheckConstraint(
                condition=_where_it_belongs("name"), name="role_where_it_belongs"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} of {self.account or self.partner or 'vendor'}"


class RoleInvitation(models.Model):
    """A role that somebody is asked to take on, by a letter with a link that works once.

    `name` is what the inviter calls the person, whether they are known already or not. Of the
    secret in the link only the hash is kept. It is open until it is accepted or ended; being
    invited again to the same place ends the one before. `ended_for` says why.
    """

    id = models.UUIDField(primary_key=True, default=uuid4)
    person = models.ForeignKey(Person, models.CASCADE, related_name="role_invitations")
    role = models.TextField(choices=RoleName.choices)
    account = models.ForeignKey(Account, models.CASCADE, null=True, related_name="+")
    partner = models.ForeignKey(Partner, models.CASCADE, null=True, related_name="+")
    name = models.TextField()
    digest = models.BinaryField(unique=True)
    sent_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_for = models.TextField(default="")

    class Meta:
        db_table = "role_invitation"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "account", "partner"],
                condition=models.Q(accepted_at=None, ended_at=None),
                nulls_distinct=False,
                name="role_invitation_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(accepted_at=None) | models.Q(ended_at=None),
                name="role_invitation_ends_once",
            ),
            models.CheckConstraint(condition=_where_it_belongs("role"), name="role_invited_where"),
        ]
        indexes = [
            models.Index(
                fields=["sent_by"],
                condition=models.Q(accepted_at=None, ended_at=None),
                name="role_invitation_of_sender",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} at {self.account or self.partner or 'vendor'} for {self.name}"


class Tally(models.Model):
    """How often somebody did something within an hour, for limits.

    `whose` is `person/ID`, `account/ID`, or what else a limit is about. What is older than a day
    is swept by the next count.
    """

    what = models.TextField()
    whose = models.TextField()
    since = models.DateTimeField()
    times = models.IntegerField()

    class Meta:
        db_table = "tally"
        constraints = [
            models.UniqueConstraint(fields=["what", "whose", "since"], name="tally_of_an_hour"),
        ]

    def __str__(self) -> str:
        return f"{self.whose} {self.what}: {self.times} since {self.since}"


class ApiClient(models.Model):
    """A system that calls the API: for the vendor (neither), for one account or one partner.

    `client_id` is the public half of its credentials; the secret lies hashed with the issuer of
    tokens. `networks` are the addresses it may call from, in CIDR notation; empty means any.
    """

    client_id = models.TextField(unique=True)
    name = models.TextField()
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="api_clients")
    partner = models.ForeignKey(Partner, models.PROTECT, null=True, related_name="api_clients")
    scopes = ArrayField(models.TextField())
    networks = ArrayField(models.TextField(), default=list)
    created_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "api_client"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(account=None) | models.Q(partner=None),
                name="api_client_of_one_place",
            ),
        ]

    def __str__(self) -> str:
        return self.name
