"""The page of the commands, from the commands themselves."""

from typing import Any

from typer.core import TyperArgument

from tests.docs.commands import Found, every_command
from tests.docs.reference.markdown import block, code, page, table

SHELLS = """
bin/ofrecord --install-completion
bin/ofrecord --show-completion
"""


def render() -> str:
    return page(
        "Commands",
        "`bin/ofrecord` runs a command from a checkout and makes its environment first if need "
        "be; an installed package has `ofrecord`. Without `DATABASE_URL`, each command brings the "
        "embedded database up, and up to date, by itself.",
        "With `--json`, standard output carries one line of JSON alone; progress and logs go to "
        "standard error. Nothing prompts when standard input is no terminal. Every command ends "
        "with 0 when it did what it was asked for and 2 on bad usage; what else it ends with is "
        "said with it.",
        "Completion for the shell is installed, or printed, by",
        block(SHELLS, "sh"),
        *(_section(found) for found in every_command()),
    )


def _section(found: Found) -> str:
    words, command = found
    usage = block(_usage(words, command), "sh")
    parts = [f"## ofrecord {' '.join(words)}", (command.help or "").strip(), usage]
    rows = [_row(each) for each in _parameters(command)]
    if rows:
        parts.append(table(("Argument or option", "Meaning"), rows))
    return "\n\n".join(parts)


def _parameters(command: Any) -> list[Any]:
    return [each for each in command.params if "--help" not in each.opts]


def _usage(words: tuple[str, ...], command: Any) -> str:
    given = (
        _typed(each) if each.required else f"[{_typed(each)}]" for each in _parameters(command)
    )
    return " ".join(("bin/ofrecord", *words, *given))


def _row(parameter: Any) -> tuple[str, str]:
    said = parameter.help or ""
    if isinstance(parameter.default, str | int) and not isinstance(parameter.default, bool):
        said += f" Default: {code(str(parameter.default))}."
    return code(_typed(parameter)), said


def _typed(parameter: Any) -> str:
    """An argument or option as it is typed."""
    if isinstance(parameter, TyperArgument):
        named = parameter.metavar or str(parameter.name).upper()
        return f"{named}..." if parameter.nargs == -1 else named
    if parameter.is_flag:
        return str(parameter.opts[-1])
    return f"{parameter.opts[-1]} {parameter.metavar or _value(parameter)}"


def _value(parameter: Any) -> str:
    return "N" if "int" in parameter.type.name else str(parameter.name).upper()
