"""The contents behind a service's secrets and configs: has one of them changed since its container was made?

Owns the label that records them: one salted digest each, and the salt. What is compared is how the content comes
(which file, or inline) and the content. A container without the label, or one that lacks an entry, counts as
unchanged: docker compose makes none. Pure: digests of the contents are given (`load.contents` makes them). Must not
know: files, what a change leads to.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from composer.plan.change import Change, Changes
from composer.plan.definition import salt_of, seal

if TYPE_CHECKING:
    from composer.model.project import Project
    from composer.model.secret import Sealed
    from composer.model.service import Service

Contents = Mapping[str, "Sealed"]
"""By path in the project (`configs.app`): origin and digest of the content. What cannot be read is not there."""


def content_paths(service: Service) -> tuple[str, ...]:
    """`secrets.x` and `configs.y` of the service, each once."""
    paths = [f"secrets.{entry.source}" for entry in service.secrets]
    paths += [f"configs.{entry.source}" for entry in service.configs]
    return tuple(dict.fromkeys(paths))


def content_label(project: Project, service: Service, contents: Contents) -> str:
    """JSON: `{"salt": …, "configs.app": …}`; "" when nothing is known of any."""
    salt = salt_of(project.name, service.name)
    digests = dict(_digests(service, contents, salt))
    return json.dumps({"salt": salt, **digests}, separators=(",", ":")) if digests else ""


def content_changes(service: Service, label: str, contents: Contents) -> Changes:
    """What has changed since `label` was written. A label that cannot be read says nothing."""
    try:
        recorded = json.loads(label)
        salt = recorded["salt"].encode() and recorded["salt"]
    except (ValueError, KeyError, TypeError, AttributeError):
        return ()
    return tuple(
        Change(path, hidden=True)
        for path, digest in _digests(service, contents, salt)
        if recorded.get(path, digest) != digest
    )


def _digests(service: Service, contents: Contents, salt: str) -> Iterator[tuple[str, str]]:
    for path in content_paths(service):
        if path in contents:
            yield path, seal(contents[path].reveal(), salt).digest
