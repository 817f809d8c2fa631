"""Everything that can go wrong and that someone can do something about.

HotlineError
├── SettingsError        an environment variable that cannot be used
├── FilesError           call flow or rota files that cannot be used (carries the findings)
│   └── FileChanged        a file says something else by now; nothing was written
├── LiveStateUnavailable Redis cannot be reached; calls go on without it
├── QueueUnavailable     Redis does not take jobs; they wait in the outbox
├── DatabaseUnavailable  the database cannot be read or written
├── CallLogUnavailable   the spool cannot be written; facts about calls are kept in memory
├── AbsenceNotKept       a volunteer's absence could be kept nowhere
├── PeopleError          the list of people cannot be changed as asked
├── CarrierError         the carrier's REST API did not do what it was asked
│   ├── CarrierUnavailable it could not be reached, or is overloaded: asking again later helps
│   │   ├── CarrierNotYet      it still works on the record in question
│   │   └── CarrierLimit       the account asked too fast, or has too many calls at once
│   └── CarrierRefused     it said no, for good (carries the carrier's code)
├── TryAgain             a job has to be done again later
├── LineUnreachable      the hotline does not answer at its public address as it should
└── ServerError          a process of ours could not be started or reached
"""

from __future__ import annotations


class HotlineError(Exception):
    """Base of all our errors. `remedy` says in a sentence what to do about it."""

    def __init__(self, message: str, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()


class SettingsError(HotlineError):
    """Environment variables that cannot be used; `problems` lists all of them."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class FilesError(HotlineError):
    """Call flow or rota files cannot be used as they are."""


class FileChanged(FilesError):
    """A file says something else than it did when its edit began; nothing was written."""


class LiveStateUnavailable(HotlineError):
    """Redis did not answer in time, or at all."""


class QueueUnavailable(HotlineError):
    """Redis did not take jobs, or did not say what is queued."""


class DatabaseUnavailable(HotlineError):
    """The database did not answer, or refused."""


class CallLogUnavailable(HotlineError):
    """The spool of the call log cannot be written: a fact about a call is kept in memory only."""


class PeopleError(HotlineError):
    """The list of people who may sign in refuses what was asked of it: a name that is taken, say."""


class AbsenceNotKept(HotlineError):
    """A volunteer's absence was not kept: neither Redis nor the local disk took it, and it does not hold."""


class CarrierError(HotlineError):
    """The carrier's REST API did not do what it was asked. Messages name no caller, no volunteer and no call."""


class CarrierUnavailable(CarrierError):
    """The carrier could not be reached in time, or is overloaded. `after`: seconds it asked us to wait.

    `in_doubt`: what was asked may have been done all the same, as when the answer got lost. A text or a call is looked
    up before it is asked for again, or somebody gets it twice.
    """

    def __init__(self, message: str, remedy: str = "", after: int | None = None, in_doubt: bool = False) -> None:
        super().__init__(message, remedy)
        self.after = after
        self.in_doubt = in_doubt


class CarrierNotYet(CarrierUnavailable):
    """The carrier still works on the record in question, as on every call for a while after its end."""


class CarrierLimit(CarrierUnavailable):
    """The account asked too often, or has as many calls as it may."""


class CarrierRefused(CarrierError):
    """The carrier said no, for good.

    `status` is HTTP's, `code` the carrier's own (Twilio docs: api/errors); 0 for none.
    """

    def __init__(self, message: str, remedy: str = "", status: int = 0, code: int = 0) -> None:
        super().__init__(message, remedy)
        self.status = status
        self.code = code


class TryAgain(HotlineError):
    """A job could not be done yet. It is done again, `after` so many seconds where that is given."""

    def __init__(self, message: str, remedy: str = "", after: int | None = None) -> None:
        super().__init__(message, remedy)
        self.after = after


class LineUnreachable(HotlineError):
    """The hotline does not answer at its public address as the carrier expects of it."""


class ServerError(HotlineError):
    """A process of ours could not be started, or could not be reached."""


def describe(error: BaseException) -> str:
    """Return where an error happened and of which kind, without its message, which may hold what must not be logged."""
    trace, frames = error.__traceback__, []
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename.rpartition('/')[2]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return f"{type(error).__name__} in {', '.join(reversed(frames[-6:]))}"
