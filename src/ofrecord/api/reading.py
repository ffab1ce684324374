"""The document as people read it: sections of operations, and tables of fields."""

import json
import re
from dataclasses import dataclass
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

Json = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """One name of a request or an answer. `shape` names the shape it holds, where it is one."""

    name: str
    type: str
    required: bool
    description: str
    shape: str = ""


@dataclass(frozen=True)
class Answer:
    status: str
    description: str
    shape: str


@dataclass(frozen=True)
class Operation:
    """One operation, with all that a reader has to know to call it."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    scope: str
    kinds: str
    parameters: tuple[Field, ...]
    body: str
    example: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True)
class Section:
    name: str
    description: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True)
class Shape:
    """A shape with its fields, or one of some values."""

    name: str
    description: str
    fields: tuple[Field, ...]
    values: tuple[str, ...] = ()


def worded(text: str) -> SafeString:
    """Words of the document, with what stands in backquotes as code."""
    return mark_safe(re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(text)))  # noqa: S308  # escaped


def sections(document: Json) -> list[Section]:
    """The operations under their tags, in the order of the document."""
    found = [
        (operation["tags"][0], _operation(document, method, path, operation))
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    return [
        Section(
            tag["name"],
            tag["description"],
            tuple(each for name, each in found if name == tag["name"]),
        )
        for tag in document["tags"]
    ]


def shapes(document: Json) -> list[Shape]:
    """The shapes of requests and answers, by name."""
    return [
        Shape(
            name,
            worded(schema.get("description", "")),
            _fields(schema),
            tuple(schema.get("enum", ())),
        )
        for name, schema in sorted(document["components"]["schemas"].items())
    ]


def _operation(document: Json, method: str, path: str, operation: Json) -> Operation:
    body: Json = next(iter(operation.get("requestBody", {}).get("content", {}).values()), {})
    scopes = [scope for each in operation["security"] for scope in each.get("oauth2", ())]
    shape = _name(body.get("schema", {}))
    return Operation(
        operation["operationId"],
        method.upper(),
        path,
        operation["summary"],
        worded(operation["description"]),
        " ".join(scopes),
        ", ".join(operation.get("x-client-kinds", ())),
        tuple(_parameter(each) for each in operation.get("parameters", ())),
        shape,
        _example(document["components"]["schemas"].get(shape, {})),
        tuple(_answer(document, *each) for each in operation["responses"].items()),
    )


def _parameter(parameter: Json) -> Field:
    type, shape = _type(parameter["schema"])
    return Field(
        parameter["name"],
        f"{parameter['in']}, {type}",
        parameter.get("required", False),
        worded(parameter.get("description", "")),
        shape,
    )


def _answer(document: Json, status: str, response: Json) -> Answer:
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    content: Json = next(iter(response.get("content", {}).values()), {})
    return Answer(status, worded(response["description"]), _name(content.get("schema", {})))


def _fields(schema: Json) -> tuple[Field, ...]:
    required = schema.get("required", ())
    return tuple(
        Field(name, *_typed(each, name in required))
        for name, each in schema.get("properties", {}).items()
    )


def _typed(schema: Json, required: bool) -> tuple[str, bool, str, str]:
    type, shape = _type(schema)
    return type, required, worded(schema.get("description", "")), shape


def _type(schema: Json) -> tuple[str, str]:
    """What a value is, in words, and the name of the shape in it."""
    if "anyOf" in schema:
        each = [_type(choice) for choice in schema["anyOf"]]
        return " or ".join(type for type, _ in each), next((s for _, s in each if s), "")
    if shape := _name(schema):
        return shape, shape
    if schema.get("type") == "array":
        type, shape = _type(schema.get("items", {}))
        return f"list of {type}", shape
    if "enum" in schema:
        return " | ".join(map(str, schema["enum"])), ""
    return str(schema.get("format") or schema.get("const") or schema.get("type", "any")), ""


def _name(schema: Json) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _example(schema: Json) -> str:
    examples = schema.get("examples", ())
    return json.dumps(examples[0], indent=2, ensure_ascii=False) if examples else ""
