"""The steps of a call flow: each step's fields checked against one another, and the resulting step."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from hotline.core.calls.flow import Continue, FixedDial, Goodbye, Hunt, Menu, RingEarly, Step, Target
from hotline.core.calls.flow import Words as Spoken
from hotline.core.times.wall_clock import DAY
from hotline.core.wording import Wording
from hotline.files.findings.suggest import did_you_mean
from hotline.files.findings.unreadable import Unreadable, clip, plain
from hotline.files.shapes.base import GONE
from hotline.files.shapes.flow import RecordedEntry, RingEarlyEntry, StepEntry, TargetEntry
from hotline.files.values.meant import number_meant
from hotline.files.values.names import Reference, is_name
from hotline.files.values.phones import dialled
from hotline.files.yaml.document import Document, Path, Plain, mapping

KEYS = tuple("0123456789*#")
ON_CALL = "on_call"
"""The word by which `ring` means the flow's own rota."""
REPEATS = 3
"""The visit at which a menu that repeats for a silent caller continues elsewhere."""

_ACTIONS = ("menu", "ring", "dial", "hang_up")
_BELONGS_TO = {
    "wait": "menu", "no_key": "menu", "wrong_key": "menu",
    "between": "ring", "hold": "ring", "while_waiting": "ring", "answered": "ring", "not_answered": "ring",
}  # fmt: skip
_LEADING = ("no_key", "wrong_key", "answered", "not_answered", "then")


def step_references(document: Document) -> Iterator[Reference]:
    """Every place in a call flow that names a step."""
    for field in ("start", "closed"):
        first = document.get(field)
        if isinstance(first, str):
            yield Reference((field,), first)
    for name, step in mapping(document.get("steps")).items():
        for field in _LEADING:
            target = mapping(step).get(field)
            if isinstance(target, str):
                yield Reference(("steps", name, field), target)
    for path, leads in _leading_keys(document):
        target = leads.get("go") if isinstance(leads, dict) else leads
        if isinstance(target, str):
            yield Reference((*path, "go") if isinstance(leads, dict) else path, target)


def language_references(document: Document) -> Iterator[Reference]:
    """Every key that leads to a language."""
    for path, leads in _leading_keys(document):
        language = mapping(leads).get("language")
        if isinstance(language, str):
            yield Reference((*path, "language"), language)


def _leading_keys(document: Document) -> Iterator[tuple[Path, Plain]]:
    """Return the spot of every key, and where it leads."""
    for name in mapping(document.get("steps")):
        for where in (("menu",), ("while_waiting", "menu")):
            path = ("steps", name, *where)
            yield from (((*path, key), leads) for key, leads in mapping(document.get(*path)).items())


def check_step(document: Document, name: str, entry: StepEntry, like: str) -> None:
    """Report fields of a step that are missing, or that contradict each other. `like`: a number of the same country."""
    path = ("steps", name)
    given = [field for field, value in mapping(document.get(*path)).items() if value is not None]
    actions = [field for field in given if field in _ACTIONS]
    if not _does_one_thing(document, name, given, actions):
        return
    action = actions[0] if actions else "then"
    _check_fields_belong(document, path, given, action)
    _check_recording(document, name, given)
    _check_then(document, name, set(given), action)
    if action == "menu":
        _check_menu(document, name)
    elif action == "ring":
        _check_ring(document, name, entry)
    elif entry.dial is not None:
        try:
            dialled(entry.dial, like)
        except Unreadable as problem:
            document.report(problem.code, (*path, "dial"), problem.message, problem.help)


def _does_one_thing(document: Document, name: str, given: Sequence[str], actions: Sequence[str]) -> bool:
    """Report a step with two actions, or with none. Returns False for two: its other fields say nothing then."""
    path = ("steps", name)
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
        return False
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
    return True


def _check_fields_belong(document: Document, path: Path, given: Sequence[str], action: str) -> None:
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


def _check_recording(document: Document, name: str, given: Sequence[str]) -> None:
    """Report a recording without words."""
    path = ("steps", name)
    if "play" in given and not mapping(document.get(*path, "say")):
        document.report(
            "missing-words",
            (*path, "play"),
            Wording("Step `%(name)s` has a recording, and its words are missing.", name=clip(name)),
            Wording("Add them as `say:`. They are spoken where the recording cannot be played."),
            part="key",
        )


def ringing_others(document: Document, rota: str) -> dict[str, str]:
    """Return the other rotas that the steps of a call flow with a `rota` ring, by step."""
    rings = {name: mapping(step).get("ring") for name, step in mapping(document.get("steps")).items()}
    own = (ON_CALL, rota)
    return {name: ring for name, ring in rings.items() if isinstance(ring, str) and ring not in own and is_name(ring)}


def make_step(name: str, entry: StepEntry, otherwise: str, people: str | None = None) -> Step:
    """The step of a checked entry. `otherwise` is the step after a menu that was repeated.

    `people`: the other rota that it rings.
    """
    at_most = entry.at_most
    instead = entry.then if at_most is not None else None
    action: Menu | Hunt | FixedDial | Goodbye | Continue
    if entry.menu is not None:
        if entry.no_key is None:
            at_most = at_most or REPEATS
            instead = entry.then or otherwise
        no_key = entry.no_key or name
        action = Menu(_targets(name, entry.menu), entry.wait, no_key, entry.wrong_key or no_key)
    elif entry.ring is not None:
        assert entry.not_answered is not None
        waiting = entry.while_waiting
        action = Hunt(
            _words(entry.between),
            entry.answered,
            entry.not_answered,
            {language: tuple(_text(one) for one in texts) for language, texts in entry.hold.items()},
            _targets(name, waiting.menu) if waiting else {},
            _words(waiting.say) if waiting else {},
            people,
            {language: tuple(_sound(one) for one in texts) for language, texts in entry.hold.items()},
        )
    elif entry.dial is not None:
        action = FixedDial(dialled(entry.dial).number, entry.then)
    elif entry.hang_up:
        action = Goodbye()
    else:
        assert entry.then is not None
        action = Continue(entry.then)
    return Step(name, _words(entry.say), action, at_most, instead, entry.play)


def make_ring_early(entry: StepEntry) -> RingEarly | None:
    """Return when phones ring early, of the step that a call begins with."""
    early = entry.ring_early
    if not isinstance(early, RingEarlyEntry):
        return None if early is None else RingEarly(early)
    hours = early.hours
    if hours is None or hours.length == DAY:
        return RingEarly(early.after)
    return RingEarly(early.after, (hours.start, (hours.start + hours.length) % DAY))


def _text(sentence: str | RecordedEntry) -> str:
    return (sentence if isinstance(sentence, str) else sentence.say).strip()


def _sound(sentence: str | RecordedEntry) -> str:
    return "" if isinstance(sentence, str) else sentence.play


def _targets(name: str, keys: Mapping[str, str | TargetEntry]) -> dict[str, Target]:
    """Return where the keys of step `name` lead."""
    return {
        key: Target(leads) if isinstance(leads, str) else Target(leads.go or name, leads.language)
        for key, leads in keys.items()
    }


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


def _check_menu(document: Document, name: str) -> None:
    path = ("steps", name, "menu")
    if not mapping(document.get("steps", name, "say")):
        document.report(
            "missing-words",
            path,
            Wording("Step `%(name)s` waits for a key but says nothing. The caller hears silence.", name=clip(name)),
            Wording("Add `say:` and explain what each key does."),
            part="key",
        )
    _check_keys(document, name, path)


def _check_keys(document: Document, name: str, path: Path) -> None:
    """Report keys that no phone has, and a menu at `path` without any."""
    if document.get(*path) == {}:
        document.report(
            "bad-key",
            path,
            Wording("This menu has no keys."),
            Wording('Add one, for example "1": %(step)s', step=_step_with(document, ("ring", "dial"), name)),
            part="key",
        )
    for key in mapping(document.get(*path)):
        if key not in KEYS:
            number = plain(key) if plain(key) in KEYS else str(number_meant(key))
            document.report(
                "bad-key",
                (*path, key),
                Wording("A phone has no key `%(key)s`.", key=clip(key)),
                Wording("Did you mean `%(right)s`?", right=number)
                if number in KEYS and document.get(*path, number) is None
                else Wording("Use the keys 0 to 9, * and #, one for each menu entry."),
                part="key",
            )


def _check_ring(document: Document, name: str, entry: StepEntry) -> None:
    path = ("steps", name)
    if not is_name(str(entry.ring)):
        document.report(
            "unknown-value",
            (*path, "ring"),
            Wording("`%(written)s` cannot be rung.", written=clip(str(entry.ring))),
            did_you_mean(str(entry.ring), [ON_CALL])
            or Wording("Write ring: on_call, or the name of another rota. For one fixed number use `dial`."),
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

    _check_keys(document, name, (*path, "while_waiting", "menu"))
    _check_hold(document, (*path, "hold"), entry.hold)


def _check_hold(document: Document, path: Path, hold: Mapping[str, Sequence[str | RecordedEntry]]) -> None:
    """Warn of a language with one text: it could be said every other time only."""
    for language, texts in hold.items():
        if GONE not in texts and len({" ".join(_text(one).split()) for one in texts}) == 1:
            document.report(
                "one-text-on-hold",
                (*path, language),
                Wording("One text is not enough: callers who wait never hear the same words twice in a row."),
                Wording(
                    "Write two texts or more, for example %(language)s: [I am still looking., Thank you for waiting.]",
                    language=clip(language),
                ),
                "warning",
            )


def _step_with(document: Document, actions: Sequence[str], besides: str) -> str:
    """A step of this file that does one of these, or else another one, for use in an example."""
    others = {name: mapping(step) for name, step in mapping(document.get("steps")).items() if name != besides}
    return next(
        (name for action in actions for name, step in others.items() if action in step), next(iter(others), "…")
    )
