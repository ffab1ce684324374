"""The style sheets are sent with every page: they hold nothing that no page uses."""

import re
from pathlib import Path

PRODUCT = Path(__file__).resolve().parents[2] / "src" / "ofrecord"
OF_HTMX = {"htmx-request"}


def test_every_class_of_the_style_sheets_is_given_somewhere() -> None:
    sheets = "\n".join(path.read_text() for path in PRODUCT.rglob("static/web/css/**/*.css"))
    code = "\n".join(
        path.read_text()
        for kind in ("html", "py", "js")
        for path in PRODUCT.rglob(f"*.{kind}")
        if "style" not in path.parts
    )
    given = set(re.findall(r"[a-zA-Z][\w-]*", code))
    stems = set(re.findall(r"[a-zA-Z][\w-]*-\w*(?=\{)", code))
    named = set(
        re.findall(r"\.([a-zA-Z][\w-]*)", re.sub(r"/\*.*?\*/", "", sheets, flags=re.DOTALL))
    )
    made = {name for name in named if any(name.startswith(stem) for stem in stems)}
    assert named - given - made - OF_HTMX == set()
