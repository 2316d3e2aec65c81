"""A check of donnees.json against its schema: the few words of JSON Schema that the schema uses, and no others."""

import json
import re
from collections.abc import Iterator
from typing import Any

from privacy.requests.packing import SCHEMA

TYPES = {
    "array": list,
    "boolean": bool,
    "integer": int,
    "null": type(None),
    "number": (int, float),
    "object": dict,
    "string": str,
}
KNOWN = {
    *("$schema", "title", "description", "$defs", "$ref", "type", "required", "additionalProperties", "properties"),
    *("const", "enum", "pattern", "items", "anyOf"),
}


def mistakes(data: Any) -> list[str]:
    """Return where the data is not as the schema says, and how."""
    schema = json.loads(SCHEMA.read_text())
    return list(_mistakes(data, schema, schema["$defs"], ""))


def _mistakes(value: Any, schema: dict[str, Any], defs: dict[str, Any], path: str) -> Iterator[str]:
    assert set(schema) <= KNOWN, set(schema) - KNOWN
    if "$ref" in schema:
        schema = defs[schema["$ref"].removeprefix("#/$defs/")]
    types = [schema["type"]] if isinstance(schema.get("type"), str) else schema.get("type", list(TYPES))
    if not any(_is(value, name) for name in types):
        yield f"{path}: {type(value).__name__} is not {types}"
        return
    if value != schema.get("const", value) or value not in schema.get("enum", [value]):
        yield f"{path}: not as said"
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        yield f"{path}: {value!r} is not written so"
    if "anyOf" in schema and all(list(_mistakes(value, one, defs, path)) for one in schema["anyOf"]):
        yield f"{path}: none of anyOf"
    if isinstance(value, dict):
        yield from _of_object(value, schema, defs, path)
    for number, one in enumerate(value if isinstance(value, list) else ()):
        yield from _mistakes(one, schema.get("items", {}), defs, f"{path}[{number}]")


def _of_object(value: dict[str, Any], schema: dict[str, Any], defs: dict[str, Any], path: str) -> Iterator[str]:
    for name in set(schema.get("required", ())) - set(value):
        yield f"{path}: lacks {name}"
    for name, one in value.items():
        rule = schema.get("properties", {}).get(name, schema.get("additionalProperties", {}))
        where = f"{path}.{name}".removeprefix(".")
        if rule is False:
            yield f"{where}: unknown"
        else:
            yield from _mistakes(one, rule, defs, where)


def _is(value: Any, name: str) -> bool:
    return isinstance(value, TYPES[name]) and (name == "boolean" or not isinstance(value, bool))
