"""Judgements of this machine, its Redis and its database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hotline.core.checkup.result import CheckResult, failed, passed, warned

_MB, _GB = 1 << 20, 1 << 30
OLDEST_REDIS = (6, 2)
"""The oldest Redis that RQ and our scripts are tested with. Older ones are no longer maintained."""
NETWORK = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "fuse.glusterfs", "ceph", "afs", "lustre"}
)
"""Kinds of network file systems, as /proc/mounts names them."""


@dataclass(frozen=True, slots=True)
class RedisFacts:
    """Facts that a Redis reports about itself. None: it does not say, as some hosted ones do not.

    `snapshots`: whether it saves itself from time to time. `saved`: whether the last save succeeded. `most` 0: no
    limit.
    """

    program: str
    version: tuple[int, ...]
    snapshots: bool | None
    saved: bool
    append_only: bool | None
    policy: str | None
    used: int
    most: int


def judge_redis(facts: RedisFacts) -> Iterator[CheckResult]:
    """Judge its version, its memory, its behaviour when that is full, and its data after a restart."""
    name = f"{facts.program} {'.'.join(map(str, facts.version))}"
    if facts.version < OLDEST_REDIS:
        yield warned(f"{name} is older than the versions Hotline is tested with.", "Install 6.2 or later.")
    else:
        yield passed(f"{name} answers.")
    yield _memory(facts)
    yield _policy(facts)
    yield from _persistence(facts)


def judge_revision(found: str | None, wanted: str, backend: str) -> CheckResult:
    """Judge whether the database has the schema of this release."""
    if found == wanted:
        return passed(f"{backend} answers and has the schema this release needs ({wanted}).")
    if found is not None and found > wanted:
        return failed(
            f"{backend} was made by a newer release (it is at {found}, this release knows {wanted}).",
            "Run that release here too, or a newer one.",
        )
    at = "has no tables yet" if found is None else f"is at {found}, and this release needs {wanted}"
    return warned(f"{backend} {at}.", "Run `hotline migrate`. Otherwise it runs at the next call.")


def judge_ends(calls: int, not_reported: int, days: int) -> CheckResult:
    """Judge whether the ends of calls are reported. `not_reported`: calls that are over, but whose end is unknown.

    A caller who hangs up within their first second is among them, so a few are no problem.
    """
    if not calls:
        return passed(f"No calls came in during the last {days} days, and none is without its end.")
    if not_reported > max(2, calls // 10):
        judge = failed if not_reported > calls // 2 else warned
        return judge(
            f"The end of {not_reported} of {calls} calls of the last {days} days was never reported.",
            "Call status changes must be sent to /voice/ended. See numbers, or run `hotline provision`.",
        )
    return passed(f"The ends of calls are reported ({calls} calls in the last {days} days).")


def judge_room(where: str, free: int) -> CheckResult:
    """Judge whether there is room on a disk. `free` in bytes."""
    told = f"{free / _GB:.1f} GB are free on the disk of {where}."
    if free < 100 * _MB:
        return failed(
            f"{free / _MB:.0f} MB are free on the disk of {where}.",
            "Free some space. Data that cannot be written stays in memory and is lost when its process ends.",
        )
    return warned(told, "Free some space before it is full.") if free < _GB else passed(told)


def judge_private(where: str, mode: int) -> CheckResult:
    """Judge whether others on the machine can read a folder of ours. `mode`: its permission bits."""
    if mode & 0o077:
        return warned(
            f"Other users of this machine can open {where} (its mode is {mode & 0o777:o}).",
            f"Run chmod 700 {where}. It has keys and volunteers' numbers.",
        )
    return passed(f"Only Hotline's user can open {where}.")


def judge_files(where: str, names: Sequence[str]) -> CheckResult:
    """Judge files that other users of the machine may use. `names`: at least one, below `where`."""
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return warned(
        f"Other users of this machine can read {', '.join(names[:3])}{more} in {where}.",
        "Run `hotline migrate` as the user that Hotline runs as: it takes that from them. "
        "Files of another user have to be given to that one first (chown).",
    )


def judge_file_system(kind: str) -> CheckResult:
    """Judge whether SQLite's file is on a file system on which its locks work."""
    if kind in NETWORK:
        return failed(
            f"The SQLite database is on a network file system ({kind}), where locks do not work. It may get damaged.",
            "Put HOTLINE_DATA_DIR on a disk of this machine, or set DATABASE_URL to a PostgreSQL.",
        )
    return passed("The SQLite database is on a disk of this machine.")


def judge_zones(release: str, year: int) -> CheckResult:
    """Judge whether zone rules are of this year or the last. `release`: tzdata's, such as 2026.6."""
    made = release.partition(".")[0]
    if not made.isdigit() or int(made) < year - 1:
        return warned(
            f"Time zone rules come from tzdata {release}. Governments have changed some since.",
            "Install a newer tzdata (it is pinned in requirements/run.txt).",
        )
    return passed(f"Time zone rules come from tzdata {release}.")


def _memory(facts: RedisFacts) -> CheckResult:
    used = f"It uses {facts.used / _MB:.0f} MB"
    if facts.most and facts.used > 0.8 * facts.most:
        return warned(
            f"{used} of the {facts.most / _MB:.0f} MB it may.",
            "Raise maxmemory. When Redis is full, it accepts no more jobs. `hotline jobs` shows what waits.",
        )
    return passed(f"{used}{f' of the {facts.most / _MB:.0f} MB it may' if facts.most else ', and has no limit'}.")


def _policy(facts: RedisFacts) -> CheckResult:
    if facts.policy is None:
        return warned(
            "Hotline cannot see what it does when its memory is full.",
            "Check in your Redis provider's console that maxmemory-policy is noeviction.",
        )
    if facts.policy == "noeviction" or facts.policy.startswith("volatile-"):
        return passed(f"When its memory is full, it keeps all jobs ({facts.policy}).")
    return failed(f"When its memory is full, it deletes jobs ({facts.policy}).", "Set maxmemory-policy to noeviction.")


def _persistence(facts: RedisFacts) -> Iterator[CheckResult]:
    if facts.append_only:
        yield warned(
            "It keeps an append-only file: a list of who rang and who talked when, until it is rewritten.",
            "Set appendonly to no, and `save 60 1` for snapshots.",
        )
    if not facts.saved:
        yield failed("Its last snapshot failed.", "Check its log. Usually its disk is full or not writable.")
    elif facts.snapshots is False and not facts.append_only:
        yield warned(
            "It saves nothing. When it restarts, queued jobs are lost and the round robin starts at the top.",
            "Set `save 60 1`.",
        )
    elif facts.snapshots is None and not facts.append_only:
        yield warned(
            "Hotline cannot see whether it saves anything.",
            "Check in your Redis provider's console that snapshots are on.",
        )
    elif facts.snapshots:
        yield passed("It saves snapshots regularly.")
