"""A project: what one or more Compose files mean, canonical and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import TYPE_CHECKING

from composer.values import value

if TYPE_CHECKING:
    from composer.model.ai_model import AiModel
    from composer.model.network import Network
    from composer.model.secret import Config, Sealed, Secret
    from composer.model.service import Service
    from composer.model.volume import Volume


@value(kw_only=True)
class Project:
    """`services` are the enabled and selected ones; `disabled` those of inactive profiles (they are
    not orphans). `networks`/`volumes` are only those the services use. Paths are absolute.
    `environment_files` are the `--env-file` arguments, absolute (a label records them). `variables` are
    those that secrets and configs take their content from, as far as they are set; with a `provider` service, which
    sees them all, every variable. `included`: by path (`secrets.token`) what such a variable is for the included file
    that defines it, where the project itself has none of that name. `default_platform`: of services that name none
    (`DOCKER_DEFAULT_PLATFORM`), "" for the engine's own. `separator`: between the parts of the names of containers and
    built images."""

    name: str
    working_dir: str
    config_files: tuple[str, ...] = ()
    environment_files: tuple[str, ...] = ()
    services: Mapping[str, Service] = field(default_factory=dict)
    disabled: Mapping[str, Service] = field(default_factory=dict)
    networks: Mapping[str, Network] = field(default_factory=dict)
    volumes: Mapping[str, Volume] = field(default_factory=dict)
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    configs: Mapping[str, Config] = field(default_factory=dict)
    models: Mapping[str, AiModel] = field(default_factory=dict)
    variables: Mapping[str, Sealed] = field(default_factory=dict)
    included: Mapping[str, Sealed] = field(default_factory=dict)
    default_platform: str = ""
    profiles: tuple[str, ...] = ()
    extensions: Mapping[str, object] = field(default_factory=dict)
    separator: str = "-"

    def content_from(self, path: str, variable: str) -> Sealed | None:
        """The value of `variable` for the secret or config at `path`; None: it is not set."""
        return self.variables.get(variable) or self.included.get(path)
