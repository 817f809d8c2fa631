"""What an edit changes is said in the words of the forms, not in those of the file."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from hotline.core.planning.settings_diff import altered_settings, altered_volunteers
from hotline.core.rota.cover_rules import Asking, CoverRules
from hotline.core.rota.rota import Limits, Ringing, Rota, Volunteer
from hotline.core.rota.text_rules import Coordinator, TextRules
from hotline.files import load_texts
from hotline.pages.words.settings import setting_in_words
from tests.core.planning.test_settings_diff import _another
from tests.files.good import ROTA, texts

AT_TIMES = """\
backup:
  - ben
  - {days: [sat, sun], hours: 08:00-12:00, on_call: [amy, ben]}
  - {hours: 20:00-22:00, turns: [amy, [ben, amy]], change: weekly, starting: 2026-01-05}
"""


def rota(more: str = "") -> Rota:
    return load_texts(texts(rota=ROTA + more)).hotlines["rise"].rota


def said(old: Rota, new: Rota) -> list[str]:
    changed = (setting_in_words(one, old, new) for one in (*altered_settings(old, new), *altered_volunteers(old, new)))
    return [f"{one.what}: {one.old} → {one.new}" for one in changed]


@pytest.mark.parametrize(("group", "kind"), [("ringing", Ringing), ("limits", Limits), ("cover_rules", CoverRules)])
def test_no_setting_has_a_name_of_the_file(group: str, kind: type) -> None:
    old = rota()
    for field in fields(kind):
        part = getattr(old, group)
        value = getattr(part, field.name)
        other = not value if isinstance(value, bool) else _another(value)
        (words,) = said(old, replace(old, **{group: replace(part, **{field.name: other})}))
        assert "_" not in words


def test_the_backup_is_told_by_name_and_time() -> None:
    first, last = said(rota("backup: [amy]\n"), rota(AT_TIMES))[0].split(" → ", 1)
    assert first == "Backup: Amy Okafor"
    always, by_day, by_turns = last.split("; ")
    assert (always, by_day) == ("Ben Ruiz", "Amy Okafor, Ben Ruiz (Sat, Sun 08:00–12:00)")
    assert by_turns == "Amy Okafor → Ben Ruiz + Amy Okafor (every day 20:00–22:00)"


def test_a_part_that_words_leave_out_is_told_as_it_is_written() -> None:
    later = AT_TIMES.replace("change: weekly", "change: 2 weeks")
    (words,) = said(rota(AT_TIMES), rota(later))
    assert "change: 2 weeks" in words


def test_choices_are_told_as_their_menus_have_them() -> None:
    old = rota()
    new = replace(old, cover_rules=CoverRules(ask=Asking.TOGETHER), texts=TextRules(reminders=()))
    assert said(old, new) == [
        "Who is asked: One by one, the least loaded first → Everybody at once",
        "Reminders: 18:00 the evening before, 1 hour before → No reminders",
    ]


def test_own_words_are_told_by_what_they_are_for() -> None:
    old = rota()
    new = replace(old, texts=TextRules(words={"soon": {"en": "Soon."}}))
    assert said(old, new) == ["Words of messages: A reminder shortly before, English: (the usual words) → Soon."]


def test_people_are_told_by_name() -> None:
    old = rota()
    amy = old.volunteers["amy"]
    new = replace(
        old,
        volunteers={**old.volunteers, "amy": replace(amy, languages=("es",))},
        coordinators={"nora": Coordinator("nora", "Nora Diaz", "", email="nora@example.org")},
    )
    assert isinstance(amy, Volunteer)
    assert "Coordinator: (none) → Nora Diaz" in said(old, new)
    assert "Amy Okafor: Languages: English → Spanish" in said(old, new)
