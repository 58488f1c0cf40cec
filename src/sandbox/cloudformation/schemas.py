"""AWS's own schemas of resource types: which there are, and what their properties are.

They are data of cfn-lint, which carries AWS's published schemas with constraints of its own added. Only
what AWS's engine itself checks is used: names, required members and kinds of values; whether a value makes
sense, the service says.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

Schema = dict[str, Any]

_REGION = "us-east-1"
_KINDS: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
_NAMES = {"object": "JSONObject", "array": "JSONArray", "string": "String", "integer": "Integer"}
_NAMES |= {"number": "Number", "boolean": "Boolean"}


@cache
def _folder() -> Path:
    # Found without importing cfn-lint, which takes a second.
    found = find_spec("cfnlint")
    if found is None or found.origin is None:
        raise ImportError("cfn-lint, which carries AWS's resource schemas, is not installed")
    return Path(found.origin).parent / "data" / "schemas"


@cache
def _index() -> dict[str, str]:
    found: dict[str, str] = json.loads((_folder() / "providers" / f"{_REGION}.json").read_text("utf-8"))
    return found


def is_known(resource_type: str) -> bool:
    """Whether AWS has the resource type; custom resources and modules of one's own count."""
    return resource_type in _index() or resource_type.startswith("Custom::")


@cache
def schema_of(resource_type: str) -> Schema:
    """AWS's schema of a resource type that it has."""
    name = _index()[resource_type]
    found: Schema = json.loads((_folder() / "resources" / f"{name}.json").read_text("utf-8"))
    return found


def create_only(resource_type: str) -> frozenset[str]:
    """The properties whose change makes a new resource."""
    return frozenset(path.split("/")[2] for path in schema_of(resource_type).get("createOnlyProperties", ()))


def read_only(resource_type: str) -> frozenset[str]:
    """What Fn::GetAtt may ask for, `A.B` for nested ones."""
    paths = schema_of(resource_type).get("readOnlyProperties", ())
    return frozenset(path.removeprefix("/properties/").replace("/", ".") for path in paths)


def takes_tags(resource_type: str) -> bool:
    """Whether resources of the type carry tags; the stack's own are then given to them too."""
    return bool(schema_of(resource_type).get("tagging", {}).get("taggable"))


def takes_system_tags(resource_type: str) -> bool:
    """Whether CloudFormation marks resources of the type with tags `aws:cloudformation:…`."""
    return takes_tags(resource_type) and bool(
        schema_of(resource_type)["tagging"].get("cloudFormationSystemTags", True)
    )


def identifiers(resource_type: str) -> list[str]:
    """The properties that identify a resource, as GetTemplateSummary lists them."""
    return [path.split("/")[2] for path in schema_of(resource_type).get("primaryIdentifier", ())]


def fitted(resource_type: str, properties: dict[str, Any]) -> dict[str, Any]:
    """Properties with text turned into the numbers and truth values that the schema has, and back.

    Templates may write `"5"` for 5 and 5 for `"5"`: CloudFormation takes either.
    """
    schema = schema_of(resource_type)
    result: dict[str, Any] = _fit(properties, schema, schema)
    return result


def _fit(value: Any, schema: Schema, root: Schema) -> Any:
    schema = _followed(schema, root)
    if isinstance(value, dict):
        return {key: _fit(member, _member(schema, key) or {}, root) for key, member in value.items()}
    if isinstance(value, list):
        return [_fit(item, schema.get("items", {}), root) for item in value]
    kinds = _kinds(schema)
    if isinstance(value, bool):
        return ("true" if value else "false") if kinds == ("string",) else value
    if isinstance(value, int | float):
        return str(value) if kinds == ("string",) else value
    if isinstance(value, str):
        return _from_text(value, kinds)
    return value


def _from_text(value: str, kinds: tuple[str, ...]) -> Any:
    if kinds == ("boolean",) and value in ("true", "false"):
        return value == "true"
    if kinds in (("integer",), ("number",)):
        try:
            return int(value)
        except ValueError:
            return value
    return value


def violations(resource_type: str, properties: dict[str, Any]) -> list[str]:
    """What AWS finds wrong with the form of properties, in the words of its schema validator."""
    schema = schema_of(resource_type)
    return list(_violations(properties, schema, schema, "#"))


def _violations(value: Any, schema: Schema, root: Schema, path: str) -> Iterator[str]:
    schema = _followed(schema, root)
    kinds = _kinds(schema)
    if kinds and not any(_is(value, kind) for kind in kinds):
        wanted = _NAMES.get(kinds[0], kinds[0])
        yield f"{path}: expected type: {wanted}, found: {_name_of(value)}"
    elif isinstance(value, dict):
        yield from _violations_of_members(value, schema, root, path)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _violations(item, schema.get("items", {}), root, f"{path}/{index}")


def _violations_of_members(value: Schema, schema: Schema, root: Schema, path: str) -> Iterator[str]:
    for key in schema.get("required", ()):
        if key not in value:
            yield f"{path}: required key [{key}] not found"
    for key, member in value.items():
        wanted = _member(schema, key)
        if wanted is not None:
            yield from _violations(member, wanted, root, f"{path}/{key}")
        elif schema.get("properties") and schema.get("additionalProperties") is False:
            yield f"{path}: extraneous key [{key}] is not permitted"


def _member(schema: Schema, key: str) -> Schema | None:
    """The schema of a member, by its name; in maps all members have one, whatever pattern their keys keep."""
    named = schema.get("properties", {}).get(key)
    of_map = next(iter(schema.get("patternProperties", {}).values()), None)
    found: Schema | None = named if named is not None else of_map
    return found


def _followed(schema: Schema, root: Schema) -> Schema:
    """The schema behind a reference; of alternatives the first, which is the one in use."""
    while True:
        if "$ref" in schema:
            target: Any = root
            for part in schema["$ref"].removeprefix("#/").split("/"):
                target = target[part]
            schema = target
        elif "type" not in schema and "properties" not in schema and schema.get("oneOf"):
            schema = schema["oneOf"][0]
        else:
            return schema


def _kinds(schema: Schema) -> tuple[str, ...]:
    given = schema.get("type", ())
    return (given,) if isinstance(given, str) else tuple(given)


def _is(value: Any, kind: str) -> bool:
    if isinstance(value, bool):
        return kind == "boolean"
    return isinstance(value, _KINDS.get(kind, (object,)))


def _name_of(value: Any) -> str:
    kind = next(
        (name for name in ("boolean", "object", "array", "string", "integer") if _is(value, name)), "number"
    )
    return _NAMES[kind]
