"""Digests of what stands behind secrets and configs."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from composer.load.contents import content_digests
from composer.load.pipeline import load_project
from composer.load.request import LoadRequest
from composer.model.project import Project

KEY = b"\xff\x00key"
FILE = """
services:
  web:
    image: busybox
    secrets: [key, word, unset]
    configs: [app, page, gone, folder, pipe]
  db:
    image: busybox
    configs: [page]
secrets:
  key: {file: ./key}
  word: {environment: WORD}
  unset: {environment: UNSET}
  unused: {file: ./unused}
configs:
  app: {content: "level = ${LEVEL}"}
  page: {file: ./page}
  gone: {file: ./gone}
  folder: {file: ./folder}
  pipe: {file: ./pipe}
"""


def loaded(folder: Path, **variables: str) -> Project:
    request = LoadRequest(cwd=str(folder), environment=variables, files=("-",), stdin_text=FILE)
    return load_project(request).project


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_each_kind_of_content(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(KEY)
    (tmp_path / "page").write_bytes(b"p" * 3_000_000)
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    found = content_digests(loaded(tmp_path, LEVEL="info", WORD="word"))
    assert {path: sealed.reveal() for path, sealed in found.items()} == {
        "secrets.key": f"file {tmp_path}/key {digest(KEY)}",
        "secrets.word": f"text {digest(b'word')}",
        "configs.app": f"text {digest(b'level = info')}",
        "configs.page": f"file {tmp_path}/page {digest(b'p' * 3_000_000)}",
    }
    assert repr(found["secrets.word"]) == "<sealed>"


def test_another_variable_is_another_content(tmp_path: Path) -> None:
    one, other = (content_digests(loaded(tmp_path, LEVEL=level))["configs.app"] for level in ("info", "debug"))
    assert one != other
