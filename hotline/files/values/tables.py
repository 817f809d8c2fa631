"""Tables as people have them: CSV files, Excel files, and cells copied from either. All become rows of text."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from hotline.core.wording import Wording
from hotline.files.findings.unreadable import Unreadable

MOST_ROWS, MOST_COLUMNS, MOST_LETTERS = 1_000, 20, 200
_MOST_UNPACKED = 20_000_000
_SEPARATORS = "\t;,"
_TOLD = re.compile(r"\s*sep=([\t;,])\s*?(?:\r?\n|$)", re.IGNORECASE)
"""The line in which Excel tells the separator."""
_LOOKED_AT = 50
_KEPT_AS_TEXT = re.compile(r'\A\s*="(.*)"\s*\Z', re.DOTALL)
"""A cell of a CSV file that Excel shall not take for a number."""


@dataclass(frozen=True, slots=True)
class TableFile:
    """The rows of a file, and what else is in it that they do not hold."""

    rows: list[list[str]]
    notes: Sequence[Wording] = ()


def table_of_file(raw: bytes) -> TableFile:
    """The rows of a CSV or Excel file, without empty ones. Raises `Unreadable`."""
    if raw.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        return _excel(raw)
    if b"\0" in raw and not raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise _not_a_table()
    for encoding in ("utf-16",) if raw.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "cp1252", "latin-1"):
        try:
            return TableFile(table_of_text(raw.decode(encoding)))
        except UnicodeDecodeError:
            continue
    raise _not_a_table()


def table_of_text(text: str) -> list[list[str]]:
    """The rows of text with tabs, semicolons or commas between cells, without empty ones. Raises `Unreadable`."""
    text = text.removeprefix("\ufeff")
    told = _TOLD.match(text)
    text = text[told.end() :] if told else text
    lines = [line for line in text.splitlines() if line.strip()][:_LOOKED_AT]
    separator = (
        told[1]
        if told
        else max(_SEPARATORS, key=lambda one: (sum(one in line for line in lines), lines[0].count(one) if lines else 0))
    )
    try:
        return _tidied(list(csv.reader(io.StringIO(text, newline=""), delimiter=separator)))
    except csv.Error:
        raise _not_a_table() from None


def text_of_table(rows: list[list[str]]) -> str:
    """Rows as text that `table_of_text` reads, with a tab between cells."""
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(rows)
    return out.getvalue()


def _excel(raw: bytes) -> TableFile:
    """The first sheet that holds anything. Other such sheets, and merged cells, are told of."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        if raw.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(raw)) as packed:
                if sum(one.file_size for one in packed.infolist()) > _MOST_UNPACKED:
                    raise _not_a_table()
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        sheets = (book.get_sheet_by_name(name) for name in book.sheet_names)
        used = [(sheet, rows) for sheet in sheets if (rows := _written(sheet.iter_rows()))]
        merged = used[0][0].merged_cell_ranges if used else None
    except (CalamineError, zipfile.BadZipFile, ValueError, OSError):
        raise _not_a_table() from None
    if not used:
        return TableFile([])
    names = [sheet.name for sheet, _rows in used]
    return TableFile(_tidied(used[0][1]), [*_other_sheets(names), *_merged(merged or ())])


def _other_sheets(names: Sequence[str]) -> Iterator[Wording]:
    if len(names) > 1:
        yield Wording(
            "Only the sheet “%(sheet)s” was read. Not read: %(others)s. Save each as a file of its own to import it.",
            sheet=names[0],
            others=", ".join(f"“{name}”" for name in names[1:]),
        )


def _merged(ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]]) -> Iterator[Wording]:
    """Ranges that are merged, counted from 0. A title across one row takes nothing from others."""
    first = next((start for start, end in ranges if end[0] > start[0]), None)
    if first is not None:
        yield Wording(
            "Some cells are merged, the first in row %(row)s. Their text counts for their first row only: write it in"
            " the other rows, too.",
            row=first[0] + 1,
        )


def _written(rows: Iterable[Iterable[object]]) -> list[list[str]]:
    """The rows that hold anything: of too many, one more than may be. A sheet may have a million empty ones."""
    found: list[list[str]] = []
    for row in rows:
        cells = [_cell(one) for one in row]
        if any(one.strip() for one in cells):
            found.append(cells)
            if len(found) > MOST_ROWS:
                break
    return found


def _cell(value: object) -> str:
    """A cell as text. Excel keeps a phone number without its + as a number."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)


def _tidied(rows: list[list[str]]) -> list[list[str]]:
    whole = [[" ".join(_KEPT_AS_TEXT.sub(r"\1", one).split())[:MOST_LETTERS] for one in row] for row in rows]
    used = sorted({at for row in whole for at, cell in enumerate(row) if cell})[:MOST_COLUMNS]
    found = [[row[at] if at < len(row) else "" for at in used] for row in whole if any(row)]
    if len(found) > MOST_ROWS:
        raise Unreadable(
            "too-many-rows",
            Wording("This table has more than %(most)s rows.", most=MOST_ROWS),
            Wording("Import it in several parts."),
        )
    return found


def _not_a_table() -> Unreadable:
    return Unreadable(
        "not-a-table",
        Wording("This file cannot be read as a table."),
        Wording("Save it as CSV or as .xlsx, or copy its cells and paste them below."),
    )
