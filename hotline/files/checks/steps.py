"""The steps of a call flow: each one's fields checked against one another, and the step it comes to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from hotline.core.calls.flow import FixedDial, GoOn, HangUp, Hunt, Menu, Step, Target
from hotline.core.calls.flow import Words as Spoken
from hotline.core.wording import Wording
from hotline.files.findings.suggest import did_you_mean
from hotline.files.findings.unreadable import Unreadable, clip
from hotline.files.shapes.flow import StepEntry
from hotline.files.values.names import Reference
from hotline.files.values.phones import dialled
from hotline.files.yaml.document import Document, mapping

KEYS = tuple("0123456789*#")
REPEATS = 3
"""The visit at which a menu that repeats itself for a silent caller leads on."""

_ACTIONS = ("menu", "ring", "dial", "hang_up")
_BELONGS_TO = {
    "wait": "menu", "no_key": "menu", "wrong_key": "menu",
    "between": "ring", "answered": "ring", "not_answered": "ring",
}  # fmt: skip
_LEADING = ("no_key", "wrong_key", "answered", "not_answered", "then")


def step_references(document: Document) -> Iterator[Reference]:
    """Every spot of a call flow that names a step."""
    for field in ("start", "closed"):
        first = document.get(field)
        if isinstance(first, str):
            yield Reference((field,), first)
    for name, step in mapping(document.get("steps")).items():
        for field in _LEADING:
            target = mapping(step).get(field)
            if isinstance(target, str):
                yield Reference(("steps", name, field), target)
        for key, leads in mapping(mapping(step).get("menu")).items():
            target = mapping(leads).get("go") if isinstance(leads, dict) else leads
            if isinstance(target, str):
                yield Reference(("steps", name, "menu", key, *(("go",) if isinstance(leads, dict) else ())), target)


def language_references(document: Document) -> Iterator[Reference]:
    """Every key that leads to a language."""
    for name, step in mapping(document.get("steps")).items():
        for key, leads in mapping(mapping(step).get("menu")).items():
            language = mapping(leads).get("language")
            if isinstance(language, str):
                yield Reference(("steps", name, "menu", key, "language"), language)


def check_step(document: Document, name: str, entry: StepEntry, like: str) -> None:
    """Report what is missing from one step, or cannot stand together in it. `like`: a number of the same country."""
    path = ("steps", name)
    given = [field for field, value in mapping(document.get(*path)).items() if value is not None]
    actions = [field for field in given if field in _ACTIONS]
    if len(actions) > 1:
        document.report(
            "two-actions",
            (*path, actions[1]),
            Wording(
                "Step `%(name)s` has both `%(one)s` and `%(other)s`.",
                name=clip(name),
                one=actions[0],
                other=actions[1],
            ),
            Wording("A step does one thing. Move one of them into its own step and join the two with `then`."),
            part="key",
        )
        return
    if not actions and "then" not in given:
        document.report(
            "no-action",
            path,
            Wording("Step `%(name)s` leads nowhere. The caller would hear silence.", name=clip(name)),
            Wording(
                "Add what happens after the words: `then:` with the next step, a `menu:`, `ring:"
                " on_call`, `dial:` or `hang_up: true`."
            ),
            part="key",
        )
    action = actions[0] if actions else "then"
    for field in given:
        belongs = _BELONGS_TO.get(field, action)
        if belongs != action:
            document.report(
                "misplaced-field",
                (*path, field),
                Wording(
                    "`%(field)s` needs `%(belongs)s` in the same step. This step has none.",
                    field=field,
                    belongs=belongs,
                ),
                Wording("Delete it, or give this step a `%(belongs)s`.", belongs=belongs),
                part="key",
            )
    _check_then(document, name, set(given), action)
    if action == "menu":
        _check_menu(document, name, entry)
    elif action == "ring":
        _check_ring(document, name, entry)
    elif entry.dial is not None:
        try:
            dialled(entry.dial, like)
        except Unreadable as problem:
            document.report(problem.code, (*path, "dial"), problem.message, problem.help)


def make_step(name: str, entry: StepEntry, otherwise: str) -> Step:
    """The step of an entry that was checked. `otherwise` is where a menu leads that was repeated in vain."""
    at_most = entry.at_most
    instead = entry.then if at_most is not None else None
    action: Menu | Hunt | FixedDial | HangUp | GoOn
    if entry.menu is not None:
        if entry.no_key is None:
            at_most = at_most or REPEATS
            instead = entry.then or otherwise
        no_key = entry.no_key or name
        keys = {
            key: Target(leads) if isinstance(leads, str) else Target(leads.go or name, leads.language)
            for key, leads in entry.menu.items()
        }
        action = Menu(keys, entry.wait, no_key, entry.wrong_key or no_key)
    elif entry.ring is not None:
        assert entry.not_answered is not None
        action = Hunt(_words(entry.between), entry.answered, entry.not_answered)
    elif entry.dial is not None:
        action = FixedDial(dialled(entry.dial).number, entry.then)
    elif entry.hang_up:
        action = HangUp()
    else:
        assert entry.then is not None
        action = GoOn(entry.then)
    return Step(name, _words(entry.say), action, at_most, instead)


def _words(said: Mapping[str, str]) -> Spoken:
    return {language: words.strip() for language, words in said.items()}


def _check_then(document: Document, name: str, given: Collection[str], action: str) -> None:
    path = ("steps", name)
    repeats = action == "menu" and "no_key" not in given
    if "at_most" in given and "then" not in given and not repeats:
        document.report(
            "missing-field",
            (*path, "at_most"),
            Wording("`at_most` needs `then`, the step for the last visit."),
            Wording("Add it, for example then: %(step)s", step=_step_with(document, ("hang_up", "dial"), name)),
            part="key",
        )
    if "at_most" in given or "then" not in given:
        return
    if action in ("ring", "hang_up"):
        help = (
            Wording("Use `answered` for the step after the conversation, and `not_answered` for when nobody picks up.")
            if action == "ring"
            else Wording("The call ends here. Delete `then`, or delete `hang_up`.")
        )
        message = Wording("`then` has no effect in a step with `%(action)s`.", action=action)
        document.report("misplaced-field", (*path, "then"), message, help, part="key")
    if action == "menu" and not repeats:
        document.report(
            "misplaced-field",
            (*path, "then"),
            Wording("Nothing leads to this `then`, because silence goes to `no_key`."),
            Wording("Delete it, or add `at_most`. The last visit then goes to `then`."),
            "warning",
            part="key",
        )


def _check_menu(document: Document, name: str, entry: StepEntry) -> None:
    path = ("steps", name, "menu")
    if not mapping(document.get("steps", name, "say")):
        document.report(
            "missing-words",
            path,
            Wording("Step `%(name)s` waits for a key but says nothing. The caller hears silence.", name=clip(name)),
            Wording("Add `say:` and explain what each key does."),
            part="key",
        )
    if document.get(*path) == {}:
        document.report(
            "bad-key",
            path,
            Wording("This menu has no keys."),
            Wording('Add one, for example "1": %(step)s', step=_step_with(document, ("ring", "dial"), str(path[1]))),
            part="key",
        )
    for key in mapping(document.get(*path)):
        if key not in KEYS:
            document.report(
                "bad-key",
                (*path, key),
                Wording("A phone has no key `%(key)s`.", key=clip(key)),
                Wording("Use the keys 0 to 9, * and #, one for each menu entry."),
                part="key",
            )


def _check_ring(document: Document, name: str, entry: StepEntry) -> None:
    path = ("steps", name)
    if entry.ring != "on_call":
        document.report(
            "unknown-value",
            (*path, "ring"),
            Wording("`%(written)s` cannot be rung.", written=clip(str(entry.ring))),
            did_you_mean(str(entry.ring), ["on_call"])
            or Wording("Write ring: on_call. For one fixed number use `dial`."),
        )
    if document.get(*path, "not_answered") is None:
        document.report(
            "ring-without-not-answered",
            (*path, "ring"),
            Wording("What happens when nobody picks up is missing."),
            Wording(
                "Add the next step for the caller, for example not_answered: %(step)s",
                step=_step_with(document, ("dial", "hang_up"), str(path[1])),
            ),
            part="key",
        )


def _step_with(document: Document, actions: Sequence[str], besides: str) -> str:
    """A step of this file that does one of these, or else another one, to be named in an example."""
    others = {name: mapping(step) for name, step in mapping(document.get("steps")).items() if name != besides}
    return next(
        (name for action in actions for name, step in others.items() if action in step), next(iter(others), "…")
    )
