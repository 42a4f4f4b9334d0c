"""A small engine in memory: the `Engine` port with real states, real refusals and scripted behaviour.

Public: for Composer's own tests and for whoever tests code built on Composer. What it answers is rendered as
the engine's JSON and read by the same parsers as a real engine's; one contract suite runs on both.

>>> engine = FakeEngine(images=["busybox"])
>>> engine.script("db", never_healthy())
>>> engine.fail("create_container", Conflict("the name is taken"), target="web", skip=1)

Modules: `engine` (the calls), `lifecycle` (how a container's state moves), `container`, `resources` (images,
networks, volumes), `talk` (exec and attach), `events`, `logs`, `clock`, `script` (what a test says beforehand).
"""

from __future__ import annotations

from composer.engine.fake.engine import FakeEngine
from composer.engine.fake.resources import FakeImage
from composer.engine.fake.script import Gate, Script, exits, never_healthy, turns_unhealthy
from composer.engine.fake.talk import Reply

__all__ = ["FakeEngine", "FakeImage", "Gate", "Reply", "Script", "exits", "never_healthy", "turns_unhealthy"]
