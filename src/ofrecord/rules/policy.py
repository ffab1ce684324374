"""The policy as data: what the vendor decides, and what it decides until it says otherwise."""

import json
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from ofrecord.journal import clock
from ofrecord.journal.prepared import prepared

AVAILABILITY = (
    "auto_renews",
    "token_flex",
    "expired",
    "near_expiration",
    "transaction_only",
)
BOTH = ("change_in_progress", "locked", "cool_down")
UNDO = (
    "not_undoable",
    "decided_since",
    "undo_window",
    "restored_inactive",
)
PARTNER = (
    "partner_malformed",
    "partner_unknown",
    "partner_inactive",
    "partner_same",
    "partner_territory",
    "partner_product",
)
JUDGED_BY = {
    "request": (*AVAILABILITY, *BOTH, "not_permitted", *PARTNER),
    "undo": ("change_in_progress", "locked", "not_permitted", *UNDO),
    "correction": (*PARTNER, "restored_inactive"),
    "order": (
        "change_in_progress",
        "locked",
        "not_permitted",
        *(code for code in PARTNER if code != "partner_same"),
    ),
    "support": (*AVAILABILITY, *BOTH, "not_permitted", *PARTNER),
    "load": (),
}
OVERRIDABLE = (*AVAILABILITY, "locked", "cool_down", "partner_territory", "partner_product")
"""The rules that support may be allowed to override."""
OVERRIDES = {
    "support_agent": ("auto_renews", "token_flex", "expired", "near_expiration", "cool_down"),
    "operations": OVERRIDABLE,
    "administrator": (),
}
"""What each role that makes changes for customers may override, until the vendor says otherwise."""
CONSENT_DAYS = {"override": 3}
OTHER_ROLES = ("distributor", "services")
AT_DECISION = ("locked", "partner_inactive", "partner_territory", "partner_product")
"""What is judged once more when the last consent of a change is in."""


@dataclass(frozen=True)
class Terms:
    """The parameters of one version of the policy.

    `near_expiration_days`: days before the end from which only a renewal names another
    partner. `renewal_grace_days`: days after the end in which the contract can still be
    renewed. `may_change`: the roles held on an agreement that allow its change. `judged_by`:
    the rules of each occasion. `undo_working_days`: working days after the applying in which a
    change can be undone, `holidays` (ISO dates) not among them. `cool_down_days`: days after a
    change in which no other is possible; 0 for none. `consent_days`: by kind of consent, the
    days in which it can be given; 0 or missing where it is not asked. `objection_grounds`: the
    grounds on which a losing partner may object. `transfer_code_days`: days in which a code
    for a partner is valid at most; 0 where no codes are made. `staying_roles`: the roles whose
    partners stay when the whole set is replaced by a partner in another role. `overrides`: by
    role at the vendor, the rules that it may override in a support change.
    `second_person_for`: the rules whose override waits for a second person, where
    `consent_days.override` gives days for it.
    """

    near_expiration_days: int = 90
    renewal_grace_days: int = 30
    may_change: tuple[str, ...] = ("primary_admin", "secondary_admin", "contract_manager")
    judged_by: dict[str, tuple[str, ...]] = field(default_factory=lambda: dict(JUDGED_BY))
    undo_working_days: int = 5
    holidays: tuple[str, ...] = ()
    cool_down_days: int = 0
    consent_days: dict[str, int] = field(default_factory=lambda: dict(CONSENT_DAYS))
    objection_grounds: tuple[str, ...] = ("unpaid_invoice", "open_order", "commitment")
    transfer_code_days: int = 14
    staying_roles: tuple[str, ...] = ()
    overrides: dict[str, tuple[str, ...]] = field(default_factory=lambda: dict(OVERRIDES))
    second_person_for: tuple[str, ...] = (
        "near_expiration",
        "transaction_only",
        "locked",
        "partner_territory",
        "partner_product",
    )
    version: int = 1

    def as_parameters(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "version"}


MAPPINGS: dict[str, dict[str, Any]] = {
    "judged_by": JUDGED_BY,
    "consent_days": CONSENT_DAYS,
    "overrides": OVERRIDES,
}


def live(on: date | None = None) -> Terms:
    """The policy in force on a day of the vendor's calendar, today by default.

    What its version does not say is at its default.
    """
    with prepared() as cursor:
        cursor.execute(_LIVE, [on or clock.today()])
        row = cursor.fetchone()
    if row is None:
        raise LookupError("no policy is in force: run the migrations")
    version, parameters = row
    return terms_of(version, json.loads(parameters))


def terms_of(version: int, parameters: dict[str, Any]) -> Terms:
    """The terms that a version says; what it does not say of a mapping is at its default."""
    whole = {name: {**default, **parameters.get(name, {})} for name, default in MAPPINGS.items()}
    return Terms(version=version, **{**parameters, **whole})


_LIVE = """
SELECT version, parameters FROM policy WHERE in_force_on <= %s
 ORDER BY in_force_on DESC, version DESC LIMIT 1
"""
