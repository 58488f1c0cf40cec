"""Patch operations (RFC 6902), as API Gateway's control plane takes them."""

from __future__ import annotations

from typing import Any

from sandbox.errors import AwsError
from sandbox.gateway.control import Json, bad_request


def pointer(text: str) -> str:
    """A part of a path as it is meant: `~1` is a slash, `~0` a tilde."""
    return text.replace("~1", "/").replace("~0", "~")


def unsupported(op: str, path: str) -> AwsError:
    """Words: localstack/localstack, test_update_resource_behaviour (recorded on AWS)."""
    text = f"Invalid patch path  '{path}' specified for op '{op}'. Please choose supported operations"
    return bad_request(text)


def replacements(operations: list[Json], known: tuple[str, ...]) -> dict[str, Any]:
    """The new values by their paths, where nothing but `replace` is taken. Raises BadRequestException.

    Words: localstack/localstack, test_update_model, test_invalid_update_request_validator_operations
    (recorded on AWS).
    """
    found: dict[str, Any] = {}
    for operation in operations:
        op, path = operation["op"], operation["path"]
        if op != "replace":
            raise unsupported(op, path)
        if path not in known:
            names = ", ".join(known)
            raise bad_request(
                f"Invalid patch path  '{path}' specified for op '{op}'. Must be one of: [{names}]"
            )
        found[path] = operation.get("value")
    return found


def entry(operation: Json, name: str) -> str | None:
    """The key of `/name/key`, or None for another path."""
    path: str = operation["path"] or ""
    prefix = f"/{name}/"
    rest = path.removeprefix(prefix)
    return pointer(rest) if path.startswith(prefix) and rest and "/" not in rest else None


def is_true(value: Any) -> bool:
    """Values of patch operations are text; all but `true` is false."""
    return str(value).lower() == "true"
