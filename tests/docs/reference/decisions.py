"""The list of decisions, from their pages."""

from pathlib import Path

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "decisions"
LEAD = (
    "# Decisions\n\nOne page each: what we decided, why, and what it costs. "
    "A page is changed only to say that another one replaces it.\n"
)


def render() -> str:
    pages = sorted(FOLDER.glob("0*.md"))
    return "\n".join((LEAD, *map(_line, pages), "", _left_out(pages), ""))


def _left_out(pages: list[Path]) -> str:
    """The numbers that no page has: none is ever taken away."""
    given = [int(page.name[:4]) for page in pages]
    missing = [str(each) for each in range(1, max(given)) if each not in given]
    return f"No decision was ever numbered {' or '.join(missing)}."


def _line(page: Path) -> str:
    number, _, title = page.read_text().partition("\n")[0].removeprefix("# ").partition(". ")
    return f"{number}. [{title}]({page.name})"
