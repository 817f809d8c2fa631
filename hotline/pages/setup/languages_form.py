"""The form for the languages of a line: their voices, and all words of a new one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hotline.core.calls.spoken import BETWEEN
from hotline.files.checks.languages import USUAL_LOCALES
from hotline.files.yaml.document import Path, Plain, mapping, texts_at
from hotline.pages.setup.fields import (
    About,
    EntryForm,
    Field,
    Fields,
    Mistyped,
    Values,
    listed,
    menu,
    numbered,
    places,
    said,
)
from hotline.pages.words.language import gettext as _
from hotline.pages.words.language import language_name, later

_SPOKEN = {
    ("say",): later("What callers hear"),
    ("between",): later("Before the next phone"),
    ("hold",): later("While phones ring, a line each"),
    ("while_waiting", "say"): later("After a minute of waiting"),
}
"""The words of a step, by their keys."""


class LanguagesForm(EntryForm):
    """The languages of a line. A new one comes with its words, and takes them along when it goes."""

    kind = "languages"
    own = ((("languages",), ("code_", "locale_", "voice_", "words_", "first")),)

    def _shown(self, at: Mapping[str, Plain]) -> dict[str, str]:
        entries = mapping(at.get("languages"))
        return {
            **({"first": next(iter(entries))} if len(entries) > 1 else {}),
            **numbered("code_", entries or ["en"]),
            **numbered("locale_", (said(mapping(one).get("locale")) for one in entries.values())),
            **numbered("voice_", (said(mapping(one).get("voice")) for one in entries.values())),
        }

    def _asked(self, values: Values, about: About) -> Sequence[Fields]:
        known = sorted(((code, language_name(code)) for code in USUAL_LOCALES), key=lambda one: one[1])
        hint = _(
            "A voice is one of the carrier's, such as Polly.Joanna-Neural; left empty, its plain one speaks."
            " To remove a language, choose – for it: its words go, too."
        )
        rows = [
            one
            for at in range(1, places(values, "code_", 2, spare=1) + 1)
            for one in (
                menu(f"code_{at}", _("Language"), values, [("", "–"), *known]),
                Field(f"voice_{at}", _("Voice"), more={"autocomplete": "off"}),
                Field(f"locale_{at}", _("Language and country"), more=_usual(values.get(f"code_{at}", ""))),
            )
        ]
        there = [(code, language_name(code)) for code in _languages(about.content)]
        first = Field(
            "first",
            _("Calls begin in"),
            "menu",
            _("A key leads to another: “Change where it leads”."),
            there,
            value=values.get("first") or there[0][0],
        )
        return [
            Fields(_("Languages"), rows, hint, beside=True, wide=3),
            *([Fields("", [first])] if len(there) > 1 else []),
            *_new_words(values, about),
        ]

    def read(self, values: Values, about: About) -> dict[str, Plain]:
        """The languages as typed, and the words of those that come or go. Raises Mistyped."""
        content, old = about.content, mapping(about.content.get("languages"))
        found: dict[str, Plain] = {}
        for name, code in listed(values, "code_"):
            if code in found:
                raise Mistyped(name, _("%(language)s is in this list already.", language=language_name(code)))
            at = name.removeprefix("code_")
            typed = {key: one for key in ("locale", "voice") if (one := values.get(f"{key}_{at}", "").strip())}
            before = mapping(old.get(code))
            found[code] = {**{key: one for key, one in before.items() if key not in ("locale", "voice")}, **typed}
        if not found:
            raise Mistyped("code_1", _("Choose at least one language."))
        first, was = values.get("first", "").strip(), _languages(content)
        if first and first not in found:
            raise Mistyped("first", _("Choose a language that stays."))
        if first:
            found = {first: found[first], **found}
        gone = [code for code in was if code not in found]
        steps: dict[str, Plain] = {
            step: _step_with(step, mapping(entry), gone, values, about)
            for step, entry in mapping(content.get("steps")).items()
        }
        words: dict[str, Plain] = {"steps": steps} if "steps" in content else {}
        if mapping(content.get("apology")):
            words["apology"] = _words_with(("apology",), content.get("apology"), gone, values, about)
        return {"languages": found, **words}

    def field_of(self, path: Path, values: Values) -> str:
        """The field of a language by its row, of words by where they are said."""
        if path[:1] == ("languages",) and len(path) > 1:
            rows = {code: name.removeprefix("code_") for name, code in listed(values, "code_")}
            part = "locale" if path[2:3] == ("locale",) else "voice" if path[2:3] == ("voice",) else "code"
            return f"{part}_{rows.get(str(path[1]), '1')}"
        place = ".".join(str(one) for one in path)
        named = (name for name in values if name.startswith("words_"))
        return next((name for name in named if _names(name, place)), "")


def _usual(code: str) -> dict[str, str]:
    """The language and country that count if none are typed, in grey."""
    return {"autocomplete": "off", **({"placeholder": USUAL_LOCALES[code]} if code in USUAL_LOCALES else {})}


def _names(field: str, place: str) -> bool:
    """Return whether a field has the words of a place: `words_fr_steps.welcome.say` those of steps.welcome.say.fr."""
    code, _, where = field.removeprefix("words_").partition("_")
    return place == where or place == f"{where}.{code}" or place.startswith(f"{where}.{code}.")


def _languages(content: Mapping[str, Plain]) -> list[str]:
    return list(mapping(content.get("languages"))) or ["en"]


def _new(values: Values, about: About) -> list[str]:
    """The languages that are chosen and not in the file yet."""
    return [code for _name, code in listed(values, "code_") if code not in _languages(about.content)]


def _languages_after(values: Values, about: About) -> list[str]:
    """The languages that stay, and the new ones."""
    chosen = [code for _name, code in listed(values, "code_")]
    return [*(code for code in _languages(about.content) if code in chosen), *_new(values, about)]


def _field(path: Sequence[str], code: str) -> str:
    return f"words_{code}_{'.'.join(path)}"


def _new_words(values: Values, about: About) -> Iterator[Fields]:
    """A field for all that is said, in each new language. What the first language says stands beside it."""
    languages = _languages_after(values, about)
    for code in _new(values, about):
        for step, entry in mapping(about.content.get("steps")).items():
            fields = [
                Field(_field(("steps", step, *keys), code), _(what), "area", hint=words, more={"lang": code})
                for keys, what in _SPOKEN.items()
                if (words := _example(_said_in(mapping(entry), keys, languages)))
            ]
            if fields:
                yield Fields(f"{language_name(code)}: {step}", fields)
        if apology := _example(mapping(about.content.get("apology"))):
            field = Field(_field(("apology",), code), _("Apology"), "area", hint=apology, more={"lang": code})
            yield Fields(language_name(code), [field])


def _example(words: Mapping[str, Plain]) -> str:
    """The words in the first language that has some."""
    return next((lines for one in words.values() if (lines := _lines(one))), "").replace("\n", " · ")


def _said_in(step: Mapping[str, Plain], keys: Sequence[str], languages: Sequence[str]) -> Mapping[str, Plain]:
    """The words of a step by language: also our own between two rings, where one of the languages has none."""
    ours = keys == ("between",) and "ring" in step and not mapping(step.get("between"))
    if ours and any(code not in BETWEEN for code in languages):
        return {code: BETWEEN[code] for code in languages if code in BETWEEN}
    found: Plain = dict(step)
    for key in keys:
        found = mapping(found).get(key)
    return mapping(found)


def _lines(written: Plain) -> str:
    """Words of a file, a line each."""
    return "\n".join(" ".join(words.split()) for _path, words in texts_at((), written))


def _step_with(
    step: str, entry: Mapping[str, Plain], gone: Sequence[str], values: Values, about: About
) -> dict[str, Plain]:
    """A step with the words of new languages, and without those that go. Raises Mistyped."""
    found = dict(entry)
    for keys in _SPOKEN:
        if not (words := _said_in(entry, keys, _languages_after(values, about))):
            continue
        changed = _words_with(("steps", step, *keys), dict(words), gone, values, about)
        if len(keys) > 1:
            found[keys[0]] = {**mapping(found.get(keys[0])), keys[1]: changed}
        else:
            found[keys[0]] = changed
    return found


def _words_with(
    path: Sequence[str], words: Plain, gone: Sequence[str], values: Values, about: About
) -> dict[str, Plain]:
    found = {code: one for code, one in mapping(words).items() if code not in gone}
    for code in _new(values, about):
        name = _field(path, code)
        lines = [" ".join(one.split()) for one in values.get(name, "").splitlines() if one.strip()]
        if not lines:
            language = language_name(code)
            raise Mistyped(name, _("Write these words in %(language)s, too.", language=language))
        found[code] = list(lines) if path[-1] == "hold" else " ".join(lines)
    return found
