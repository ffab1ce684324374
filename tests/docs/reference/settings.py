"""The page of the settings."""

from ofrecord.cli.environment import SETTINGS, Setting
from tests.docs.reference.markdown import code, page, table


def render() -> str:
    return page(
        "Settings",
        "Everything that differs between installations is an environment variable. "
        "`bin/ofrecord settings` shows them with their values; secrets are shown as *(set)*. A "
        "value that cannot be used stops every command with one sentence that names it.",
        table(("Setting", "Default", "Meaning"), map(_row, SETTINGS)),
    )


def _row(setting: Setting) -> tuple[str, str, str]:
    meaning = f"{setting.meaning} *Secret.*" if setting.secret else setting.meaning
    return code(setting.name), code(setting.default), meaning
