"""The Compose files that are measured, as text. Small shell loops in busybox: the engine's work, not the services'."""

from __future__ import annotations

import os
from pathlib import Path

SLEEP = "    image: busybox\n    command: sleep 1000\n"
READY = "    image: busybox\n    command: sh -c 'sleep 0.5; touch /ready; exec sleep 1000'\n"


BUILT_INLINE = 'services:\n  web:\n    build: {dockerfile_inline: "FROM busybox\\nRUN echo hi > /hi"}\n'
BUILT = "services:\n  web:\n    build: context\n"


def big_context(folder: Path) -> None:
    """200 MB in 1000 files."""
    context = folder / "context"
    for number in range(1000):
        file = context / f"{number % 20}" / f"{number}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(os.urandom(200_000))
    (context / "Dockerfile").write_text("FROM busybox\nRUN --mount=type=bind,target=/context du -s /context > /size\n")


def edit_one(folder: Path) -> None:
    (folder / "context/7/7").write_bytes(os.urandom(200_000))


def independent(count: int) -> str:
    return "services:\n" + "".join(f"  s{number:04}:\n{SLEEP}" for number in range(1, count + 1))


def chain(length: int, *, healthcheck: str = "", service: str = SLEEP) -> str:
    """Every service waits for the one before; with a health check, until that one is healthy."""
    condition = "service_healthy" if healthcheck else "service_started"
    text = "services:\n"
    for number in range(1, length + 1):
        text += f"  s{number}:\n{service}"
        if healthcheck:
            text += f"    healthcheck: {{{healthcheck}}}\n"
        if number > 1:
            text += f"    depends_on: {{s{number - 1}: {{condition: {condition}}}}}\n"
    return text


def stack() -> str:
    """17 services: three stores with health checks, a one-shot migration, twelve workers, a proxy."""
    health = '    healthcheck: {test: "test -f /ready", interval: 2s, retries: 10}\n'
    text = "services:\n"
    for store in ("database", "cache", "queue"):
        text += f"  {store}:\n{READY}{health}    volumes: ['{store}:/data']\n"
    text += "  migrate:\n    image: busybox\n    command: sleep 0.3\n"
    text += "    depends_on: {database: {condition: service_healthy}}\n"
    for number in range(1, 13):
        text += f"  app{number}:\n{READY}{health}    depends_on:\n"
        text += "      migrate: {condition: service_completed_successfully}\n"
        text += "      cache: {condition: service_healthy}\n      queue: {condition: service_healthy}\n"
    text += f"  proxy:\n{SLEEP}    depends_on:\n"
    text += "".join(f"      app{number}: {{condition: service_healthy}}\n" for number in range(1, 13))
    return text + "volumes: {database: , cache: , queue: }\n"


def one_that_changes(count: int) -> str:
    """The first service changes with the variable COLOUR."""
    return independent(count).replace(SLEEP, SLEEP + "    environment: {COLOUR: '${COLOUR:-blue}'}\n", 1)


def rich_services(count: int) -> str:
    """Services as in real files: environment, ports, volumes, labels, health checks, dependencies."""
    text = "services:\n"
    for number in range(1, count + 1):
        text += f"""  s{number:04}:
    image: example/service-{number}:${{TAG:-1.0}}
    command: ["serve", "--port", "8000"]
    environment:
      DATABASE_URL: postgres://user:secret@db/{number}
      LEVEL: ${{LEVEL:-info}}
      NUMBER: "{number}"
    labels: {{com.example.number: "{number}", com.example.team: core}}
    expose: ["8000"]
    volumes: ["data:/data", "./config:/etc/service:ro"]
    networks: [back]
    healthcheck: {{test: ["CMD", "true"], interval: 10s, timeout: 3s}}
    restart: unless-stopped
"""
        if number > 1:
            text += f"    depends_on: [s{number - 1:04}]\n"
    return text + "networks: {back: }\nvolumes: {data: }\n"


def talkers(count: int, lines: int) -> str:
    """Each writes `lines` lines of 100 characters and ends."""
    line = "x" * 90
    script = f"yes {line} | head -n {lines} | cat -n"
    talker = f'    image: busybox\n    command: ["sh", "-c", "{script}"]\n'
    return "services:\n" + "".join(f"  s{number}:\n{talker}" for number in range(1, count + 1))
