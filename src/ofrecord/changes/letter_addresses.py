"""Where letters go now, and whether they still may: asked when each is sent, set-based."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import connection
from django.utils.translation import gettext as _

from ofrecord.delivery.posting import Address


def addresses(letter_ids: Sequence[int]) -> dict[int, Address]:
    """The address of each letter, or why it is withheld; one statement.

    A person must be active and hold a role in every account that the letter is about: one letter
    tells of the whole act. One to the vendor's own staff asks for a role at the vendor. A
    partner's letter goes to the address that the firm has now.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ADDRESSES, [list(letter_ids)])
        return {key: _address(*row) for key, *row in cursor.fetchall()}


def _address(to_person: bool, email: str | None, is_active: bool, holds_role: bool) -> Address:
    if to_person and not (email and is_active):
        return Address(withheld=_("the person is no longer active"))
    if to_person and not holds_role:
        return Address(withheld=_("the person no longer holds a role in the account"))
    try:
        validate_email(email or "")
    except ValidationError:
        return Address(withheld=_("there is no usable address"))
    return Address(email or "")


_ADDRESSES = """
SELECT letter.id, letter.person_id IS NOT NULL, coalesce(person.email, partner.email),
       coalesce(person.is_active, false),
       CASE WHEN letter.kind LIKE '%%.staff' THEN EXISTS (
         SELECT FROM role WHERE role.person_id = letter.person_id
            AND role.account_id IS NULL AND role.partner_id IS NULL)
       ELSE letter.account_id IS NULL OR NOT EXISTS (
         SELECT FROM (SELECT letter.account_id AS id
                       UNION
                      SELECT account_id FROM partner_change
                       WHERE number = ANY (letter.about)
                       UNION
                      SELECT account_id FROM agreement
                       WHERE reference = ANY (letter.about)) AS account
          WHERE NOT EXISTS (
                SELECT FROM role WHERE role.person_id = letter.person_id
                   AND role.account_id = account.id)) END
  FROM letter
  LEFT JOIN person ON person.id = letter.person_id
  LEFT JOIN partner ON partner.id = letter.partner_id
 WHERE letter.id = ANY (%s)
"""
