"""Which way leads to which destination."""

from __future__ import annotations

from functools import partial

from hoso.preservation.delivery.destinations import Destination, Folder, Sftp
from hoso.preservation.delivery.to_folder import bring_to_folder
from hoso.preservation.delivery.to_rest import bring_to_rest
from hoso.preservation.delivery.to_sftp import bring_to_sftp
from hoso.preservation.delivery.transport import Transport

__all__ = ["way_to"]


def way_to(destination: Destination) -> Transport:
    """Return what brings a parcel to a destination."""
    if isinstance(destination, Folder):
        return partial(bring_to_folder, destination=destination)
    if isinstance(destination, Sftp):
        return partial(bring_to_sftp, destination=destination)
    return partial(bring_to_rest, destination=destination)
