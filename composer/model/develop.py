"""`develop`: what `watch` does when files change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING, Annotated

from composer.model.base import one_of
from composer.values import value

if TYPE_CHECKING:
    from composer.model.lifecycle import Hook


@value(kw_only=True)
class Watch:
    """One rule. `path` is absolute; `target` is a path in the container."""

    path: str
    action: Annotated[str, one_of("rebuild", "sync", "restart", "sync+restart", "sync+exec")]
    target: str | None = None
    exec: Hook | None = None
    include: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    initial_sync: bool | None = None
    extensions: Mapping[str, object] = field(default_factory=dict)


@value(kw_only=True)
class Develop:
    watch: tuple[Watch, ...] = ()
    extensions: Mapping[str, object] = field(default_factory=dict)
