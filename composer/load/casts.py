"""Where text becomes a number or a boolean once its variables are replaced.

One row a place in the tree; the rows are those of the reference, so that `replicas: "3"` and
`replicas: ${COUNT}` mean a number. Must not know: how the tree is walked, later validation.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from composer.load.node import ScalarValue
from composer.load.path import PatternNode, pattern_table

Cast = Callable[[str], ScalarValue]
"""Raises ValueError with the reason when the text does not fit."""

_INTEGER = r"[-+]?[0-9]{1,40}"
_FLOAT = r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[-+]?(?:inf(?:inity)?)|nan"

YES = ("y", "yes", "on")
NO = ("n", "no", "off")


def to_integer(text: str) -> int:
    value = int(text) if re.fullmatch(_INTEGER, text) else None
    if value is None or not -(2**63) <= value < 2**63:
        raise ValueError(f"invalid integer: {text or 'empty text'}")
    return value


def to_float(text: str) -> float:
    if not re.fullmatch(_FLOAT, text, re.ASCII | re.IGNORECASE):
        raise ValueError(f"invalid number: {text or 'empty text'}")
    return float(text)


def to_boolean(text: str) -> bool:
    word = text.lower()
    if word == "true" or word in YES:
        return True
    if word == "false" or word in NO:
        return False
    raise ValueError(f"invalid boolean: {text or 'empty text'}")


_SERVICE: dict[Cast, str] = {
    to_integer: """
        cpu_count cpu_period cpu_quota cpu_rt_period cpu_rt_runtime cpu_shares pids_limit oom_score_adj scale
        deploy.replicas deploy.update_config.parallelism deploy.rollback_config.parallelism
        deploy.restart_policy.max_attempts deploy.placement.max_replicas_per_node
        healthcheck.retries ports[].target ulimits.* ulimits.*.hard ulimits.*.soft
    """,
    to_float: """
        cpus cpu_percent deploy.update_config.max_failure_ratio deploy.rollback_config.max_failure_ratio
    """,
    to_boolean: """
        init privileged read_only stdin_open tty oom_kill_disable healthcheck.disable
        depends_on.*.required depends_on.*.restart volumes[].read_only volumes[].volume.nocopy
    """,
}
_TOP_LEVEL: dict[Cast, str] = {
    to_boolean: """
        networks.*.external networks.*.internal networks.*.attachable networks.*.enable_ipv4 networks.*.enable_ipv6
        volumes.*.external secrets.*.external configs.*.external
    """,
}


def _rows() -> dict[str, Cast]:
    rows = {f"services.*.{place}": cast for cast, places in _SERVICE.items() for place in places.split()}
    rows.update({place: cast for cast, places in _TOP_LEVEL.items() for place in places.split()})
    return rows


CASTS: PatternNode[Cast] = pattern_table(_rows())
