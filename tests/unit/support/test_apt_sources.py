"""The source of a newer suite is the machine's own with another suite name."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.machine import apt
from tests.support.machine.announce import SetUpError

DEB822 = """\
# the mirror of the house
Types: deb deb-src
URIs: https://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/house.gpg

Types: deb
URIs: https://mirror.example/security
Suites: bookworm-security
Components: main
"""
WANTED = "Types: deb\nURIs: https://mirror.example/debian\nSuites: newer\nComponents: main\n"


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with suite bookworm and no source yet."""
    monkeypatch.setattr(apt, "SOURCES", (tmp_path / "sources.list.d", tmp_path / "sources.list"))
    monkeypatch.setattr(apt, "release", {"VERSION_CODENAME": "bookworm"}.get)
    (tmp_path / "sources.list.d").mkdir()
    return tmp_path


def test_from_a_stanza_with_its_key(sources: Path) -> None:
    (sources / "sources.list.d" / "debian.sources").write_text(DEB822)
    assert apt.source_of("newer") == WANTED + "Signed-By: /usr/share/keyrings/house.gpg\n"


@pytest.mark.parametrize(
    ("line", "key"),
    [
        ("deb https://mirror.example/debian bookworm main contrib  # ours", ""),
        (
            "deb [arch=amd64 signed-by=/usr/share/keyrings/house.gpg] https://mirror.example/debian bookworm main",
            "Signed-By: /usr/share/keyrings/house.gpg\n",
        ),
    ],
)
def test_from_a_one_line_source(sources: Path, line: str, key: str) -> None:
    other = "deb-src https://mirror.example/debian bookworm main\ndeb https://mirror.example/other stable main\n"
    (sources / "sources.list").write_text(f"{other}{line}\n")
    assert apt.source_of("newer") == WANTED + key


def test_a_source_of_another_suite_alone_does_not_serve(sources: Path) -> None:
    (sources / "sources.list").write_text("deb https://mirror.example/debian trixie main\n")
    with pytest.raises(SetUpError, match="bookworm"):
        apt.source_of("newer")
