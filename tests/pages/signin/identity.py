"""An identity provider (OpenID Connect) on this machine, which holds its clients to the rules."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

from flask import Flask, Response, abort, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import make_server

from tests.faults.processes import free_port

CLIENT_ID, CLIENT_SECRET = "hotline", "a-secret-of-the-client"
ANA = {"sub": "17", "email": "ana@example.org", "email_verified": True}


@dataclass
class Provider:
    """`claims` is who sits at the browser; `wrong` changes claims of the next tokens, as an attacker would.

    `userinfo` is what its userinfo endpoint tells beside that, if it has one. `unsigned`: its tokens bear no signature.
    """

    issuer: str
    claims: dict[str, object] = field(
        default_factory=lambda: {"sub": "17", "email": "ana@example.org", "email_verified": True}
    )
    wrong: dict[str, object] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"}))
    signing: RSAKey | None = None
    userinfo: dict[str, object] | None = None
    listed: tuple[str, ...] = ("RS256",)
    unsigned: bool = False
    codes: dict[str, dict[str, str]] = field(default_factory=dict)


def _application(provider: Provider) -> Flask:
    app = Flask("identity")

    @app.get("/.well-known/openid-configuration")
    def discovery() -> Response:
        at = provider.issuer
        return jsonify(
            issuer=at, authorization_endpoint=f"{at}/authorize", token_endpoint=f"{at}/token", jwks_uri=f"{at}/keys",
            id_token_signing_alg_values_supported=list(provider.listed), response_types_supported=["code"],
            **({} if provider.userinfo is None else {"userinfo_endpoint": f"{at}/userinfo"}),
        )  # fmt: skip

    @app.get("/userinfo")
    def userinfo() -> Response:
        if request.headers.get("Authorization") != "Bearer x":
            abort(401)
        return jsonify(provider.userinfo)

    @app.get("/keys")
    def keys() -> Response:
        return jsonify(keys=[provider.key.as_dict(private=False)])

    @app.get("/authorize")
    def authorize() -> object:
        asked = request.args
        wanted = (
            asked["client_id"] == CLIENT_ID and asked["response_type"] == "code" and asked["nonce"] and asked["state"]
        )
        if not wanted or asked["code_challenge_method"] != "S256" or "openid" not in asked["scope"].split():
            abort(400)
        code = secrets.token_urlsafe(8)
        provider.codes[code] = dict(asked)
        return redirect(f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}")

    @app.post("/token")
    def token() -> object:
        asked = provider.codes.pop(request.form["code"], None)
        digest = hashlib.sha256(request.form["code_verifier"].encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        known = request.authorization and (request.authorization.username, request.authorization.password)
        if asked is None or known != (CLIENT_ID, CLIENT_SECRET) or challenge != asked["code_challenge"]:
            abort(400)
        if request.form["redirect_uri"] != asked["redirect_uri"]:
            abort(400)
        now = int(time.time())
        claims = {"iss": provider.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 60, "nonce": asked["nonce"]}
        told = {**claims, **provider.claims, **provider.wrong}
        if provider.unsigned:
            parts = (json.dumps(one).encode() for one in ({"alg": "none"}, told))
            bare = ".".join(base64.urlsafe_b64encode(one).rstrip(b"=").decode() for one in parts)
            return jsonify(access_token="x", token_type="Bearer", id_token=f"{bare}.")
        signed = jwt.encode({"alg": "RS256", "kid": "1"}, told, provider.signing or provider.key)
        return jsonify(access_token="x", token_type="Bearer", id_token=signed)

    return app


@contextmanager
def running() -> Iterator[Provider]:
    """A provider that answers while the block lasts."""
    port = free_port()
    provider = Provider(f"http://127.0.0.1:{port}")
    server = make_server("127.0.0.1", port, _application(provider), threaded=True)
    thread = threading.Thread(target=server.serve_forever, name="identity", daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
