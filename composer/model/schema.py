"""Validators for the model classes, built by pydantic's core from the dataclass annotations.

One validator per class, made when a file first needs it; a nested model value is validated by its own class
beforehand, so it only has to be there. Must not know: nodes, spans, the format tables.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping as AbstractMapping
from dataclasses import MISSING, fields
from enum import Enum
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin

from pydantic_core import SchemaValidator, core_schema

from composer.model.base import Constraint

if TYPE_CHECKING:
    from pydantic_core import CoreSchema

_VALIDATORS: dict[type, SchemaValidator] = {}
_SCALARS: dict[object, CoreSchema] = {
    str: core_schema.str_schema(),
    int: core_schema.int_schema(strict=True),
    float: core_schema.float_schema(),
    bool: core_schema.bool_schema(strict=True),
    object: core_schema.any_schema(),
}


def validator_for(model: type) -> SchemaValidator:
    """The validator that makes a `model` instance from a dict of its fields."""
    validator = _VALIDATORS.get(model)
    if validator is None:
        validator = _VALIDATORS[model] = SchemaValidator(_dataclass(model))
    return validator


def _dataclass(model: type) -> CoreSchema:
    scope = vars(sys.modules[model.__module__])
    known: dict[str, CoreSchema] = {}
    declared = []
    for field in fields(model):
        annotation = str(field.type)
        schema = known.get(annotation)
        if schema is None:
            schema = known[annotation] = _annotation(annotation, scope)
        if field.default is not MISSING:
            schema = core_schema.with_default_schema(schema, default=field.default)
        elif field.default_factory is not MISSING:
            schema = core_schema.with_default_schema(schema, default_factory=field.default_factory)
        declared.append(core_schema.dataclass_field(field.name, schema, kw_only=True))
    names = [field.name for field in fields(model)]
    arguments = core_schema.dataclass_args_schema(model.__name__, declared)
    return core_schema.dataclass_schema(model, arguments, names, frozen=True)


def _annotation(annotation: str, scope: dict[str, Any]) -> CoreSchema:
    try:
        return _schema(eval(annotation, scope))  # noqa: S307  our own annotations
    except NameError:  # a class imported for type checking only: its own validator has seen the value
        return core_schema.any_schema()


def _schema(kind: Any) -> CoreSchema:
    scalar = _SCALARS.get(kind)
    if scalar is not None:
        return scalar
    origin, arguments = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _constrained(_schema(arguments[0]), [item for item in arguments[1:] if isinstance(item, Constraint)])
    if origin in (Union, UnionType):
        return _optional(arguments)
    if origin is tuple:
        return core_schema.tuple_variable_schema(_schema(arguments[0]))
    if origin is AbstractMapping:
        return core_schema.dict_schema(core_schema.str_schema(), _schema(arguments[1]))
    return _named(kind)


def _named(kind: Any) -> CoreSchema:
    """NewTypes and enumerations; a model class was validated by its own validator."""
    if hasattr(kind, "__supertype__"):
        return _schema(kind.__supertype__)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return core_schema.enum_schema(kind, list(kind.__members__.values()))
    return core_schema.any_schema()


def _optional(arguments: tuple[Any, ...]) -> CoreSchema:
    inner = [argument for argument in arguments if argument is not NoneType]
    schema = _schema(inner[0]) if len(inner) == 1 else core_schema.union_schema([_schema(one) for one in inner])
    return core_schema.nullable_schema(schema) if len(inner) < len(arguments) else schema


def _constrained(schema: CoreSchema, constraints: list[Constraint]) -> CoreSchema:
    for constraint in constraints:
        schema = core_schema.no_info_after_validator_function(constraint.check, schema)
    return schema
