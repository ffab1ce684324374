"""References of agreements that are purchased here, and not known from an import."""

import re

from django.conf import settings
from django.db import connection

from ofrecord.agreements.models import Agreement, PurchasingModel
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing


class ReferenceUnusable(Exception):
    """What is counted is not in the vendor's format; its text is the reference."""


def draw(purchasing_model: str) -> str:
    """The next contract number or subscription ID that nothing bears yet."""
    contract = purchasing_model == PurchasingModel.CONTRACT
    pattern, form = (
        (settings.OFRECORD_CONTRACT_NUMBER_PATTERN, settings.OFRECORD_CONTRACT_NUMBER_FORMAT)
        if contract
        else (settings.OFRECORD_SUBSCRIPTION_ID_PATTERN, settings.OFRECORD_SUBSCRIPTION_ID_FORMAT)
    )
    while True:
        reference = _formed(form, _next())
        if not re.fullmatch(pattern, reference, re.ASCII):
            raise ReferenceUnusable(reference)
        if not _is_taken(reference):
            return reference


def _formed(form: str, ordinal: int) -> str:
    return re.sub("#+", lambda run: str(ordinal).zfill(len(run[0])), form, count=1)


def _next() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('agreement_reference')")
        return int(cursor.fetchone()[0])


def _is_taken(reference: str) -> bool:
    """Whether any agreement bears it, whoever asks."""
    with seeing(Actor.system()):
        return Agreement.objects.filter(reference=reference).exists()
