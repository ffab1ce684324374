"""`ofrecord signing-key`: the keys that documents are checked with, and a new one."""

from pathlib import Path
from typing import Annotated

import typer
from django.conf import settings
from django.utils.translation import gettext as _

from ofrecord.cli import output, signing_key
from ofrecord.cli.environment import text
from ofrecord.cli.operator import operator
from ofrecord.cli.options import Json
from ofrecord.cli.ready import make_ready
from ofrecord.journal import keys, signing
from ofrecord.parties.context import seeing

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Publish the keys that sign, and rotate them."
)


@app.command("list")
def list_keys(as_json: Json = False) -> None:
    """List the public keys as they are published, the present one first."""
    make_ready()
    _answer(as_json)


@app.command()
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where to write it, as PEM.")],
) -> None:
    """Write the present public key in PEM, as openssl takes it."""
    make_ready()
    file.write_bytes(signing.public_pem(signing.present()))


@app.command()
def rotate(as_json: Json = False) -> None:
    """Sign with a new key from now on; the old one stays published, and can sign no more.

    Servers and workers take the new key when they start again. Exit 3: the key is a setting.
    """
    make_ready()
    if text("OFRECORD_SIGNING_KEY"):
        typer.echo(_("The key is set by OFRECORD_SIGNING_KEY: set another one there."), err=True)
        raise typer.Exit(output.REFUSED)
    with seeing(operator()):
        keys.published()
    settings.OFRECORD_SIGNING_KEY = signing_key.replace().strip()
    _answer(as_json)


def _answer(as_json: bool) -> None:
    with seeing(operator()):
        told = {"keys": keys.published()}
    headings = (_("Key"), _("Public"))
    rows = [(key["kid"], key["x"]) for key in told["keys"]]
    output.answer(told, as_json, lambda _told: output.table(headings, rows))
