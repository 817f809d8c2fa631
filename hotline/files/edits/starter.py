"""The first pair of files of a new hotline: valid as they are, with comments that explain the next steps."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

_PLAIN = re.compile(r"[^\W\d_][\w ’-]*(?:'[\w ’-]+)*")
_READ_OTHERWISE = frozenset({"null", "true", "false", "yes", "no", "on", "off", "y", "n"})


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
    lines = "\n".join(f"  {id}: {{name: {_text(one.name)}, phone: {_text(one.phone)}}}" for id, one in people.items())
    return f"""\
# yaml-language-server: $schema=../schemas/rota.json
# Who is on call, and when. Change it, run `hotline check`, and save: a running hotline uses it within ten seconds.
# If something is wrong, it says so and continues with the last good rota.

timezone: {_zone(beginning.timezone)}

# A short name for each volunteer, which the rest of this file uses. Callers never see or hear a number.
volunteers:
{lines}

# Who is on call every week. At first: everyone, always. Calls go to each in turn.
shifts:
  - {{name: Always, days: every day, hours: 24h, on_call: [{", ".join(ids)}]}}
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
# backup: [{first}]

ringing:
  ring_for: 20s          # how long one phone rings before it is let go
  at_once: 2             # so many phones ring together; the first to take the call has it
  stagger: 4s            # and one more rings beside them each time this long has gone by
  rounds: 2              # how often everyone on call is tried
  backup_after: 40s      # a caller who has waited this long gets the backup too
  max_wait: 3m30s        # nobody waits longer than this for a voice
  rest_after_call: 5m    # after a call a volunteer is rung last for this long
  accept_key: "1"        # takes the call; a voicemail cannot press it
"""


def _call_flow(beginning: Beginning) -> str:
    name = beginning.name.strip()
    return f"""\
# yaml-language-server: $schema=../schemas/call-flow.json
# What callers hear. Change the words, run `hotline check`, then try it with `hotline call`.
# Write for someone who may be crying: short sentences, and what a key does before which key it is.

name: {_text(name)}
numbers: [{_text(beginning.number)}]    # what people dial; the first is what volunteers see ringing
rota: {beginning.id}                   # rota/{beginning.id}.yaml says who is on call

languages:
  en: {{locale: en-US, voice: Polly.Joanna-Neural}}    # with a second language here, every `say` needs its words

start: welcome

steps:
  welcome:
    say:
      en: {_text(f"You've reached {name}. I'm finding someone for you now.")}
    ring_early: 5s               # phones ring while these words are spoken
    then: reach_someone

  reach_someone:
    ring: on_call                # the people on call, two at once and then more, and the backup
    hold:                        # said in turn while phones ring: two texts or more
      en: [I'm still looking for someone., Thank you for waiting. Phones are ringing.]
    between:                     # where only one phone can ring: said before the next is tried
      en: Still trying to reach someone for you.
    answered: goodbye            # after the conversation
    not_answered: nobody_free

  nobody_free:
    say:
      en: I'm sorry, nobody could pick up just now. To try again, press 1.
    menu:
      "1": reach_someone
    wait: 6s                     # how long to listen for a key
    no_key: goodbye              # silence continues too
    wrong_key: nobody_free
    at_most: 3                   # the third time leads to `then`
    then: goodbye                # better: a step that dials a line which always answers, such as dial: "988"

  goodbye:
    say:
      en: {_text(f"Thank you for calling {name}. Call again whenever you need to.")}
    hang_up: true
"""
