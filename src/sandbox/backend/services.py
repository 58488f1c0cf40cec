"""Which class of moto answers for a service, imported when it is first asked."""

from __future__ import annotations

import importlib
import re
import threading
import time
from collections.abc import Callable
from functools import cache
from typing import Any

from sandbox.backend import dynamodb_stores, functions, lean_imports
from sandbox.errors import NotModelled

MODELLED = (
    "apigateway",
    "apigatewayv2",
    "cloudformation",
    "dynamodb",
    "dynamodbstreams",
    "iam",
    "lambda",
    "logs",
    "s3",
    "ssm",
    "sts",
)
"""The services that the sandbox answers for; any other passes to moto as it is, for administrators."""

MotoHandler = Callable[..., Any]

_MODULES = {"lambda": "awslambda"}
_NEEDS_APIGATEWAY = ("apigateway", "apigatewayv2")


# moto's modules import one another in circles, so only one thread may import them at a time.
_importing = threading.RLock()


def handlers(service: str) -> tuple[tuple[re.Pattern[str], MotoHandler], ...]:
    """moto's `(path pattern, handler)` pairs of a service, which is imported when first asked for.

    Raises NotModelled for a service that moto does not have.
    """
    with _importing:
        return _handlers(service)


@cache
def _handlers(service: str) -> tuple[tuple[re.Pattern[str], MotoHandler], ...]:
    from moto import backends

    _keep_no_instances()
    if service in _NEEDS_APIGATEWAY:
        lean_imports.import_apigateway()
    module = module_of(service)
    if service == "lambda":
        _write_principals_as_aws_does()
    if service == "s3":
        _leave_bucket_policies_to_iam()
    try:
        backends.get_backend(_MODULES.get(service, service))  # type: ignore[call-overload]
        urls = importlib.import_module(f"moto.{module}.urls")
    except (ImportError, AttributeError) as error:
        raise NotModelled(f"the service '{service}'") from error
    if service == "dynamodb":
        dynamodb_stores.install()
    return tuple((re.compile(path.format("")), handler) for path, handler in urls.url_paths.items())


def module_of(service: str) -> str:
    """The name of moto's module of a service."""
    return _MODULES.get(service, service).replace("-", "")


def service_of(module: str) -> str:
    """The service of a module of moto's, where its name is another."""
    return next((service for service, name in _MODULES.items() if name == module), module)


@cache
def _keep_no_instances() -> None:
    """Let go of what is deleted: moto's BaseModel lists every instance ever made, for its own dashboard."""
    from moto.core.common_models import BaseModel

    def new(cls: type[Any], *arguments: Any, **options: Any) -> Any:
        return object.__new__(cls)

    BaseModel.__new__ = new  # type: ignore[method-assign]


def _write_principals_as_aws_does() -> None:
    """Replaced in moto: AddPermission keeps an account or an ARN as bare text, which names nobody.

    AWS writes `{"AWS": "arn:aws:iam::111122223333:root"}` for an account (Lambda Developer Guide,
    *Granting function access to other accounts*).
    """
    from moto.awslambda.policy import Policy

    def formatted(self: Policy, principal: Any) -> Any:
        if not isinstance(principal, str) or principal == "*":
            return principal
        if principal.endswith(".amazonaws.com"):
            return {"Service": principal}
        arn = f"arn:aws:iam::{principal}:root" if re.fullmatch(r"\d{12}", principal) else principal
        return {"AWS": arn}

    Policy.principal_formatter = formatted  # type: ignore[assignment, method-assign]


def _leave_bucket_policies_to_iam() -> None:
    """Replaced in moto: its reading of bucket policies, which knows no conditions.

    `sandbox.iam` has judged the call before; moto's second opinion would refuse what a Deny with
    a Condition lets pass, such as SAM CLI's own bucket.
    """
    from moto.iam.access_control import PermissionResult
    from moto.s3.models import FakeBucket

    def permission(self: FakeBucket, action: str, resource: str) -> PermissionResult:
        return PermissionResult.NEUTRAL

    FakeBucket.get_permission = permission  # type: ignore[method-assign]


def handler_of(service: str, raw_path: str) -> MotoHandler | None:
    """The handler whose pattern fits the path; None where none does."""
    found = handlers(service)
    if len(found) == 1:
        return found[0][1]
    return next((handler for pattern, handler in found if pattern.match(raw_path)), None)


def preload() -> float:
    """Import all that the workshop uses, so that no first call waits for it. Seconds taken.

    Left to its first call: ssm, which imports EC2's tables (1.2 s).
    """
    began = time.perf_counter()
    for service in ("dynamodb", "iam", "logs", "lambda", "apigateway", "apigatewayv2", "s3"):
        handlers(service)
    return time.perf_counter() - began


def reset() -> None:
    """Forget all state of every service that has been used."""
    from moto.core.base_backend import backend_lock
    from moto.core.model_instances import reset_model_data

    with backend_lock:
        for backend in _used_backends():
            backend.reset()
        reset_model_data()
    functions.forget_backends()


def _used_backends() -> list[Any]:
    import sys

    found = []
    for name, module in list(sys.modules.items()):
        if name.startswith("moto.") and name.endswith(".models"):
            found += [v for k, v in vars(module).items() if k.endswith("_backends")]
    return list({id(backend): backend for backend in found}.values())
