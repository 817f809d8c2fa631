"""The phone: call the hotline in the browser, hear the words that callers hear, and play the rung volunteers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from threading import BoundedSemaphore
from typing import Any

from flask import Blueprint, abort, g, render_template, request
from markupsafe import Markup

from hotline.core.calls.flow import Hotline
from hotline.core.calls.rehearsed import (
    DOES,
    KEYS,
    LONGEST,
    MOST_ACTS,
    WHATS,
    Act,
    Does,
    Played,
    RehearsalPlan,
    RehearsedEvent,
    RehearsedRing,
    Script,
)
from hotline.core.calls.rung_phones import RungPhone, rung_phones
from hotline.core.rota.absence import Absence
from hotline.core.times.wall_clock import utc, wall_clock, wall_minute
from hotline.errors import FilesError
from hotline.files.loading.around import load_around, with_edit
from hotline.files.loading.load import ENDINGS
from hotline.output.pictures.lanes import lanes
from hotline.pages.frame.parts import PageParts
from hotline.pages.words.language import gettext as _
from hotline.pages.words.language import later

AT_ONCE = 2
"""Rehearsals that one process plays at a time. Further visitors are asked to wait a moment."""
MOST_RINGS = 200
MOST_KEYS = 30
FIRST_RINGS = 8
"""Rings that the page of a whole call plays at first. A hunt may ring hundreds of phones, each of which takes time."""
_MOST_PHONES = 24
"""Phones that the page shows at first. A phone that is not shown appears when it rings."""
_SATURDAY = 5

_SAID = {
    "presses": later("presses"),
    "rings": later("rings"),
    "is busy": later("is busy"),
    "cannot be reached": later("cannot be reached"),
    "stops ringing": later("stops ringing"),
    "waits in queue": later("waits in a queue"),
    "leaves queue": later("leaves the queue"),
    "is redirected": later("is told something else"),
    "picks up": later("picks up"),
    "is connected": later("connected"),
    "hangs up": later("hangs up"),
    "is hung up on": later("the call ends"),
}
_LABELS = {
    "hears": later("%(who)s hears"),
    "rings": later("%(who)s’s phone"),
    "stops ringing": later("%(who)s’s phone"),
    "is hung up on": later("%(who)s:"),
}
"""The words before an event, where they are more than a name."""
_OUTCOMES = {
    "connected": later("talked"),
    "declined": later("picked up, was not connected"),
    "hung up": later("picked up, hung up"),
    "answered": later("picked up"),
    "ringing": later("ringing"),
    "no-answer": later("no answer"),
    "busy": later("busy"),
    "failed": later("could not be reached"),
    "canceled": later("stopped ringing"),
}
_DOES: dict[Does, str] = {
    "accept": later("takes the call"),
    "pass": later("passes it on"),
    "no-answer": later("lets it ring"),
    "busy": later("is busy"),
    "failed": later("cannot be reached"),
    "voicemail": later("voicemail answers"),
    "silent": later("picks up and presses nothing"),
    "wrong-key": later("presses a wrong key first"),
    "hang-up": later("picks up and hangs up"),
}


class PhonePages:
    """The pages at `/phone`; `/phone/play`, which continues a call; `/phone/whole`, a call that plays by itself."""

    def __init__(self, parts: PageParts) -> None:
        self._parts = parts
        self._playing = BoundedSemaphore(AT_ONCE)

    def blueprint(self) -> Blueprint:
        """Return the blueprint of these pages."""
        phone = Blueprint("phone", __name__, url_prefix="/phone")
        phone.get("")(self.handset)
        phone.get("/whole")(self.whole)
        phone.post("/play")(self.play)
        return phone

    def handset(self) -> str:
        return _page(self._parts, _chosen(self._parts), None)

    def whole(self) -> str:
        hotline = _chosen(self._parts)
        if hotline is None:
            abort(404)
        plan = _plan(hotline, _instant(hotline, request.args.get("at", ""), self._parts.clock()))
        if not self._playing.acquire(timeout=2):
            abort(429)
        try:
            played = self._parts.phone.play_through(hotline, plan, self._off(hotline))
        finally:
            self._playing.release()
        self._parts.milestones.reach(hotline.id, "rehearsed")
        return _page(self._parts, hotline, played)

    def play(self) -> dict[str, Any]:
        asked: Any = request.get_json(silent=True)
        if not isinstance(asked, dict):
            abort(400)
        hotline = _line(self._parts, asked)
        at = _instant(hotline, str(asked.get("at", "")), self._parts.clock())
        script = Script(at, _acts(asked.get("acts")), _seconds(asked.get("now", 0)))
        if not self._playing.acquire(timeout=2):
            abort(429)
        try:
            played = self._parts.phone.play(hotline, script, self._off(hotline))
        finally:
            self._playing.release()
        if played.over:
            self._parts.milestones.reach(hotline.id, "rehearsed")
        names = _names(hotline)
        return {
            "at": _wall(hotline, at),
            "until": played.until,
            "over": played.over,
            "happenings": [_told(happening, names) for happening in played.happenings],
            "troubles": list(played.troubles),
            "picture": _picture(played, names) if played.over else "",
        }

    def _off(self, hotline: Hotline) -> Mapping[str, Sequence[Absence]]:
        return {one.rota.id: self._parts.absences.of(one.rota.id) for one in hotline.everyone()}


# The request


def _chosen(parts: PageParts) -> Hotline | None:
    """The hotline of the query, or the first."""
    lines = parts.directory.state.hotlines
    wanted = request.args.get("hotline", "")
    if wanted and wanted not in lines:
        abort(404)
    return lines[wanted] if wanted else next(iter(lines.values()), None)


def _line(parts: PageParts, asked: Mapping[str, Any]) -> Hotline:
    """The hotline to rehearse: as saved, or with somebody's unsaved edits."""
    edited = asked.get("texts")
    lines = parts.directory.state.hotlines
    if edited:
        if not g.person.coordinator or not isinstance(edited, dict):
            abort(403)
        try:
            texts = parts.saved.texts()
        except FilesError:
            abort(409)
        changed = {str(path): str(text).encode() for path, text in edited.items() if str(path) in texts}
        wanted = {f"call_flows/{asked.get('hotline', '')}{ending}" for ending in ENDINGS}
        lines = load_around(with_edit(texts, changed), [*changed, *wanted], parts.saved.countries).hotlines
    line = lines.get(str(asked.get("hotline", "")))
    if line is None:
        abort(409 if edited else 404)
    return line


def _acts(asked: object) -> tuple[Act, ...]:
    if not isinstance(asked, list) or len(asked) > MOST_ACTS:
        abort(400)
    return tuple(_act(one) for one in asked)


def _act(asked: Any) -> Act:
    if not isinstance(asked, dict):
        abort(400)
    what = next((one for one in WHATS if one == asked.get("what")), None)
    key, ring = str(asked.get("key", "")), asked.get("ring", 0)
    if what is None or not isinstance(ring, int) or not 0 <= ring <= MOST_RINGS:
        abort(400)
    if what == "press" and (len(key) != 1 or key not in KEYS):
        abort(400)
    return Act(_seconds(asked.get("at")), ring, what, key if what == "press" else "")


def _seconds(asked: object) -> float:
    if not isinstance(asked, (int, float)) or not 0 <= asked <= LONGEST:
        abort(400)
    return float(asked)


def _instant(hotline: Hotline, text: str, now: datetime) -> datetime:
    """A time on the rota's wall clock from a browser's field, `2026-11-28T03:00`; now if empty."""
    if not text:
        return now
    try:
        wall = datetime.fromisoformat(text)
    except ValueError:
        abort(400)
    if not 1990 <= wall.year <= 2100:
        abort(400)
    start = wall_clock(hotline.rota.zone).first(wall_minute(wall.date(), wall.hour * 60 + wall.minute))
    return utc(start) + timedelta(seconds=wall.second)


def _plan(hotline: Hotline, start: datetime) -> RehearsalPlan:
    keys = request.args.get("keys", "").replace(" ", "")[:MOST_KEYS]
    if set(keys) - {*KEYS, "-"}:
        abort(400)
    asked = {one: request.args.get(f"phone-{one}", "") for one in rung_phones(hotline)}
    others = request.args.get("others", "no-answer")
    phones = {volunteer: does for volunteer, does in asked.items() if does}
    if not {others, *phones.values()} <= set(DOES):
        abort(400)
    most = None if "all" in request.args else FIRST_RINGS
    return RehearsalPlan(start, keys, {who: _does(one) for who, one in phones.items()}, _does(others), most_rings=most)


def _does(text: str) -> Does:
    return next(doe for doe in DOES if doe == text)


# The page


def _page(parts: PageParts, hotline: Hotline | None, played: Played | None) -> str:
    lines = parts.directory.state.hotlines
    if hotline is None:
        return render_template("phone/none.html")
    now = parts.clock()
    at = _instant(hotline, request.args.get("at", ""), now)
    there, names = _there(parts, hotline, at), _names(hotline)
    return render_template(
        "phone/whole.html" if played else "phone/handset.html",
        line=hotline,
        phones=_shown_phones(hotline, there),
        left_out=max(0, len(there) - _MOST_PHONES),
        lines=lines,
        at=at,
        at_text=_wall(hotline, at),
        presets=_presets(hotline, now),
        on_call=parts.schedule(hotline).at(at),
        there=there,
        does=_DOES,
        played=played,
        story=[_told(happening, names) for happening in played.happenings if happening.kind != "is listened to"]
        if played
        else [],
        picture=Markup(_picture(played, names)) if played else "",  # noqa: S704 - made by us, every text escaped
        rings=[(names.get(ring.who, ring.who), _verdict(ring), ring) for ring in played.rings] if played else [],
    )


def _shown_phones(hotline: Hotline, there: Mapping[str, str]) -> dict[str, RungPhone]:
    """Return some phones by their names: those on call first, then the backup, then those that are off."""
    phones, order = rung_phones(hotline), ("on call", "backup", "off")
    if len(phones) <= _MOST_PHONES:
        return dict(phones)
    shown = sorted(phones, key=lambda name: order.index(there[name]))[:_MOST_PHONES]
    return {name: phones[name] for name in shown}


def _there(parts: PageParts, hotline: Hotline, at: datetime) -> dict[str, str]:
    """Return who is on call or the backup at an instant, by the name of their phone."""
    now = {one.rota.id: parts.schedule(one).at(at) for one in hotline.everyone()}
    found: dict[str, str] = {}
    for name, phone in rung_phones(hotline).items():
        who, id = now[phone.line.rota.id], phone.volunteer.id
        found[name] = "on call" if id in who.on_call else "backup" if id in who.backup else "off"
    return found


def _presets(hotline: Hotline, now: datetime) -> list[tuple[str, str]]:
    """Instants worth trying, as text and as words: now, and the next Saturday's small hours."""
    local = now.astimezone(hotline.rota.zone)
    saturday = local.date() + timedelta(days=(_SATURDAY - local.weekday()) % 7 or 7)
    return [("", _("Now")), (f"{saturday}T03:00", _("Saturday 03:00")), (f"{saturday}T12:00", _("Saturday noon"))]


def _wall(hotline: Hotline, at: datetime) -> str:
    return f"{at.astimezone(hotline.rota.zone):%Y-%m-%dT%H:%M}"


def _told(one: RehearsedEvent, names: Mapping[str, str]) -> dict[str, Any]:
    said = _(_SAID[one.kind]) if one.kind in _SAID else ""
    who = _("Caller") if one.ring == 0 else names.get(one.who, one.who)
    return {
        "at": one.at,
        "clock": f"{int(one.at) // 60}:{int(one.at) % 60:02}",
        "ring": one.ring,
        "id": one.who,
        "who": who,
        "label": _(_LABELS.get(one.kind, "%(who)s"), who=who),
        "kind": one.kind,
        "words": f"{said} {one.text}" if one.kind == "presses" else said,
        "says": one.text if one.kind == "hears" else "",
        "seconds": float(one.text.split()[1]) if one.kind == "is listened to" else 0,
        "language": one.language,
    }


def _names(hotline: Hotline) -> dict[str, str]:
    """Return the name of each phone's volunteer."""
    return {phone: one.volunteer.name for phone, one in rung_phones(hotline).items()}


def _verdict(ring: RehearsedRing) -> str:
    words = _(_OUTCOMES[ring.outcome])
    if ring.connected is None or ring.ended is None:
        return words
    seconds = int(ring.ended - ring.connected)
    return f"{words} {seconds // 60}:{seconds % 60:02}"


def _picture(played: Played, names: Mapping[str, str]) -> str:
    return lanes(played, names, _("Caller"), _("Whose phone rang, and who talked when"), _verdict)
