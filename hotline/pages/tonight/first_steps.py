"""The first steps of a new hotline, for its coordinators: what is done, and where to do the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

from flask import url_for

from hotline.errors import DatabaseUnavailable, FilesError
from hotline.pages.frame.files_saved import path_of
from hotline.pages.frame.parts import PageParts
from hotline.pages.tonight.board import Board
from hotline.pages.words.language import gettext as _
from hotline.pages.words.rota import dialled

_ENOUGH = 2
"""Volunteers: one alone can be in the shower."""


@dataclass(frozen=True, slots=True)
class FirstStep:
    """A step: its name, whether it is done, what it is for, and where to do it."""

    name: str
    done: bool
    why: str
    to: str


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """The steps of one hotline."""

    id: str
    title: str
    steps: tuple[FirstStep, ...]

    @property
    def done(self) -> int:
        return sum(one.done for one in self.steps)


def first_steps(parts: PageParts, boards: Iterable[Board]) -> FirstSteps | None:
    """Return the steps of the first hotline that has some left; None if there is none.

    A hotline that has once taken all of them is never listed again.
    """
    for board in boards:
        if board.line.whole is not None or parts.milestones.reached(board.line.id, "ready"):
            continue
        steps = tuple(_steps(parts, board))
        if any(not one.done for one in steps):
            return FirstSteps(board.line.id, board.line.title, steps)
        parts.milestones.reach(board.line.id, "ready")
    return None


def _steps(parts: PageParts, board: Board) -> Iterator[FirstStep]:
    line = board.line
    rota, number = line.rota, next(iter(line.flow.numbers), "")
    setup = url_for("setup.overview", rota=rota.id)
    flow = url_for("flow.graph", id=line.id)
    yield FirstStep(
        _("Number"),
        bool(number),
        dialled(number) if number else _("What callers dial."),
        url_for("setup.form", flow=line.id, kind="line"),
    )
    yield FirstStep(
        _("Words"), _words_were_read(parts, line.id), _("Read what callers hear, and make it your own."), flow
    )
    yield FirstStep(
        _("Volunteers"),
        len(rota.volunteers) >= _ENOUGH,
        _("Two or more, each with a phone."),
        setup + "#volunteers",
    )
    yield FirstStep(
        _("Coverage"),
        not board.days.gaps,
        _("Somebody is on call at every hour of the next seven days."),
        setup + "#shifts",
    )
    yield FirstStep(_("Backup"), bool(rota.backup), _("A phone that someone always answers."), setup + "#backup")
    carrier = parts.checks.get("carrier")
    yield FirstStep(
        _("Carrier"),
        not parts.practice and (carrier is None or not carrier().problem),
        _("In practice mode no real phone rings. Set the carrier's account on the server to go live.")
        if parts.practice
        else _("The carrier's account and number work."),
        url_for("tonight.home") + "#parts",
    )
    yield FirstStep(
        _("Test ring"),
        rota.ringing.test.value != "never" or parts.milestones.reached(line.id, "rung"),
        _("Rings a volunteer's phone on trial: on their page, or every month."),
        url_for("setup.form", rota=rota.id, kind="ringing"),
    )
    yield FirstStep(
        _("First practice call"),
        parts.milestones.reached(line.id, "rehearsed") or _has_calls(parts, line.id),
        _("Call the line here, and hear what a caller hears."),
        url_for("phone.handset", hotline=line.id),
    )


def _words_were_read(parts: PageParts, id: str) -> bool:
    """Return whether the call flow is more than the form for a new hotline wrote."""
    path = path_of(parts, "flow", id)
    with suppress(FilesError, ValueError):
        known = parts.saved.versions.of(path) if path else []
        return not known or known[0].how != "new"
    return True


def _has_calls(parts: PageParts, id: str) -> bool:
    try:
        return parts.calls.first_start(id) is not None
    except DatabaseUnavailable:
        return False
