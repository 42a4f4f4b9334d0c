"""Random lives of random small projects: what a file says, and what is done with it step by step.

A seed gives one life, always the same. Pure. Must not know: tools, engines.
"""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from random import Random
from typing import Any

Service = dict[str, Any]
File = dict[str, Any]

IDLE = {"image": "busybox", "init": True, "command": "sleep 1000"}
JOB = {"image": "busybox", "command": "true"}
NAMES = ("ann", "ben", "cleo", "dan")
# How many containers a service has. Which of several out of date stay, or are shared, docker compose leaves to chance.
COUNTED = ("scale", "deploy", "container_name")


@dataclass(frozen=True, slots=True)
class Step:
    """`file`: what stands in the file from here on; `arguments`: of the command."""

    arguments: tuple[str, ...]
    file: str

    def __str__(self) -> str:
        return " ".join(self.arguments)


@dataclass(frozen=True, slots=True)
class Life:
    seed: int
    steps: tuple[Step, ...]


def life(seed: int, *, length: int = 7) -> Life:
    """Begins with an `up`, ends with a `down` of everything."""
    random = Random(seed)
    file = _file(random)
    steps = [Step(("up", "-d"), _text(file))]
    paused: set[str] = set()
    scaled: dict[str, int] = {}
    while len(steps) < length - 1:
        kind, service = random.choice(KINDS), random.choice(sorted(file["services"]))
        if paused and kind not in ("unpause", "down"):
            kind = "unpause"  # what a command does to what is paused, each tool sees in its own way
        _keep_numbers(kind, service, file, scaled)
        arguments = _arguments(random, kind, service, file, paused)
        if arguments[:1] == ("scale",):
            scaled[service] = int(arguments[1].partition("=")[2])
        scaled = {name: number for name, number in scaled.items() if name in file["services"]}
        if arguments:
            steps.append(Step(arguments, _text(file)))
    steps.append(Step(("down", "-v", "-t", "0", "--remove-orphans"), _text(file)))
    return Life(seed, tuple(steps))


KINDS = (
    *("up", "up", "up", "change", "change", "scale", "scale", "restart", "stop", "start", "rm", "pause", "unpause"),
    *("down", "up one", "force", "renew", "create", "kill", "reshape", "reshape", "drop", "add"),
)


def _keep_numbers(kind: str, service: str, file: File, scaled: dict[str, int]) -> None:
    """A number that only a command has set goes into the file before all of that service's containers are out of date:
    which of them an `up` of fewer would keep, docker compose leaves to chance."""
    named = [service] if kind in ("change", "reshape") else list(scaled) if kind in ("force", "renew") else []
    for name in named:
        if name in scaled:
            declared = file["services"][name]
            declared["scale"] = scaled.pop(name)
            declared.pop("deploy", None)


def _arguments(random: Random, kind: str, service: str, file: File, paused: set[str]) -> tuple[str, ...]:
    """() when it cannot be done."""
    declared = file["services"][service]
    is_idle = "init" in declared
    match kind:
        case "change":
            declared.setdefault("environment", {})["CHANGED"] = str(random.randrange(1000))
            return ("up", "-d", "-t", "0")
        case "reshape":
            others = dict(itertools.takewhile(lambda item: item[0] != service, file["services"].items()))
            if not is_idle or not _is_alone(service, file):
                return ()
            counted = {key: declared[key] for key in COUNTED if key in declared}
            fresh = _service(random, service, others)
            if counted and "init" not in fresh:  # of several out of date one would stay, and it is chance which
                return ()
            kept = {key: text for key, text in fresh.items() if key not in COUNTED}
            file["services"][service] = {**kept, **counted}
            return ("up", "-d", "-t", "0")
        case "drop":
            if len(file["services"]) < 2 or not _is_alone(service, file):
                return ()
            del file["services"][service]
            return ("up", "-d", "-t", "0", *random.choice([(), ("--remove-orphans",)]))
        case "add":
            name = next((name for name in NAMES if name not in file["services"]), "")
            if not name:
                return ()
            file["services"][name] = _service(random, name, dict(file["services"]))
            return ("up", "-d", "-t", "0", "--remove-orphans")
        case "scale":
            if "container_name" in declared or not is_idle or not _is_alone(service, file, but="depends_on"):
                return ()
            number = random.randint(1, 3)
            if random.random() < 0.5:
                return ("scale", f"{service}={number}")
            declared["scale"] = number
            return ("up", "-d", "-t", "0")
        case "restart" | "stop":
            return (kind, "-t", "0", *random.choice([(), (service,)]))
        case "start":
            return (kind, *random.choice([(), (service,)]))
        case "rm":
            return ("rm", "-f", *random.choice([(), ("-s",), ("-v",)]), *random.choice([(), (service,)]))
        case "kill":
            return ("kill", service) if is_idle else ()
        case "pause":
            if not is_idle:
                return ()
            paused.add(service)
            return ("pause", service)
        case "unpause":
            if not paused:
                return ()
            named = tuple(sorted(paused))
            paused.clear()
            return ("unpause", *named)
        case "down":
            paused.clear()
            return ("down", "-t", "0", *random.choice([(), ("-v",)]))
        case "up one":
            # Without its dependencies docker compose also makes networks and volumes that only those use.
            alone = ("--no-deps",) if not declared.get("depends_on") else ()
            return ("up", "-d", "-t", "0", *random.choice([(), alone]), service)
        case "force":
            return ("up", "-d", "-t", "0", "--force-recreate")
        case "renew":
            return ("up", "-d", "-t", "0", "-V")
        case "create":
            return ("create",)
        case _:
            return ("up", "-d", "-t", "0")


def _is_alone(service: str, file: File, *, but: str = "") -> bool:
    """No other service names it, in no attribute but this one. Whoever shares one container of several would get any
    of them."""
    naming = {"depends_on", "network_mode", "ipc", "pid", "volumes_from"} - {but}
    others = (other for name, other in file["services"].items() if name != service)
    return not any(service in str(other.get(attribute)) for other in others for attribute in naming)


def _text(file: File) -> str:
    return json.dumps(file, indent=1)


def _file(random: Random) -> File:
    names = NAMES[: random.randint(2, 4)]
    services = {}
    for at, name in enumerate(names):
        services[name] = _service(random, name, {other: services[other] for other in names[:at]})
    networks = {
        "front": {},
        "back": random.choice([{}, {"internal": True}, {"attachable": True, "labels": {"tier": "y"}}]),
    }
    files = {"a": {"file": "./a.txt"}, "b": {"content": "inline"}}
    secrets = {"a": {"file": "./a.txt"}, "b": {"environment": "FROM_HOST"}}
    return {
        "services": services,
        "networks": networks,
        "volumes": {"data": {}, "cache": {"labels": {"tier": "x"}}},
        "configs": files,
        "secrets": secrets,
    }


def _service(random: Random, name: str, others: dict[str, Service]) -> Service:
    if others and random.random() < 0.15:
        return {**JOB, **_depends(random, others)}
    made: Service = {**IDLE, **_depends(random, others)}
    for chance, extra in _EXTRAS:
        if random.random() < chance:
            made |= extra
    parents = [
        other for other, declared in others.items() if "init" in declared and not {"scale", "deploy"} & declared.keys()
    ]
    if parents and random.random() < 0.3:
        parent = random.choice(parents)
        made |= random.choice(
            [
                {"network_mode": f"service:{parent}"},
                {"ipc": f"service:{parent}", "pid": f"service:{parent}"},
                {"volumes_from": [parent]} if not _has_tmpfs(others[parent]) else {},  # the engine cannot share one
            ]
        )
        if made.get("ipc"):
            others[parent]["ipc"] = "shareable"
    if "network_mode" not in made and random.random() < 0.6:
        networks = random.sample(["default", "front", "back"], random.randint(1, 3))
        made["networks"] = {network: random.choice([None, {"aliases": [f"{name}-{network}"]}]) for network in networks}
    if "read_only" in made:  # nothing can be copied into it
        for attribute in ("configs", "secrets"):
            made.pop(attribute, None)
    if "network_mode" in made:  # the engine refuses what is of the network
        for attribute in ("hostname", "dns", "extra_hosts"):
            made.pop(attribute, None)
    if random.random() < 0.2:
        made["scale"] = 2
    elif random.random() < 0.1 and "deploy" not in made:  # one name is for one container
        made["container_name"] = f"${{COMPOSE_PROJECT_NAME}}-called-{name}"
    return made


def _has_tmpfs(declared: Service) -> bool:
    return any(isinstance(mount, dict) for mount in declared.get("volumes", ()))


def _depends(random: Random, others: dict[str, Service]) -> Service:
    edges: dict[str, Any] = {}
    for other, declared in others.items():
        if random.random() < 0.4:
            conditions = ["service_started"]
            if "healthcheck" in declared:
                conditions.append("service_healthy")
            if "init" not in declared:
                conditions = ["service_completed_successfully"]
            edges[other] = {"condition": random.choice(conditions), "required": random.random() < 0.8}
            if random.random() < 0.3:
                edges[other]["restart"] = True
    return {"depends_on": edges} if edges else {}


_HEALTH = {"test": ["CMD", "true"], "interval": "200ms", "timeout": "30s"}
_EXTRAS: tuple[tuple[float, Service], ...] = (
    (0.3, {"healthcheck": _HEALTH}),
    (0.3, {"volumes": ["data:/data"]}),
    (0.3, {"volumes": ["cache:/cache:ro", "/anonymous"]}),
    (0.2, {"volumes": ["/anonymous", {"type": "tmpfs", "target": "/t", "tmpfs": {"size": "1m"}}]}),
    (0.1, {"volumes": ["./a.txt:/a.txt:ro", "data:/data"]}),
    (0.2, {"configs": ["a", {"source": "b", "target": "/b.txt", "mode": 0o440}]}),
    (0.2, {"secrets": ["a", "b"]}),
    (0.2, {"hostname": "host", "labels": {"colour": "blue"}, "dns": ["10.9.9.9"]}),
    (0.2, {"environment": {"A": "b"}, "working_dir": "/tmp", "user": "root", "tmpfs": ["/run"]}),
    (0.1, {"stop_grace_period": "2s", "stop_signal": "SIGKILL", "mem_limit": "64m", "cap_add": ["NET_ADMIN"]}),
    (0.1, {"read_only": True, "security_opt": ["no-new-privileges:true"], "extra_hosts": {"there": "10.1.1.1"}}),
    (0.15, {"post_start": [{"command": "true"}]}),
    (0.1, {"deploy": {"replicas": 2}}),
)
