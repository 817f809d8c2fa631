"""A volunteer's own page, at an address that only they and their coordinator know: `/mine?rota=…&who=…&key=…`.

Anyone with the address may see one volunteer's times on call, take them out of some, and say that they cannot be rung
for now. So it is as good as a password. Its key is in the query, which none of our logs contains. A wrong key gets the
same answer as a missing page. There is no session; every form sends the key along.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode

import segno
from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as Answer

from hotline.core.calls.flow import Flow, Hotline, with_every_rota
from hotline.core.people import Deed
from hotline.core.planning.cover import CoverReply
from hotline.core.rota.on_call import Schedule
from hotline.core.rota.volunteer_page import PAGE_PATH, page_of, page_query
from hotline.core.texts.off import Place, ends_of, marked_away, places_of, somebody_is_told
from hotline.core.texts.overview import SeenReminder
from hotline.errors import AbsenceNotKept, DatabaseUnavailable, FilesError
from hotline.output.data.colours import colours
from hotline.pages.frame.parts import PageParts
from hotline.pages.volunteer.away import FIELDS, ask, to_undo, undo, writable, write
from hotline.pages.volunteer.contact import vcard
from hotline.pages.volunteer.cover import OFFERED, PROBLEMS, REPLIES, act, cover_view, swaps_for
from hotline.pages.volunteer.messages import as_typed, messages_view, read_choices
from hotline.pages.volunteer.off import choices, left_in_words, off_in_words
from hotline.pages.volunteer.shifts import Shifts, backup_times, shifts, with_me
from hotline.pages.words.language import NAMES
from hotline.pages.words.language import gettext as _
from hotline.pages.words.rota import times_of
from hotline.pages.words.wording import in_words


@dataclass(frozen=True, slots=True)
class _Mine:
    """The person whose page it is.

    `flows` are the hotlines that may ring them by this rota, `places` all rotas they are in.
    """

    line: Hotline
    who: str
    flows: tuple[Flow, ...]
    places: tuple[Place, ...]

    @property
    def name(self) -> str:
        return self.line.rota.volunteers[self.who].name


def _backup_in_words(parts: PageParts, mine: _Mine) -> str:
    """Return when a volunteer is backup, or nothing."""
    rota = mine.line.rota
    if mine.who not in rota.backup:
        return ""
    times = backup_times(parts.schedule(mine.line), mine.who, parts.instant())
    if times is None:
        return _("You are also the backup, rung when nobody else picks up.")
    if not times:
        return ""
    return _("You are also the backup, rung when nobody else picks up: %(times)s.", times=times_of(times, rota.zone))


def _beside(schedule: Schedule, who: str, found: Shifts) -> Sequence[str]:
    """Return who is on call with them now, or the next time."""
    time = found.current or next(iter(found.following), None)
    return with_me(schedule, who, time) if time else ()


def _qr(text: str) -> Markup:
    """Draw an address for the camera of another phone, black on white in light and dark."""
    drawn = segno.make(text, error="l").svg_inline(scale=3, border=3, light="#fff", title=_("QR code"))
    return Markup(drawn.replace("<svg", '<svg role="img"', 1))  # noqa: S704


def _cover_told(done: str) -> str:
    """Return the words for what came of a request for cover, as the address has it."""
    if done == "cover-offered":
        return _(OFFERED)
    return next((_(words) for reply, words in REPLIES.items() if done == f"cover-{reply.value}"), "")


class VolunteerPages:
    """The page `/mine` and the targets of its forms."""

    def __init__(self, parts: PageParts) -> None:
        self._parts = parts

    def blueprint(self) -> Blueprint:
        """Return the blueprint of these pages."""
        volunteer = Blueprint("volunteer", __name__, url_prefix=PAGE_PATH)
        volunteer.get("")(self.show)
        volunteer.post("/off")(self.off)
        volunteer.post("/back", endpoint="back")(self.here_again)
        volunteer.post("/away")(self.away)
        volunteer.post("/undo")(self.take_back)
        volunteer.post("/ring")(self.ring)
        volunteer.post("/cover")(self.cover)
        volunteer.post("/messages")(self.choose_messages)
        volunteer.get("/contact.vcf")(self.contact)
        volunteer.get("/open", endpoint="home")(self.open)
        volunteer.get("/app.webmanifest")(self.manifest)
        volunteer.get("/seen/<rota>/<who>")(self.seen)
        return volunteer

    def _opened(self) -> _Mine:
        """Return whose page the key opens. Anything else gets the answer for a missing page."""
        sent = request.args if request.method != "POST" else request.form
        rota, who, key = sent.get("rota", ""), sent.get("who", ""), sent.get("key", "")
        hotline = self._parts.directory.by_rota(rota)
        now = page_of(self._parts.secret, hotline.rota if hotline else None, rota, who, key)
        if hotline is None or now is None:
            abort(404)
        return self._mine(hotline, now)

    def _mine(self, hotline: Hotline, who: str) -> _Mine:
        lines = self._parts.directory.state.hotlines.values()
        flows = tuple(one.flow for one in with_every_rota(lines) if one.rota.id == hotline.rota.id)
        return _Mine(hotline, who, flows, tuple(places_of(hotline, hotline.rota.volunteers[who].phone, lines)))

    def _page(self, mine: _Mine, status: int = 200, **more: object) -> tuple[str, int]:
        now, rota = self._parts.instant(), mine.line.rota
        ends = self._ends(mine)  # asks Redis, so that the shifts include it
        off = off_in_words(
            mine.places, ends, self._parts.setting_off.rung_all_the_same(mine.places, now) if ends else set()
        )
        away = [one for one in rota.away if one.who == mine.who]
        clock = mine.line.schedule.clock
        coming = [(clock.first(one.start), clock.last(one.end)) for one in away]
        schedule = self._parts.schedule(mine.line)
        found = shifts(schedule, mine.who, now)
        values: dict[str, object] = {
            "mine": mine,
            "rota": rota,
            "now": now,
            "shifts": found,
            "beside": _beside(schedule, mine.who, found),
            "colour": colours(rota.volunteers),
            "messages": self._messages(schedule, mine.who),
            "off": off,
            "away_now": marked_away(mine.line.schedule, mine.who, now),
            "choices": choices(now, rota.zone),
            "backup": _backup_in_words(self._parts, mine),
            "away": [one for one in coming if one[1] > now.timestamp()],
            "query": page_query(self._parts.secret, rota, mine.who),
            "calendar": self._parts.calendar_address(rota, mine.who),
            "address": self._parts.page_address(rota, mine.who),
            "qr": _qr,
            "seen": False,
            "writable": writable(self._parts.saved, rota.id),
            "can_ring": self._parts.ring_test is not None,
            "done": request.args.get("done", ""),
            "undo": to_undo(self._parts.saved, rota.id, mine.name, request.args.get("saved", type=int)),
            "sent": {},
            "asked": None,
            "asked_off": None,
            "left": [],
            "problem": "",
            "problem_off": "",
            **self._about_cover_and_messages(mine),
            **more,
        }
        return render_template("volunteer/page.html", **values), status

    def _about_cover_and_messages(self, mine: _Mine) -> dict[str, object]:
        return {
            "cover": cover_view(self._parts, mine.line, mine.who),
            "cover_told": _cover_told(request.args.get("done", "")),
            "cover_problem": "",
            "swap": None,
            "reach": messages_view(self._parts, mine.line, mine.who),
            "reach_problem": "",
            "message_languages": NAMES,
        }

    def _back(self, mine: _Mine, done: str, version: int | None = None) -> Answer:
        """Redirect back to the page, which shows what was done."""
        query = {**page_query(self._parts.secret, mine.line.rota, mine.who), "done": done}
        if version is not None:
            query["saved"] = str(version)
        return redirect(f"{url_for('volunteer.show')}?{urlencode(query)}", 303)

    def show(self) -> tuple[str, int]:
        return self._page(self._opened())

    def seen(self, rota: str, who: str) -> tuple[str, int]:
        """Show a coordinator a volunteer's page. Nothing can be changed there."""
        hotline = self._parts.directory.by_rota(rota)
        if hotline is None or who not in hotline.rota.volunteers:
            abort(404)
        return self._page(self._mine(hotline, who), seen=True)

    def open(self) -> str:
        """The start of the page on a home screen: its script knows the address, which is only on that phone."""
        return render_template("volunteer/open.html")

    def manifest(self) -> Response:
        """Describe the page as an app. It is the same for everybody: stores and makers of phones read it."""
        icons = [
            {"src": url_for("static", filename=f"icon-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
            for size in (192, 512)
        ]
        return jsonify(
            name=_("My hotline shifts"),
            short_name="Hotline",
            start_url=url_for("volunteer.home"),
            scope=url_for("volunteer.show"),
            display="standalone",
            background_color="#faf9f6",
            theme_color="#0b655c",
            icons=icons,
        )

    def off(self) -> tuple[str, int] | Answer:
        """Set a volunteer off from now on. If that leaves too few, they must confirm first (`sure`).

        It is not in the audit list, which is kept for years: as by text, nobody can look up later how often.
        """
        mine, now = self._opened(), self._parts.instant()
        wanted, shown = request.form.get("off", ""), request.form.get("morning", "")
        choice = next((one for one in choices(now, mine.line.rota.zone, shown) if one.sent == wanted), None)
        if choice is None and wanted == "morning":
            return self._page(mine, 409, problem_off=_("That morning is over. Choose again."))
        if choice is None:
            abort(400)
        ends = ends_of(choice.until, mine.places, now)
        said = self._parts.setting_off.off(mine.places, ends, now, sure="sure" in request.form)
        if said.failed:
            return self._page(mine, 503, problem_off=self._not_kept())
        if said.asked:
            return self._page(mine, asked_off=choice, left=left_in_words(mine.places, said.left))
        told = any(not said.left[place.line.rota.id].enough and somebody_is_told(place.line) for place in mine.places)
        return self._back(mine, "off-told" if told else "off")

    def here_again(self) -> tuple[str, int] | Answer:
        """Set a volunteer back."""
        mine = self._opened()
        try:
            self._parts.setting_off.back(mine.places, self._parts.instant())
        except AbsenceNotKept:
            return self._page(mine, 503, problem_off=self._not_kept())
        return self._back(mine, "back")

    def away(self) -> tuple[str, int] | Answer:
        """Show the effects of a time away; with `sure`, write it."""
        mine = self._opened()
        sent = {name: request.form.get(name, "") for name in FIELDS}
        try:
            asked = ask(self._parts.saved, mine.line, mine.who, sent, self._parts.instant())
            if request.form.get("sure") and writable(self._parts.saved, mine.line.rota.id):
                kept = write(self._parts.saved, asked, mine.name, self._parts.clock())
                self._note(mine, "away-by-themselves", asked.line)
                self._parts.directory.refresh()
                return self._back(mine, "away", kept.number)
        except FilesError as error:
            return self._page(mine, 409, problem=in_words(error), sent=sent)
        return self._page(mine, asked=asked, sent=sent)

    def take_back(self) -> tuple[str, int] | Answer:
        """Undo a time away that was just entered."""
        mine = self._opened()
        found = to_undo(self._parts.saved, mine.line.rota.id, mine.name, request.form.get("saved", type=int))
        if found is None:
            return self._page(
                mine, 409, problem=_("The rota has changed since. Ask your coordinator to change it back.")
            )
        try:
            undo(self._parts.saved, found, mine.name, self._parts.clock())
        except FilesError as error:
            return self._page(mine, 409, problem=in_words(error))
        self._note(mine, "away-taken-back", "")
        self._parts.directory.refresh()
        return self._back(mine, "undo")

    def cover(self) -> tuple[str, int] | Answer:
        """Ask others for cover, answer them, or offer a swap."""
        mine = self._opened()
        if request.form.get("do") == "look":  # others' shifts are shown to those who ask for them only
            found = swaps_for(self._parts, mine.line, mine.who, request.form.get("start", ""))
            return self._page(mine, swap=found, cover_problem="" if found else _(PROBLEMS[CoverReply.NOT_YOURS]))
        try:
            said = act(self._parts.covers, mine.line, mine.who, request.form) or abort(400)
        except DatabaseUnavailable:
            return self._page(mine, 503, cover_problem=self._not_kept())
        if said.reply in PROBLEMS:
            return self._page(mine, 409, cover_problem=_(PROBLEMS[said.reply]))
        offered = said.reply is CoverReply.ASKED and request.form.get("do") == "offer"
        return self._back(mine, "cover-offered" if offered else f"cover-{said.reply.value}")

    def choose_messages(self) -> tuple[str, int] | Answer:
        """Keep how they want to be sent messages."""
        mine = self._opened()
        ticked = request.form.getlist("remind")
        try:
            choices = read_choices(mine.line, mine.who, request.form, ticked)
            self._parts.own_choices.keep(mine.line.rota.id, mine.who, choices)
        except FilesError as error:
            status, problem = 422, in_words(error)
        except DatabaseUnavailable:
            status, problem = 503, self._not_kept()
        else:
            return self._back(mine, "reach")
        view = messages_view(self._parts, mine.line, mine.who, as_typed(request.form, ticked))
        return self._page(mine, status, reach=view, reach_problem=problem)

    def ring(self) -> Answer:
        """Make their phone ring, as for a call."""
        mine = self._opened()
        if self._parts.ring_test is None:
            abort(404)
        self._parts.ring_test(mine.line.id, mine.who)
        self._parts.milestones.reach(mine.line.id, "rung")
        return self._back(mine, "ring")

    def contact(self) -> Response:
        mine = self._opened()
        wanted = request.args.get("line", "")
        flow = next((one for one in mine.flows if one.id == wanted), None) or abort(404)
        note = _("Every call to you as a volunteer comes from this number.")
        response = Response(vcard(flow, note), mimetype="text/vcard")
        response.headers["Content-Disposition"] = 'attachment; filename="hotline.vcf"'
        return response

    def _ends(self, mine: _Mine) -> dict[str, int]:
        """Return until when they are off, by rota."""
        off = {place.line.rota.id: self._parts.setting_off.absence(place) for place in mine.places}
        return {rota: one.end for rota, one in off.items() if one is not None}

    def _messages(self, schedule: Schedule, who: str) -> Sequence[SeenReminder]:
        """Return the texts about their shifts. None if the database is down."""
        with suppress(DatabaseUnavailable):
            return self._parts.reminders(schedule, who, self._parts.instant())
        return ()

    def _not_kept(self) -> str:
        return _(
            "Something went wrong on our side, so this was not saved. Try again in a few minutes, or call "
            "your coordinator."
        )

    def _note(self, mine: _Mine, what: str, line: str) -> None:
        try:
            self._parts.audit.add(Deed(self._parts.now(), mine.name, what, f"{mine.line.rota.id} {line}".strip()))
        except DatabaseUnavailable:
            self._parts.notice("audit_not_written")
