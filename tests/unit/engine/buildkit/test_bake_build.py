"""A build handed to docker buildx: the program is a script here."""

from __future__ import annotations

from pathlib import Path

import pytest

from composer.engine.buildkit.bake import BakeBuild, updates
from composer.engine.port import BuildOutput, BuildTransfer, BuildVertex, BuildWarning
from composer.errors import BuildFailed, ComposerError
from composer.plan.recipe import Recipe

RECIPE = Recipe(context="/x", dockerfile="/x/Dockerfile", names=("a",), network="host")


def program(folder: Path, script: str) -> dict[str, str]:
    """`docker buildx version` succeeds; anything else is `script`. The environment to run it in."""
    docker = folder / "docker"
    docker.write_text(f'#!/bin/sh\n[ "$2" = version ] && exit 0\n{script}\n')
    docker.chmod(0o755)
    return {"PATH": f"{folder}:/usr/bin:/bin"}


def handed(environment: dict[str, str], builder: str = "") -> BakeBuild:
    return BakeBuild(RECIPE, reason="2 platforms", builder=builder, environment=environment)


def test_it_says_so_and_goes_on_as_the_program_tells(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = f"""
        echo "$@" > {tmp_path}/arguments
        cat > {tmp_path}/file
        echo '{{"vertexes":[{{"digest":"d","name":"RUN"}}]}}' >&2
        echo 'not of interest' >&2
        echo '{{"broken' >&2
        while [ "$1" != --metadata-file ]; do shift; done
        echo '{{"image":{{"containerimage.config.digest":"sha256:1"}}}}' > "$2"
    """
    environment = program(tmp_path, script)
    monkeypatch.setenv("PATH", environment["PATH"])
    build = handed(environment, "mine")
    assert list(build) == [
        BuildVertex("handover", "[docker buildx bake] 2 platforms", started=0, completed=0),
        BuildVertex("d", "RUN"),
    ]
    assert build.image == "sha256:1"
    arguments = (tmp_path / "arguments").read_text()
    assert arguments.startswith("buildx bake --file - --progress rawjson --metadata-file ")
    assert arguments.endswith(" --builder mine --allow fs=* --allow network.host image\n")
    assert '"tags": ["a"]' in (tmp_path / "file").read_text()


def test_its_failure_is_told_in_its_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = program(tmp_path, "echo 'ERROR: not for this driver' >&2; echo 'Learn more' >&2; exit 1")
    monkeypatch.setenv("PATH", environment["PATH"])
    with pytest.raises(BuildFailed, match="not for this driver") as caught:
        list(handed(environment))
    assert caught.value.output == ("Learn more",)


def test_without_buildx_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ComposerError, match=r"needs docker buildx \(2 platforms\), and it is not installed"):
        handed({"PATH": str(tmp_path)})


def test_closing_ends_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    environment = program(tmp_path, "exec sleep 600")
    monkeypatch.setenv("PATH", environment["PATH"])
    build = handed(environment)
    build.close()
    build.close()
    assert list(tmp_path.iterdir()) == [tmp_path / "docker"]


def test_lines_of_progress() -> None:
    told = {
        "vertexes": [
            {
                "digest": "d",
                "name": "RUN",
                "cached": True,
                "started": "2026-01-01T00:00:00.5Z",
                "completed": "2026-01-01T00:00:01Z",
            }
        ],
        "statuses": [{"vertex": "d", "id": "sending", "current": 1, "total": 2, "completed": "2026-01-01T00:00:01Z"}],
        "logs": [{"vertex": "d", "stream": 2, "data": "aGk="}],
        "warnings": [{"short": "b2Rk", "url": "http://x"}],
    }  # fmt: skip
    second = 1_767_225_600_000_000_000
    assert list(updates(told)) == [
        BuildVertex("d", "RUN", cached=True, started=second + 500_000_000, completed=second + 1_000_000_000),
        BuildTransfer("d", "sending", 1, 2, is_over=True),
        BuildOutput("d", 2, b"hi"),
        BuildWarning("odd", url="http://x"),
    ]
