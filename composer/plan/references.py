"""Image references taken apart: `127.0.0.1:5000/team/app:1@sha256:…` → registry, repository, tag, digest. Pure.

The rules are those of every engine: what stands before the first slash is a registry only if it looks like a host.
Must not know: registries, engines. What is not a reference at all is left to the engine to refuse.
"""

from __future__ import annotations

from composer.values import value

DEFAULT_DOMAIN = "docker.io"  # what a name without a registry means to every engine
DEFAULT_TAG = "latest"
_OLD_DOMAIN = "index.docker.io"
_OFFICIAL = "library/"


@value()
class Reference:
    """`domain` is always there; `path` has `library/` for the official images. `tag` and `digest` as written."""

    domain: str
    path: str
    tag: str = ""
    digest: str = ""

    @property
    def name(self) -> str:
        """`docker.io/library/redis`."""
        return f"{self.domain}/{self.path}"

    @property
    def familiar(self) -> str:
        """As users write it: `redis`, `127.0.0.1:5000/app`."""
        return self.path.removeprefix(_OFFICIAL) if self.domain == DEFAULT_DOMAIN else self.name

    @property
    def version(self) -> str:
        """What the engine is asked for: the digest if there is one, else the tag, else `latest`."""
        return self.digest or self.tag or DEFAULT_TAG

    @property
    def full(self) -> str:
        """With registry and tag; a digest as written, without a tag of its own making."""
        tag = self.tag or ("" if self.digest else DEFAULT_TAG)
        return self.name + (f":{tag}" if tag else "") + (f"@{self.digest}" if self.digest else "")

    @property
    def is_latest(self) -> bool:
        """A tag that is meant to move: `latest`, or none."""
        return not self.digest and self.tag in ("", DEFAULT_TAG)


def parse_reference(image: str) -> Reference:
    """The parts of an image's name.

    >>> parse_reference("redis").full, parse_reference("127.0.0.1:5000/a/b:1").full
    ('docker.io/library/redis:latest', '127.0.0.1:5000/a/b:1')
    """
    rest, _, digest = image.partition("@")
    domain, slash, path = rest.partition("/")
    if not slash or not _is_host(domain):
        domain, path = DEFAULT_DOMAIN, rest
    if domain == _OLD_DOMAIN:
        domain = DEFAULT_DOMAIN
    path, _, tag = path.partition(":")
    if domain == DEFAULT_DOMAIN and "/" not in path:
        path = _OFFICIAL + path
    return Reference(domain, path, tag, digest)


def _is_host(text: str) -> bool:
    return "." in text or ":" in text or text == "localhost" or text != text.lower()
