"""Defaults inside attributes, and what cannot be true of one attribute whatever the rest says.

Two tables by place in the tree, run once after all files are merged. Must not know: other attributes of the
same service (`load.check`), the model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from composer.load.canonical import wrong_type
from composer.load.findings import BAD_VALUE, CONFLICT, MISSING_KEY, OBSOLETE, UNKNOWN_KEY, WRONG_TYPE
from composer.load.node import Mapping, Node, Scalar, Sequence
from composer.load.patterns import Rule, compile_patterns, rewrite
from composer.load.shape import text
from composer.load.short_ports import is_ip
from composer.load.tree import child, key_span, sequence_of, text_of, value_of, with_defaults, with_item

if TYPE_CHECKING:
    from composer.load.findings import Findings


def apply_structure(tree: Node, found: Findings) -> Node:
    """`tree` with the defaults in place; what is impossible goes to `found`."""
    rules = _Rules(found)
    for table in (rules.defaults(), rules.checks()):
        tree = rewrite(tree, compile_patterns(table))
    return tree


def secret_default(node: Node, _path: str) -> Node:
    return with_defaults(node, {"target": f"/run/secrets/{text_of(node, 'source')}"})


def without_blanks(node: Node, _path: str) -> Node:
    """Items that a variable left empty."""
    if type(node) is not Sequence:
        return node
    items = tuple(item for item in node.items if not (type(item) is Scalar and item.value in ("", None)))
    return node if len(items) == len(node.items) else Sequence(items, node.span)


def device_default(node: Node, _path: str) -> Node:
    if child(node, "count") is None and child(node, "device_ids") is None:
        return with_defaults(node, {"count": "all"})
    return node


class _Rules:
    def __init__(self, found: Findings) -> None:
        self.found = found

    def defaults(self) -> dict[str, Rule]:
        external = self._external
        return {
            "services.*.build": lambda node, _path: with_defaults(node, {"context": "."}),
            "services.*.dns": without_blanks,
            "services.*.secrets.*": secret_default,
            "services.*.ports.*": lambda node, _path: with_defaults(node, {"protocol": "tcp", "mode": "ingress"}),
            "services.*.deploy.resources.reservations.devices.*": device_default,
            "services.*.gpus.*": device_default,
            "services.*.depends_on.*": lambda node, _path: with_defaults(node, {"required": True}),
            "services.*.env_file.*": lambda node, _path: with_defaults(node, {"required": True}),
            "networks.*": external,
            "volumes.*": external,
            "secrets.*": external,
            "configs.*": external,
        }

    def checks(self) -> dict[str, Rule]:
        return {
            "name": self._not_null,
            "services.*.env_file": self._env_files,
            "services.*.label_file": self._not_null,
            "services.*.networks": self._not_null,
            "services.*.ports.*.host_ip": self._address,
            "services.*.deploy.resources.reservations.devices.*": self._device,
            "services.*.gpus.*": self._device,
            "services.*.develop.watch.*.path": self._not_blank,
            "services.*.volumes.*": self._mount,
            "services.*.ulimits.*": self._limit,
            "services.*.build.ulimits.*": self._limit,
            "volumes.*": self._volume,
            "secrets.*": self._secret,
            "configs.*": lambda node, path: self._file_object(node, path, ("file", "environment", "content")),
        }

    def _external(self, node: Node, path: str) -> Node:
        """`external: {name: n}` as `external: true` and `name: n`."""
        old = child(node, "external")
        if (given := child(node, "name")) is not None:
            self._not_null(given, f"{path}.name")
        if type(node) is not Mapping or type(old) is not Mapping:
            return node
        for key in old.items.keys() - {"name"}:
            self.found.error(UNKNOWN_KEY, f"unknown key {key!r}", key_span(old, key), path=f"{path}.external.{key}")
        name = child(old, "name")
        node = with_item(node, "external", Scalar(value=True, span=old.span))
        if name is None:
            return node
        if type(name) is not Scalar or type(name.value) is not str:
            wrong_type(text(), name, f"{path}.external.name", self.found)
            return node
        hint = f"write `external: true` and `name: {value_of(old, 'name')}`"
        self.found.warn(OBSOLETE, "external.name is deprecated", name.span, path=f"{path}.external.name", hint=hint)
        if child(node, "name") is None:
            return with_item(node, "name", name)
        if value_of(node, "name") != value_of(old, "name"):
            message = "name and external.name conflict"
            self.found.error(CONFLICT, message, name.span, path=path, hint="only use name")
        return node

    def _address(self, node: Node, path: str) -> Node:
        if type(node) is Scalar and isinstance(node.value, str) and not is_ip(node.value):
            self.found.error(BAD_VALUE, f"invalid IP address {node.value!r}", node.span, path=path)
        return node

    def _device(self, node: Node, path: str) -> Node:
        if child(node, "count") is not None and sequence_of(node, "device_ids"):
            message = "count and device_ids are mutually exclusive"
            self.found.error(CONFLICT, message, key_span(node, "device_ids"), path=path)
        return node

    def _not_null(self, node: Node, path: str) -> Node:
        """Stages that fold these away take null for nothing; every other attribute is refused when it is bound."""
        if type(node) is Scalar and node.value is None:
            message = f"{path.rpartition('.')[2]!r} must not be empty"
            self.found.error(WRONG_TYPE, message, node.span, path=path, hint="give it a value, or leave it out")
        return node

    def _env_files(self, node: Node, path: str) -> Node:
        for index, entry in enumerate(node.items if type(node) is Sequence else ()):
            for key in ("format", "required"):
                inner = child(entry, key)
                if inner is not None:
                    self._not_null(inner, f"{path}[{index}].{key}")
        return self._not_null(node, path)

    def _not_blank(self, node: Node, path: str) -> Node:
        if type(node) is Scalar and node.value == "":
            self.found.error(BAD_VALUE, "the path of a watch rule cannot be blank", node.span, path=path)
        return node

    def _mount(self, node: Node, path: str) -> Node:
        if value_of(node, "type") == "bind" and child(node, "source") is None:
            message = "a bind mount needs a source (the path on the host)"
            self.found.error(MISSING_KEY, message, node.span, path=path)
        return node

    def _limit(self, node: Node, path: str) -> Node:
        if type(node) is Mapping and "single" in node.keys:  # the short form, which has it too, has no keys
            self.found.error(UNKNOWN_KEY, "unknown key 'single'", node.keys["single"], path=f"{path}.single")
        elif type(node) is Mapping and "single" not in node.items:
            for key in ("soft", "hard"):
                if key not in node.items:
                    message = f"missing key {key!r}"
                    self.found.error(MISSING_KEY, message, node.span, path=path, hint="set both soft and hard")
        return node

    def _volume(self, node: Node, path: str) -> Node:
        if type(node) is not Mapping or value_of(node, "external") not in (True, "true"):
            return node
        for key in node.items:
            if key not in ("name", "external") and not key.startswith("x-"):
                message = f"an external volume is used as it is: {key!r} cannot be set"
                self.found.error(CONFLICT, message, key_span(node, key), path=f"{path}.{key}")
        return node

    def _file_object(self, node: Node, path: str, sources: tuple[str, ...]) -> Node:
        if type(node) is not Mapping:
            return self._not_null(node, path)
        given = [key for key in sources if key in node.items]
        if len(given) > 1:
            message = f"{' and '.join(given)} are mutually exclusive"
            hint = f"set only one of {', '.join(sources)}, or reset the other with `!reset null`"
            self.found.error(CONFLICT, message, key_span(node, given[-1]), path=path, hint=hint)
        elif not given and value_of(node, "external") in (None, False):
            message = f"one of {', '.join(sources)} must be set"
            self.found.error(MISSING_KEY, message, node.span, path=path)
        return node

    def _secret(self, node: Node, path: str) -> Node:
        if value_of(node, "environment") == "":
            message = "the name of a secret's variable cannot be empty"
            self.found.error(BAD_VALUE, message, key_span(node, "environment"), path=f"{path}.environment")
        return self._file_object(node, path, ("file", "environment"))
