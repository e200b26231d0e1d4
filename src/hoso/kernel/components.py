"""Plug-ins: registered through one directive, looked up by interface and name.

``config.add_plugin(IPackageFormat, BagIt, name="bagit")`` makes a Pyramid action whose
discriminator is (interface, name): two packages that claim one name stop the start with
both places named.  The registry is passed, never global.
"""

from __future__ import annotations

from typing import Any

from zope.interface.interface import InterfaceClass
from zope.interface.verify import verifyObject

from hoso.kernel.errors import Missing

__all__ = ["Plugins", "add_plugin"]


class Plugins:
    """The plug-ins of one site, by interface and name."""

    def __init__(self) -> None:
        self._known: dict[tuple[InterfaceClass, str], Any] = {}

    def register(self, interface: InterfaceClass, plugin: Any, *, name: str) -> None:
        """Add a plug-in; it must provide the interface and the name must be free."""
        verifyObject(interface, plugin)
        key = (interface, name)
        if key in self._known:
            raise ValueError(
                f"{interface.__name__} {name!r} is both {self._known[key]!r} and {plugin!r}"
            )
        self._known[key] = plugin

    def get(self, interface: InterfaceClass, name: str) -> Any:
        """Return the plug-in; a failed look-up lists what there is."""
        try:
            return self._known[interface, name]
        except KeyError:
            raise Missing(
                "There is no {interface} named {name!r}; there are: {known}",
                interface=interface.__name__,
                name=name,
                known=", ".join(self.names(interface)) or "none",
            ) from None

    def names(self, interface: InterfaceClass) -> list[str]:
        """Return the registered names, in order."""
        return sorted(name for known, name in self._known if known is interface)

    def all(self) -> list[tuple[InterfaceClass, str, Any]]:
        """Return every plug-in as (interface, name, plug-in)."""
        return [(interface, name, plugin) for (interface, name), plugin in self._known.items()]


def add_plugin(config: Any, interface: InterfaceClass, plugin: Any, *, name: str) -> None:
    """Pyramid directive: register *plugin* under (interface, name)."""
    config.action(
        ("hoso plugin", interface, name),
        config.registry.plugins.register,
        args=(interface, plugin),
        kw={"name": name},
    )
