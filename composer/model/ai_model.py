"""Top-level `models` (language models served beside the project), and how a service gets one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from composer.values import value


@value(kw_only=True)
class ServiceModel:
    """Names of the variables that tell the service where the model is."""

    endpoint_var: str | None = None
    model_var: str | None = None
    extensions: Mapping[str, object] = field(default_factory=dict)


@value(kw_only=True)
class AiModel:
    name: str | None = None
    model: str
    context_size: int | None = None
    runtime_flags: tuple[str, ...] = ()
    extensions: Mapping[str, object] = field(default_factory=dict)
