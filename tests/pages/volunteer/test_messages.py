"""How a volunteer is sent messages, chosen on their own page."""

from __future__ import annotations

import pytest

from hotline.core.rota.text_rules import Quiet, Reminder
from hotline.core.texts.readers import Channel, OwnChoices
from hotline.store.database.own_choices import OwnChoicesTable
from tests.files.good import rota_with, texts
from tests.pages.conftest import Site
from tests.pages.visitor import Visitor, forms
from tests.pages.volunteer.test_cover import page_of

SHIFTS = ("shifts:", "  - {hours: 24h, on_call: [amy, ben, cho, dee]}")


@pytest.fixture
def files() -> dict[str, bytes]:
    return texts(rota=rota_with(*SHIFTS).replace('0111"}', '0111", email: amy@example.org}'))


def chosen(site: Site, who: str) -> OwnChoices | None:
    return OwnChoicesTable(site.web.parts.database).of("rise").get(who)


def save(visitor: Visitor, page: str, **sent: object) -> str:
    form = next(one for one in forms(visitor.get(page).text) if one.action.startswith("/mine/messages"))
    answer = visitor.client.post(form.action, data={**form.fields, **sent}, follow_redirects=True, buffered=True)
    return answer.text


def test_what_is_chosen_is_kept_and_shown(site: Site, visitor: Visitor) -> None:
    amy = page_of(site, "amy")
    assert "by e-mail, to amy@example.org" in visitor.get(amy).text
    remind = ["18:00 the day before", "2h before"]
    shown = save(visitor, amy, channel="text", when="own", remind=remind, quiet="own", quiet_from="22:00",
                 quiet_to="07:30", language="es")  # fmt: skip
    assert "Saved." in shown
    assert "You get reminders and news of your shifts by text." in shown
    assert chosen(site, "amy") == OwnChoices(
        Channel.TEXT,
        Quiet(22 * 60, 570),
        False,
        (Reminder(days=1, minute=18 * 60), Reminder(before=7200)),
        "es",
    )
    save(visitor, amy, channel="none", when="own", remind=[], quiet="none", language="")
    assert chosen(site, "amy") == OwnChoices(Channel.NONE, None, True, (), "")
    save(visitor, amy, channel="", when="", quiet="", language="")
    assert chosen(site, "amy") == OwnChoices()


def test_a_mistake_is_told_and_nothing_is_kept(site: Site, visitor: Visitor) -> None:
    amy = page_of(site, "amy")
    assert "The quiet hours need two different times." in save(visitor, amy, quiet="own", quiet_from="9", quiet_to="")
    many = ["18:00 2 days before", "18:00 the day before", "07:00 on the day", "2h before", "1h before"]
    assert "These are more than 4 reminders." in save(visitor, amy, when="own", remind=many)
    assert chosen(site, "amy") is None


def test_a_mistake_loses_nothing_that_was_typed(site: Site, visitor: Visitor) -> None:
    remind = ["2h before"]
    typed = {"channel": "none", "when": "own", "quiet": "own", "quiet_from": "22:00", "quiet_to": "", "language": "es"}
    page = save(visitor, page_of(site, "amy"), **typed, remind=remind)
    (form,) = (one for one in forms(page) if one.action.startswith("/mine/messages"))
    assert {name: form.fields[name] for name in typed} == typed
    assert 'value="2h before" checked' in page
    assert 'value="1h before" checked' not in page


def test_without_an_address_there_is_no_e_mail_to_choose(site: Site, visitor: Visitor) -> None:
    ben = page_of(site, "ben")
    assert "ask your coordinator to add your address" in visitor.get(ben).text
    save(visitor, ben, channel="email")
    assert "You get no reminders, and no news of your shifts." in visitor.get(ben).text


def test_a_stranger_changes_nothing(site: Site, visitor: Visitor) -> None:
    page = page_of(site, "amy")
    form = next(one for one in forms(visitor.get(page).text) if one.action.startswith("/mine/messages"))
    for wrong in ({"key": "x"}, {"who": "ben"}, {"csrf_token": ""}):
        answer = visitor.client.post(form.action, data={**form.fields, "channel": "none", **wrong}, buffered=True)
        assert answer.status_code in (400, 404)
    assert visitor.get("/mine/messages?" + page.partition("?")[2]).status_code == 405
    assert chosen(site, "amy") is None


def test_who_gets_the_id_of_somebody_who_left_inherits_nothing(site: Site, coordinator: Visitor) -> None:
    path, book = site.folder / "rota/rise.yaml", OwnChoicesTable(site.web.parts.database)
    for who in ("amy", "ben"):
        book.keep("rise", who, OwnChoices(Channel.NONE))

    def edit(old: str, new: str) -> None:
        form = next(one for one in forms(coordinator.get("/rota/rise/file").text) if "text" in one.fields)
        data = {**form.fields, "text": path.read_text().replace(old, new)}
        looked = coordinator.client.post(form.action, data={**data, "step": "look"}, buffered=True).text
        seen = next(one for one in forms(looked) if "reviewed" in one.fields)
        answer = coordinator.client.post(form.action, data={**seen.fields, **data, "reviewed": seen.fields["reviewed"],
                                                            "step": "save", "sure": "yes"}, buffered=True)  # fmt: skip
        assert answer.status_code == 303

    line = next(one for one in path.read_text().splitlines(keepends=True) if one.startswith("  ben:"))
    path.write_text(path.read_text().replace(line, "").replace("amy, ben,", "amy,"))  # by hand
    site.web.parts.directory.refresh()
    edit("shifts:", f"{line}shifts:")  # by a page
    assert (chosen(site, "amy"), chosen(site, "ben")) == (OwnChoices(Channel.NONE), None)
    book.keep("rise", "ben", OwnChoices(Channel.NONE))
    edit(line, "")
    assert chosen(site, "ben") is None
