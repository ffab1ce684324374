"""Issuing a document: signed, with what it rests on, and journaled with who got it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from ofrecord.journal import anchors, keys, settled, signing
from ofrecord.journal.record import Fact
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing
from ofrecord.parties.streams import tell_accounts


@dataclass(frozen=True)
class Document:
    """A receipt or a statement: what it says, and the same signed.

    `signed` is a JWS in compact form, or None where nothing may be signed yet. `name` is what a
    file of it is called, without its ending.
    """

    kind: str
    name: str
    content: dict[str, Any]
    signed: bytes | None

    @property
    def final(self) -> bool:
        return self.signed is not None


def drawn_up(kind: str, name: str, content: dict[str, Any], *, final: bool = True) -> Document:
    """The document, signed when it is final, with its issuer and the latest anchor."""
    anchor = anchors.latest()
    full = {
        **content,
        "issuer": {"name": settings.OFRECORD_VENDOR_NAME, "address": settings.OFRECORD_BASE_URL},
        "issued_at": settled.recorded_now(),
        "time_zone": settings.TIME_ZONE,
        "anchor": anchor.as_data() if anchor else None,
    }
    return Document(kind, name, full, _signed(kind, full) if final else None)


def _signed(kind: str, content: dict[str, Any]) -> bytes:
    """Signed with a key that is published from now on at the latest."""
    with seeing(Actor.system()):
        keys.published()
    return signing.sign(kind, content)


def tell(
    type: str,
    accounts: Mapping[int, str],
    references: Sequence[tuple[int, str]],
    data: dict[str, Any],
    by: Actor,
) -> None:
    """Journal who got it, in the stream of each account whose agreements it is about.

    The accounts are locked, with their numbers; `references` are (account, agreement).
    """
    own: dict[int, list[str]] = {id: [] for id in accounts}
    for account, reference in references:
        own[account].append(reference)
    facts = [
        Fact(
            subject_id=id,
            type=type,
            subject=number,
            data={"agreements": own[id], **data},
            account_id=id,
            about=own[id][0] if len(own[id]) == 1 else "",
        )
        for id, number in accounts.items()
    ]
    tell_accounts(facts, by.by)
