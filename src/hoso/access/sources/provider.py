"""Sign-in at an identity provider: OpenID Connect, code flow with PKCE, state and nonce.

The provider says who somebody is (issuer and subject) and nothing else: its groups, names and
mail addresses give no role and tie no account.  What it says is believed only after every
check of OpenID Connect Core 1.0, section 3.1.3.7.
"""

from __future__ import annotations

import hmac
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from hoso.access.sources.errand import Errand
from hoso.kernel.errors import Forbidden, NotReady

__all__ = ["Provider", "Vouched"]

#: Signatures with a key of the provider alone: never ``none``, never a secret we share with it.
ALGORITHMS = ("RS256", "PS256", "ES256", "ES384", "EdDSA", "Ed25519")
#: Seconds our clock and the provider's may differ.
LEEWAY = 60
#: Seconds a fetched document is good for, and between two fetches at most.
KEPT = 3600.0
SECONDS = 5
_LARGEST = 1 << 20
AWAY = "The sign-in service does not answer. Try again later, or sign in with your password."
NOT_BELIEVED = "What the sign-in service answered cannot be relied on. Begin again."


@dataclass(frozen=True)
class Vouched:
    """Who the provider says it is.

    :ivar factor_shown: the provider says that it asked for a second factor (RFC 8176 ``amr``).
    """

    issuer: str
    subject: str
    factor_shown: bool = False


class Provider:
    """One identity provider; its documents are fetched when first needed and kept an hour."""

    def __init__(
        self,
        *,
        issuer: str,
        client_id: str,
        client_secret: str,
        name: str,
        trust_factor: bool = False,
        ca_file: str = "",
    ) -> None:
        self.issuer = issuer
        self.name = name
        self.trust_factor = trust_factor
        self._client_id = client_id
        self._client_secret = client_secret
        self._verify: bool | str = ca_file or True
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[float, Mapping[str, Any]]] = {}

    def __repr__(self) -> str:
        return f"<Provider {self.issuer}>"

    def address(self, errand: Errand, *, back: str) -> str:
        """Return where to send the browser.

        :param back: the address of ours that the provider sends it to afterwards.
        """
        with self._client(back) as client:
            address, _state = client.create_authorization_url(
                self._endpoint("authorization_endpoint"),
                state=errand.state,
                nonce=errand.nonce,
                code_verifier=errand.verifier,
            )
        return str(address)

    def vouched(
        self, errand: Errand, answer: Mapping[str, str], *, back: str, now: datetime
    ) -> Vouched:
        """Turn what the browser brought back into who it is.

        :raises Forbidden: where anything about it is not as it must be.
        :raises NotReady: where the provider does not answer.
        """
        if not hmac.compare_digest(answer.get("state", "").encode(), errand.state.encode()):
            raise Forbidden(NOT_BELIEVED)
        # RFC 9207: a code of another provider is not shown to this one.
        if answer.get("iss", self.issuer) != self.issuer or not answer.get("code"):
            raise Forbidden(NOT_BELIEVED)
        try:
            with self._client(back) as client:
                token = client.fetch_token(
                    self._endpoint("token_endpoint"),
                    code=answer["code"],
                    code_verifier=errand.verifier,
                    timeout=SECONDS,
                    allow_redirects=False,
                )
        except (AuthlibBaseError, ValueError, KeyError) as error:
            # A code that was used, or is of somebody else.
            raise Forbidden(NOT_BELIEVED) from error
        except requests.RequestException as error:
            raise NotReady(AWAY) from error
        return self._believed(str(token.get("id_token", "")), errand, now=now)

    def _client(self, back: str) -> OAuth2Session:
        client = OAuth2Session(
            self._client_id,
            self._client_secret,
            scope="openid",
            redirect_uri=back,
            code_challenge_method="S256",
        )
        client.verify = self._verify
        # Settings of the machine (proxies, netrc) must not decide where secrets go.
        client.trust_env = False
        return client

    def _believed(self, token: str, errand: Errand, *, now: datetime) -> Vouched:
        try:
            said = self._decoded(token)
            registry = jwt.JWTClaimsRegistry(
                now=int(now.timestamp()),
                leeway=LEEWAY,
                iss={"essential": True, "value": self.issuer},
                sub={"essential": True},
                aud={"essential": True, "value": self._client_id},
                exp={"essential": True},
                iat={"essential": True},
                nonce={"essential": True, "value": errand.nonce},
            )
            registry.validate(said)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise Forbidden(NOT_BELIEVED) from error
        audience, party = said["aud"], said.get("azp")
        several = isinstance(audience, list) and len(audience) > 1
        if (several or party is not None) and party != self._client_id:
            raise Forbidden(NOT_BELIEVED)
        subject = said["sub"]
        if not subject or len(subject) > 255:
            raise Forbidden(NOT_BELIEVED)
        ways = said.get("amr")
        shown = self.trust_factor and isinstance(ways, list) and "mfa" in ways
        return Vouched(self.issuer, subject, shown)

    def _decoded(self, token: str) -> dict[str, Any]:
        try:
            found = jwt.decode(token, self._keys(), algorithms=ALGORITHMS)
        except (JoseError, ValueError):
            # The provider may have changed its keys since they were fetched.
            found = jwt.decode(token, self._keys(anew=True), algorithms=ALGORITHMS)
        return dict(found.claims)

    def _keys(self, *, anew: bool = False) -> KeySet:
        return KeySet.import_key_set(dict(self._fetched(self._endpoint("jwks_uri"), anew=anew)))  # type: ignore[arg-type]

    def _endpoint(self, name: str) -> str:
        where = f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"
        known = self._fetched(where)
        found = known.get(name)
        # OpenID Connect Discovery 1.0, section 4.3: the very issuer that was asked.
        if known.get("issuer") != self.issuer or not isinstance(found, str):
            raise NotReady(AWAY)
        if urlsplit(found).scheme != urlsplit(self.issuer).scheme:
            raise NotReady(AWAY)
        return found

    def _fetched(self, where: str, *, anew: bool = False) -> Mapping[str, Any]:
        with self._lock:
            at, known = self._kept.get(where, (0.0, {}))
        age = time.monotonic() - at
        # Asked anew at most once in ten seconds, whatever tokens are shown to us.
        if known and age < (10.0 if anew else KEPT):
            return known
        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.get(
                    where, timeout=SECONDS, verify=self._verify, allow_redirects=False
                )
                if answer.status_code != 200 or len(answer.content) > _LARGEST:
                    raise NotReady(AWAY)
                found = answer.json()
        except (requests.RequestException, ValueError) as error:
            raise NotReady(AWAY) from error
        if not isinstance(found, dict):
            raise NotReady(AWAY)
        with self._lock:
            self._kept[where] = (time.monotonic(), found)
        return found
