"""Which paths count for which rule."""

from __future__ import annotations

from typing import Any

import pytest

from composer.errors import PlanError
from composer.model.build import Build
from composer.model.develop import Develop, Watch
from composer.model.mount import Mount
from composer.model.project import Project
from composer.watch.rules import Ruleset, rules_of
from tests.support.build import project


def watching(*rules: Watch, **web: Any) -> Project:
    built = {"build": Build(context="/srv/demo"), **web}
    return project("web; db", web={"develop": Develop(watch=rules), **built})


def rules(*watched: Watch, ignore: tuple[str, ...] = (), **web: Any) -> Ruleset:
    return rules_of(watching(*watched, **web), ["web"], {"web": ignore})


SYNC = Watch(path="/srv/demo/src", action="sync", target="/app")


def test_where_a_file_goes() -> None:
    (rule,) = rules(SYNC).rules
    assert (rule.name, rule.copies, rule.relative("/srv/demo/src")) == ("web[0]", True, ".")
    assert [rule.relative(path) for path in ("/srv/demo/src/a/b", "/srv/demo/srcs", "/etc")] == ["a/b", None, None]
    assert [rule.destination(path) for path in (".", "a/b")] == ["/app", "/app/a/b"]


@pytest.mark.parametrize(
    ("path", "is_ignored"),
    [
        ("/srv/demo/src/a.log", True),  # the rule's own, seen from its path
        ("/srv/demo/src/deep/a.log", False),
        ("/srv/demo/src/out/x", True),
        ("/srv/demo/src/vendor/x", True),  # the ignore file's, seen from the build context
        ("/srv/demo/src/vendor/keep", False),
        ("/srv/demo/src/.git/HEAD", True),
        ("/srv/demo/src/deep/.a.py.swp", True),
        ("/srv/demo/src/a.py~", True),
        ("/srv/demo/src/4913", True),
        ("/srv/demo/src/a.py", False),
        ("/srv/demo/src/.env", False),
    ],
)
def test_what_is_ignored(path: str, is_ignored: bool) -> None:
    watch = Watch(path="/srv/demo/src", action="sync", target="/app", ignore=("*.log", "out/"))
    (rule,) = rules(watch, ignore=("src/vendor", "!src/vendor/keep")).rules
    assert rule.ignores(path) is is_ignored


def test_only_what_is_included() -> None:
    (rule,) = rules(Watch(path="/srv/demo/src", action="sync", target="/app", include=("*.py", "lib"))).rules
    names = ("a.py", "a.txt", "deep/a.py", "lib/x")
    assert [rule.includes(f"/srv/demo/src/{name}") for name in names] == [True, False, False, True]


def test_what_is_mounted_needs_no_copies() -> None:
    mount = Mount(type="bind", source="/srv/demo/src", target="/app")
    found = rules(SYNC, Watch(path="/srv/demo/src/x", action="restart"), volumes=(mount,))
    assert [rule.action for rule in found.rules] == ["restart"]
    assert found.remarks == ("path '/srv/demo/src' also declared by a bind mount volume, this path won't be monitored",)


def test_rules_that_cannot_be() -> None:
    with pytest.raises(PlanError, match='"web" with action rebuild without a build context'):
        rules(Watch(path="/srv/demo/src", action="rebuild"), build=None, image="busybox")
    with pytest.raises(PlanError, match=r"services\.web\.develop\.watch\[0\]: .*not closed"):
        rules(Watch(path="/srv/demo/src", action="sync", target="/app", ignore=("[a",)))
    with pytest.raises(PlanError, match="none of the selected services is configured for watch"):
        rules_of(watching(SYNC), ["db"], {})
