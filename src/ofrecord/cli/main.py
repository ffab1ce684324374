"""The `ofrecord` command."""

import os
import sys
from typing import Annotated

import typer
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError

from ofrecord.cli import embedded, migrations, ready
from ofrecord.cli.environment import SETTINGS
from ofrecord.cli.serve import serve

app = typer.Typer(no_args_is_help=True, add_completion=True, pretty_exceptions_enable=False)
app.command()(serve)


@app.callback()
def _root() -> None:
    """Keep, prove and change the authorized partner of record."""


@app.command()
def migrate() -> None:
    """Bring the database up to date, as its owner."""
    ready.bring_up()
    done = migrations.migrate()
    typer.echo("The database is up to date." if not done else "Migrated.", err=True)


@app.command()
def settings(
    reveal: Annotated[bool, typer.Option(help="Show secrets as they are.")] = False,
) -> None:
    """Show every setting with its value and what it means."""
    for setting in SETTINGS:
        shown = "(set)" if setting.secret and setting.value and not reveal else setting.value
        typer.echo(f"{setting.name}={shown}\n    {setting.meaning}")


def main() -> None:
    """Run the command; a setting that cannot be used is one sentence, not a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ofrecord.settings")
    try:
        app()
    except (ImproperlyConfigured, CommandError, embedded.EmbeddedError) as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
