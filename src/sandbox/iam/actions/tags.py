"""`aws:RequestTag/KEY` and `aws:TagKeys`: the tags a request brings or takes away.

Source: IAM User Guide, *Controlling access to AWS resources using tags*.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl

_TAGS = ("Tags", "tags")
_TAG_KEYS = ("TagKeys", "tagKeys")


def request_tags(parameters: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """The condition keys of the tags in `parameters`.

    Each service has its own shape: a map, a list of `Key` and `Value`, or a list of keys to remove.

    >>> request_tags({"Tags": [{"Key": "team", "Value": "a"}]})
    {'aws:requesttag/team': ('a',), 'aws:tagkeys': ('team',)}
    """
    keys: dict[str, tuple[str, ...]] = {}
    names: list[str] = []
    for parameter in _TAGS:
        for name, value in pairs(parameters.get(parameter)):
            names.append(name)
            if value is not None:
                keys[f"aws:requesttag/{name.lower()}"] = (value,)
    for parameter in _TAG_KEYS:
        given = parameters.get(parameter)
        names += [str(name) for name in given] if isinstance(given, list | tuple) else []
    if names:
        keys["aws:tagkeys"] = tuple(names)
    return keys


def brings_tags(parameters: Mapping[str, Any]) -> bool:
    """Whether the request sets tags."""
    return any(parameters.get(name) for name in _TAGS)


def pairs(tags: Any) -> Iterator[tuple[str, str | None]]:
    """Keys and values of tags in any shape; None for a key that comes without a value."""
    if isinstance(tags, Mapping):
        yield from ((str(name), str(value)) for name, value in tags.items())
    elif isinstance(tags, str):
        yield from parse_qsl(tags, keep_blank_values=True)
    elif isinstance(tags, list | tuple):
        for tag in tags:
            if isinstance(tag, Mapping):
                yield str(tag.get("Key", "")), str(tag.get("Value", ""))
            else:
                yield str(tag), None
