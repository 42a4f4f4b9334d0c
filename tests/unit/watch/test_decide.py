"""What changes lead to."""

from __future__ import annotations

from composer.model.lifecycle import Hook
from composer.watch.decide import Copy, Found, ServiceWork, Work, decide
from composer.watch.manifest import Difference
from composer.watch.rules import Rule

TOUCHED = Difference(("a",), ("b",))
HOOK = Hook(command=("reload",))


def rule(service: str, action: str, number: int = 0) -> Rule:
    return Rule(service=service, number=number, action=action, path="/src", target="/app", hook=HOOK)


def test_each_action_leads_to_its_work() -> None:
    sync, restart, run = rule("web", "sync"), rule("api", "sync+restart"), rule("job", "sync+exec")
    found = [Found(each, TOUCHED) for each in (sync, restart, run, rule("db", "rebuild"), rule("cache", "restart"))]
    work = decide(found)
    assert work == Work(
        (
            ServiceWork("web", copies=(Copy(sync, TOUCHED),), changes=2),
            ServiceWork("api", copies=(Copy(restart, TOUCHED),), restart=True, changes=2),
            ServiceWork("job", copies=(Copy(run, TOUCHED),), hooks=(HOOK,), changes=2),
            ServiceWork("db", rebuild=True, changes=2),
            ServiceWork("cache", restart=True, changes=2),
        )
    )
    assert (work.rebuilds, work.restarts) == (("db",), ("api", "cache"))


def test_one_service_is_worked_on_once() -> None:
    both = (rule("web", "rebuild"), rule("web", "sync+restart", 1))
    work = decide(Found(each, TOUCHED) for each in both)
    assert (len(work.services), work.rebuilds, work.restarts) == (1, ("web",), ())


def test_nothing_changed_is_no_work() -> None:
    assert not decide([Found(rule("web", "sync"), Difference())])
