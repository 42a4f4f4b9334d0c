"""What the binder builds without pydantic is what pydantic's core would have built and accepted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

from composer.errors import LoadError
from composer.load.pipeline import load_project
from composer.load.request import LoadRequest
from composer.model.base import bounds_of
from composer.model.dependency import Condition
from composer.model.port import Port
from composer.model.schema import validator_for

RICH = """
services:
  web:
    image: busybox
    ports: ["8080:80", "127.0.0.1::53/udp", {target: 90, published: "90-91", mode: host}]
    volumes: ["data:/data", "./here:/here:ro", {type: tmpfs, target: /tmp, tmpfs: {size: 1m, mode: 0700}}]
    healthcheck: {test: ["CMD", "true"], interval: 5s, retries: 3, start_period: 1m}
    depends_on: {db: {condition: service_healthy, restart: true}}
    deploy: {replicas: 2, resources: {limits: {cpus: "0.5", memory: 64m}}, restart_policy: {max_attempts: 3}}
    networks: {default: {aliases: [w], priority: 5}}
    logging: {driver: json-file, options: {max-size: 1m}}
    ulimits: {nofile: {soft: 10, hard: 20}, nproc: 5}
    develop: {watch: [{path: ., action: sync, target: /x}]}
    build: {context: ., args: {A: "1"}}
  db:
    image: busybox
    environment: {A: 1, B: null}
    healthcheck: {disable: true}
volumes: {data: {driver_opts: {a: 1}}}
"""


def values_in(value: object) -> Iterator[object]:
    """Every model value inside `value`, itself included."""
    if is_dataclass(value):
        yield value
        for field in fields(value):
            yield from values_in(getattr(value, field.name))
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from values_in(item)
    elif isinstance(value, tuple | list):
        for item in value:
            yield from values_in(item)


def test_the_validator_accepts_every_value_that_was_built_without_it(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(RICH)
    project = load_project(LoadRequest(cwd=str(tmp_path), environment={}, for_engine=False)).project
    bound = [*project.services.values(), *project.networks.values(), *project.volumes.values()]
    values = [value for item in bound for value in values_in(item)]
    assert len({type(value) for value in values}) > 12
    for value in values:
        given = {field.name: getattr(value, field.name) for field in fields(value)}  # type: ignore[arg-type]
        assert validator_for(type(value)).validate_python(given) == value


def test_bounds_are_the_annotated_fields() -> None:
    assert set(bounds_of(Port)) == {"target"}
    with pytest.raises(ValueError, match="65536 is not between 1 and 65535"):
        bounds_of(Port)["target"](65536)


def test_a_condition_is_a_member_of_its_enumeration(tmp_path: Path) -> None:
    # It equals its text, but a table that has the members as keys does not find the text.
    (tmp_path / "compose.yaml").write_text(RICH)
    project = load_project(LoadRequest(cwd=str(tmp_path), environment={}, for_engine=False)).project
    assert project.services["web"].depends_on["db"].condition is Condition.HEALTHY


def test_a_value_out_of_bounds_is_explained_at_its_place(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services:\n  a:\n    image: b\n    ports:\n      - target: 65536\n")
    with pytest.raises(LoadError) as failure:
        load_project(LoadRequest(cwd=str(tmp_path), environment={}))
    [diagnostic] = failure.value.diagnostics
    assert (diagnostic.span.line, diagnostic.path) == (5, "services.a.ports[0].target")  # type: ignore[union-attr]
    assert "65536 is not between 1 and 65535" in diagnostic.message
