"""Files written anew with another content: they mean what was wanted, and all that did not change is still there."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hotline.errors import FilesError
from hotline.files.edits.rewrite import changed, content_of, rewritten
from hotline.files.edits.starter import Beginning, FirstPerson, starter_files
from hotline.files.yaml.document import Plain
from hotline.files.yaml.layout import layout
from tests.files.good import EXAMPLES, rota_with

SHIPPED = (Path(__file__).parents[3] / "rota" / "rise.yaml").read_bytes().decode()
STARTER = starter_files(Beginning("Line", "+1 410 555 0100", "UTC", [FirstPerson("Amy", "+1 410 555 0111")]))[
    "rota/line.yaml"
]
BLOCKS = """\
# The top.
timezone: UTC
volunteers:
  amy:           # the first
    name: Amy
    phone: "+1 410 555 0111"

  ben:
    name: Ben
    phone: '+1 410 555 0112'   # his own
    languages:
      - en   # best
      - es
shifts:
  # Weekdays first.
  - name: Days   # all of them
    days: mon-fri
    hours: 08:00-20:00
    on_call:
      - amy
      # then
      - ben

  - hours: 20:00-08:00
    on_call: [amy,
              ben]   # both
backup: [
  amy,   # always
  ben    # sometimes
]
# The end."""
JSON = '{"timezone": "UTC", "volunteers": {"amy": {"phone": "+1 410 555 0111"}},\n "shifts": [{"on_call": ["amy"]}]}\n'
FOLDED = """\
timezone: &zone UTC
ringing:
  say:
    en: >-
      Press one,
      please.

    # Spanish comes later.
  rounds: 2
volunteers: {amy: {phone: "1", languages: [ en , es ]}}
"""
FLOW = (Path(__file__).parents[3] / "call_flows" / "rise.yaml").read_bytes().decode()
OPEN = """\
# When.
open:
  - {days: mon-fri, hours: 08:00-20:00}   # the office
  - {from: sat 08:00, to: sun 20:00}
closed: closed   # below
languages: {en: {locale: en-US}, es: {}}
steps:
  menu:
    say: {en: Press 1., es: Oprima 1.}
    menu: {"1": reach, "9": {go: menu, language: es}}   # keys
    no_key: reach
  reach:
    ring: on_call
    not_answered: closed
    while_waiting:
      say: {en: Press 2., es: Oprima 2.}
      menu:
        # The way out.
        "2": closed
  closed: {say: {en: Goodbye., es: Adiós.}, hang_up: true}
"""
FLOWS = [
    OPEN,
    *(path.read_bytes().decode() for path in sorted((EXAMPLES / "call_flows").glob("*.yaml"))),
    FLOW,
    starter_files(Beginning("Line", "+1 410 555 0100", "UTC", [FirstPerson("Amy", "+1 410 555 0111")], ("es", "en")))[
        "call_flows/line.yaml"
    ],
]
FILES = [
    *(path.read_bytes().decode() for path in sorted((EXAMPLES / "rota").glob("*.yaml"))),
    SHIPPED,
    STARTER,
    BLOCKS,
    JSON,
    rota_with("shifts:", "- on_call: [amy]", "  name: first", "- {on_call: [ben]}"),
]


def comments(text: str) -> list[str]:
    """The comments on lines of their own."""
    return [line.strip() for line in text.splitlines() if line.strip().startswith("#")]


class TestFields:
    def test_a_changed_value_is_all_that_changes(self) -> None:
        for file in FILES:

            def change(content: dict[str, Plain]) -> None:
                content["timezone"] = "Europe/Rome"

            now = changed(file, change)
            zone = str(content_of(file)["timezone"])
            assert now == file.replace(zone, "Europe/Rome", 1)

    def test_quotes_line_ends_and_the_missing_last_one_stay(self) -> None:
        for newline in ("\n", "\r\n"):
            file = BLOCKS.replace("\n", newline)
            wanted = content_of(file)
            wanted["volunteers"]["ben"]["phone"] = "+1 410 555 0999"  # type: ignore[index,call-overload]
            wanted["limits"] = {"nights_running": "2"}
            now = rewritten(file, wanted)
            kept = file.replace("'+1 410 555 0112'", "'+1 410 555 0999'")
            assert now == kept.replace(
                f"]{newline}# The end.", f"]{newline}limits: {{nights_running: 2}}{newline}# The end."
            )
            assert rewritten("\ufeff" + file, wanted) == "\ufeff" + now

    def test_the_first_field_after_a_dash_and_all_but_one_may_go(self) -> None:
        wanted = content_of(BLOCKS)
        wanted["shifts"] = [{"on_call": ["amy", "ben"]}, {"on_call": ["ben"]}]
        now = rewritten(BLOCKS, wanted)
        assert "  - on_call:\n      - amy\n      # then\n      - ben\n\n  - on_call: [ben]   # both\n" in now
        assert comments(now) == comments(BLOCKS)

    def test_new_volunteers_line_up_with_the_others(self) -> None:
        wanted = content_of(SHIPPED)
        wanted["volunteers"]["gus"] = {"name": "Gus O'Neil", "phone": "+1 410 555 0117"}  # type: ignore[index,call-overload]
        line = '  gus:      {name: "Gus O\'Neil", phone: "+1 410 555 0117"}\n'
        assert rewritten(SHIPPED, wanted) == SHIPPED.replace('0190"}\n', '0190"}\n' + line)

    def test_a_section_goes_where_the_comment_shows_it(self) -> None:
        wanted = content_of(STARTER)
        wanted["backup"] = ["amy"]
        wanted["holidays"] = {"country": "US", "also": ["2026-12-24"]}
        now = rewritten(STARTER, wanted)
        assert "# backup: [amy]\nbackup: [amy]\n" in now
        assert "region: MD}\nholidays: {country: US, also: [2026-12-24]}\n" in now

    def test_words_of_every_kind_are_read_as_they_were_typed(self) -> None:
        for words in (
            "a: b",
            "#1",
            "- x",
            "",
            " x ",
            "“é”",
            "O'Neil",
            'a "b"',
            "no\\n",
            "[x]",
            "a, b",
            "*x",
            "\U0001f600",
        ):
            for file in FILES:
                wanted = content_of(file)
                wanted["volunteers"]["zed"] = {"name": words, "phone": "1"}  # type: ignore[index,call-overload]
                assert content_of(rewritten(file, wanted)) == wanted

    def test_a_new_key_of_the_phone_is_in_quotes_as_the_others_are(self) -> None:
        wanted = content_of(FLOW)
        wanted["steps"]["nobody_free"]["menu"]["3"] = "about"  # type: ignore[index,call-overload]
        line = '      "2": lifeline\n'
        assert rewritten(FLOW, wanted) == FLOW.replace(line, line + '      "3": about\n')


class TestFoldedWords:
    ABOUT = (
        "        RISE is colleagues from this hospital, trained to listen after a hard day at work.\n"
        "        They are not your managers, and nothing is passed on.\n"
        "        We don't record calls. We don't keep your name, your number, or anything you say.\n"
    )

    def said(self, words: str) -> str:
        wanted = content_of(FLOW)
        wanted["steps"]["about"]["say"]["en"] = words  # type: ignore[index,call-overload]
        now = rewritten(FLOW, wanted)
        assert content_of(now) == wanted
        return now

    def test_lines_at_either_end_stay_and_the_rest_is_filled_anew(self) -> None:
        words = " ".join(self.ABOUT.split())
        now = self.said(words.replace("They are not your managers", "No manager hears of it"))
        assert now == FLOW.replace("They are not your managers", "No manager hears of it")
        now = self.said(words + " Call whenever you want to, by day or by night, as often as you like.")
        more = "        Call whenever you want to, by day or by night, as often as you like.\n"
        assert now == FLOW.replace(self.ABOUT, self.ABOUT + more)

    def test_words_that_do_not_fit_such_lines_are_written_in_quotes(self) -> None:
        for words in ("", "two  spaces", " a space before", "a\tb"):
            assert f"en: {'>-'}" not in self.said(words).split("about:")[1].split("es:")[0]

    def test_a_comment_after_the_mark_stays(self) -> None:
        file = FLOW.replace("      en: >-\n        RISE is", "      en: >   # softly\n        RISE is")
        wanted = content_of(file)
        wanted["steps"]["about"]["say"]["en"] = "Hello there, and so on: it is good that you called."  # type: ignore[index,call-overload]
        assert "      en: >-   # softly\n        Hello there, and so on:" in rewritten(file, wanted)


class TestLists:
    def test_an_entry_goes_with_the_comment_on_its_line_and_no_other(self) -> None:
        wanted = content_of(BLOCKS)
        del wanted["shifts"][0]["on_call"][0]  # type: ignore[index,union-attr,arg-type,call-overload]
        wanted["backup"] = ["ben"]
        now = rewritten(BLOCKS, wanted)
        assert now == BLOCKS.replace("      - amy\n      # then", "      # then").replace("  amy,   # always\n", "")

    def test_entries_are_paired_with_those_most_like_them(self) -> None:
        wanted = content_of(SHIPPED)
        shifts: Any = wanted["shifts"]
        del shifts[0]
        shifts[3]["on_call"] = ["fay", "ben"]
        now = rewritten(SHIPPED, wanted)
        gone, came = (
            set(SHIPPED.splitlines()) - set(now.splitlines()),
            set(now.splitlines()) - set(SHIPPED.splitlines()),
        )
        assert len(gone) == 2
        assert len(came) == 1
        assert "Friday night,  days: fri,        hours: 19:00-08:00, on_call: [fay, ben]}" in next(iter(came))

    def test_the_last_entry_takes_its_section_along(self) -> None:
        wanted = content_of(STARTER)
        wanted["shifts"] = []
        now = rewritten(STARTER, wanted)
        assert comments(now) == comments(STARTER)
        assert "shifts" not in content_of(now)

    def test_lists_in_brackets_keep_their_spaces(self) -> None:
        wanted = content_of(FOLDED)
        wanted["volunteers"]["amy"]["languages"] = ["es", "fr"]  # type: ignore[index,call-overload]
        wanted["ringing"]["rounds"] = "3"  # type: ignore[index,call-overload]
        assert rewritten(FOLDED, wanted) == FOLDED.replace("[ en , es ]", "[ es , fr ]").replace(
            "rounds: 2", "rounds: 3"
        )


class TestRefusals:
    @pytest.mark.parametrize(
        "file",
        [
            "volunteers: {amy: &one {phone: '1'}, ben: *one}\ntimezone: UTC\n",
            "volunteers:\n  amy: &one\n    phone: '1'\n  ben: *one\ntimezone: UTC\n",
            "volunteers: {amy: {phone: &number '1'}, ben: {phone: *number}}\ntimezone: UTC\n",
        ],
    )
    def test_what_is_written_elsewhere_is_not_broken(self, file: str) -> None:
        wanted = content_of(file)
        wanted["volunteers"]["ben"]["phone"] = "2"  # type: ignore[index,call-overload]
        if "number" in file:
            wanted["volunteers"]["amy"]["phone"] = "3"  # type: ignore[index,call-overload]
        with pytest.raises(FilesError, match="Edit as text"):
            rewritten(file, wanted)
        wanted = content_of(file)
        wanted["timezone"] = "Europe/Rome"
        assert rewritten(file, wanted) == file.replace("UTC", "Europe/Rome")

    def test_a_file_with_errors_says_so(self) -> None:
        with pytest.raises(FilesError, match="errors"):
            content_of("a: [")

    def test_a_comment_within_a_part_that_goes_whole_is_not_lost_unasked(self) -> None:
        wanted = content_of(BLOCKS)
        wanted["volunteers"]["ben"]["languages"] = "en"  # type: ignore[index,call-overload]
        with pytest.raises(FilesError, match="Edit as text"):
            rewritten(BLOCKS, wanted)


WORDS = st.sampled_from(
    ["amy", "ben", "cho", "+1 410", "08:00-18:00", "a: b", "#x", "it's", '"', "2026-01-05", "é", "no"]
)
VALUES: Any = st.recursive(
    WORDS,
    lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(WORDS, inner, min_size=1, max_size=3),
    max_leaves=6,
)


@st.composite
def edited(draw: st.DrawFn, value: Plain, depth: int = 0) -> Plain:
    """A content like this one, with a few parts of it changed, removed or added."""
    what = draw(st.integers(0, 9))
    if depth and what == 0:
        return draw(VALUES)  # type: ignore[no-any-return]
    if isinstance(value, dict):
        found = {
            name: draw(edited(one, depth + 1)) if draw(st.integers(0, 3)) == 0 else one for name, one in value.items()
        }
        for name in list(found):
            if len(found) > 1 and draw(st.integers(0, 9)) == 0:
                del found[name]
        return {**found, draw(WORDS): draw(VALUES)} if what == 1 else found
    if isinstance(value, list):
        some = [draw(edited(one, depth + 1)) if draw(st.integers(0, 3)) == 0 else one for one in value]
        some = [one for one in some if draw(st.integers(0, 5))] or some[:1]
        if what < 3:
            some.insert(draw(st.integers(0, len(some))), draw(VALUES))
        return some
    return draw(WORDS) if what < 5 else value


class TestOrderOfLanguages:
    """Calls begin in the first language, so their order means something. That of all other parts means nothing."""

    @pytest.mark.parametrize(
        ("before", "after"),
        [
            (
                "languages: {en: {locale: en-US}, es: {}}   # two\n",
                "languages: {es: {}, en: {locale: en-US}}   # two\n",
            ),
            (
                "languages:\n  # Both.\n  en: {voice: a}   # ours\n\n  es:\n    voice: b   # hers\n# End.\nname: X\n",
                "languages:\n  # Both.\n  es:\n    voice: b   # hers\n\n  en: {voice: a}   # ours\n# End.\nname: X\n",
            ),
            ('languages: {\n  "en": {},\n  "es": {}}\n', 'languages: {\n  "es": {},\n  "en": {}}\n'),
        ],
    )
    def test_two_change_places(self, before: str, after: str) -> None:
        content = content_of(before)
        languages: Any = content["languages"]
        assert rewritten(before, {**content, "languages": dict(reversed(languages.items()))}) == after
        assert rewritten(after, content) == before

    def test_a_new_one_may_be_the_first(self) -> None:
        before = "languages:\n  en: {locale: en-US}\n"
        after = rewritten(before, {"languages": {"fr": {}, "en": {"locale": "en-US"}}})
        assert after == "languages:\n  fr: {}\n  en: {locale: en-US}\n"

    def test_comments_that_would_be_parted_are_refused(self) -> None:
        before = "languages: {en: {},   # ours\n  es: {}}\n"
        with pytest.raises(FilesError):
            rewritten(before, {"languages": {"es": {}, "en": {}}})


class TestEveryEdit:
    @settings(max_examples=250, deadline=None)
    @given(st.sampled_from([*FILES, *FLOWS]), st.sampled_from(["\n", "\r\n"]), st.data())
    def test_means_what_was_wanted_or_is_refused_and_keeps_the_rest(
        self, file: str, newline: str, data: st.DataObject
    ) -> None:
        file = file.replace("\r\n", "\n").replace("\n", newline)
        wanted = data.draw(edited(content_of(file)))
        assert isinstance(wanted, dict)
        asked = copy.deepcopy(wanted)
        try:
            now = rewritten(file, wanted)
        except FilesError:
            return
        assert content_of(now) == {name: value for name, value in asked.items() if value not in ([], {})}
        assert wanted == asked
        assert now.endswith(("\n", "\r")) == file.endswith(("\n", "\r")) or file is BLOCKS
        assert "\n" not in now.replace("\r\n", "") if newline == "\r\n" else "\r" not in now
        place = 0
        for key, value in layout(file).fields:
            between = file[place : key.start].splitlines()[
                place > 0 :
            ]  # not the comment at the end of a line that goes
            assert all(line in now for line in comments("\n".join(between)))
            if asked.get(key.value) == content_of(file)[key.value]:
                assert file[key.start : value.last] in now
            place = value.last
        assert all(line in now for line in comments("\n".join(file[place:].splitlines()[1:])))
