"""The pages of the documentation, taken apart: blocks, inline code, links, headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|(?:src|srcset)=\"([^\"]+)\"")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_WORLD = re.compile(r"^<!-- console: ([a-z, ]+) -->$", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    path: Path

    @property
    def name(self) -> str:
        return str(self.path.relative_to(ROOT))

    @cached_property
    def text(self) -> str:
        return self.path.read_text()

    @cached_property
    def prose(self) -> str:
        """The page without its blocks."""
        return _FENCE.sub("", self.text)

    @property
    def world(self) -> list[str]:
        """What its console blocks are run on; empty when it has none."""
        found = _WORLD.search(self.text)
        return found.group(1).split(", ") if found else []

    def blocks(self, *languages: str) -> list[str]:
        return [text for language, text in _FENCE.findall(self.text) if language in languages]

    def inline(self) -> list[str]:
        return re.findall(r"`([^`\n]+)`", self.prose)

    def links(self) -> list[str]:
        """Where it leads to within the repository, pictures included."""
        found = [markdown or html for markdown, html in _LINK.findall(self.prose)]
        return [link for link in found if not re.match(r"[a-z]+:", link)]

    def anchors(self) -> set[str]:
        """Its headings as addresses know them."""
        plain = (
            re.sub(r"[^\w\- ]", "", heading.lower()) for heading in _HEADING.findall(self.prose)
        )
        return {heading.strip().replace(" ", "-") for heading in plain}

    def commands(self) -> Iterator[str]:
        """Every `ofrecord` command line that it shows, in blocks and in sentences."""
        for line in self._lines():
            for part in re.split(r"\||&&|;|\$\(", line):
                found = re.match(r"(?:\w+=\S+ )*(?:bin/)?ofrecord (.+)", part.strip())
                if found:
                    yield found.group(1)

    def _lines(self) -> list[str]:
        blocks = [*self.blocks("sh"), *("\n".join(typed(text)) for text in self.blocks("console"))]
        joined = "\n".join(blocks).replace("\\\n", " ")
        return [*joined.splitlines(), *self.inline()]


def typed(console: str) -> list[str]:
    """What is typed in a console block: the lines after `$ `, with those that continue them."""
    return [command for command, _ in steps(console)]


def steps(console: str) -> list[tuple[str, list[str]]]:
    """Each command of a console block, with the lines that follow it."""
    found: list[tuple[str, list[str]]] = []
    for line in console.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        elif found and found[-1][0].endswith("\\") and not found[-1][1]:
            found[-1] = (f"{found[-1][0]}\n{line}", [])
        elif found:
            found[-1][1].append(line)
    return found


def every_page() -> list[Page]:
    written = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [Page(path) for path in written]
