"""The environment variables of an execution environment, as AWS sets them.

Source: Lambda Developer Guide, *Using Lambda environment variables*, and case lam-env-reserved. A path
that can only exist on AWS (`/var/task`, `/var/lang/bin`) is the local one instead, since code uses it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.backend.functions import Configuration
from sandbox.errors import AwsError
from sandbox.functions import runtimes
from sandbox.iam.sessions import Session

RESERVED = frozenset(
    (
        *("_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV"),
        *("AWS_LAMBDA_FUNCTION_NAME", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION"),
        *("AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME"),
        *("AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"),
        *("AWS_LAMBDA_RUNTIME_API", "AWS_LAMBDA_MAX_CONCURRENCY", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR"),
    )
)
MOST_BYTES = 4096
"""All names and values of a function together, as JSON."""

_NAME = re.compile(r"[a-zA-Z]([a-zA-Z0-9_])+")
_UNABLE = (
    "Lambda was unable to configure your environment variables because the environment variables "
    "you have provided"
)


@dataclass(frozen=True)
class Place:
    """Where an environment lives on this machine.

    task: the unpacked code. temporary: a folder of its own. sdk: what Lambda's Python brings (boto3).
    """

    task: Path
    temporary: Path
    sdk: Path


def check(variables: Mapping[str, str]) -> None:
    """Raise AwsError for variables that AWS refuses."""
    reserved = sorted(RESERVED & set(variables))
    if reserved:
        text = (
            f"{_UNABLE} contains reserved keys that are currently not supported for modification. "
            f"Reserved keys used in this request: {', '.join(reserved)}"
        )
        raise AwsError("InvalidParameterValueException", text)
    for name in variables:
        if not _NAME.fullmatch(name):
            text = (
                "1 validation error detected: Value at 'environment.variables' failed to satisfy constraint: "
                "Map keys must satisfy constraint: [Member must satisfy regular expression pattern: "
                f"[a-zA-Z]([a-zA-Z0-9_])+, Member must not be null] (found '{name}')"
            )
            raise AwsError("ValidationException", text)
    measured = json.dumps(dict(variables), separators=(",", ":"), ensure_ascii=False)
    if len(measured.encode()) > MOST_BYTES:
        text = f"{_UNABLE} exceeded the 4KB limit. String measured: {measured}"
        raise AwsError("InvalidParameterValueException", text)


def of_environment(
    function: Configuration, session: Session, place: Place, *, stream: str, runtime_api: str, endpoint: str
) -> dict[str, str]:
    """All variables of one environment. The function's own win, but for the reserved ones.

    runtime_api: host, port and path of the Runtime API. endpoint: the URL of every AWS service.
    """
    interpreter = runtimes.find(function.runtime)
    # SDKs and HTTP clients must reach the sandbox even where the user's shell names a proxy for all.
    return {
        "PATH": f"{Path(interpreter.path).parent}:/usr/local/bin:/usr/bin:/bin",
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "PWD": str(place.task),
        "HOME": str(place.temporary),
        "TMPDIR": str(place.temporary),
        "AWS_ENDPOINT_URL": endpoint,
        "NO_PROXY": "127.0.0.1,localhost",
        "no_proxy": "127.0.0.1,localhost",
        "AWS_XRAY_DAEMON_ADDRESS": "169.254.100.1:2000",
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        **_of_language(function.runtime, interpreter.language, place),
        **function.environment,
        "_HANDLER": function.handler,
        "AWS_REGION": function.region,
        "AWS_DEFAULT_REGION": function.region,
        "AWS_EXECUTION_ENV": f"AWS_Lambda_{function.runtime}",
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": function.version,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory),
        "AWS_LAMBDA_LOG_GROUP_NAME": function.log_group,
        "AWS_LAMBDA_LOG_STREAM_NAME": stream,
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_RUNTIME_API": runtime_api,
        "AWS_ACCESS_KEY_ID": session.access_key,
        "AWS_SECRET_ACCESS_KEY": session.secret,
        "AWS_SESSION_TOKEN": session.token,
        "LAMBDA_TASK_ROOT": str(place.task),
        "LAMBDA_RUNTIME_DIR": str(runtimes.HERE),
        **_of_logging(function),
    }


def _of_logging(function: Configuration) -> dict[str, str]:
    """What AWS's runtimes read of LoggingConfig (awslambdaric; the Node.js runtime's LogPatch.js)."""
    if function.log_format != "JSON":
        return {}
    return {
        "AWS_LAMBDA_LOG_FORMAT": function.log_format,
        "AWS_LAMBDA_LOG_LEVEL": function.application_log_level,
    }


def _of_language(runtime: str, language: str, place: Place) -> dict[str, str]:
    if language == "python":
        return {"PYTHONPATH": str(place.sdk)}
    node = runtime.removesuffix(".x").replace("nodejs", "node")
    folders = (f"/opt/nodejs/{node}/node_modules", "/opt/nodejs/node_modules", "/var/runtime/node_modules")
    return {"NODE_PATH": ":".join((*folders, "/var/runtime", "/var/task"))}
