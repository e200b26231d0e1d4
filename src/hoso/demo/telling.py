"""How making the demo tells where it is."""

from __future__ import annotations

from typing import Protocol

__all__ = ["Teller"]


class Teller(Protocol):
    """Somebody to talk to; ``hoso.cli.output.Output`` is one."""

    def say(self, text: str) -> None: ...

    def progress(self, text: str) -> None: ...
