"""The API itself: its operations, its document, and how its problems are told."""

from typing import Any

from django.conf import settings
from ninja import NinjaAPI

from ofrecord import __version__
from ofrecord.api.openapi import completed
from ofrecord.api.problems import answer_with_problems
from ofrecord.api.routes import (
    agreements,
    changes,
    codes,
    consents,
    deliveries,
    eligibility,
    endpoint_acts,
    endpoints,
    events,
    locks,
    of_record,
    orders,
    parties,
    quote_offers,
    quote_requests,
    receipts,
    runs,
    statements,
    tokens,
)
from ofrecord.api.strict import StrictParser

WORDS = """
Read agreements and their partners of record, check whether a partner can be changed, change it,
and follow what happens. Everything here acts by the same rules as the pages do.

Get an access token with the credentials of your client, then send it as a bearer token. Lists go
on with the `next_cursor` of the page before. What goes wrong is told as problem details
(RFC 9457) with a `code` that stays the same. Send an `Idempotency-Key` with every write. What
answers GET answers HEAD too.
"""


class Api(NinjaAPI):
    def get_openapi_schema(self, **given: Any) -> Any:
        return completed(super().get_openapi_schema(**{"path_prefix": "api/v1/", **given}))


api = Api(
    title="OfRecord",
    version=f"1 ({__version__})",
    description=WORDS.strip(),
    parser=StrictParser(),
    docs_url=None,
    openapi_url=None,
    urls_namespace="api",
    servers=[{"url": settings.OFRECORD_BASE_URL, "description": "This installation."}],
)
for router in (
    tokens.router,
    agreements.router,
    of_record.router,
    locks.router,
    eligibility.router,
    changes.router,
    consents.router,
    codes.router,
    quote_requests.router,
    quote_offers.router,
    orders.router,
    runs.router,
    receipts.router,
    statements.router,
    parties.router,
    events.router,
    endpoints.router,
    endpoint_acts.router,
    deliveries.router,
):
    api.add_router("", router)
answer_with_problems(api)
