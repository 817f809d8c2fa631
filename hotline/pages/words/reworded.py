"""Sentences of other parts, translated from English into the reader's language.

What is wrong, and what to do, is told in one language, for logs and terminals too. What comes of files remembers what
it was put together from (`hotline.files.findings.wording`), and is translated by that. Of what health and others say,
here are the sentences that people meet in the pages; one that is not here is shown as it is. A test holds that each of
them is really said somewhere.
"""

from __future__ import annotations

import re
from functools import cache

from hotline.errors import HotlineError
from hotline.files.findings.wording import Wording
from hotline.pages.words.findings import worded
from hotline.pages.words.language import gettext, later

SAID = (
    # the parts, on Tonight
    later("No call flow can be used."),
    later("Run `hotline check`."),
    later("Edits refused, the last good files go on serving: %(ids)s."),
    later("No usable files: %(ids)s."),
    later("Nobody to ring at some hours: %(ids)s."),
    later("Nobody to ring soon, since volunteers are off (see `hotline off`): %(ids)s."),
    later("Redis does not answer (%(error)s)."),
    later("No volunteer can be rung: the last rings failed before a phone rang (%(ids)s)."),
    later(
        "Look at the account's state, its balance and the countries it may call, in the carrier's console, and at the"
        " volunteers' numbers."
    ),
    later("The carrier connected a phone without the screening, so a voicemail can take a call (%(ids)s)."),
    later("It must fetch the `url` of a `<Number>`: docs/carriers.md says what it must support."),
    later("Redis failed a moment ago."),
    later("Redis is a replica, and takes no writes."),
    later("Have REDIS_URL name the primary, or the Sentinels that know it."),
    later("Redis is a replica that has lost its primary."),
    later("Redis has no memory left, and takes no writes."),
    later("Raise maxmemory, or free some."),
    later("Raise maxmemory."),
    later("Redis runs in cluster mode, which Hotline cannot use."),
    later("Run it without cluster-enabled."),
    later("Turn off cluster mode."),
    later("Redis has started, and is still loading what it kept."),
    later("Wait until it has."),
    later("Redis takes no writes, since it cannot save them."),
    later("See its log: mostly its disk is full."),
    later("Redis takes no writes, since it has too few replicas."),
    later("See min-replicas-to-write."),
    later("Start them."),
    later("Redis does not allow its user what Hotline needs."),
    later("Allow it all commands, on all keys."),
    later("Redis lacks a command that Hotline needs (scripts, for one)."),
    later("Redis lacks a command that Hotline needs."),
    later("See rename-command there."),
    later("Redis has no database of that number."),
    later("Name another in REDIS_URL."),
    later("Redis is busy with somebody's script."),
    later("See SCRIPT KILL in its manual."),
    later("Redis has too many clients."),
    later("Raise maxclients."),
    later("Redis is in protected mode, and takes no clients from here."),
    later("Give it a password, or bind it."),
    later("Redis asks for another user or password."),
    later("No Sentinel knows a primary of that name."),
    later("See REDIS_URL, and the Sentinels' logs."),
    later("Calls continue without it."),
    later("The spool cannot be written: entries are in memory only."),
    later("The outbox cannot be written: jobs are in memory only."),
    later("Start it, or see REDIS_URL."),
    later("See REDIS_URL."),
    later("Free some disk space, or make the folder writable."),
    later("The database cannot be used (%(error)s)."),
    later("The database cannot be used: %(reason)s."),
    later("Check DATABASE_URL and the database."),
    later("Entries wait on disk."),
    later("See DATABASE_URL."),
    later("Entries wait to be written, and are not."),
    later("Is a worker running?"),
    later("Jobs wait on disk, and are not queued."),
    later("Is Redis there?"),
    later("See `hotline jobs`."),
    later("No heartbeat has been placed yet."),
    later("No heartbeat has been placed for %(minutes)s minutes."),
    later("No heartbeat has been placed for %(hours)s hours."),
    later("Do a worker and a clock run?"),
    later("`hotline doctor` says."),
    later("The worker knows of no hotline to call."),
    later("Has its machine the files?"),
    later("See HOTLINE_CONFIG_DIR."),
    later("There is no sign of a worker."),
    later("There is no sign of a clock."),
    later("There is no sign of a worker or a clock."),
    later("Start it: `hotline worker`, `hotline clock`."),
    # call tests that could not be run
    later("The call tests are running already."),
    later("Try again in a moment."),
    later("The call tests were stopped after %(seconds)s seconds."),
    later("Run them with `hotline test`."),
    later("The call tests could not be run."),
)
_GAP = re.compile(r"%\((\w+)\)s")
_END = re.compile(r"(?<=[.!?]) (?=\S)")


def in_words(error: HotlineError) -> str:
    """Return what is wrong, and what to do, in the language of this request."""
    return f"{reworded(error.message)} {reworded(error.remedy)}".strip()


def reworded(text: str) -> str:
    """A sentence, or several, in the language of this request, as far as it is known here."""
    if isinstance(text, Wording):
        return worded(text)
    return " ".join(_one(sentence) for sentence in _END.split(text))


def _one(sentence: str) -> str:
    for pattern, message in _patterns():
        if found := pattern.fullmatch(sentence):
            return gettext(message, **found.groupdict())
    return sentence


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    return [(re.compile(_pattern(message)), message) for message in SAID]


def _pattern(message: str) -> str:
    """A regular expression of a message. `re.split` with a group: texts, and between them the names of the gaps."""
    parts = _GAP.split(message)
    return "".join(f"(?P<{part}>.+?)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
