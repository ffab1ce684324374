"""What the filters of the list offer: the partners and products that the account has.

Each is found by leaping from value to value in an index, however many agreements there are.
"""

from dataclasses import dataclass

from django.db import connection
from django.utils.translation import gettext as _

from ofrecord.portal.wanted import ELIGIBILITIES, EXPIRING, NO_PARTNER, SORTS, STATUSES, Wanted

MOST = 200


@dataclass(frozen=True)
class Option:
    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class Chip:
    """A filter: its name in the address, its label, and what can be chosen."""

    name: str
    label: str
    value: str
    options: tuple[Option, ...]

    @property
    def on(self) -> bool:
        return bool(self.value)


def chips(account_id: int, wanted: Wanted) -> list[Chip]:
    """The filters of the list, each with the addresses of its options."""
    partners = [*_fetch(_PARTNERS, account_id), (NO_PARTNER, _("none (sold direct)"))]
    products = _fetch(_PRODUCTS, account_id)
    known = (
        ("eligibility", _("Can change partner"), zip(ELIGIBILITIES, eligibilities(), strict=True)),
        ("partner", _("Partner"), partners),
        ("product", _("Product"), products),
        ("status", _("Status"), zip(STATUSES, statuses(), strict=True)),
        ("expiring", _("Ends"), zip(EXPIRING, expirations(), strict=True)),
    )
    return [_chip(wanted, name, label, list(options)) for name, label, options in known]


def sorting(wanted: Wanted) -> Chip:
    """How the list is sorted, as a chip."""
    labels = dict(zip(SORTS, (_("end date"), _("product"), _("number"), _("partner")), strict=True))
    options = tuple(
        Option(label, wanted.query(sort=sort), wanted.column == sort)
        for sort, label in labels.items()
    )
    return Chip("sort", _("Sorted by"), labels[wanted.column], options)


def eligibilities() -> tuple[str, ...]:
    return (_("now"), _("not now"))


def statuses() -> tuple[str, ...]:
    return (_("active"), _("expired"), _("partner changing"))


def expirations() -> tuple[str, ...]:
    return tuple(_("in the next %(days)s days") % {"days": days} for days in EXPIRING)


def _chip(wanted: Wanted, name: str, label: str, options: list[tuple[str, str]]) -> Chip:
    chosen = getattr(wanted, name)
    offered = (
        Option(_("any"), wanted.query(**{name: ""}), not chosen),
        *(Option(text, wanted.query(**{name: value}), value == chosen) for value, text in options),
    )
    value = next((text for value, text in options if value == chosen), chosen)
    return Chip(name, label, value, offered)


def _fetch(sql: str, account_id: int) -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, {"account": account_id, "most": MOST})
        rows: list[tuple[str, str]] = cursor.fetchall()
    return rows


_PARTNERS = """
WITH RECURSIVE known(id) AS (
     (SELECT partner_id FROM tenure WHERE account_id = %(account)s ORDER BY partner_id LIMIT 1)
     UNION ALL
     SELECT (SELECT partner_id FROM tenure
              WHERE account_id = %(account)s AND partner_id > known.id
              ORDER BY partner_id LIMIT 1)
       FROM known WHERE known.id IS NOT NULL)
SELECT partner.account_number, partner.name FROM known JOIN partner USING (id)
 ORDER BY lower(partner.name), partner.id LIMIT %(most)s
"""
_PRODUCTS = """
WITH RECURSIVE known(key, name) AS (
     (SELECT product_key, product FROM subscription WHERE account_id = %(account)s
       ORDER BY product_key LIMIT 1)
     UNION ALL
     SELECT following.product_key, following.product
       FROM known CROSS JOIN LATERAL (
            SELECT product_key, product FROM subscription
             WHERE account_id = %(account)s AND product_key > known.key
             ORDER BY product_key LIMIT 1) AS following)
SELECT name, name FROM known ORDER BY key LIMIT %(most)s
"""
