"""`composer build`, and what `up` does about images that are built."""

from __future__ import annotations

import json

import pytest

from composer.errors import BuildFailed
from tests.support.command_line import CommandLine, Said

WEB = """
    services:
      web:
        build:
          context: .
          args: {A: "1"}
      db:
        image: busybox
"""


@pytest.fixture
def shop(cli: CommandLine) -> CommandLine:
    cli.write(WEB)
    return cli


BUILT = """
        1|  web #1 [1/2] FROM base
        1|  web #1 CACHED
        1|  web #2 [2/2] RUN make
        1|  web #2 made
        1|  web #2 DONE {seconds}
        2|  shop-web  Building
        2|  shop-web  Built
"""


def test_build_tells_each_part(shop: CommandLine) -> None:
    shop("build").says(f"""
        exit 0{BUILT}""")
    ((name, recipe),) = shop.engine.called("build")
    assert (name, recipe.names, recipe.args) == ("shop-web", ("shop-web",), {"A": "1"})
    assert recipe.labels == {
        "com.docker.compose.project": "shop",
        "com.docker.compose.service": "web",
        "com.docker.compose.version": "0.1.0",
    }


def test_flags_reach_the_builder(shop: CommandLine) -> None:
    shop.setenv(FROM_SHELL="yes")
    flags = "--build-arg A=2 --build-arg FROM_SHELL --build-arg UNSET --no-cache --pull --ssh default -q web"
    shop(f"build {flags}").says("exit 0")
    ((_, recipe),) = shop.engine.called("build")
    assert (recipe.args, recipe.no_cache, recipe.pull) == ({"A": "2", "FROM_SHELL": "yes"}, True, True)
    assert recipe.ssh == {"default": None}


def test_checks_are_docker_buildxs(shop: CommandLine) -> None:
    shop.setenv(PATH="/nowhere")
    shop("build --check").says("""
        exit 1
        2| error: this build needs docker buildx (--check), and it is not installed [CMP-0000]
        2|   hint: install the buildx plugin of docker, or leave that out of the service's build
    """)
    assert shop.engine.called("build") == []


def test_build_of_services_that_are_not_built(shop: CommandLine) -> None:
    shop("build db").says("""
        exit 0
        2| warning: No services to build
    """)
    shop("build nobody").says("""
        exit 1
        2| error: no such service: nobody [CMP-1110]
    """)


def test_dry_run(shop: CommandLine) -> None:
    shop("build --dry-run").says("""
        exit 0
        1| Dry run: build of shop would do this:
        1|   * build image shop-web for web  asked for
        1| 1 to build. Nothing was changed.
    """)
    assert shop.engine.called("build") == []


def test_up_builds_what_is_missing_and_only_that(shop: CommandLine) -> None:
    said = shop("up -d")
    assert BUILT.strip().splitlines()[0].strip() in said
    assert len(shop.engine.called("build")) == 1
    shop("up -d").says("""
        exit 0
        2|  Container shop-db-1  Running
        2|  Container shop-web-1  Running
    """)
    assert len(shop.engine.called("build")) == 1


def test_up_with_build_recreates_only_if_the_image_is_another_one(shop: CommandLine) -> None:
    shop("up -d")
    before = shop.engine.inspect_raw("shop-web-1")["Id"]
    shop("up -d --build")
    assert shop.engine.inspect_raw("shop-web-1")["Id"] == before
    shop.write(WEB.replace('"1"', '"2"'))
    said = shop("up -d --build")
    assert "2|  Container shop-web-1  Recreated" in said
    assert len(shop.engine.called("build")) == 3


def test_no_build(shop: CommandLine) -> None:
    shop("up -d --no-build").says("""
        exit 1
        2| error: service "web" has no image: "shop-web" does not exist, and --no-build was given [CMP-2000]
        2|   hint: build it first: composer build web
    """)
    shop("up -d --build --no-build").says("""
        exit 1
        2| error: --build and --no-build cannot be used together [CMP-0001]
    """)


def test_a_failing_build_is_told_with_its_line_and_its_last_output(shop: CommandLine) -> None:
    error = BuildFailed("exit code: 2", place="Dockerfile:3", excerpt="RUN make", output=("cc x.c", "no such file"))
    shop.engine.fail("build", error)
    said = shop("up -d")
    assert "2|  shop-web  Error  exit code: 2" in said
    Said(said[said.index("2| error") :]).says("""
        2| error: cannot build shop-web: exit code: 2
        2|   service       web
        2|   line          Dockerfile:3: RUN make
        2|   last output   | cc x.c
        2|                 | no such file
        2|
        2| 1 service was not started: db
        2| nothing of the project is running
    """)


def test_json(shop: CommandLine) -> None:
    _, _, err = shop.raw("--progress json build")
    told = [json.loads(line) for line in err.splitlines()]
    states = [each.get("state") or each.get("status") or each["event"] for each in told]
    assert states == ["run", "Building", "started", "cached", "started", "output", "done", "Built", "summary"]


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        ("-m 10m", "--memory is not supported by the engine's builder"),
        ("--build-arg =x", "invalid --build-arg '=x'"),
    ],
)
def test_flags_that_are_refused(shop: CommandLine, flags: str, message: str) -> None:
    said = shop(f"build {flags}")
    assert said.startswith(f"exit 1\n2| error: {message}")


def test_a_limit_of_memory_is_for_the_classic_builder(shop: CommandLine) -> None:
    shop.setenv(DOCKER_BUILDKIT="0")
    assert shop("build -m much").startswith("exit 1\n2| error: --memory is 'much'")
    assert shop.raw("build -m 10m")[0] == 0
    recipes = [recipe for _, recipe in shop.engine.called("build")]
    assert {recipe.memory for recipe in recipes} == {10 * 1024 * 1024}


def test_up_with_quiet_builds_tells_only_that_they_are_made(shop: CommandLine) -> None:
    said = shop.raw("up -d --quiet-build")
    assert said[0] == 0
    assert [line for line in said[2].splitlines() if "web" in line and "Container" not in line] == [
        " shop-web  Building",
        " shop-web  Built",
    ]
    assert len(shop.engine.called("build")) == 1
