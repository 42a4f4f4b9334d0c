"""The loop of `watch`: notices of changed files in, work out.

Owns what each rule's path held when its containers last got it. What goes wrong is told and tried again with the next
change; only the end of notices ends it. Must not know: how the engine does it, what is a flag.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol

from composer.errors import ComposerError, Conflict
from composer.watch.archive import archives
from composer.watch.decide import Copy, Found, ServiceWork, decide
from composer.watch.effects import Batch, Effect
from composer.watch.manifest import Difference, Manifest, difference, is_below, look
from composer.watch.memory import Memory, Remembered, key_of
from composer.watch.rules import REBUILD, restarts_on

if TYPE_CHECKING:
    from composer.model.lifecycle import Hook
    from composer.watch.rules import Rule

STORM = 500  # changed paths in one batch from which on the whole folder is looked at: notices may have been lost


class Actor(Protocol):
    """What happens in the engine, and what is said. Raises ComposerError kinds only."""

    def containers(self, service: str) -> tuple[str, ...]:
        """Ids, sorted."""
        ...

    def put(self, container: str, archive: bytes, *, replaces: bool) -> None:
        """Not `replaces`: raises Conflict when a folder would take the place of something else, or the reverse."""
        ...

    def is_link(self, container: str, path: str) -> bool: ...
    def remove(self, container: str, paths: Sequence[str]) -> None: ...
    def run_hook(self, container: str, hook: Hook) -> None: ...
    def rebuild(self, services: Sequence[str]) -> bool:
        """Builds and starts anew; False when that failed, which has been told."""
        ...

    def restart(self, services: Sequence[str]) -> bool: ...
    def say(self, message: str) -> None: ...
    def warn(self, message: str) -> None: ...
    def show(self, rule: Rule, effect: Effect) -> None:
        """What a rule leads to now, or has led to."""
        ...


class Watcher:
    def __init__(self, rules: Iterable[Rule], actor: Actor, memory: Memory) -> None:
        self._rules = tuple(rules)
        self._actor = actor
        self._memory = memory
        self._held: dict[str, Manifest] = {}  # by rule's name: what the containers have, as far as is known
        self._owed: dict[str, set[str]] = {rule.name: set() for rule in self._rules}  # relative paths to try again
        self._served: dict[str, tuple[str, ...]] = {}  # by rule's name: the containers that have it
        self._noted: dict[str, Manifest] = {}
        self._batch = Batch((), {})  # what goes on

    def note(self) -> None:
        """Before images are built and containers started: what changes from now on is news to them."""
        self._noted = {rule.name: look(rule) for rule in self._rules}

    def begin(self, *, built: bool) -> None:
        """Brings over what changed while nobody watched, and what rules want at first. `built`: images are new."""
        remembered = self._memory.read()
        found = []
        for rule in self._rules:
            now = look(rule)
            self._held[rule.name] = now
            before = self._known_before(rule, remembered, built=built)
            if before is not None:
                found.append(Found(rule, difference(before, now)))
        self._carry_out(found)

    def on_paths(self, paths: Iterable[str]) -> None:
        """`paths`: absolute, of what was written, made, moved or taken away."""
        told = list(paths)
        found = [Found(rule, self._seen(rule, told)) for rule in self._rules]
        self._carry_out(found)

    def finish(self) -> None:
        """What could not be brought over counts as not there the next time."""
        kept = {}
        for rule in self._rules:
            owed = self._owed[rule.name]
            held = {path: stamp for path, stamp in self._held.get(rule.name, {}).items() if path not in owed}
            kept[key_of(rule)] = Remembered(self._served.get(rule.name, ()), held)
        self._memory.write(kept)

    # ---- what changed ----------------------------------------------------------------------------------
    def _known_before(self, rule: Rule, remembered: Mapping[str, Remembered], *, built: bool) -> Manifest | None:
        """What the rule's containers had at the end of the last watch, else what was noted; None: what is here now."""
        served = self._served[rule.name] = self._containers(rule.service)
        last = remembered.get(key_of(rule))
        if last is not None and last.containers == served and not (built and rule.action == REBUILD):
            return last.manifest
        return {} if rule.initial and rule.copies else self._noted.get(rule.name)

    def _seen(self, rule: Rule, told: Iterable[str]) -> Difference:
        relatives = {relative for path in told if (relative := self._concerns(rule, path)) is not None}
        owed = self._owed[rule.name]
        if not relatives and not owed:
            return Difference()
        relatives |= owed
        owed.clear()
        held = self._held[rule.name]
        if len(relatives) >= STORM:
            before, now = dict(held), look(rule)
        else:
            before, now = {}, {}
            for relative in relatives:
                before |= _part(held, relative)
                now |= look(rule, relative)
        for path in before.keys() - now.keys():
            held.pop(path, None)
        held.update(now)
        return difference(before, now, touched=relatives)

    def _concerns(self, rule: Rule, path: str) -> str | None:
        if is_below(rule.path, path):  # a folder above came or went, and the rule's path with it
            return "."
        relative = rule.relative(path)
        return None if relative is None or rule.ignores(path) else relative

    # ---- what is done about it -------------------------------------------------------------------------
    def _carry_out(self, found: Sequence[Found]) -> None:
        work = decide(found)
        if not work:
            return
        self._batch = Batch(found, self._held)
        self._show(self._batch.begun())
        if work.rebuilds:
            self._rebuild(work.rebuilds)
        for each in work.services:
            if each.copies:
                self._copy_all(each)
            self._run_hooks(each)
        if work.restarts:
            self._restart(work.restarts)
        for rule in self._rules:
            if any(each.service == rule.service for each in work.services):
                self._served[rule.name] = self._containers(rule.service)
        self._show(self._batch.ended())

    def _show(self, effects: Iterable[tuple[Rule, Effect]]) -> None:
        for rule, effect in effects:
            self._actor.show(rule, effect)

    def _rebuild(self, services: tuple[str, ...]) -> None:
        self._actor.say(f"Rebuilding service(s) {_listed(services)} after changes were detected...")
        rules = self._batch.rules(*services, of=lambda rule: rule.action == REBUILD)
        if self._done(lambda: self._actor.rebuild(services), rules):
            self._actor.say(f"service(s) {_listed(services)} successfully built")

    def _restart(self, services: tuple[str, ...]) -> None:
        rules = self._batch.rules(*services, of=restarts_on)
        if self._done(lambda: self._actor.restart(services), rules):
            self._actor.say(f"service(s) {_listed(services)} restarted")

    def _copy_all(self, work: ServiceWork) -> None:
        containers = self._containers(work.service)
        count = sum(len(copy.difference.changed) + len(copy.difference.gone) for copy in work.copies)
        begun = time.monotonic()
        reached = 0
        for container in containers:
            reached += self._copy_to(container, work, containers)
        if not containers:
            missing = f'service "{work.service}" has no container to sync to'
            self._actor.warn(missing)
            self._batch.blame([copy.rule for copy in work.copies], missing)
        if reached < len(containers) or not containers:
            for copy in work.copies:
                self._owed[copy.rule.name] |= {*copy.difference.changed, *copy.difference.gone}
        if reached:
            took = (time.monotonic() - begun) * 1000
            targets = ", ".join(dict.fromkeys(copy.rule.target for copy in work.copies))
            self._actor.say(
                f'Syncing service "{work.service}" after {count} changes were detected  (to {targets} in {took:.0f} ms)'
            )

    def _copy_to(self, container: str, work: ServiceWork, containers: tuple[str, ...]) -> bool:
        """A rule that fails does not keep the others from being carried out."""
        done = [self._copy(container, copy, self._whole(copy, containers)) for copy in work.copies]
        return all(done)

    def _whole(self, copy: Copy, containers: tuple[str, ...]) -> Difference:
        """A container that is new since gets everything, where the rule wants that at first."""
        if copy.rule.initial and containers != self._served.get(copy.rule.name):
            return Difference(tuple(sorted(self._held[copy.rule.name])), copy.difference.gone)
        return copy.difference

    def _copy(self, container: str, copy: Copy, what: Difference) -> bool:
        rule = copy.rule

        def act() -> bool:
            if what.gone:
                self._actor.remove(container, [rule.destination(path) for path in what.gone])
            try:
                self._send(container, rule, what.changed, replaces=False)
            except Conflict:
                linked = self._linked_folders(container, rule, what.changed)
                self._send(container, rule, [path for path in what.changed if path not in linked], replaces=True)
            return True

        return self._done(act, (rule,), about=f"syncing {rule.name}")

    def _send(self, container: str, rule: Rule, paths: Iterable[str], *, replaces: bool) -> None:
        for archive in archives((_here(rule, path), rule.destination(path)) for path in paths):
            self._actor.put(container, archive, replaces=replaces)

    def _linked_folders(self, container: str, rule: Rule, paths: Iterable[str]) -> set[str]:
        """Folders here that are links there: what is in them goes where the link leads, and the link stays."""
        held = self._held[rule.name]
        folders = [path for path in paths if path in held and held[path].kind == "d"]
        return {path for path in folders if self._actor.is_link(container, rule.destination(path))}

    def _run_hooks(self, work: ServiceWork) -> None:
        for hook in work.hooks:
            rules = [rule for rule in self._batch.rules(work.service) if rule.hook == hook]
            for container in self._containers(work.service):
                self._done(partial(self._ran, container, hook), rules)

    def _ran(self, container: str, hook: Hook) -> bool:
        self._actor.run_hook(container, hook)
        return True

    def _containers(self, service: str) -> tuple[str, ...]:
        try:
            return self._actor.containers(service)
        except ComposerError as error:
            self._actor.warn(error.message)
            return ()

    def _done(self, act: Callable[[], bool], rules: Sequence[Rule], *, about: str = "") -> bool:
        """Whether `act` succeeded; what it raised is told. `rules`: those that it is done for."""
        with self._batch.timed(rules):
            try:
                went_well = act()
            except ComposerError as error:
                self._actor.warn(f"{about}: {error.message}" if about else error.message)
                self._batch.blame(rules, error.message)
                return False
        if not went_well:
            self._batch.blame(rules, "failed, as told above")
        return went_well


def _part(held: Manifest, relative: str) -> Manifest:
    stamp = held.get(relative)
    if stamp is not None and stamp.kind != "d":
        return {relative: stamp}
    if stamp is None and relative not in held and not any(path.startswith(relative + "/") for path in held):
        return {}
    return {path: stamp for path, stamp in held.items() if is_below(path, relative)}


def _here(rule: Rule, relative: str) -> str:
    return rule.path if relative == "." else f"{rule.path}/{relative}"


def _listed(services: Iterable[str]) -> str:
    return "[" + " ".join(f'"{service}"' for service in services) + "]"
