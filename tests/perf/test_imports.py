"""What each command may load. Module absence is checked, not time: it does not depend on the machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROBE = """
import sys
sys.argv = ["composer", *{arguments!r}]
try:
    from composer.__main__ import main
    main()
except SystemExit:
    pass
sys.stderr.write("\\nLOADED " + " ".join(sorted({{name.split('.')[0] for name in sys.modules}})))
"""


def loaded_by(*arguments: str, cwd: Path) -> set[str]:
    """Top-level modules in the process after `composer *arguments`."""
    code = PROBE.format(arguments=list(arguments))
    done = subprocess.run([sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, check=True, timeout=60)
    return set(done.stderr.rsplit("LOADED ", 1)[1].split())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "compose.yaml").write_text("services:\n  a:\n    image: busybox\n  b:\n    image: busybox\n")
    return tmp_path


def test_the_version_costs_the_interpreter_only(folder: Path) -> None:
    heavy = {"typer", "click", "yaml", "pydantic", "pydantic_core", "docker", "rich", "networkx", "json", "re"}
    assert loaded_by("version", cwd=folder) & heavy == set()


def test_config_never_loads_the_engine_side(folder: Path) -> None:
    heavy = {"docker", "requests", "networkx", "rich", "pydantic", "asyncio", "http"}
    assert loaded_by("config", "--quiet", cwd=folder) & heavy == set()


def test_a_dry_run_of_independent_services_loads_no_client_that_could_write(folder: Path) -> None:
    heavy = {"docker", "requests", "networkx", "rich", "pydantic", "asyncio", "http"}
    assert loaded_by("--dry-run", "up", "-d", cwd=folder) & heavy == set()


def test_images_are_listed_and_moved_without_the_sdk(folder: Path) -> None:
    heavy = {"docker", "requests", "networkx", "rich", "pydantic", "asyncio", "http"}
    assert loaded_by("-p", "nobody", "images", cwd=folder) & (heavy | {"yaml", "pydantic_core"}) == set()
    assert loaded_by("pull", cwd=folder) & heavy == set()


def test_help_needs_no_more_than_the_parser_of_flags(folder: Path) -> None:
    heavy = {"docker", "requests", "networkx", "rich", "pydantic", "pydantic_core", "yaml", "asyncio", "http"}
    assert loaded_by("--help", cwd=folder) & heavy == set()
    assert loaded_by("up", "--help", cwd=folder) & heavy == set()


def test_the_library_is_free_until_it_is_used(folder: Path) -> None:
    code = "import sys, composer; sys.stderr.write('LOADED ' + ' '.join(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True, timeout=60
    )
    heavy = {"typer", "click", "yaml", "pydantic", "pydantic_core", "docker", "rich", "networkx", "json"}
    assert set(done.stderr.split()) & heavy == set()
