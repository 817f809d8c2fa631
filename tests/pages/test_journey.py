"""A day of two coordinators and a volunteer, from signing in to signing out, in one browser."""

from __future__ import annotations

from datetime import date, timedelta

from playwright.sync_api import Page, expect

from hotline.core.people import Role
from hotline.files.edits.versions import digest
from tests.files.good import ROTA
from tests.pages.conftest import PASSWORD, Site
from tests.pages.flow.test_phone import after_an_answer, go_on
from tests.pages.looking import assert_accessible
from tests.pages.reports.test_page import QUARTER, log_calls
from tests.pages.test_editing_in_a_browser import FILE, retype, rota_text

ALTERNATE = ROTA.replace("days: every day, hours: 24h, on_call: [amy, ben]", "hours: 08:00-20:00, on_call: [amy]")
ALTERNATE += "  - {name: Nights, hours: 20:00-08:00, on_call: [ben]}\n"


def test_from_signing_in_to_signing_out(page: Page, site: Site, address: str) -> None:
    """Each page on the way is looked at by axe; nothing is said in the console, and no other host is asked."""
    page.goto("/rota/rise/file")
    assert_accessible(page)
    page.get_by_label("Name").fill("Ana")
    page.get_by_label("Password").fill("not her password")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("is wrong")
    assert_accessible(page)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{address}{FILE}")

    _edits_with_an_error_and_then_without(page, site)
    _keeps_both_edits_of_a_conflict(page, site)
    _has_two_people_swap(page, site)
    _brings_an_older_version_back(page, site)
    _makes_a_call_that_the_second_phone_takes(page)
    _reads_a_report_and_keeps_its_csv(page, site)
    _adds_somebody_and_opens_a_volunteers_page(page)

    page.goto("/")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto("/audit")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def _edits_with_an_error_and_then_without(page: Page, site: Site) -> None:
    retype(page, ALTERNATE.replace("on_call: [ben]", "on_call: [bem]"))
    expect(page.locator(".cm-lintRange-error")).to_have_text("bem")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Not saved")
    assert rota_text(site) == ROTA
    retype(page, ALTERNATE)
    expect(page.locator(".editing-state")).to_contain_text("No problems found.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert rota_text(site) == ALTERNATE
    assert_accessible(page)


def _keeps_both_edits_of_a_conflict(page: Page, site: Site) -> None:
    """Bo saves another line of the file meanwhile: the next page has both edits combined below."""
    site.people.add("Bo", Role.COORDINATOR, 0, password=PASSWORD)
    retype(page, ALTERNATE.replace("Nights", "Night"))
    expect(page.locator(".editing-state")).to_contain_text("No problems found.")
    his = ALTERNATE.replace("Ben Ruiz", "Ben R")
    bo = site.visitor()
    bo.sign_in("Bo", PASSWORD)
    form = {"text": his, "base": digest(ALTERNATE.encode()), "reviewed": digest(his.encode()), "step": "save"}
    assert bo.post(FILE, form, at=FILE).status_code == 303
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("changed different lines")
    assert_accessible(page)
    expect(page.locator(".editing-state")).to_contain_text("No problems found.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert rota_text(site) == his.replace("Nights", "Night")


def _has_two_people_swap(page: Page, site: Site) -> None:
    page.goto("/rota/rise/swap")
    page.get_by_label("First person").select_option("amy")
    page.get_by_label("Second person").select_option("ben")
    day = date.today() + timedelta(days=10)  # noqa: DTZ011 - any day ahead will do
    page.get_by_label("Day", exact=True).fill(day.isoformat())
    page.get_by_role("button", name="See what changes").click()
    expect(page.get_by_role("region", name="What changes")).to_contain_text("Ben R takes")
    assert_accessible(page)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    assert rota_text(site).count("for: ") == 2


def _brings_an_older_version_back(page: Page, site: Site) -> None:
    page.goto("/rota/rise/versions")
    page.get_by_role("link", name="What changed").first.click()
    expect(page.get_by_role("region", name="Changed lines")).to_be_visible()
    assert_accessible(page)
    page.get_by_role("button", name="Restore").click()
    expect(page.get_by_text("brought back an older version")).to_be_visible()
    assert "for: " not in rota_text(site)


def _makes_a_call_that_the_second_phone_takes(page: Page) -> None:
    """By day Amy is on call alone, and the backup is nobody: her second ring is answered."""
    page.clock.install()
    page.goto("/phone?at=2026-11-28T12:00")
    after_an_answer(page, "#dial")
    expect(page.locator("#spoken p").first).to_be_visible()
    with page.expect_response("**/phone/play"):
        page.keyboard.press("1")
    go_on(page, 10)
    with page.expect_response("**/phone/play"):
        page.locator("[data-act=busy]").click()
    go_on(page, 20)
    after_an_answer(page, "[data-act=answer]")
    after_an_answer(page, "[data-act=accept]")
    expect(page.locator(".other.talking")).to_have_count(1)
    assert_accessible(page)
    go_on(page, 20)
    after_an_answer(page, "#hang-up")
    expect(page.locator("#drawn svg")).to_be_visible()


def _reads_a_report_and_keeps_its_csv(page: Page, site: Site) -> None:
    log_calls(site, 300)
    page.goto(QUARTER)
    assert_accessible(page)
    with page.expect_download() as saved:
        page.get_by_role("link", name="CSV").click()
    assert saved.value.path().read_text().startswith("table,row,column,calls")


def _adds_somebody_and_opens_a_volunteers_page(page: Page) -> None:
    page.goto("/people")
    page.get_by_label("Name").fill("Zoe")
    page.get_by_role("button", name="Add and create a link").click()
    expect(page.get_by_role("status")).to_contain_text("Send Zoe this link.")
    assert_accessible(page)
    page.goto("/volunteers")
    page.get_by_role("link", name="The page of Amy Okafor").click()
    expect(page.get_by_role("heading", name="Amy Okafor")).to_be_visible()
    assert_accessible(page)
