"""Why a row of a feed is refused: codes and their sentences.

Cells are quoted in a sentence shortened, so that a hostile cell stays small.
"""

from dataclasses import dataclass

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

SENTENCES = {
    # the row as it stands in the file
    "malformed_row": _("The row cannot be read: a quoted cell does not end as it should."),
    "not_utf8": _("The row is not in UTF-8."),
    "wrong_columns": _("The row does not have as many cells as the header."),
    # the file
    "missing_column": _("The file has no column of this name."),
    "repeated_column": _("The file has more than one column of this name."),
    # one cell
    "missing": _("The cell is empty."),
    "too_long": _("The cell is too long."),
    "control_character": _("The cell holds a control character."),
    "malformed_number": _("%(cell)s is not in the format of such a number."),
    "malformed_email": _("%(cell)s is not an email address."),
    "malformed_address": _("%(cell)s is not an address that begins with http:// or https://."),
    "malformed_country": _("%(cell)s is not a country code of two capital letters."),
    "malformed_language": _("%(cell)s is not a language code such as en or pt-BR."),
    "not_a_choice": _("%(cell)s is not one of the values that are possible here."),
    "not_a_boolean": _("%(cell)s is neither true nor false."),
    "not_a_number": _("%(cell)s is not a whole number that is possible here."),
    "not_a_date": _("%(cell)s is not a date that exists, written like 2026-03-31."),
    "date_out_of_range": _("%(cell)s does not lie between the years 1900 and 2999."),
    "not_an_amount": _("%(cell)s is not an amount such as 1440.00."),
    "malformed_currency": _("%(cell)s is not a currency's code of three capital letters."),
    # two cells of a row
    "end_before_start": _("The end date lies before the start date."),
    "token_flex_needs_eba": _("Token Flex is only possible with the program eba."),
    "no_role_in_account": _("%(cell)s holds no role in the account of this agreement."),
    # several rows
    "duplicate_key": _("The same key occurs more than once in the file: on lines %(detail)s."),
    "name_differs": _("The name of this person is not the same on every line."),
    "second_primary_admin": _("The account has another primary admin already."),
    "too_many_subscriptions": _("An agreement with a subscription ID has one subscription only."),
    "rows_differ": _("The rows of one transaction say different things here."),
    "rows_apart": _("The rows of one transaction have to follow each other."),
    # what other rows, or the book, do not hold
    "unknown_account": _("No account is known as %(cell)s, or its row is refused."),
    "unknown_partner": _("No partner is known as %(cell)s, or its row is refused."),
    "unknown_person": _("Nobody is known as %(cell)s, or their row is refused."),
    "unknown_agreement": _("No agreement is known as %(cell)s, or its row is refused."),
    "unknown_subscription": _(
        "No subscription of this agreement is known as %(cell)s, or its row is refused."
    ),
    # what the book knows otherwise
    "account_differs": _("The agreement is known to be of the account %(detail)s."),
    "purchasing_model_differs": _("The agreement is known with the purchasing model %(detail)s."),
    "agreement_differs": _("The subscription is known under the agreement %(detail)s."),
    "term_overlaps": _("The term would begin before the one before it ends, on %(detail)s."),
    "partner_differs": _("The book knows other partners of record of this agreement."),
}


@dataclass(frozen=True)
class Refusal:
    """One defect of one row. `column` is empty where the whole row is meant."""

    file: str
    line: int
    column: str
    code: str
    reason: str


def sentence(code: str, cell: str = "", detail: str = "") -> str:
    """What a person reads for a code."""
    return gettext(str(SENTENCES[code])) % {"cell": quoted(cell), "detail": detail}


def quoted(cell: str, limit: int = 60) -> str:
    """A cell as it is shown inside a sentence."""
    plain = "".join(letter if letter.isprintable() else " " for letter in cell[: limit + 1])
    return f'"{plain[:limit]}…"' if len(cell) > limit else f'"{plain}"'
