"""The call flow: its steps as a graph and as a list, read aloud, and the call tests run from the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import Any

from flask import Blueprint, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.core.calls.flow import FixedDial, Flow, Hotline, Hunt, Language, Menu, Step
from hotline.core.calls.recorded import screening_words
from hotline.core.calls.sound import address
from hotline.core.calls.spoken import APOLOGY, BETWEEN
from hotline.errors import TryAgain
from hotline.files.findings.finding import Finding
from hotline.files.loading.around import load_around
from hotline.files.loading.flow_text import read_flow_text
from hotline.files.loading.load import FOLDERS, folder_and_id
from hotline.output.pictures.flow_graph import Box, Graph, Kind, Way, flow_graph, kind_of, ways_on
from hotline.output.pictures.flow_svg import FlowWords, flow_svg
from hotline.pages.frame.files_saved import FoundFile, found_file, just_saved
from hotline.pages.frame.headers import WITH_MICROPHONE
from hotline.pages.frame.paging import asked_search, paged
from hotline.pages.frame.parts import PageParts
from hotline.pages.setup.contents import opening_in_words
from hotline.pages.setup.editing import content_in
from hotline.pages.words.language import gettext as _
from hotline.pages.words.language import language_name, later
from hotline.pages.words.wording import in_words

ZOOMS = (0, 50, 75, 100, 150)
"""Per cent; 0: fit the whole drawing."""
_KINDS: Mapping[Kind, str] = {
    "menu": later("listens for a key"),
    "ring": later("rings the people on call"),
    "dial": later("dials a number"),
    "hang_up": later("says goodbye"),
    "then": later("continues by itself"),
}
HAPPENINGS = {
    "dials": later("dials"),
    "hears": later("hears"),
    "presses": later("presses"),
    "says": later("says"),
    "rings": later("phone rings"),
    "is busy": later("is busy"),
    "cannot be reached": later("cannot be reached"),
    "stops ringing": later("stops ringing"),
    "waits in queue": later("waits in a queue"),
    "leaves queue": later("leaves the queue"),
    "is redirected": later("is told something else"),
    "picks up": later("picks up"),
    "is connected": later("is connected"),
    "hangs up": later("hangs up"),
    "is hung up on": later("the call ends"),
    "violation": later("something the carrier does not allow"),
}
"""Events in a test's call, in words. Other events are shown as they are."""


_MOST_FLOWS = 50
"""Call flows on one page of their list."""


@dataclass(frozen=True, slots=True)
class Leads:
    """A way on from a step, in words: its condition, and its step. `language` is the one it changes to."""

    on: str
    to: str
    key: bool
    language: str = ""


@dataclass(frozen=True, slots=True)
class StepSaid:
    """Words in one language. `locale` and `voice` are used for callers, and for reading aloud on the page.

    `sound`: the address of a recording of them, or "" for none. `name`: what a recording is called in the file, or may
    be called.
    """

    code: str
    text: str
    locale: str
    voice: str
    sound: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class TestsTold:
    """A step as an entry of the list: everything in its graph box, in words."""

    box: Box
    does: str
    words: Sequence[StepSaid]
    between: Sequence[StepSaid]
    hold: Sequence[StepSaid]
    way_out: Sequence[StepSaid]
    leads: Sequence[Leads]
    at_most: int | None
    wait: int | None


def make_flow(parts: PageParts) -> Blueprint:
    """The blueprint of `/flow` and the call flows below it."""
    flow = Blueprint("flow", __name__)

    @flow.get("/flow")
    def choose() -> Response | str:
        known = sorted(id for folder, id in map(folder_and_id, parts.saved.names()) if folder == FOLDERS[0])
        if len(known) == 1:
            return redirect(url_for("flow.graph", id=known[0]), 303)
        names = {id: hotline.flow.name for id, hotline in parts.directory.state.hotlines.items()}
        wanted = asked_search().casefold()
        named = [(id, names.get(id, id)) for id in known]
        found = paged([one for one in named if wanted in one[1].casefold() or wanted in one[0]], _MOST_FLOWS)
        return render_template("flow/choose.html", found=found)

    @flow.get("/flow/<id>")
    def graph(id: str) -> str:
        return _page(parts, id)

    @flow.after_request
    def allow_recording(response: Response) -> Response:
        response.headers["Permissions-Policy"] = WITH_MICROPHONE
        return response

    @flow.post("/flow/<id>/tests")
    def test(id: str) -> tuple[str, int] | str:
        try:
            outcome = _Outcome.of(parts.call_tests.run(), id)
        except TryAgain as error:
            return _page(parts, id, problem=in_words(error)), 503
        return _page(parts, id, outcome)

    return flow


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The outcome of the call tests of one flow, failed tests first."""

    findings: Sequence[Mapping[str, Any]]
    tests: Sequence[Mapping[str, Any]]

    @classmethod
    def of(cls, printed: Mapping[str, Any], id: str) -> _Outcome:
        tests = [one for one in printed.get("tests", ()) if one["flow"] == id]
        return cls(printed.get("findings", ()), sorted(tests, key=lambda one: bool(one["passed"])))

    @property
    def failed(self) -> int:
        return sum(not test["passed"] for test in self.tests)


def _page(parts: PageParts, id: str, outcome: _Outcome | None = None, problem: str = "") -> str:
    texts = parts.saved.texts()
    file = found_file(texts, "flow", id)
    read = read_flow_text(id, file.path, file.raw)
    hotline = parts.directory.state.hotlines.get(id)
    shown = read.flow or (hotline.flow if hotline else None)
    findings = _findings(parts, texts, file) if not read.flow or _errors(read.findings) else ()
    language = request.args.get("lang", "")
    if shown and language not in shown.languages:
        language = shown.first_language
    zoom = request.args.get("zoom", 100, type=int)
    zoom = zoom if zoom in ZOOMS else 100
    drawn = flow_graph(shown, language) if shown else None
    return render_template(
        "flow/graph.html",
        file=file,
        line=hotline,
        title=shown.name if shown else id,
        shown=shown,
        older=read.flow is None,
        findings=findings,
        spoken=language,
        zoom=zoom,
        zooms=ZOOMS,
        svg=flow_svg(drawn, _words(shown), (zoom or 100) / 100) if drawn and shown else "",
        begins=next((box.left for box in drawn.boxes.values() if box.first), 0) if drawn else 0,
        steps=list(_told(shown, drawn, _sounds(parts, hotline))) if drawn and shown else [],
        apology=_spoken(shown, {**APOLOGY, **shown.apology}) if shown else [],
        screening=list(_screening(hotline, _sounds(parts, hotline))) if hotline else [],
        wrong=[box for box in drawn.boxes.values() if box.wrong] if drawn else [],
        outcome=outcome,
        problem=problem,
        spoken_here=[language_name(code) for code in shown.languages] if shown else [],
        opening=opening_in_words(content_in(file)) if read.flow else [],
        happenings=HAPPENINGS,
        saved=just_saved(parts, file.path),
        coordinator=g.person.coordinator,
    )


def _errors(findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.severity == "error"]


def _findings(parts: PageParts, texts: Mapping[str, bytes], file: FoundFile) -> Sequence[Finding]:
    """Return the findings of the file, checked together with the others."""
    return _errors(
        [one for one in load_around(texts, [file.path], parts.saved.countries).findings if one.file == file.path]
    )


# ---------------------------------------------------------------------------------------------------------- in words


def _words(flow: Flow) -> FlowWords:
    return FlowWords(
        title=_("The call flow of %(name)s", name=flow.name),
        description=_("The steps from top to bottom, joined by keys. The list below describes them in words."),
        kinds={kind: _(words) for kind, words in _KINDS.items()},
        rings=_("rings %(rota)s", rota="{rota}"),
        no_key=_("silence"),
        wrong_key=_("wrong key"),
        answered=_("somebody answers"),
        not_answered=_("nobody answers"),
        instead=_("visit {visit}"),
        at_most=_("up to {visits} times"),
        first=_("first"),
        unreached=_("Nothing leads here"),
        dead_end=_("Dead end: callers reach nobody"),
        goes_round=_("Silence loops forever"),
    )


Addresses = Mapping[tuple[str, str], str]
"""The addresses of sounds by their name and language."""


def _sounds(parts: PageParts, hotline: Hotline | None) -> Addresses:
    """Return the addresses of the recordings that callers hear now."""
    sounds = hotline.sounds if hotline else {}
    return {place: request.script_root + address(one.file, parts.secret) for place, one in sounds.items()}


def _told(flow: Flow, graph: Graph, sounds: Addresses) -> Iterator[TestsTold]:
    for name, step in flow.steps.items():
        menu = step.action if isinstance(step.action, Menu) else None
        hunt = step.action if isinstance(step.action, Hunt) else None
        yield TestsTold(
            graph.boxes[name],
            _does(step),
            [
                replace(said, sound=sounds.get((step.play or "", said.code), ""), name=step.play or name)
                for said in _spoken(flow, step.say)
            ],
            _spoken(flow, hunt.between or BETWEEN) if hunt else (),
            _hold(flow, name, hunt, sounds) if hunt else (),
            _spoken(flow, hunt.way_out_say) if hunt else (),
            [Leads(_on(step, way), to, way.by == "key", way.language or "") for to, way in ways_on(step)],
            step.at_most,
            menu.wait if menu else None,
        )


def _spoken(flow: Flow, words: Mapping[str, str]) -> list[StepSaid]:
    return [_said(one, words[code]) for code, one in flow.languages.items() if words.get(code)]


def _hold(flow: Flow, step: str, hunt: Hunt, sounds: Addresses) -> list[StepSaid]:
    return [
        replace(_said(one, text), sound=sounds.get((name, code), ""), name=name or f"{step}_hold_{place}")
        for code, one in flow.languages.items()
        for place, (text, name) in enumerate(zip_longest(hunt.hold.get(code, ()), hunt.hold_play.get(code, ())), 1)
    ]


def _screening(hotline: Hotline, sounds: Addresses) -> Iterator[StepSaid]:
    """Return what volunteers on call for the flow's own rota hear first."""
    play = hotline.rota.ringing.play
    for words in screening_words(hotline):
        said = _said(words.language, words.text)
        yield replace(said, sound=sounds.get((play or "", said.code), ""), name=play or "screening")


def _said(language: Language, text: str) -> StepSaid:
    return StepSaid(language.code, text, language.locale, language.voice or "")


def _does(step: Step) -> str:
    if isinstance(step.action, FixedDial):
        return _("dials %(number)s", number=step.action.number)
    if isinstance(step.action, Hunt) and step.action.people is not None:
        return _("rings who is on call in %(rota)s", rota=step.action.people)
    return _(_KINDS[kind_of(step)])


def _on(step: Step, way: Way) -> str:
    return {
        "key": way.key,
        "no_key": _("nothing pressed"),
        "wrong_key": _("any other key"),
        "answered": _("after the conversation"),
        "not_answered": _("nobody answers"),
        "then": _("then"),
        "instead": _("on visit %(number)s, without words", number=step.at_most or 0),
    }[way.by]
