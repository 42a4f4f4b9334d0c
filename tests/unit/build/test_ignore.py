"""Ignore files: which one, and its lines."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.build.ignore import parse_ignore, read_ignore
from composer.errors import ComposerError


def test_lines() -> None:
    text = "\N{ZERO WIDTH NO-BREAK SPACE}first\n# no\n  # a name\n\n /slash/ \r\n!  /kept\n!\n./a/../b\n/\n\\#x"
    assert list(parse_ignore(text)) == ["first", "# a name", "slash", "!kept", "!", "b", "/", "\\#x"]


def test_the_file_beside_the_dockerfile_goes_first(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").write_text("common\n")
    (tmp_path / "dev.Dockerfile.dockerignore").write_text("own\n")
    assert read_ignore(tmp_path, tmp_path / "dev.Dockerfile") == ("own",)
    assert read_ignore(tmp_path, tmp_path / "Dockerfile") == ("common",)
    assert read_ignore(tmp_path) == ("common",)
    assert read_ignore(tmp_path / "nowhere") == ()


def test_one_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / ".dockerignore").mkdir()
    with pytest.raises(ComposerError, match=r"cannot read .*/\.dockerignore: Is a directory"):
        read_ignore(tmp_path)
