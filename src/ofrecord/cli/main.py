"""The `ofrecord` command."""

import os
import sys
from typing import Annotated

import django
import typer
from django.core.exceptions import ImproperlyConfigured

from ofrecord.cli import embedded
from ofrecord.cli.environment import SETTINGS, text

app = typer.Typer(no_args_is_help=True, add_completion=True, pretty_exceptions_enable=False)


@app.callback()
def _root() -> None:
    """Keep, prove and change the authorized partner of record."""


def prepare() -> None:
    """Make Django and the database ready; the embedded one is brought up and up to date."""
    from ofrecord.cli import migrations

    if not text("DATABASE_URL"):
        embedded.ensure()
        django.setup()
        migrations.migrate(verbosity=0)
    else:
        django.setup()


@app.command()
def migrate() -> None:
    """Bring the database up to date, as its owner."""
    from ofrecord.cli import migrations

    if not text("DATABASE_URL"):
        embedded.ensure()
    django.setup()
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
    except (ImproperlyConfigured, embedded.EmbeddedError) as error:
        typer.echo(str(error), err=True)
        sys.exit(2)
