"""The editor and the versions: nothing wrong is saved, nobody's work is lost, and a viewer changes nothing."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from werkzeug.test import TestResponse

from hotline.files.edits.versions import digest
from tests.files.good import FLOW, ROTA
from tests.pages.conftest import Site
from tests.pages.rota.test_pages import words
from tests.pages.visitor import Visitor, token_of

FILE, FLOW_FILE = "/rota/rise/file", "/flow/rise/file"
MORE = ROTA.replace("Ben Ruiz", "Ben R")
BACKED = ROTA.rstrip() + "\nbackup: [ben]\n"
BROKEN = ROTA.replace("[amy, ben]", "[amy, bem]")


def rota_text(site: Site) -> str:
    return (site.folder / "rota/rise.yaml").read_text()


def send(visitor: Visitor, text: str, base: str = ROTA, path: str = FILE, **more: str) -> TestResponse:
    """The editor's form, sent with a text; saved if that may be."""
    reviewed = digest(text.encode())
    data = {"text": text, "base": digest(base.encode()), "reviewed": reviewed, "step": "save", **more}
    return visitor.post(path, data, at=path)


def check(visitor: Visitor, text: str, path: str = FILE) -> Any:
    """What the server says of a text while one types."""
    data = {"text": text, "base": digest(ROTA.encode())}
    return visitor.post(f"{path}/check", data, at=path).json


class TestEditing:
    def test_the_text_is_in_the_form_as_it_is_in_the_file(self, coordinator: Visitor) -> None:
        page = coordinator.get(FILE).text
        found = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.DOTALL)
        assert found is not None
        assert unescape(found[1]) == ROTA

    def test_an_error_is_said_with_line_and_remedy_and_not_saved(self, coordinator: Visitor, site: Site) -> None:
        answer = send(coordinator, BROKEN)
        assert answer.status_code == 422
        assert "line 6" in words(answer.text)
        assert "bem" in words(answer.text)
        assert "did you mean" in words(answer.text).lower()
        assert "[amy, bem]" in unescape(answer.text), "and what was typed is still there"
        assert rota_text(site) == ROTA

    def test_a_good_edit_is_saved_as_a_version_and_live_at_once(self, coordinator: Visitor, site: Site) -> None:
        answer = send(coordinator, MORE)
        assert (answer.status_code, rota_text(site)) == (303, MORE)
        assert site.web.parts.directory.state.hotlines["rise"].rota.volunteers["ben"].name == "Ben R"
        assert "Saved." in words(coordinator.get(answer.location).text)
        versions = words(coordinator.get("/rota/rise/versions").text)
        assert "Ana edited in use" in versions
        assert "first seen here" in versions
        assert "Ana edited · rota/rise.yaml" in words(coordinator.get("/audit").text)

    def test_what_changes_is_shown_before_it_is_saved(self, coordinator: Visitor, site: Site) -> None:
        half = ROTA.replace("on_call: [amy, ben]", "on_call: [amy]")
        answer = send(coordinator, half, reviewed="")
        assert answer.status_code == 200
        assert "These are the changes." in words(answer.text)
        assert re.search("Ben Ruiz −1,34[345] h", words(answer.text)), "eight weeks, and an hour where clocks change"
        assert rota_text(site) == ROTA

    def test_one_who_looked_at_another_text_looks_again(self, coordinator: Visitor, site: Site) -> None:
        answer = send(coordinator, MORE, reviewed=digest(b"another"))
        assert answer.status_code == 200
        assert rota_text(site) == ROTA

    def test_as_browsers_send_it_a_text_keeps_the_endings_of_its_lines(self, coordinator: Visitor, site: Site) -> None:
        (site.folder / "rota/rise.yaml").write_bytes(b"\xef\xbb\xbf" + ROTA.replace("\n", "\r\n").encode())
        raw = (site.folder / "rota/rise.yaml").read_bytes()
        after = b"\xef\xbb\xbf" + MORE.replace("\n", "\r\n").encode()
        data = {"text": MORE.replace("\n", "\r\n"), "base": digest(raw), "reviewed": digest(after), "step": "save"}
        assert coordinator.post(FILE, data, at=FILE).status_code == 303
        assert (site.folder / "rota/rise.yaml").read_bytes() == after

    def test_an_edit_that_opens_a_gap_is_saved_only_once_that_is_confirmed(
        self, coordinator: Visitor, site: Site
    ) -> None:
        (site.folder / "rota/rise.yaml").write_text(BACKED)
        shorter = BACKED.replace("24h", "08:00-20:00")
        assert (
            'name="sure"'
            in coordinator.post(f"{FILE}/check", {"text": shorter, "base": digest(BACKED.encode())}, at=FILE).json[
                "html"
            ]
        )
        asked = send(coordinator, shorter, BACKED)
        assert asked.status_code == 422
        assert "Tick the box to confirm the gap." in words(asked.text)
        assert re.search(r"New gap .*every day 20:00–08:00, \d+ times from", words(asked.text))
        assert rota_text(site) == BACKED
        saved = send(coordinator, shorter, BACKED, sure="yes")
        assert (saved.status_code, rota_text(site)) == (303, shorter)
        slip = words(coordinator.get(saved.location).text)
        assert "Saved." in slip
        assert "Amy Okafor: −" in slip
        assert re.search(r"New gap .*every day 20:00–08:00, \d+ times from", slip)
        named = shorter.replace("Ben Ruiz", "Ben R")
        again = send(coordinator, named, shorter)
        assert again.status_code == 303, "the gap was there before"
        assert "New gap" not in words(coordinator.get(again.location).text)

    def test_a_version_that_opens_a_gap_is_brought_back_only_once_that_is_confirmed(
        self, coordinator: Visitor, site: Site
    ) -> None:
        shorter = BACKED.replace("24h", "08:00-20:00")
        (site.folder / "rota/rise.yaml").write_text(shorter)
        assert send(coordinator, BACKED, shorter).status_code == 303
        for path, number in (("/rota/rise/restore", "1"), ("/rota/rise/undo", "2")):
            asked = coordinator.post(path, {"number": number}, at="/rota/rise/versions")
            assert asked.status_code == 422
            assert re.search(r"New gap .*every day 20:00", words(asked.text))
            assert rota_text(site) == BACKED
        assert coordinator.post("/rota/rise/undo", {"number": "2", "sure": "yes"}, at=FILE).status_code == 303
        assert rota_text(site) == shorter

    def test_an_edit_that_leaves_nobody_is_refused_with_a_tick_too_unless_it_was_so_before(
        self, coordinator: Visitor, site: Site
    ) -> None:
        without_nights = ROTA.replace("24h", "08:00-20:00")
        for sure in ({}, {"sure": "yes"}):
            assert send(coordinator, without_nights, **sure).status_code == 422
        (site.folder / "rota/rise.yaml").write_text(without_nights)
        assert send(coordinator, without_nights.replace("Ben Ruiz", "Ben R"), without_nights).status_code == 303
        worse = without_nights.replace("Ben Ruiz", "Ben R").replace("20:00", "19:00")
        refused = send(coordinator, worse, without_nights.replace("Ben Ruiz", "Ben R"), sure="yes")
        assert refused.status_code == 422

    def test_the_first_version_has_one_label_wherever_it_is_named(self, coordinator: Visitor) -> None:
        assert send(coordinator, MORE).status_code == 303
        for page in ("/rota/rise/versions", "/rota/rise/versions/2", "/rota/rise/versions/1"):
            shown = words(coordinator.get(page).text)
            assert "first seen here" in shown
            assert "changed outside these pages" not in shown

    def test_an_edit_that_leaves_a_caller_with_nobody_is_refused(self, coordinator: Visitor, site: Site) -> None:
        answer = send(coordinator, ROTA.replace("24h", "08:00-20:00"))
        assert answer.status_code == 422
        assert "Nobody is on call" in words(answer.text)
        assert rota_text(site) == ROTA

    def test_while_one_types_findings_come_with_their_places_and_nothing_is_saved(
        self, coordinator: Visitor, site: Site
    ) -> None:
        found = check(coordinator, BROKEN)
        [finding] = [one for one in found["findings"] if one["severity"] == "error"]
        assert (finding["line"], finding["code"], finding["length"]) == (6, "unknown-volunteer", 3)
        assert "ben" in finding["help"]
        assert found["summary"].startswith("1 error")
        assert found["reviewed"] == digest(BROKEN.encode())
        assert "line 6" in words(found["html"])
        assert check(coordinator, ROTA)["summary"] == "No problems found."
        assert rota_text(site) == ROTA

    def test_the_editor_knows_fields_values_and_where_names_go(self, coordinator: Visitor) -> None:
        known = coordinator.get(f"{FILE}/words.json").json
        assert known is not None
        assert {"days", "hours", "on_call"} <= {one["name"] for one in known["fields"]["shifts.*"]}
        assert "America/New_York" in known["values"]["timezone"]
        assert "cover.*.for" in known["names"]["volunteers"]
        steps = coordinator.get(f"{FLOW_FILE}/words.json").json
        assert steps["values"]["steps.*.ring"] == ["on_call", "rise"]
        assert steps["values"]["rota"] == ["rise"]
        assert steps is not None
        assert "steps.*.menu.*" in steps["names"]["steps"]

    def test_a_call_flow_is_edited_the_same_way_and_says_what_changes_for_callers(
        self, coordinator: Visitor, site: Site
    ) -> None:
        after = FLOW.replace("Thank you", "Thanks").replace('menu: {"1": reach}', 'menu: {"1": reach, "2": goodbye}')
        page = words(check(coordinator, after, FLOW_FILE)["html"])
        assert "The step goodbye says something else (English)." in page
        assert "In the step welcome, 2 leads to goodbye." in page
        assert send(coordinator, after, FLOW, FLOW_FILE).status_code == 303
        assert (site.folder / "call_flows/rise.yaml").read_text() == after
        waiting = (
            "    hold: {en: [Still looking., Thank you.]}\n"
            '    while_waiting: {say: {en: To stop press 2.}, menu: {"2": goodbye}}\n    not_answered: goodbye'
        )
        early = after.replace("    not_answered: goodbye", waiting).replace("no_key:", "ring_early: 5s\n    no_key:")
        page = words(check(coordinator, early, FLOW_FILE)["html"])
        assert "Callers who wait in the step reach hear something else (English)." in page
        assert "In the step reach, 2 leads to goodbye." in page
        assert "Phones ring 5 s after a call began, while the first words are spoken." in page
        dead = FLOW.replace("hang_up: true", "then: goodbye").replace("not_answered: goodbye", "not_answered: reach")
        assert send(coordinator, dead, after, FLOW_FILE).status_code == 422


class TestConflicts:
    def test_two_edits_of_the_same_line_are_shown_beside_each_other(self, coordinator: Visitor, site: Site) -> None:
        hers, his = ROTA.replace("Always", "Hers"), ROTA.replace("Always", "His")
        assert send(coordinator, hers).status_code == 303
        answer = send(coordinator, his)
        assert answer.status_code == 409
        page = words(answer.text)
        assert "Somebody else saved this file in the meantime. Your version is not saved yet." in page
        assert "changed the same lines" in page
        assert "name: Hers" in page
        assert "name: His" in page
        assert rota_text(site) == hers
        again = send(coordinator, his, hers)
        assert (again.status_code, rota_text(site)) == (303, his)

    def test_two_edits_that_are_apart_are_put_together_and_looked_at(self, coordinator: Visitor, site: Site) -> None:
        hers, his = ROTA.replace("Amy Okafor", "Amy O"), ROTA + "# his\n"
        assert send(coordinator, hers).status_code == 303
        answer = send(coordinator, his)
        assert answer.status_code == 409
        assert "combined below" in words(answer.text)
        text = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", answer.text, re.DOTALL)
        assert text is not None
        both = hers + "# his\n"
        assert unescape(text[1]) == both
        assert send(coordinator, both, hers).status_code == 303
        assert rota_text(site) == both

    def test_a_change_from_outside_is_a_conflict_too_and_named_so(self, coordinator: Visitor, site: Site) -> None:
        (site.folder / "rota/rise.yaml").write_text(ROTA.replace("Always", "By hand"))
        answer = send(coordinator, ROTA.replace("Always", "Mine"))
        assert answer.status_code == 409
        assert "Somebody outside these pages" in words(answer.text)


class TestVersions:
    def test_a_version_is_compared_and_brought_back_as_a_new_one(self, coordinator: Visitor, site: Site) -> None:
        send(coordinator, MORE)
        send(coordinator, MORE.replace("Always", "Ever"), MORE)
        page = words(coordinator.get("/rota/rise/versions/3?with=1").text)
        assert re.search("Ben[a-z A-Z]*: Name ?: Ben Ruiz", page)
        assert "deleted: - {name: Always" in page
        answer = coordinator.post("/rota/rise/restore", {"number": "1"}, at="/rota/rise/versions/3?with=1", follow=True)
        assert rota_text(site) == ROTA
        assert "Ana brought back an older version in use" in words(answer.text)
        assert words(answer.text).count("edited") == 2, "and nothing is lost"

    def test_one_that_cannot_be_used_any_more_is_not_brought_back(self, coordinator: Visitor, site: Site) -> None:
        (site.folder / "rota/rise.yaml").write_text(BROKEN)
        coordinator.get("/rota/rise/versions")
        (site.folder / "rota/rise.yaml").write_text(ROTA)
        answer = coordinator.post("/rota/rise/restore", {"number": "1"}, at="/rota/rise/versions")
        assert answer.status_code == 422
        assert "This version can no longer be used. Line 6" in words(answer.text)
        assert rota_text(site) == ROTA

    def test_only_what_was_saved_last_is_undone(self, coordinator: Visitor, site: Site) -> None:
        send(coordinator, MORE)
        (site.folder / "rota/rise.yaml").write_text(MORE + "# by hand\n")
        answer = coordinator.post("/rota/rise/undo", {"number": "2"}, at="/rota/rise/versions")
        assert answer.status_code == 409
        assert rota_text(site) == MORE + "# by hand\n"
        assert "changed outside these pages" in words(coordinator.get("/rota/rise/versions").text)

    def test_a_viewer_compares_versions_without_a_phone_number(self, viewer: Visitor, site: Site) -> None:
        viewer.get("/rota/rise/versions")
        (site.folder / "rota/rise.yaml").write_text(ROTA.replace("0112", "0119"))
        page = viewer.get("/rota/rise/versions/2").text
        assert viewer.get("/rota/rise/versions").status_code == 200
        assert re.search("Ben Ruiz: Phone ?: a number", words(viewer.get("/rota/rise/versions/2").text))
        assert "555" not in page

    def test_versions_there_are_not_are_not_found(self, coordinator: Visitor) -> None:
        coordinator.get("/rota/rise/versions")
        for path in ("/rota/rise/versions/9", "/rota/rise/versions/1?with=9", "/rota/none/versions"):
            assert coordinator.get(path).status_code == 404
        assert coordinator.post("/rota/rise/restore", {"number": "9"}).status_code == 404
        assert coordinator.post("/rota/rise/restore", {"number": "../1"}).status_code == 400


class TestRefusals:
    @pytest.mark.parametrize(
        "path",
        [
            "/rota/..%2Frota%2Frise/file", "/rota/%2e%2e%2fcall_flows%2frise/file", "/rota/rise.yaml/file",
            "/rota/.env/file", "/rota/rise%00/file", "/etc/passwd/file", "/call_flows/rise/file", "/flow/none/file",
            "/rota/..%5C..%5Cetc/file",
        ],
    )  # fmt: skip
    def test_a_file_is_one_of_those_there_are_and_never_a_path(self, coordinator: Visitor, path: str) -> None:
        assert coordinator.get(path).status_code == 404
        assert coordinator.post(path, {"text": "a: 1\n", "step": "save"}).status_code in {404, 405}

    @pytest.mark.parametrize(
        "text",
        [
            "a: &a [*a]\n",
            "!!python/object/apply:os.system [id]\n",
            "x: " + "[" * 5000,
            ROTA + "---\nvolunteers: {}\n",
            "- \ud7ff" * 10,
        ],
    )
    def test_hostile_yaml_is_a_finding_and_nothing_more(self, coordinator: Visitor, site: Site, text: str) -> None:
        assert send(coordinator, text).status_code == 422
        assert check(coordinator, text)["findings"]
        assert rota_text(site) == ROTA

    def test_markup_in_a_text_is_shown_as_text(self, coordinator: Visitor) -> None:
        hostile = ROTA + "</textarea><script>alert(1)</script>: '<b>'\n"
        assert "<script>alert" not in send(coordinator, hostile).text
        assert "<script>alert" not in check(coordinator, hostile)["html"]

    def test_a_text_that_no_file_can_hold_is_refused(self, coordinator: Visitor, site: Site) -> None:
        assert send(coordinator, "a\0b").status_code == 400
        assert coordinator.post(FILE, {"step": "save"}, at=FILE).status_code == 400
        assert send(coordinator, "# " + "x" * 1_100_000).status_code == 413
        assert rota_text(site) == ROTA

    def test_a_form_from_elsewhere_saves_nothing(self, coordinator: Visitor, site: Site) -> None:
        token = token_of(coordinator.get(FILE).text)
        data = {"text": MORE, "base": digest(ROTA.encode()), "reviewed": digest(MORE.encode()), "step": "save"}
        assert coordinator.client.post(FILE, data=data).status_code == 400
        headers = {"Origin": "https://evil.example"}
        answer = coordinator.client.post(FILE, data={**data, "csrf_token": token}, headers=headers)
        assert answer.status_code == 403
        assert rota_text(site) == ROTA

    @pytest.mark.parametrize("path", [FILE, f"{FILE}/check", "/rota/rise/restore", "/rota/rise/undo", FLOW_FILE])
    def test_a_viewer_saves_nothing_by_any_of_these_ways(self, viewer: Visitor, site: Site, path: str) -> None:
        data = {"text": MORE, "base": digest(ROTA.encode()), "reviewed": digest(MORE.encode()), "number": "1"}
        assert viewer.post(path, {**data, "step": "save"}).status_code == 403
        assert rota_text(site) == ROTA
        assert "<textarea" not in viewer.get(FILE).text


class TestInAGitWorkTree:
    @pytest.fixture
    def settings(self) -> dict[str, str]:
        return {"TWILIO_ACCOUNT_SID": "AC" + "1" * 32, "TWILIO_AUTH_TOKEN": "an-auth-token"}

    def test_the_editor_says_so_and_offers_the_result_as_a_download(self, coordinator: Visitor, site: Site) -> None:
        (site.folder / ".git").mkdir()
        page = coordinator.get(FILE).text
        assert "These files come from git." in words(page)
        assert "Download the result" in words(page)
        assert ">Save<" not in page
        answer = send(coordinator, MORE, step="download")
        assert (answer.text, answer.headers["Content-Disposition"]) == (MORE, "attachment; filename=rise.yaml")
        assert send(coordinator, MORE).status_code == 422
        assert rota_text(site) == ROTA
