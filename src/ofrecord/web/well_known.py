"""What everybody finds at a well-known address: the keys that documents are checked with."""

from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from ofrecord.journal import keys as signing_keys
from ofrecord.parties.actors import Actor
from ofrecord.parties.context import seeing


@require_safe
@cache_control(public=True, max_age=300)
def keys(_request: HttpRequest) -> JsonResponse:
    """The public keys as a JWK set, the present one first."""
    with seeing(Actor.system()):
        return JsonResponse(
            {"keys": signing_keys.published()}, content_type="application/jwk-set+json"
        )
