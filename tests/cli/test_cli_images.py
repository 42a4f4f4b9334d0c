"""`composer pull`, `push` and `images`, and what `up` says of its pulls."""

from __future__ import annotations

import json

import pytest

from composer.engine.fake import FakeImage
from composer.errors import EngineRefused
from tests.support.command_line import CommandLine

SHOP = """
    services:
      web: {image: "registry.test/app:1", depends_on: [db]}
      api: {image: "registry.test/app:1"}
      db: {image: "registry.test/db:1", pull_policy: missing}
      job: {image: "registry.test/job:1", build: .}
      tool: {build: .}
"""


@pytest.fixture
def shop(cli: CommandLine) -> CommandLine:
    cli.write(SHOP)
    for name in ("app", "db"):
        cli.engine.add_image(f"registry.test/{name}:1", local=False)
    return cli


def test_pull(shop: CommandLine) -> None:
    shop("pull web api db").says("""
        exit 0
        2|  {id} Pull complete
        2|  {id} Pull complete
        2|  api Pulling
        2|  api Pulled
        2|  db Pulling
        2|  db Pulled
        2|  web Pulling
        2|  web Pulled
    """)
    assert sorted(ref for (ref,) in shop.engine.called("pull")) == ["registry.test/app:1", "registry.test/db:1"]
    shop("pull --quiet db").says("""
        exit 0
        2|  db Skipped - Image is already present locally
    """)
    assert len(shop.engine.called("pull")) == 2


def test_pull_quietly_what_a_service_depends_on(shop: CommandLine) -> None:
    shop("pull -q --include-deps web").says("""
        exit 0
        2|  db Pulling
        2|  db Pulled
        2|  web Pulling
        2|  web Pulled
    """)
    shop("--progress quiet pull --policy missing").says("""
        exit 1
        2| error: cannot pull registry.test/job:1: manifest for registry.test/job:1 not found: manifest unknown
        2|   service       job
        2|   hint          it can be built: composer build job
    """)


def test_what_cannot_be_pulled(shop: CommandLine) -> None:
    shop("pull --ignore-buildable -q").says("""
        exit 0
        2|  job Skipped - Image can be built
        2|  tool Skipped - No image to be pulled
        2|  api Pulling
        2|  api Pulled
        2|  db Pulling
        2|  db Pulled
        2|  web Pulling
        2|  web Pulled
    """)
    shop("pull --ignore-pull-failures -q job").says("""
        exit 0
        2|  job Pulling
        2|  job Error  manifest for registry.test/job:1 not found: manifest unknown
        2| warning: Some service image(s) must be built from source by running:
        2|     composer build job
    """)


def test_every_failure_is_told(cli: CommandLine) -> None:
    cli.write("services: {a: {image: 'registry.test/a:1'}, b: {image: 'registry.test/b:1'}}")
    code, out, err = cli.raw("pull")
    assert (code, out) == (1, "")
    told = sorted(line.partition("cannot pull ")[2] for line in err.splitlines() if line.startswith("error"))
    unknown = "not found: manifest unknown"
    assert told == [f"registry.test/{name}:1: manifest for registry.test/{name}:1 {unknown}" for name in ("a", "b")]


def test_a_pull_that_is_tried_again(shop: CommandLine) -> None:
    shop.engine.fail("pull", EngineRefused("unexpected EOF"))
    shop("pull -q db").says("""
        exit 0
        2|  db Pulling
        2|  db Retrying  unexpected EOF: attempt 2 of 3 in 1s
        2|  db Pulled
    """)


def test_a_dry_run_pulls_nothing(shop: CommandLine) -> None:
    shop("pull --dry-run web db").says("""
        exit 0
        1| Dry run: pull of shop would do this:
        1|   ↓ pull image registry.test/app:1 for web  asked for
        1|   ↓ pull image registry.test/db:1 for db    the image is not here
        1| 2 to pull. Nothing was changed.
    """)
    assert (shop.engine.called("pull"), shop.opened) == ([], ["reader"])


def test_an_unknown_service(shop: CommandLine) -> None:
    shop("pull nobody").says("""
        exit 1
        2| error: no such service: nobody [CMP-1110]
    """)


def test_push(shop: CommandLine) -> None:
    shop.engine.add_image("registry.test/job:1")
    shop("push").says("""
        exit 0
        2|  api Skipped
        2|  db Skipped
        2|  tool Skipped
        2|  web Skipped
        2|  job Pushing
        2|  {id} Pushed
        2|  job Pushed
    """)
    assert shop.engine.called("push") == [("registry.test/job:1",)]


def test_a_push_of_what_is_not_there(shop: CommandLine) -> None:
    shop("push -q job").says("""
        exit 1
        2|  job Pushing
        2|  job Error  An image does not exist locally with the tag: registry.test/job
        2| error: cannot push registry.test/job:1: An image does not exist locally with the tag: registry.test/job
        2|   service       job
    """)
    shop("push -q --ignore-push-failures job").says("""
        exit 0
        2|  job Pushing
        2|  job Error  An image does not exist locally with the tag: registry.test/job
    """)


def test_images(cli: CommandLine) -> None:
    cli.engine.add_image(FakeImage(ref="registry.test/app:1", size=1_984_230))
    cli.write("services: {web: {image: 'registry.test/app:1', scale: 2}, db: {image: busybox}}")
    cli("up -d")
    cli("images").says("""
        exit 0
        1| CONTAINER           REPOSITORY          TAG                 PLATFORM            IMAGE ID            SIZE                CREATED
        1| shop-db-1           busybox             latest              linux/amd64         {id}        0B
        1| shop-web-1          registry.test/app   1                   linux/amd64         {id}        1.98MB
        1| shop-web-2          registry.test/app   1                   linux/amd64         {id}        1.98MB
    """)
    assert cli.opened == ["reader"]
    cli("images -q").says("""
        exit 0
        1| {id}
        1| {id}
    """)
    cli("images db --format '{{.ContainerName}} {{.Repository}}'").says("""
        exit 0
        1| shop-db-1 busybox
    """)
    code, out, err = cli.raw("images --format json web")
    assert (code, err) == (0, "")
    assert [list(one) for one in json.loads(out)] == [
        ["ID", "ContainerName", "Repository", "Tag", "Platform", "Size", "LastTagTime"]
    ] * 2
    (cli.folder / "compose.yaml").unlink()
    cli("-p shop images -q db").says("""
        exit 0
        1| {id}
    """)
    cli("-p other images --format json").says("""
        exit 0
        1| []
    """)


def test_up_pulls_quietly(shop: CommandLine) -> None:
    shop("up -d --quiet-pull db").says("""
        exit 0
        2|  Network shop_default  Creating
        2|  Network shop_default  Created
        2|  db Pulling
        2|  db Pulled
        2|  Container shop-db-1  Creating
        2|  Container shop-db-1  Created
        2|  Container shop-db-1  Starting
        2|  Container shop-db-1  Started
    """)


def test_what_is_built_with_push_goes_to_its_registry(cli: CommandLine) -> None:
    cli.write("services: {web: {image: 'registry.test/web:1', build: {context: ., tags: ['registry.test/web:2']}}}")
    cli.write("FROM busybox", "Dockerfile")
    assert cli.raw("build --push")[0] == 0
    assert sorted(ref for (ref,) in cli.engine.called("push")) == ["registry.test/web:1", "registry.test/web:2"]
