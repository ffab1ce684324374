"""The last part of every sheet: where it stands in the journal, and how to check it."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from ofrecord.changes.issue import Document
from ofrecord.changes.paper.sheet import GREY, WARNING, Sheet, halved, moment
from ofrecord.journal import signing


def finished(sheet: Sheet) -> bytes:
    """The sheet with its proof, and the signed document inside it."""
    document = sheet.document
    if document.signed is None:
        _not_final(sheet)
    else:
        _signed(sheet, document, document.signed)
    if sheet.was_replaced:
        said = _(
            "A character that this page has no letter for is written as its code point, such as "
            "[U+65E5]. The signed document has the text itself."
        )
        sheet.sentence(said, small=True, colour=GREY)
    return bytes(sheet.output())


def _not_final(sheet: Sheet) -> None:
    sheet.heading(_("Not final, not signed"))
    said = _(
        "When this answer was given, something that was being recorded could still have been "
        "added to it. It proves nothing. Ask for it again."
    )
    sheet.sentence(said, colour=WARNING)


def _signed(sheet: Sheet, document: Document, signed: bytes) -> None:
    sheet.heading(_("Proof"))
    anchor = document.content["anchor"]
    head = document.content.get("head")
    shown = [each["sequence"] for each in document.content.get("events", ())]
    file, address = f"{document.name}.jws", settings.OFRECORD_BASE_URL
    sheet.embed_file(
        bytes=signed,
        basename=file,
        mime_type="application/jose",
        associated_file_relationship="Source",
        desc=str(_("The signed document")),
        modification_date=document.content["issued_at"],
    )
    sheet.facts(
        [
            (_("Signed with key"), signing.present()["kid"]),
            (_("Keys are published at"), f"{address}/.well-known/ofrecord-keys.json"),
            (_("Signed document"), _("%(file)s, inside this file") % {"file": file}),
            (
                _("Head of its journal"),
                head_of(head) if head and head["sequence"] not in shown else None,
            ),
            (_("Latest anchor"), _anchor(anchor) if anchor else None),
        ]
    )
    said = _(
        "The signed document inside this file is what counts; this page is drawn from it. It is a "
        "JWS (RFC 7515) signed with Ed25519, so anybody can check it without asking us: save it "
        "from this file, get the keys once, and check it with any JOSE library, with openssl, or "
        "with: ofrecord check-signature %(file)s --keys ofrecord-keys.json"
    )
    sheet.ln(2)
    sheet.sentence(said % {"file": file}, small=True, colour=GREY)


def head_of(head: dict[str, Any]) -> str:
    return _("event %(sequence)s: %(hash)s") % {**head, "hash": halved(str(head["hash"]))}


def _anchor(anchor: dict[str, Any]) -> str:
    said = _("number %(number)s, up to %(until)s: %(sha256)s")
    until, digest = moment(anchor["until"]), halved(anchor["sha256"])
    return said % {"number": anchor["number"], "until": until, "sha256": digest}
