"""`ofrecord migrate` and `ofrecord settings`."""

from typing import Annotated

import typer

from ofrecord.cli import migrations, ready
from ofrecord.cli.environment import SETTINGS, Setting
from ofrecord.cli.output import screen, write_json


def migrate() -> None:
    """Bring the database up to date, as its owner."""
    ready.bring_up()
    done = migrations.migrate()
    typer.echo("Migrated." if done else "The database is up to date.", err=True)


def settings(
    reveal: Annotated[bool, typer.Option("--reveal", help="Show secrets as they are.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Show every setting with its value and what it means."""
    if as_json:
        write_json({"settings": [_as_data(setting, reveal) for setting in SETTINGS]})
        return
    for setting in SETTINGS:
        screen().print(f"{setting.name}={_value(setting, reveal)}", style="bold", soft_wrap=True)
        screen().print(f"    {setting.meaning}", soft_wrap=True)


def _as_data(setting: Setting, reveal: bool) -> dict[str, str | bool]:
    return {
        "name": setting.name,
        "value": _value(setting, reveal),
        "default": setting.default,
        "meaning": setting.meaning,
        "secret": setting.secret,
    }


def _value(setting: Setting, reveal: bool) -> str:
    return "(set)" if setting.secret and setting.value and not reveal else setting.value
