"""Composer: a Compose-style multi-container orchestrator. The command `composer` is `composer.cli`.

The same from Python, here on an engine in memory (without `engine=` on the one that the environment leads to):

>>> from composer import FakeEngine, LoadRequest, Stack
>>> request = LoadRequest(cwd="/srv/shop", environment={}, files=("-",), stdin_text="services: {web: {image: busybox}}")
>>> with Stack.open(request, engine=FakeEngine(images=["busybox"])) as stack:
...     result = stack.up()
>>> result.ok, result.left_running
(True, ('shop-web-1',))

Public are the names in `__all__`; each is loaded on first use, so that `import composer` costs nothing.
"""

from __future__ import annotations

__version__ = "0.1.0"

__all__ = [
    "ComposerError",
    "Conflict",
    "Diagnostic",
    "DownOptions",
    "EngineError",
    "EngineRefused",
    "EngineUnreachable",
    "Failure",
    "FakeEngine",
    "LoadError",
    "LoadRequest",
    "Loaded",
    "NotFound",
    "Plan",
    "PlanError",
    "Project",
    "RunPolicy",
    "RunResult",
    "Service",
    "Span",
    "Stack",
    "UpOptions",
    "UsageError",
    "__version__",
    "load_project",
]

# module → its public names
_HOMES = {
    "composer.api": ("Stack", "load_project"),
    "composer.diagnostics": ("Diagnostic", "Span"),
    "composer.engine.fake": ("FakeEngine",),
    "composer.errors": (
        "ComposerError",
        "Conflict",
        "EngineError",
        "EngineRefused",
        "EngineUnreachable",
        "LoadError",
        "NotFound",
        "PlanError",
        "UsageError",
    ),
    "composer.events.types": ("Failure", "RunResult"),
    "composer.execute.policy": ("RunPolicy",),
    "composer.load.request": ("LoadRequest", "Loaded"),
    "composer.model.project": ("Project",),
    "composer.model.service": ("Service",),
    "composer.plan.options": ("DownOptions", "UpOptions"),
    "composer.plan.plan": ("Plan",),
}

TYPE_CHECKING = False  # type checkers know the name; `typing` would be the first thing to load
if TYPE_CHECKING:
    from composer.api import Stack, load_project
    from composer.diagnostics import Diagnostic, Span
    from composer.engine.fake import FakeEngine
    from composer.errors import (
        ComposerError,
        Conflict,
        EngineError,
        EngineRefused,
        EngineUnreachable,
        LoadError,
        NotFound,
        PlanError,
        UsageError,
    )
    from composer.events.types import Failure, RunResult
    from composer.execute.policy import RunPolicy
    from composer.load.request import Loaded, LoadRequest
    from composer.model.project import Project
    from composer.model.service import Service
    from composer.plan.options import DownOptions, UpOptions
    from composer.plan.plan import Plan

if not TYPE_CHECKING:  # a type checker would take any name for one that exists

    def __getattr__(name: str) -> object:
        for module, names in _HOMES.items():
            if name in names:
                from importlib import import_module  # noqa: PLC0415 - only for those who use the package as a library

                found = globals()[name] = getattr(import_module(module), name)
                return found
        raise AttributeError(f"module 'composer' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
