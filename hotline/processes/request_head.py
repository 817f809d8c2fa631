"""The head of a request, read once: llhttp (which httptools brings) and gunicorn's rules must both accept it."""

from __future__ import annotations

import re
from typing import Any

from gunicorn.http import errors
from gunicorn.http.message import HeaderPolicy, Request
from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser

_LINE = re.compile(rb"([A-Z-]{3,20}) ([\x21-\x7e]+) HTTP/1\.([01])\r\n")
"""Stricter than llhttp, which takes more spaces, other protocols and other versions, too."""
_UNLIMITED = 2**30


class MalformedRequest(Exception):
    """A request that does not keep to HTTP. The text names the rule, and holds nothing of what was sent."""


class TooLong(Exception):
    """The request says that its body is longer than anything."""


class HeadLimits:
    """gunicorn's settings that limit a head."""

    def __init__(self, cfg: Any) -> None:
        self.line = cfg.limit_request_line or _UNLIMITED
        self.fields = cfg.limit_request_fields
        self.field = cfg.limit_request_field_size or _UNLIMITED


Settable = tuple[Any, Any]
"""What a client may say in the place of others: see `settable_by`."""


def settable_by(cfg: Any, client: Any) -> Settable:
    """Return which fields for the scheme, and which with underscores, count if this client sends them."""
    policy = HeaderPolicy()
    policy.cfg, policy.peer_addr = cfg, client
    found: Settable = policy._peer_trusted_for_forwarded()  # gunicorn's, and in no other place
    return found


def read_head(cfg: Any, limits: HeadLimits, settable: Settable, head: bytes) -> RequestHead:
    """Read a head, with the empty line at its end. Raises MalformedRequest and TooLong."""
    try:
        return RequestHead(cfg, limits, settable, head)
    except HttpParserError as error:
        if "overflow" in str(error):
            raise TooLong from None
        raise MalformedRequest(type(error.__context__ or error).__name__) from None
    except errors.ParseException as error:
        raise MalformedRequest(type(error).__name__) from None


class RequestHead(Request):  # type: ignore[misc]
    """A request as gunicorn has it.

    `length` is that of its body in bytes, None if it comes in chunks. `asks_first`: the client waits for a word before
    it sends the body.
    """

    proxy_protocol_info = None

    def __init__(self, cfg: Any, limits: HeadLimits, settable: Settable, head: bytes) -> None:
        """Not gunicorn's way, which reads from the network."""
        line = _LINE.match(head)
        if line is None:
            raise errors.InvalidRequestLine("")
        if line.end() - 2 > limits.line:
            raise errors.LimitRequestLine(line.end() - 2, limits.line)
        method, target, minor = line.groups()
        self.cfg, self.unreader, self.scheme, self.must_close = cfg, None, "http", False
        self.method, self.uri, self.version = method.decode(), target.decode(), (1, int(minor))
        self.path: str
        self.query: str
        if self.uri.startswith("/") and "#" not in self.uri:
            self.path, _, self.query = self.uri.partition("?")
        else:
            self.parse_request_line(line[0][:-2])
        self._expected_100_continue: bool = False
        self.headers: list[tuple[str, str]] = []
        self.trailers: list[tuple[str, str]] = []
        self._limits, self._settable, self._fields = limits, settable, 0
        self._schemes, self._seen = [False], set[str]()
        self._complete = False
        try:
            HttpRequestParser(self).feed_data(head)
        except HttpParserUpgrade:  # nothing is upgraded: it is answered as any other, and is the last
            self.must_close = True
        if not self._complete:
            raise errors.InvalidHeader("")
        self.set_body_reader()
        self.length: int | None = getattr(self.body.reader, "length", None)
        self.asks_first, self._expected_100_continue = self._expected_100_continue, False  # the reader says so, once

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take a field from llhttp."""
        self._fields += 1
        if self._fields > self._limits.fields or len(name) + len(value) + 4 > self._limits.field:
            raise errors.LimitRequestHeaders("")
        named, text = name.decode("ascii").upper(), value.decode("latin-1").strip(" \t")
        if named == "TRANSFER-ENCODING" and text.lower() != "chunked":
            raise errors.InvalidHeader(named)
        kept = self._apply_header_policy(named, text, self._schemes, self._seen, *self._settable)
        if kept is not None:
            self.headers.append(kept)

    def on_headers_complete(self) -> None:
        """Hear from llhttp that the head is over."""
        self._complete = True
