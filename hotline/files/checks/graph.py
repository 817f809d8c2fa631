"""The steps of a call flow as paths a caller can take: none lost, none a dead end, none a ring without an exit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from xml.sax.saxutils import escape

from hotline.core.calls.flow import Continue, FixedDial, Flow, Goodbye, Hunt, Menu, Step
from hotline.core.wording import Wording
from hotline.files.findings.unreadable import clip
from hotline.files.yaml.document import Document

MOST_VISITS = 50
"""The most visits of one step in one call that `at_most` allows."""
MOST_BYTES_AT_ONCE = 40_000
"""The size of the words in one answer to the carrier, which takes 64 kB at most (its error 11750)."""


def check_graph(document: Document, flow: Flow) -> None:
    """Report steps that cannot be reached, that never lead to anyone, or in which a silent caller loops forever."""
    for name in flow.steps.keys() - reached(flow):
        document.report(
            "unreachable-step",
            ("steps", name),
            Wording("Nothing leads to step `%(name)s`.", name=clip(name)),
            Wording("Point a key, `then` or another field to it, or delete it."),
            "warning",
            "key",
        )
    good = hopeful(flow)
    for name in flow.steps.keys() - good:
        document.report(
            "dead-end-step",
            ("steps", name),
            Wording("From step `%(name)s` a caller never reaches a person or a goodbye.", name=clip(name)),
            Wording("Point one of its ways to a step with `ring: on_call`, `dial` or `hang_up: true`."),
            part="key",
        )
    _check_silence(document, flow, good)
    _check_ring_early(document, flow)
    _check_size(document, flow)


def ways(step: Step) -> Iterator[str]:
    """The steps that a step can lead to."""
    match step.action:
        case Continue(to=to):
            yield to
        case Menu(keys=keys, no_key=no_key, wrong_key=wrong_key):
            yield from (target.step for target in keys.values())
            yield no_key
            yield wrong_key
        case Hunt(answered=answered, not_answered=not_answered, way_out=way_out):
            yield not_answered
            if answered is not None:
                yield answered
            yield from (target.step for target in way_out.values())
        case FixedDial(then=str() as then):
            yield then
    if step.instead is not None:
        yield step.instead


def reached(flow: Flow) -> set[str]:
    """The steps that a caller can reach."""
    found, pending = set[str](), [flow.start, *([flow.closed] if flow.closed else [])]
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending.extend(ways(flow.steps[name]))
    return found


def hopeful(flow: Flow) -> set[str]:
    """The steps from which some path leads to a person or a goodbye."""
    back: dict[str, list[str]] = {}
    for name, step in flow.steps.items():
        for to in ways(step):
            back.setdefault(to, []).append(name)
    found, pending = set[str](), [name for name, step in flow.steps.items() if _is_end(step)]
    while pending:
        name = pending.pop()
        if name not in found:
            found.add(name)
            pending.extend(back.get(name, ()))
    return found


def silent_circles(flow: Flow) -> list[list[str]]:
    """The steps in which a caller who never presses a key loops forever, a list for each circle."""
    settled: set[str] = set()
    found = []
    for start in flow.steps:
        circle = _circle(flow, start, settled)
        settled.update(circle)
        if circle:
            found.append(circle)
    return found


def _is_end(step: Step) -> bool:
    return isinstance(step.action, Hunt | FixedDial | Goodbye)


def _check_silence(document: Document, flow: Flow, good: set[str]) -> None:
    for circle in silent_circles(flow):
        first = next((name for name in circle if name in good), None)
        if first is not None:
            field = "no_key" if document.get("steps", first, "no_key") is not None else "menu"
            document.report(
                "silence-goes-round",
                ("steps", first, field),
                Wording("A caller who presses nothing loops here forever."),
                Wording(
                    "Point `no_key` to a step that rings or says goodbye, or add `at_most: 3` and `then:` with such "
                    "a step."
                ),
                part="key",
            )


def _check_ring_early(document: Document, flow: Flow) -> None:
    if flow.ring_early is not None and not _rings_in_silence(flow):
        document.report(
            "ring-early-in-vain",
            ("steps", flow.start, "ring_early"),
            Wording("A caller who presses nothing comes to no step with `ring:`, so phones would ring early in vain."),
            Wording("Lead `no_key` or `then` to a step with `ring: on_call`, or delete `ring_early`."),
            part="key",
        )


def _rings_in_silence(flow: Flow) -> bool:
    """Return whether a caller who presses nothing comes to a `ring` step before a person or a goodbye."""
    visits: dict[str, int] = {}
    name = flow.start
    while visits.get(name, 0) <= MOST_VISITS:
        step = flow.steps[name]
        visits[name] = visits.get(name, 0) + 1
        if step.at_most is not None and step.instead is not None and visits[name] >= step.at_most:
            name = step.instead
            continue
        if not isinstance(step.action, Continue | Menu):
            return isinstance(step.action, Hunt)
        name = step.action.to if isinstance(step.action, Continue) else step.action.no_key
    return False


def _circle(flow: Flow, start: str, settled: set[str]) -> list[str]:
    """The steps in which a silent caller at `start` loops forever; none if they get out."""
    visits: dict[str, int] = {}
    since_exit: list[str] = []
    name = start
    while name not in settled:
        step = flow.steps[name]
        visits[name] = visits.get(name, 0) + 1
        if step.at_most is not None and step.instead is not None and visits[name] >= step.at_most:
            if visits[name] > step.at_most + len(flow.steps):
                return since_exit
            name = step.instead
            continue
        if _is_end(step):
            return []
        if name in since_exit and all(flow.steps[one].at_most is None for one in since_exit[since_exit.index(name) :]):
            return since_exit[since_exit.index(name) :]
        since_exit.append(name)
        name = step.action.no_key if isinstance(step.action, Menu) else next(ways(step))
    return []


def _check_size(document: Document, flow: Flow) -> None:
    for language in flow.languages:
        sizes = {name: len(escape(step.say.get(language, "")).encode()) for name, step in flow.steps.items()}
        for start in flow.steps:
            chain = _said_at_once(flow.steps, start)
            if sum(sizes[name] for name in chain) > MOST_BYTES_AT_ONCE and len(chain) > 1:
                document.report(
                    "too-many-words",
                    ("steps", start),
                    Wording(
                        "From step `%(start)s` on, more is said without a pause for a key than the carrier accepts.",
                        start=clip(start),
                    ),
                    Wording("Shorten the words of these steps, or let callers press a key between them."),
                    part="key",
                )
                return


def _said_at_once(steps: Mapping[str, Step], start: str) -> list[str]:
    chain: list[str] = []
    name: str | None = start
    while name is not None and name not in chain:
        chain.append(name)
        action = steps[name].action
        name = action.to if isinstance(action, Continue) else action.not_answered if isinstance(action, Hunt) else None
    return chain
