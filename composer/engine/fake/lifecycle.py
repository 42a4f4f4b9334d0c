"""How a fake container's state moves: start, health, exit, restart policy, signals. Every move is an event.

Follows the scripts in virtual time. Order of events and exit codes are the real engine's (28.5).
Must not know: names, networks, images; calls are serialised by the engine's lock.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from composer.engine.fake.clock import Clock, rfc3339
from composer.engine.fake.container import FakeContainer
from composer.engine.fake.events import EventLog
from composer.engine.fake.script import Script
from composer.engine.observe import parse_healthprobe
from composer.engine.port import EngineEvent
from composer.plan.actions import ContainerId

SIGNALS = {"HUP": 1, "INT": 2, "QUIT": 3, "KILL": 9, "USR1": 10, "USR2": 12, "TERM": 15}
ENDING = (2, 3, 15)
FIRST_BACKOFF = 0.1
LONGEST_BACKOFF = 60.0
DEFAULT_STOP_TIMEOUT = 10
AUTO_RESTARTS = 5  # in automatic mode a crash loop would never end: here it stays `restarting`


class Lifecycle:
    def __init__(self, clock: Clock, events: EventLog, script_of: Callable[[FakeContainer], Script]) -> None:
        self._clock = clock
        self._events = events
        self._script_of = script_of
        self.is_automatic = True

    def emit(self, container: FakeContainer, action: str, **attributes: str) -> None:
        health = attributes.pop("health", "")
        code = attributes.get("exitCode")
        marks = {**container.labels, "image": container.config["Image"], "name": container.name, **attributes}
        self._events.publish(
            EngineEvent(
                action=action,
                container=ContainerId(container.id),
                name=container.name,
                health=health,
                exit_code=int(code) if code is not None else None,
                time=self._clock.tick(),
                attributes=marks,
            )
        )

    def start(self, container: FakeContainer) -> None:
        script = self._script_of(container)
        container.state = "running"
        container.run += 1
        container.exit_code, container.error, container.oom_killed = 0, "", False
        container.stopped_by_user = False
        container.started = self._clock.now
        container.health = "starting" if container.has_healthcheck else ""
        container.failing_streak, container.health_log = 0, []
        container.log.set_live(is_live=True)
        self.emit(container, "start")
        for line in script.log:
            data = line.encode() + b"\n" if isinstance(line, str) else line
            self.write(container, data, stream=1)
        if container.has_healthcheck:
            self._plan_health(container, script)
        code = script.exit_code(container.run)
        if code is not None:
            self._later(container, script.exits_after, lambda: self.die(container, code, oom=script.oom_killed))

    def write(self, container: FakeContainer, data: bytes, *, stream: int) -> None:
        """A terminal has one stream and its own line ends."""
        if container.config.get("Tty"):
            data, stream = data.replace(b"\n", b"\r\n"), 1
        container.log.write(self._clock.tick(), stream, data)

    def die(self, container: FakeContainer, code: int, *, oom: bool = False) -> None:
        if oom:
            self.emit(container, "oom")
        container.oom_killed = oom
        container.exit_code = code
        container.finished = self._clock.now
        container.host_ports = {}
        if container.health:
            container.health = "unhealthy"  # as the engine leaves it, without an event
        restarts = not container.stopped_by_user and self._is_restarted(container)
        container.state = "restarting" if restarts else "exited"
        container.log.set_live(is_live=False)
        self.emit(
            container, "die", exitCode=str(code), execDuration=str((container.finished - container.started) // 10**9)
        )
        if restarts and not (self.is_automatic and container.restart_count >= AUTO_RESTARTS):
            backoff = min(FIRST_BACKOFF * 2**container.restart_count, LONGEST_BACKOFF)
            self._later(container, backoff, lambda: self._restart_by_policy(container))

    def set_health(self, container: FakeContainer, status: str, output: str = "") -> None:
        """One more probe with this outcome; an event only if the status changes."""
        is_healthy = status == "healthy"
        probe = parse_healthprobe(container.config.get("Healthcheck") or {})
        retries = probe.retries if probe else 1
        container.failing_streak = 0 if is_healthy else container.failing_streak + retries
        at = rfc3339(self._clock.now)
        entry = {"Start": at, "End": at, "ExitCode": 0 if is_healthy else 1, "Output": output}
        container.health_log.append(entry)
        if container.health != status:
            container.health = status
            self.emit(container, "health_status", health=status)

    def stop(self, container: FakeContainer, timeout: int | None) -> None:
        """No-op unless it runs or is about to."""
        if container.state == "restarting":
            container.state = "exited"
            container.run += 1  # the planned restart is void
            self.emit(container, "stop")
        if container.state == "paused":
            self.unpause(container)
        if not container.is_running:
            return
        container.stopped_by_user = True
        number = signal_number(container.config.get("StopSignal") or "SIGTERM")
        self.emit(container, "kill", signal=str(number))
        if self._script_of(container).ignores_signals or number not in (*ENDING, 9):
            if timeout is None:
                own = container.config.get("StopTimeout")
                timeout = DEFAULT_STOP_TIMEOUT if own is None else int(own)
            self._clock.advance(timeout)
            number = 9
            if container.is_running:
                self.emit(container, "kill", signal="9")
        if container.is_running:
            self.emit(container, "stop")
            self.die(container, self._code_after(container, number))

    def pause(self, container: FakeContainer) -> None:
        container.state = "paused"
        self.emit(container, "pause")

    def unpause(self, container: FakeContainer) -> None:
        container.state = "running"
        self.emit(container, "unpause")

    def kill(self, container: FakeContainer, signal: str) -> None:
        number = signal_number(signal)
        ends = number == 9 or (number in ENDING and not self._script_of(container).ignores_signals)
        container.stopped_by_user = container.stopped_by_user or ends
        self.emit(container, "kill", signal=str(number))
        if ends:
            self.die(container, self._code_after(container, number))

    def _code_after(self, container: FakeContainer, number: int) -> int:
        scripted = self._script_of(container).stop_code
        return 128 + number if scripted is None or number == 9 else scripted

    def _plan_health(self, container: FakeContainer, script: Script) -> None:
        probe = parse_healthprobe(container.config["Healthcheck"])
        step = script.after if script.after is not None else (probe.interval if probe else 0.0)
        for index, status in enumerate(script.health, start=1):
            if status != "starting":
                self._later(container, index * step, self._health_setter(container, status, script.health_output))

    def _health_setter(self, container: FakeContainer, status: str, output: str) -> Callable[[], None]:
        return lambda: self.set_health(container, status, output)

    def _later(self, container: FakeContainer, seconds: float, action: Callable[[], Any]) -> None:
        """Void if the container was stopped or started again meanwhile."""
        run = container.run
        state = container.state

        def if_still_so() -> None:
            if container.run == run and container.state == state:
                action()

        self._clock.after(seconds, if_still_so)

    def _is_restarted(self, container: FakeContainer) -> bool:
        name, most = container.restart_policy
        if name in ("always", "unless-stopped"):
            return True
        return name == "on-failure" and container.exit_code != 0 and not (most and container.restart_count >= most)

    def _restart_by_policy(self, container: FakeContainer) -> None:
        container.restart_count += 1
        self.start(container)


def signal_number(signal: str) -> int:
    """`SIGTERM`, `TERM` or `15`; 15 for a name not known here."""
    return int(signal) if signal.isdecimal() else SIGNALS.get(signal.upper().removeprefix("SIG"), 15)
