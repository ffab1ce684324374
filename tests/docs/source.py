"""The source of the product, as trees: for what has to be found in it and not typed by hand."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[2] / "src" / "ofrecord"
READERS = ("cli/verify", "cli/demo")
"""They ask for events, and record none."""

_ODD = "given|made|read|sent|withdrawn"
_PAST = rf"[a-z_]{{3,}}\.(?:[a-z]+_)*(?:[a-z]+ed|{_ODD})(?:_(?:in|out|up|off|on|over))?"
_WHOLE = re.compile(rf"{_PAST}|endpoint\.test")
_IN_SQL = re.compile(r"'((?:\{[a-z]+\}|[a-z_]+)\.[a-z_]+ed)'")


@cache
def trees() -> tuple[tuple[str, ast.Module], ...]:
    """Every module with its path below the package, but for migrations."""
    found = sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts)
    return tuple((str(path.relative_to(SOURCE)), ast.parse(path.read_text())) for path in found)


def event_types() -> set[str]:
    """Every type of event that the code can record: `noun.past_tense`, alone or inside SQL."""
    return {type for text in _texts() for type in _types(text)}


def _types(text: str) -> Iterator[str]:
    if _WHOLE.fullmatch(text):
        yield text
    for found in _IN_SQL.findall(text):
        if found.startswith("{"):
            yield from (f"{noun}.{found.partition('.')[2]}" for noun in LOADED)
        else:
            yield found


LOADED = ("account", "partner", "person")
"""What the template of facts in the feeds is filled in for."""


def _texts() -> Iterator[str]:
    for path, tree in trees():
        if not path.startswith(READERS):
            yield from (
                node.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            )
