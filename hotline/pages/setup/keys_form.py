"""The form for where a step of a call leads: its keys, silence, and what comes after it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress

from hotline.files.checks.steps import KEYS, ON_CALL
from hotline.files.findings.unreadable import Unreadable
from hotline.files.yaml.document import Path, Plain, mapping
from hotline.pages.setup.fields import (
    About,
    EntryForm,
    Field,
    Fields,
    Mistyped,
    Values,
    listed,
    menu,
    needed,
    numbered,
    places,
    said,
    typed,
)
from hotline.pages.setup.times_form import hours_read, hours_shown
from hotline.pages.setup.words_form import areas, in_each, in_fields, languages_of
from hotline.pages.words.language import gettext as _
from hotline.pages.words.language import language_name

PHONE_KEYS = (*KEYS[1:10], KEYS[0], *KEYS[10:])
"""The keys in the order of a phone."""
_ROW = ("key_", "go_", "language_")
_WAITING = "waiting_"
_OFFER, _EARLY = "while_waiting", "ring_early"


class KeysForm(EntryForm):
    """The form for the ways on from a step, key by key, with the words that name the keys."""

    kind = "keys"
    plain = ("answered", "not_answered", "dial")
    own = (
        (
            ("say", "menu", "wait", "no_key", "wrong_key", "then", "at_most", "hang_up"),
            ("say_", *_ROW, "no_key", "wrong_key", "then", "at_most"),
        ),
        (("ring",), ("ring",)),
        ((_EARLY,), (_EARLY, f"{_EARLY}_")),
        ((_OFFER,), tuple(f"{_WAITING}{name}" for name in _ROW)),
    )

    def _shown(self, at: Mapping[str, Plain]) -> dict[str, str]:
        return {
            **{name: said(at.get(name)) for name in ("no_key", "wrong_key", "then", "at_most")},
            **in_fields("say", at.get("say")),
            "ring": said(at.get("ring")),
            **_early_shown(at.get(_EARLY)),
            **_keys_shown(mapping(at.get("menu")), ""),
            **_keys_shown(mapping(mapping(at.get(_OFFER)).get("menu")), _WAITING),
        }

    def _asked(self, values: Values, about: About) -> Sequence[Fields]:
        step = mapping(about.old)
        if "ring" in step:
            return list(_of_ringing(values, about))
        if "hang_up" in step:
            return [Fields("", [step_menu("then", _("After the words"), _("The call ends"), values, about)])]
        if "dial" in step:
            after = step_menu("then", _("After the conversation"), _("The call ends"), values, about)
            return [Fields("", [Field("dial", _("Number to dial"), "tel", required=True), after], beside=True)]
        return list(_of_menu(values, about))

    def read(self, values: Values, about: About) -> dict[str, Plain]:
        """The ways on from the step as typed. Raises Mistyped."""
        old = mapping(about.old)
        found = typed(values, self.plain)
        if "ring" in old:
            needed(values, "not_answered", _("Choose where a call goes when nobody answers."))
            found["ring"] = values.get("ring", "").strip() or old["ring"]
            offer = mapping(old.get(_OFFER))
            if keys := _keys_read(values, _WAITING, mapping(offer.get("menu"))):
                found[_OFFER] = {**offer, "menu": keys}
        if "dial" in old:
            needed(values, "dial", _("Enter the number to dial."))
            found |= typed(values, ("then",))
        if old.keys() & {"ring", "dial", "hang_up"}:
            if "hang_up" in old:
                found |= typed(values, ("then",)) or {"hang_up": old["hang_up"]}
            shown = () if "ring" in old else ("then",)
            kept = {name: old[name] for name in ("say", "at_most", "then", _EARLY) if name in old and name not in shown}
            return {**kept, **found}
        return self._menu_read(values, about)

    def _menu_read(self, values: Values, about: About) -> dict[str, Plain]:
        """A step with keys; or, if none are left, one that continues where silence led."""
        old = mapping(about.old)
        words, keys = in_each(values, "say_", about), _keys_read(values, "", mapping(old.get("menu")))
        found: dict[str, Plain] = {"say": words} if words else {}
        found |= typed(values, ("at_most",))
        if early := _early_read(values, old.get(_EARLY)):
            found[_EARLY] = early
        leads = typed(values, ("no_key", "wrong_key", "then"))
        if not keys:
            then = leads.get("then") or leads.get("no_key")
            if not then:
                raise Mistyped("then", _("A step without keys continues by itself: choose the next step."))
            return {**found, "then": then}
        if not words:
            raise Mistyped(f"say_{about.languages[0]}", _("Write what each key does."))
        if "menu" not in old and "no_key" not in leads and "at_most" not in found and "then" in leads:
            leads["no_key"] = leads.pop("then")  # silence goes where the step went by itself
        waits = {name: old[name] for name in ("wait",) if name in old}
        return {**found, "menu": keys, **waits, **leads}

    def field_of(self, path: Path, values: Values) -> str:
        """The field of a key by the row that has it."""
        start, inner = ("", path[1:]) if path[:1] == ("menu",) else (_WAITING, path[2:])
        if path and path[0] in ("no_key", "wrong_key", "then", "at_most"):
            return str(path[0])
        if path[:1] != ("menu",) and path[:2] != (_OFFER, "menu"):
            return ""
        rows = {key: name.removeprefix(f"{start}key_") for name, key in listed(values, f"{start}key_")}
        at = rows.get(str(inner[0]) if inner else "", next(iter(rows.values()), "1"))
        return f"{start}{'language' if inner[1:] == ('language',) else 'go'}_{at}"


# -------------------------------------------------------------------------------------------------------------- fields


def _of_menu(values: Values, about: About) -> Iterator[Fields]:
    yield Fields(_("What callers hear"), areas("say_", languages_of(values, about)), _("Say which key does what."))
    yield _rows(values, about, "", _("Keys"))
    steps = mapping(about.content.get("steps"))
    first = about.content.get("start") or next(iter(steps), "")
    if values.get(_EARLY) or (isinstance(first, str) and steps.get(first) == about.old):
        yield Fields(
            _("Phones ring while these words are spoken"),
            [
                Field(_EARLY, _("Seconds into the call"), hint=_("Such as: 3s"), more={"inputmode": "text"}),
                Field(f"{_EARLY}_from", _("Only from"), "time"),
                Field(f"{_EARLY}_to", _("Until"), "time"),
            ],
            _("Left empty, they ring at the step that rings people. Without times: at any hour."),
            beside=True,
        )
    if "menu" not in mapping(about.old):
        hint = _("With keys, a caller who presses nothing goes there.")
        yield Fields(_("Without a key"), [step_menu("then", _("Next step"), "–", values, about)], hint)
        return
    yield Fields(
        _("Without a key"),
        [
            step_menu("no_key", _("Nothing pressed"), _("The words again"), values, about),
            step_menu("wrong_key", _("Any other key"), _("As if nothing were pressed"), values, about),
        ],
        beside=True,
    )
    yield Fields(
        _("Callers who come here again and again"),
        [
            Field("at_most", _("From this visit on"), "number", more={"min": "2", "max": "50"}),
            step_menu("then", _("Continue without asking, to"), "–", values, about),
        ],
        beside=True,
    )


def _of_ringing(values: Values, about: About) -> Iterator[Fields]:
    ring = values.get("ring") or ON_CALL
    if len(about.rotas) > 1 or ring != ON_CALL:
        rotas = [(ON_CALL, _("Those on call for this line")), *((rota, rota) for rota in about.rotas)]
        hint = _("The rota whose people are on call then.")
        yield Fields("", [menu("ring", _("Who is rung"), {"ring": ring}, rotas, hint)])
    yield Fields(
        "",
        [
            step_menu("answered", _("After the conversation"), _("The call ends"), values, about),
            step_menu("not_answered", _("Nobody answers"), "–", values, about),
        ],
        beside=True,
    )
    yield _rows(values, about, _WAITING, _("Keys while phones ring"), _("They count after a minute of waiting."))


def _rows(values: Values, about: About, start: str, legend: str, hint: str = "") -> Fields:
    """The rows of keys, each with the step it leads to. A language, if there are several."""
    speaks = len(about.languages) > 1 or any(name.startswith(f"{start}language_") for name in values)
    keys = [("", "–"), *((key, key) for key in PHONE_KEYS)]
    tongues = [("", _("the same")), *((code, language_name(code)) for code in about.languages)]
    rows: list[Field] = []
    for at in range(1, places(values, f"{start}key_") + 1):
        rows += [
            menu(f"{start}key_{at}", _("Key"), values, keys),
            step_menu(f"{start}go_{at}", _("Leads to"), _("this step again"), values, about),
        ]
        if speaks:
            rows.append(menu(f"{start}language_{at}", _("Language"), values, tongues))
    return Fields(legend, rows, hint, beside=True, wide=3 if speaks else 2)


def step_menu(name: str, label: str, empty: str, values: Values, about: About) -> Field:
    """A menu of the steps. `empty`: what happens without one."""
    steps = [(step, step) for step in mapping(about.content.get("steps"))]
    return menu(name, label, values, [("", empty), *steps])


def leading_to(content: Mapping[str, Plain], step: str) -> Iterator[str]:
    """Say which steps lead to one, a sentence each: they must lead elsewhere before it can be removed."""
    for name, entry in mapping(content.get("steps")).items():
        at = mapping(entry)
        keys = [*mapping(at.get("menu")).values(), *mapping(mapping(at.get(_OFFER)).get("menu")).values()]
        if name != step and step in (*at.values(), *(_leading(target)[0] for target in keys)):
            yield _("The step %(step)s leads to it. Change that first.", step=name)


# ---------------------------------------------------------------------------------------------------------------- keys


def _leading(target: Plain) -> tuple[str, str]:
    """The step and the language that a key leads to."""
    at = mapping(target)
    return (said(at.get("go")), said(at.get("language"))) if at else (said(target), "")


def _early_shown(early: Plain) -> dict[str, str]:
    """The fields for when phones begin to ring, and for the hours in which they do."""
    at = mapping(early)
    found = {_EARLY: said(at.get("after", early))}
    with suppress(Unreadable):
        if "hours" in at:
            found |= {
                f"{_EARLY}_{end}": clock for end, clock in zip(("from", "to"), hours_shown(at["hours"]), strict=True)
            }
    return found


def _early_read(values: Values, old: Plain) -> Plain:
    """The start of ringing as typed; "" for never early. Raises Mistyped."""
    after, first, last = (values.get(name, "").strip() for name in (_EARLY, f"{_EARLY}_from", f"{_EARLY}_to"))
    if not first and not last:
        return {"after": after} if after and isinstance(old, dict) else after
    return {
        "after": needed(values, _EARLY, _("Enter after how many seconds phones ring.")),
        "hours": hours_read(
            needed(values, f"{_EARLY}_from", _("Enter when it starts.")),
            needed(values, f"{_EARLY}_to", _("Enter when it ends.")),
        ),
    }


def _keys_shown(keys: Mapping[str, Plain], start: str) -> dict[str, str]:
    leads = [_leading(target) for target in keys.values()]
    return {
        **numbered(f"{start}key_", keys),
        **numbered(f"{start}go_", (step for step, _language in leads)),
        **numbered(f"{start}language_", (language for _step, language in leads)),
    }


def _keys_read(values: Values, start: str, old: Mapping[str, Plain]) -> dict[str, Plain]:
    """The keys as typed, each with its target. What leads where it led is written as it was. Raises Mistyped."""
    found: dict[str, Plain] = {}
    for name, key in listed(values, f"{start}key_"):
        at = name.removeprefix(f"{start}key_")
        go, language = (values.get(f"{start}{part}_{at}", "").strip() for part in ("go", "language"))
        if key in found:
            raise Mistyped(name, _("The key %(key)s is in this list already.", key=key))
        if not go and not language:
            raise Mistyped(f"{start}go_{at}", _("Choose the step that this key leads to."))
        target: Plain = {**({"go": go} if go else {}), "language": language} if language else go
        found[key] = old[key] if key in old and _leading(old[key]) == (go, language) else target
    for name, _go in listed(values, f"{start}go_"):
        at = name.removeprefix(f"{start}go_")
        if int(at) > len(old) and not values.get(f"{start}key_{at}", "").strip():
            raise Mistyped(f"{start}key_{at}", _("Choose the key."))
    return found
