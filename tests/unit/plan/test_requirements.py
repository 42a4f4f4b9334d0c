"""Attributes that an older engine does not know."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from composer.errors import PlanError
from composer.model.healthcheck import Healthcheck
from composer.model.mount import BindOptions, Mount, VolumeOptions
from composer.model.network import Network, ServiceNetwork
from composer.plan.options import UpOptions
from composer.plan.requirements import dropped_by, refuse_contradictions, refuse_too_new
from composer.plan.up import plan_up
from tests.support.build import nothing, observed, project, running


@pytest.mark.parametrize(
    ("web", "path", "version"),
    [
        ({"networks": {"n": ServiceNetwork(interface_name="e")}}, "networks.n.interface_name", (1, 49)),
        ({"networks": {"n": ServiceNetwork(gw_priority=1)}}, "networks.n.gw_priority", (1, 48)),
        ({"volumes": (Mount(type="image", source="i", target="/t"),)}, "volumes.0.type image", (1, 48)),
        (
            {"volumes": (Mount(type="volume", target="/t", volume=VolumeOptions(subpath="s")),)},
            "volumes.0.volume.subpath",
            (1, 45),
        ),
        (
            {"volumes": (Mount(type="bind", source="/s", target="/t", bind=BindOptions(recursive="readonly")),)},
            "volumes.0.bind.recursive",
            (1, 44),
        ),
    ],
)
def test_refused_by_name(web: dict[str, Any], path: str, version: tuple[int, int]) -> None:
    shop = project("web", web=web)
    refuse_too_new(shop, version)
    message = rf"services\.web\.{path} needs Engine API {version[0]}\.{version[1]}"
    with pytest.raises(PlanError, match=message):
        plan_up(shop, nothing(shop), UpOptions(), api_version=(version[0], version[1] - 1))


def test_all_that_is_lacking_is_told_at_once() -> None:
    addressed = {key: ServiceNetwork(mac_address=f"02::{key}") for key in "ab"}
    shop = replace(project("web", web={"networks": addressed}), networks={"a": Network(name="a", enable_ipv4=False)})
    with pytest.raises(PlanError) as caught:
        refuse_too_new(shop, (1, 43))
    assert caught.value.message == (
        "services.web.networks.b.mac_address needs Engine API 1.44; networks.a.enable_ipv4 needs API 1.48"
    )


def test_what_an_older_engine_drops_is_told_when_a_container_is_made() -> None:
    check = Healthcheck(test=("CMD", "true"), start_interval=1, start_period=9)
    shop = project("web", web={"healthcheck": check, "annotations": {"a": "b"}})
    warnings = (
        "services.web.healthcheck.start_interval has no effect: it needs Engine API 1.44",
        "services.web.annotations has no effect: it needs Engine API 1.43",
    )
    assert tuple(dropped_by(shop, (1, 42))) == warnings
    assert tuple(dropped_by(shop, (1, 43))) == warnings[:1]
    assert tuple(dropped_by(shop, (1, 44))) == ()
    assert plan_up(shop, nothing(shop), UpOptions(), api_version=(1, 42)).warnings == warnings
    assert plan_up(shop, observed(shop, running("web-1")), UpOptions(), api_version=(1, 42)).warnings == ()


def test_a_start_interval_needs_a_start_period() -> None:
    check = Healthcheck(test=("CMD", "true"), start_interval=5)
    with pytest.raises(PlanError, match=r"services\.web: healthcheck\.start_interval requires .*start_period"):
        refuse_contradictions(project("web", web={"healthcheck": check}))
    refuse_contradictions(project("web", web={"healthcheck": replace(check, start_period=10)}))
