"""The record of what an object was made from: what stands in it, and what does not."""

from __future__ import annotations

import base64
import json
import zlib

import pytest

from composer.plan.definition import Seal, definition_text, read_definition, salt_of, seal

SALT = salt_of("shop", "web")
DOCUMENT = {
    "command": ["sleep", "1000"],
    "entrypoint": None,
    "environment": {"LOG": "info", "DB_PASSWORD": "pass-word-1", "ODD": "odd-value", "UNSET": None},
    "healthcheck": {"test": ["CMD-SHELL", "redis-cli --requirepass pass-word-2 ping"], "interval": "10s"},
    "image": "busybox",
    "labels": {"team": "a", "api.token": "pass-word-3"},
    "logging": {
        "driver": "splunk",
        "options": {"splunk-token": "pass-word-4", "splunk-url": "https://u:pass-word-5@x"},
    },
    "ports": [{"mode": "ingress", "target": 80, "published": "8080", "protocol": "tcp"}],
    "secrets": [{"source": "db_password", "target": "/run/secrets/db_password"}],
    "tty": True,
}


def unpacked(text: str) -> str:
    packed = text.removeprefix("1.")
    return zlib.decompress(base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))).decode()


def test_it_reads_back_but_for_what_may_be_secret() -> None:
    read = read_definition(definition_text(DOCUMENT, SALT))
    assert read is not None
    assert read.salt == SALT
    assert read.document == {
        **DOCUMENT,
        "environment": {
            "LOG": seal("info", SALT),
            "DB_PASSWORD": seal("pass-word-1", SALT),
            "ODD": seal("odd-value", SALT),
            "UNSET": None,
        },
        "healthcheck": {"test": seal(DOCUMENT["healthcheck"]["test"], SALT), "interval": "10s"},  # type: ignore[index]
        "labels": {"team": "a", "api.token": seal("pass-word-3", SALT)},
        "logging": {
            "driver": "splunk",
            "options": {
                "splunk-token": seal("pass-word-4", SALT),
                "splunk-url": seal("https://u:pass-word-5@x", SALT),
            },
        },
    }


def test_no_secret_is_in_the_text() -> None:
    plain = unpacked(definition_text(DOCUMENT, SALT))
    assert "pass-word" not in plain
    assert "odd-value" not in plain
    assert json.loads(plain)[1]["ports"] == DOCUMENT["ports"]


def test_the_same_gives_the_same_and_salt_makes_the_difference() -> None:
    assert definition_text(DOCUMENT, SALT) == definition_text(dict(DOCUMENT), SALT)
    assert len(SALT) == 16
    assert salt_of("shop", "web") == SALT != salt_of("shopw", "eb")
    assert seal("x", SALT) == seal("x", SALT) != seal("x", salt_of("other", "web"))
    assert seal("1", SALT) != seal(1, SALT)


def test_it_is_small() -> None:
    plain = {"command": ["sleep", "1000"], "entrypoint": None, "image": "busybox", "networks": {"default": None}}
    assert len(definition_text(plain, SALT)) < 150


@pytest.mark.parametrize(
    "text", ["", "1.", "2.eNo", "1.!!!", "1.eNo", "nonsense", "1." + base64.b64encode(zlib.compress(b"[1]")).decode()]
)
def test_what_cannot_be_read_says_nothing(text: str) -> None:
    assert read_definition(text) is None


def test_a_seal_does_not_tell() -> None:
    assert repr(seal("word", SALT)) == f"Seal(digest={seal('word', SALT).digest!r})"
    assert isinstance(seal("word", SALT), Seal)
