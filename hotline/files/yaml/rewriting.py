"""Rewriting the text of a YAML file so that it has another meaning: only what differs is written anew.

Every function works on one layout of the text, and returns insertions that do not overlap. `Unsafe` is raised for a
part that cannot be changed this way: one that is written elsewhere (`*x`), or whose comments would be lost.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TypeGuard

from hotline.files.yaml.document import Plain, composed, quoted
from hotline.files.yaml.insertion import (
    Insertion,
    Style,
    commented_out,
    end_of_line,
    into_brackets,
    lines_after,
    sections_stand_apart,
    start_of_line,
)
from hotline.files.yaml.layout import TextPart

_COMMA = re.compile(r"[ \t]*,")
_REST_OF_LINE = re.compile(r"[ \t]*(?:#[^\n\r\x85\u2028\u2029]*)?")
_OWN_LINE_COMMENT = re.compile(r"[\n\r][ \t]*#")
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_MOST_COMPARED = 60_000
"""Pairs of entries of two lists that are compared. Of longer lists the entries are paired in order."""
_SAME_KIND, _GROUPS, _NAMED_ALIKE = 0.05, 0.3, 0.1
_FOLDED = re.compile(r">-?[ \t]*(?:#.*)?")
_LEAST_FOLDED = 60
_MOST_IN_BRACES = 3
"""Fields of a new group that is written on one line."""


class Unsafe(Exception):
    """A part of the text cannot be changed without losing something of it."""


@dataclass(frozen=True, slots=True)
class Rewriter:
    """The insertions that give a text another meaning. `order` has the names of the sections, as files have them."""

    text: str
    root: TextPart
    style: Style
    order: Sequence[str]

    def changes(self, old: Plain, new: Plain) -> list[Insertion]:
        """Return the insertions that turn the old meaning of the whole file into the new one. Raises Unsafe."""
        return list(self._part(self.root, old, new))

    # ------------------------------------------------------------------------------------------------------- parts

    def _part(self, part: TextPart, old: Plain, new: Plain) -> Iterator[Insertion]:
        if old == new:
            return
        if part.kind == "repeated":
            raise Unsafe
        if part.kind == "group" and isinstance(old, dict) and isinstance(new, dict) and old.keys() & new.keys():
            yield from self._group(part, old, new)
        elif part.kind == "list" and isinstance(old, list) and isinstance(new, list) and new and (old or part.brackets):
            yield from self._list(part, old, new)
        elif part.kind == "scalar":
            yield self._scalar(part, new)
        else:
            self._refuse_comments(part.start, part.last)
            yield Insertion(part.start, self.written(new), part.last)

    def _scalar(self, part: TextPart, new: Plain) -> Insertion:
        if part.blank:
            return Insertion(part.start, " " + self.written(new), part.end)
        if part.quotes == ">" and isinstance(new, str) and (folded := _refolded(self.text[part.start : part.end], new)):
            return Insertion(part.start, self.style.newline.join(folded), part.end)
        quotes = part.quotes if part.quotes in ("'", '"') else ""
        return Insertion(part.start, self.written(new, quotes), part.end)

    def _field(self, key: TextPart, value: TextPart, old: Plain, new: Plain) -> Iterator[Insertion]:
        """Change the value of a field. One written on lines of its own may become one on the line of its name."""
        if value.blank and key in self.root.parts and not self.root.brackets and _is_list_of_groups(new):
            yield lines_after(self.text, value.last, self._entry_lines(new), self.style)
            return
        spread = value.kind in ("list", "group") and not value.brackets
        same = isinstance(new, list if value.kind == "list" else dict) and bool(new)
        if old == new or not spread or same:
            yield from self._part(value, old, new)
            return
        colon = self.text.index(":", key.last)
        self._refuse_comments(colon, value.last)
        yield Insertion(colon + 1, " " + self.written(new), value.last)

    def _refuse_comments(self, start: int, end: int) -> None:
        if "#" in self.text[start:end]:
            raise Unsafe

    # ------------------------------------------------------------------------------------------------------ groups

    def _group(self, part: TextPart, old: Mapping[str, Plain], new: Mapping[str, Plain]) -> Iterator[Insertion]:
        fields = [(composed(key.value), key, value) for key, value in part.fields]
        edits = [
            list(self._field(key, value, old[name], new[name])) if name in new else None for name, key, value in fields
        ]
        names = [name for name, _, _ in fields]
        added = {place: list(some) for place, some in _added(names, list(new)).items()}
        if part.brackets:
            spans = [(key.start, value.last) for _, key, value in fields]
            texts = {place: [self._pair(name, new[name]) for name in some] for place, some in added.items()}
            yield from self._between_brackets(part, spans, edits, texts)
            return
        after_dash = bool(self.text[start_of_line(self.text, part.start) : part.start].strip())
        for place, (_, key, value) in enumerate(fields):
            kept = edits[place]
            after_dash &= kept is None
            if kept is not None:
                yield from kept
            elif after_dash:
                yield self._cut_up_to(key, value, fields[place + 1][1])
            else:
                yield self._cut(key.start, value.last)
        for place, some in added.items():
            yield from self._new_fields(part, fields, edits, place, {name: new[name] for name in some})

    def _new_fields(
        self,
        part: TextPart,
        fields: Sequence[tuple[str, TextPart, TextPart]],
        edits: Sequence[object],
        place: int,
        new: Mapping[str, Plain],
    ) -> Iterator[Insertion]:
        if part is self.root:
            left = {name: value for (name, _, value), kept in zip(fields, edits, strict=True) if kept is not None}
            for name, value in new.items():
                yield self._new_section(left, name, value)
            return
        kept = [at for at, edit in enumerate(edits) if edit is not None]
        like = fields[next((at for at in reversed(kept) if at <= place), kept[0])][2]
        lines: list[str] = []
        for name, content in new.items():
            if like.kind == "group" and not like.brackets and isinstance(content, dict):
                indent = " " * like.column
                lines.append(" " * part.column + self._name(name) + ":")
                lines += [indent + self._pair(inner, one) for inner, one in content.items()]
            else:
                lines.append(" " * part.column + self._in_column(part, name, content))
        yield lines_after(self.text, like.last, lines, self.style)

    def _in_column(self, part: TextPart, name: str, content: Plain) -> str:
        """A field whose value begins in the column of the others' values, if those line up."""
        shifts = {value.start - key.start for key, value in part.fields if value.brackets or value.kind == "scalar"}
        start = f"{self._name(name)}:"
        lined_up = len(part.parts) > 2 and len(shifts) == 1
        return f"{start.ljust(shifts.pop() - 1) if lined_up else start} {self.written(content)}"

    def _new_section(self, left: Mapping[str, TextPart], name: str, value: Plain) -> Insertion:
        lines = self._section_lines(name, value)
        place = self.order.index(name) if name in self.order else len(self.order)
        before = next((one for one in reversed(self.order[:place]) if one in left), None)
        after = left[before] if before else max(left.values(), key=lambda one: one.last)
        comment = commented_out(self.text, self.root, name)
        if comment is not None and (before is None or after.start < comment):
            return lines_after(self.text, comment, lines, self.style)
        apart = [""] if isinstance(value, list | dict) and sections_stand_apart(self.text, self.root) else []
        return lines_after(self.text, after.last, [*apart, *lines], self.style)

    def _section_lines(self, name: str, value: Plain) -> list[str]:
        outer, inner = " " * self.root.column, " " * (self.root.column + 2)
        head = f"{outer}{self._name(name)}:"
        if _is_list_of_groups(value):
            return [head, *self._entry_lines(value)]
        if isinstance(value, dict) and (
            len(value) > _MOST_IN_BRACES or any(isinstance(one, dict) for one in value.values())
        ):
            return [head, *(inner + self._pair(field, one) for field, one in value.items())]
        return [f"{head} {self.written(value)}"]

    def _entry_lines(self, entries: Sequence[Plain]) -> list[str]:
        return [f"{' ' * (self.root.column + self.style.indent)}- {self.written(one)}" for one in entries]

    # ------------------------------------------------------------------------------------------------------- lists

    def _list(self, part: TextPart, old: Sequence[Plain], new: Sequence[Plain]) -> Iterator[Insertion]:
        edits: list[list[Insertion] | None] = [None] * len(old)
        added: dict[int, list[Plain]] = {}
        last = -1
        for mine, theirs in aligned(old, new):
            if mine is None and theirs is not None:
                added.setdefault(last, []).append(new[theirs])
            elif mine is not None:
                last = mine
                if theirs is not None:
                    edits[mine] = list(self._part(part.parts[mine], old[mine], new[theirs]))
        if part.brackets:
            spans = [(one.start, one.last) for one in part.parts]
            texts = {place: [self.written(one) for one in some] for place, some in added.items()}
            yield from self._between_brackets(part, spans, edits, texts)
            return
        for place, one in enumerate(part.parts):
            edit = edits[place]
            if edit is None:
                yield self._cut(self._dash(part, place), max(one.last, self._dash(part, place) + 1))
            else:
                yield from edit
        for place, some in added.items():
            yield self._new_entries(part, place, some)

    def _dash(self, part: TextPart, place: int) -> int:
        """The offset of the dash before an entry of a list on lines."""
        if place == 0:
            return part.start
        found = part.parts[place - 1].last
        while True:
            line = end_of_line(self.text, found)
            line = line + len(_BREAK.match(self.text, line).group()) if line < len(self.text) else line  # type: ignore[union-attr]
            if line >= len(self.text) or line > part.parts[place].start:
                raise Unsafe
            at = line + part.column
            if self.text[at : at + 1] == "-" and not self.text[line:at].strip(" "):
                return at
            found = line

    def _new_entries(self, part: TextPart, place: int, new: Sequence[Plain]) -> Insertion:
        like = part.parts[max(place, 0)]
        on_lines = like.kind == "group" and not like.brackets
        lines: list[str] = []
        for one in new:
            dash = " " * part.column + "-"
            if on_lines and isinstance(one, dict):
                inner = max(like.column - part.column, 2)
                pairs = [self._pair(name, value) for name, value in one.items()]
                lines += [
                    dash + " " * (inner - 1) + pairs[0],
                    *(" " * (part.column + inner) + pair for pair in pairs[1:]),
                ]
            else:
                lines.append(f"{dash} {self.written(one)}")
        if place >= 0:
            return lines_after(self.text, max(like.last, self._dash(part, place) + 1), lines, self.style)
        start = start_of_line(self.text, part.start)
        if self.text[start : part.start].strip(" "):
            raise Unsafe
        return Insertion(start, "".join(line + self.style.newline for line in lines))

    # ---------------------------------------------------------------------------------------------------- brackets

    def _between_brackets(
        self,
        part: TextPart,
        spans: Sequence[tuple[int, int]],
        edits: Sequence[list[Insertion] | None],
        added: Mapping[int, Sequence[str]],
    ) -> Iterator[Insertion]:
        """Change the items of `[…]` or `{…}`. `edits` of an item that goes are None; `added` follow the item named."""
        if not added and all(edit is not None for edit in edits):
            for edit in edits:
                yield from edit or ()
            return
        if not spans:
            yield Insertion(part.inside, ", ".join(added[-1]))
            return
        ends = [part.inside, *(end for _, end in spans)], [*(start for start, _ in spans), part.end - 1]
        between = [self.text[start:end] for start, end in zip(*ends, strict=True)]
        if any("#" in one for one in between):
            yield from self._beside_comments(part, spans, edits, added)
            return
        usual = next((one for one in between[1:-1] if one.count(",") == 1), ", ")
        pieces: list[tuple[int | None, str]] = [(None, one) for one in added.get(-1, ())]
        for place, (start, end) in enumerate(spans):
            edit = edits[place]
            if edit is not None:
                moved = [Insertion(one.at - start, one.words, _less(one.until, start)) for one in edit]
                pieces.append((place, applied(self.text[start:end], moved)))
            pieces += [(None, one) for one in added.get(place, ())]
        written = pieces[0][1] if pieces else ""
        for (before, _), (at, piece) in pairwise(pieces):
            together = before is not None and at is not None and at == before + 1
            written += (between[at] if together and at is not None else usual) + piece
        yield Insertion(part.inside, between[0] + written + (between[-1] if pieces and spans else ""), part.end - 1)

    def _beside_comments(
        self,
        part: TextPart,
        spans: Sequence[tuple[int, int]],
        edits: Sequence[list[Insertion] | None],
        added: Mapping[int, Sequence[str]],
    ) -> Iterator[Insertion]:
        """Change items among which comments are: each stays where it is, except on the lines of an item that goes."""
        for place, (start, end) in enumerate(spans):
            edit = edits[place]
            if edit is not None:
                yield from edit
                continue
            comma = _COMMA.match(self.text, end)
            after = comma.end() if comma else end
            line = start_of_line(self.text, start)
            rest = _REST_OF_LINE.match(self.text, after)
            if self.text[line:start].strip() or rest is None or rest.end() != end_of_line(self.text, after):
                yield Insertion(start, "", after)
            else:
                yield self._cut(start, after)
        for place, some in added.items():
            if place < 0:
                yield Insertion(spans[0][0], "".join(f"{one}, " for one in some))
            elif edits[place] is None:
                raise Unsafe
            elif place == len(spans) - 1:
                yield from into_brackets(self.text, part, some, self.style)
            else:
                yield Insertion(spans[place][1], "".join(f", {one}" for one in some))

    # ------------------------------------------------------------------------------------------------------- lines

    def _cut(self, start: int, last: int) -> Insertion:
        """Take out whole lines, with the comments at their ends."""
        line, end = start_of_line(self.text, start), end_of_line(self.text, last)
        rest = _REST_OF_LINE.match(self.text, last)
        if self.text[line:start].strip(" ") or rest is None or rest.end() != end:
            raise Unsafe
        here = _BREAK.match(self.text, end)
        if here is None and line:
            before = next(one for one in _BREAK.finditer(self.text) if one.end() == line)
            return Insertion(before.start(), "", end)
        return Insertion(line, "", here.end() if here else end)

    def _cut_up_to(self, key: TextPart, value: TextPart, following: TextPart) -> Insertion:
        """Take out the first field after a dash: the next one moves to its place."""
        if _OWN_LINE_COMMENT.search(self.text, value.last, following.start):
            raise Unsafe
        return Insertion(key.start, "", following.start)

    # ------------------------------------------------------------------------------------------------------ values

    def written(self, value: Plain, quotes: str = "") -> str:
        """A value on one line, for any place."""
        if self.style.json:
            return json.dumps(value, ensure_ascii=False)
        if isinstance(value, list):
            return f"[{', '.join(self.written(one) for one in value)}]"
        if isinstance(value, dict):
            return f"{{{', '.join(self._pair(name, one) for name, one in value.items())}}}"
        return scalar(value or "", quotes)

    def _pair(self, name: str, value: Plain) -> str:
        return f"{self._name(name)}: {self.written(value)}"

    def _name(self, name: str) -> str:
        """A name, in quotes if it is a number: a key of the phone."""
        return (
            json.dumps(name, ensure_ascii=False) if self.style.json else scalar(name, '"' if name.isdecimal() else "")
        )


def scalar(text: str, quotes: str) -> str:
    """Text as YAML: in the quotes given, or without if it needs none."""
    if not text.isprintable():
        escaped = "".join(one if one.isprintable() and one not in '"\\' else _escaped(one) for one in text)
        return f'"{escaped}"'
    if quotes == "'":
        return "'" + text.replace("'", "''") + "'"
    if quotes == '"':
        return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return quoted(text)


def _refolded(old: str, words: str) -> list[str] | None:
    """The lines of `>-` words, with other words. Lines at either end that stay the same are kept.

    None if they cannot be written so.
    """
    head, *lines = _BREAK.split(old)
    indents = {len(line) - len(line.lstrip(" ")) for line in lines}
    plain = words.isprintable() and words == " ".join(words.split())
    if not plain or not words or len(indents) != 1 or not _FOLDED.fullmatch(head):
        return None
    indent = " " * indents.pop()
    said = [line.strip(" ") for line in lines]
    width = max(_LEAST_FOLDED, *map(len, said))
    return [">-" + head.removeprefix(">").removeprefix("-"), *(indent + line for line in _filled(said, words, width))]


def _filled(old: Sequence[str], words: str, width: int) -> list[str]:
    start: list[str] = []
    end: list[str] = []
    for line in old:
        if not words.startswith(f"{line} "):
            break
        start.append(line)
        words = words.removeprefix(f"{line} ")
    for line in reversed(old[len(start) :]):
        if not words.endswith(f" {line}"):
            break
        end.insert(0, line)
        words = words.removesuffix(f" {line}")
    return [*start, *textwrap.wrap(words, width, break_long_words=False, break_on_hyphens=False), *end]


def _escaped(one: str) -> str:
    return f"\\{one}" if one in '"\\' else f"\\U{ord(one):08x}"


def applied(text: str, insertions: Sequence[Insertion]) -> str:
    """Return the text with the insertions. Raises Unsafe if two of them change the same place."""
    pieces, done = [], 0
    for one in sorted(insertions, key=lambda one: (one.at, one.until is not None)):
        if one.at < done and one.words:
            raise Unsafe
        pieces += [text[done : max(one.at, done)], one.words]
        done = max(done, one.at if one.until is None else one.until)
    return "".join((*pieces, text[done:]))


def reordered(text: str, root: TextPart, section: str, order: Sequence[str]) -> list[Insertion]:
    """Return the insertions that put the parts of a section in another order. A comment at an end of line moves along.

    Raises Unsafe where the parts are not written so that they can change places.
    """
    part = next((value for key, value in root.fields if composed(key.value) == section), None)
    if part is None or part.kind != "group" or sorted(order) != sorted(composed(key.value) for key, _ in part.fields):
        raise Unsafe
    spans = {
        composed(key.value): (key.start, value.last if part.brackets else end_of_line(text, value.last))
        for key, value in part.fields
    }
    words = [text[start:end] for start, end in spans.values()]
    if part.brackets and "#" in text[part.start : part.end]:
        raise Unsafe
    names = list(spans)
    return [
        Insertion(start, words[names.index(name)], end)
        for name, (start, end) in zip(order, spans.values(), strict=True)
        if names.index(name) != list(spans.values()).index((start, end))
    ]


def _is_list_of_groups(value: Plain) -> TypeGuard[list[Plain]]:
    return isinstance(value, list) and any(isinstance(one, dict) for one in value)


def aligned(old: Sequence[Plain], new: Sequence[Plain]) -> list[tuple[int | None, int | None]]:
    """Pair the entries of two lists, in order, so that those most alike are pairs. None: it is in one list only."""
    start, end = 0, 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    mine, theirs = old[start : len(old) - end], new[start : len(new) - end]
    middle = _best_pairs(mine, theirs) if len(mine) * len(theirs) <= _MOST_COMPARED else _in_order(mine, theirs)
    return [
        *((place, place) for place in range(start)),
        *((_more(one, start), _more(other, start)) for one, other in middle),
        *((len(old) - place, len(new) - place) for place in range(end, 0, -1)),
    ]


def _in_order(old: Sequence[Plain], new: Sequence[Plain]) -> list[tuple[int | None, int | None]]:
    both = min(len(old), len(new))
    return [
        *((place, place) for place in range(both)),
        *((place, None) for place in range(both, len(old))),
        *((None, place) for place in range(both, len(new))),
    ]


def _best_pairs(old: Sequence[Plain], new: Sequence[Plain]) -> list[tuple[int | None, int | None]]:
    best = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    alike = [[_alike(one, other) for other in new] for one in old]
    for i in range(len(old) - 1, -1, -1):
        for j in range(len(new) - 1, -1, -1):
            best[i][j] = max(alike[i][j] + best[i + 1][j + 1], best[i + 1][j], best[i][j + 1])
    pairs: list[tuple[int | None, int | None]] = []
    i = j = 0
    while i < len(old) or j < len(new):
        if i < len(old) and j < len(new) and best[i][j] == alike[i][j] + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif i < len(old) and (j == len(new) or best[i][j] == best[i + 1][j]):
            pairs.append((i, None))
            i += 1
        else:
            pairs.append((None, j))
            j += 1
    return pairs


def _alike(one: Plain, other: Plain) -> float:
    """Return how alike two entries are, from 0 to 1."""
    if one == other:
        return 1.0
    if isinstance(one, dict) and isinstance(other, dict):
        same = sum(other.get(name) == value for name, value in one.items())
        named = "name" in one and one["name"] == other.get("name")
        return min(0.95, _GROUPS + _NAMED_ALIKE * named + 0.6 * same / max(len(one), len(other), 1))
    if isinstance(one, list) and isinstance(other, list):
        return _SAME_KIND + 0.8 * sum(some in other for some in one) / max(len(one), len(other), 1)
    return _SAME_KIND if type(one) is type(other) else 0.0


def _added(names: Sequence[str], new: Sequence[str]) -> dict[int, list[str]]:
    """The new names, each by the place of the old name that it follows; -1 at the front."""
    places = {name: place for place, name in enumerate(names)}
    found: dict[int, list[str]] = {}
    last = -1
    for name in new:
        if name in places:
            last = max(last, places[name])
        else:
            found.setdefault(last, []).append(name)
    return found


def _more(place: int | None, start: int) -> int | None:
    return None if place is None else place + start


def _less(until: int | None, start: int) -> int | None:
    return None if until is None else until - start
