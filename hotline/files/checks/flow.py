"""A call flow file: its checks, and the resulting flow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from hotline.core.calls.flow import OPEN, FixedDial, Flow, Language, Step
from hotline.core.rota.rota import Shift
from hotline.core.wording import Wording
from hotline.files.checks.graph import check_graph
from hotline.files.checks.keys_said import check_menus, check_ways_out
from hotline.files.checks.languages import DEFAULT, read_languages
from hotline.files.checks.rota import note_not_valid
from hotline.files.checks.shift_patterns import check_pattern, pattern
from hotline.files.checks.speech import check_speech
from hotline.files.checks.steps import (
    check_step,
    language_references,
    make_ring_early,
    make_step,
    ringing_others,
    step_references,
)
from hotline.files.findings.unreadable import Unreadable, clip, plain
from hotline.files.shapes.base import GONE
from hotline.files.shapes.fitting import Fitted, fit
from hotline.files.shapes.flow import STAND_INS, FlowFile, StepEntry
from hotline.files.values.names import check_file_name, check_names, check_references
from hotline.files.values.phones import phone
from hotline.files.yaml.document import Document, mapping


@dataclass(slots=True)
class FlowRead:
    """A call flow file that could be read.

    `flow` exists if it can be made, and is valid if `document` has no errors. The rest is there as far as it can be
    used. `numbers` are E.164, each with its index in the file's `numbers`. `others` are other rotas that steps ring,
    by step.
    """

    id: str
    document: Document
    rota: str
    flow: Flow | None = None
    numbers: dict[str, int] = field(default_factory=dict)
    languages: Mapping[str, Language] = field(default_factory=lambda: dict(DEFAULT))
    others: Mapping[str, str] = field(default_factory=dict)

    @property
    def rotas(self) -> frozenset[str]:
        """All rotas that the call flow rings."""
        return frozenset((self.rota, *self.others.values()))


def read_flow(id: str, document: Document) -> FlowRead:
    """Check a call flow file, and make the flow of it if nothing is wrong."""
    read = FlowRead(id, document, id)
    fitted = fit(document, FlowFile, STAND_INS)
    if fitted is None:
        return read
    file = fitted.value
    read.rota = file.rota or id
    read.others = ringing_others(document, read.rota)
    read.numbers = _numbers(document, fitted)
    check_file_name(document, id)
    check_names(document, ("steps",), "step")
    steps = mapping(document.get("steps"))
    if fitted.whole("steps") and not steps:
        document.report(
            "missing-field",
            ("steps",),
            Wording("This call flow has no steps."),
            Wording("Add one, for example welcome: {say: {en: Hello.}, hang_up: true}"),
        )
    if steps:
        check_references(document, step_references(document), steps, "step")
    if isinstance(document.get("languages"), dict) or document.get("languages") is None:
        read.languages = read_languages(document, file.languages)
        check_references(document, language_references(document), read.languages, "language")
        check_speech(document, read.languages)
        check_menus(document, read.languages)
        check_ways_out(document, read.languages)
    _check_open(document, fitted)
    like = next(iter(read.numbers), "+1")
    for name, entry in file.steps.items():
        check_step(document, name, entry, like)
    _check_ring_early(document, file)
    if not document.errors:
        read.flow = _flow(read, file)
        check_graph(document, read.flow)
        _check_own_numbers(document, read.flow)
    return read


def _check_ring_early(document: Document, file: FlowFile) -> None:
    """Report phones that ring early in any other step than the first of a call."""
    start = _start(file)
    for name, entry in file.steps.items():
        if entry.ring_early is not None and name != start and start in file.steps:
            document.report(
                "misplaced-field",
                ("steps", name, "ring_early"),
                Wording(
                    "Phones can ring early only from the start of a call, which is the step `%(start)s`.",
                    start=clip(start),
                ),
                Wording("Move `ring_early` to the step `%(start)s`, or delete it.", start=clip(start)),
                part="key",
                fix=document.without(("steps", name, "ring_early")),
            )


def _check_open(document: Document, fitted: Fitted[FlowFile]) -> None:
    file = fitted.value
    for place, entry in enumerate(file.open):
        if entry is not GONE:
            check_pattern(document, ("open", place), entry, fitted.left_out)
    if file.open and file.closed is None and fitted.whole("closed"):
        document.report(
            "missing-field",
            ("open",),
            Wording("This hotline has opening hours, but no step for calls outside them."),
            Wording("Name the step that tells callers: closed: we_are_closed"),
            part="key",
        )
    if file.closed is not None and not file.open and fitted.whole("open"):
        document.report(
            "misplaced-field",
            ("closed",),
            Wording("`closed` is only for a hotline with opening hours. This hotline is always open."),
            Wording("Add the hours, for example open: [{days: mon-fri, hours: 08:00-20:00}], or delete `closed`."),
            part="key",
        )


def _numbers(document: Document, fitted: Fitted[FlowFile]) -> dict[str, int]:
    if not fitted.value.numbers and fitted.whole("numbers"):
        document.report(
            "missing-field",
            ("numbers",),
            Wording("This call flow has no number to dial."),
            Wording('Add it: numbers: ["+1 410 555 0100"]'),
        )
    numbers: dict[str, int] = {}
    for place, written in enumerate(fitted.value.numbers):
        if written is GONE:
            continue
        path = ("numbers", place)
        try:
            found = phone(written, whose="hotline")
        except Unreadable as problem:
            document.report(problem.code, path, problem.message, problem.help)
            continue
        if found.number in numbers:
            document.report(
                "number-claimed-twice",
                path,
                Wording("`%(written)s` is in this list already.", written=clip(written)),
                Wording("Delete the second entry."),
                fix=document.without(path),
            )
        elif not found.valid:
            note_not_valid(document, path, written)
        numbers.setdefault(found.number, place)
    return numbers


def _flow(read: FlowRead, file: FlowFile) -> Flow:
    otherwise = _otherwise(file.steps)
    steps: dict[str, Step] = {
        name: make_step(name, entry, otherwise, read.others.get(name)) for name, entry in file.steps.items()
    }
    return Flow(
        read.id,
        file.name if file.name and plain(file.name) else read.id.replace("_", " ").replace("-", " ").title(),
        tuple(read.numbers),
        read.rota,
        read.languages,
        _start(file),
        steps,
        {language: words.strip() for language, words in file.apology.items()},
        tuple(Shift(entry.name, pattern(entry), (OPEN,), entry.also) for entry in file.open),
        file.closed,
        make_ring_early(file.steps[_start(file)]),
    )


def _start(file: FlowFile) -> str:
    return file.start or next(iter(file.steps), "")


def _otherwise(steps: Mapping[str, StepEntry]) -> str:
    """Return where a menu leads after its repeat: the first step that rings, or else dials, or else ends the call."""
    for wanted in ("ring", "dial", "hang_up"):
        for name, entry in steps.items():
            if getattr(entry, wanted):
                return name
    return next(iter(steps))


def _check_own_numbers(document: Document, flow: Flow) -> None:
    for name, step in flow.steps.items():
        if isinstance(step.action, FixedDial) and step.action.number in flow.numbers:
            document.report(
                "phone-is-hotline",
                ("steps", name, "dial"),
                Wording("This step calls the hotline itself."),
                Wording("Use `then` with one of its steps instead."),
            )
