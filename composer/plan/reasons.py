"""Why a step is in a plan (`Reason`) and why a step is not running yet (`Hold`).

Values only; wording is in `views.wording`. Tests, `--dry-run`, the live view and the JSON events all
read these same values. Must not know: the engine, the clock, the terminal.
"""

from __future__ import annotations

from enum import StrEnum

from composer.plan.change import Changes
from composer.values import value


class Cause(StrEnum):
    """Why act at all."""

    MISSING = "missing"  # the object does not exist yet
    IMAGE_MISSING = "image-missing"
    PULL_REQUESTED = "pull-requested"  # `--pull always` or pull_policy
    BUILD_REQUESTED = "build-requested"  # `--build`, `composer build` or pull_policy
    CONFIG_CHANGED = "config-changed"  # config-hash differs
    CONTENT_CHANGED = "content-changed"  # of a secret or config
    IMAGE_CHANGED = "image-changed"  # the tag now means another image
    NETWORK_CHANGED = "network-changed"  # not attached to an expected network, or it is recreated
    VOLUME_CHANGED = "volume-changed"  # an expected volume is not mounted
    FORCED = "forced"  # --force-recreate
    DEPENDENCY_RECREATED = "dependency-recreated"  # --always-recreate-deps, or depends_on.restart
    NOT_RUNNING = "not-running"
    SCALE_DOWN = "scale-down"
    ORPHAN = "orphan"
    REPLACED = "replaced"  # the old container of a recreate
    DEPENDED_ON = "depended-on"  # a wait: somebody needs this condition
    WAIT_REQUESTED = "wait-requested"  # --wait
    REQUESTED = "requested"  # the verb itself: down, stop, kill


@value()
class Reason:
    """`detail` is for people: `sha256:ab… → sha256:cd…`, `needed by web, api`. `changes`: which keys of the
    configuration differ, as far as it is known; a detail is then beside them, and mostly empty."""

    cause: Cause
    detail: str = ""
    changes: Changes = ()


class HoldKind(StrEnum):
    STEP = "step"  # another step has not finished
    CONDITION = "condition"  # a dependency is not in the wanted state
    LIMIT = "limit"  # the number of simultaneous pulls/engine calls


@value()
class Hold:
    """Why a step waits: `on` is a step id, or a service name for a condition."""

    kind: HoldKind
    on: str
    detail: str = ""
