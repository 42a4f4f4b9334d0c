"""What only a real engine can show: output of processes, health tests, ports, transports."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import threading
from datetime import datetime
from pathlib import Path

import pytest

from composer.engine.connect import Address, resolve
from composer.engine.docker_sdk import SdkEngine
from composer.engine.port import Healthprobe, LogChunk, LogRequest
from composer.errors import Conflict, EngineError, EngineRefused, EngineUnreachable, NotFound
from tests.conftest import unique_project
from tests.support.absent import absent
from tests.support.stage import PATIENCE, Stage

pytestmark = pytest.mark.engine


@pytest.fixture
def stage(real_stage: Stage) -> Stage:
    return real_stage


def output(stage: Stage, container: str, **request: object) -> dict[int, bytes]:
    found = {1: b"", 2: b""}
    for chunk in stage.engine.logs(container, LogRequest(**request)):  # type: ignore[arg-type]
        found[chunk.stream] += chunk.data
    return found


# ---- logs -------------------------------------------------------------------------------------------
def test_both_streams_of_a_finished_container(stage: Stage) -> None:
    container = stage.finish(command="echo out; echo err >&2; printf end")
    assert output(stage, container) == {1: b"out\nend", 2: b"err\n"}
    assert output(stage, container, tail=0) == {1: b"", 2: b""}
    assert output(stage, container, streams=(1,)) == {1: b"out\nend", 2: b""}
    assert output(stage, container, streams=(2,)) == {1: b"", 2: b"err\n"}


def test_two_megabytes_of_long_lines_come_whole(stage: Stage) -> None:
    line = "x" * 39_999
    container = stage.finish(command="for i in $(seq 50); do printf '%039999d\\n' 0 | tr 0 x; done")
    assert output(stage, container)[1] == (line + "\n").encode() * 50


def test_a_long_line_has_one_timestamp(stage: Stage) -> None:
    container = stage.finish(command="printf '%050000d\\n' 0; echo next")
    first, second, rest = output(stage, container, timestamps=True)[1].split(b"\n")
    stamp, _, text = first.partition(b" ")
    assert (text, rest) == (b"0" * 50_000, b"")
    assert stamp.startswith(b"20")
    assert stamp.endswith(b"Z")
    assert second.endswith(b"Z next")


def test_a_terminals_log_is_raw(stage: Stage) -> None:
    container = stage.finish(command="echo out; echo err >&2", Tty=True)
    assert output(stage, container) == {1: b"out\r\nerr\r\n", 2: b""}


def test_the_last_lines_and_those_of_a_time(stage: Stage) -> None:
    container = stage.finish(command="echo a; echo b; sleep 0.05; echo c")
    assert output(stage, container, tail=2)[1] == b"b\nc\n"
    stamp = output(stage, container, timestamps=True, tail=1)[1].split(b" ")[0].decode()
    whole, _, nanoseconds = stamp.removesuffix("Z").partition(".")
    moment = f"{int(datetime.fromisoformat(whole + '+00:00').timestamp())}.{nanoseconds}"
    assert output(stage, container, since=moment)[1] == b"c\n"
    assert output(stage, container, until="1000000000")[1] == b""


def test_following_ends_with_the_container(stage: Stage) -> None:
    container = stage.start(command="echo a; sleep 0.2; echo b")
    assert output(stage, container, follow=True)[1] == b"a\nb\n"


def test_following_is_closed_from_another_thread(stage: Stage) -> None:
    container = stage.start(command="echo a; sleep 60")
    logs = stage.engine.logs(container, LogRequest(follow=True))
    first, seen = threading.Event(), []

    def follow() -> None:
        for chunk in logs:
            seen.append(chunk)
            first.set()

    thread = threading.Thread(target=follow)
    thread.start()
    assert first.wait(PATIENCE)
    logs.close()
    thread.join(timeout=PATIENCE)
    assert (thread.is_alive(), seen) == (False, [LogChunk(1, b"a\n")])


def test_the_log_of_a_container_that_is_not_there(stage: Stage) -> None:
    with pytest.raises(NotFound, match="No such container"):
        stage.engine.logs("no-such-container", LogRequest())


# ---- health -----------------------------------------------------------------------------------------
def checked(test: str) -> dict[str, object]:
    return {"Test": ["CMD-SHELL", test], "Interval": 100_000_000, "Timeout": 5_000_000_000, "Retries": 2}


def test_health_as_list_inspect_and_events_tell_it(stage: Stage) -> None:
    watched = stage.watch()
    container = stage.start(command="sleep 60", Healthcheck=checked("echo fine; test -e /tmp/up"))
    event = watched.until("health_status")
    (listed,) = stage.engine.containers(project=stage.project)
    detail = stage.engine.inspect_container(container)
    assert (event.health, listed.health, detail.health) == ("unhealthy",) * 3
    assert detail.failing_streak >= 2
    assert (detail.health_log[0].exit_code, detail.health_log[0].output) == (1, "fine\n")
    probe = Healthprobe(("CMD-SHELL", "echo fine; test -e /tmp/up"), interval=0.1, timeout=5.0, retries=2)
    assert detail.healthprobe == probe

    stage.engine.run_probe(container, Healthprobe(("CMD", "touch", "/tmp/up")), user="")
    assert watched.until("health_status").health == "healthy"
    assert stage.engine.containers(project=stage.project)[0].health == "healthy"


def test_a_container_that_was_not_probed_yet_is_starting(stage: Stage) -> None:
    slow = {"Test": ["CMD", "true"], "Interval": 60_000_000_000}
    container = stage.start(Healthcheck=slow)
    (listed,) = stage.engine.containers(project=stage.project)
    assert (listed.health, stage.engine.inspect_container(container).health) == ("starting", "starting")


@pytest.mark.parametrize(
    ("test", "user", "exit_code", "lines"),
    [
        (("CMD-SHELL", "echo fine; echo odd >&2; exit 3"), "", 3, {"fine", "odd"}),
        (("CMD", "id", "-u"), "1000", 0, {"1000"}),
        (("CMD", "true"), "", 0, set()),
    ],
)
def test_probes(stage: Stage, test: tuple[str, ...], user: str, exit_code: int, lines: set[str]) -> None:
    container = stage.start()
    found = stage.engine.run_probe(container, Healthprobe(test), user=user)
    assert (found.exit_code, set(found.output.splitlines())) == (exit_code, lines)


def test_a_probe_that_hangs_does_not_hang_us(stage: Stage) -> None:
    container = stage.start()
    found = stage.engine.run_probe(container, Healthprobe(("CMD-SHELL", "echo a; sleep 60"), timeout=0.3), user="")
    assert (found.exit_code, found.output) == (-1, "a\n")


def test_a_probe_that_floods_is_cut(stage: Stage) -> None:
    container = stage.start()
    found = stage.engine.run_probe(container, Healthprobe(("CMD-SHELL", "yes | head -n 100000; exit 1")), user="")
    assert (found.exit_code, len(found.output)) == (1, 4096)


def test_a_probe_whose_program_is_missing_has_failed(stage: Stage) -> None:
    container = stage.start()
    found = stage.engine.run_probe(container, Healthprobe(("CMD", "no-such-program")), user="")
    assert found.exit_code in (126, 127)
    assert "no-such-program" in found.output


def test_a_container_that_does_not_run_cannot_be_probed(stage: Stage) -> None:
    container = stage.create()
    with pytest.raises(Conflict):
        stage.engine.run_probe(container, Healthprobe(("CMD", "true")), user="")
    with pytest.raises(NotFound):
        stage.engine.run_probe("no-such-container", Healthprobe(("CMD", "true")), user="")


# ---- starting and ending ----------------------------------------------------------------------------
def test_a_taken_port_is_told_in_the_engines_words(stage: Stage) -> None:
    name = f"{stage.project}_net"
    stage.network("net")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        host = {"NetworkMode": name, "PortBindings": {"80/tcp": [{"HostIp": "127.0.0.1", "HostPort": port}]}}
        container = stage.create(host=host, ExposedPorts={"80/tcp": {}})
        with pytest.raises(EngineRefused, match="address already in use") as caught:
            stage.engine.start(container)
        assert port in caught.value.message
        assert caught.value.hint
    assert stage.engine.inspect_container(container).state == "created"
    stage.engine.start(container)
    (found,) = stage.engine.containers(project=stage.project)
    assert found.ports == ({"IP": "127.0.0.1", "PrivatePort": 80, "PublicPort": int(port), "Type": "tcp"},)


def test_a_missing_program_is_told_at_start(stage: Stage) -> None:
    container = stage.create(Cmd=["no-such-program"], host={"Init": False})
    with pytest.raises(EngineRefused, match='"no-such-program": executable file not found') as caught:
        stage.engine.start(container)
    assert not caught.value.message.endswith(": unknown")


def test_stopping_takes_no_longer_than_asked(stage: Stage) -> None:
    container = stage.start(command="trap '' TERM; sleep 60", host={"Init": False})
    stage.engine.stop(container, timeout=0, grace=10)
    assert stage.engine.inspect_container(container).exit_code == 137


def test_restarting(stage: Stage) -> None:
    watched = stage.watch()
    container = stage.start()
    stage.engine.restart(container, timeout=1, grace=1)
    watched.until("restart")
    assert [action for action in watched.actions if action in ("start", "die")] == ["start", "die", "start"]


def test_the_exit_code_of_a_container_that_restarts(stage: Stage) -> None:
    watched = stage.watch()
    policy = {"RestartPolicy": {"Name": "on-failure", "MaximumRetryCount": 1}}
    container = stage.start(command="exit 3", host=policy)
    assert [watched.until("die").exit_code for _ in range(2)] == [3, 3]
    detail = stage.engine.inspect_container(container)
    assert (detail.exit_code, detail.restart_count, detail.restart_policy) == (3, 1, "on-failure")
    assert stage.engine.containers(project=stage.project)[0].exit_code == 3


def test_a_registry_that_cannot_be_reached(stage: Stage) -> None:
    with pytest.raises(EngineError):
        stage.engine.pull("127.0.0.1:1/none:1", platform=None, on_progress=lambda _: None)


# ---- transports -------------------------------------------------------------------------------------
class Proxy:
    """A TCP door, with or without TLS, in front of the engine's unix socket."""

    def __init__(self, target: str, context: ssl.SSLContext | None) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._context = context
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes the accepting thread
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client = self._listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self._join, args=(client,), daemon=True).start()

    def _join(self, client: socket.socket) -> None:
        try:
            outer = self._context.wrap_socket(client, server_side=True) if self._context else client
        except (OSError, ssl.SSLError):
            client.close()
            return
        inner = socket.socket(socket.AF_UNIX)
        inner.connect(self._target)
        back = threading.Thread(target=self._copy, args=(inner, outer), daemon=True)
        back.start()
        self._copy(outer, inner)
        back.join()
        outer.close()
        inner.close()

    @staticmethod
    def _copy(source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass


@pytest.fixture
def socket_path() -> str:
    address = resolve(os.environ)
    if address.kind != "unix":
        pytest.skip("the engine is not behind a unix socket")
    return address.path


@pytest.fixture
def certificates(tmp_path: Path) -> Path:
    if shutil.which("openssl") is None:
        absent("no openssl to make certificates with")
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=60)
    shutil.copy(tmp_path / "cert.pem", tmp_path / "ca.pem")
    return tmp_path


def whole_life(engine: SdkEngine) -> list[str]:
    """Lists, an open stream, acts through the SDK, a probe: each way of using the connection."""
    made = Stage(engine, unique_project())
    try:
        watched = made.watch()
        container = made.start(command="echo hello; sleep 60")
        probe = engine.run_probe(container, Healthprobe(("CMD", "echo", "fine")), user="")
        engine.stop(container, timeout=1, grace=1)
        watched.until("die")
        log = b"".join(chunk.data for chunk in engine.logs(container, LogRequest())).decode()
        assert watched.close()
        return [log, probe.output, engine.containers(project=made.project)[0].state]
    finally:
        made.sweep()
        engine.close()


def test_over_tcp(stage: Stage, socket_path: str) -> None:
    proxy = Proxy(socket_path, None)
    found = whole_life(SdkEngine(resolve({"DOCKER_HOST": f"tcp://127.0.0.1:{proxy.port}"})))
    proxy.close()
    assert found == ["hello\n", "fine\n", "exited"]


def test_over_mutual_tls_whatever_the_environment_says_of_certificates(
    stage: Stage, socket_path: str, certificates: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", "/etc/ssl/certs/ca-certificates.crt")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=str(certificates / "ca.pem"))
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_cert_chain(certificates / "cert.pem", certificates / "key.pem")
    proxy = Proxy(socket_path, context)
    variables = {"DOCKER_HOST": f"tcp://127.0.0.1:{proxy.port}", "DOCKER_TLS_VERIFY": "1"}
    found = whole_life(SdkEngine(resolve(variables | {"DOCKER_CERT_PATH": str(certificates)})))
    with pytest.raises(EngineUnreachable, match="certificate"):
        SdkEngine(resolve(variables | {"HOME": "/nonexistent"})).info()
    proxy.close()
    assert found == ["hello\n", "fine\n", "exited"]


def test_acting_on_an_engine_that_is_not_there(tmp_path: Path) -> None:
    engine = SdkEngine(Address("unix", path=f"{tmp_path}/none", origin="DOCKER_HOST"))
    for call in (lambda: engine.start("x"), lambda: engine.create_volume({}), engine.info):
        with pytest.raises(EngineUnreachable, match="No such file or directory"):
            call()


def test_an_engine_that_goes_away_while_we_act(stage: Stage, socket_path: str) -> None:
    proxy = Proxy(socket_path, None)
    engine = SdkEngine(resolve({"DOCKER_HOST": f"tcp://127.0.0.1:{proxy.port}"}))
    engine.info()
    proxy.close()
    with pytest.raises(EngineUnreachable, match="refused"):
        engine.create_volume({"Name": "never"})
    engine.close()
