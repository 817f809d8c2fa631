"""Forms for what callers and volunteers hear: words of steps, the name of the line, the first words of a ring."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from hotline.core.calls import spoken
from hotline.files.yaml.document import Plain, mapping, texts_at
from hotline.pages.setup.fields import (
    About,
    EntryForm,
    Field,
    Fields,
    Mistyped,
    Values,
    listed,
    menu,
    name_typed,
    numbered,
    places,
    said,
    texts,
    typed,
)
from hotline.pages.words.language import gettext as _
from hotline.pages.words.language import language_name

_SPOKEN = ("say", "between", "hold", "offer", "apology")
_WORDS, _OFFER, _EARLY = ("say", "between"), "while_waiting", "ring_early"


class StepForm(EntryForm):
    """All that callers hear in a step of a call, in each language."""

    kind = "step"
    plain = ("wait", "play")
    own = (
        (("say",), ("say_",)),
        (("between",), ("between_",)),
        (("hold",), ("hold_",)),
        ((_OFFER,), ("offer_",)),
    )

    def _shown(self, at: Mapping[str, Plain]) -> dict[str, str]:
        found: dict[str, str] = {}
        for key in _WORDS:
            found |= in_fields(key, at.get(key))
        for code, written in mapping(at.get("hold")).items():
            found |= numbered(f"hold_{code}_", (_plain(words) for _path, words in texts_at((), written)))
            recorded = (said(mapping(one).get("play")) for one in written) if isinstance(written, list) else ()
            found |= {f"hold_{code}_{at}_play": play for at, play in enumerate(recorded, 1) if play}
        return found | in_fields("offer", mapping(at.get(_OFFER)).get("say"))

    def _asked(self, values: Values, about: About) -> Sequence[Fields]:
        step, found = mapping(about.old), list[Fields]()
        codes = languages_of(values, about)
        if "say" in step or not step.keys() & {"hang_up", "dial", "then", "ring"} or _has(values, "say_"):
            keys = ", ".join(mapping(step.get("menu")))
            hint = _("Say which key does what: %(keys)s.", keys=keys) if keys else ""
            found.append(Fields(_("What callers hear"), areas("say_", codes), hint))
        else:
            found.append(Fields(_("What callers hear (optional)"), areas("say_", codes)))
        if "ring" in step or _has(values, "hold_"):
            found += self._waiting(values, codes)
        if _OFFER in step or _has(values, "offer_"):
            found.append(Fields(_("After a minute of waiting"), areas("offer_", codes)))
        if "menu" in step or values.get("wait"):
            wait = Field(
                "wait",
                _("How long to listen for a key"),
                hint=_("After the last word. Such as: 4s"),
                more={"placeholder": "5s"},
            )
            found.append(Fields("", [wait]))
        if "say" in step or values.get("play"):
            found.append(Fields("", [_recording()]))
        return found

    def _waiting(self, values: Values, codes: Sequence[str]) -> Iterator[Fields]:
        for code in codes:
            start = f"hold_{code}_"
            yield Fields(
                _("While phones ring: %(language)s", language=language_name(code)),
                [
                    Field(f"{start}{at}", _("Words %(number)s", number=at), "area", more={"rows": "2"})
                    for at in range(1, places(values, start, 2) + 1)
                ],
                _("Said in turn. Left empty, the usual words are said."),
            )
            if there := [name for name, _words in listed(values, start)]:
                hint = _("Played in place of the words: a file in call_flows/sounds, such as thanks for thanks.en.wav")
                yield Fields(
                    _("Recordings: %(language)s", language=language_name(code)),
                    [Field(f"{name}_play", _("Words %(number)s", number=name.removeprefix(start))) for name in there],
                    hint,
                    beside=True,
                    folded=True,
                )
        hint = _("Only where phones ring one at a time. Left empty, the usual words are said.")
        yield Fields(_("Before the next phone"), areas("between_", codes), hint)

    def read(self, values: Values, about: About) -> dict[str, Plain]:
        """The words as typed. A recording of words stays with them. Raises Mistyped."""
        old = mapping(about.old)
        found: dict[str, Plain] = {key: words for key in _WORDS if (words := in_each(values, f"{key}_", about))}
        hold: dict[str, Plain] = {}
        for code in languages_of(values, about):
            start = f"hold_{code}_"
            before = mapping(old.get("hold")).get(code)
            written = before if isinstance(before, list) else [before]
            sentences = [_with_recording(values, name, start, written) for name, _words in listed(values, start)]
            if sentences:
                hold[code] = sentences
        if hold:
            _all_languages(hold, "hold_", about, "_1")
            found["hold"] = hold
        offer = {name: one for name, one in mapping(old.get(_OFFER)).items() if name != "say"}
        if words := in_each(values, "offer_", about):
            offer = {"say": words, **offer}
        if offer:
            found[_OFFER] = offer
        return found | typed(values, self.plain)


class LineForm(EntryForm):
    """The name of a hotline, and the numbers that callers dial."""

    kind = "line"
    plain = ("name", "start", "rota")
    own = ((("numbers",), ("number_",)),)

    def _shown(self, at: Mapping[str, Plain]) -> dict[str, str]:
        return numbered("number_", texts(at.get("numbers")))

    def _asked(self, values: Values, about: About) -> Sequence[Fields]:
        numbers = [
            Field(f"number_{at}", _("Number %(number)s", number=at), "tel")
            for at in range(1, places(values, "number_", 2) + 1)
        ]
        steps = [(step, step) for step in mapping(about.content.get("steps"))]
        first = menu("start", _("Calls begin at the step"), values, [("", _("the first of the file")), *steps])
        return [
            Fields("", [Field("name", _("Name of the hotline"), required=not about.nameless)]),
            Fields(
                _("Numbers that callers dial"),
                numbers,
                _("With + and the country code. The first is what volunteers see ringing."),
                beside=True,
            ),
            Fields("", [first, *_rota(values, about)]),
        ]

    def read(self, values: Values, about: About) -> dict[str, Plain]:
        """The name, the numbers, the first step and the rota as typed. Raises Mistyped."""
        name = name_typed(values, about, _("Enter the name of the hotline."))
        numbers = [one for _name, one in listed(values, "number_")]
        if not numbers:
            raise Mistyped("number_1", _("Enter the number that callers dial."))
        rest = typed(values, ("start", "rota")) | _without_early_rings(about, values.get("start", "").strip())
        return {**name, "numbers": list(dict.fromkeys(numbers)), **rest}


def _without_early_rings(about: About, start: str) -> dict[str, Plain]:
    """The steps, if calls begin at another one: only that may say that phones ring early, and it asks for it itself."""
    steps = mapping(about.content.get("steps"))
    first = said(about.content.get("start")) or next(iter(steps), "")
    before = mapping(steps.get(first))
    if first == (start or next(iter(steps), "")) or _EARLY not in before:
        return {}
    return {"steps": {**steps, first: {key: one for key, one in before.items() if key != _EARLY}}}


def _rota(values: Values, about: About) -> Iterator[Field]:
    """A field for the rota of a line, if there is more than one."""
    if len(about.rotas) > 1 or values.get("rota"):
        rotas = [("", _("the one of the same name")), *((rota, rota) for rota in about.rotas)]
        yield menu("rota", _("Rota that says who is on call"), values, rotas)


class ApologyForm(EntryForm):
    """The form for what callers hear when the hotline itself fails."""

    kind = "apology"
    own = ((("apology",), ("apology_",)),)

    def _shown(self, at: Mapping[str, Plain]) -> dict[str, str]:
        return in_fields("apology", at.get("apology"))

    def _asked(self, values: Values, about: About) -> Sequence[Fields]:
        hint = _("Callers hear this if something is broken here, and the backup is rung. Left empty: the grey words.")
        return [Fields(_("Apology"), areas("apology_", languages_of(values, about), spoken.APOLOGY), hint)]

    def read(self, values: Values, about: About) -> dict[str, Plain]:
        """The words as typed."""
        words = in_each(values, "apology_", about)
        return {"apology": words} if words else {}


class ScreeningForm(EntryForm):
    """The form for what volunteers hear when they pick up."""

    kind = "screening"
    plain = ("play",)
    own = ((("say",), ("say_",)),)

    def _shown(self, at: Mapping[str, Plain]) -> dict[str, str]:
        return in_fields("say", at.get("say"))

    def _asked(self, values: Values, about: About) -> Sequence[Fields]:
        key = said(mapping(about.old).get("accept_key")) or "1"
        usual = {code: words.format(name="…", accept=key) for code, words in spoken.SCREENING.items()}
        hint = _(
            "Short is best: what it is, and the key %(key)s that takes the call. Left empty: the grey words.", key=key
        )
        return [
            Fields(_("What volunteers hear first"), areas("say_", languages_of(values, about), usual), hint),
            Fields("", [_recording()]),
        ]

    def read(self, values: Values, about: About) -> dict[str, Plain]:
        """The words as typed."""
        words = _by_language(values, "say_", about)
        return {**({"say": words} if words else {}), **typed(values, self.plain)}


# ------------------------------------------------------------------------------------------------------------- words


def _recording() -> Field:
    """A field for the recording of some words."""
    hint = _("Played in place of the words: a file in call_flows/sounds, such as welcome for welcome.en.wav")
    return Field("play", _("Recording"), hint=hint)


def areas(start: str, codes: Sequence[str], usual: Mapping[str, str] | None = None) -> list[Field]:
    """A field for words in each language. `usual` are those that count if it is empty."""
    return [
        Field(
            f"{start}{code}",
            language_name(code),
            "area",
            more={"lang": code, **({"placeholder": usual[code]} if usual and code in usual else {})},
        )
        for code in codes
    ]


def languages_of(values: Values, about: About) -> list[str]:
    """The languages of a flow, and those of words that are there already."""
    named = (name.removesuffix("_").partition("_") for name in values)
    there = (rest.partition("_")[0] for first, _, rest in named if first in _SPOKEN)
    return list(dict.fromkeys((*about.languages, *(code for code in there if code))))


def in_fields(start: str, written: Plain) -> dict[str, str]:
    return {f"{start}_{code}": _plain(said(words)) for code, words in mapping(written).items()}


def _by_language(values: Values, start: str, about: About) -> dict[str, Plain]:
    found = ((code, _plain(values.get(f"{start}{code}", ""))) for code in languages_of(values, about))
    return {code: words for code, words in found if words}


def in_each(values: Values, start: str, about: About) -> dict[str, Plain]:
    """Words in each language of the flow, or none at all. Raises Mistyped."""
    found = _by_language(values, start, about)
    if found:
        _all_languages(found, start, about)
    return found


def _all_languages(found: Mapping[str, Plain], start: str, about: About, end: str = "") -> None:
    for code in about.languages:
        if code not in found:
            raise Mistyped(
                f"{start}{code}{end}", _("Write these words in %(language)s, too.", language=language_name(code))
            )


def _with_recording(values: Values, name: str, start: str, before: Sequence[Plain]) -> Plain:
    """A sentence with its recording: that of the sentence in its place, if the form does not ask for one."""
    place, words = int(name.removeprefix(start)) - 1, _plain(values[name])
    old = mapping(before[place]) if place < len(before) else {}
    play = values.get(f"{name}_play", said(old.get("play"))).strip()
    return {"play": play, "say": words} if play else words


def _plain(words: str) -> str:
    """Words on one line."""
    return " ".join(words.split())


def _has(values: Values, start: str) -> bool:
    return any(one for name, one in values.items() if name.startswith(start))
