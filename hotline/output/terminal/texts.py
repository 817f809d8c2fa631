"""The output of `hotline texts`, in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Console
from rich.table import Table

from hotline.core.texts.words import told_short
from hotline.core.times.wall_clock import utc
from hotline.output.data.texts import PracticeText, RotaTexts

_KINDS = {
    "reminder": "reminders",
    "changed": "changed times on call",
    "cover": "requests for cover",
    "digest": "to coordinators: the summary on Mondays",
    "missed_ring": "kind notes after a missed ring",
    "not_reached": "to coordinators: calls that reached nobody",
    "not_placed": "to coordinators: no volunteer can be rung",
    "many_rings": "to coordinators: volunteers were rung very often",
    "gap": "to coordinators: gaps",
    "nobody_left": "to coordinators: an absence that leaves nobody",
    "edit_refused": "to coordinators: edits that were refused",
    "ring_test": "to coordinators: test rings that failed",
}
_STYLES = {"sent": "green", "planned": "", "due": "bold", "not sent": "yellow", "unwanted": "dim", "in doubt": "yellow"}


def texts_text(
    rotas: Sequence[RotaTexts],
    counts: Mapping[str, Mapping[str, int]],
    practice: Sequence[PracticeText] | None,
    console: Console,
    mail_server: str = "",
) -> None:
    """Print the past and planned texts. `mail_server`: the host that e-mails go through."""
    for rota in rotas:
        _print_rota(rota, console)
    if mail_server:
        console.print(f"\nE-mails go out through {mail_server}")
    elif practice is None and any(one.email for rota in rotas for one in rota.line.rota.volunteers.values()):
        console.print("\nNo e-mails are sent: HOTLINE_SMTP_URL is not set", style="yellow")
    if counts:
        console.print("\nIn the last 7 days", style="bold")
        for kind, outcomes in counts.items():
            told = ", ".join(f"{number} {outcome}" for outcome, number in outcomes.items())
            console.print(f"  {_KINDS.get(kind, kind)}: {told}")
    if practice is not None:
        console.print("\nThis is practice mode: no texts are sent. The last texts would have been", style="bold")
        for text in practice:
            console.print(f"  {utc(text.at):%Y-%m-%d %H:%M} UTC  to {text.to}", style="dim")
            console.print(f"    {text.body}", markup=False, soft_wrap=True)
        if not practice:
            console.print("  none so far.")


def _print_rota(one: RotaTexts, console: Console) -> None:
    rota = one.line.rota
    wanting = f"{one.wanting} of {len(rota.volunteers)} volunteers want texts"
    wanting += f", {one.by_mail} e-mails" if one.by_mail else ""
    told = f"{len(rota.coordinators)} coordinators" if len(rota.coordinators) != 1 else "1 coordinator"
    console.print(f"{one.line.flow.name}  {rota.id} ({rota.zone_name}): {wanting}, {told}", style="bold")
    if not one.wanting and not one.by_mail:
        console.print("  Nobody gets reminders. To turn them on for a volunteer, write texts: yes in the rota")
    if not one.reminders:
        return
    table = Table(box=None, pad_edge=False, show_header=False, padding=(0, 2, 0, 0))
    for seen in one.reminders:
        at = utc(seen.sent_at or seen.planned.at).astimezone(rota.zone)
        table.add_row(
            f"  {at:%a} {at.day} {at:%b %H:%M}",
            rota.volunteers[seen.planned.who].name,
            told_short(seen.planned.time, rota.zone, "en") + (" (backup)" if seen.planned.backup else ""),
            f"[{_STYLES.get(seen.state) or 'default'}]{seen.state}[/]",
        )
    console.print(table)
