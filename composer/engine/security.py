"""What a container may do and see of its host: capabilities, security options, namespaces, kernel settings.

Owns those fields of `HostConfig`. A seccomp profile is read from its file, as the engine takes only its text;
nothing else here touches the disk. Must not know: who shares a namespace (references to services are
container ids by now).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from composer.errors import PlanError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from composer.model.service import Service

# attribute → field; "" is the engine's own default.
_NAMESPACES = {
    "ipc": "IpcMode",
    "pid": "PidMode",
    "uts": "UTSMode",
    "userns_mode": "UsernsMode",
    "cgroup": "CgroupnsMode",
    "cgroup_parent": "CgroupParent",
    "isolation": "Isolation",
    "runtime": "Runtime",
}
_SYSTEM_PATHS = "systempaths=unconfined"
_PROFILE_WORDS = ("unconfined", "builtin")  # seccomp without a file


def security_fields(service: Service, working_dir: str) -> dict[str, Any]:
    """Raises `PlanError` for a security option that is none, or a seccomp profile that cannot be read."""
    fields: dict[str, Any] = {
        "CapAdd": _capabilities(service.cap_add),
        "CapDrop": _capabilities(service.cap_drop),
        "Privileged": bool(service.privileged),
        "ReadonlyRootfs": bool(service.read_only),
    }
    for attribute, field in _NAMESPACES.items():
        if mode := getattr(service, attribute):
            fields[field] = mode
    if service.security_opt:
        fields |= _security_options(service, working_dir)
    if service.group_add:
        fields["GroupAdd"] = list(service.group_add)
    if service.sysctls:
        fields["Sysctls"] = dict(service.sysctls)
    return fields


def _capabilities(names: Iterable[str]) -> list[str] | None:
    """Upper case with prefix, sorted, each once: as every Docker client sends them."""
    upper = {name.upper() for name in names}
    found = {name if name == "ALL" or name.startswith("CAP_") else f"CAP_{name}" for name in upper}
    return sorted(found) or None


def _security_options(service: Service, working_dir: str) -> dict[str, Any]:
    options = [
        _security_option(service, option, working_dir) for option in service.security_opt if option != _SYSTEM_PATHS
    ]
    fields: dict[str, Any] = {"SecurityOpt": options} if options else {}
    if _SYSTEM_PATHS in service.security_opt:
        fields |= {"MaskedPaths": [], "ReadonlyPaths": []}
    return fields


def _security_option(service: Service, option: str, working_dir: str) -> str:
    sign = "=" if "=" in option else ":"
    name, found, value = option.partition(sign)
    if not found and name != "no-new-privileges":
        raise PlanError(
            f'service "{service.name}": invalid security_opt "{option}"',
            hint="write it as name=value, e.g. seccomp=profile.json, apparmor=docker-default, label=disable",
        )
    if name == "seccomp" and value not in _PROFILE_WORDS:
        return f"seccomp={_profile(service, value, working_dir)}"
    return option


def _profile(service: Service, path: str, working_dir: str) -> str:
    """The JSON of a seccomp profile without blanks between its words; the words stay as they stand."""
    import json  # noqa: PLC0415 - rare
    import os.path  # noqa: PLC0415
    import re  # noqa: PLC0415

    try:
        with open(os.path.join(working_dir, path), encoding="utf-8") as file:  # noqa: PTH118, PTH123 - no pathlib here
            text = file.read()
        json.loads(text)
    except (OSError, ValueError) as error:
        cause = getattr(error, "strerror", None) or error
        raise PlanError(f'service "{service.name}": seccomp profile {path} cannot be read: {cause}') from error
    return re.sub(r'("(?:[^"\\]|\\.)*")|\s+', r"\1", text)
