"""Secrets and configs: the top-level definitions, and how a service gets them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from composer.values import value


class Sealed:
    """A text that no printed value, plan, log or event shows: only `reveal` gives it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sealed) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)

    def __repr__(self) -> str:
        return "<sealed>"


@value(kw_only=True)
class ServiceSecret:
    """`mode` as an integer (0o440)."""

    source: str | None = None
    target: str | None = None
    uid: str | None = None
    gid: str | None = None
    mode: int | None = None
    extensions: Mapping[str, object] = field(default_factory=dict)


@value(kw_only=True)
class ServiceConfig:
    """`mode` as an integer (0o440)."""

    source: str | None = None
    target: str | None = None
    uid: str | None = None
    gid: str | None = None
    mode: int | None = None
    extensions: Mapping[str, object] = field(default_factory=dict)


@value(kw_only=True)
class Secret:
    """Exactly one of `file` and `environment`, unless external or a driver's. The content is never held."""

    name: str = ""
    file: str | None = None
    environment: str | None = None
    external: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    driver: str | None = None
    driver_opts: Mapping[str, str] = field(default_factory=dict)
    template_driver: str | None = None
    extensions: Mapping[str, object] = field(default_factory=dict)


@value(kw_only=True)
class Config:
    """Exactly one of `file`, `environment` and `content`, unless external."""

    name: str = ""
    file: str | None = None
    environment: str | None = None
    content: str | None = None
    external: bool = False
    labels: Mapping[str, str] = field(default_factory=dict)
    template_driver: str | None = None
    extensions: Mapping[str, object] = field(default_factory=dict)
