"""`use_api_socket`: a mount, a variable, and credentials that no plan ever holds."""

from __future__ import annotations

import pytest

from composer.errors import PlanError
from composer.model.mount import Mount
from composer.plan.actions import CreateContainer, Delivery, StartContainer
from composer.plan.options import UpOptions
from composer.plan.up import plan_up
from tests.support.build import nothing, project

SOCKET = "/var/run/docker.sock"


def test_the_socket_the_variable_and_the_file() -> None:
    shop = project("web; other", web={"use_api_socket": True, "environment": {"A": "b"}})
    steps = {step.id: step.action for step in plan_up(shop, nothing(shop), UpOptions()).steps}
    create, start = steps["create:web-1"], steps["start:web-1"]
    assert isinstance(create, CreateContainer)
    assert isinstance(start, StartContainer)
    service = create.spec.service
    assert service.volumes == (Mount(type="bind", source=SOCKET, target=SOCKET),)
    assert service.environment == {"DOCKER_CONFIG": "/run/secrets/docker", "A": "b"}
    assert start.deliveries == (Delivery("/run/secrets/docker/config.json", None),)
    assert steps["start:other-1"] == StartContainer(start.replica.__class__("other", 1))


def test_who_says_where_the_configuration_is_keeps_it() -> None:
    shop = project("web", web={"use_api_socket": True, "environment": {"DOCKER_CONFIG": "/own"}})
    create = next(step.action for step in plan_up(shop, nothing(shop), UpOptions()).steps if "create:" in step.id)
    assert isinstance(create, CreateContainer)
    assert create.spec.service.environment == {"DOCKER_CONFIG": "/own"}


def test_a_read_only_container_cannot_take_the_file() -> None:
    shop = project("web", web={"use_api_socket": True, "read_only": True})
    with pytest.raises(PlanError, match=r'service "web": the credentials of use_api_socket cannot be copied'):
        plan_up(shop, nothing(shop), UpOptions())
