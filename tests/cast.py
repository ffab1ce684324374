"""The named cast of the tests: one vendor, two customers, three partners, a stranger.

Larkspur is losing, Gorse is gaining, Dune distributes. Agreements are added with terms relative
to the vendor's today, by the same rows and events that an import writes.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from django.db import connection

from ofrecord.agreements.models import Agreement, Subscription, Tenure, Term
from ofrecord.changes import numbers
from ofrecord.changes.carry_out import Submitted
from ofrecord.changes.check import Check, check
from ofrecord.changes.models import Member, PartnerChange
from ofrecord.changes.submit import submit
from ofrecord.journal import clock
from ofrecord.journal.models import Event
from ofrecord.journal.record import By, Fact, open_ledger
from ofrecord.parties.actors import Actor, for_person
from ofrecord.parties.context import seeing
from ofrecord.parties.models import Account, Partner, Person, Role
from ofrecord.rules.publish import publish

BY_IMPORT = By(door="cli")


@dataclass(frozen=True)
class Of:
    """A partner of record of an agreement: of one product of it, or of all.

    It has been that for `days` days.
    """

    partner: Partner
    role: str = "reseller"
    product: str | None = None
    days: int = 100


@dataclass
class Cast:
    """Everybody, by name."""

    alder: Account
    birch: Account
    larkspur: Partner
    gorse: Partner
    dune: Partner
    people: dict[str, Person] = field(default_factory=dict)
    _references: Any = field(default_factory=lambda: count(1))

    @classmethod
    def enter(cls) -> "Cast":
        with seeing(Actor.system("cli")):
            cast = cls(
                alder=_account("5100000001", "Alder Works"),
                birch=_account("5100000002", "Birch Line"),
                larkspur=_partner("7200000001", "Larkspur Systems", "reseller"),
                gorse=_partner("7200000002", "Gorse Digital", "solution_provider"),
                dune=_partner("7200000003", "Dune Distribution", "distributor"),
            )
            cast._person("pia", "primary_admin", account=cast.alder)
            cast._person("sam", "secondary_admin", account=cast.alder)
            cast._person("vera", "viewer", account=cast.alder)
            cast._person("cora", "viewer", account=cast.alder)
            cast._person("bo", "primary_admin", account=cast.birch)
            cast._person("lou", "partner_admin", partner=cast.larkspur)
            cast._person("gil", "partner_rep", partner=cast.gorse)
            cast._person("dee", "partner_admin", partner=cast.dune)
            cast._person("opal", "operations")
            cast._person("aude", "auditor")
            cast._person("stan", None)
        return cast

    def actor(self, name: str, **given: Any) -> Actor:
        """Somebody at the portal, signed in with a password."""
        return for_person(self.people[name], **{"door": "portal", "strength": "password", **given})

    def policy(self, **parameters: Any) -> None:
        """Opal publishes a policy, in force from today, with other parameters."""
        opal = self.actor("opal", door="console")
        with seeing(opal):
            publish(parameters, in_force_on=clock.today(), by=opal, note="For this test.")

    def partner(self, number: str, name: str, kind: str = "reseller", **given: Any) -> Partner:
        """One more partner."""
        with seeing(Actor.system("cli")):
            return _partner(number, name, kind, **given)

    def contract(self, *, days: int = 200, **given: Any) -> str:
        """A contract that ends in `days` days; its reference."""
        return self._agreement("contract", days, **given)

    def subscription(self, *, days: int = 200, **given: Any) -> str:
        """A stand-alone subscription that ends in `days` days; its reference."""
        return self._agreement("subscription", days, **given)

    def check(
        self, reference: str, *, by: str = "pia", partner: str | None = None, **given: Any
    ) -> Check:
        """What somebody is told of one agreement; of Gorse as the new partner by default."""
        actor = self.actor(by)
        number = self.gorse.account_number if partner is None else partner
        with seeing(actor):
            (found,) = check([reference], by=actor, partner=number, **given)
        return found

    def shown(self, reference: str, **given: Any) -> str:
        """The fingerprint of what somebody is shown."""
        return str(self.check(reference, **given).fingerprint)

    def submit(
        self,
        *references: str,
        by: str = "pia",
        partner: str | None = None,
        reason: str = "Closer to us.",
        **given: Any,
    ) -> Submitted:
        """Somebody moves agreements to Gorse, or to another partner."""
        number = self.gorse.account_number if partner is None else partner
        return submit(references, number, by=self.actor(by), reason=reason, **given)

    def change(self, reference: str, **given: Any) -> str:
        """The number of a change that goes through."""
        number = self.submit(reference, **given).items[0].number
        assert number
        return number

    def _person(
        self,
        name: str,
        role: str | None,
        *,
        account: Account | None = None,
        partner: Partner | None = None,
    ) -> None:
        person = Person.objects.create(email=f"{name}@example.com", name=name.title())
        self.people[name] = person
        if role:
            Role.objects.create(person=person, name=role, account=account, partner=partner)

    def _agreement(
        self,
        purchasing_model: str,
        days: int,
        *,
        lasting: int = 365,
        auto_renew: bool = False,
        program: str = "standard",
        token_flex: bool = False,
        country: str = "DE",
        account: Account | None = None,
        manager: str | None = None,
        products: Sequence[str] = ("Draft",),
        partners: Sequence[Of] | None = None,
    ) -> str:
        number = next(self._references)
        end = clock.today() + timedelta(days=days)
        with seeing(Actor.system("cli")):
            agreement = Agreement.objects.create(
                reference=f"{40_000_000_0000 + number}"
                if purchasing_model == "contract"
                else f"71-{number:08d}",
                purchasing_model=purchasing_model,
                account=account or self.alder,
                program=program,
                token_flex=token_flex,
                country=country,
                contract_manager=self.people[manager] if manager else None,
                ends_on=end,
                version=1,
                moved_at_version=1,
            )
            _load(
                agreement,
                (end - timedelta(days=lasting), end, auto_renew),
                products,
                (Of(self.larkspur),) if partners is None else partners,
            )
        return agreement.reference


def events(reference: str) -> list[tuple[str, dict[str, Any]]]:
    """What the journal tells of an agreement: type and data, in order."""
    return [(said["type"], said["data"]) for said in bodies(reference)]


def types(reference: str) -> list[str]:
    return [type for type, _ in events(reference)]


def bodies(reference: str) -> list[dict[str, Any]]:
    """The events of an agreement, as endpoints receive them."""
    with seeing(Actor.system()):
        agreement = Agreement.objects.get(reference=reference)
        found = Event.objects.filter(stream="agreement", subject_id=agreement.pk)
        return [json.loads(bytes(e.body)) for e in found.order_by("sequence")]


def of_record(
    reference: str, at: datetime | None = None, known: datetime | None = None
) -> set[tuple[str, str, str | None]]:
    """Partner, role and subscription of an agreement at an instant, as known at another."""
    with seeing(Actor.system()), connection.cursor() as cursor:
        cursor.execute(_OF_RECORD, [reference, at or clock.business_now(), known])
        return set(cursor.fetchall())


def _account(number: str, name: str) -> Account:
    return Account.objects.create(account_number=number, name=name, country="DE")


def _partner(number: str, name: str, kind: str, **given: Any) -> Partner:
    facts = {"status": "active", "country": "DE", "email": f"office@{number}.example", **given}
    return Partner.objects.create(account_number=number, name=name, kind=kind, **facts)


def _load(
    agreement: Agreement,
    term: tuple[date, date, bool],
    products: Sequence[str],
    partners: Sequence[Of],
) -> None:
    start_on, end_on, auto_renew = term
    account_id = agreement.account.pk
    Term.objects.create(
        agreement=agreement,
        account_id=account_id,
        number=1,
        start_on=start_on,
        end_on=end_on,
        auto_renew=auto_renew,
    )
    subscriptions = {
        product: Subscription.objects.create(
            reference=f"S-{agreement.reference}-{place}",
            agreement=agreement,
            account_id=account_id,
            product=product,
            product_key=product.lower(),
            seats=10,
        )
        for place, product in enumerate(products, 1)
    }
    ledger = open_ledger("agreement", [agreement.pk])
    event = uuid4()
    change = _change(agreement, partners, event, ledger.at)
    members = [
        _open(change, each, subscriptions[each.product] if each.product else None, ledger.at)
        for each in partners
    ]
    fact = Fact(
        agreement.pk,
        "agreement.loaded",
        agreement.reference,
        {"change": change.number, "partners_of_record": members},
        account_id=account_id,
        about=change.number,
        id=event,
    )
    ledger.record([fact], BY_IMPORT)


def _change(
    agreement: Agreement, partners: Sequence[Of], event: UUID, at: datetime
) -> PartnerChange:
    return PartnerChange.objects.create(
        number=numbers.take(1)[0],
        agreement=agreement,
        account_id=agreement.account.pk,
        occasion="load",
        state="complete",
        partner=partners[0].partner if len(partners) == 1 else None,
        effective_at=_since(max((each.days for each in partners), default=0)),
        submitted_at=at,
        decided_at=at,
        applied_at=at,
        completed_at=at,
        applied_event=event,
        policy_version=1,
        version=1,
        door="cli",
    )


def _open(
    change: PartnerChange, each: Of, subscription: Subscription | None, at: datetime
) -> dict[str, Any]:
    where = {
        "account_id": change.account_id,
        "partner": each.partner,
        "role": each.role,
        "subscription": subscription,
    }
    Tenure.objects.create(
        agreement=change.agreement,
        effective_from=_since(each.days),
        recorded_at=at,
        opened_by_id=change.pk,
        **where,
    )
    Member.objects.create(change=change, before=False, after=True, movement="gaining", **where)
    return {
        "partner": each.partner.account_number,
        "role": each.role,
        "subscription": subscription.reference if subscription else None,
        "effective_at": _since(each.days).isoformat(),
    }


def _since(days: int) -> datetime:
    return clock.midnight(clock.today() - timedelta(days=days))


_OF_RECORD = """
SELECT p.name, t.role, s.reference
  FROM tenure AS t JOIN partner AS p ON p.id = t.partner_id
  JOIN agreement AS a ON a.id = t.agreement_id
  LEFT JOIN subscription AS s ON s.id = t.subscription_id
 CROSS JOIN (SELECT %s::text AS reference, %s::timestamptz AS at, %s::timestamptz AS known) AS asked
 WHERE a.reference = asked.reference AND t.effective_from <= asked.at
   AND (t.effective_until IS NULL OR t.effective_until > asked.at)
   AND t.recorded_at <= coalesce(asked.known, 'infinity')
   AND (t.superseded_at IS NULL OR t.superseded_at > coalesce(asked.known, 'infinity'))
"""
