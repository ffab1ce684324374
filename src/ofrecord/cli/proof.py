"""`ofrecord receipt`, `statement` and `check-signature`: signed documents, and whether one is."""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from rich.console import RenderableType

from ofrecord.changes import receipt as receipts
from ofrecord.changes import refusals
from ofrecord.changes import statement as statements
from ofrecord.changes.issue import Document
from ofrecord.changes.paper import receipt_page, statement_page
from ofrecord.changes.refusals import NotFound, Refused
from ofrecord.cli import output, tables
from ofrecord.cli.operator import operator
from ofrecord.cli.options import Json, References, instant, so_far
from ofrecord.cli.ready import make_ready
from ofrecord.journal import clock, keys, signing
from ofrecord.journal.signing import Jwk, Signed, Unsound
from ofrecord.parties.context import seeing

Pdf = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Write it on paper: PDF, signed inside.")
]
SignedFile = Annotated[
    Path | None, typer.Option("--signed", metavar="FILE", help="Write the signed document (JWS).")
]


def receipt(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="A change's number, PC-...")],
    pdf: Pdf = None,
    signed_file: SignedFile = None,
    as_json: Json = False,
) -> None:
    """Give the signed receipt of a change.

    Exit 4: not found.
    """
    make_ready()
    document = _given(lambda: receipts.receipt(number, by=operator()))
    _write(document, pdf, receipt_page.pdf, signed_file)
    output.answer(_as_data(document), as_json, _receipt_drawn)


def statement(
    refs: References,
    as_of: Annotated[
        datetime | None,
        typer.Option(
            parser=instant,
            metavar="DATE",
            help="Who was partner of record at the end of that day, or at an instant with offset.",
        ),
    ] = None,
    known_at: Annotated[
        datetime | None,
        typer.Option(parser=instant, metavar="DATE", help="As the system knew it then; else now."),
    ] = None,
    pdf: Pdf = None,
    signed_file: SignedFile = None,
    as_json: Json = False,
) -> None:
    """State who was partner of record at an instant, as known at an instant, and sign it.

    Exit 3: refused, or not final and therefore not signed; 4: not found.
    """
    make_ready()
    wanted = [ref.strip() for ref in refs]
    at, known = as_of or clock.business_now(), so_far(known_at)
    document = _given(
        lambda: statements.statement(wanted, effective_at=at, known_at=known, by=operator())
    )
    _write(document, pdf, statement_page.pdf, signed_file)
    output.answer(_as_data(document), as_json, _statement_drawn)
    if not document.final:
        typer.echo(refusals.not_final(output.shown(document.content["known_at"])).reason, err=True)
        raise typer.Exit(output.REFUSED)


def check_signature(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A signed document (JWS), or a PDF with one.")
    ],
    keys_file: Annotated[
        Path | None,
        typer.Option(
            "--keys", metavar="FILE", help="The published keys, as saved; else this installation's."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Check that a document is as it was signed, and say what it says.

    Exit 1: it is not.
    """
    try:
        signed = signing.read(_document_in(file), _keys(keys_file))
    except Unsound as unsound:
        if as_json:
            output.write_json({"sound": False, "reason": str(unsound)})
        typer.echo(_("Do not trust it. %(why)s") % {"why": unsound}, err=True)
        raise typer.Exit(output.FAILED) from unsound
    told = {"sound": True, "kind": signed.kind, "key": signed.key_id, "document": signed.content}
    output.answer(told, as_json, lambda _told: _checked(signed))


def _given(issue: Callable[[], Document]) -> Document:
    try:
        return issue()
    except Refused as refused:
        typer.echo(str(refused), err=True)
        missing = isinstance(refused, NotFound)
        raise typer.Exit(output.NOT_FOUND if missing else output.REFUSED) from refused


def _write(
    document: Document,
    pdf: Path | None,
    draw: Callable[[Document], bytes],
    signed: Path | None,
) -> None:
    if pdf:
        pdf.write_bytes(_given_page(document, draw))
    if signed and document.signed:
        signed.write_bytes(document.signed + b"\n")


def _given_page(document: Document, draw: Callable[[Document], bytes]) -> bytes:
    try:
        return draw(document)
    except Refused as refused:
        typer.echo(str(refused), err=True)
        raise typer.Exit(output.REFUSED) from refused


def _as_data(document: Document) -> dict[str, Any]:
    return {
        "final": document.final,
        "document": document.content,
        "signed": document.signed.decode() if document.signed else None,
    }


def _receipt_drawn(answer: dict[str, Any]) -> RenderableType:
    said = answer["document"]
    return output.facts(
        [
            (_("Change"), said["change"]),
            (_("State"), said["state"]),
            (_("Agreement"), said["agreement"]),
            (_("Before"), tables.parties(said["before"]) or _("none: sold direct")),
            (_("After"), tables.parties(said["after"])),
            (_("Effective"), said["effective_at"]),
            (_("Submitted"), said["submitted_at"]),
            (_("Head of its journal"), _head(said["head"])),
            (_("Signed"), _("yes")),
        ]
    )


def _statement_drawn(answer: dict[str, Any]) -> RenderableType:
    said = answer["document"]
    pairs: list[tuple[str, Any]] = [
        (_("Of record at"), said["effective_at"]),
        (_("As known at"), said["known_at"]),
    ]
    for each in said["agreements"]:
        none = _("none: sold direct") if each["known"] else _("not known yet")
        pairs.append((each["agreement"], tables.parties(each["partners_of_record"]) or none))
    words = _("yes") if answer["final"] else _("no: not final")
    return output.facts([*pairs, (_("Signed"), words)])


def _head(head: dict[str, Any] | None) -> str:
    return f"{head['sequence']}, {head['hash']}" if head else ""


def _document_in(file: Path) -> bytes:
    content = _bytes_of(file)
    if not content.startswith(b"%PDF"):
        return content
    try:
        attached = PdfReader(BytesIO(content)).attachments
    except PyPdfError as error:
        raise Unsound(f"The PDF cannot be read ({error}).") from error
    documents = [found[0] for name, found in attached.items() if name.endswith(".jws")]
    if len(documents) != 1:
        raise Unsound("There is no signed document inside the PDF.")
    return documents[0]


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise typer.BadParameter(_("%(file)s cannot be read.") % {"file": file}) from error


def _keys(file: Path | None) -> Sequence[Jwk]:
    if file is None:
        make_ready()
        with seeing(operator()):
            return keys.published()
    try:
        found: list[Jwk] = json.loads(_bytes_of(file))["keys"]
    except (ValueError, KeyError, TypeError) as error:
        raise typer.BadParameter(_("%(file)s holds no keys.") % {"file": file}) from error
    return found


def _checked(signed: Signed) -> RenderableType:
    said = json.dumps(signed.content, indent=2, ensure_ascii=False)
    sound = _("It is as it was signed, with key %(key)s.") % {"key": signed.key_id}
    return f"{sound}\n{signed.kind}: {said}"
