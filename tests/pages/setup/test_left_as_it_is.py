"""Every form with every file of the tests: sent as it is it changes no byte, and whatever is typed has an answer."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from hotline.errors import FilesError
from hotline.files.edits.rewrite import content_of
from hotline.files.loading.flow_text import read_flow_text
from hotline.files.loading.rotas import read_rotas
from hotline.files.yaml.document import mapping
from hotline.pages.frame.files_saved import AREAS, FoundFile
from hotline.pages.setup.editing import KINDS, Edit, FormKind, changed_text, find_edit
from hotline.pages.setup.fields import Mistyped
from hotline.pages.setup.volunteer_form import entries_of
from tests.files.edits.test_rewrite import FILES, FLOWS
from tests.pages.conftest import Site

WHOLE = """\
timezone: Europe/London
volunteers:
  amy: {phone: "+44 20 7946 0101", languages: [en], texts: yes, email: a@example.org, remind: [2h before], calendar: 3}
  ben: {name: Ben, phone: "+44 20 7946 0102", remind: none, handset: A}
handsets: C
calendar: 4
away:
  - {who: amy, from: 2026-12-24, to: 2026-12-26 24:00}   # home
cover:
  - {who: ben, for: amy, from: 2026-12-24T18:00, to: 2026-12-25 08:00}
  - {who: ben, from: 2026-12-31, to: 2026-12-31, tier: 2}
coordinators:
  nora: {email: nora@example.org, digest: yes, alerts: [gap, cover]}   # nights
  olu: {name: Olu, phone: "+44 20 7946 0103", languages: [en]}
shifts:
  - {days: [1st sat, last fri], hours: 09:00-12:00, on_call: [ben]}
  - {from: fri 18:00, to: mon 08:00, on_call: [amy], every: 2 weeks, starting: 2026-01-05}
  - {days: holidays, hours: 24h, on_call: [amy, ben], also: true, tier: 2}
  - {on_call: [ben], hours: 08:00-08:00, until: 2031-01-01}
backup:
  - amy
  - {name: Nights, days: mon-fri, hours: 20:00-08:00, on_call: [ben]}   # lately
  - {days: [sat, sun], hours: 24h, turns: [amy, [ben, amy]], change: 10 days, starting: 2026-01-05}
holidays: {country: GB, region: ENG, also: [2026-12-24], except: [2026-12-26]}
texts: {reminders: none, quiet: 22:00-07:00, changes: no, words: {soon: {en: "{hotline}: soon."}}}
limits: {nights_running: 2, except: {ben: he asked for it}}
cover_requests: {ask: together, wait: 45m, approve: yes}
ringing: {say: {en: Press 5.}, play: take_it, ring_for: 25s, test: monthly, accept_key: "5"}
"""
TYPED = (
    *("", "amy", "1", "12", "x", "08:00", "25:99", "2026-01-05", "é\nñ", "  ", "a: b", "#", "+1 410 555 0111", "fr"),
    *("1st sat", "lun", "{hotline}", "\U0001f600", "x" * 300, "none", "3s", "-", "mon", "*", "goodbye", "yes"),
)
ADDING = {"new_step"}
"""Forms that have nothing to say of what is there."""


def texts_of(area: str) -> list[str]:
    """Files of an area: those of tests of the rewriting, and every fixture that can be read."""
    found = list(FLOWS if area == "flow" else [*FILES, WHOLE])
    wanted = "steps" if area == "flow" else "volunteers"
    for path in sorted((Path(__file__).parents[2] / "files").rglob("*.yaml")):
        try:
            text = path.read_bytes().decode()
            if wanted in content_of(text):
                found.append(text)
        except (FilesError, UnicodeDecodeError):
            continue
    return found


def edits_of(file: FoundFile, kind: FormKind) -> Iterator[Edit]:
    """Each entry that a form of this kind can be opened for."""
    content = content_of(file.raw.decode())
    languages = list(mapping(content.get("languages"))) or ["en"]
    section = content.get(kind.section)
    places = range(len(entries_of(content, kind.section)))
    entries = list(section) if isinstance(section, dict) else [str(at) for at in places]
    for step in entries if kind.listed else [""]:
        edit = find_edit(file, kind, languages, step)
        other = {"backup_shift": "turns", "backup_rotation": "on_call"}.get(kind.form.kind, "")
        if edit is not None and other not in mapping(edit.old):
            yield edit


def as_sent(edit: Edit) -> dict[str, str]:
    """What a browser sends of a form that nobody typed into."""
    groups = edit.kind.form.fields(edit.kind.form.shown(edit.old), edit.about)
    fields = [one for group in groups for one in group.fields if one.value or one.kind not in ("check", "radio")]
    return {one.name: "yes" if one.kind == "check" else one.value for one in fields}


@cache
def used_texts(area: str) -> list[str]:
    """The files with which a hotline could run."""
    files = (FoundFile(area, "rise", f"{AREAS[area]}/rise.yaml", text.encode()) for text in texts_of(area))
    return [file.raw.decode() for file in files if is_used(file)]


def is_used(file: FoundFile) -> bool:
    """Return whether a hotline could run with a file."""
    if file.area == "flow":
        return read_flow_text(file.id, file.path, file.raw).flow is not None
    return file.id in read_rotas({file.path: file.raw}).schedules


@pytest.mark.parametrize(("area", "kind"), [(area, kind) for area in AREAS for kind in KINDS[area]])
def test_a_form_sent_as_it_is_changes_nothing(site: Site, area: str, kind: str) -> None:
    """Of a file with errors, it opens all the same."""
    seen = 0
    with site.app.test_request_context():
        for text in texts_of(area):
            file = FoundFile(area, "rise", f"{AREAS[area]}/rise.yaml", text.encode())
            used = is_used(file)
            for edit in edits_of(file, KINDS[area][kind]):
                sent = as_sent(edit)
                if used and kind not in ADDING:
                    assert changed_text(edit, sent)[0] == text, edit.step
                    seen += 1
    assert seen or kind in ADDING


def typed_into(edit: Edit, data: st.DataObject) -> dict[str, str]:
    """What is sent of a form after somebody typed into a few of its fields, as they should or not."""
    values = as_sent(edit)
    fields = [one for group in edit.kind.form.fields(values, edit.about) for one in group.fields]
    for one in data.draw(st.lists(st.sampled_from(fields), max_size=6)) if fields else ():
        likely = [value for value, _label in one.choices] or (["yes", ""] if one.kind == "check" else TYPED)
        values[one.name] = data.draw(st.sampled_from(likely) | st.sampled_from(TYPED))
    return values


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_typed_marks_a_field_is_refused_or_is_shown_again(site: Site, data: st.DataObject) -> None:
    area, name = data.draw(st.sampled_from([(area, kind) for area in AREAS for kind in KINDS[area]]))
    kind = KINDS[area][name]
    text = data.draw(st.sampled_from(used_texts(area)))
    file = FoundFile(area, "rise", f"{AREAS[area]}/rise.yaml", text.encode())
    with site.app.test_request_context():
        new = [find_edit(file, kind, ["en", "es"], "")] if kind.adds and kind.listed else []
        edits = [one for one in (*edits_of(file, kind), *new) if one]
        assume(edits)
        edit = data.draw(st.sampled_from(edits))
        values = typed_into(edit, data)
        marked = ""
        try:
            after, placed = changed_text(edit, values)
        except Mistyped as problem:
            marked = problem.name
        except FilesError:
            return
        if marked:
            fields = edit.kind.form.fields(values, edit.about)
            assert marked in {one.name for group in fields for one in group.fields}
            return
        saved = FoundFile(area, "rise", file.path, after.encode())
        again = find_edit(saved, kind, edit.languages, (placed.step or str(placed.path[-1])) if kind.listed else "")
        if again is not None and is_used(saved) and name not in ADDING:
            assert changed_text(again, as_sent(again))[0] == after
