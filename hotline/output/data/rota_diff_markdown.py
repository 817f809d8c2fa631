"""An edit of a rota, as Markdown for a comment on a pull request."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from hotline.files import Finding
from hotline.output.data.forecast import waits_words
from hotline.output.data.rota_diff import Compared, headline, said, shares

_SPECIAL = re.compile(r"([\\`*_{}\[\]<>|~&])")
_LINKED = re.compile(r"([@#])(?=\w)")
_INVISIBLE = "\N{WORD JOINER}"


def diff_markdown(old: str, new: str, compared: Sequence[Compared], errors: Sequence[Finding]) -> str:
    """Differences as a comment in Markdown. For each changed rota, times that leave a caller alone come first."""
    lines = [f"## Who is on call: {escaped(old)} → {escaped(new)}", ""]
    lines += [f"- ❌ {escaped(f'{error.file}, line {error.line}: {error.message} {error.help}')}" for error in errors]
    lines += [""] if errors else []
    changed = [one for one in compared if one.changed]
    for one in changed:
        lines.extend((*_rota(one), ""))
    if not changed and not errors:
        lines.append("Nothing changes for anyone.")
    return "\n".join(lines).rstrip() + "\n"


def escaped(text: str) -> str:
    """Text that Markdown shows unchanged, on one line. `@name` and `#12` become no links."""
    return _LINKED.sub(rf"\1{_INVISIBLE}", _SPECIAL.sub(r"\\\1", " ".join(text.split())))


def _rota(one: Compared) -> Iterator[str]:
    diff, zone = one.diff, one.rota.zone
    yield f"### {escaped(one.id)}: {escaped(headline(one))}"
    first, last = diff.start.astimezone(zone), diff.end.astimezone(zone)
    yield f"From {first:%Y-%m-%d %H:%M} to {last:%Y-%m-%d %H:%M}, {escaped(one.rota.zone_name)}."
    alarms = [f"❌ **Callers would reach nobody** {escaped(words)}" for words in said(one, diff.left_alone)]
    alarms += [f"⚠️ **New gap** {escaped(words)}" for words in said(one, diff.new_gaps)]
    alarms += [f"✅ Gap closed {escaped(words)}" for words in said(one, diff.closed_gaps)]
    yield from _list(alarms)
    listed = shares(one)
    if listed:
        yield from ("", "| Volunteer | Hours | Gains | Loses |", "|---|---:|---|---|")
    for share in listed:
        gained, lost = ("<br>".join(map(escaped, times)) for times in (share.gained, share.lost))
        yield f"| {escaped(share.name)} | {escaped(share.hours)} | {gained} | {lost} |"
    notes = [f"The same people in another order {escaped(words)}" for words in said(one, diff.reordered)]
    notes += [f"Added: {escaped(name)}" for name in diff.added.values()]
    notes += [f"Removed: {escaped(name)}" for name in diff.removed.values()]
    notes += [f"`{one.what}`: {escaped(one.old)} → {escaped(one.new)}" for one in diff.altered]
    notes += [escaped(waits_words(one.waits).capitalize())] if one.waits is not None else []
    yield from _list(notes)


def _list(items: Iterable[str]) -> Iterator[str]:
    listed = [f"- {item}" for item in items]
    if listed:
        yield ""
    yield from listed
