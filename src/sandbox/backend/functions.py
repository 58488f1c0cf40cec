"""Functions, as moto keeps them.

Read on every invocation, so without moto's response classes: a look-up here takes microseconds. A
function's configuration is read from moto each time and compared with the one read before, so that it
does not matter who changed it (the Lambda API, CloudFormation, a reset).
"""

from __future__ import annotations

import random
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sandbox.backend import log_groups

_LOG_LEVELS = {"ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO"}


@dataclass(frozen=True, eq=False)
class Configuration:
    """What an execution environment is made from. Two are the same only if they are one object.

    timeout: seconds. memory: MB. version: `$LATEST` or a number. code_sha256: base64, as the API has it.
    log_format: `Text` or `JSON`; with JSON the two levels say what of the log is kept, else they are "".
    """

    account: str
    region: str
    name: str
    version: str
    arn: str
    handler: str
    runtime: str
    role: str
    timeout: int
    memory: int
    environment: dict[str, str]
    code_sha256: str
    log_group: str
    code: bytes = field(repr=False)
    log_format: str = "Text"
    application_log_level: str = ""
    system_log_level: str = ""


class Functions:
    """The functions of all accounts."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str, str, str], tuple[Any, tuple[Any, ...], Configuration]] = {}
        self._held: set[tuple[str, str, str, str]] = set()

    def find(
        self, account: str, region: str, name: str, qualifier: str
    ) -> tuple[Configuration | None, int | None]:
        """The configuration of a function's version or alias, and the function's reserved concurrency.

        None for what there is not. As long as nothing changes, the configuration is the same object. An
        alias with weights gives one of its versions at random, as AWS routes invocations.
        """
        function = find_function(account, region, name, qualifier, routed=True)
        if function is None:
            self._seen.pop((account, region, name, qualifier), None)
            return None, None
        key = (account, region, name, str(function.version))
        state = _state(function)
        seen = self._seen.get(key)
        if seen is not None and seen[0] is function and (seen[1] == state or key in self._held):
            configuration = seen[2]
        else:
            configuration = _configuration(account, region, function)
            self._seen[key] = (function, state, configuration)
        if qualifier == "$LATEST":
            return configuration, _whole(function.reserved_concurrency)
        return configuration, reserved_concurrency(account, region, name)

    def hold(self, account: str, region: str, name: str) -> None:
        """Until `release`, `find` gives `$LATEST` as it is now, whatever becomes of it."""
        self.find(account, region, name, "$LATEST")
        self._held.add((account, region, name, "$LATEST"))

    def release(self, account: str, region: str, name: str) -> None:
        self._held.discard((account, region, name, "$LATEST"))

    def forget(self) -> None:
        self._seen.clear()
        self._held.clear()


def exists(account: str, region: str, name: str, qualifier: str) -> bool:
    """Whether there is such a function, and such a version or alias of it."""
    return find_function(account, region, name, qualifier) is not None


def reserved_concurrency(account: str, region: str, name: str) -> int | None:
    """A function's reserved concurrency, or None."""
    function = find_function(account, region, name, "$LATEST")
    return None if function is None else _whole(function.reserved_concurrency)


def _whole(number: Any) -> int | None:
    return None if number is None else int(number)


@cache
def _lambda_backend(account: str, region: str) -> Any:
    # moto's own look-up takes 30 microseconds.
    from moto.awslambda.models import lambda_backends

    return lambda_backends[account][region]


def forget_backends() -> None:
    """Look moto's backends up anew: after a reset they are others."""
    _lambda_backend.cache_clear()
    log_groups.forget_backends()


def storage(account: str, region: str) -> Any:
    """moto's functions and aliases of a region; None for a region that AWS does not have."""
    try:
        return _lambda_backend(account, region)._lambdas
    except KeyError:
        return None


def find_function(account: str, region: str, name: str, qualifier: str, *, routed: bool = False) -> Any:
    """moto's object of a function, or of the version that a number or an alias means; None without one.

    routed: whether the weights of an alias choose among its versions, else it means its main one.
    """
    kept = storage(account, region)
    versions = None if kept is None else kept._functions.get(name)
    if versions is None:
        return None
    if qualifier == "$LATEST":
        return versions["latest"]
    if not qualifier.isdecimal():
        alias = find_alias(account, region, name, qualifier)
        if alias is None:
            return None
        qualifier = _routed(alias) if routed else alias.function_version
        if qualifier == "$LATEST":
            return versions["latest"]
    return next((one for one in versions["versions"] if str(one.version) == qualifier), None)


def find_alias(account: str, region: str, name: str, alias: str) -> Any:
    """moto's object of an alias, or None."""
    kept = storage(account, region)
    if kept is None or name not in kept._functions:
        return None
    return kept._aliases[f"arn:aws:lambda:{region}:{account}:function:{name}"].get(alias)


def _routed(alias: Any) -> str:
    """The version that one invocation of an alias goes to.

    Source: Lambda Developer Guide, *Implement Lambda canary deployments using a weighted alias*: a simple
    probabilistic model, the weight being the share of the second version.
    """
    drawn = random.random()
    for version, weight in ((alias.routing_config or {}).get("AdditionalVersionWeights") or {}).items():
        if drawn < weight:
            return str(version)
        drawn -= weight
    return str(alias.function_version)


def _state(function: Any) -> tuple[Any, ...]:
    # moto puts a new dict in place of a function's variables when they change, and keeps the old object
    # for all else; comparing equal dicts by identity first costs nothing.
    return (
        function.code_sha_256,
        function.handler,
        function.run_time,
        function.role,
        function.timeout,
        function.memory_size,
        function.environment_vars,
        getattr(function, "logging_config", None),
    )


def content_of(function: Any) -> tuple[Any, ...]:
    """All that a version keeps of a function: two versions with the same content are never published."""
    return (
        *_state(function),
        function.description,
        function.ephemeral_storage,
        function.tracing_config,
        function.architectures,
    )


def _configuration(account: str, region: str, function: Any) -> Configuration:
    logging = logging_config(function)
    return Configuration(
        account,
        region,
        function.function_name,
        str(function.version),
        f"arn:aws:lambda:{region}:{account}:function:{function.function_name}",
        function.handler or "",
        function.run_time or "",
        function.role,
        int(function.timeout),
        int(function.memory_size),
        dict(function.environment_vars),
        function.code_sha_256,
        logging["LogGroup"],
        getattr(function, "code_bytes", b""),
        logging["LogFormat"],
        logging.get("ApplicationLogLevel", ""),
        logging.get("SystemLogLevel", ""),
    )


# ---- what moto does not keep -------------------------------------------------------------------------


def logging_config(function: Any) -> dict[str, Any]:
    """A function's LoggingConfig, with AWS's defaults: levels only where the format is JSON.

    Source: localstack/localstack, tests/aws/services/lambda_, TestLoggingConfig (recorded on AWS).
    """
    given = getattr(function, "logging_config", None) or {}
    levels = _LOG_LEVELS if given.get("LogFormat") == "JSON" else {}
    return {"LogFormat": "Text", "LogGroup": f"/aws/lambda/{function.function_name}", **levels, **given}


def amend(account: str, region: str, name: str, settings: dict[str, Any]) -> None:
    """Set on a function what moto's create and update operations leave out."""
    function = find_function(account, region, name, "$LATEST")
    if function is None:
        return
    if "LoggingConfig" in settings:
        function.logging_config = dict(settings["LoggingConfig"])
    if "EphemeralStorage" in settings:
        function.ephemeral_storage = settings["EphemeralStorage"]["Size"]
    if "Architectures" in settings:
        function.architectures = list(settings["Architectures"])
    if "TracingConfig" in settings:
        function.tracing_config = dict(settings["TracingConfig"])
    function.revision_id = str(uuid.uuid4())
    function.last_modified = datetime.now(UTC).isoformat(timespec="milliseconds")  # moto keeps the creation's


def extras(account: str, region: str, name: str, qualifier: str) -> dict[str, Any]:
    """The fields of a function's configuration that moto's answers lack."""
    function = find_function(account, region, name, qualifier)
    if function is None:
        return {}
    revision = getattr(function, "revision_id", None)
    # Form: API Reference, *FunctionConfiguration*, LastModified (YYYY-MM-DDThh:mm:ss.sTZD).
    modified = f"{function.last_modified[:23]}+0000"
    told = {"LoggingConfig": logging_config(function), "LastModified": modified}
    return {**told, **({"RevisionId": revision} if revision else {})}


def reserved_in(account: str, region: str, but: str = "") -> int:
    """The reserved concurrency of all functions of a region, or of all but one."""
    kept = storage(account, region)
    functions = {} if kept is None else kept._functions
    return sum(
        int(one["latest"].reserved_concurrency or 0)
        for name, one in functions.items()
        if one["latest"].reserved_concurrency and name != but
    )


def usage(account: str, region: str) -> tuple[int, int]:
    """How many functions there are, and the bytes of code of all their versions."""
    kept = storage(account, region)
    functions = [] if kept is None else list(kept._functions.values())
    versions = [version for one in functions for version in (one["latest"], *one["versions"])]
    return len(functions), sum(int(version.code_size) for version in versions)


def code_of(account: str, bucket: str, key: str, version: str | None = None) -> bytes | None:
    """An object in S3, or None."""
    from moto.s3.models import s3_backends

    buckets = s3_backends[account]["aws"].buckets
    found = buckets[bucket].keys.get(key) if bucket in buckets else None
    if found is not None and version:
        versions = buckets[bucket].keys.getlist(key)
        found = next((v for v in versions if str(v.version_id) == version), None)
    return None if found is None or not hasattr(found, "value") else bytes(found.value)


def bucket_exists(account: str, bucket: str) -> bool:
    from moto.s3.models import s3_backends

    return bucket in s3_backends[account]["aws"].buckets
