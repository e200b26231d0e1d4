"""An identity provider over the wire: believed when all is right, and not otherwise."""

from __future__ import annotations

import base64
import json
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from hoso.access.sources.errand import Errand, opened, sealed
from hoso.access.sources.provider import Provider
from hoso.kernel.errors import Forbidden, NotReady
from hoso.testing.provider import CLIENT, SECRET, serving

BACK = "https://hoso.example.vn/sign-in/provider/back"


@pytest.fixture(scope="module")
def running():
    with serving() as idp:
        yield idp


@pytest.fixture
def idp(running):
    """The provider, honest again."""
    running.lie, running.write, running.said_issuer = (lambda _claims: None), running.signed, ""
    running.subject = "lan@idp"
    return running


@pytest.fixture
def provider(idp):
    return Provider(issuer=idp.issuer, client_id=CLIENT, client_secret=SECRET, name="IdP")


def errand():
    return Errand.new(back="/", now=datetime.now(UTC))


def at_the_provider(provider, errand):
    """Do what the browser does: go there, and come back with what it is given."""
    with requests.Session() as browser:
        browser.trust_env = False
        answer = browser.get(provider.address(errand, back=BACK), allow_redirects=False, timeout=5)
    query = parse_qs(urlsplit(answer.headers["Location"]).query)
    return {name: values[0] for name, values in query.items()}


def sign_in(provider, errand_, **changed):
    brought = {**at_the_provider(provider, errand_), **changed}
    return provider.vouched(errand_, brought, back=BACK, now=datetime.now(UTC))


def test_who_signed_in_there_is_who_it_says(provider, idp):
    found = sign_in(provider, errand())

    assert (found.issuer, found.subject, found.factor_shown) == (idp.issuer, "lan@idp", False)


def test_the_browser_takes_along_a_challenge_and_never_a_secret(provider):
    """RFC 7636: S256; OpenID Connect Core 3.1.2.1: nonce, scope openid."""
    mine = errand()
    query = parse_qs(urlsplit(provider.address(mine, back=BACK)).query)

    assert query["code_challenge_method"] == ["S256"]
    assert (query["state"], query["nonce"]) == ([mine.state], [mine.nonce])
    assert (query["scope"], query["response_type"]) == (["openid"], ["code"])
    assert mine.verifier not in str(query)
    assert SECRET not in str(query)


def _claims(**changed):
    return lambda claims: claims.update(changed)


LIES = {
    "another nonce": _claims(nonce="x"),
    "no nonce": lambda claims: claims.pop("nonce"),
    "another audience": _claims(aud="somebody"),
    "no audience": lambda claims: claims.pop("aud"),
    "several audiences and no party": _claims(aud=[CLIENT, "somebody"]),
    "issued to another party": _claims(aud=[CLIENT, "b"], azp="b"),
    "another issuer": _claims(iss="https://elsewhere"),
    "over": _claims(exp=int(time.time()) - 3600),
    "no end": lambda claims: claims.pop("exp"),
    "issued tomorrow": _claims(iat=int(time.time()) + 86400),
    "nobody": _claims(sub=""),
    "no subject": lambda claims: claims.pop("sub"),
    "a number as subject": _claims(sub=7),
    "a subject beyond measure": _claims(sub="x" * 300),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES)
def test_a_claim_that_is_not_as_it_must_be_is_not_believed(provider, idp, lie):
    idp.lie = lie

    with pytest.raises(Forbidden):
        sign_in(provider, errand())


def _unsigned(claims):
    def part(said):
        return base64.urlsafe_b64encode(json.dumps(said).encode()).decode().rstrip("=")

    return f"{part({'alg': 'none'})}.{part(claims)}."


def _with_our_secret(claims):
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET))


def _with_another_key(claims):
    other = RSAKey.generate_key(2048, {"kid": "1"})
    return jwt.encode({"alg": "RS256", "kid": "1"}, claims, other)


@pytest.mark.parametrize(
    "write",
    [_unsigned, _with_our_secret, _with_another_key, lambda _claims: "", lambda _c: "a.b.c"],
)
def test_a_token_the_provider_did_not_sign_is_not_believed(provider, idp, write):
    """RFC 8725 section 3.1: the algorithm is ours to choose, not the token's."""
    idp.write = write

    with pytest.raises(Forbidden):
        sign_in(provider, errand())


def test_a_public_key_used_as_a_secret_is_not_believed(provider, idp):
    """RFC 8725 section 2.1: the oldest trick with these tokens."""
    public = idp.key.as_pem(private=False)
    idp.write = lambda claims: jwt.encode(
        {"alg": "HS256", "kid": "1"}, claims, OctKey.import_key(base64.b64encode(public).decode())
    )

    with pytest.raises(Forbidden):
        sign_in(provider, errand())


def test_another_state_is_another_browsers(provider):
    with pytest.raises(Forbidden):
        sign_in(provider, errand(), state="x")


def test_a_code_of_another_provider_is_not_shown_to_this_one(provider):
    """RFC 9207."""
    with pytest.raises(Forbidden):
        sign_in(provider, errand(), iss="https://elsewhere")


def test_a_code_is_good_once(provider):
    mine = errand()
    brought = at_the_provider(provider, mine)
    provider.vouched(mine, brought, back=BACK, now=datetime.now(UTC))

    with pytest.raises(Forbidden):
        provider.vouched(mine, brought, back=BACK, now=datetime.now(UTC))


def test_a_stolen_code_opens_nothing_without_the_verifier(provider):
    theirs, mine = errand(), errand()
    brought = at_the_provider(provider, theirs)

    with pytest.raises(Forbidden):
        provider.vouched(mine, {**brought, "state": mine.state}, back=BACK, now=datetime.now(UTC))


def test_keys_that_were_changed_are_fetched_again(provider, idp):
    sign_in(provider, errand())
    provider._kept = {
        where: (at - 20, {"keys": []} if where.endswith("/keys") else known)
        for where, (at, known) in provider._kept.items()
    }

    assert sign_in(provider, errand()).subject == "lan@idp"


def test_a_second_factor_there_counts_only_where_the_site_trusts_it(provider, idp):
    """RFC 8176: ``amr`` holds ``mfa``."""
    idp.lie = _claims(amr=["pwd", "mfa"])
    trusting = Provider(
        issuer=idp.issuer, client_id=CLIENT, client_secret=SECRET, name="", trust_factor=True
    )

    assert not sign_in(provider, errand()).factor_shown
    assert sign_in(trusting, errand()).factor_shown


def test_a_provider_that_gives_itself_another_name_is_not_asked(idp):
    idp.said_issuer = "https://elsewhere"
    provider = Provider(issuer=idp.issuer, client_id=CLIENT, client_secret=SECRET, name="")

    with pytest.raises(NotReady):
        provider.address(errand(), back=BACK)


def test_a_provider_that_is_away_is_told_as_that():
    provider = Provider(issuer="http://127.0.0.1:1", client_id="x", client_secret="y", name="")

    with pytest.raises(NotReady, match="does not answer"):
        provider.address(errand(), back=BACK)


def test_the_secret_is_not_shown(provider):
    assert SECRET not in repr(provider)


def test_what_a_browser_carries_is_ours_or_nothing():
    now = datetime.now(UTC)
    mine = Errand.new(back="/dossiers", now=now)
    text = sealed("s", mine)

    assert opened("s", text, now=now) == mine
    assert opened("t", text, now=now) is None
    assert opened("s", text[1:], now=now) is None
    assert opened("s", text, now=now + timedelta(minutes=11)) is None
    assert opened("s", "", now=now) is None
    assert opened("s", "ả.b", now=now) is None
