"""The cases of this folder use every attribute of the format; no engine is needed to see it."""

from __future__ import annotations

from pathlib import Path

from tests.support.format_coverage import rows, used_in

HERE = Path(__file__).parent

# Row → why no project can be brought up with it here. `config/` has cases of their reading.
NOT_BROUGHT_UP = {
    "services.*.ulimits.*.single": "how the loader writes the short form down; no key of a file",
    "services.*.build.ulimits.*.single": "the same",
    "services.*.pre_start": "newer releases of docker compose know it; tests/integration/test_hooks.py",
    **dict.fromkeys(
        (
            f"services.*.pre_start.{key}"
            for key in ("command", "environment", "image", "per_replica", "privileged", "user", "working_dir")
        ),
        "the same",
    ),
    "services.*.provider": "needs its program: test_providers_against_compose.py",
    "services.*.provider.type": "the same",
    "services.*.provider.options": "the same",
    "services.*.models": "needs a model runner; without one both tools refuse the project",
    "services.*.models.*.endpoint_var": "the same",
    "services.*.models.*.model_var": "the same",
}


def test_every_attribute_is_in_a_case() -> None:
    assert set(rows()) - used_in(HERE / "cases") == set(NOT_BROUGHT_UP)
