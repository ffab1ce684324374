"""Who acts, and what they hold."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ofrecord.journal.record import By
from ofrecord.parties.models import Partner, PartnerStatus, Person, Role


@dataclass(frozen=True)
class Actor:
    """Somebody (or the system) at a door.

    `accounts` and `partners` are the ids where the person holds a role; `vendor_roles` the
    names of the roles held at the vendor. An operator who acts for somebody names them in
    `on_behalf_of`: permission is then judged for that person. `client` is the id of a system
    that calls the API; one of the vendor's holds `client` in place of a role there.
    """

    person_id: int | None
    door: str
    accounts: tuple[int, ...] = ()
    partners: tuple[int, ...] = ()
    vendor_roles: tuple[str, ...] = ()
    strength: str = "none"
    request_id: str = ""
    on_behalf_of: int | None = None
    is_system: bool = False
    client: str | None = None

    @classmethod
    def system(cls, door: str = "system") -> "Actor":
        """The worker, the feeds, the checker, and the operator at the terminal."""
        return cls(person_id=None, door=door, is_system=True)

    @property
    def sees_everything(self) -> bool:
        return self.is_system or bool(self.vendor_roles)

    @property
    def judged_person(self) -> int | None:
        """Whose permission counts."""
        return self.on_behalf_of or self.person_id

    @property
    def by(self) -> By:
        """How the journal names this actor."""
        return By(
            self.person_id,
            self.on_behalf_of,
            self.door,
            self.strength,
            self.request_id,
            self.client,
        )

    def acting_for(self, person_id: int) -> "Actor":
        """The same actor, acting for somebody else."""
        return replace(self, on_behalf_of=person_id)

    def only(
        self, *, accounts: bool = False, partners: bool = False, vendor: bool = False
    ) -> "Actor":
        """The same actor, with sight narrowed to what one door shows of what they hold."""
        return replace(
            self,
            accounts=self.accounts if accounts else (),
            partners=self.partners if partners else (),
            vendor_roles=self.vendor_roles if vendor else (),
        )


def for_person(person: Person, *, door: str, strength: str = "none", request_id: str = "") -> Actor:
    """The actor that a signed-in person is, with every role they hold.

    A role at a partner that is terminated gives no access while it is.
    """
    from ofrecord.parties.context import holding

    with holding(person.pk):
        roles = list(Role.objects.filter(person=person))
    gone = _terminated(role.partner_id for role in roles if role.partner_id)
    at_vendor = (role.name for role in roles if not role.account_id and not role.partner_id)
    return Actor(
        person_id=person.pk,
        door=door,
        accounts=tuple(sorted({role.account_id for role in roles if role.account_id})),
        partners=tuple(sorted({r.partner_id for r in roles if r.partner_id} - gone)),
        vendor_roles=tuple(sorted(set(at_vendor))),
        strength=strength,
        request_id=request_id,
    )


def _terminated(ids: Iterable[int]) -> set[int]:
    """Those of some partners that are terminated; nothing is asked where there are none."""
    from ofrecord.parties.context import seeing

    wanted = set(ids)
    if not wanted:
        return set()
    with seeing(Actor.system()):
        gone = Partner.objects.filter(pk__in=wanted, status=PartnerStatus.TERMINATED)
        return set(gone.values_list("pk", flat=True))
