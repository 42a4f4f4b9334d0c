"""What every implementation of the engine port promises: each test runs on the fake and on a real engine."""

from __future__ import annotations

import contextlib
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from composer.engine.archive import archive_of
from composer.engine.observe import observe
from composer.errors import Conflict, EngineError, EngineRefused, NotFound
from composer.model.lifecycle import Hook
from composer.model.network import Network
from composer.model.project import Project
from composer.model.secret import Sealed
from composer.plan.actions import Delivery
from composer.plan.observed import ObservedNetwork
from composer.plan.readings import Usage
from tests.support.stage import IMAGE, Stage


def the_container(stage: Stage) -> tuple[str, int | None]:
    (found,) = stage.engine.containers(project=stage.project)
    return found.state, found.exit_code


def test_the_engine_says_who_it_is(stage: Stage) -> None:
    info = stage.engine.info()
    assert (1, 41) <= info.api_version <= (1, 51)
    assert info.version[0].isdigit()


def test_a_project_without_anything(stage: Stage) -> None:
    engine, project = stage.engine, stage.project
    assert (engine.containers(project=project), engine.networks(project=project), engine.volumes(project=project)) == (
        (),
        (),
        (),
    )


def test_the_life_of_a_container(stage: Stage) -> None:
    container = stage.create()
    seen = [the_container(stage)]
    stage.engine.start(container)
    seen.append(the_container(stage))
    stage.engine.stop(container, timeout=None, grace=10)
    seen.append(the_container(stage))
    stage.engine.start(container)
    seen.append(the_container(stage))
    stage.engine.kill(container, signal="SIGKILL")
    stage.engine.remove_container(container, volumes=True, force=True)
    assert seen == [("created", None), ("running", None), ("exited", 143), ("running", None)]
    assert stage.engine.containers(project=stage.project) == ()


def test_a_listed_container_tells_what_the_planners_need(stage: Stage) -> None:
    network, volume = stage.network("net"), stage.volume("data")
    name = f"{stage.project}_net"
    mount = {"Type": "volume", "Source": volume, "Target": "/data"}
    container = stage.start(
        host={"NetworkMode": name, "Mounts": [mount]}, NetworkingConfig={"EndpointsConfig": {name: {}}}
    )
    (found,) = stage.engine.containers(project=stage.project)
    assert (found.id, found.name, found.service, found.number, found.config_hash, found.oneoff, found.image) == (
        container,
        f"{stage.project}-web-1",
        "web",
        1,
        "hash",
        False,
        IMAGE,
    )
    assert (dict(found.networks), found.volumes) == ({name: network}, (volume,))
    image = stage.engine.image(IMAGE)
    assert image is not None
    assert found.image_id == image.id
    assert abs(found.created - time.time()) < 3600


def test_containers_of_others_are_not_listed(stage: Stage) -> None:
    stage.create()
    labels = stage.labels(service="stray")
    del labels["com.docker.compose.config-hash"]
    stage.create("stray", Labels=labels)
    assert [found.service for found in stage.engine.containers(project=stage.project)] == ["web"]
    everyones = stage.engine.containers(project=None)
    mine = [found.service for found in everyones if found.name.startswith(stage.project)]
    assert mine == ["web"]


def test_only_running_ones_when_asked(stage: Stage) -> None:
    stage.create("one")
    stage.start("two")
    found = stage.engine.containers(project=stage.project, all_states=False)
    assert [container.service for container in found] == ["two"]


def test_a_container_is_found_by_name_and_by_id(stage: Stage) -> None:
    container = stage.start()
    by_name = stage.engine.inspect_container(f"{stage.project}-web-1")
    assert by_name == stage.engine.inspect_container(container)
    assert (by_name.id, by_name.state, by_name.exit_code, by_name.health) == (container, "running", None, "")
    assert stage.engine.inspect_raw(container)["Id"] == container


def test_renaming(stage: Stage) -> None:
    container = stage.create()
    stage.engine.rename(container, f"{stage.project}-other-1")
    (found,) = stage.engine.containers(project=stage.project)
    stage.engine.rename(container, f"{stage.project}-web-1")
    assert found.name == f"{stage.project}-other-1"


def test_starting_and_stopping_twice_is_no_error(stage: Stage) -> None:
    container = stage.create()
    stage.engine.start(container)
    stage.engine.start(container)
    stage.engine.stop(container, timeout=1, grace=1)
    stage.engine.stop(container, timeout=1, grace=1)
    assert the_container(stage)[0] == "exited"


def test_what_is_not_there(stage: Stage) -> None:
    engine = stage.engine
    for call in (
        lambda: engine.inspect_container("no-such-container"),
        lambda: engine.inspect_raw("no-such-container"),
        lambda: engine.start("no-such-container"),
        lambda: engine.stop("no-such-container", timeout=None, grace=10),
        lambda: engine.kill("no-such-container", signal="SIGTERM"),
        lambda: engine.restart("no-such-container", timeout=None, grace=10),
        lambda: engine.rename("no-such-container", "x"),
        lambda: engine.remove_container("no-such-container", volumes=False, force=True),
        lambda: engine.remove_network("no-such-network"),
        lambda: engine.remove_volume("no-such-volume"),
        lambda: engine.remove_image("no-such-image"),
    ):
        with pytest.raises(NotFound):
            call()
    assert (engine.network("no-such-network"), engine.volume("no-such-volume"), engine.image("no-such-image")) == (
        None,
        None,
        None,
    )


def test_a_missing_image_is_told_at_create(stage: Stage) -> None:
    with pytest.raises(NotFound, match=r"[Nn]o such image: no-such-image"):
        stage.create(Image="no-such-image:1")


def test_a_taken_name_is_a_conflict(stage: Stage) -> None:
    stage.create()
    with pytest.raises(Conflict, match="already in use"):
        stage.create()


def test_a_running_container_is_removed_only_by_force(stage: Stage) -> None:
    container = stage.start()
    with pytest.raises(EngineError):
        stage.engine.remove_container(container, volumes=False, force=False)
    stage.engine.remove_container(container, volumes=False, force=True)
    with pytest.raises(NotFound):
        stage.engine.inspect_container(container)


def test_whoever_removes_a_container_it_is_gone_afterwards(stage: Stage) -> None:
    """With its hold on volumes: several at once, of whom all but one are told that it is under way."""
    volume = stage.engine.create_volume({"Name": f"{stage.project}_data", "Labels": stage.labels(volume="data")})
    container = stage.start(host={"Binds": [f"{volume}:/data"]})

    def remove(_: int) -> str:
        with contextlib.suppress(NotFound):
            stage.engine.remove_container(container, volumes=False, force=True)
        with contextlib.suppress(NotFound):
            stage.engine.remove_volume(volume)  # Conflict while it is in use
        return "gone"

    with ThreadPoolExecutor(4) as removing:
        assert list(removing.map(remove, range(4))) == ["gone"] * 4


def test_networks(stage: Stage) -> None:
    network = stage.network("net")
    found = stage.engine.network(network)
    assert found is not None
    assert found.settings["driver"] == "bridge"
    expected = ObservedNetwork(network, f"{stage.project}_net", "net", stage.project, "hash", settings=found.settings)
    assert stage.engine.networks(project=stage.project) == (expected,)
    assert stage.engine.network(expected.name) == expected
    assert stage.engine.network(network) == expected
    assert stage.engine.network(network[:12]) is None
    stage.engine.remove_network(network)
    assert stage.engine.network(expected.name) is None


def test_a_second_network_of_a_name_is_refused(stage: Stage) -> None:
    stage.network("net")
    with pytest.raises(Conflict):
        stage.network("net")


def test_a_network_in_use_stays(stage: Stage) -> None:
    network, name = stage.network("net"), f"{stage.project}_net"
    stage.start(host={"NetworkMode": name})
    with pytest.raises(EngineRefused, match="has active endpoints"):
        stage.engine.remove_network(network)


def test_joining_several_networks_at_creation_and_another_one_later(stage: Stage) -> None:
    names = [f"{stage.project}_{key}" for key in ("a", "b", "c")]
    ids = [stage.network(key) for key in ("a", "b", "c")]
    endpoints = {names[0]: {"Aliases": ["web"]}, names[1]: {}}
    container = stage.create(host={"NetworkMode": names[0]}, NetworkingConfig={"EndpointsConfig": endpoints})
    stage.engine.connect_network(names[2], container, {"Aliases": ["late"]})
    stage.engine.start(container)
    (found,) = stage.engine.containers(project=stage.project)
    assert dict(found.networks) == dict(zip(names, ids, strict=True))


def test_leaving_a_network_without_running_and_joining_its_successor(stage: Stage) -> None:
    name, first = f"{stage.project}_net", stage.network("net")
    container = stage.start(host={"NetworkMode": name})
    stage.engine.stop(container, timeout=0, grace=10)
    stage.engine.disconnect_network(first, container)
    with pytest.raises(EngineError, match="is not connected"):
        stage.engine.disconnect_network(first, container)
    stage.engine.remove_network(first)
    second = stage.network("net")
    stage.engine.connect_network(name, container, {"Aliases": ["again"]})
    stage.engine.start(container)
    (found,) = stage.engine.containers(project=stage.project)
    assert (found.state, dict(found.networks)) == ("running", {name: second})
    assert "again" in stage.engine.inspect_raw(container)["NetworkSettings"]["Networks"][name]["Aliases"]


def test_a_container_is_found_by_its_name_whoever_made_it(stage: Stage) -> None:
    container = stage.create(Labels={})
    name = f"{stage.project}-web-1"
    found = stage.engine.container_named(name)
    assert found is not None
    assert (found.id, found.name, found.project) == (container, name, "")
    assert stage.engine.container_named(name[:-1]) is None
    assert stage.engine.container_named(name.replace("-", ".")) is None


def test_volumes(stage: Stage) -> None:
    name = f"{stage.project}_data"
    assert stage.volume("data") == name
    (expected,) = stage.engine.volumes(project=stage.project)
    assert (expected.name, expected.key, expected.project, expected.config_hash) == (
        name,
        "data",
        stage.project,
        "hash",
    )
    assert (expected.driver, expected.scope, expected.labels) == ("local", "local", stage.labels(volume="data"))
    assert expected.settings == {"driver": "local"}
    assert expected.mountpoint.endswith(f"/{name}/_data")
    assert stage.engine.volume(expected.name) == expected
    stage.engine.remove_volume(expected.name)
    assert stage.engine.volume(expected.name) is None


def test_a_volume_in_use_stays(stage: Stage) -> None:
    volume = stage.volume("data")
    stage.create(host={"Mounts": [{"Type": "volume", "Source": volume, "Target": "/data"}]})
    with pytest.raises(Conflict):
        stage.engine.remove_volume(volume)


def test_images(stage: Stage) -> None:
    image = stage.engine.image(IMAGE)
    assert image is not None
    assert (image.ref, image.id[:7], image.has_healthcheck) == (IMAGE, "sha256:", False)
    assert stage.engine.image(image.id) is not None
    assert stage.engine.image(IMAGE, platform="linux/s390x") is None


def test_a_snapshot_holds_the_projects_own_and_what_the_file_names(stage: Stage) -> None:
    stage.network("net")
    stage.volume("data")
    stage.create()
    nets = {"net": Network(name=f"{stage.project}_net"), "out": Network(name="bridge", external=True)}
    project = Project(name=stage.project, working_dir="/", networks=nets)
    found = observe(stage.engine, stage.project, project, images=[IMAGE, "no-such-image"])
    assert [container.service for container in found.containers] == ["web"]
    assert list(found.networks) == [f"{stage.project}_net", "bridge"]
    assert list(found.volumes) == [f"{stage.project}_data"]
    assert list(found.images) == [IMAGE]


def test_events_tell_a_life_in_order(stage: Stage) -> None:
    watched = stage.watch()
    container = stage.start()
    stage.engine.stop(container, timeout=None, grace=10)
    stage.engine.remove_container(container, volumes=True, force=False)
    gone = watched.until("destroy")
    actions = [action for action in watched.actions if action in ("create", "start", "die", "destroy")]
    assert actions == ["create", "start", "die", "destroy"]
    assert (gone.container, gone.name) == (container, f"{stage.project}-web-1")
    died = next(event for event in watched.seen if event.action == "die")
    assert died.exit_code == 143
    assert died.attributes["com.docker.compose.service"] == "web"
    times = [event.time for event in watched.seen]
    assert times == sorted(times)
    assert abs(times[0] / 1e9 - time.time()) < 3600


def test_events_since_a_moment_are_told_again(stage: Stage) -> None:
    first = stage.watch()
    stage.engine.start(stage.create())
    created = first.until("create").time / 1e9
    again = stage.watch(since=created - 0.001)
    again.until("start")
    assert again.actions == ["create", "start"]


def test_events_of_other_projects_are_not_told(stage: Stage) -> None:
    watched = stage.watch()
    stage.create("stray", Labels={"com.docker.compose.project": "composer-other"})
    stage.create()
    watched.until("create")
    assert [event.name for event in watched.seen] == [f"{stage.project}-web-1"]


def test_an_event_stream_is_closed_from_another_thread(stage: Stage) -> None:
    watched = stage.watch()
    assert watched.close()
    assert (watched.seen, watched.error) == ([], None)


def test_an_event_stream_ends_where_it_was_told_to(stage: Stage) -> None:
    first = stage.watch()
    stage.engine.kill(stage.start(), signal="SIGKILL")
    until = first.until("die").time / 1e9
    stream = stage.engine.events(project=stage.project, since=until - 60, until=f"{until + 0.001:.9f}", every=True)
    assert [event.action for event in stream if event.action in ("create", "start", "die")] == [
        "create",
        "start",
        "die",
    ]


def test_the_processes_of_a_container_that_runs(stage: Stage) -> None:
    container = stage.create(command="exec sleep 50")
    with pytest.raises(EngineError, match="is not running"):
        stage.engine.processes(container)
    stage.engine.start(container)
    found = stage.engine.processes(container)
    assert found.titles == ("UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD")
    assert found.rows[-1][-1].endswith("sleep 50")


def test_the_usage_of_a_container(stage: Stage) -> None:
    container = stage.create()
    assert list(stage.engine.usage(container, follow=False)) == [Usage()]
    stage.engine.start(container)
    (one,) = stage.engine.usage(container, follow=False)
    assert one.processes >= 1
    assert 0 < one.memory < one.memory_limit
    stream = stage.engine.usage(container, follow=True)
    readings = iter(stream)
    assert next(readings).processes >= 1
    stream.close()
    assert len(list(readings)) <= 1
    with pytest.raises(NotFound):
        list(stage.engine.usage("no-such-container", follow=False))


def test_many_threads_may_act_at_once(stage: Stage) -> None:
    errors: list[Exception] = []

    def make(number: int) -> None:
        try:
            stage.start(f"web{number}")
        except EngineError as error:
            errors.append(error)

    threads = [threading.Thread(target=make, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = sorted(container.service for container in stage.engine.containers(project=stage.project))
    assert (errors, found) == ([], [f"web{number}" for number in range(6)])


# ---- around a start --------------------------------------------------------------------------------
SECRET = Delivery("/run/secrets/s", Sealed("hunter2"), uid=5, mode=0o440)


def test_a_container_is_waited_for_and_hooks_are_listed_apart(stage: Stage) -> None:
    marks = {"com.docker.compose.project": stage.project, "com.docker.compose.hook": "pre_start"}
    name = f"{stage.project}-hook"
    made = stage.engine.create_container(
        name, {"Image": IMAGE, "Cmd": ["false"], "Labels": marks, "HostConfig": {}}, platform=None
    )
    try:
        stage.engine.start(made)
        assert stage.engine.wait(made) == 1
        assert stage.engine.wait(made) == 1
        [found] = stage.engine.hook_containers(project=stage.project)
        assert (found.id, found.name) == (made, name)
        assert stage.engine.containers(project=stage.project) == ()
    finally:
        stage.engine.remove_container(made, volumes=True, force=True)
    with pytest.raises(NotFound):
        stage.engine.wait(made)


def test_files_are_put_into_a_container_that_does_not_run(stage: Stage) -> None:
    container = stage.create()
    stage.engine.put_archive(container, archive_of((SECRET,), at=time.time()))
    sealed = stage.create("sealed", host={"ReadonlyRootfs": True})
    with pytest.raises(EngineRefused, match="marked read-only"):
        stage.engine.put_archive(sealed, archive_of((SECRET,), at=time.time()))
    with pytest.raises(NotFound):
        stage.engine.put_archive("composer-nobody", archive_of((SECRET,), at=time.time()))


def test_a_hook_runs_in_a_running_container_only(stage: Stage) -> None:
    container = stage.create()
    with pytest.raises(Conflict):
        stage.engine.run_hook(container, Hook(command=("true",)))
    stage.engine.start(container)
    assert stage.engine.run_hook(container, Hook(command=("true",))).exit_code == 0
    assert stage.engine.run_hook(container, Hook(command=("false",))).exit_code == 1


def test_a_container_pauses_and_goes_on(stage: Stage) -> None:
    watched = stage.watch()
    container = stage.start()
    stage.engine.pause(container)
    assert the_container(stage)[0] == "paused"
    with pytest.raises(EngineError, match="is already paused"):
        stage.engine.pause(container)
    stage.engine.unpause(container)
    assert the_container(stage)[0] == "running"
    with pytest.raises(EngineError, match="is not paused"):
        stage.engine.unpause(container)
    stage.engine.pause(container)
    stage.engine.stop(container, timeout=10, grace=10)
    watched.until("die")
    assert the_container(stage)[0] == "exited"
    assert [action for action in watched.actions if "pause" in action][:2] == ["pause", "unpause"]
