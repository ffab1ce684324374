"""Whether this process lives, and whether it can serve."""

from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.http import require_safe


@require_safe
def healthz(_request: HttpRequest) -> JsonResponse:
    """Alive: the process answers."""
    return JsonResponse({"status": "alive"})


@require_safe
def readyz(_request: HttpRequest) -> JsonResponse:
    """Ready: the database answers and holds every migration of this version."""
    try:
        waiting = _migrations_waiting()
    except DatabaseError:
        return JsonResponse({"status": "waiting", "database": "unreachable"}, status=503)
    if waiting:
        return JsonResponse(
            {"status": "waiting", "database": "ok", "migrations_waiting": waiting}, status=503
        )
    return JsonResponse({"status": "ready", "database": "ok", "migrations_waiting": 0})


def _migrations_waiting() -> int:
    executor = MigrationExecutor(connection)
    return len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
