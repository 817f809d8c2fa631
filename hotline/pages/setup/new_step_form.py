"""The form for a new step of a call: its words, what it does, and the key that leads to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hotline.files.checks.steps import ON_CALL
from hotline.files.values.names import is_name
from hotline.files.yaml.document import Path, Plain, mapping
from hotline.pages.setup.fields import About, EntryForm, Field, Fields, Mistyped, Values, menu, needed
from hotline.pages.setup.keys_form import PHONE_KEYS, step_menu
from hotline.pages.setup.words_form import areas, in_each
from hotline.pages.words.language import gettext as _
from hotline.pages.words.language import later

_DOES = {
    "then": later("The call continues at the next step"),
    "ring": later("The people on call are rung"),
    "dial": later("A number is dialled"),
    "hang_up": later("The call ends"),
}


class NewStepForm(EntryForm):
    """A new step. It may get a key of another step that leads to it."""

    kind = "new_step"
    own = ((("steps",), ("name", "say_", "does", "number", "to", "by_step", "by_key")),)

    def _asked(self, values: Values, about: About) -> Sequence[Fields]:
        keys = [("", "–"), *((key, key) for key in PHONE_KEYS)]
        return [
            Fields("", [Field("name", _("Name"), hint=_("One word for yourself, such as: chaplain"), required=True)]),
            Fields(_("What callers hear"), areas("say_", about.languages)),
            Fields(
                _("And then"),
                [menu("does", _("What happens"), values, [(one, _(words)) for one, words in _DOES.items()])],
                _("The next step is for afterwards: after the words, after a conversation, or when nobody answers."),
            ),
            Fields(
                "",
                [
                    Field("number", _("Number to dial"), "tel"),
                    step_menu("to", _("Next step"), "–", values, about),
                ],
                beside=True,
            ),
            Fields(
                _("How callers get there"),
                [
                    step_menu("by_step", _("From the step"), "–", values, about),
                    menu("by_key", _("By the key"), values, keys),
                ],
                _("You can also do this later: “Change where it leads”."),
                beside=True,
            ),
        ]

    def read(self, values: Values, about: About) -> dict[str, Plain]:
        """All steps, with the new one. Raises Mistyped."""
        steps, name = dict(mapping(about.content.get("steps"))), _name(values)
        if not is_name(name):
            raise Mistyped("name", _("Write a name of letters and digits, such as: chaplain"))
        if name in steps:
            raise Mistyped("name", _("There is a step by this name. Choose another name."))
        words = in_each(values, "say_", about)
        step: dict[str, Plain] = {**({"say": words} if words else {}), **_does(values)}
        leading, key = values.get("by_step", "").strip(), values.get("by_key", "").strip()
        if key and not leading:
            raise Mistyped("by_step", _("Choose the step that has this key."))
        if leading:
            steps[leading] = _with_key(mapping(steps.get(leading)), key, name)
        return {"steps": {**steps, name: step}}

    def field_of(self, path: Path, values: Values) -> str:
        """The field of a part of the new step."""
        if path[:2] != ("steps", _name(values)):
            return ""
        if path[2:3] == ("say",):
            named = (f"say_{code}" for code in path[3:4])
            return next((one for one in named if one in values), next((one for one in values if one[:4] == "say_"), ""))
        part = str(path[2]) if len(path) > 2 else ""
        return {"": "name", "dial": "number", "then": "to", "not_answered": "to"}.get(part, "does")


def _name(values: Values) -> str:
    return "_".join(values.get("name", "").casefold().split())


def _does(values: Values) -> dict[str, Plain]:
    """The action of the step, as the file says it. Raises Mistyped."""
    does, to = values.get("does") or "then", values.get("to", "").strip()
    if does == "hang_up":
        if to:
            raise Mistyped("to", _("The call ends here: leave the next step empty."))
        return {"hang_up": "true"}
    if does == "dial":
        number = needed(values, "number", _("Enter the number to dial."))
        return {"dial": number, **({"then": to} if to else {})}
    if values.get("number", "").strip():
        raise Mistyped("does", _("Choose that a number is dialled, or leave the number empty."))
    if does == "ring":
        return {"ring": ON_CALL, "not_answered": needed(values, "to", _("Choose the step for when nobody answers."))}
    return {"then": needed(values, "to", _("Choose the next step."))}


def _with_key(step: Mapping[str, Plain], key: str, to: str) -> dict[str, Plain]:
    """A step with one more key. Raises Mistyped."""
    waiting = mapping(step.get("while_waiting"))
    keys = mapping(step.get("menu")) or mapping(waiting.get("menu"))
    if not keys and "ring" not in step:
        raise Mistyped("by_step", _("This step has no keys. Give it some first: “Change where it leads”."))
    if not key:
        raise Mistyped("by_key", _("Choose the key."))
    if key in keys:
        raise Mistyped("by_key", _("The key %(key)s leads somewhere else already.", key=key))
    found: dict[str, Plain] = {**keys, key: to}
    return {**step, "menu": found} if "menu" in step else {**step, "while_waiting": {**waiting, "menu": found}}
