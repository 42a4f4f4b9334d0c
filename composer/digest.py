"""Digests of short texts, as hexadecimal digits. Must not know: what they are.

`hashlib` loads OpenSSL, which takes 2 ms of every command's start-up; Python's own implementations, of the same
algorithms, are there at once. SHA-256 is slower by them on much data: files go through `hashlib.file_digest`.
"""

from __future__ import annotations


def sha256_hex(data: bytes) -> str:
    """64 digits."""
    try:
        from _sha2 import sha256  # type: ignore[import-not-found]  # noqa: PLC0415 - Python 3.12 and later
    except ImportError:
        try:
            from _sha256 import sha256  # type: ignore[import-not-found]  # noqa: PLC0415 - Python 3.11
        except ImportError:  # a Python built without
            from hashlib import sha256  # noqa: PLC0415
    digest: str = sha256(data).hexdigest()
    return digest


def blake2_hex(data: bytes, size: int, key: bytes = b"") -> str:
    """BLAKE2b of `size` bytes, keyed: twice as many digits."""
    try:
        from _blake2 import blake2b  # noqa: PLC0415
    except ImportError:  # as above
        from hashlib import blake2b  # noqa: PLC0415
    digest: str = blake2b(data, digest_size=size, key=key).hexdigest()
    return digest
