"""The few forms of Markdown that the reference pages are made of."""

from collections.abc import Iterable, Sequence

NOTE = "<!-- Made from the code by bin/reference: edit the code, then run it. -->"


def page(title: str, lead: str, *parts: str) -> str:
    """A whole page; parts stand in paragraphs of their own."""
    return "\n\n".join((NOTE, f"# {title}", lead, *parts)) + "\n"


def table(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Rows under headings."""
    lines = [headings, ["---"] * len(headings), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def code(text: str) -> str:
    """A word as it is typed; nothing for an empty one."""
    return f"`{text}`" if text else ""


def block(text: str, language: str = "") -> str:
    """Lines as they are."""
    return f"```{language}\n{text.strip()}\n```"


def words(items: Iterable[str]) -> str:
    """Several words as they are typed."""
    return ", ".join(code(item) for item in items)
