"""Any JSON at any place of any operation is taken or refused as AWS refuses, and never a fault of ours."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from botocore.model import ListShape, MapShape, Shape, StructureShape

from sandbox.backend import protocols
from sandbox.dynamodb.requests import check
from sandbox.dynamodb.requests.shapes import input_of
from sandbox.errors import AwsError, NotModelled

ODD = json.loads(
    """[null, 5, 5.5, 1e999, -1, "", "text", true, [], {}, [null], [{}], [[]], {"a": null}, {"a": {}},
    {"a": []}, {"S": "a"}, {"pk": {"S": "a"}}, [{"pk": {"N": "x"}}], 100000000000000000000]"""
)
KEYS = ["users", "a", "", "x!", ":a", "#b"]
TRIES = 60


def some(shape: Shape, choose: random.Random, depth: int = 0) -> Any:
    """A value of the shape, odd in places."""
    if depth and (depth > 5 or choose.random() < 0.15):
        return choose.choice(ODD)
    if isinstance(shape, StructureShape):
        wanted = [name for name in shape.members if name in shape.required_members or choose.random() < 0.5]
        return {name: some(shape.members[name], choose, depth + 1) for name in wanted}
    if isinstance(shape, ListShape):
        return [some(shape.member, choose, depth + 1) for _ in range(choose.randint(0, 3))]
    if isinstance(shape, MapShape):
        return {
            choose.choice(KEYS): some(shape.value, choose, depth + 1) for _ in range(choose.randint(0, 2))
        }
    if shape.type_name == "string":
        return choose.choice([*shape.metadata.get("enum", ["users"]), "a", "abc"])
    if shape.type_name == "boolean":
        return choose.choice([True, False, "true"])
    return choose.choice([0, 1, 5, "AAAA"])


@pytest.mark.parametrize("operation", protocols.service_model("dynamodb").operation_names)
def test_odd_json_is_refused_in_words(operation: str) -> None:
    shape = input_of(operation)
    if shape is None:
        pytest.skip("takes no parameters")
    choose = random.Random(operation)
    refusals = [refusal(operation, some(shape, choose)) for _ in range(TRIES)]
    told = [error for error in refusals if error is not None and not isinstance(error, NotModelled)]
    assert {error.code for error in told} <= {"ValidationException", "SerializationException"}
    assert all(error.message for error in told)


def refusal(operation: str, parameters: Any) -> AwsError | None:
    try:
        check(operation, parameters)
    except AwsError as error:
        return error
    return None
