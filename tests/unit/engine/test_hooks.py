"""A hook as the engine's exec fields."""

from __future__ import annotations

from composer.engine.hooks import hook_settings
from composer.model.lifecycle import Hook


def test_what_a_hook_does_not_say_is_the_containers_own() -> None:
    assert hook_settings(Hook(command=("true",))) == {"Cmd": ["true"]}


def test_a_full_hook() -> None:
    hook = Hook(
        command=("sh", "-c", "x"), user="root", privileged=True, working_dir="/w", environment={"A": "1", "B": None}
    )
    assert hook_settings(hook) == {
        "Cmd": ["sh", "-c", "x"],
        "User": "root",
        "Privileged": True,
        "WorkingDir": "/w",
        "Env": ["A=1", "B"],
    }
