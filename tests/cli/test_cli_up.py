"""`composer up -d`: what it does, what it says, what each flag changes."""

from __future__ import annotations

import pytest

from composer.engine.fake import exits
from tests.support.command_line import CommandLine

CHAIN = """
    services:
      db:
        image: busybox
        healthcheck:
          test: ["CMD", "true"]
          interval: 1s
      migrate:
        image: busybox
        depends_on:
          db: {condition: service_healthy}
      web:
        image: busybox
        depends_on:
          migrate: {condition: service_completed_successfully}
"""
WEB = "services: {web: {image: busybox}}"


@pytest.fixture
def chain(cli: CommandLine) -> CommandLine:
    cli.write(CHAIN)
    cli.engine.script("migrate", exits(0))
    return cli


def test_a_chain_starts_in_order_each_when_the_one_before_is_ready(chain: CommandLine) -> None:
    chain("up -d").says("""
        exit 0
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-db-1  Creating
        2|  Container shop-db-1  Created
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
        2|  Container shop-db-1  Waiting
        2|  Container shop-db-1  Healthy  {seconds}, engine
        2|  Container shop-migrate-1  Creating
        2|  Container shop-migrate-1  Created
        2|  Container shop-migrate-1  Starting
        2|  Container shop-migrate-1  Started
        2|  Container shop-migrate-1  Waiting
        2|  Container shop-migrate-1  Exited  {seconds}, exited 0
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Started
    """)
    assert chain.states() == {"shop-db-1": "running", "shop-migrate-1": "exited", "shop-web-1": "running"}


def test_a_second_up_only_runs_what_has_ended_again(chain: CommandLine) -> None:
    chain("up -d")
    before = chain.changes()
    chain("up -d").says("""
        exit 0
        2|  Container shop-db-1  Running
        2|  Container shop-migrate-1  Starting
        2|  Container shop-migrate-1  Started
        2|  Container shop-migrate-1  Waiting
        2|  Container shop-migrate-1  Exited  {seconds}, exited 0
        2|  Container shop-web-1  Running
    """)
    assert chain.changes() == [*before, "start"]


def test_wait_tells_when_all_is_ready(chain: CommandLine) -> None:
    chain("up --wait").says("""
        exit 0
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-db-1  Creating
        2|  Container shop-db-1  Created
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
        2|  Container shop-db-1  Waiting
        2|  Container shop-db-1  Healthy  {seconds}, engine
        2|  Container shop-migrate-1  Creating
        2|  Container shop-migrate-1  Created
        2|  Container shop-migrate-1  Starting
        2|  Container shop-migrate-1  Started
        2|  Container shop-migrate-1  Waiting
        2|  Container shop-migrate-1  Exited  {seconds}, exited 0
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Started
        2|  Container shop-web-1  Waiting
        2|  Container shop-web-1  Healthy  {seconds}, running
    """)


def test_services_named_bring_their_dependencies(chain: CommandLine) -> None:
    chain("up -d migrate")
    assert chain.states() == {"shop-db-1": "running", "shop-migrate-1": "exited"}


def test_no_deps_starts_only_what_is_named(chain: CommandLine) -> None:
    chain("up -d --no-deps web").says("""
        exit 0
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Started
    """)


def test_no_start_only_creates(chain: CommandLine) -> None:
    chain("up --no-start db").says("""
        exit 0
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-db-1  Creating
        2|  Container shop-db-1  Created
    """)
    assert chain.states() == {"shop-db-1": "created"}


def test_a_change_recreates_and_says_why(cli: CommandLine) -> None:
    cli.write(WEB)
    cli("up -d")
    cli.write("services: {web: {image: busybox, command: [sleep, '5']}}")
    cli("up -d").says("""
        exit 0
        2|  Container shop-web-1  Recreate  its configuration changed: command + sleep 5
        2|  Container shop-web-1  Recreated
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Started
    """)


def test_no_recreate_leaves_what_changed(cli: CommandLine) -> None:
    cli.write(WEB)
    cli("up -d")
    cli.write("services: {web: {image: busybox, command: [sleep, '5']}}")
    cli("up -d --no-recreate").says("""
        exit 0
        2|  Container shop-web-1  Running
    """)


def test_force_recreate(chain: CommandLine) -> None:
    chain("up -d")
    chain("up -d --force-recreate web").says("""
        exit 0
        2|  Container shop-db-1  Running
        2|  Container shop-migrate-1  Starting
        2|  Container shop-migrate-1  Started
        2|  Container shop-migrate-1  Waiting
        2|  Container shop-migrate-1  Exited  {seconds}, exited 0
        2|  Container shop-web-1  Recreate  forced
        2|  Container shop-web-1  Recreated
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Started
    """)


def test_always_recreate_deps(chain: CommandLine) -> None:
    chain("up -d")
    chain("up -d --always-recreate-deps migrate").says("""
        exit 0
        2|  Container shop-db-1  Recreate  forced
        2|  Container shop-db-1  Recreated
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
        2|  Container shop-db-1  Waiting
        2|  Container shop-db-1  Healthy  {seconds}, engine
        2|  Container shop-migrate-1  Starting
        2|  Container shop-migrate-1  Started
    """)


def test_renew_anon_volumes(cli: CommandLine) -> None:
    cli.write("services: {web: {image: busybox, volumes: [/data]}}")
    cli("up -d")
    [mount] = cli.engine.inspect_raw("shop-web-1")["Mounts"]
    cli("up -d --force-recreate")
    assert [one["Name"] for one in cli.engine.inspect_raw("shop-web-1")["Mounts"]] == [mount["Name"]]
    cli("up -d --force-recreate -V")
    assert [one["Name"] for one in cli.engine.inspect_raw("shop-web-1")["Mounts"]] != [mount["Name"]]


def test_scale_up_and_down(cli: CommandLine) -> None:
    cli.write(WEB)
    cli("up -d --scale web=3")
    assert list(cli.states()) == ["shop-web-1", "shop-web-2", "shop-web-3"]
    cli("up -d --scale web=2").says("""
        exit 0
        2|  Container shop-web-1  Running
        2|  Container shop-web-2  Running
        2|  Container shop-web-3  Stopping  more replicas than wanted: 2 wanted
        2|  Container shop-web-3  Stopped
        2|  Container shop-web-3  Removing
        2|  Container shop-web-3  Removed
    """)
    cli("up -d --scale web=0").says("""
        exit 0
        2|  Container shop-web-1  Stopping  more replicas than wanted: 0 wanted
        2|  Container shop-web-1  Stopped
        2|  Container shop-web-1  Removing
        2|  Container shop-web-1  Removed
        2|  Container shop-web-2  Stopping  more replicas than wanted: 0 wanted
        2|  Container shop-web-2  Stopped
        2|  Container shop-web-2  Removing
        2|  Container shop-web-2  Removed
    """)
    assert cli.states() == {}


def test_orphans_are_told_of_then_removed(cli: CommandLine) -> None:
    cli.write("services: {web: {image: busybox}, old: {image: busybox}}")
    cli("up -d")
    cli.write(WEB)
    cli("up -d").says("""
        exit 0
        2| warning: orphan containers (shop-old-1) of project "shop": their services are not in the files; --remove-orphans removes them
        2|  Container shop-web-1  Running
    """)
    cli.setenv(COMPOSE_IGNORE_ORPHANS="1")
    cli("up -d").says("""
        exit 0
        2|  Container shop-web-1  Running
    """)
    cli("up -d --remove-orphans").says("""
        exit 0
        2|  Container shop-old-1  Stopping  service "old" is not in the files
        2|  Container shop-old-1  Stopped
        2|  Container shop-old-1  Removing
        2|  Container shop-old-1  Removed
        2|  Container shop-web-1  Running
    """)


def test_the_environment_asks_for_removal_of_orphans(cli: CommandLine) -> None:
    cli.write("services: {web: {image: busybox}, old: {image: busybox}}")
    cli("up -d")
    cli.write(WEB)
    cli.setenv(COMPOSE_REMOVE_ORPHANS="true")
    cli("up -d")
    assert cli.states() == {"shop-web-1": "running"}


def test_the_stop_timeout_of_a_recreation(cli: CommandLine) -> None:
    cli.write(WEB)
    cli("up -d")
    cli("up -d --force-recreate -t 3")
    assert [arguments[1] for arguments in cli.engine.called("stop")] == [3]


def test_an_image_that_is_missing_is_pulled(cli: CommandLine) -> None:
    cli.engine.add_image("registry.test/web:1", local=False)
    cli.write("services: {web: {image: 'registry.test/web:1'}}")
    cli("up -d").says("""
        exit 0
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  {id} Pull complete
        2|  web Pulling
        2|  web Pulled
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Started
    """)
    cli("up -d --pull always").says("""
        exit 0
        2|  {id} Pull complete
        2|  web Pulling  a pull was asked for
        2|  web Pulled
        2|  Container shop-web-1  Running
    """)


def test_pull_never_does_not_ask_for_a_missing_image(cli: CommandLine) -> None:
    cli.engine.add_image("registry.test/web:1", local=False)
    cli.write("services: {web: {image: 'registry.test/web:1'}}")
    cli("up -d --pull never").says("""
        exit 1
        2| error: service "web": image "registry.test/web:1" is not on the engine, and its pull policy is "never" [CMP-2000]
        2|   hint: pull or build the image first, or run with --pull missing: docker pull registry.test/web:1
    """)
    assert cli.engine.called("pull") == []


def test_networks_and_volumes_are_made_and_named(cli: CommandLine) -> None:
    cli.write(
        """
        services:
          db:
            image: busybox
            networks: [back]
            volumes: ["data:/data"]
        networks: {back: {}}
        volumes: {data: {}}
        """
    )
    cli("up -d").says("""
        exit 0
        2|  Network shop_back  Creating
        2|  Network shop_back  Created
        2|  Volume shop_data  Creating
        2|  Volume shop_data  Created
        2|  Container shop-db-1  Creating
        2|  Container shop-db-1  Created
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
    """)
