"""Values that are seldom right: for members of a service model's shapes, and for any place of a JSON body."""

from __future__ import annotations

import datetime
import string
from random import Random
from typing import Any

from botocore.model import ListShape, MapShape, Shape, StringShape, StructureShape

STRINGS = (
    *(
        "",
        " ",
        "a",
        "x" * 300,
        "ünï",
        "中文😀",
        "\x00",
        "a\r\nb",
        "../..",
        "%2F",
        "%",
        "$default",
        "*",
        "{}",
        "[]",
    ),
    *(
        "null",
        "-1",
        "1e400",
        "true",
        "arn:aws:lambda:us-east-1:444455556666:function:called-0",
        "arn:",
        "a:b:c:d:e:f",
    ),
    *("http://elsewhere.example", "(?:", "{ $.a = 1 }", "'; --", "POST /{x", "/{proxy+}/a", "/op", "0" * 20),
)
NUMBERS = (0, 1, -1, 2, 50, 1000, 2**31, -(2**31), 2**53, 2**63, 10**30)
ODD = (
    None,
    True,
    False,
    0,
    -1,
    1.5,
    10**400,
    "",
    "text",
    "x" * 5000,
    [],
    {},
    [None],
    [[]],
    {"": None},
    {"a": {}},
)


def odd_json(chance: Random) -> Any:
    """A value of any type, at times a deep one."""
    if chance.random() < 0.05:
        deep: Any = "x"
        for _ in range(chance.choice((10, 60, 900))):
            deep = [deep] if chance.random() < 0.5 else {"a": deep}
        return deep
    return chance.choice(ODD)


def mutated(chance: Random, value: Any) -> Any:
    """`value` with one place of it changed, left out or added to."""
    if isinstance(value, dict) and value and chance.random() < 0.8:
        name = chance.choice(list(value))
        if chance.random() < 0.15:
            return {key: each for key, each in value.items() if key != name}
        if chance.random() < 0.1:
            return {**value, chance.choice(("Unknown", name.upper(), name + " ", "__type")): odd_json(chance)}
        return {**value, name: mutated(chance, value[name])}
    if isinstance(value, list) and value and chance.random() < 0.8:
        place = chance.randrange(len(value))
        return [*value[:place], mutated(chance, value[place]), *value[place + 1 :]]
    return odd_json(chance)


class Maker:
    """Makes values for shapes, which are right in type and often wrong otherwise.

    names: values that exist, by member names in small letters.
    """

    def __init__(self, chance: Random, names: dict[str, list[str]]) -> None:
        self._chance = chance
        self._names = names

    def make(self, shape: Shape, name: str = "", depth: int = 0) -> Any:
        """A value for a shape."""
        if isinstance(shape, StructureShape):
            return self._structure(shape, depth)
        if isinstance(shape, ListShape):
            return [
                self.make(shape.member, name, depth + 1) for _ in range(self._chance.choice((0, 1, 1, 2)))
            ]
        if isinstance(shape, MapShape):
            size = self._chance.choice((0, 1, 2))
            return {self._text(): self.make(shape.value, "", depth + 1) for _ in range(size)}
        if isinstance(shape, StringShape):
            return self._string(shape, name)
        return self._scalar(shape)

    def _structure(self, shape: StructureShape, depth: int) -> dict[str, Any]:
        if depth > 5:
            return {}
        share = self._chance.choice((0.0, 0.1, 0.3, 0.6)) / (1 + depth)
        found = {}
        for member, each in shape.members.items():
            wanted = 0.95 if member in shape.required_members else share
            in_path = each.serialization.get("location") == "uri"
            if in_path or self._chance.random() < wanted:
                found[member] = self.make(each, member, depth + 1)
        return found

    def _string(self, shape: StringShape, name: str) -> str:
        known = self._names.get(name.lower())
        if known and self._chance.random() < 0.8:
            return self._chance.choice(known)
        if shape.enum and self._chance.random() < 0.9:
            return self._chance.choice(list(shape.enum))
        return self._text()

    def _text(self) -> str:
        if self._chance.random() < 0.5:
            return "".join(self._chance.choices(string.ascii_lowercase, k=self._chance.randint(1, 12)))
        return self._chance.choice(STRINGS)

    def _scalar(self, shape: Shape) -> Any:
        match shape.type_name:
            case "boolean":
                return self._chance.random() < 0.5
            case "timestamp":
                year = self._chance.choice((1970, 2026, 9999))
                return datetime.datetime(year, 1, 1, tzinfo=datetime.UTC)
            case "blob":
                return self._chance.choice(
                    (b"", b"\x00\xff", b"PK\x05\x06" + b"\x00" * 18, b"{}", b'{"a": 1}')
                )
            case "float" | "double":
                return self._chance.choice((0.0, -1.5, 1e300, 0.5))
        return self._chance.choice(NUMBERS)
