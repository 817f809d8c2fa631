"""Forms are read as Flask reads them, only sooner."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask, Request, request
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.exceptions import ClientDisconnected, RequestEntityTooLarge
from werkzeug.test import EnvironBuilder

from hotline.webhooks.app import MOST_BYTES, CarrierRequest

KINDS = [
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=UTF-8",
    "application/x-www-form-urlencoded; charset=latin-1",
    "multipart/form-data; boundary=b",
    "text/plain",
    "",
]
bodies = st.binary(max_size=200) | st.text("ab=&+%20;é\n", max_size=60).map(str.encode)


def request_of(kind: type[Request], body: bytes, content_type: str, length: str | None = None) -> Request:
    environ = EnvironBuilder(method="POST", input_stream=BytesIO(body), content_type=content_type).get_environ()
    environ["CONTENT_LENGTH"] = str(len(body)) if length is None else length
    return kind(environ)


@given(bodies, st.sampled_from(KINDS))
@example(b"a=1&a=2&b=&c&=d&%zz=%ff&e=%C3%A9+f", KINDS[1])
def test_a_form_is_what_flask_makes_of_it(body: bytes, kind: str) -> None:
    ours, flasks = request_of(CarrierRequest, body, kind), request_of(Request, body, kind)
    assert list(ours.form.items(multi=True)) == list(flasks.form.items(multi=True))
    assert list(ours.files) == list(flasks.files)
    assert ours.get_data() == flasks.get_data()


@given(st.text("ab=&+%20;F\\x7f~", max_size=60))
@example("at=a-_b&&a=1&a=2&b=&c&=d&%zz=%ff&e=%C3%A9+f")
def test_a_query_is_what_flask_makes_of_it(query: str) -> None:
    environ = EnvironBuilder(query_string=query).get_environ()
    ours, flasks = CarrierRequest(environ), Request(environ)
    assert list(ours.args.items(multi=True)) == list(flasks.args.items(multi=True))
    assert list(ours.values.items(multi=True)) == list(flasks.values.items(multi=True))


def test_a_body_that_was_read_before_makes_the_same_form() -> None:
    asked = request_of(CarrierRequest, b"a=1", KINDS[0])
    assert asked.get_data() == b"a=1"
    assert asked.form.to_dict() == {"a": "1"}


def test_a_body_that_ends_too_soon_is_nobodys() -> None:
    with pytest.raises(ClientDisconnected):
        _ = request_of(CarrierRequest, b"a=1", KINDS[0], "9").form


def test_a_body_that_is_too_long_is_not_read() -> None:
    app = Flask("any")
    app.request_class, app.config["MAX_CONTENT_LENGTH"] = CarrierRequest, MOST_BYTES
    longer = app.test_request_context(method="POST", content_type=KINDS[0], data=b"a" * (MOST_BYTES + 1))
    with longer, pytest.raises(RequestEntityTooLarge):
        _ = request.form
    with app.test_request_context(method="POST", content_type=KINDS[0], data=b"a" * MOST_BYTES):
        assert len(request.form) == 1
