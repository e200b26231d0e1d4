"""Which rules a package is held to, and what each profile itself departs from."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["PROFILES", "Profile"]


@dataclass(frozen=True)
class Profile:
    """One way to write packages.

    ``own`` says that this software writes it: then nothing may be in it that no rule knows.
    ``departures`` are rules of E-ARK that the profile's own authority breaks; each is told
    apart from the faults, and any rule that is not named here stays a fault.
    """

    name: str
    eark: bool = False
    sip: bool = False
    tt05: bool = False
    own: bool = False
    bag: bool = False
    address: str = ""
    departures: frozenset[str] = frozenset()


# TT 05/2025/TT-BNV writes the address of CSIP where SIP wants its own, names no submitting
# agent, puts divisions into the map that are no folders, and has no folder for documentation.
_TT05 = frozenset({"SIP2", "SIP15", "CSIP107", "CSIPSTR16"})

PROFILES = {
    one.name: one
    for one in (
        Profile("bag", bag=True),
        Profile("bagit", bag=True, own=True),
        Profile("eark", eark=True),
        Profile("eark-sip", eark=True, sip=True),
        Profile(
            "eark-sip-2.2.0",
            eark=True,
            sip=True,
            own=True,
            address="https://earksip.dilcis.eu/profile/E-ARK-SIP-v2-2-0.xml",
        ),
        Profile(
            "tt05-sip-hoso",
            eark=True,
            sip=True,
            tt05=True,
            own=True,
            address="https://earksip.dilcis.eu/profile/E-ARK-SIP-v2-2-0.xml",
            departures=_TT05,
        ),
        Profile("tt05-aip-hoso", eark=True, tt05=True, own=True, departures=_TT05),
    )
}
