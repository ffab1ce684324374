"""The file of what a vendor's ERP has booked: a row for each line of a transaction."""

from ofrecord.agreements.models import PurchasingModel
from ofrecord.feeds import cells
from ofrecord.feeds.sheets import Column, Sheet
from ofrecord.quotes.models import Kind

OF_LINE = ("product", "seats", "replaces")
"""What each row says of its own line; all else is of the transaction, the same on its rows."""

_amount = cells.matching(r"[0-9]{1,12}(\.[0-9]{1,4})?", "not_an_amount")

ORDERS = Sheet(
    "orders",
    ("transaction", "product", "replaces"),
    (
        Column("transaction", cells.matching("[!-~]{1,64}", "malformed_number")),
        Column("kind", cells.one_of(*Kind.values)),
        Column("account_number", cells.account_number),
        Column("partner_account_number", cells.account_number),
        Column("agreement_reference", cells.reference, blank=None),
        Column("product", cells.text),
        Column("seats", cells.whole_number, kind="integer"),
        Column("currency", cells.matching("[A-Z]{3}", "malformed_currency")),
        Column("net", _amount, kind="numeric"),
        Column("tax", _amount, blank="0", optional=True, kind="numeric"),
        Column("start_date", cells.day, blank=None, optional=True, kind="date"),
        Column("end_date", cells.day, blank=None, optional=True, kind="date"),
        Column("auto_renew", cells.boolean, blank="false", optional=True, kind="boolean"),
        Column("replaces", cells.text, blank="", optional=True),
        Column("purchase_order", cells.text, blank="", optional=True),
        Column(
            "purchasing_model",
            cells.one_of(*PurchasingModel.values),
            blank=PurchasingModel.SUBSCRIPTION.value,
            optional=True,
        ),
        Column("country", cells.country, blank="", optional=True),
    ),
)
