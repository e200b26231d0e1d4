"""plone.api's names over the desk, for scripts and add-ons.

``from hoso import api`` in place of ``from plone import api``: ``api.content``, ``api.user``,
``api.portal``, ``api.env`` and ``api.exc`` have the names and keyword arguments of plone.api
where this site can do the same, and nothing where it cannot.  Each call goes through an act of
the desk: same permission, same journal entry, same errors as the pages and the commands.

What differs from plone.api, throughout:

* A script says which site it works on, ``with api.env.open_site("var", username="tccb"):``.
  The block is one transaction, committed at its end; an error leaves nothing behind.
* What one may not see is not there: functions that look something up return ``None``.
* There is no ``unrestricted``, and no way to delete: papers are withdrawn, with a reason.
* Arguments that mean nothing here are not accepted, rather than ignored.
"""

from __future__ import annotations

from hoso.api import content, env, exc, portal, user

__all__ = ["content", "env", "exc", "portal", "user"]
