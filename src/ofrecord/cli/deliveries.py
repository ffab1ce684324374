"""`ofrecord delivery`: what systems were told, what they answered, and telling them again."""

from dataclasses import asdict
from typing import Annotated, Any

import typer
from django.utils.translation import gettext as _
from rich.console import Group, RenderableType

from ofrecord.agreements.models import Agreement
from ofrecord.cli import output
from ofrecord.cli.endpoint_acts import refusing
from ofrecord.cli.operator import operator
from ofrecord.cli.options import Json
from ofrecord.cli.ready import make_ready
from ofrecord.delivery import log
from ofrecord.delivery import replay as replaying
from ofrecord.delivery.models import Delivery, DeliveryState, Endpoint
from ofrecord.parties.context import seeing

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="What systems were told of, and again."
)
Id = Annotated[int, typer.Argument(metavar="ID", help="A delivery's id, from the list.")]


@app.command("list")
def list_deliveries(
    endpoint: Annotated[str, typer.Option(metavar="NAME", help="To this system.")] = "",
    state: Annotated[
        str, typer.Option(help="waiting, acknowledged, parked (given up) or waived.")
    ] = "",
    type: Annotated[str, typer.Option(help="Of this event type, or prefix.*.")] = "",
    agreement: Annotated[str, typer.Option(metavar="REF", help="Of this agreement.")] = "",
    after: Annotated[int | None, typer.Option(metavar="ID", help="Older than this one.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = log.PAGE,
    as_json: Json = False,
) -> None:
    """List deliveries, the newest first. Exit 4: no such system or agreement."""
    make_ready()
    if state and state not in DeliveryState.values:
        raise typer.BadParameter(_("A delivery is waiting, acknowledged, parked or waived."))
    with seeing(operator()):
        wanted = log.Wanted(_endpoint(endpoint), state, type, _subject(agreement), after)
        page = log.page(wanted, limit)
    told = {"deliveries": [_as_data(each) for each in page.entries], "after": page.later}
    output.answer(told, as_json, _listed)


@app.command()
def show(id: Id, as_json: Json = False) -> None:
    """Show one delivery: what was sent, its signature masked, and what came back. Exit 4: none."""
    make_ready()
    with seeing(operator()):
        entry = log.entry(id)
        if entry is None:
            raise _unknown(_("No delivery has the id %(id)s.") % {"id": id})
        delivery = Delivery.objects.select_related("event").get(pk=id)
        tries = [asdict(each) for each in log.exchanges(delivery)]
        told = {**_as_data(entry), "tries": tries, "body": log.body(delivery)}
    output.answer(told, as_json, _shown)


@app.command()
def replay(id: Id, as_json: Json = False) -> None:
    """Send one event again; one that waits for its next try is tried now.

    Exit 3: refused; 4: no such delivery.
    """
    make_ready()
    with seeing(operator()):
        delivery = Delivery.objects.filter(pk=id).first()
    if delivery is None:
        raise _unknown(_("No delivery has the id %(id)s.") % {"id": id})
    with refusing():
        again = replaying.replay(delivery, by=operator())
    said = _("It is sent again, as delivery %(id)s.") % {"id": again.pk}
    output.answer({"id": again.pk, "state": again.state}, as_json, lambda _told: said)


def _unknown(sentence: str) -> typer.Exit:
    typer.echo(sentence, err=True)
    return typer.Exit(output.NOT_FOUND)


def _endpoint(name: str) -> int | None:
    if not name:
        return None
    found = Endpoint.objects.filter(name=name).order_by("-active", "-pk").first()
    if found is None:
        raise _unknown(_("There is no endpoint named %(name)s.") % {"name": name})
    return found.pk


def _subject(reference: str) -> tuple[str, int] | None:
    if not reference:
        return None
    found = Agreement.objects.filter(reference=reference).first()
    if found is None:
        raise _unknown(_("There is no agreement %(reference)s.") % {"reference": reference})
    return "agreement", found.pk


def _as_data(entry: log.Entry) -> dict[str, Any]:
    return {key: value for key, value in asdict(entry).items() if key != "endpoint_id"}


def _listed(told: dict[str, Any]) -> RenderableType:
    headings = (_("Id"), _("When"), _("System"), _("Event"), _("Subject"), _("State"), _("Problem"))
    return output.table(
        headings,
        [
            (
                *(each["id"], each["created_at"], each["endpoint"], each["type"]),
                *(each["subject"], DeliveryState(each["state"]).label),
                each["waived_reason"] or each["last_error"],
            )
            for each in told["deliveries"]
        ],
    )


def _shown(told: dict[str, Any]) -> RenderableType:
    facts = output.facts(
        [
            (_("System"), told["endpoint"]),
            (_("Event"), f"{told['type']} {told['event_id']}"),
            (_("Subject"), told["subject"]),
            (_("State"), DeliveryState(told["state"]).label),
            (_("Next try"), told["next_try_at"]),
            (_("Waived because"), told["waived_reason"] or None),
        ]
    )
    headings = (_("When"), _("Took"), _("Status"), _("Answer"))
    tries = output.table(
        headings,
        [
            (
                *(each["started_at"], f"{each['milliseconds']} ms", each["status"]),
                each["error"] or each["answer"],
            )
            for each in told["tries"]
        ],
    )
    return Group(facts, "", tries, "", told["body"])
