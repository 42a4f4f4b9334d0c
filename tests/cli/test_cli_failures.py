"""When something fails: the whole story on stderr, exit 1, and what is left is said."""

from __future__ import annotations

import pytest

import composer.api
from composer.engine.fake import Script, exits, never_healthy
from composer.engine.port import ProbeOutput
from composer.errors import EngineRefused, EngineUnreachable
from tests.support.command_line import CommandLine

REAL_READER, REAL_ENGINE = composer.api.open_reader, composer.api.open_engine
DATABASE = """
    services:
      db:
        image: busybox
        healthcheck: {test: [CMD, pg_isready], interval: 1s, retries: 3}
      web:
        image: busybox
        depends_on: {db: {condition: service_healthy}}
      proxy:
        image: busybox
        depends_on: [web]
"""


def test_a_dependency_that_turns_unhealthy(cli: CommandLine) -> None:
    cli.write(DATABASE)
    cli.engine.script(
        "db",
        Script(health=("unhealthy",), health_output="db:5432 - no response", log=("starting", "cannot open /data")),
    )
    cli("up -d").says("""
        exit 1
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-db-1  Creating
        2|  Container shop-db-1  Created
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
        2|  Container shop-db-1  Waiting
        2|  Container shop-db-1  Error  dependency failed to start: container shop-db-1 is unhealthy
        2|  Container shop-proxy-1  Creating
        2|  Container shop-proxy-1  Created
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2| error: dependency failed to start: container shop-db-1 is unhealthy
        2|   service       db (container shop-db-1)
        2|   needed by     web (healthy)
        2|   last probes   exit 1: db:5432 - no response
        2|   last output   | starting
        2|                 | cannot open /data
        2|   look further  composer logs db
        2|
        2| 2 services were not started: web, proxy
        2| 1 container still running: shop-db-1
    """)
    assert cli.states() == {"shop-db-1": "running", "shop-proxy-1": "created", "shop-web-1": "created"}


def test_a_dependency_that_exits(cli: CommandLine) -> None:
    cli.write(DATABASE)
    cli.engine.script("db", exits(137, log=("reading", "sorting"), oom_killed=True))
    cli("up -d").says("""
        exit 1
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-db-1  Creating
        2|  Container shop-db-1  Created
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
        2|  Container shop-db-1  Waiting
        2|  Container shop-db-1  Error  dependency failed to start: container shop-db-1 exited (137)
        2|  Container shop-proxy-1  Creating
        2|  Container shop-proxy-1  Created
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2| error: dependency failed to start: container shop-db-1 exited (137)
        2|   service       db (container shop-db-1)
        2|   exit code     137 (killed by SIGKILL, out of memory)
        2|   needed by     web (healthy)
        2|   last output   | reading
        2|                 | sorting
        2|   hint          raise the service's memory limit, or let the program use less
        2|   look further  composer logs db
        2|
        2| 2 services were not started: web, proxy
        2| nothing of the project is running
    """)


def test_a_command_that_does_not_exist(cli: CommandLine) -> None:
    cli.write(DATABASE)
    cli.engine.script("db", exits(127, log=("sh: postgres: not found",)))
    cli("up -d").says("""
        exit 1
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-db-1  Creating
        2|  Container shop-db-1  Created
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
        2|  Container shop-db-1  Waiting
        2|  Container shop-db-1  Error  dependency failed to start: container shop-db-1 exited (127)
        2|  Container shop-proxy-1  Creating
        2|  Container shop-proxy-1  Created
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2| error: dependency failed to start: container shop-db-1 exited (127)
        2|   service       db (container shop-db-1)
        2|   exit code     127 (command not found)
        2|   needed by     web (healthy)
        2|   last output   | sh: postgres: not found
        2|   look further  composer logs db
        2|
        2| 2 services were not started: web, proxy
        2| nothing of the project is running
    """)


def test_a_one_shot_that_fails(cli: CommandLine) -> None:
    cli.write("""
        services:
          migrate: {image: busybox}
          web: {image: busybox, depends_on: {migrate: {condition: service_completed_successfully}}}
          worker: {image: busybox, depends_on: {migrate: {condition: service_completed_successfully}}}
    """)
    cli.engine.script("migrate", exits(3, log=("applying 0001", "relation exists")))
    cli("up -d").says("""
        exit 1
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-migrate-1  Creating
        2|  Container shop-migrate-1  Created
        2|  Container shop-migrate-1  Starting
        2|  Container shop-migrate-1  Started
        2|  Container shop-migrate-1  Waiting
        2|  Container shop-migrate-1  Error  service "migrate" didn't complete successfully: exit 3
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2|  Container shop-worker-1  Creating
        2|  Container shop-worker-1  Created
        2| error: service "migrate" didn't complete successfully: exit 3
        2|   service       migrate (container shop-migrate-1)
        2|   exit code     3
        2|   needed by     web (completed), worker (completed)
        2|   last output   | applying 0001
        2|                 | relation exists
        2|   look further  composer logs migrate
        2|
        2| 2 services were not started: web, worker
        2| nothing of the project is running
    """)


def test_a_dependency_that_may_fail(cli: CommandLine) -> None:
    cli.write("""
        services:
          cache: {image: busybox}
          web: {image: busybox, depends_on: {cache: {condition: service_completed_successfully, required: false}}}
    """)
    cli.engine.script("cache", exits(1))
    cli("up -d").says("""
        exit 0
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-cache-1  Creating
        2|  Container shop-cache-1  Created
        2|  Container shop-cache-1  Starting
        2|  Container shop-cache-1  Started
        2|  Container shop-cache-1  Waiting
        2|  Container shop-cache-1  Error  optional dependency "cache" didn't complete successfully: exit 1
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Started
    """)


def test_waiting_takes_too_long(cli: CommandLine) -> None:
    cli.write("services: {db: {image: busybox, healthcheck: {test: [CMD, pg_isready], interval: 1s}}}")
    cli.engine.script("db", never_healthy())
    cli("up --wait --wait-timeout 1").says("""
        exit 1
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-db-1  Creating
        2|  Container shop-db-1  Created
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
        2|  Container shop-db-1  Waiting
        2|  Container shop-db-1  Error  db is not ready after 1s (starting)
        2| error: db is not ready after 1s (starting)
        2|   service       db (container shop-db-1)
        2|
        2| error: application not healthy after 1s
        2| 1 container still running: shop-db-1
    """)


def test_own_probes_are_part_of_the_story(cli: CommandLine) -> None:
    cli.write("services: {db: {image: busybox, healthcheck: {test: [CMD, pg_isready], interval: 30s}}}")
    cli.engine.script("db", Script(health=(), probes=(ProbeOutput(2, "db:5432 - no response\n"),)))
    cli("up --wait --wait-timeout 1 --readiness eager").says("""
        exit 1
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-db-1  Creating
        2|  Container shop-db-1  Created
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
        2|  Container shop-db-1  Waiting
        2|  Container shop-db-1  Error  db is not ready after 1s (starting)
        2| error: db is not ready after 1s (starting)
        2|   service       db (container shop-db-1)
        2|   last probes   exit 2: db:5432 - no response
        2|                 exit 2: db:5432 - no response
        2|                 exit 2: db:5432 - no response
        2|
        2| error: application not healthy after 1s
        2| 1 container still running: shop-db-1
    """)


def test_wait_for_something_that_does_not_stay_up(cli: CommandLine) -> None:
    cli.write("services: {job: {image: busybox}}")
    cli.engine.script("job", exits(0))
    cli("up --wait").says("""
        exit 0
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-job-1  Creating
        2|  Container shop-job-1  Created
        2|  Container shop-job-1  Starting
        2|  Container shop-job-1  Started
        2|  Container shop-job-1  Waiting
        2|  Container shop-job-1  Exited  {seconds}, exited 0
    """)
    cli.engine.script("job", exits(2, log=("no way",)))
    cli("up --wait --force-recreate").says("""
        exit 1
        2|  Container shop-job-1  Recreate  forced
        2|  Container shop-job-1  Recreated
        2|  Container shop-job-1  Starting
        2|  Container shop-job-1  Started
        2|  Container shop-job-1  Waiting
        2|  Container shop-job-1  Error  container shop-job-1 exited (2)
        2| error: container shop-job-1 exited (2)
        2|   service       job (container shop-job-1)
        2|   exit code     2
        2|   last output   | no way
        2|   look further  composer logs job
        2|
        2| nothing of the project is running
    """)


def test_a_missing_image(cli: CommandLine) -> None:
    cli.write("""
        services:
          web: {image: "registry.test/web:1", network_mode: none}
          proxy: {image: busybox, depends_on: [web], network_mode: none}
    """)
    gate = cli.engine.hold("pull")
    with cli.meanwhile(lambda: cli.err.until("shop-proxy-1  Created"), gate.release):
        said = cli("up -d")
    said.says("""
        exit 1
        2|  web Pulling
        2|  web Error  manifest for registry.test/web:1 not found: manifest unknown
        2|  Container shop-proxy-1  Creating
        2|  Container shop-proxy-1  Created
        2| error: cannot pull registry.test/web:1: manifest for registry.test/web:1 not found: manifest unknown
        2|   service       web
        2|   needed by     proxy (started)
        2|
        2| 1 service was not started: proxy
        2| nothing of the project is running
    """)


def test_a_port_that_is_in_use(cli: CommandLine) -> None:
    cli.write("services: {old: {image: busybox, ports: ['8080:80']}}", "../other/compose.yaml")
    cli("-f ../other/compose.yaml up -d")
    cli.write("""
        services:
          web: {image: busybox, ports: ["8080:80"]}
          proxy: {image: busybox, depends_on: [web]}
    """)
    cli("up -d").says("""
        exit 1
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-proxy-1  Creating
        2|  Container shop-proxy-1  Created
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Created
        2|  Container shop-web-1  Starting
        2|  Container shop-web-1  Error  failed to set up container networking: driver failed programming external connectivity on endpoint shop-web-1 ({id}): Bind for 0.0.0.0:8080 failed: port is already allocated
        2| error: cannot start web-1: port 8080 is taken
        2|   service       web (container shop-web-1)
        2|   needed by     proxy (started)
        2|   hint          port 8080 is published by container other-old-1 (service old of project other): stop it, or publish another port
        2|
        2| 1 service was not started: proxy
        2| nothing of the project is running
    """)


def test_a_name_that_is_taken(cli: CommandLine) -> None:
    cli.engine.create_container("shop-web-1", {"Image": "busybox"}, platform=None)
    cli.write("services: {web: {image: busybox}}")
    cli("up -d").says("""
        exit 1
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  Container shop-web-1  Creating
        2|  Container shop-web-1  Error  the name is taken by container {id} which was not made by Compose
        2| error: cannot create container shop-web-1: the name is taken by container {id} which was not made by Compose
        2|   service       web
        2|   hint          remove it (`docker rm -f shop-web-1`) or rename it
        2|
        2| nothing of the project is running
    """)


def test_an_external_network_and_volume_must_be_there(cli: CommandLine) -> None:
    cli.write("""
        services: {web: {image: busybox, networks: [front], volumes: ["data:/data"]}}
        networks: {front: {external: true}}
        volumes: {data: {external: true, name: old-data}}
    """)
    cli("up -d").says("""
        exit 1
        2| error: network front declared as external, but could not be found [CMP-2000]
        2|   hint: create it first: docker network create front
    """)
    cli.engine.create_network({"Name": "front"})
    cli("up -d").says("""
        exit 1
        2| error: external volume "old-data" not found [CMP-2000]
        2|   hint: create it first: docker volume create old-data
    """)


def test_a_failure_while_taking_down_does_not_stop_the_rest(cli: CommandLine) -> None:
    cli.write("services: {web: {image: busybox}, db: {image: busybox}}")
    cli("up -d")
    cli.engine.fail(
        "remove_container", EngineRefused("driver failed to remove root filesystem", status=500), target="web"
    )
    cli("down").says("""
        exit 1
        2|  Container shop-db-1  Stopping
        2|  Container shop-db-1  Stopped
        2|  Container shop-db-1  Removing
        2|  Container shop-db-1  Removed
        2|  Container shop-web-1  Stopping
        2|  Container shop-web-1  Stopped
        2|  Container shop-web-1  Removing
        2|  Container shop-web-1  Error  driver failed to remove root filesystem
        2| error: web: driver failed to remove root filesystem
        2|   service       web (container shop-web-1)
        2|
        2| nothing of the project is running
    """)
    assert cli.states() == {"shop-web-1": "exited"}


def test_nobody_answers(cli: CommandLine) -> None:
    cli.write("services: {web: {image: busybox}}")
    cli.patch.setattr(composer.api, "open_reader", REAL_READER)
    cli.patch.setattr(composer.api, "open_engine", REAL_ENGINE)
    cli.setenv(DOCKER_HOST=f"unix://{cli.folder}/no.sock")
    for line in ("ps", "up -d", "down", "ls", "logs"):
        cli(line).says("""
            exit 1
            2| error: cannot reach the Docker Engine at unix://{folder}/no.sock (from DOCKER_HOST): No such file or directory [CMP-3001]
            2|   hint: is the engine running there, and is the address in DOCKER_HOST right?
        """)
    cli.setenv(DOCKER_HOST="ftp://example")
    cli("ps").says("""
        exit 1
        2| error: cannot talk to ftp://example (from DOCKER_HOST): ftp:// is not supported [CMP-3001]
        2|   hint: use a unix://, tcp:// or ssh:// address
    """)
    cli.setenv(DOCKER_HOST="", DOCKER_CONTEXT="nowhere", DOCKER_CONFIG=str(cli.folder))
    cli("ps").says("""
        exit 1
        2| error: the Docker context 'nowhere' (from DOCKER_CONTEXT) does not exist [CMP-3001]
        2|   hint: `docker context ls` lists the contexts there are
    """)


@pytest.mark.parametrize("line", ["up -d", "down", "ps"])
def test_the_engine_goes_away_meanwhile(cli: CommandLine, line: str) -> None:
    cli.write("services: {web: {image: busybox}}")
    cli.engine.fail("containers", EngineUnreachable("the connection to the Docker Engine broke off: it was restarted"))
    cli(line).says("""
        exit 1
        2| error: the connection to the Docker Engine broke off: it was restarted [CMP-3001]
    """)
