"""From a database's address to what Django wants to know of it."""

from typing import Any

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from ofrecord.cli.environment import SettingError


def django_database(name: str, url: str) -> dict[str, Any]:
    """The database that the setting called `name` leads to, by URL or `key=value` words."""
    try:
        given = conninfo_to_dict(url)
    except ProgrammingError:
        raise SettingError(
            f"{name} is not usable; it must be like postgresql://user:password@host/database."
        ) from None
    if not (given.get("user") and given.get("dbname")):
        raise SettingError(f"{name} must name a user and a database.")
    words = {word: str(given.pop(word, "")) for word in ("user", "password", "host", "port")}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": given.pop("dbname"),
        **{word.upper(): value for word, value in words.items()},
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {"application_name": "ofrecord", **given},
    }


def limited(database: dict[str, Any], *, pool: int, statement_timeout: int) -> dict[str, Any]:
    """The same with limits, so that one request cannot hold up the others; seconds, 0 for none.

    Statements that are prepared (`journal/prepared.py`) are planned once and not for each value.
    """
    idle = 60 if statement_timeout else 600
    words = ["-c plan_cache_mode=force_generic_plan"]
    words += [f"-c idle_in_transaction_session_timeout={idle}s"]
    words += [f"-c statement_timeout={statement_timeout}s"] if statement_timeout else []
    words += [database["OPTIONS"]["options"]] if "options" in database["OPTIONS"] else []
    options = {**database["OPTIONS"], "options": " ".join(words)}
    if pool:
        options["pool"] = {"min_size": 1, "max_size": pool, "timeout": 10}
    return {**database, "OPTIONS": options}
