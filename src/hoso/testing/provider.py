"""A small OpenID provider for tests: discovery, authorization, token and keys over HTTP.

It keeps the rules of a real one (a code is good once, for who asked, with the verifier that
fits), and can be told to lie.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey

__all__ = ["CLIENT", "SECRET", "IdentityProvider", "serving"]

CLIENT = "hoso"
SECRET = "bi-mat-cua-hoso-2026"  # noqa: S105 - of an invented client


class IdentityProvider:
    """What it says and how it lies.

    :ivar subject: who is signed in there.
    :ivar lie: changes the claims before they are signed.
    :ivar write: writes the ID token, in place of the honest signature.
    """

    def __init__(self) -> None:
        self.key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
        self.subject = "lan@idp"
        self.lie: Callable[[dict[str, Any]], None] = lambda _claims: None
        self.write: Callable[[dict[str, Any]], str] = self.signed
        self.now: Callable[[], float] = time.time
        self.issuer = ""
        self.said_issuer = ""
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []

    def signed(self, claims: dict[str, Any]) -> str:
        """Sign as an honest provider does."""
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, claims, self.key)

    def authorize(self, query: dict[str, str]) -> str:
        """Return where the browser is sent: with a code for who asked."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = query
        said = urlencode({"code": code, "state": query["state"]})
        return f"{query['redirect_uri']}?{said}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Return what a code is exchanged for."""
        asked = self.codes.pop(form.get("code", ""), None)
        known = base64.b64encode(f"{CLIENT}:{SECRET}".encode()).decode()
        proof = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(proof).decode().rstrip("=")
        if authorization != f"Basic {known}":
            return 401, {"error": "invalid_client"}
        if asked is None or asked["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant"}
        now = int(self.now())
        claims: dict[str, Any] = {
            "iss": self.issuer,
            "sub": self.subject,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
            "groups": ["hoso-account-admin"],
            "email": "admin@mau.vn",
        }
        self.lie(claims)
        return 200, {"access_token": "x", "token_type": "Bearer", "id_token": self.write(claims)}


def _handler(provider: IdentityProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            split = urlsplit(self.path)
            provider.asked.append(split.path)
            issuer = provider.issuer
            if split.path == "/.well-known/openid-configuration":
                self._say(
                    200,
                    {
                        "issuer": provider.said_issuer or issuer,
                        "authorization_endpoint": f"{issuer}/authorize",
                        "token_endpoint": f"{issuer}/token",
                        "jwks_uri": f"{issuer}/keys",
                    },
                )
            elif split.path == "/keys":
                self._say(200, dict(KeySet([provider.key]).as_dict(private=False)))
            elif split.path == "/authorize":
                query = {name: values[0] for name, values in parse_qs(split.query).items()}
                self.send_response(302)
                self.send_header("Location", provider.authorize(query))
                self.send_header("Content-Length", "0")
                self.end_headers()
            else:
                self._say(404, {})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            self._say(*provider.token(form, self.headers.get("Authorization", "")))

        def _say(self, status: int, said: dict[str, Any]) -> None:
            body = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_said: Any) -> None:
            """Say nothing: the test asks ``provider.asked``."""

    return Handler


@contextlib.contextmanager
def serving() -> Iterator[IdentityProvider]:
    """Let a provider answer on a port of this machine while the block runs."""
    provider = IdentityProvider()
    with ThreadingHTTPServer(("127.0.0.1", 0), _handler(provider)) as server:
        provider.issuer = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield provider
        finally:
            server.shutdown()
            thread.join(timeout=5)
