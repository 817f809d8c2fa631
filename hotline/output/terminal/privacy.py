"""The output of `hotline privacy`, in plain words."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from hotline.core.carrier_records.remaining import Remaining
from hotline.output.data.privacy import piles

INTERNALLY = (
    "The carrier keeps call details internally for up to 120 days, including both numbers, whatever you delete. "
    "Deleting removes them from the account, its console and its API. No setting changes that."
)
_ROWS = {
    "calls": "calls, with the caller's number",
    "legs": "volunteers' phones rung, ring tests",
    "texts_received": "texts received, and answers",
    "texts_sent": "texts sent to volunteers",
}


def privacy_text(found: Remaining, waiting: int | None, deleting: bool, console: Console) -> None:
    """Print the carrier's records of the hotlines' numbers, their fate, and the remedy."""
    if not any(pile.count for pile in piles(found).values()):
        sentence = "The carrier's account has no records of finished calls or texts of your numbers."
        console.print(sentence, soft_wrap=True)
    else:
        console.print("What the carrier's account still has of your numbers, by age:")
        console.print(_table(found))
    if found.going_on:
        console.print(f"{_many(found.going_on, 'call is', 'calls are')} in progress and not counted.")
    for sentence in (*_deletion(found, waiting, deleting), *_queues(found), *_recordings(found)):
        console.print(sentence, soft_wrap=True)
    console.print(INTERNALLY, soft_wrap=True)


def _deletion(found: Remaining, waiting: int | None, deleting: bool) -> list[str]:
    if not deleting:
        return ["Nothing is deleted: HOTLINE_DELETE_RECORDS is off. `hotline privacy --sweep` deletes it once."]
    said = []
    if waiting is None:
        said.append("Redis cannot be reached, so it is not known how many calls wait to be deleted.")
    elif waiting:
        said.append(f"{_many(waiting, 'call waits', 'calls wait')} to be deleted. Hotline keeps asking the carrier.")
    if found.given_up:
        given_up = _many(found.given_up, "record is", "records are")
        said.append(
            f"{given_up} older than 15 days, and Hotline no longer tries to delete them. Run "
            "`hotline privacy --sweep`. "
            "If they stay, ask the carrier's support to delete them."
        )
    if found.late > found.given_up:
        late = _many(found.late - found.given_up, "record is", "records are")
        said.append(
            f"{late} older than two days and should be deleted. Check that a worker and a clock are running. "
            "`hotline privacy --sweep` deletes what the carrier allows."
        )
    if not found.late and any(pile.count for pile in piles(found).values()):
        said.append("All is OK. The remaining records are deleted as soon as the carrier allows.")
    return said


def _queues(found: Remaining) -> list[str]:
    if not found.queues:
        return []
    many = _many(found.queues, "empty queue of a call that is", "empty queues of calls that are")
    return [f"The account has {many} over, with random names and no numbers. `hotline privacy --sweep` deletes them."]


def _recordings(found: Remaining) -> list[str]:
    if found.recordings is None:
        return ["The carrier does not say whether the account has recordings. Check its console."]
    if not found.recordings:
        return ["The account has no recordings."]
    many = _many(found.recordings, "recording", "recordings")
    return [
        f"The account has {many}. Hotline never records. Somebody switched it on at the carrier, or another system "
        "shares the account. Do not listen to them. Find the cause, and delete recordings of calls to your numbers."
    ]


def _table(found: Remaining) -> Table:
    table = Table("", "last hour", "2 days", "15 days", "older", "oldest", box=None, pad_edge=False)
    for column in table.columns[1:]:
        column.justify = "right"
    for name, pile in piles(found).items():
        counts = (pile.hour, pile.two_days, pile.fifteen_days, pile.older)
        table.add_row(_ROWS[name], *(str(count) if count else "–" for count in counts), _age(pile.oldest))
    return table


def _age(seconds: int | None) -> str:
    if seconds is None:
        return "–"
    for size, unit in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= size:
            return _many(seconds // size, unit, f"{unit}s")
    return "just now"


def _many(count: int, one: str, several: str) -> str:
    return f"{count:,} {one if count == 1 else several}"
