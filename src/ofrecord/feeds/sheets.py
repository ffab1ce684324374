"""The six files of a book: their columns, in the order in which one rests on another."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from django.conf import settings

from ofrecord.agreements.models import PartnerRole, Program, PurchasingModel
from ofrecord.agreements.sorting import sort_key
from ofrecord.feeds import cells
from ofrecord.feeds.cells import Shape, Spoilt, Value
from ofrecord.parties.models import VENDOR_ROLES, PartnerKind, PartnerStatus, RoleName

NEEDED: Final = object()
Row = dict[str, Value]


@dataclass(frozen=True)
class Column:
    """`blank` is staged for an empty cell, unless one is NEEDED.

    An `optional` column may be missing; what is known of it stays then, and is `blank` at first.
    """

    name: str
    shape: Shape
    blank: object = NEEDED
    optional: bool = False
    kind: str = "text"


def _sound(row: Row) -> Iterator[str]:  # noqa: ARG001 - rows of most files are sound if their cells are
    yield from ()


@dataclass(frozen=True)
class Sheet:
    """One file. `faults` finds what is wrong between the cells of a row, as column:code."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    faults: Callable[[Row], Iterator[str]] = _sound
    derived: tuple[tuple[str, Callable[[Row], Value]], ...] = ()

    @property
    def file(self) -> str:
        return f"{self.name}.csv"


def _of_vendor(row: Row) -> Iterator[str]:
    at_vendor = row["belongs_to"] == "vendor"
    if row["role"] and row["belongs_to"] and at_vendor != (row["role"] in VENDOR_ROLES):
        yield "role:not_a_choice"


def _agreement(row: Row) -> Iterator[str]:
    start, end, reference = row["start_date"], row["end_date"], row["reference"]
    if isinstance(start, str) and isinstance(end, str) and end < start:
        yield "end_date:end_before_start"
    if (row["token_flex"], row["program"]) == ("true", Program.STANDARD):
        yield "token_flex:token_flex_needs_eba"
    form = _FORMS.get(str(row["purchasing_model"]))
    if form and isinstance(reference, str):
        try:
            form(reference)
        except Spoilt as spoilt:
            yield f"reference:{spoilt.code}"


_FORMS = {
    PurchasingModel.CONTRACT.value: cells.contract_number,
    PurchasingModel.SUBSCRIPTION.value: cells.subscription_id,
}


def _product_key(row: Row) -> Value:
    product = row["product"]
    return sort_key(product) if isinstance(product, str) else None


SHEETS = (
    Sheet(
        "accounts",
        ("account_number",),
        (
            Column("account_number", cells.account_number),
            Column("name", cells.text),
            Column("country", cells.country),
            Column("language", cells.language, blank=settings.LANGUAGE_CODE),
        ),
    ),
    Sheet(
        "partners",
        ("account_number",),
        (
            Column("account_number", cells.account_number),
            Column("name", cells.text),
            Column("kind", cells.one_of(*PartnerKind.values)),
            Column("status", cells.one_of(*PartnerStatus.values)),
            Column("street", cells.text, blank=""),
            Column("city", cells.text, blank=""),
            Column("postal_code", cells.text, blank=""),
            Column("country", cells.country),
            Column("email", cells.email, blank=""),
            Column("website", cells.address, blank=""),
            Column("authorized_countries", cells.several(cells.country), [], kind="text[]"),
            Column("authorized_products", cells.several(cells.text), [], kind="text[]"),
            Column("language", cells.language, blank=settings.LANGUAGE_CODE, optional=True),
            Column("program", cells.text, blank="", optional=True),
        ),
    ),
    Sheet(
        "people",
        ("email", "belongs_to", "role"),
        (
            Column("email", cells.email),
            Column("name", cells.text),
            Column("belongs_to", cells.place),
            Column("role", cells.one_of(*RoleName.values)),
        ),
        _of_vendor,
    ),
    Sheet(
        "agreements",
        ("reference",),
        (
            Column("reference", cells.reference),
            Column("purchasing_model", cells.one_of(*PurchasingModel.values)),
            Column("account_number", cells.account_number),
            Column("program", cells.one_of(*Program.values)),
            Column("token_flex", cells.boolean, kind="boolean"),
            Column("auto_renew", cells.boolean, kind="boolean"),
            Column("start_date", cells.day, kind="date"),
            Column("end_date", cells.day, kind="date"),
            Column("country", cells.country),
            Column("contract_manager", cells.email, blank=None),
        ),
        _agreement,
    ),
    Sheet(
        "subscriptions",
        ("reference",),
        (
            Column("reference", cells.subscription_id),
            Column("agreement_reference", cells.reference),
            Column("product", cells.text),
            Column("seats", cells.whole_number, kind="integer"),
        ),
        derived=(("product_key", _product_key),),
    ),
    Sheet(
        "partners_of_record",
        ("agreement_reference", "subscription_reference", "partner_account_number", "role"),
        (
            Column("agreement_reference", cells.reference),
            Column("partner_account_number", cells.account_number),
            Column("role", cells.one_of(*PartnerRole.values)),
            Column("effective_at", cells.instant, kind="timestamptz"),
            Column("subscription_reference", cells.subscription_id, blank=None, optional=True),
        ),
    ),
)
