"""Requests for cover, for coordinators: what is open, what waits for a yes or no, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from hotline.core.calls.flow import Hotline
from hotline.core.people import Deed
from hotline.core.planning.cover import CoverAnswer, CoverReply, CoverRequest, CoverState, entries
from hotline.errors import DatabaseUnavailable, FilesError
from hotline.files.edits.in_words import breach_in_words, effects_in_words
from hotline.files.edits.insert_entries import as_fields
from hotline.files.edits.proposal import with_entries
from hotline.pages.frame.parts import PageParts
from hotline.pages.words.language import gettext as _
from hotline.pages.words.language import later
from hotline.pages.words.wording import in_words, worded

_REMEMBERED = 7 * 86_400
STATES: Mapping[CoverState, str] = {
    CoverState.OPEN: later("asking"),
    CoverState.TAKING: later("being written"),
    CoverState.AGREED: later("waits for your yes"),
    CoverState.WRITTEN: later("in the rota"),
    CoverState.BY_HAND: later("to be written by hand"),
    CoverState.WITHDRAWN: later("withdrawn"),
    CoverState.OVER: later("over"),
}
_DONE: Mapping[CoverReply, str] = {
    CoverReply.YOURS: later("Approved. It is in the rota, and both are told."),
    CoverReply.BY_HAND: later("Approved. The file cannot be changed here: add the lines below to it."),
    CoverReply.DECLINED: later("Not approved. They are told."),
    CoverReply.KEPT: later("Withdrawn. Nobody else is asked."),
}
_AUDITED = {"approve": "cover-approved", "decline": "cover-declined", "withdraw": "cover-withdrawn"}


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request in the list: its people by name, what a yes changes, warnings about it, and the lines of the file."""

    request: CoverRequest
    asker: str
    taker: str
    state: str
    waiting: Sequence[str]
    refused: Sequence[str]
    changes: Sequence[str] = ()
    warnings: Sequence[str] = ()
    lines: Sequence[str] = ()


def add_requests(rota: Blueprint, parts: PageParts) -> None:
    """Add `/rota/<rota>/requests` to the rota's pages."""

    @rota.get("/rota/<rota>/requests")
    def requests(rota: str) -> tuple[str, int]:
        return _page(parts, rota)

    @rota.post("/rota/<rota>/requests")
    def decide(rota: str) -> Response | tuple[str, int]:
        """Approve, decline or withdraw a request."""
        do, id = request.form.get("do", ""), request.form.get("request", "")
        if do not in _AUDITED:
            abort(400)
        try:
            known = parts.covers.book.get(id)
            if known is None or known.rota != rota:
                abort(404)
            said = (
                parts.covers.approve(id, g.person.name)
                if do == "approve"
                else parts.covers.decline(id)
                if do == "decline"
                else parts.covers.withdraw(id)
            )
        except DatabaseUnavailable as error:
            return _page(parts, rota, in_words(error), 503)
        if said.reply not in _DONE:
            return _page(parts, rota, _problem(said.reply), 409)
        try:
            parts.audit.add(Deed(parts.now(), g.person.name, _AUDITED[do], rota))
        except DatabaseUnavailable:
            parts.notice("deed_not_written", what=_AUDITED[do])
        return redirect(url_for("rota.requests", rota=rota, done=said.reply.value), 303)


def _problem(reply: CoverReply) -> str:
    if reply is CoverReply.CANNOT:
        return _("This would leave callers with nobody, so it was not written.")
    if reply is CoverReply.FAILED:
        return _("The rota could not be changed just now. Look at its file, then try again.")
    return _("The request has changed in the meantime. Below is how it is now.")


def _page(parts: PageParts, rota: str, problem: str = "", status: int = 200) -> tuple[str, int]:
    line = parts.directory.by_rota(rota)
    if line is None:
        abort(404)
    try:
        known = parts.covers.book.of(rota, since=parts.now() - _REMEMBERED)
    except DatabaseUnavailable as error:
        known, problem, status = [], problem or in_words(error), 503
    rows = [_row(parts, line, one) for one in known]
    done = next((words for reply, words in _DONE.items() if reply.value == request.args.get("done")), "")
    page = render_template(
        "rota/requests.html",
        line=line,
        title=line.flow.name,
        active=[one for one in rows if one.request.state.active or one.request.state is CoverState.BY_HAND],
        past=[one for one in rows if not one.request.state.active and one.request.state is not CoverState.BY_HAND],
        rules=line.rota.cover_rules,
        zone=line.rota.zone,
        done=_(done) if done and not problem else "",
        problem=problem,
        stale=False,
    )
    return page, status


def _row(parts: PageParts, line: Hotline, one: CoverRequest) -> RequestRow:
    def names(*answers: CoverAnswer) -> list[str]:
        return [_name(line, who) for who, asked in one.people.items() if asked.answer in answers]

    changes, warnings, lines = _what_changes(parts, line, one)
    return RequestRow(
        one,
        _name(line, one.asker),
        _name(line, one.taker) if one.taker else "",
        _(STATES[one.state]),
        names(CoverAnswer.NONE),
        names(CoverAnswer.NO, CoverAnswer.DECLINED),
        changes,
        warnings,
        lines,
    )


def _what_changes(
    parts: PageParts, line: Hotline, one: CoverRequest
) -> tuple[Sequence[str], Sequence[str], Sequence[str]]:
    """Return what a yes changes, its warnings, and the lines of the file: while somebody must decide or write."""
    if one.state not in (CoverState.AGREED, CoverState.BY_HAND):
        return (), (), ()
    written = entries(line.schedule, one, one.taker)
    lines = ["- {" + ", ".join(f"{name}: {value}" for name, value in as_fields(each).items()) + "}" for each in written]
    try:
        _proposal, changes = with_entries(parts.saved.texts(), line.rota.id, written, parts.saved.countries)
    except FilesError as error:
        return (), [in_words(error)], lines
    said = [worded(words) for words in effects_in_words(line, changes)]
    return said, [worded(breach_in_words(line.rota, breach)) for breach in changes.breaches], lines


def _name(line: Hotline, who: str) -> str:
    return line.rota.volunteers[who].name if who in line.rota.volunteers else who
