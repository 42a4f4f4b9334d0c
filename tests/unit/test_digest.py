"""Digests are those of `hashlib`, whatever implementation makes them."""

from __future__ import annotations

import hashlib
import sys

import pytest

from composer.digest import blake2_hex, sha256_hex


@pytest.fixture(params=[(), ("_sha2", "_sha256", "_blake2")], ids=["own", "openssl"])
def _implementation(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in request.param:
        monkeypatch.setitem(sys.modules, name, None)


@pytest.mark.usefixtures("_implementation")
@pytest.mark.parametrize("data", [b"", b"web", b"\0" * 1000])
def test_the_same_as_the_standard_library(data: bytes) -> None:
    assert sha256_hex(data) == hashlib.sha256(data).hexdigest()
    assert blake2_hex(data, 9, b"salt") == hashlib.blake2b(data, digest_size=9, key=b"salt").hexdigest()
