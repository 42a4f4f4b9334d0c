"""A service's `post_start` or `pre_stop` command, run by exec in its container.

Must not know: when a hook is due, what follows when it fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from composer.engine.healthprobe import run_command

if TYPE_CHECKING:
    from composer.engine.connect import Address
    from composer.engine.healthprobe import Tell
    from composer.engine.port import ProbeOutput
    from composer.model.lifecycle import Hook

PATIENCE = 86_400.0  # seconds: the reference sets no limit


def run_hook(address: Address, api: str, container: str, hook: Hook, tell: Tell | None = None) -> ProbeOutput:
    """`api` is the path prefix (`/v1.51`). `tell`: gets the output as it comes.

    Raises NotFound, Conflict (it does not run), EngineUnreachable.
    """
    return run_command(address, api, container, settings=hook_settings(hook), timeout=PATIENCE, tell=tell)


def hook_settings(hook: Hook) -> dict[str, Any]:
    """The engine's fields; what the hook does not say is the container's own."""
    settings: dict[str, Any] = {"Cmd": list(hook.command or ())}
    if hook.user:
        settings["User"] = hook.user
    if hook.privileged:
        settings["Privileged"] = True
    if hook.working_dir:
        settings["WorkingDir"] = hook.working_dir
    if hook.environment:
        settings["Env"] = [key if value is None else f"{key}={value}" for key, value in hook.environment.items()]
    return settings
