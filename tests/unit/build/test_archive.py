"""A context as a tar stream."""

from __future__ import annotations

import io
import os
import tarfile
from pathlib import Path

import pytest

from composer.build.archive import FOREIGN, dockerfile_name, send_context
from composer.errors import ComposerError
from composer.plan.recipe import Recipe


def recipe(context: Path, **more: str) -> Recipe:
    return Recipe(**{"context": str(context), "dockerfile": f"{context}/Dockerfile", "names": ("a",), **more})  # type: ignore[arg-type]


def sent(made: Recipe) -> tarfile.TarFile:
    pieces: list[bytes] = []
    send_context(made, pieces.append)
    return tarfile.open(fileobj=io.BytesIO(b"".join(pieces)))


@pytest.fixture
def context(tmp_path: Path) -> Path:
    root = tmp_path / "context"
    for name in ("Dockerfile", "dir/file", "dir/left.log", "other.Dockerfile"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    (root / ".dockerignore").write_text("**/*.log\nDockerfile\n.dockerignore\n")
    (root / "link").symlink_to("dir/file")
    os.link(root / "dir/file", root / "hard")
    (root / "dir").chmod(0o700)
    return root


def test_what_is_in_it(context: Path) -> None:
    tar = sent(recipe(context))
    assert [member.name for member in tar] == [
        ".dockerignore", "Dockerfile", "dir", "dir/file", "hard", "link", "other.Dockerfile",
    ]  # fmt: skip
    assert [tar.getmember("dir").mode, tar.getmember("dir").uid] == [0o700, 0]
    assert [(tar.getmember(name).type, tar.getmember(name).linkname) for name in ("link", "hard")] == [
        (tarfile.SYMTYPE, "dir/file"),
        (tarfile.LNKTYPE, "dir/file"),
    ]
    file = tar.extractfile("dir/file")
    assert file is not None
    assert file.read() == b"dir/file"


@pytest.mark.parametrize(
    ("there", "sent_text"),
    [(b"*.log", b"*.log\n.dockerfile.composer\n"), (None, b".dockerignore\n.dockerfile.composer\n")],
)
def test_the_builder_is_told_to_leave_out_what_is_not_the_contexts(
    context: Path, there: bytes | None, sent_text: bytes
) -> None:
    if there is None:
        (context / ".dockerignore").unlink()
    else:
        (context / ".dockerignore").write_bytes(there)
    tar = sent(recipe(context, dockerfile="", inline="FROM inline"))
    assert [member.name for member in tar].count(".dockerignore") == 1
    file = tar.extractfile(".dockerignore")
    assert file is not None
    assert file.read() == sent_text


def test_a_dockerfile_from_elsewhere_comes_under_a_name_of_its_own(context: Path, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_text("FROM elsewhere")
    for made, text in (
        (recipe(context, dockerfile=f"{tmp_path}/elsewhere"), b"FROM elsewhere"),
        (recipe(context, dockerfile="", inline="FROM inline"), b"FROM inline"),
    ):
        file = sent(made).extractfile(FOREIGN)
        assert file is not None
        assert (file.read(), dockerfile_name(made)) == (text, FOREIGN)
    assert dockerfile_name(recipe(context, dockerfile=f"{context}/sub/Df")) == "sub/Df"
    with pytest.raises(ComposerError, match=r"cannot read .*/nowhere"):
        sent(recipe(context, dockerfile=f"{tmp_path}/nowhere"))
