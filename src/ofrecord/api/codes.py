"""What the codes of problems mean, for the reference."""

from ofrecord.rules.rule import CODES as RULES

CODES = {
    "address_refused": "The client may not call from this address; or, beside `url`, no endpoint "
    "may be at it.",
    "agreement_missing": "A look-up has to name the agreements whose partner is to change.",
    "agreement_moved": "What was shown is no longer so. Check again.",
    "already_paused": "The endpoint is paused already.",
    "already_settled": "The delivery was acknowledged or waived before.",
    "body_too_large": "The body is larger than a request may be.",
    "body_unusable": "The body is not JSON.",
    "busy": "Another request holds what this one needs. Send it again, with the same key.",
    "cursor_unknown": "There is no such place in this list. Begin anew.",
    "effective_in_past": "The change would take effect before today.",
    "endpoint_paused": "The endpoint is paused; resume it first.",
    "endpoint_removed": "The endpoint was removed, and is told of nothing any more.",
    "endpoint_unknown": "There is no such endpoint.",
    "fingerprint_unusable": "Each agreement needs the fingerprint of its own check.",
    "idempotency_key_reused": "The key was used for another request.",
    "invalid": "The request does not have the form that is documented; `errors` says where.",
    "known_at_in_future": "What will be known later is not known now.",
    "lookup_limit": "Too many partner numbers were looked up within the hour.",
    "media_type_unsupported": "The body has to be application/json.",
    "method_not_allowed": "The address does not know the method; `Allow` says which it knows.",
    "moved_meanwhile": "It is no longer as `If-Match` says.",
    "name_taken": "Another endpoint has this name.",
    "name_unusable": "It cannot be the name of an endpoint.",
    "not_acceptable": "It is not to be had in any media type that `Accept` names.",
    "not_final": "Something was still being recorded at that instant. Ask again in a moment.",
    "not_for_client": "Clients of this kind cannot do this.",
    "not_found": "It does not exist, or not for this client.",
    "not_open": "The change is no longer open.",
    "not_paused": "The endpoint is not paused.",
    "not_permitted": "The person's roles on the agreement do not allow it.",
    "others_refused": "All or nothing was asked, and another agreement was refused.",
    "overlap_unusable": "The old secret cannot sign along for so long.",
    "person_unknown": "The client cannot act for this person.",
    "range_too_large": "There are too many events in the range of time.",
    "range_unusable": "The range of time ends before it begins.",
    "rate_limited": "The client called too often within the minute.",
    "reason_missing": "A change needs a reason.",
    "scope_missing": "The token does not have the scope that this needs.",
    "server_error": "Something went wrong here. Send it again, with the same key.",
    "test_not_replayed": "A test is not sent again; send a new one.",
    "token_limit": "Too many tokens were asked for from this address within the hour.",
    "token_unusable": "The access token is missing, over, or revoked.",
    "too_long_for_paper": "The record is too long for one document.",
    "too_many": "One act takes at most 10,000 agreements.",
    "types_unusable": "The endpoint cannot be told of these types.",
    "url_insecure": "The address has to start with https://.",
    "url_unusable": "The address cannot be posted to.",
}


def told() -> list[tuple[str, str]]:
    """Every code that a problem can have, in order, and what it means."""
    rules = dict.fromkeys(RULES, "A rule of the policy refuses; the verdict says when and why.")
    return sorted({**rules, **CODES}.items())
