"""Pictures of every page, light and dark, wide and narrow, for docs/pictures: `python -m tests.pages.pictures`.

They show the hotline that ships, on an evening that is always the same, mostly as somebody who may look sees it, and
where it takes a coordinator on pages without numbers of volunteers. Chromium draws them; nobody compares them. Names
of scenes as arguments have only these drawn.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlencode

import time_machine
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from hotline.core.calls.log_entry import CallMoment, LogEntry
from hotline.core.forecast.summary import files_digest
from hotline.core.people import Role
from hotline.core.rota.volunteer_page import page_query
from hotline.files.edits.saving import SavedFiles
from hotline.files.edits.versions import Versions, digest
from hotline.jobs.alive import BEAT, say_alive
from hotline.settings import Settings, read_settings
from hotline.store.database.call_log import CallLog
from hotline.store.database.lazy import Database
from hotline.store.database.people import PeopleTables
from hotline.store.redis.client import redis_client
from hotline.store.redis.embedded import EmbeddedServer
from hotline.wiring.parts import Parts
from hotline.wiring.web import Web, build_web
from tests.faults.processes import free_port
from tests.pages.conftest import CHROMIUM, PASSWORD, QUIET

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "pictures"
EVENING = datetime(2026, 11, 18, 0, 20, tzinfo=UTC)
"""Tuesday 2026-11-17, 19:20 in New York."""
SIZES = {"wide": (1280, 800), "narrow": (390, 844)}
SCHEMES = ("light", "dark")


@dataclass(frozen=True)
class Scene:
    """A page in a state. `reach` is done on it before it is drawn, `leave` after that.

    `deep`: so many pixels of it are worth showing. `looks`: the schemes and widths in which it is drawn.
    """

    name: str
    path: str
    reach: Callable[[Page], None] = lambda page: None
    deep: int = 1300
    leave: Callable[[Page], None] = lambda page: None
    looks: Sequence[tuple[str, str]] = tuple((scheme, size) for scheme in SCHEMES for size in SIZES)


def draw(web: Web, settings: Settings, address: str, browser: Browser, only: Sequence[str]) -> Iterator[str]:
    """Draw every page and state, or those named; the names of the files."""
    people = PeopleTables(Database(settings.database_url))
    welcome = urlencode({"key": people.make_link(None, Role.COORDINATOR, 2**40)})
    mine = urlencode(page_query(Parts(settings).key, web.parts.directory.state.hotlines["rise"].rota, "amy"))
    _ask_once(browser, f"{address}/mine?{mine}")
    web.parts.cover_rounds.go_on()
    strangers = (
        Scene("sign-in", "/sign-in"),
        Scene("sign-in-refused", "/sign-in", _guess),
        Scene("welcome", f"/welcome?{welcome}"),
        Scene("mine", f"/mine?{mine}"),
        Scene("mine-away", f"/mine?{mine}", _ask_for_away),
        Scene("mine-off", f"/mine?{mine}", _be_off, leave=_be_back),
        Scene("mine-open", "/mine/open"),
    )
    for scheme in SCHEMES:
        for size, (width, height) in SIZES.items():
            for who, scenes in {"": strangers, "Grants office": LOOKING, "Ana Ruiz": CHANGING}.items():
                context = browser.new_context(
                    base_url=address,
                    color_scheme="dark" if scheme == "dark" else "light",
                    viewport={"width": width, "height": height},
                    locale="en-US",
                    timezone_id="America/New_York",
                )
                page = context.new_page()
                if who:
                    _sign_in(page, who)
                for scene in scenes:
                    if (only and scene.name not in only) or (scheme, size) not in scene.looks:
                        continue
                    page.goto(scene.path, wait_until="load")
                    scene.reach(page)
                    page.wait_for_timeout(250)
                    tall = min(int(page.evaluate("document.documentElement.scrollHeight")), scene.deep)
                    page.set_viewport_size({"width": width, "height": max(height, tall)})
                    page.wait_for_timeout(50)
                    file = f"{scene.name}-{scheme}-{size}.png"
                    page.screenshot(path=PICTURES / file)
                    page.set_viewport_size({"width": width, "height": height})
                    scene.leave(page)
                    yield file
                context.close()


def _sign_in(page: Page, name: str, password: str = PASSWORD) -> None:
    page.goto("/sign-in")
    page.fill("#name", name)
    page.fill("#password", password)
    page.press("#password", "Enter")
    page.wait_for_load_state()


def _ask_once(browser: Browser, mine: str) -> None:
    """A volunteer cannot be on call, so that there is a request to show."""
    page = browser.new_page()
    page.goto(mine)
    page.get_by_role("button", name="I can’t").nth(1).click()
    page.wait_for_load_state()
    page.close()


def _guess(page: Page) -> None:
    _sign_in(page, "Ana Ruiz", "a wrong password")


def _be_off(page: Page) -> None:
    page.get_by_role("button", name="for 2 hours").click()
    page.wait_for_load_state()


def _be_back(page: Page) -> None:
    """Pages drawn later show everybody."""
    page.get_by_role("button", name="I am back").click()
    page.wait_for_load_state()


def _ask_for_away(page: Page) -> None:
    page.get_by_label("First day", exact=True).fill("2026-11-24")
    page.get_by_role("button", name="See what changes").click()
    page.wait_for_load_state()


def _on_paper(page: Page) -> None:
    """As a printer gets it: one landscape page."""
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 1060, "height": 740})


def _off_paper(page: Page) -> None:
    page.emulate_media(media="screen")


def _open_panel(page: Page) -> None:
    page.locator("a.opens").first.press("Enter")
    page.get_by_role("dialog").wait_for()


def _other_words(page: Page) -> None:
    page.locator("#say_en").fill("Thank you for calling RISE. Call again whenever you want to talk, day or night.")
    _see_what_changes(page)


def _see_what_changes(page: Page) -> None:
    page.get_by_role("button", name="See what changes").click()
    page.wait_for_load_state()
    _await_waits(page)


def _await_waits(page: Page) -> None:
    """Wait for the forecast of what the edit does to waits, where there is one."""
    page.locator("#waits form").wait_for(state="detached")


def _lead_a_key(page: Page) -> None:
    """One more key, and the words that name it."""
    said = page.locator("#say_en")
    said.fill(f"{said.input_value()} For the 9 8 8 Lifeline, press 4.")
    said = page.locator("#say_es")
    said.fill(f"{said.input_value()} Para la línea 9 8 8, oprima 4.")
    page.locator("#key_4").select_option("4")
    page.locator("#go_4").select_option("lifeline")
    _see_what_changes(page)


def _open_at_hours(page: Page) -> None:
    for day in ("mon", "tue", "wed", "thu", "fri"):
        page.locator(f"[name=day_{day}_1]").check()
    page.locator("#start_1").fill("08:00")
    page.locator("#end_1").fill("20:00")
    page.locator("#closed_say_en").fill("RISE is open on weekdays from 8 to 20. In danger, call 9 1 1.")
    page.locator("#closed_say_es").fill("RISE está abierta de lunes a viernes de 8 a 20. En peligro, llame al 9 1 1.")
    _see_what_changes(page)


def _add_a_step(page: Page) -> None:
    page.locator("#name").fill("chaplain")
    page.locator("#say_en").fill("I'm calling the duty chaplain.")
    page.locator("#say_es").fill("Estoy llamando a la capellanía.")
    page.locator("#does").select_option("dial")
    page.locator("#number").fill("+1 410 555 0190")
    page.locator("#to").select_option("goodbye")
    page.locator("#by_step").select_option("nobody_free")
    page.locator("#by_key").select_option("5")
    _see_what_changes(page)


def _remove(page: Page) -> None:
    page.get_by_role("button", name="Remove…").click()
    page.locator("#preview").wait_for()
    _await_waits(page)


def _add_french(page: Page) -> None:
    page.locator("#code_3").select_option("fr")
    _see_what_changes(page)


def _open_folded(page: Page) -> None:
    page.locator("main form details summary").first.press("Enter")
    page.evaluate("scrollTo(0, 0)")


def _begin_elsewhere(page: Page) -> None:
    page.locator("#start").select_option("reach_peer")
    _see_what_changes(page)


def _swap(page: Page) -> None:
    page.get_by_label("First person").select_option("amy")
    page.get_by_label("Second person").select_option("eli")
    page.get_by_label("Day", exact=True).fill("2026-11-24")
    page.get_by_role("button", name="See what changes").click()
    page.wait_for_load_state()


def _mistype(page: Page) -> None:
    """Lead a key to a step that is not there."""
    page.locator(".cm-line").filter(has_text='"2": about').first.click()
    page.keyboard.press("End")
    page.keyboard.type("x")
    page.locator(".cm-lintRange-error").first.wait_for()
    page.locator("#review .badge.bad").first.wait_for()


def _go_on(page: Page, seconds: float) -> None:
    page.clock.run_for(round(seconds * 1_000))


def _ring(page: Page) -> None:
    """Call, press 1, and wait until a phone rings."""
    page.clock.install()
    page.reload()
    with page.expect_response("**/phone/play"):
        page.locator("#dial").click()
    _go_on(page, 3)
    with page.expect_response("**/phone/play"):
        page.keyboard.press("1")
    _go_on(page, 12)
    page.locator(".other.ringing").first.wait_for()


def _screen(page: Page) -> None:
    _ring(page)
    with page.expect_response("**/phone/play"):
        page.locator("[data-act=answer]").first.click()
    _go_on(page, 2)


def _talk(page: Page) -> None:
    _screen(page)
    with page.expect_response("**/phone/play"):
        page.locator("[data-act=accept]").first.click()
    _go_on(page, 20)


def _end(page: Page) -> None:
    _talk(page)
    with page.expect_response("**/phone/play"):
        page.locator("#hang-up").click()
    _go_on(page, 1)


TWO = (("light", "wide"), ("dark", "narrow"))
"""The looks of a form: the others differ as those of the rest do."""
WHOLE = "/phone/whole?keys=1&others=no-answer&phone-ben=pass&phone-dee=accept"
LOOKING = (
    Scene("tonight", "/"),
    Scene("rota", "/rota/rise"),
    Scene("rota-month", "/rota/rise?view=month"),
    Scene("rota-hours", "/rota/rise/load"),
    Scene("rota-gaps", "/rota/rise/gaps"),
    Scene("rota-waits", "/rota/rise/waits", deep=2000),
    Scene("flow", "/flow/rise"),
    Scene("phone", "/phone"),
    Scene("phone-ringing", "/phone", _ring),
    Scene("phone-screened", "/phone", _screen),
    Scene("phone-talking", "/phone", _talk),
    Scene("phone-ended", "/phone", _end),
    Scene("phone-whole", WHOLE),
    Scene("reports", "/reports", deep=2000),
    Scene("reports-month", "/reports?period=last-month"),
    Scene("volunteers", "/volunteers"),
    Scene("not-open", "/audit"),
    Scene("nothing", "/nothing"),
)
CHANGING = (
    Scene("rota-requests", "/rota/rise/requests"),
    Scene("rota-panel", "/rota/rise", _open_panel),
    Scene("rota-print", "/rota/rise", _on_paper, leave=_off_paper),
    Scene("setup", "/rota/rise/setup", deep=1800, looks=TWO),
    Scene("setup-shift", "/rota/rise/shift?entry=1"),
    Scene("setup-rotation", "/rota/rise/rotation?entry=0", looks=TWO),
    Scene("setup-keys", "/flow/rise/keys?entry=welcome", _lead_a_key, 1500, looks=TWO),
    Scene("setup-hours", "/flow/rise/hours", _open_at_hours, 1500, looks=TWO),
    Scene("setup-step-new", "/flow/rise/new_step", _add_a_step, looks=TWO),
    Scene("setup-step-removed", "/flow/rise/keys?entry=lifeline", _remove, looks=TWO),
    Scene("setup-languages", "/flow/rise/languages", _add_french, 1500, looks=TWO),
    Scene("setup-text-words", "/rota/rise/text_words", _open_folded, looks=TWO),
    Scene("setup-first-step", "/flow/rise/line", _begin_elsewhere, looks=TWO),
    Scene("setup-recordings", "/flow/rise/step?entry=reach_peer", _open_folded, 1500, looks=TWO),
    Scene("setup-words", "/flow/rise/step?entry=goodbye", _other_words),
    Scene("rota-swap", "/rota/rise/swap", _swap),
    Scene("editor", "/flow/rise/file"),
    Scene("editor-error", "/flow/rise/file", _mistype),
    Scene("versions", "/flow/rise/versions"),
    Scene("versions-compared", "/flow/rise/versions/2"),
    Scene("people", "/people"),
    Scene("audit", "/audit"),
)


@contextmanager
def served() -> Iterator[tuple[Web, Settings, str]]:
    """The hotline that ships, with some calls of the day, and its pages on this machine."""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("call_flows", "rota"):
            shutil.copytree(ROOT / name, Path(folder, name))
        settings = read_settings({"HOTLINE_CONFIG_DIR": folder, "HOTLINE_DATA_DIR": f"{folder}/var"})
        embedded = EmbeddedServer(settings.data_dir)
        embedded.start()
        people, started = PeopleTables(Database(settings.database_url)), int(EVENING.timestamp()) - 40 * 86_400
        people.add("Grants office", Role.VIEWER, started, password=PASSWORD)
        people.add("Ana Ruiz", Role.COORDINATOR, started, password=PASSWORD)
        people.add("Bo Lindqvist", Role.COORDINATOR, started, email="bo@example.org")
        CallLog(settings.database_url).write(list(_calls()))
        _edit_once(settings)
        parts = Parts(settings)
        web = build_web(parts)
        over = _behind(parts, web)
        parts.forecasting.make("rise", files_digest(parts.directory.state.rotas["rise"], parts.key))
        server = make_server("127.0.0.1", free_port(), web.app, threaded=True)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield web, settings, f"http://127.0.0.1:{server.server_port}"
        finally:
            over.set()
            web.stop()
            server.shutdown()
            thread.join()
            server.server_close()
            embedded.stop()


def _behind(parts: Parts, web: Web) -> threading.Event:
    """Have jobs leave the disk, and a worker and a clock seen, until the event is set: as on a line that is up."""
    for one in web.threads:
        one.start(1)
    redis, over = redis_client(parts.redis_url, 5, text=False), threading.Event()

    def beat() -> None:
        while True:
            for kind in ("worker", "clock"):
                say_alive(redis, kind, "picture")
            if over.wait(BEAT):
                return

    threading.Thread(target=beat, daemon=True).start()
    return over


def _edit_once(settings: Settings) -> None:
    """Two versions of the call flow: kinder words than there were at first."""
    file, saved = "call_flows/rise.yaml", SavedFiles(settings.config_dir, Versions(settings.data_dir / "versions"))
    now = (settings.config_dir / file).read_bytes()
    first = now.replace(b"I'm finding someone for you now.", b"Please hold.")
    (settings.config_dir / file).write_bytes(first)
    then = (EVENING - timedelta(days=9)).timestamp()
    os.utime(settings.config_dir / file, (then, then))
    saved.history(file, EVENING - timedelta(days=9))
    saved.save(file, digest(first), now, "Ana Ruiz", "edit", EVENING - timedelta(days=2))


def _calls() -> Iterator[LogEntry]:
    """Calls of the last months, always the same, the way they might have come."""
    now = int(EVENING.timestamp())
    for number in range(900):
        start = now - number * 9_000 - number * number % 7_000
        yield LogEntry(f"c{number}", "rise", CallMoment.STARTED, start)
        if number % 11 != 7:
            yield LogEntry(f"c{number}", "rise", CallMoment.ANSWERED, start + 8 + number * 13 % 40)
        if number:
            yield LogEntry(f"c{number}", "rise", CallMoment.ENDED, start + 60 + number * 97 % 1_900)


if __name__ == "__main__":
    PICTURES.mkdir(parents=True, exist_ok=True)
    with time_machine.travel(EVENING, tick=True), served() as (web, settings, address), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for drawn in draw(web, settings, address, browser, sys.argv[1:]):
            sys.stdout.write(f"{PICTURES.relative_to(ROOT)}/{drawn}\n")
        browser.close()
