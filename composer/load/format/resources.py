"""Top-level networks, volumes, secrets, configs and models."""

from __future__ import annotations

from composer.load.format.values import BOOLEAN, LABELS, OPTIONS, TEXT, TEXT_OPTIONS, TEXTS
from composer.load.shape import Kind, Merge, Shape, record, sequence

EXTERNAL = Shape(Kind.EXTERNAL)

_POOL = record({"subnet": TEXT, "gateway": TEXT, "ip_range": TEXT, "aux_addresses": TEXT_OPTIONS}, model="network:Pool")
_IPAM = record(
    {
        "driver": TEXT,
        "config": sequence(_POOL, merge=Merge.SUBNETS),
        "options": TEXT_OPTIONS,
    },
    model="network:Ipam",
)

NETWORK = record(
    {
        "name": TEXT,
        "driver": TEXT,
        "driver_opts": OPTIONS,
        "ipam": _IPAM,
        "external": EXTERNAL,
        "internal": BOOLEAN,
        "attachable": BOOLEAN,
        "labels": LABELS,
        "enable_ipv4": BOOLEAN,
        "enable_ipv6": BOOLEAN,
    },
    model="network:Network",
    nullable=True,
)

VOLUME = record(
    {"name": TEXT, "driver": TEXT, "driver_opts": OPTIONS, "external": EXTERNAL, "labels": LABELS},
    model="volume:Volume",
    nullable=True,
)

_FILE_OBJECT = {
    "name": TEXT,
    "file": TEXT,
    "environment": TEXT,
    "external": EXTERNAL,
    "labels": LABELS,
    "template_driver": TEXT,
}

SECRET = record({**_FILE_OBJECT, "driver": TEXT, "driver_opts": OPTIONS}, model="secret:Secret")

CONFIG = record({**_FILE_OBJECT, "content": TEXT}, model="secret:Config")

MODEL = record(
    {
        "name": TEXT,
        "model": TEXT,
        "context_size": Shape(Kind.INTEGER, accepts=(int,)),
        "runtime_flags": TEXTS,
    },
    model="ai_model:AiModel",
    required=("model",),
)
