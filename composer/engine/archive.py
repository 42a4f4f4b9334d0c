"""Files for a container as one tar archive.

Pure. Must not know: where the content comes from, the engine client.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from composer.plan.actions import Delivery


def archive_of(deliveries: Iterable[Delivery], *, at: float) -> bytes:
    """A tar to be unpacked at `/`. `at`: seconds since 1970, the files' time. An empty text makes no file."""
    import io  # noqa: PLC0415 - only who has something to deliver pays for it
    import tarfile  # noqa: PLC0415

    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for delivery in deliveries:
            content = delivery.content.reveal().encode() if delivery.content is not None else b""
            if not content:
                continue
            member = tarfile.TarInfo(delivery.target.lstrip("/"))
            member.size, member.mode, member.mtime = len(content), delivery.mode, int(at)
            member.uid, member.gid = delivery.uid, delivery.gid
            tar.addfile(member, io.BytesIO(content))
    return archive.getvalue()
