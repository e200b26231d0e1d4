"""Passwords kept in a directory (LDAP, RFC 4511): look the person up, then bind as him.

The directory says whether a password fits and nothing else.  Roles, clearance and dossier are
the site's own; groups of the directory are not read.
"""

from __future__ import annotations

import ssl
import warnings
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from hoso.kernel.errors import NotReady

with warnings.catch_warnings():
    # ldap3 2.9.1 imports pyasn1 names that pyasn1 0.6 warns about.
    warnings.simplefilter("ignore", DeprecationWarning)
    import ldap3
    from ldap3.core.exceptions import LDAPException
    from ldap3.utils.conv import escape_filter_chars

__all__ = ["Directory"]

#: RFC 4511 section 4.1.9: the password is wrong, or the account is closed there.  What else a
#: directory answers says that it has trouble.
_REFUSED = {32, 34, 48, 49, 53}
AWAY = (
    "The directory that keeps your password does not answer. Try again later; accounts whose "
    "password is kept here still open."
)


@dataclass(frozen=True)
class Directory:
    """How to reach the directory.

    :ivar url: ``ldaps://host`` or ``ldap://host``; the latter is encrypted by StartTLS.
    :ivar base: where below people are.
    :ivar attribute: which attribute is the login.
    :ivar bind_dn: whom to look people up as; "" for nobody in particular.
    :ivar ca_file: certificates of who signed the directory's; "" for those of the system.
    :ivar seconds: how long to wait for an answer.
    """

    url: str
    base: str
    attribute: str = "uid"
    bind_dn: str = ""
    bind_password: str = field(default="", repr=False)
    ca_file: str = ""
    seconds: int = 5

    def fits(self, login: str, password: str) -> bool:
        """Say whether the directory takes *password* for *login*.

        :raises NotReady: where it does not answer, or not as the one we know.
        """
        # RFC 4513 section 5.1.2: a bind without a password succeeds and proves nothing.
        if not login or not password or "\x00" in password:
            return False
        try:
            who = self._find(login)
            return who is not None and self._bind(who, password)
        except (LDAPException, OSError) as error:
            # Which host and why is for the log of the caller; a person is told what to do.
            raise NotReady(AWAY) from error

    def _find(self, login: str) -> str | None:
        """Return the name of the one entry that has the login; ``None`` where none or many."""
        connection = self._connect(self.bind_dn, self.bind_password)
        if connection is None:
            raise NotReady(AWAY)
        try:
            wanted = f"({self.attribute}={escape_filter_chars(login)})"
            connection.search(
                self.base,
                wanted,
                attributes=ldap3.NO_ATTRIBUTES,
                size_limit=2,
                time_limit=self.seconds,
            )
            if connection.result["result"] not in {0, 4, 32}:
                raise NotReady(AWAY)
            # Pointers to other servers are not followed: nobody vouches for them.
            found = [each["dn"] for each in connection.response if each["type"] == "searchResEntry"]
        finally:
            _hang_up(connection)
        return str(found[0]) if len(found) == 1 and found[0] else None

    def _bind(self, who: str, password: str) -> bool:
        connection = self._connect(who, password)
        if connection is None:
            return False
        _hang_up(connection)
        return True

    def _connect(self, who: str, password: str) -> Any:
        """Return a connection bound as *who*; ``None`` where the password is not taken."""
        split = urlsplit(self.url)
        server = ldap3.Server(
            split.hostname or "",
            port=split.port,
            use_ssl=split.scheme == "ldaps",
            tls=_Line(ca_certs_file=self.ca_file or None),
            get_info=ldap3.NONE,
            connect_timeout=self.seconds,
        )
        connection = ldap3.Connection(
            server,
            user=who or None,
            password=password or None,
            authentication=ldap3.SIMPLE if who else ldap3.ANONYMOUS,
            auto_bind=ldap3.AUTO_BIND_NONE,
            auto_referrals=False,
            receive_timeout=self.seconds,
            raise_exceptions=False,
            read_only=True,
        )
        try:
            connection.open()
            # The password is not sent before the line is closed to others.
            if split.scheme == "ldap" and not connection.start_tls():
                raise NotReady(AWAY)
            if connection.bind():
                return connection
            refused = connection.result["result"]
        except BaseException:
            _hang_up(connection)
            raise
        _hang_up(connection)
        if refused in _REFUSED:
            return None
        raise NotReady(AWAY)


class _Line(ldap3.Tls):  # type: ignore[misc]
    """TLS as Python's own library does it; that of ldap3 leaves the host name to old code."""

    def __init__(self, *, ca_certs_file: str | None) -> None:
        super().__init__(validate=ssl.CERT_REQUIRED, ca_certs_file=ca_certs_file)

    def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:  # noqa: FBT001, FBT002
        """Shake hands at once, with whom the address names and nobody else."""
        del do_handshake
        context = ssl.create_default_context(cafile=self.ca_certs_file)
        connection.socket = context.wrap_socket(
            connection.socket, server_hostname=connection.server.host
        )


def _hang_up(connection: Any) -> None:
    if connection.socket is not None:
        connection.socket.close()
