"""The list a master package has of the packages a large dossier was cut into.

Each is named with the digest of the file that covers all others in it: whoever has the master has
the digest of every byte of the dossier.
"""

from __future__ import annotations

from collections.abc import Sequence

from hoso.preservation.metadata.dossier_json import canonical
from hoso.preservation.package import Segment

__all__ = ["FORMAT", "segments_json"]

FORMAT = "hoso-segments-1"


def segments_json(master: str, segments: Sequence[Segment]) -> bytes:
    """Write the list; the first segment is number one."""
    return canonical(
        {
            "format": FORMAT,
            "master": master,
            "segments": [
                {
                    "number": number,
                    "objid": one.objid,
                    "tagmanifest-sha512": one.sha512,
                    "payload-oxum": f"{one.octets}.{one.files}",
                    "documents": list(one.documents),
                }
                for number, one in enumerate(segments, start=1)
            ],
        }
    )
