"""`deploy` of a service, and the device requests it shares with `gpus`."""

from __future__ import annotations

from composer.load.format.values import DURATION, FLOAT, INTEGER, LABELS, NAMES, TEXT, TEXTS
from composer.load.shape import Kind, Shape, record, sequence
from composer.load.short_forms import all_gpus

_DEVICE = {
    "capabilities": NAMES,
    "driver": TEXT,
    "count": Shape(Kind.COUNT),
    "device_ids": NAMES,
    "options": LABELS,
}
DEVICES = sequence(record(_DEVICE, model="deploy:DeviceRequest", required=("capabilities",)))
GPUS = sequence(record(_DEVICE, model="deploy:DeviceRequest"), expand=all_gpus)

_UPDATE = record(
    {
        "parallelism": INTEGER,
        "delay": DURATION,
        "failure_action": TEXT,
        "monitor": DURATION,
        "max_failure_ratio": FLOAT,
        "order": TEXT,
    },
    model="deploy:UpdateConfig",
)

_GENERIC = sequence(
    record(
        {
            "discrete_resource_spec": record(
                {"kind": TEXT, "value": Shape(Kind.INTEGER, accepts=(int, float, str))}, model="deploy:DiscreteResource"
            )
        },
        model="deploy:GenericResource",
    )
)

_MEMORY = Shape(Kind.BYTES, accepts=(str,))

DEPLOY = record(
    {
        "mode": TEXT,
        "replicas": INTEGER,
        "labels": LABELS,
        "update_config": _UPDATE,
        "rollback_config": _UPDATE,
        "resources": record(
            {
                "limits": record({"cpus": FLOAT, "memory": _MEMORY, "pids": INTEGER}, model="deploy:Resource"),
                "reservations": record(
                    {"cpus": FLOAT, "memory": _MEMORY, "generic_resources": _GENERIC, "devices": DEVICES},
                    model="deploy:Resource",
                ),
            },
            model="deploy:Resources",
        ),
        "restart_policy": record(
            {"condition": TEXT, "delay": DURATION, "max_attempts": INTEGER, "window": DURATION},
            model="deploy:RestartPolicy",
        ),
        "placement": record(
            {
                "constraints": TEXTS,
                "preferences": sequence(record({"spread": TEXT}, model="deploy:PlacementPreference")),
                "max_replicas_per_node": INTEGER,
            },
            model="deploy:Placement",
        ),
        "endpoint_mode": TEXT,
    },
    model="deploy:Deploy",
    nullable=True,
)
