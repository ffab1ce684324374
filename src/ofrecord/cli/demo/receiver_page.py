"""The one page of a receiving system: what it knows, and what has just arrived."""

from collections.abc import Sequence
from gettext import gettext as _
from html import escape

from ofrecord.cli.demo.receiver_store import Delivery, Store

LIMIT = 200

STYLE = """
:root { color-scheme: light dark; --ink: #1c1b19; --soft: #5f5b55; --line: #e2ddd5;
  --paper: #faf8f5; --card: #fff; --accent: #0b5d57 }
@media (prefers-color-scheme: dark) { :root { --ink: #efece7; --soft: #b3ada4; --line: #3a3733;
  --paper: #191816; --card: #22201e; --accent: #5fc7bb } }
body { font: 14px/1.5 Inter, system-ui, sans-serif; color: var(--ink); background: var(--paper);
  margin: 0 auto; max-width: 72rem; padding: 1.5rem; font-variant-numeric: tabular-nums }
h1 { font-size: 1.5rem } h2 { font-size: 1rem; margin-top: 2rem } p { color: var(--soft) }
div { overflow-x: auto; background: var(--card); border: 1px solid var(--line);
  border-radius: 8px } table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .4rem .8rem; border-bottom: 1px solid var(--line) }
tr:last-child td { border-bottom: 0 } a { color: var(--accent) }
"""


def page(name: str, store: Store) -> str:
    """The page as HTML; it loads itself again every two seconds."""
    recent, known = store.snapshot()
    counts = _("{count} deliveries, {doubles} of them doubles, {late} after a newer one.").format(
        count=store.count, doubles=store.doubles, late=store.late
    )
    shown = list(known.items())[:LIMIT]
    partners = [(subject, "; ".join(map(_member, after))) for subject, after in shown]
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{escape(name)}</title>'
        '<meta name="viewport" content="width=device-width">'
        '<meta http-equiv="refresh" content="2">'
        f"<style>{STYLE}</style></head><body><main><h1>{escape(name)}</h1>"
        f'<p>{escape(counts)} <a href="/deliveries">{escape(_("All deliveries as JSON"))}</a></p>'
        f"<h2>{escape(_('Partners of record, as this system knows them'))}</h2>"
        + _table((_("Agreement"), _("Partner of record")), partners)
        + f"<h2>{escape(_('Last events'))}</h2>"
        + _table(
            (_("Received"), _("Agreement"), _("Sequence"), _("Event"), _("Mark"), _("Id")),
            [_event(delivery) for delivery in recent],
        )
        + "</main></body></html>"
    )


def _member(member: dict[str, str | None]) -> str:
    scope = f" ({member['subscription']})" if member.get("subscription") else ""
    return f"{member.get('name') or member.get('partner')}, {member.get('role')}{scope}"


def _event(delivery: Delivery) -> tuple[str, ...]:
    mark = _("double") if delivery.double else _("late") if delivery.late else ""
    return (
        delivery.received_at,
        delivery.subject,
        str(delivery.sequence),
        delivery.type,
        mark,
        delivery.webhook_id,
    )


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    if not rows:
        return f"<p>{escape(_('Nothing has arrived yet.'))}</p>"
    titles = "".join(f'<th scope="col">{escape(title)}</th>' for title in head)
    lines = ("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f"<div><table><tr>{titles}</tr>{''.join(lines)}</table></div>"
