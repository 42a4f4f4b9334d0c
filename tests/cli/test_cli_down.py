"""`composer down`."""

from __future__ import annotations

import pytest

from composer.engine.fake import FakeImage
from tests.support.command_line import CommandLine

STACK = """
    services:
      db:
        image: busybox
        volumes: ["data:/data", /anonymous]
      web:
        image: busybox
        depends_on: [db]
    volumes: {data: {}}
"""


@pytest.fixture
def stack(cli: CommandLine) -> CommandLine:
    cli.write(STACK)
    cli("up -d")
    return cli


def test_down_stops_and_removes_dependents_first_and_keeps_volumes(stack: CommandLine) -> None:
    stack("down").says("""
        exit 0
        2|  Network shop_default  Removing
        2|  Network shop_default  Removed
        2|  Container shop-db-1  Stopping
        2|  Container shop-db-1  Stopped
        2|  Container shop-db-1  Removing
        2|  Container shop-db-1  Removed
        2|  Container shop-web-1  Stopping
        2|  Container shop-web-1  Stopped
        2|  Container shop-web-1  Removing
        2|  Container shop-web-1  Removed
    """)
    assert stack.engine.volume("shop_data") is not None
    assert [name for (name,) in stack.engine.called("remove_volume")] == []
    assert [arguments[0] for arguments in stack.engine.called("stop")] == ["shop-web-1", "shop-db-1"]


def test_down_by_name_alone(stack: CommandLine) -> None:
    (stack.folder / "compose.yaml").unlink()
    stack("-p shop down -v").says("""
        exit 0
        2|  Network shop_default  Removing
        2|  Network shop_default  Removed
        2|  Volume shop_data  Removing
        2|  Volume shop_data  Removed
        2|  Container shop-db-1  Stopping
        2|  Container shop-db-1  Stopped
        2|  Container shop-db-1  Removing
        2|  Container shop-db-1  Removed
        2|  Container shop-web-1  Stopping
        2|  Container shop-web-1  Stopped
        2|  Container shop-web-1  Removing
        2|  Container shop-web-1  Removed
    """)


def test_down_with_volumes(stack: CommandLine) -> None:
    [anonymous] = {mount["Name"] for mount in stack.engine.inspect_raw("shop-db-1")["Mounts"]} - {"shop_data"}
    stack("down -v").says("""
        exit 0
        2|  Network shop_default  Removing
        2|  Network shop_default  Removed
        2|  Volume shop_data  Removing
        2|  Volume shop_data  Removed
        2|  Container shop-db-1  Stopping
        2|  Container shop-db-1  Stopped
        2|  Container shop-db-1  Removing
        2|  Container shop-db-1  Removed
        2|  Container shop-web-1  Stopping
        2|  Container shop-web-1  Stopped
        2|  Container shop-web-1  Removing
        2|  Container shop-web-1  Removed
    """)
    assert stack.engine.volume("shop_data") is None
    assert stack.engine.volume(anonymous) is None


def test_down_of_one_service_takes_its_dependents_along(stack: CommandLine) -> None:
    stack("down web").says("""
        exit 0
        2|  Container shop-web-1  Stopping
        2|  Container shop-web-1  Stopped
        2|  Container shop-web-1  Removing
        2|  Container shop-web-1  Removed
    """)
    assert stack.states() == {"shop-db-1": "running"}


def test_down_without_time_to_stop(stack: CommandLine) -> None:
    stack("down -t 0").says("""
        exit 0
        2|  Network shop_default  Removing
        2|  Network shop_default  Removed
        2|  Container shop-db-1  Removing
        2|  Container shop-db-1  Removed
        2|  Container shop-web-1  Removing
        2|  Container shop-web-1  Removed
    """)


def test_down_when_nothing_is_there(cli: CommandLine) -> None:
    cli.write(STACK)
    cli("down").says("""
        exit 0
        2| warning: nothing to remove for project "shop"
    """)
    cli("-p nobody down").says("""
        exit 0
        2| warning: nothing to remove for project "nobody"
    """)


def test_orphans_stay_until_they_are_asked_for(stack: CommandLine) -> None:
    stack.write("services: {web: {image: busybox}}")
    stack("down").says("""
        exit 0
        2| warning: orphan containers (shop-db-1) stay; --remove-orphans removes them
        2| warning: network shop_default stays: it is in use by shop-db-1
        2|  Container shop-web-1  Stopping
        2|  Container shop-web-1  Stopped
        2|  Container shop-web-1  Removing
        2|  Container shop-web-1  Removed
    """)
    stack("down --remove-orphans").says("""
        exit 0
        2|  Network shop_default  Removing
        2|  Network shop_default  Removed
        2|  Container shop-db-1  Stopping  its service is not in the file
        2|  Container shop-db-1  Stopped
        2|  Container shop-db-1  Removing
        2|  Container shop-db-1  Removed
    """)


def test_rmi_local_keeps_what_has_a_name_in_the_file(stack: CommandLine) -> None:
    stack("down --rmi local").says("""
        exit 0
        2|  Network shop_default  Removing
        2|  Network shop_default  Removed
        2|  Container shop-db-1  Stopping
        2|  Container shop-db-1  Stopped
        2|  Container shop-db-1  Removing
        2|  Container shop-db-1  Removed
        2|  Container shop-web-1  Stopping
        2|  Container shop-web-1  Stopped
        2|  Container shop-web-1  Removing
        2|  Container shop-web-1  Removed
    """)
    assert stack.engine.called("remove_image") == []


def test_rmi_all(stack: CommandLine) -> None:
    stack.engine.add_image(FakeImage(ref="other"))
    stack("down --rmi all").says("""
        exit 0
        2|  Network shop_default  Removing
        2|  Network shop_default  Removed
        2|  Container shop-db-1  Stopping
        2|  Container shop-db-1  Stopped
        2|  Container shop-db-1  Removing
        2|  Container shop-db-1  Removed
        2|  Container shop-web-1  Stopping
        2|  Container shop-web-1  Stopped
        2|  Container shop-web-1  Removing
        2|  Container shop-web-1  Removed
        2|  Image busybox  Removing
        2|  Image busybox  Removed
    """)


def test_rmi_when_nothing_of_the_project_is_left(stack: CommandLine) -> None:
    stack.raw("down")
    assert stack.raw("down --rmi all") == (0, "", " Image busybox  Removing\n Image busybox  Removed\n")


def test_a_network_that_somebody_else_uses_stays(stack: CommandLine) -> None:
    stranger = stack.engine.create_container(
        "stranger", {"Image": "busybox", "HostConfig": {"NetworkMode": "shop_default"}}, platform=None
    )
    stack.engine.start(stranger)
    stack("down").says("""
        exit 0
        2|  Network shop_default  Removing
        2|  Network shop_default  Error  network shop_default is still in use by stranger
        2|  Container shop-db-1  Stopping
        2|  Container shop-db-1  Stopped
        2|  Container shop-db-1  Removing
        2|  Container shop-db-1  Removed
        2|  Container shop-web-1  Stopping
        2|  Container shop-web-1  Stopped
        2|  Container shop-web-1  Removing
        2|  Container shop-web-1  Removed
    """)
