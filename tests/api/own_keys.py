"""Schemathesis sends writes as clients do: with a key of its own, and no state it never saw."""

from typing import Any
from uuid import uuid4

import schemathesis


@schemathesis.hook
def before_call(context: Any, case: Any, kwargs: Any) -> None:
    positive = case.meta is not None and case.meta.generation.mode.is_positive
    if positive and case.headers:
        case.headers.pop("If-Match", None)
        if "Idempotency-Key" in case.headers:
            case.headers["Idempotency-Key"] = str(uuid4())
