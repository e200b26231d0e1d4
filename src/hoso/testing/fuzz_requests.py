"""Requests made of drawn bytes: addresses that lead somewhere with words that lead nowhere."""

from __future__ import annotations

from urllib.parse import quote

from webob import Request

__all__ = ["ADDRESSES", "a_request"]

#: Where requests go; ``{}`` is a drawn word.
ADDRESSES = (
    "/",
    "/sign-in?back={}",
    "/search?q={}",
    "/search?q={}&sort={}&page={}",
    "/search?q=a&type={}&unit={}&year={}",
    "/search/suggest?q={}",
    "/search/saved/{}",
    "/dossiers?text={}&unit={}&page={}",
    "/dossiers/{}",
    "/dossiers/T-0001/{}",
    "/dossiers/T-0001?done={}",
    "/dossiers/T-0001/why?on={}",
    "/tray/{}",
    "/units/goc/{}",
    "/batches/{}",
    "/paper/places/{}",
    "/paper/records/{}",
    "/paper/labels?of={}",
    "/consents/{}",
    "/second/{}",
    "/imports/{}",
    "/uploads/{}",
    "/due?on={}&unit={}",
    "/journal?day={}&of={}&after={}",
    "/accounts/{}",
    "/static/{}",
    "/api/v1/{}",
    "/api/v1/documents/{}",
    "/api/v1/batches/{}",
    "/api/v1/search?q={}",
    "/{}",
)
_METHODS = ("GET", "GET", "GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE", "TRACE", "X")
#: What has broken servers: signs that combine, hide, turn the writing round or are half a sign.
_WORDS = (
    "", "e\u0301\u0301\u0301", "đ", "Đơn vị", "\u200b\u200d\ufeff", "\u202eabc\u202c", "\u2066", "ẤẤẤ", "ﬀ",
    "%00", "..%2f..%2fetc", "../" * 5, "'\"><svg/onload=1>", "{0.__class__}", "{{7*7}}", "%s%n",
    "T-0001", "0000000000000", "9" * 40, "-1", "1e999", "NaN", "True", "null", "[]", "a" * 3000,
    "trạng thái:", "năm:2019..", "-", "--", '"', '""', "a AND b OR NOT", "*", "(((((", "31/02/2020", "\U0010ffff",
)  # fmt: skip
_HEADERS = (
    ("Range", "bytes=9-1,-0,"),
    ("If-None-Match", '"'),
    ("If-Modified-Since", "yesterday"),
    ("Accept", "*/*;q=x,text/"),
    ("Accept-Language", "vi-\u0111,;q=2".encode().decode("latin-1")),
    ("Content-Type", "multipart/form-data; boundary="),
    ("Content-Type", "application/json; charset=utf-7"),
    ("Content-Length", "0"),
    ("X-Forwarded-For", "' OR 1=1, ::1"),
    ("X-Forwarded-Host", "example.org"),
    ("Upload-Offset", "-1"),
    ("Cookie", 'hoso="; $Path=/; hoso_form=\\"'),
    ("Host", "[::1"),
)


class _Drawn:
    """Bytes that are read as choices, round and round."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw or b"\0"
        self._at = 0

    def number(self, below: int) -> int:
        """Return the next choice."""
        found = self._raw[self._at % len(self._raw)]
        self._at += 1
        return found % below

    def word(self) -> str:
        """Return one of the known words, or one of the bytes themselves."""
        if self.number(3):
            return _WORDS[self.number(len(_WORDS))]
        start = self._at % len(self._raw)
        self._at += 8
        return self._raw[start : start + 8].decode("utf-8", "replace")


def a_request(raw: bytes, *, session: str, key: str) -> Request:
    """Return the request that *raw* stands for, by somebody who is signed in, or by nobody."""
    drawn = _Drawn(raw)
    method = _METHODS[drawn.number(len(_METHODS))]
    pattern = ADDRESSES[drawn.number(len(ADDRESSES))]
    words = [quote(drawn.word(), safe="") for _ in range(pattern.count("{}"))]
    headers = {}
    if drawn.number(8):
        headers["Cookie"] = f"hoso={session}; hoso_form={'0' * 32}"
        headers["Authorization"] = f"Bearer {key}"
    if drawn.number(2):
        headers["X-CSRF-Token"] = "0" * 32
    for _ in range(drawn.number(3)):
        name, value = _HEADERS[drawn.number(len(_HEADERS))]
        headers[name] = value
    request = Request.blank(pattern.format(*words), method=method, headers=headers)
    if method in {"POST", "PUT", "PATCH"} and "Content-Length" not in headers:
        request.body = b"&".join(
            f"{name}={quote(drawn.word(), safe='')}".encode()
            for name in ("csrf_token", "do", "revision", "why")
        )
    return request
