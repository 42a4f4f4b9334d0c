"""Secrets and configs as a tar."""

from __future__ import annotations

import io
import tarfile

from composer.engine.archive import archive_of
from composer.model.secret import Sealed
from composer.plan.actions import Delivery


def test_files_with_owners_and_modes() -> None:
    archive = archive_of(
        (
            Delivery("/run/secrets/a", Sealed("ä"), uid=5, gid=6, mode=0o440),
            Delivery("/b", Sealed("text")),
            Delivery("/empty", Sealed("")),
        ),
        at=1700000000.9,
    )
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        found = {
            member.name: (member.uid, member.gid, oct(member.mode), member.mtime, tar.extractfile(member).read())  # type: ignore[union-attr]
            for member in tar
        }
    assert found == {
        "run/secrets/a": (5, 6, "0o440", 1700000000, "ä".encode()),
        "b": (0, 0, "0o444", 1700000000, b"text"),
    }
