"""The attributes of a service: one row each.

A row names the forms (`Shape`), the merge rule and, for a nested mapping, the model class. Rows stand in the
order of the model's fields. Must not know: how a stage works.
"""

from __future__ import annotations

from composer.load.format import keys
from composer.load.format.build import BUILD, DEVELOP
from composer.load.format.deploy import DEPLOY, GPUS
from composer.load.format.values import (
    BOOLEAN,
    BYTES,
    COMMAND,
    COUNT,
    DISTINCT,
    DURATION,
    ENVIRONMENT,
    FLOAT,
    HOOK,
    HOSTS,
    INIT_HOOK,
    INTEGER,
    LABELS,
    NAMES,
    ONE_OR_NAMES,
    ONE_OR_TEXTS,
    OPTIONS,
    OPTIONS_OR_NULL,
    PRIORITY,
    TEXT,
    ULIMITS,
    file_mount,
)
from composer.load.shape import Kind, Merge, Shape, mapping, record, sequence
from composer.load.short_forms import dependencies, names, one_or_list, under
from composer.load.short_mounts import expand_device, expand_mount
from composer.load.short_ports import expand_port

SIZE = Shape(Kind.BYTES, accepts=(int, float, str))
TEXTS_OR_INTEGERS = sequence(Shape(Kind.TEXT_OR_NUMBER, accepts=(str, int)), key=keys.whole)

RATES = sequence(record({"path": TEXT, "rate": BYTES}, model="service_limits:RateLimit", extensible=False))
BLKIO = record(
    {
        "weight": INTEGER,
        "weight_device": sequence(
            record({"path": TEXT, "weight": INTEGER}, model="service_limits:WeightDevice", extensible=False)
        ),
        "device_read_bps": RATES,
        "device_read_iops": RATES,
        "device_write_bps": RATES,
        "device_write_iops": RATES,
    },
    model="service_limits:BlkioConfig",
    extensible=False,
)

DEPENDENCY = record(
    {"condition": TEXT, "restart": BOOLEAN, "required": BOOLEAN},
    model="dependency:Dependency",
    required=("condition",),
)

DEVICE = record(
    {"source": TEXT, "target": TEXT, "permissions": TEXT},
    model="service_limits:Device",
    expand=expand_device,
    required=("source",),
)

ENV_FILE = record(
    {"path": TEXT, "required": BOOLEAN, "format": TEXT},
    model="service:EnvFile",
    expand=under("path"),
    extensible=False,
    required=("path",),
)

HEALTHCHECK = record(
    {
        "test": Shape(Kind.TEST, merge=Merge.REPLACE),
        "timeout": DURATION,
        "interval": DURATION,
        "retries": COUNT,
        "start_period": DURATION,
        "start_interval": DURATION,
        "disable": BOOLEAN,
    },
    model="healthcheck:Healthcheck",
)

LOGGING = record({"driver": TEXT, "options": OPTIONS_OR_NULL}, model="service:Logging", merge=Merge.LOGGING)

NETWORK = record(
    {
        "aliases": NAMES,
        "driver_opts": OPTIONS,
        "gw_priority": PRIORITY,
        "interface_name": TEXT,
        "ipv4_address": TEXT,
        "ipv6_address": TEXT,
        "link_local_ips": NAMES,
        "mac_address": TEXT,
        "priority": PRIORITY,
    },
    model="network:ServiceNetwork",
    nullable=True,
)

PORT = record(
    {
        "name": TEXT,
        "mode": TEXT,
        "host_ip": TEXT,
        "target": INTEGER,
        "published": Shape(Kind.TEXT_OR_NUMBER, accepts=(str, int)),
        "protocol": TEXT,
        "app_protocol": TEXT,
    },
    model="port:Port",
    expand=expand_port,
    required=("target",),
)

MOUNT = record(
    {
        "type": TEXT,
        "source": TEXT,
        "target": TEXT,
        "read_only": BOOLEAN,
        "consistency": TEXT,
        "bind": record(
            {"selinux": TEXT, "propagation": TEXT, "create_host_path": BOOLEAN, "recursive": TEXT},
            model="mount:BindOptions",
        ),
        "volume": record({"labels": LABELS, "nocopy": BOOLEAN, "subpath": TEXT}, model="mount:VolumeOptions"),
        "tmpfs": record(
            {"size": BYTES, "mode": Shape(Kind.INTEGER, accepts=(int, float, str))}, model="mount:TmpfsOptions"
        ),
        "image": record({"subpath": TEXT}, model="mount:ImageOptions"),
    },
    model="mount:Mount",
    expand=expand_mount,
    required=("type", "target"),
)

PROVIDER = record(
    {"type": TEXT, "options": Shape(Kind.LISTS)},
    model="lifecycle:Provider",
    required=("type",),
)

SERVICE = record(
    {
        "profiles": NAMES,
        "annotations": LABELS,
        "attach": BOOLEAN,
        "build": BUILD,
        "develop": DEVELOP,
        "blkio_config": BLKIO,
        "cap_add": NAMES,
        "cap_drop": NAMES,
        "cgroup_parent": TEXT,
        "cgroup": TEXT,
        "cpu_count": INTEGER,
        "cpu_percent": INTEGER,
        "cpu_period": COUNT,
        "cpu_quota": COUNT,
        "cpu_rt_period": COUNT,
        "cpu_rt_runtime": COUNT,
        "cpus": FLOAT,
        "cpuset": TEXT,
        "cpu_shares": COUNT,
        "command": COMMAND,
        "configs": file_mount("secret:ServiceConfig", keys.config_target),
        "container_name": TEXT,
        "credential_spec": record(
            {"config": TEXT, "file": TEXT, "registry": TEXT}, model="service_limits:CredentialSpec"
        ),
        "depends_on": mapping(DEPENDENCY, expand=dependencies, names=True),
        "deploy": DEPLOY,
        "device_cgroup_rules": DISTINCT,
        "devices": sequence(DEVICE, key=keys.target),
        "dns": ONE_OR_NAMES,
        "dns_opt": NAMES,
        "dns_search": ONE_OR_NAMES,
        "domainname": TEXT,
        "entrypoint": COMMAND,
        "provider": PROVIDER,
        "environment": ENVIRONMENT,
        "env_file": sequence(ENV_FILE, key=keys.env_path, expand=one_or_list),
        "expose": TEXTS_OR_INTEGERS,
        "extends": record(
            {"service": TEXT, "file": TEXT},
            model="service:Extended",
            expand=under("service"),
            extensible=False,
            required=("service",),
        ),
        "external_links": DISTINCT,
        "extra_hosts": HOSTS,
        "group_add": TEXTS_OR_INTEGERS,
        "gpus": GPUS,
        "hostname": TEXT,
        "healthcheck": HEALTHCHECK,
        "image": TEXT,
        "init": BOOLEAN,
        "ipc": TEXT,
        "isolation": TEXT,
        "labels": LABELS,
        "label_file": ONE_OR_TEXTS,
        "links": NAMES,
        "logging": LOGGING,
        "mem_limit": SIZE,
        "mem_reservation": BYTES,
        "memswap_limit": SIZE,
        "mem_swappiness": BYTES,
        "mac_address": TEXT,
        "models": mapping(
            record({"endpoint_var": TEXT, "model_var": TEXT}, model="ai_model:ServiceModel", nullable=True),
            expand=names,
        ),
        "network_mode": TEXT,
        "networks": mapping(NETWORK, expand=names, names=True),
        "oom_kill_disable": BOOLEAN,
        "oom_score_adj": INTEGER,
        "pid": Shape(Kind.TEXT, nullable=True),
        "pids_limit": COUNT,
        "platform": TEXT,
        "ports": sequence(PORT, key=keys.port),
        "privileged": BOOLEAN,
        "pull_policy": TEXT,
        "pull_refresh_after": TEXT,
        "read_only": BOOLEAN,
        "restart": TEXT,
        "runtime": TEXT,
        "scale": INTEGER,
        "secrets": file_mount("secret:ServiceSecret", keys.secret_target),
        "security_opt": DISTINCT,
        "shm_size": SIZE,
        "stdin_open": BOOLEAN,
        "stop_grace_period": DURATION,
        "stop_signal": TEXT,
        "storage_opt": Shape(Kind.OPTIONS, unset=""),
        "sysctls": LABELS,
        "tmpfs": ONE_OR_NAMES,
        "tty": BOOLEAN,
        "ulimits": ULIMITS,
        "use_api_socket": Shape(Kind.STRICT_BOOLEAN),
        "user": TEXT,
        "userns_mode": TEXT,
        "uts": TEXT,
        "volumes": sequence(MOUNT, key=keys.target),
        "volumes_from": DISTINCT,
        "working_dir": TEXT,
        "pre_start": sequence(INIT_HOOK),
        "post_start": sequence(HOOK),
        "pre_stop": sequence(HOOK),
    },
    model="service:Service",
)
