"""The page of the refusals of acts, found where the code gives them."""

import ast
from collections.abc import Iterator

from ofrecord.changes.refusals import _KINDS, NotAvailable
from ofrecord.rules.rule import CODES
from tests.docs.reference.markdown import code, page, table
from tests.docs.source import trees

Row = tuple[str, str, str]
ABOUT = {
    "changes": "Partner changes",
    "invitations": "Invitations",
    "quotes": "Quotes and orders",
    "cases": "Cases",
    "transitions": "Partners that are suspended or terminated",
    "rules": "The policy",
    "delivery": "Endpoints and deliveries",
    "parties": "People, roles and API clients",
    "agreements": "Contract managers",
}
GIVERS = ("plain", "Refused")


def render() -> str:
    return page(
        "Refusals",
        "An act that is refused changes nothing. It says so with a code, which stays the same, and "
        "a sentence. Words in *italics* are filled in.",
        "The rules of eligibility refuse with their own codes: see [Rules](rules.md). Rows of an "
        "import are refused with those of [Feeds](feeds.md).",
        *(_section(module) for module in ABOUT),
        "## As HTTP has them",
        "What a page answers with when a change is refused, by the code that stands first.",
        table(("Status", "Codes"), _statuses()),
    )


def _section(module: str) -> str:
    rows = sorted(_given(module))
    return f"## {ABOUT[module]}\n\n{table(('Code', 'Sentence', 'What to do'), rows)}"


def givers() -> set[str]:
    """The modules that refuse something with a code of their own."""
    return {
        path.partition("/")[0]
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and _of_function(node)
    }


def _given(module: str) -> Iterator[Row]:
    seen = set()
    for path, tree in trees():
        if path.startswith(f"{module}/"):
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef):
                    yield from (row for row in _of_function(node) if row not in seen)
                    seen.update(_of_function(node))


def _of_function(function: ast.FunctionDef) -> list[Row]:
    calls = [node for node in ast.walk(function) if isinstance(node, ast.Call)]
    given = [_row(call, function) for call in calls if _gives(call)]
    return given + [row for call in calls for row in _of_states(call, function)]


def _gives(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    first = call.args[0] if call.args else None
    return name in GIVERS and isinstance(first, ast.Constant) and isinstance(first.value, str)


def _of_states(call: ast.Call, function: ast.FunctionDef) -> Iterator[Row]:
    """A code for each state, where it is made of the state: with the sentence for that."""
    made = call.args[0] if call.args else None
    if getattr(call.func, "id", "") in GIVERS and isinstance(made, ast.JoinedStr):
        stem = getattr(made.values[0], "value", "")
        for node in (each for each in ast.walk(function) if isinstance(each, ast.Dict)):
            for key, said in zip(node.keys, node.values, strict=True):
                if isinstance(key, ast.Attribute):
                    yield code(f"{stem}{key.attr.lower()}"), " / ".join(_sentences(said)), ""


def _row(call: ast.Call, function: ast.FunctionDef) -> Row:
    assert isinstance(call.args[0], ast.Constant)
    remedies = [text for argument in call.args[2:] for text in _sentences(argument)]
    reasons = list(_sentences(call.args[1])) or _reasons_of(function, call.args[1], remedies)
    said = " / ".join(reasons) or "(what is wrong with it)"
    return code(str(call.args[0].value)), said, " ".join(remedies)


def _reasons_of(function: ast.FunctionDef, given: ast.expr, remedies: list[str]) -> list[str]:
    """The sentences that the function chooses from; none where the words come from elsewhere."""
    chosen = isinstance(given, ast.Name | ast.BinOp)
    return [text for text in _sentences(function) if chosen and text not in remedies]


def _sentences(tree: ast.AST) -> Iterator[str]:
    """The translatable sentences below a node, with what is filled in by name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "_":
            said = node.args[0]
            if isinstance(said, ast.Constant) and " " in str(said.value):
                yield str(said.value).replace("%(", "*").replace(")s", "*").replace(")r", "*")


def _statuses() -> list[tuple[str, str]]:
    kinds = {**_KINDS, **{rule: _KINDS.get(rule, NotAvailable) for rule in CODES}}
    statuses: dict[int, list[str]] = {}
    for name, kind in kinds.items():
        statuses.setdefault(kind.status, []).append(code(name))
    return [(str(status), ", ".join(statuses[status])) for status in sorted(statuses)]
