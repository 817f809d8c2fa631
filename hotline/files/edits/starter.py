"""The first pair of files of a new hotline: valid as they are, with comments that explain the next steps."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

_PLAIN = re.compile(r"[^\W\d_][\w ’-]*(?:'[\w ’-]+)*")
_READ_OTHERWISE = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})

OPENINGS = ("short", "warm", "danger")
"""The first words of a call to choose from: by their names in WORDS."""
WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "short": "You've reached %(name)s. I'm finding someone for you now.",
        "warm": "You've reached %(name)s. It's good that you called. I'm finding someone for you now.",
        "danger": "You've reached %(name)s. If someone is in danger, hang up and call the emergency number."
        " I'm finding someone for you now.",
        "choose": "For English, press %(key)s.",
        "looking": "I'm still looking for someone.",
        "ringing": "Thank you for waiting. Phones are ringing.",
        "trying": "Still trying to reach someone for you.",
        "nobody": "I'm sorry, nobody could pick up just now. To try again, press 1.",
        "goodbye": "Thank you for calling %(name)s. Call again whenever you need to.",
    },
    "es": {
        "short": "Ha llamado a %(name)s. Le busco a alguien ahora.",
        "warm": "Ha llamado a %(name)s. Qué bueno que llamó. Le busco a alguien ahora.",
        "danger": "Ha llamado a %(name)s. Si alguien está en peligro, cuelgue y llame al número de emergencias."
        " Le busco a alguien ahora.",
        "choose": "Para español, oprima %(key)s.",
        "looking": "Sigo buscando a alguien.",
        "ringing": "Gracias por esperar. Los teléfonos están sonando.",
        "trying": "Sigo intentando encontrar a alguien.",
        "nobody": "Lo siento, nadie pudo contestar ahora. Para intentarlo de nuevo, oprima 1.",
        "goodbye": "Gracias por llamar a %(name)s. Llame otra vez cuando lo necesite.",
    },
}
"""What callers hear on a new line, by language."""
_VOICES = {
    "en": "{locale: en-US, voice: Polly.Joanna-Neural}",
    "es": "{locale: es-US, voice: Polly.Lupe-Neural}",
}
_KEYS = {"en": "8", "es": "9"}


@dataclass(frozen=True, slots=True)
class FirstPerson:
    """A volunteer: the name and the phone as given."""

    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class Beginning:
    """The answers with which a new hotline begins.

    They are not checked here; `hotline check` does that.
    """

    name: str
    number: str
    timezone: str
    volunteers: Sequence[FirstPerson]
    languages: Sequence[str] = ("en",)
    """Some of `WORDS`. Calls begin in the first."""
    opening: str = "short"
    """One of OPENINGS."""
    backup: str = ""
    """The name of the volunteer who is backup, as given; "" for none."""
    by_day_and_night: bool = False
    """Return whether the first half of the volunteers is on call by day, the others by night. Else all are, always."""

    @property
    def id(self) -> str:
        """The name of its files, without their ending."""
        return _short(self.name, "hotline")


def starter_files(beginning: Beginning) -> Mapping[str, str]:
    """The texts of the call flow and the rota, by their paths below the configuration directory."""
    return {
        f"call_flows/{beginning.id}.yaml": _call_flow(beginning),
        f"rota/{beginning.id}.yaml": _rota(beginning),
    }


def short_names(people: Iterable[FirstPerson], taken: Collection[str] = ()) -> dict[str, FirstPerson]:
    """A short name for each volunteer: the first name if that is free. `taken` are not."""
    found: dict[str, FirstPerson] = {}
    for person in people:
        first = _short(person.name.split()[0] if person.name.split() else "", "volunteer")
        wanted, number = first, 2
        while wanted in found or wanted in taken:
            wanted, number = f"{first}{number}", number + 1
        found[wanted] = person
    return found


def _short(name: str, otherwise: str) -> str:
    """A name in small letters without accents, with `_` for all that is neither letter nor digit."""
    letters = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "_", letters).strip("_")[:40] or otherwise


def _text(words: str) -> str:
    """Format words for any place in YAML: in quotes unless they can have only one meaning."""
    words = words.strip()
    if _PLAIN.fullmatch(words) and words.casefold() not in _READ_OTHERWISE:
        return words
    return json.dumps(words, ensure_ascii=False)


def _zone(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z][\w/+-]*", name, re.ASCII) else json.dumps(name)


def _rota(beginning: Beginning) -> str:
    people = short_names(beginning.volunteers)
    ids = list(people)
    first, last = ids[0], ids[-1]
    backup = next((id for id, one in people.items() if beginning.backup and one.name == beginning.backup), "")
    half = (len(ids) + 1) // 2
    if beginning.by_day_and_night and len(ids) > 1:
        shifts = f"""\
# Who is on call every week. At first: half of everyone by day, the others by night. Calls go to each in turn.
shifts:
  - {{name: Days, days: every day, hours: 08:00-20:00, on_call: [{", ".join(ids[:half])}]}}
  - {{name: Nights, days: every day, hours: 20:00-08:00, on_call: [{", ".join(ids[half:])}]}}"""
    else:
        shifts = f"""\
# Who is on call every week. At first: everyone, always. Calls go to each in turn.
shifts:
  - {{name: Always, days: every day, hours: 24h, on_call: [{", ".join(ids)}]}}"""
    lines = "\n".join(f"  {id}: {{name: {_text(one.name)}, phone: {_text(one.phone)}}}" for id, one in people.items())
    return f"""\
# yaml-language-server: $schema=../schemas/rota.json
# Who is on call, and when. Change it, run `hotline check`, and save: a running hotline uses it within ten seconds.
# If something is wrong, it says so and continues with the last good rota.

timezone: {_zone(beginning.timezone)}

# A short name for each volunteer, which the rest of this file uses. Callers never see or hear a number.
volunteers:
{lines}

{shifts}
#  - {{name: Weekdays, days: mon-fri, hours: 08:00-18:00, on_call: [{first}]}}
#  - {{name: Nights, days: every day, hours: 18:00-08:00, on_call: [{last}]}}             # ends the next morning
#  - {{name: Weekend, from: fri 18:00, to: mon 08:00, on_call: [{first}]}}                # one long stretch

# One volunteer at a time, taking turns. `starting` is the first day of the first one's turn.
# rotations:
#  - {{name: Extra, hours: 22:00-06:00, turns: [{", ".join(ids)}], change: weekly, starting: 2026-01-05}}

# Who is away, and who covers. A date without a time is the whole day. `hotline away` and `hotline cover` write these.
# away:
#  - {{who: {first}, from: 2030-07-01, to: 2030-07-14}}
# cover:
#  - {{who: {last}, from: 2030-12-31 18:00, to: 2031-01-01 08:00}}

# Whose public holidays count, so that a shift can be for `days: holidays`.
# holidays: {{country: US, region: MD}}

# Rung when everyone on call has been tried. Choose a phone that someone always answers.
{"" if backup else "# "}backup: [{backup or first}]

ringing:
  ring_for: 15s          # how long one phone rings before it is let go
  at_once: 2             # so many phones ring together; the first to take the call has it
  stagger: 4s            # and one more rings beside them each time this long has gone by
  rounds: 2              # how often everyone on call is tried
  backup_after: 40s      # a caller who has waited this long gets the backup too
  max_wait: 3m30s        # nobody waits longer than this for a voice
  rest_after_call: 5m    # after a call a volunteer is rung last for this long
  accept_key: "1"        # takes the call; a voicemail cannot press it
"""


def _call_flow(beginning: Beginning) -> str:
    name, languages = beginning.name.strip(), beginning.languages
    voices = "\n".join(f"  {code}: {_VOICES[code]}" for code in languages)
    comment = "" if len(languages) > 1 else "    # with a second language here, every `say` needs its words"

    def said(which: str, indent: int = 6) -> str:
        return "\n".join(f"{' ' * indent}{code}: {_said(WORDS[code][which], name)}" for code in languages)

    hold = "\n".join(
        f"      {code}: [{', '.join(_text(WORDS[code][which]) for which in ('looking', 'ringing'))}]"
        for code in languages
    )
    return f"""\
# yaml-language-server: $schema=../schemas/call-flow.json
# What callers hear. Change the words, run `hotline check`, then try it with `hotline call`.
# Write for someone who may be crying: short sentences, and what a key does before which key it is.

name: {_text(name)}
numbers: [{_text(beginning.number)}]    # what people dial; the first is what volunteers see ringing
rota: {beginning.id}                   # rota/{beginning.id}.yaml says who is on call

languages:
{voices}{comment}

start: welcome

steps:
  welcome:
    say:
{_greeting(beginning)}
    ring_early: 3s               # phones ring while these words are spoken
{_choice(languages)}
  reach_someone:
    ring: on_call                # the people on call, two at once and then more, and the backup
    hold:                        # said in turn while phones ring: two texts or more
{hold}
    between:                     # where only one phone can ring: said before the next is tried
{said("trying")}
    answered: goodbye            # after the conversation
    not_answered: nobody_free

  nobody_free:
    say:
{said("nobody")}
    menu:
      "1": reach_someone
    wait: 6s                     # how long to listen for a key
    no_key: goodbye              # silence continues too
    wrong_key: nobody_free
    at_most: 3                   # the third time leads to `then`
    then: goodbye                # better: a step that dials a line which always answers, such as dial: "988"

  goodbye:
    say:
{said("goodbye")}
    hang_up: true
"""


def _greeting(beginning: Beginning) -> str:
    """The first words in each language. Those of the first say how to choose each of the others."""
    lines = []
    for code in beginning.languages:
        others = [one for one in beginning.languages if one != code]
        keys = [WORDS[one]["choose"] % {"key": _KEYS[one]} for one in others]
        first = WORDS[code][beginning.opening] % {"name": beginning.name.strip()}
        lines.append(f"      {code}: {_text(' '.join((first, *keys)))}")
    return "\n".join(lines)


def _choice(languages: Sequence[str]) -> str:
    if len(languages) < 2:
        return "    then: reach_someone\n"
    keys = "\n".join(f'      "{_KEYS[code]}": {{go: reach_someone, language: {code}}}' for code in languages)
    return f"""\
    menu:
{keys}
    wait: 1s                     # how long to listen for a key after the words
    no_key: reach_someone        # nothing pressed: connect them anyway
    wrong_key: reach_someone
"""


def _said(words: str, name: str) -> str:
    return _text(words % {"name": name} if "%(name)s" in words else words)
