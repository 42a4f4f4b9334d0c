"""What every implementation of the engine port promises of processes and files: on the fake and on a real engine."""

from __future__ import annotations

import io
import select
import tarfile
import time

import pytest

from composer.engine.dialogue import Conversation, ExecRequest
from composer.engine.fake import FakeEngine, Reply, exits
from composer.engine.filing import ByteSink, CommitRequest
from composer.engine.port import Engine
from composer.errors import Conflict, EngineError, NotFound
from tests.support.stage import Stage


def output_of(stream: Conversation) -> dict[int, bytes]:
    """By stream, to the end."""
    output = {1: b"", 2: b""}
    while (chunks := stream.receive()) is not None:
        for chunk in chunks:
            output[chunk.stream] += chunk.data
        if not chunks and not stream.is_ready:
            select.select([stream], [], [], 30)
    stream.close()
    return output


def code_of(engine: Engine, exec_id: str) -> int:
    """The engine may notice the end of a command a moment after its output has ended."""
    while (code := engine.exec_exit_code(exec_id)) is None:
        time.sleep(0.01)
    return int(code)


def test_a_command_by_exec(stage: Stage) -> None:
    container = stage.create()
    request = ExecRequest(command=("sh", "-c", "echo out; echo err >&2; exit 3"))
    with pytest.raises(Conflict):
        stage.engine.create_exec(container, request)
    with pytest.raises(NotFound):
        stage.engine.create_exec("composer-nobody", request)
    with pytest.raises(NotFound):
        stage.engine.start_exec("0" * 64, request)
    stage.engine.start(container)
    if isinstance(stage.engine, FakeEngine):
        stage.engine.reply("web", Reply(b"out\n", b"err\n", 3))
    exec_id = stage.engine.create_exec(container, request)
    stream = stage.engine.start_exec(exec_id, request)
    stream.finish_sending()
    assert (output_of(stream), code_of(stage.engine, exec_id)) == ({1: b"out\n", 2: b"err\n"}, 3)
    stage.engine.pause(container)
    with pytest.raises(Conflict, match="is paused"):
        stage.engine.create_exec(container, request)
    stage.engine.unpause(container)


def test_attached_before_the_start(stage: Stage) -> None:
    if isinstance(stage.engine, FakeEngine):
        stage.engine.script("web", exits(3, log=("hello",)))
    container = stage.create(command="echo hello; exit 3", host={"AutoRemove": True})
    stream = stage.engine.attach(container, stdin=False, tty=False)
    exit_ = stage.engine.exit_of(container, removed=True)
    stage.engine.start(container)
    assert output_of(stream) == {1: b"hello\n", 2: b""}
    assert exit_.result() == 3
    exit_.close()
    with pytest.raises(NotFound):
        stage.engine.inspect_container(container)


def test_sizes_of_terminals(stage: Stage) -> None:
    container = stage.start(Tty=True)
    stage.engine.resize(container, (20, 70))
    request = ExecRequest(command=("sleep", "60"), tty=True, size=(20, 70))
    exec_id = stage.engine.create_exec(container, request)
    if isinstance(stage.engine, FakeEngine):
        stage.engine.reply("web", Reply(code=None))
    stream = stage.engine.start_exec(exec_id, request)
    stage.engine.resize_exec(exec_id, (30, 80))
    assert stage.engine.exec_exit_code(exec_id) is None
    stream.close()
    with pytest.raises(EngineError):
        stage.engine.resize("composer-nobody", (20, 70))


def test_archives_and_images(stage: Stage) -> None:
    container = stage.create()

    def write(sink: ByteSink) -> None:
        memory = io.BytesIO()
        with tarfile.open(fileobj=memory, mode="w") as tar:
            info = tarfile.TarInfo("greeting")
            info.size = 5
            tar.addfile(info, io.BytesIO(b"hello"))
        sink.write(memory.getvalue())

    stage.engine.send_archive(container, "/tmp", write, owners=False)
    assert stage.engine.stat_path(container, "/nothing") is None
    with pytest.raises(NotFound):
        stage.engine.get_archive(container, "/nothing")
    with pytest.raises(NotFound):
        stage.engine.send_archive("composer-nobody", "/tmp", write, owners=False)
    source = stage.engine.export(container)
    assert source.read(10)
    source.close()
    image = stage.engine.commit(container, CommitRequest(message="why"))
    assert image.startswith("sha256:")
    if not isinstance(stage.engine, FakeEngine):
        stage.engine.remove_image(image)
