"""Who may do what: every route, asked for as everybody; and requests that come from elsewhere."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from hotline.pages.frame.access import COORDINATORS_ONLY, OPEN, SAFE, VIEWERS_MAY
from tests.pages.conftest import PASSWORD, Site
from tests.pages.visitor import Visitor, links, token_of

EVERYTHING = {
    "HOTLINE_OIDC_ISSUER": "http://127.0.0.1:9",
    "HOTLINE_OIDC_CLIENT_ID": "x",
    "HOTLINE_OIDC_CLIENT_SECRET": "x",
}
"""Settings with which there is every route that there can be."""
_STREAMS = {"tonight.changes"}
"""Answers that do not end by themselves."""


def routes(site: Site) -> Iterator[tuple[str, str, str]]:
    """Every route with each of its methods: endpoint, method, an address."""
    adapter = site.app.url_map.bind("localhost")
    for rule in site.app.url_map.iter_rules():
        address = adapter.build(rule.endpoint, _values(rule), method=None)
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield rule.endpoint, method, address


def _values(rule: Rule) -> dict[str, object]:
    return {name: _value(rule._converters[name]) for name in rule.arguments}


def _value(converter: BaseConverter) -> object:
    if isinstance(converter, IntegerConverter):
        return 1
    return min(converter.items) if isinstance(converter, AnyConverter) else "rise"


@pytest.mark.parametrize("settings", [EVERYTHING])
def test_a_stranger_gets_nowhere_that_is_not_listed_as_open(site: Site, visitor: Visitor) -> None:
    seen = set()
    for endpoint, method, address in routes(site):
        seen.add(endpoint)
        answer = visitor.client.open(address, method=method, buffered=True)
        if endpoint in OPEN:
            assert answer.status_code in {200, 303, 400, 403, 404, 503}, (method, address)
        elif method in SAFE:
            assert answer.status_code == 303, (method, address)
            assert answer.headers["Location"].startswith("/sign-in"), (method, address)
        else:
            assert answer.status_code == 401, (method, address)
    assert seen >= OPEN | VIEWERS_MAY | COORDINATORS_ONLY, "the lists name what is there"


def test_a_viewer_can_change_nothing_by_any_route(site: Site, viewer: Visitor) -> None:
    token = token_of(viewer.get("/").text)
    for endpoint, method, address in routes(site):
        if endpoint in VIEWERS_MAY | OPEN | _STREAMS:
            continue
        data = {} if method in SAFE else {"data": {"csrf_token": token}}
        answer = viewer.client.open(address, method=method, buffered=True, **data)  # type: ignore[arg-type]
        if method not in SAFE or endpoint in COORDINATORS_ONLY:
            assert answer.status_code == 403, (method, address)
        else:
            assert answer.status_code in {200, 303, 304, 404}, (method, address)


def test_a_coordinator_changes_nothing_without_the_forms_token(site: Site, coordinator: Visitor) -> None:
    for endpoint, method, address in routes(site):
        if method not in SAFE:
            answer = coordinator.client.open(address, method=method, buffered=True)
            assert answer.status_code == 400, (endpoint, method, address)
            assert "has expired" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example.org"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9999", "Sec-Fetch-Site": "same-site"},
    ],
)
def test_a_form_on_another_site_is_refused_token_or_not(coordinator: Visitor, headers: dict[str, str]) -> None:
    token = token_of(coordinator.get("/").text)
    answer = coordinator.client.post("/sign-out", data={"csrf_token": token}, headers=headers, buffered=True)
    assert answer.status_code == 403
    assert coordinator.get("/").status_code == 200


def test_a_token_of_somebody_else_opens_nothing(coordinator: Visitor, viewer: Visitor) -> None:
    token = token_of(viewer.get("/").text)
    assert coordinator.client.post("/sign-out", data={"csrf_token": token}, buffered=True).status_code == 400


def test_nothing_of_before_goes_on_after_signing_in(site: Site) -> None:
    """Session fixation: a cookie that somebody planted must not become one that is signed in."""
    visitor = site.visitor()
    token = token_of(visitor.get("/sign-in").text)
    planted = visitor.client.get_cookie("hotline")
    assert planted is not None
    visitor.sign_in("Ana", PASSWORD)
    theirs = site.visitor()
    theirs.client.set_cookie("hotline", planted.value)
    assert theirs.get("/").status_code == 303
    assert visitor.client.post("/sign-out", data={"csrf_token": token}, buffered=True).status_code == 400


def test_a_forged_cookie_is_nobody(site: Site, coordinator: Visitor) -> None:
    kept = coordinator.client.get_cookie("hotline")
    assert kept is not None
    body, _, rest = kept.value.partition(".")
    for forged in (f"{body[:-2]}AA.{rest}", f"{kept.value[:-2]}AA", "x", "e30.e30.e30", ""):
        visitor = site.visitor()
        visitor.client.set_cookie("hotline", forged)
        assert visitor.get("/").status_code == 303, forged


@pytest.mark.parametrize(
    "to",
    ["https://evil.example.org/", "//evil.example.org", "/\\evil.example.org", "javascript:alert(1)", "evil", "/\n//e"],
)
def test_signing_in_leads_to_no_other_site(site: Site, to: str) -> None:
    visitor = site.visitor()
    answer = visitor.post("/sign-in", {"name": "Ana", "password": PASSWORD, "to": to}, at="/sign-in")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_a_body_that_is_too_big_is_refused(coordinator: Visitor) -> None:
    answer = coordinator.post("/preferences", {"language": "x" * 1_100_000})
    assert answer.status_code == 413
    assert "too big" in answer.text


@pytest.mark.parametrize(
    "path",
    ["/people", "/people/", "//people", "/people//", "/sign-in/", "//", "//static//hotline.css", "/rota//x", "//sms"],
)
def test_nobody_is_sent_to_where_the_host_header_says(site: Site, coordinator: Visitor, path: str) -> None:
    """Whoever can set that header for others could lead them away from here."""
    for client in (site.visitor().client, coordinator.client):
        answer = client.get(path, headers={"Host": "evil.example.org"})
        assert "evil" not in answer.headers.get("Location", "")
        assert not answer.headers.get("Location", "").startswith("//")


def test_every_answer_keeps_browsers_in_bounds(site: Site, coordinator: Visitor) -> None:
    for path in ("/", "/sign-in", "/nothing", "/audit", "/static/hotline.css"):
        headers = coordinator.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        kept = "no-cache" if path.startswith("/static") else "no-store"
        assert headers["Cache-Control"] == kept


@pytest.mark.parametrize("settings", [{"HOTLINE_PUBLIC_URL": "https://h.example.org"}])
def test_the_cookie_is_for_this_host_alone_over_tls(site: Site) -> None:
    cookie = site.visitor().get("/sign-in").headers["Set-Cookie"]
    assert cookie.startswith("__Host-hotline=")
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert word in cookie
    assert "Domain" not in cookie


@pytest.mark.parametrize("settings", [{"HOTLINE_PUBLIC_URL": "https://h.example.org/lines"}])
def test_links_have_the_path_that_a_proxy_takes_off(site: Site, visitor: Visitor) -> None:
    sent = visitor.get("/audit")
    assert sent.headers["Location"] == "/lines/sign-in?to=/audit"
    assert all(link.startswith(("/lines/", "#")) for link in links(visitor.get("/sign-in").text))


@pytest.mark.parametrize("who", ["Ana", "Vic"])
def test_no_link_of_any_page_leads_nowhere(site: Site, who: str) -> None:
    visitor = site.visitor()
    visitor.sign_in(who, PASSWORD)
    waiting, seen = ["/"], {"/"}
    routes, looked = site.app.url_map.bind("localhost"), Counter[str]()
    while waiting:
        path = waiting.pop()
        answer = visitor.get(path)
        assert answer.status_code in {200, 303}, path
        assert answer.status_code == 200 or answer.headers["Location"].startswith("/"), path
        if answer.mimetype == "text/html":
            for link in links(answer.text):
                target = link.partition("#")[0]
                assert not target.startswith(("http:", "https:", "//")), f"{path} leads away, to {link}"
                if target and target.startswith("/") and target not in seen:
                    seen.add(target)
                    endpoint = str(routes.match(target.partition("?")[0])[0])  # there must be such a page
                    looked[endpoint] += 1
                    if looked[endpoint] <= 12 or endpoint == "static":  # a calendar leads from week to week for ever
                        waiting.append(target)
    assert {"/", "/static/hotline.css"} <= {path.partition("?")[0] for path in seen}
