"""How an image is to be built, complete: what a service's `build` says with the project's and the command's words.

Values only: no file is read, secrets stay sealed. Must not know: how it is told to a builder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from composer.values import value

if TYPE_CHECKING:
    from composer.model.secret import Sealed


IMAGE_SCHEME = "docker-image://"
BUILT_SCHEME = "built-image://"  # the image of another service, which is built before


@value()
class BuildSecret:
    """Either the content of `file` or that of an environment variable, sealed. `variable`: its name."""

    id: str
    file: str = ""
    variable: str = ""
    content: Sealed | None = None


@value(kw_only=True)
class Recipe:
    """`context`: an absolute folder or a URL. `dockerfile`: its full path; for a URL, relative to it. `names`: all
    references the image gets, at least one. `contexts` by name: an absolute folder, or an address with a scheme.
    `ssh`: id → socket or key file, None for the agent. `ulimits`: name → (soft, hard). `platforms` () is the engine's.
    `extra_hosts`: (name, address). `network`: "", host, none, default. `shm_size` in bytes. `builder`: of docker
    buildx. `push`: to its registry, once it is built."""

    context: str
    dockerfile: str
    names: tuple[str, ...]
    inline: str | None = None
    target: str = ""
    args: Mapping[str, str] = field(default_factory=dict)
    labels: Mapping[str, str] = field(default_factory=dict)
    contexts: Mapping[str, str] = field(default_factory=dict)
    cache_from: tuple[str, ...] = ()
    cache_to: tuple[str, ...] = ()
    no_cache: bool = False
    pull: bool = False
    network: str = ""
    shm_size: int = 0
    ulimits: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    platforms: tuple[str, ...] = ()
    extra_hosts: tuple[tuple[str, str], ...] = ()
    secrets: tuple[BuildSecret, ...] = ()
    ssh: Mapping[str, str | None] = field(default_factory=dict)
    entitlements: tuple[str, ...] = ()
    isolation: str = ""
    provenance: str = ""
    sbom: str = ""
    builder: str = ""
    push: bool = False
    memory: int = 0

    @property
    def image(self) -> str:
        """The name that the service's containers are made from."""
        return self.names[-1]

    @property
    def built_contexts(self) -> Mapping[str, str]:
        """Name → image, of the contexts that are images of other services."""
        return {
            name: where.removeprefix(BUILT_SCHEME)
            for name, where in self.contexts.items()
            if where.startswith(BUILT_SCHEME)
        }

    @property
    def is_remote(self) -> bool:
        """The context is fetched by the builder."""
        return is_address(self.context)


@value(kw_only=True)
class BuildWishes:
    """What the command line adds to every build. `args`: name → value. `ssh`: id → path, None for the agent. `push`:
    images that have a name of their own go to their registry."""

    args: Mapping[str, str] = field(default_factory=dict)
    no_cache: bool = False
    pull: bool = False
    ssh: Mapping[str, str | None] = field(default_factory=dict)
    provenance: str = ""
    sbom: str = ""
    builder: str = ""
    push: bool = False
    memory: int = 0


NO_WISHES = BuildWishes()


def is_address(context: str) -> bool:
    """An address that the builder understands by itself, as opposed to a folder of this machine."""
    return "://" in context or context.startswith(("git@", "github.com/"))


def cache_entry(text: str) -> tuple[str, dict[str, str]]:
    """`type=registry,ref=x` or just a reference → the type and its attributes."""
    pairs = [part.partition("=") for part in text.split(",")]
    if not all(sign for _, sign, _ in pairs):
        return "registry", {"ref": text}
    attributes = {name.strip().lower(): value for name, _, value in pairs}
    return attributes.pop("type", "registry"), attributes
