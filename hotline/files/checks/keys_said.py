"""Keys that words tell people to press, in several languages, compared with the keys that count."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from hotline.core.wording import Wording, in_a_row
from hotline.files.findings.unreadable import clip
from hotline.files.yaml.document import Document, Path, mapping, texts_at

Purpose = Literal["take", "pass"]


@dataclass(frozen=True, slots=True)
class Said:
    """A key that words tell people to press, and what for, if that is clear."""

    key: str
    purpose: Purpose | None = None


@dataclass(frozen=True, slots=True)
class _Tongue:
    """A language's words for keys. Every field holds words, some as patterns."""

    press: str
    key: str
    fill: str
    or_: str
    to: str
    digits: str
    star: str
    hash: str
    take: str
    pass_: str
    no: str
    units: str


_TONGUES: Mapping[str, _Tongue] = {
    "en": _Tongue(
        "press|presses|pressing|hit|push|dial|enter|type|touch|tap|choose|select|pick",
        "key|button|digit|number",
        "the|please|your|just|now|key|button|digit|number|on|phone|keypad",
        "or|and|otherwise|then",
        "to|for|if|takes|accepts|answers|passes|declines|when|in order",
        "zero|one|two|three|four|five|six|seven|eight|nine",
        "star|asterisk",
        "pound|hash|number sign",
        r"tak\w*|accept\w*|answer\w*|connect\w*|talk|speak|help|join|receive|pick up",
        r"pass\w*|declin\w*|reject\w*|skip\w*|refus\w*|hand it on|someone else|somebody else|next person|busy",
        r"not|cannot|can't|can’t|don't|don’t|unable|without",
        r"times?|minutes?|seconds?|hours?|days?|people|persons?|of|more|person|volunteers?|calls?",
    ),
    "es": _Tongue(
        "oprim[aeao]n?|oprimir|oprimiendo|marque|marca|marcar|pulse|pulsa|pulsar|presione|presiona|presionar|apriete"
        "|teclee|elija|toque|digite",
        "tecla|botón|número|dígito",
        "la|el|tecla|botón|número|dígito|por|favor|usted|simplemente",
        "o|u|y|e",
        "para|si|toma|acepta|pasa",
        "cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve",
        "asterisco|estrella",
        "almohadilla|numeral|gato",
        r"tom\w+|acept\w+|contest\w+|atend\w+|respond\w+|habl\w+|recib\w+|cog\w+|pued\w+",
        r"pasar\w*|pase\w*|rechaz\w+|declin\w+|otra persona|siguiente|saltar\w*",
        r"no|sin",
        r"veces|vez|minutos?|segundos?|horas?|días?|personas?|de",
    ),
    "fr": _Tongue(
        "appuyez|appuyer|appuie|tapez|taper|pressez|presser|composez|composer|faites|sélectionnez|choisissez",
        "touche|bouton|chiffre|numéro",
        "sur|la|le|touche|bouton|chiffre|numéro|s'il|vous|plaît|simplement",
        "ou|et",
        "pour|si|afin",
        "zéro|un|deux|trois|quatre|cinq|six|sept|huit|neuf",
        "étoile|astérisque",
        "dièse",
        r"prendre|accept\w+|répond\w+|parler|décroch\w+",
        r"pass\w+|refus\w+|déclin\w+|rejet\w+|transm\w+|quelqu'un d'autre|suivant\w*",
        r"ne|pas|n",
        r"fois|minutes?|secondes?|heures?|jours?|personnes?|bouton|des|de",
    ),
    "de": _Tongue(
        "drücken|drücke|drückt|drück|wählen|wähle|tippen|tippe|betätigen",
        "taste|ziffer|zahl|nummer",
        "sie|bitte|die|auf|der|den|taste|ziffer|zahl|nummer|einfach|jetzt",
        "oder|und",
        "um|für|zum|zur|wenn|falls|nimmt",
        "null|eins|zwei|drei|vier|fünf|sechs|sieben|acht|neun",
        "stern|sterntaste|sternchen",
        "raute|rautetaste",
        r"an\w*nehm\w+|nimmt|übernehm\w+|annahme|beantwort\w+|sprechen|entgegen\w*",
        r"weiter\w+|ab\w*lehn\w+|abweis\w+|ablehnung|nächste\w*|jemand\w* ander\w*",
        r"nicht|kein\w*|ohne",
        r"mal|minuten?|sekunden?|stunden?|tage?|personen|von",
    ),
    "pt": _Tongue(
        "pressione|pressionar|prima|premir|aperte|apertar|digite|digitar|tecle|teclar|marque|marcar|disque|carregue|toque",
        "tecla|botão|número|dígito",
        "a|o|na|no|em|tecla|botão|número|dígito|por|favor",
        "ou|e",
        "para|se",
        "zero|um|dois|três|quatro|cinco|seis|sete|oito|nove",
        "asterisco|estrela",
        "cardinal|jogo da velha|sustenido",
        r"atend\w+|aceit\w+|receb\w+|respond\w+|falar|pegar",
        r"pass\w+|recus\w+|rejeit\w+|declin\w+|outra pessoa|próxim\w+",
        r"não|sem",
        r"vezes|vez|minutos?|segundos?|horas?|dias?|pessoas?|de|botão",
    ),
    "it": _Tongue(
        "prema|premi|premere|premete|digiti|digita|digitare|digitate|selezioni|scelga|schiacci|componga",
        "tasto|pulsante|numero|cifra",
        "il|la|lo|l|tasto|pulsante|numero|cifra|per|favore|sul",
        "o|oppure|e",
        "per|se",
        "zero|uno|due|tre|quattro|cinque|sei|sette|otto|nove",
        "asterisco|stella",
        "cancelletto",
        r"prender\w+|accett\w+|rispond\w+|ricev\w+|parlare",
        r"passar\w+|passi|rifiut\w+|declin\w+|qualcun altro|successiv\w+",
        r"non|senza",
        r"volte|volta|minut\w|second\w|or[ae]|giorn\w|person\w|di",
    ),
    "nl": _Tongue(
        "druk|drukt|toets|kies|druk op",
        "toets|cijfer|nummer",
        "op|de|het|toets|cijfer|nummer|u|een moment",
        "of|en",
        "om|voor|als",
        "nul|één|twee|drie|vier|vijf|zes|zeven|acht|negen",
        "sterretje|ster",
        "hekje",
        r"aan\w*nemen|neem\w*|beantwoord\w*|spreken|opnemen",
        r"door\w*|weiger\w*|afwijz\w*|iemand anders|volgende",
        r"niet|geen|zonder",
        r"keer|minuten|minuut|seconden|uur|dagen|mensen|van",
    ),
}
_SYMBOLS = r"[0-9*#]"


@dataclass(frozen=True, slots=True)
class _Patterns:
    mention: re.Pattern[str]
    more: re.Pattern[str]
    forward: re.Pattern[str]
    ends: re.Pattern[str]
    units: re.Pattern[str]
    roles: re.Pattern[str]
    words: Mapping[str, str]


@cache
def _patterns(tongue: _Tongue) -> _Patterns:
    words = {word: str(digit) for digit, word in enumerate(tongue.digits.split("|"))}
    words |= dict.fromkeys(tongue.star.split("|"), "*") | dict.fromkeys(tongue.hash.split("|"), "#")
    named = "|".join(sorted(words, key=len, reverse=True))
    # A digit of a time, a date or a longer number is no key: 18:00, 1-800, 9 8 8.
    key = (
        rf"[\"'“”«»‘’]?(?P<key>(?<![\d:.,/+-])\d(?![\s.,/:-]?\d)|[*#]|\b(?:{named})\b)(?![\w])(?!\s+(?:{named}|\d)\b)"
        rf"[\"'“”«»‘’]?"
    )
    fill = rf"(?:[\s,]*\b(?:{tongue.fill})\b|[\s']+)*\s*"
    return _Patterns(
        re.compile(
            rf"\b(?:{tongue.press}|{tongue.key})\b{fill}{key}"
            rf"|{key.replace('?P<key>', '?P<key2>')}\s+(?:{tongue.press}|{tongue.key})\b"
            rf"|(?:^|[,;:(])\s*{key.replace('?P<key>', '?P<key3>')}(?=\s+(?:{tongue.to})\s+(?!\d))"
        ),
        re.compile(rf"(?:[,;]|\b(?:{tongue.or_})\b)[\s,]*(?:\b(?:{tongue.or_})\b[\s,]*)?{fill}{key}"),
        re.compile(rf"\s*(?:(?:{tongue.key})\b\s*)?\b(?:{tongue.to})\b"),
        re.compile(rf"\s*(?:$|[,;:)]|(?:{tongue.or_}|{tongue.key})\b)"),
        re.compile(rf"\s+(?:{tongue.units})\b"),
        re.compile(rf"\b(?:(?P<no>{tongue.no})|(?P<pass>{tongue.pass_})|(?P<take>{tongue.take}))\b"),
        words,
    )


def _tongue(language: str) -> _Tongue | None:
    return _TONGUES.get(language.split("-")[0].lower())


def keys_said(text: str, language: str) -> tuple[Said, ...]:
    """The keys that words in a language (`en`, `es-US`) tell people to press, in order; none in an unknown language."""
    tongue = _tongue(language)
    if tongue is None:
        return ()
    patterns = _patterns(tongue)
    plain = " ".join(unicodedata.normalize("NFC", text).casefold().replace("’", "'").split())
    return tuple(one for sentence in re.split(r"[.!?]+(?=\s|$)", plain) for one in _in_sentence(sentence, patterns))


def _in_sentence(sentence: str, patterns: _Patterns) -> Iterable[Said]:
    spots: list[tuple[int, int, str]] = []
    at = 0
    while True:
        found = patterns.mention.search(sentence, at)
        more = patterns.more.search(sentence, at) if spots else None
        if more and (found is None or more.start() < found.start()):
            if not patterns.ends.match(sentence, more.end()) and not patterns.forward.match(sentence, more.end()):
                at = more.end()
                continue
            found = more
        if found is None:
            break
        at = found.end()
        groups = found.groupdict()
        word = groups["key"] or groups.get("key2") or groups.get("key3") or ""
        if not patterns.units.match(sentence, at):
            spots.append((found.start(), at, patterns.words.get(word, word)))
    # "Press 1 to take it" or "To take it, press 1": the first key shows on which side the purposes are.
    if not spots:
        return
    first, end, _ = spots[0]
    before = not patterns.forward.match(sentence, end) and _purpose(sentence[:first], patterns) is not None
    edges = [0, *(end for _, end, _ in spots)], [*(start for start, _, _ in spots), len(sentence)]
    for place, (_, _, key) in enumerate(spots):
        start, stop = (edges[0][place], edges[1][place]) if before else (edges[0][place + 1], edges[1][place + 1])
        yield Said(key, _purpose(sentence[start:stop], patterns))


def _purpose(words: str, patterns: _Patterns) -> Purpose | None:
    negated = False
    for found in patterns.roles.finditer(words):
        if found.lastgroup == "no":
            negated = True
        else:
            return "pass" if negated or found.lastgroup == "pass" else "take"
    return None


def check_screening(document: Document, accept: str, pass_on: str) -> None:
    """Report words for volunteers that name a wrong key for taking a call, or swap it with `pass_on`."""
    written = document.get("ringing", "accept_key")
    if written is not None and (not isinstance(written, str) or written.strip() != accept):
        return
    for language, text in mapping(document.get("ringing", "say")).items():
        said = keys_said(text, language) if isinstance(text, str) else ()
        wrong = _wrong_key(said, accept, pass_on)
        if wrong is not None:
            document.report(
                "wrong-key-said",
                ("ringing", "say", language),
                Wording(
                    "These words tell volunteers to press %(said)s, but %(accept)s takes a call"
                    " and %(pass_on)s passes it on.",
                    said=wrong,
                    accept=accept,
                    pass_on=pass_on,
                ),
                Wording("Say the right keys, or change `accept_key`."),
            )


def check_ways_out(document: Document, languages: Iterable[str]) -> None:
    """Note where the words of those who wait and the keys that they may press differ."""
    known = tuple(languages)
    for name in mapping(document.get("steps")):
        path = ("steps", name, "while_waiting", "menu")
        menu = mapping(document.get(*path))
        if not menu or not all(re.fullmatch(_SYMBOLS, key) for key in menu):
            continue
        heard: set[str] = set()
        for where in (("while_waiting", "say"), ("hold",)):
            for language, written in mapping(document.get("steps", name, *where)).items():
                texts = [text for _, text in texts_at((), written)]
                said = {one.key for text in texts for code in known for one in keys_said(text, code)}
                heard |= said
                _note_lacking(document, ("steps", name, *where, language), said - menu.keys())
        if heard or all(_tongue(code) for code in known):
            _note_not_said(document, path, [key for key in menu if key not in heard], _NOT_SAID_WHILE_WAITING)


def _wrong_key(said: Iterable[Said], accept: str, pass_on: str) -> str | None:
    keys = [one.key for one in said]
    for one in said:
        swapped = {accept: one.purpose == "pass", pass_on: one.purpose == "take"}
        if swapped.get(one.key, True):
            return one.key
    return keys[0] if keys and accept not in keys else None


def check_menus(document: Document, languages: Iterable[str]) -> None:
    """Note where the words of a menu and its keys differ."""
    known = tuple(languages)
    for name, step in mapping(document.get("steps")).items():
        menu = mapping(mapping(step).get("menu"))
        if not menu or not all(re.fullmatch(_SYMBOLS, key) for key in menu):
            continue
        heard: set[str] = set()
        for language, text in mapping(mapping(step).get("say")).items():
            if not isinstance(text, str):
                continue
            # A menu offers each language in that language's own words.
            said = {one.key for code in known for one in keys_said(text, code)}
            heard |= said
            _note_lacking(document, ("steps", name, "say", language), said - menu.keys())
        if heard:
            _note_not_said(document, ("steps", name, "menu"), [key for key in menu if key not in heard], _NOT_SAID)


_NOT_SAID = Wording("Say what it does, or delete the key.")
_NOT_SAID_WHILE_WAITING = Wording("Say what it does in `hold`, or in a `say` of `while_waiting`, or delete the key.")


def _note_lacking(document: Document, path: Path, keys: Collection[str]) -> None:
    if keys:
        document.report(
            "key-not-in-menu",
            path,
            Wording("These words mention %(keys)s, which the menu does not have.", keys=in_a_row(sorted(keys))),
            Wording("Add the key to `menu`, in quotes, or change the words. Unquoted, # begins a comment."),
            "note",
        )


def _note_not_said(document: Document, menu: Path, keys: Iterable[str], help: Wording) -> None:
    for key in keys:
        document.report(
            "key-not-said",
            (*menu, key),
            Wording("The words of this step do not mention the key `%(key)s`.", key=clip(key)),
            help,
            "note",
            "key",
        )
