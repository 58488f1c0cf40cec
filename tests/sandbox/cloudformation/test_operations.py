"""All operations of CloudFormation's service model: the sandbox's engine answers or refuses, never moto."""

from __future__ import annotations

import ast
import asyncio
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

import sandbox.cloudformation
from sandbox.aws_api import AwsApi
from sandbox.backend import protocols
from sandbox.cloudformation import OPERATIONS, CloudFormation
from sandbox.errors import AwsError, NotModelled
from sandbox.iam import Caller
from sandbox.keeping import Keeping
from sandbox.store import NoStore
from sandbox.trace import Tracer

MODEL = protocols.service_model("cloudformation")
ALL = sorted(MODEL.operation_names)
NOT_MODELLED = sorted(set(ALL) - set(OPERATIONS))


class Moto:
    """Stands where moto is, and tells that it was asked."""

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"moto was asked: {name}")


def least(shape: Any) -> Any:
    """The least that a shape takes: its required members."""
    if shape is None:
        return {}
    if shape.type_name == "structure":
        return {name: least(shape.members[name]) for name in shape.required_members}
    if shape.type_name == "list":
        return [least(shape.member)]
    if shape.type_name == "map":
        return {"x": least(shape.value)}
    plain = {"integer": 1, "long": 1, "boolean": True, "timestamp": 0}
    return plain.get(shape.type_name, "x")


def test_there_are_operations_to_walk():
    assert set(OPERATIONS) < set(ALL)
    assert len(ALL) > 80
    assert "ContinueUpdateRollback" in NOT_MODELLED


@pytest.mark.parametrize("operation", ALL)
def test_no_operation_reaches_moto(operation, account):
    """Through the one way that all calls take, with nothing behind it but an engine and a trap."""

    async def invoke(service: str, name: str, *_: Any) -> Any:
        raise AwsError("AccessDenied", f"{service} {name} is not to be called here", 403)

    async def ask() -> AwsError | None:
        room = CloudFormation(invoke)
        keeping = Keeping(NoStore(), Moto(), [])  # type: ignore[arg-type]
        api = AwsApi(Moto(), Moto(), Tracer(), room.operations, keeping)  # type: ignore[arg-type]
        caller = Caller(account, f"arn:aws:iam::{account}:root", account, account)
        parameters = least(MODEL.operation_model(operation).input_shape)
        try:
            await api.call("cloudformation", operation, parameters, caller, "us-east-1")
        except AwsError as error:
            return error
        finally:
            await room.reset()
        return None

    error = asyncio.run(ask())
    assert isinstance(error, NotModelled) == (operation in NOT_MODELLED)
    if operation in NOT_MODELLED:
        assert error is not None
        assert error.message == f"The sandbox does not model cloudformation {operation}."


def test_over_http_they_are_refused_by_name(client):
    api = client("cloudformation", config=Config(parameter_validation=False))
    for method, operation in api.meta.method_to_api_mapping.items():
        if operation not in NOT_MODELLED:
            continue
        with pytest.raises(ClientError) as caught:
            getattr(api, method)(**least(MODEL.operation_model(operation).input_shape))
        told = caught.value.response
        assert told["ResponseMetadata"]["HTTPStatusCode"] == 501, operation
        assert told["Error"]["Code"] == "NotImplemented"
        assert told["Error"]["Message"] == f"The sandbox does not model cloudformation {operation}."


def test_the_engine_knows_nothing_of_moto():
    """It asks services by `AwsApi.call` alone; of the package around moto it uses the protocols."""
    found = set()
    for path in Path(sandbox.cloudformation.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and "backend" in node.module:
                found |= {f"{node.module}.{one.name}" for one in node.names}
    assert found == {
        "sandbox.backend.lean_imports",  # SAM's translator is imported with it
        "sandbox.backend.protocols",
        "sandbox.backend.moto_backend.MotoBackend",  # the type of a parameter that every room has
    }
