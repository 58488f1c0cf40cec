"""Template text in, plain values out: JSON, or YAML with CloudFormation's short forms.

`!Ref X` becomes `{"Ref": "X"}`, `!GetAtt A.B` becomes `{"Fn::GetAtt": ["A", "B"]}`, dates stay strings, and
a key that comes twice is refused (CloudFormation User Guide, *Template format*).
"""

from __future__ import annotations

import json
from contextlib import suppress
from functools import cache
from typing import Any

from sandbox.cloudformation.wording import malformed

_AS_THEY_ARE = frozenset(("Ref", "Condition"))
_SHORT_FORMS = (
    *("And", "Base64", "Cidr", "Equals", "FindInMap", "ForEach", "GetAZs", "If", "ImportValue", "Join"),
    *("Length", "Not", "Or", "Select", "Split", "Sub", "ToJsonString", "Transform", "Ref", "Condition"),
)


def read(body: str) -> dict[str, Any]:
    """The document of a template. Raises AwsError in CloudFormation's words."""
    document = _json(body) if body.lstrip().startswith("{") else _yaml(body)
    if not isinstance(document, dict):
        raise malformed("unsupported structure.")
    return document


def _json(body: str) -> Any:
    try:
        return json.loads(body, object_pairs_hook=_without_twins)
    except json.JSONDecodeError as error:
        where = f"(line {error.lineno}, column {error.colno})"
        raise malformed(f"JSON not well-formed. {where}") from error
    except RecursionError as error:
        raise malformed("JSON not well-formed.") from error


def _without_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    keys = [key for key, _ in pairs]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        raise malformed(f"JSON not well-formed. The key '{twice}' comes twice.")
    return dict(pairs)


def _yaml(body: str) -> Any:
    import yaml

    try:
        return _loaded(body)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise malformed(f"YAML not well-formed.{where}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise malformed("YAML not well-formed.") from error


def _loaded(body: str) -> Any:
    """What the YAML says. Where libyaml, which is faster, refuses it, PyYAML's own parser says why.

    libyaml takes tabs within text, and `?` within `{}`: what has any is left to PyYAML's own at once.
    """
    import yaml

    if yaml.__with_libyaml__ and not {"\t", "?"} & set(body):
        with suppress(yaml.YAMLError):
            return yaml.load(body, _loader(fast=True))
    return yaml.load(body, _loader(fast=False))


@cache
def _loader(*, fast: bool) -> Any:
    """A safe loader of PyYAML, taught CloudFormation's tags. fast: with libyaml's parser."""
    import yaml

    class Fast(yaml.composer.Composer, yaml.CSafeLoader):
        def __init__(self, stream: str) -> None:
            yaml.CSafeLoader.__init__(self, stream)
            yaml.composer.Composer.__init__(self)

    base: Any = Fast if fast else yaml.SafeLoader

    class Loader(base):  # type: ignore[misc]
        def compose_node(self, parent: Any, index: Any) -> Any:
            if self.check_event(yaml.AliasEvent):
                raise malformed("YAML aliases are not allowed in CloudFormation templates")
            return super().compose_node(parent, index)

    def mapping(loader: Any, node: Any) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = loader.construct_object(key_node, deep=True)
            if not isinstance(key, str | int | float | bool) or str(key) in found:
                raise yaml.constructor.ConstructorError(None, None, f"key {key}", key_node.start_mark)
            found[str(key)] = loader.construct_object(value_node, deep=True)
        return found

    def short_form(loader: Any, suffix: str, node: Any) -> dict[str, Any]:
        name = suffix if suffix in _AS_THEY_ARE else f"Fn::{suffix}"
        if suffix not in _SHORT_FORMS and suffix != "GetAtt":
            raise yaml.constructor.ConstructorError(None, None, f"tag !{suffix}", node.start_mark)
        value = _value(loader, node, mapping)
        if suffix == "GetAtt" and isinstance(value, str):
            value = value.split(".", 1)
        return {name: value}

    def text(loader: Any, node: Any) -> str:
        return str(node.value)

    Loader.add_constructor("tag:yaml.org,2002:map", mapping)
    Loader.add_constructor("tag:yaml.org,2002:timestamp", text)
    Loader.add_multi_constructor("!", short_form)
    return Loader


def _value(loader: Any, node: Any, mapping: Any) -> Any:
    import yaml

    if isinstance(node, yaml.MappingNode):
        return mapping(loader, node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return str(node.value)
