"""An engine whose disk is full: a clear end, what was made before stays, and once there is room `up` goes on."""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Iterator

import docker
import pytest

from tests.support.real_registry import RealRegistry
from tests.support.scenario import Scenario
from tests.support.small_disk import MIB, SmallDisk, small_disk

pytestmark = pytest.mark.engine

FULL = "no space left on device"
CURE = "the engine's disk is full: `docker system df` shows what fills it"
FILES = 8  # of a MiB each, which no compression makes smaller


@pytest.fixture(scope="module")
def disk() -> Iterator[SmallDisk]:
    with small_disk(64 * MIB) as made:
        yield made


@pytest.fixture
def full(disk: SmallDisk, scenario: Scenario) -> Iterator[Scenario]:
    """A project on the engine with the small disk."""
    made = Scenario(scenario.folder, scenario.project, disk.engine)
    made.history = scenario.history
    made.environment["DOCKER_HOST"] = disk.address
    yield made
    disk.make_room()
    made.sweep()


def make_big_image(engine: docker.APIClient, ref: str) -> None:
    """Busybox with eight files in /data."""
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w") as tar:
        for number in range(FILES):
            entry = tarfile.TarInfo(f"data/file-{number}")
            entry.size = MIB
            tar.addfile(entry, io.BytesIO(os.urandom(MIB)))
    container = engine.create_container("busybox:latest", ["true"])["Id"]
    try:
        engine.put_archive(container, "/", archive.getvalue())
        repository, _, tag = ref.rpartition(":")
        engine.commit(container, repository=repository, tag=tag)
    finally:
        engine.remove_container(container)


def test_containers_that_cannot_be_made_or_started(full: Scenario, disk: SmallDisk) -> None:
    def declare(services: str) -> None:
        full.write(f"services:\n  db: {{image: busybox, init: true, command: sleep 1000}}\n{services}")

    declare("")
    full.composer("up", "-d")
    db = full.ids()["db-1"]
    declare("  web: {image: busybox, init: true, command: sleep 1000, depends_on: [db]}\n")
    disk.fill()
    refused = full.composer("up", "-d", code=1)
    assert f"error: cannot create container {full.name('web')}: " in refused.stderr
    assert (refused.stderr.count(f"{FULL}\n  service       web"), refused.stderr.count(CURE)) == (1, 1)
    assert f"1 container still running: {full.name('db')}" in refused.stderr
    assert full.ids() == {"db-1": db}

    disk.make_room()
    full.composer("create")
    made = full.ids()
    disk.fill()
    refused = full.composer("up", "-d", code=1)
    assert "error: cannot start web-1: " in refused.stderr
    assert (refused.stderr.count(FULL) > 0, refused.stderr.count(CURE)) == (True, 1)
    assert (full.ids(), full.states()) == (made, {"db-1": "running", "web-1": "created"})

    disk.make_room()
    full.composer("up", "-d")
    assert (full.ids(), full.states()) == (made, {"db-1": "running", "web-1": "running"})
    disk.fill()
    full.composer("down", "-v", "-t", "0")
    assert full.holdings().names == []


def test_a_volume_is_not_left_with_a_part_of_the_images_files(full: Scenario, disk: SmallDisk) -> None:
    """The engine would take the part for the whole, and the next container would run without the rest."""
    image = f"{full.project}:big"
    make_big_image(disk.engine, image)
    full.write(f"""
        services:
          web: {{image: "{image}", init: true, command: sleep 1000, volumes: ["data:/data"]}}
        volumes:
          data: {{labels: {{tier: gold}}}}
    """)
    try:
        disk.fill(leaving=5 * MIB)
        refused = full.composer("up", "-d", code=1)
        volume = f"{full.project}_data"
        assert f"error: cannot create container {full.name('web')}: failed to copy files: " in refused.stderr
        assert CURE in refused.stderr
        assert f"volume {volume} held only a part of the image's files; it was emptied again" in refused.stderr
        assert full.ids() == {}
        files = disk.data / "volumes" / volume / "_data"
        assert list(files.iterdir()) == []
        disk.make_room()
        full.composer("up", "-d")
        listed = full.composer("exec", "-T", "web", "du", "-sm", "/data")
        assert (listed.stdout.split()[0], len(list(files.iterdir()))) == ("8", FILES)
        assert full.holdings().volumes[volume]["Labels"]["tier"] == "gold"
        before = full.ids()
        assert "Created" not in full.composer("up", "-d").stderr
        assert full.ids() == before
    finally:
        full.sweep()
        disk.engine.remove_image(image)


def test_an_image_that_does_not_fit(full: Scenario, disk: SmallDisk, registry: RealRegistry) -> None:
    image = f"{registry.host}/big:1"
    make_big_image(disk.engine, image)
    registry.push(disk.engine, image)
    full.write(f"services: {{web: {{image: '{image}', init: true, command: sleep 1000}}}}")
    disk.fill(leaving=4 * MIB)
    refused = full.composer("up", "-d", code=1)
    assert f"error: web: cannot pull {image}: " in refused.stderr
    assert (FULL in refused.stderr, refused.stderr.count(CURE)) == (True, 1)
    assert "trying again" not in refused.stderr
    assert full.ids() == {}
    disk.make_room()
    full.composer("up", "-d")
    assert full.states() == {"web-1": "running"}
    full.sweep()
    disk.engine.remove_image(image)


def test_a_build_whose_context_does_not_fit(full: Scenario, disk: SmallDisk) -> None:
    """Nothing is left of it; with room the next one makes the image."""
    full.write("""
        services:
          db: {image: busybox, init: true, command: sleep 1000}
          web: {build: ./context, image: "${COMPOSE_PROJECT_NAME}:web", init: true, command: sleep 1000}
    """)
    full.write("FROM busybox\nCOPY big /big\n", "context/Dockerfile")
    (full.folder / "context" / "big").write_bytes(os.urandom(16 * MIB))
    disk.fill(leaving=12 * MIB)
    for buildkit in ("0", "1"):
        full.environment["DOCKER_BUILDKIT"] = buildkit
        refused = full.composer("build", code=1)
        assert f"error: cannot build {full.project}:web: " in refused.stderr
        assert (FULL in refused.stderr, refused.stderr.count("\n  service       web")) == (True, 1)
        assert refused.stderr.count(CURE) == 1
        assert not disk.engine.images(filters={"label": f"com.docker.compose.project={full.project}"})
    disk.make_room()
    full.composer("up", "-d")
    assert full.states() == {"db-1": "running", "web-1": "running"}
    full.sweep()
    disk.engine.remove_image(f"{full.project}:web")
