"""Everything that can go wrong and that someone can do something about.

HotlineError
├── SettingsError        an environment variable that cannot be used
├── FilesError           call flow or rota files that cannot be used (carries the findings)
├── LiveStateUnavailable Redis cannot be reached; calls go on without it
├── CallLogUnavailable   the database cannot be read or written; rows wait in the spool
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
    """One or more environment variables cannot be used; `problems` lists all of them."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class FilesError(HotlineError):
    """Call flow or rota files cannot be used as they are."""


class LiveStateUnavailable(HotlineError):
    """Redis did not answer in time, or at all."""


class CallLogUnavailable(HotlineError):
    """The database did not answer, or refused."""


class ServerError(HotlineError):
    """A process of ours could not be started, or could not be reached."""
