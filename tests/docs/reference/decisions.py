"""The list of decisions, from their pages."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "decisions"
LEAD = (
    "# Decisions\n\nOne page each: what we decided, why, and what it costs. "
    "A page is changed only to say that another one replaces it.\n"
)


def render() -> str:
    pages = sorted(FOLDER.glob("0*.md"))
    return "\n".join((LEAD, *map(_line, pages), ""))


def _line(page: Path) -> str:
    number, _, title = page.read_text().partition("\n")[0].removeprefix("# ").partition(". ")
    return f"{number}. [{title}]({page.name})"
