"""Builds on a real engine: all that the builder asks this machine for, and what happens when it goes wrong."""

from __future__ import annotations

import base64
import io
import json
import os
import signal
import socket
import tarfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import docker
import docker.errors
import pytest

from composer.engine.classic import ClassicBuild
from composer.engine.connect import resolve
from composer.engine.port import BuildOutput
from composer.errors import BuildFailed
from composer.plan.recipe import Recipe
from tests.support.real_registry import RealRegistry
from tests.support.registry import Registry
from tests.support.scenario import Scenario, free_port, read_until

pytestmark = pytest.mark.engine

KEYS = "import os, socket; s = socket.socket(socket.AF_UNIX); s.connect(os.environ['SSH_AUTH_SOCK'])"
KEYS += "; s.sendall(b'\\0\\0\\0\\1\\x0b'); open('/keys', 'w').write(str(s.recv(99)))"
NO_IDENTITIES = b"\0\0\0\5\x0c\0\0\0\0"
PATIENCE = 30.0


@pytest.fixture
def made(scenario: Scenario) -> Iterator[Scenario]:
    yield scenario
    for image in scenario.engine.images(filters={"label": f"com.docker.compose.project={scenario.project}"}):
        with suppress(docker.errors.APIError):
            scenario.engine.remove_image(image["Id"], force=True)


def content(scenario: Scenario, service: str, path: str) -> str:
    """A file of the service's image."""
    engine = scenario.engine
    container = engine.create_container(f"{scenario.project}-{service}", ["true"])["Id"]
    try:
        pieces, _ = engine.get_archive(container, path)
        with tarfile.open(fileobj=io.BytesIO(b"".join(pieces))) as tar:
            file = tar.extractfile(tar.next() or path)
            assert file is not None
            return file.read().decode()
    finally:
        engine.remove_container(container)


@contextmanager
def agent(path: Path) -> Iterator[Path]:
    """An SSH agent without keys."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen()

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    with connection:
                        connection.recv(5)
                        connection.sendall(NO_IDENTITIES)

        threading.Thread(target=serve, daemon=True).start()
        yield path
        listener.shutdown(socket.SHUT_RDWR)


def test_secrets_and_the_agent_reach_the_steps_that_ask_for_them(made: Scenario, tmp_path: Path) -> None:
    made.write("from the file", "secret.txt")
    made.environment["TOKEN"] = "from the shell"
    made.write(
        f"""
        FROM composer-examples/debian
        RUN --mount=type=secret,id=file cat /run/secrets/file > /file
        RUN --mount=type=secret,id=other,target=/tmp/t cat /tmp/t > /token
        RUN --mount=type=secret,id=unset test ! -e /run/secrets/unset
        RUN --mount=type=ssh python3 -c "{KEYS}"
        """,
        "Dockerfile",
    )
    made.write("""
        services:
          web:
            build:
              context: .
              ssh: [default]
              secrets: [file, {source: token, target: other}, unset]
        secrets:
          file: {file: secret.txt}
          token: {environment: TOKEN}
          unset: {environment: UNSET}
    """)
    with agent(tmp_path / "agent") as path:
        made.environment["SSH_AUTH_SOCK"] = str(path)
        said = made.composer("--progress", "plain", "build")
    assert content(made, "web", "/file") == "from the file"
    assert content(made, "web", "/token") == "from the shell"
    assert content(made, "web", "/keys") == str(NO_IDENTITIES)
    assert "from the" not in said.stderr


def test_a_base_image_is_fetched_through_the_session(made: Scenario, tmp_path: Path) -> None:
    """Such as only those can have who ask for a token: anybody, or only who has the login."""
    login = ("ann", "secret word")
    registries = [
        Registry("open", tokens=True),
        Registry("closed", tokens=True, login=login),
        Registry("basic", login=login),
    ]
    auths = {each.host: {"auth": base64.b64encode(":".join(login).encode()).decode()} for each in registries[1:]}
    (tmp_path / "docker").mkdir()
    (tmp_path / "docker/config.json").write_text(json.dumps({"auths": auths}))
    dockerfile = "FROM {}\\nLABEL a=b"
    services = [
        f'  {each.name}: {{build: {{dockerfile_inline: "{dockerfile.format(each.ref)}"}}}}' for each in registries
    ]
    made.write("\n".join(["services:", *services]))
    try:
        made.environment["DOCKER_CONFIG"] = str(tmp_path / "docker")
        made.composer("build")
        for each in registries:
            assert content(made, each.name, "/hello") == each.name
        made.environment["DOCKER_CONFIG"] = str(tmp_path / "nothing")
        refused = made.composer("build", "--pull", "closed", code=1)
        assert "failed to" in refused.stderr
        assert "secret word" not in refused.stderr
    finally:
        for each in registries:
            each.close()


def test_what_depends_on_the_engine_itself(made: Scenario) -> None:
    """The host's network, `host-gateway`, the image of another service though base images are to be fetched anew."""
    if api_version(made.engine) < (1, 44):
        pytest.skip("named contexts and host-gateway came with later builders")
    made.write("FROM scratch\nCOPY base.txt /base.txt\nENV FROM=base\n", "base/Dockerfile")
    made.write("base", "base/base.txt")
    made.write("""
        services:
          base: {build: base}
          web:
            build:
              additional_contexts: [base=service:base]
              dockerfile_inline: |
                FROM base AS again
                FROM scratch
                COPY --from=again /base.txt /web.txt
              pull: true
          host:
            build:
              dockerfile_inline: |
                FROM busybox
                RUN grep gate /etc/hosts > /gate
              network: host
              extra_hosts: ["gate:host-gateway"]
    """)
    made.composer("build")
    assert content(made, "web", "/web.txt") == "base"
    assert content(made, "host", "/gate").split()[0].count(".") == 3


def test_what_is_built_is_pushed_with_all_its_names(made: Scenario, registry: RealRegistry) -> None:
    made.write(f"""
        services:
          web:
            image: {registry.host}/web:1
            build: {{dockerfile_inline: "FROM busybox", tags: ["{registry.host}/web:more"]}}
          local:
            build: {{dockerfile_inline: "FROM busybox"}}
    """)
    made.composer("build", "--push")
    for tag in ("1", "more"):
        assert made.engine.inspect_distribution(f"{registry.host}/web:{tag}")["Descriptor"]["digest"]


def test_only_files_that_changed_travel(made: Scenario) -> None:
    for number in range(20):
        made.write(str(number) * 100_000, f"big/{number}")
    made.write("FROM busybox\nCOPY big /big\n", "Dockerfile")
    made.write("services: {web: {build: .}}")
    first = sent(made.composer("--progress", "json", "build").stderr)
    unchanged = sent(made.composer("--progress", "json", "build").stderr)
    made.write("another", "big/7")
    changed = sent(made.composer("--progress", "json", "build").stderr)
    assert first > 20 * 100_000
    assert unchanged < 5000
    assert changed < 5000
    assert content(made, "web", "/big/7") == "another"


def sent(stderr: str) -> int:
    """Bytes of the context."""
    lines = [json.loads(line) for line in stderr.splitlines()]
    return max(
        told["current"]
        for told in lines
        if told.get("event") == "build" and told["name"].endswith("load build context") and told["state"] == "progress"
    )


def test_what_goes_wrong_is_told_with_its_place(made: Scenario, subtests: pytest.Subtests) -> None:
    made.write("FROM busybox\nRUN echo first && \\\n    echo the reason >&2 && exit 3\n", "fails/Dockerfile")
    made.write("FROM 127.0.0.1:1/nothing/here\n", "base/Dockerfile")
    made.write("FROM busybox\nRUN --mount=type=secret,id=s,required=true true\n", "secret/Dockerfile")
    made.write("FROM busybox\nCOPY nothing /\n", "copy/Dockerfile")
    made.write("FROM busybox\nNONSENSE x\n", "syntax/Dockerfile")
    made.write("services:\n" + "".join(f"  {name}: {{build: {name}}}\n" for name in ("fails", "base", "secret", "copy",
                                                                                     "syntax", "gone")))  # fmt: skip
    expected = {
        "fails": ["exit code: 3", "| the reason"],
        "base": ["127.0.0.1:1/nothing/here", "hint"],
        "secret": ["secret s", "not found", "hint"],
        "copy": ["nothing"],
        "syntax": ["NONSENSE"],
        "gone": ["cannot read", "gone"],
    }
    for name, parts in expected.items():
        with subtests.test(name):
            said = made.composer("build", name, code=1).stderr
            assert f"cannot build {made.project}-{name}: " in said
            assert [part for part in parts if part not in said] == []
            assert "Traceback" not in said
    if api_version(made.engine) >= (1, 44):
        assert "line          Dockerfile:2: RUN echo first" in made.composer("build", "fails", code=1).stderr


def api_version(engine: docker.APIClient) -> tuple[int, ...]:
    return tuple(int(part) for part in engine.version()["ApiVersion"].split("."))


def test_an_interrupted_build_ends_and_leaves_nothing(made: Scenario) -> None:
    seconds = f"6{os.getpid()}"
    made.write(f"FROM busybox\nRUN echo be''gun && sleep {seconds}\n", "Dockerfile")
    made.write("services: {web: {build: .}}")
    with made.going("--progress", "plain", "build") as process:
        read_until(process, " begun")
        await_running(f"sleep {seconds}", running=True)
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130
    await_running(f"sleep {seconds}", running=False)
    assert made.engine.images(name=f"{made.project}-web") == []


def await_running(command: str, *, running: bool) -> None:
    """No event tells of a process of a build."""
    deadline = time.monotonic() + PATIENCE
    while is_running(command) is not running:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def is_running(command: str) -> bool:
    """On this machine, which is the engine's as well."""
    wanted = command.replace(" ", "\0").encode()
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit() and (entry / "cmdline").read_bytes().rstrip(b"\0") == wanted:
                return True
    return False


def test_up_builds_what_is_missing_and_recreates_what_was_rebuilt(made: Scenario) -> None:
    made.write("FROM busybox\nARG TEXT\nRUN echo $TEXT > /text\n", "Dockerfile")
    compose = """
        services:
          web: {build: {context: ., args: {TEXT: TEXT}}, command: sleep 600, stop_grace_period: 0s}
          db: {image: busybox, command: sleep 600, stop_grace_period: 0s}
    """
    made.write(compose)
    made.composer("up", "-d")
    first = made.ids()
    made.composer("up", "-d", "--build")
    assert made.ids() == first
    made.write(compose.replace("TEXT: TEXT", "TEXT: other"))
    made.composer("up", "-d")
    assert made.ids() == first
    made.composer("up", "-d", "--build")
    assert made.ids()["db-1"] == first["db-1"]
    assert made.ids()["web-1"] != first["web-1"]
    assert content(made, "web", "/text") == "other\n"
    made.composer("down", "--rmi", "local")
    assert made.engine.images(name=f"{made.project}-web") == []


def test_others_start_while_an_image_is_built(made: Scenario) -> None:
    """The build ends only when it can reach what starts after the healthy database."""
    port = free_port()
    made.write(f"""
        services:
          web:
            build:
              context: .
              network: host
              dockerfile_inline: |
                FROM busybox
                RUN for i in $(seq 600); do \
                      wget -qO /fetched http://127.0.0.1:{port}/passwd && exit 0; sleep 0.1; \
                    done; echo nothing of {made.project} listens; exit 1
            command: sleep 600
            init: true
          db:
            image: busybox
            command: sleep 600
            init: true
            healthcheck: {{test: "true", interval: 500ms}}
          page:
            image: busybox
            command: httpd -f -h /etc
            init: true
            ports: ["127.0.0.1:{port}:80"]
            depends_on: {{db: {{condition: service_healthy}}}}
    """)
    made.composer("up", "-d")
    assert made.states_when_ready() == {"db-1": "ready", "page-1": "ready", "web-1": "ready"}


def test_the_classic_builder_makes_the_same(made: Scenario, tmp_path: Path) -> None:
    """It is what engines without BuildKit are asked: here an engine that has both."""
    for name in ("kept", "left.log", "dir/left.log"):
        made.write(name, f"context/{name}")
    made.write("**/*.log\n", "context/.dockerignore")
    address = resolve(os.environ)
    api = "/v{}.{}".format(*api_version(made.engine)[:2])
    image = f"{made.project}-web"
    recipe = Recipe(
        context=str(tmp_path / "context"),
        dockerfile="",
        names=(image,),
        inline="FROM busybox\nARG A\nCOPY . /c\nRUN cd /c && echo $A && find . | sort | tail -n +2 > /found\n",
        args={"A": "argument"},
        labels={"com.docker.compose.project": made.project},
    )
    build = ClassicBuild(address, api, recipe)
    told = list(build)
    assert content(made, "web", "/found").split() == ["./.dockerignore", "./dir", "./kept"]
    assert BuildOutput("4", 1, b"argument\n") in told
    assert made.engine.inspect_image(image)["Id"] == build.image
    with pytest.raises(BuildFailed, match="returned a non-zero code: 3") as caught:
        list(ClassicBuild(address, api, replace(recipe, inline="FROM busybox\nRUN echo why; exit 3\n")))
    assert caught.value.output == ("why",)
