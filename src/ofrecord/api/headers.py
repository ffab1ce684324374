"""Headers that requests may carry, as the document describes them."""

IF_NONE_MATCH = {
    "name": "If-None-Match",
    "required": False,
    "schema": {"type": "string"},
    "description": "The `ETag` that the client has: the answer is 304 while it is still so.",
}
IF_MATCH = {
    "name": "If-Match",
    "required": False,
    "schema": {"type": "string"},
    "description": "The `ETag` that the client saw: refused with 412 when it is no longer so.",
}
KEY_PATTERN = r"^[!-~]{1,255}$"
IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "pattern": KEY_PATTERN},
    "description": "Names this request, best a UUID. Sent again with the same key and body it "
    "gets the same answer, byte by byte, and does nothing more; another body with the same key "
    "is refused with 422. Without a key a request whose answer was lost cannot be sent again "
    "safely.",
}
