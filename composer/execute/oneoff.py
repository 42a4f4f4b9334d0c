"""A container that is started under the eyes of its user: attached to first, so that no output is lost, then waited
for. Also: attaching to one that runs already.

Must not know: plans, services, flags, what a terminal is made of.
"""

from __future__ import annotations

import signal
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from composer.errors import ComposerError, EngineError
from composer.execute.delivery import deliver
from composer.execute.process import ENDING_SIGNALS, Ended, Hearing, Window, converse, heard
from composer.execute.signals import Signals
from composer.execute.talk import Ending, Talk
from composer.values import value

if TYPE_CHECKING:
    from collections.abc import Callable

    from composer.engine.port import Engine
    from composer.execute.process import Console
    from composer.model.lifecycle import Hook
    from composer.plan.actions import StartContainer

PASSED_ON = (signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2, signal.SIGCONT)
_FOREVER = 86_400  # seconds: a container's own grace period is the engine's business, not the client's


@value(kw_only=True)
class Attachment:
    """How to attach. `proxy`: signals go to the container; else the ending ones end only the attachment."""

    tty: bool
    stdin: bool
    keys: bytes
    detach_keys: str = ""
    proxy: bool = True
    remove: bool = False


def attach_to(engine: Engine, container: str, how: Attachment, console: Console) -> Ended:
    """Talks to a container that runs, until it ends or is left."""
    pass_on = _PassOn(engine, container) if how.proxy else None
    return _Attached(engine, container, how, console, pass_on).talk(lambda: _redraw(engine, container, how, console))


def run_attached(engine: Engine, container: str, how: Attachment, start: StartContainer, console: Console) -> Ended:
    """Starts a container that was created, and talks to it until it ends or is left.

    Ctrl-C goes to the process; a second one, and SIGTERM or a terminal that closes at once, stop the container as
    `stop` does; a third kills it. Raises EngineError when it cannot be started, StepFailed when a hook fails.
    """
    hooks = _Hooks(engine, container, start)
    stopping = _Stopping(engine, container)
    attached = _Attached(engine, container, how, console, stopping)

    def begin() -> None:
        deliver(engine, container, start.deliveries)
        engine.start(container)
        hooks.begin()

    try:
        ended = attached.talk(begin)
    except BrokenPipeError:  # nobody reads its output any more
        stopping.stop()
        raise
    finally:
        stopping.finish()
    hooks.finish()
    return ended


def run_detached(engine: Engine, container: str, start: StartContainer) -> None:
    """Starts a container that was created, runs its hooks, and leaves it alone."""
    hooks = _Hooks(engine, container, start)
    deliver(engine, container, start.deliveries)
    engine.start(container)
    hooks.begin()
    hooks.finish()


class _Attached:
    def __init__(
        self, engine: Engine, container: str, how: Attachment, console: Console, on_signal: _PassOn | None
    ) -> None:
        self._engine, self._container, self._how, self._console = engine, container, how, console
        self._on_signal = on_signal
        self._window = Window(console, lambda size: engine.resize(container, size)) if how.tty else None

    def talk(self, begin: Callable[[], None]) -> Ended:
        """Streams and the wait for the exit are there before `begin` is called."""
        how, engine = self._how, self._engine
        on_signal = self._on_signal.hear if self._on_signal is not None else (lambda _: True)
        numbers = (*ENDING_SIGNALS, *PASSED_ON) if self._on_signal is not None else ENDING_SIGNALS
        with Signals(heard(self._window, numbers)) as signals:
            talk = Talk(self._console.streams, signals, Hearing(self._window, on_signal).hear)
            stream = engine.attach(self._container, stdin=how.stdin, tty=how.tty, detach_keys=how.detach_keys)
            try:
                exit_ = engine.exit_of(self._container, removed=how.remove)
                try:
                    begin()
                    ending = converse(talk, stream, self._console, self._window, how.keys)
                    if ending is Ending.OVER:
                        ending = talk.until(exit_)
                    return Ended(ending, exit_.result() if ending is Ending.OVER else None)
                finally:
                    exit_.close()
            finally:
                stream.close()


class _PassOn:
    """Every signal goes to the container's process."""

    def __init__(self, engine: Engine, container: str) -> None:
        self._engine = engine
        self._container = container

    def hear(self, number: int) -> bool:
        self.send(number)
        return False

    def send(self, number: int) -> None:
        with suppress(EngineError):  # it may have ended meanwhile
            self._engine.kill(self._container, signal=signal.Signals(number).name)


class _Stopping(_PassOn):
    """Counts what asks for an end. The stop takes its time, so it is another thread's."""

    def __init__(self, engine: Engine, container: str) -> None:
        super().__init__(engine, container)
        self._asked = 0
        self._thread: threading.Thread | None = None

    def hear(self, number: int) -> bool:
        if number not in ENDING_SIGNALS:
            self.send(number)
            return False
        self._asked += 1
        if self._asked > 2:
            self.send(signal.SIGKILL)
        elif number == signal.SIGINT and self._asked == 1:
            self.send(number)
        else:
            self.stop()
        return False

    def stop(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._stop, name="stop")
            self._thread.start()

    def finish(self) -> None:
        if self._thread is not None:
            self._thread.join()

    def _stop(self) -> None:
        with suppress(EngineError):
            self._engine.stop(self._container, timeout=None, grace=_FOREVER)


class _Hooks:
    """`post_start`, in order, while the container's output is shown."""

    def __init__(self, engine: Engine, container: str, start: StartContainer) -> None:
        self._engine, self._container = engine, container
        self._service, self._hooks = start.replica.service, start.hooks
        self._thread: threading.Thread | None = None
        self._trouble: ComposerError | None = None

    def begin(self) -> None:
        if self._hooks:
            self._thread = threading.Thread(target=self._run, name="hooks", daemon=True)
            self._thread.start()

    def finish(self) -> None:
        """Raises what went wrong."""
        if self._thread is not None:
            self._thread.join()
        if self._trouble is not None:
            raise self._trouble

    def _run(self) -> None:
        for number, hook in enumerate(self._hooks):
            trouble = self._trouble_with(number, hook)
            if trouble is not None:
                # One whose container has ended meanwhile is not needed any more.
                self._trouble = trouble if self._is_running() else None
                return

    def _trouble_with(self, number: int, hook: Hook) -> ComposerError | None:
        try:
            output = self._engine.run_hook(self._container, hook)
        except EngineError as error:
            return error
        if output.exit_code == 0:
            return None
        from composer.execute.trouble import hook_failure  # noqa: PLC0415 - rare

        return hook_failure(self._service, f"post_start[{number}]", hook, output)

    def _is_running(self) -> bool:
        try:
            return self._engine.inspect_container(self._container).state == "running"
        except EngineError:
            return False


def _redraw(engine: Engine, container: str, how: Attachment, console: Console) -> None:
    """A full-screen program draws its screen when its size changes: it is made to change."""
    size = console.size()
    if how.tty and size is not None:
        with suppress(EngineError):
            engine.resize(container, (size[0] + 1, size[1] + 1))
