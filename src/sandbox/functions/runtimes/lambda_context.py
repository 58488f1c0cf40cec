"""The second argument of a Python handler, and what is said where it cannot be made.

Part of the Python runtime, `python.py`, which imports it by its path.
"""

from __future__ import annotations

import json
import os
import sys
import time

TYPE_CHECKING = False  # what type checkers take for true; importing typing would cost each cold start 5 ms
if TYPE_CHECKING:
    from typing import Any


class Fault(Exception):
    """What the runtime itself finds wrong, before or after the handler runs."""

    def __init__(self, error_type: str, message: str, trace: list[str] | None = None) -> None:
        super().__init__(message)
        self.error_type = error_type
        self.trace = trace or []


class ClientContext:
    """What a mobile SDK says about itself."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.client = type("Client", (), fields["client"])() if fields.get("client") else None
        self.custom = fields.get("custom")
        self.env = fields.get("env")


class Identity:
    """The Cognito identity of the caller, where there is one."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.cognito_identity_id = fields.get("cognitoIdentityId")
        self.cognito_identity_pool_id = fields.get("cognitoIdentityPoolId")


class LambdaContext:
    """The second argument of a handler: Lambda Developer Guide, *Using the Lambda context object*."""

    def __init__(self, headers: dict[str, str]) -> None:
        self.aws_request_id = headers["lambda-runtime-aws-request-id"]
        self.invoked_function_arn = headers["lambda-runtime-invoked-function-arn"]
        self.tenant_id = headers.get("lambda-runtime-aws-tenant-id")
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        client = _json_header(headers, "lambda-runtime-client-context", "Client Context")
        trace = client.pop("w3c", None) if isinstance(client, dict) else None
        self._trace = trace if isinstance(trace, dict) else {}
        self.client_context = ClientContext(client) if client else None
        self.identity = Identity(
            _json_header(headers, "lambda-runtime-cognito-identity", "Cognito Identity") or {}
        )
        self._deadline = int(headers["lambda-runtime-deadline-ms"])

    def get_remaining_time_in_millis(self) -> int:
        return max(0, self._deadline - int(time.time() * 1000))

    def w3c(self) -> dict[str, str]:
        """The fields of W3C Trace Context that the caller's client context brought."""
        names = ("traceparent", "tracestate", "baggage")
        return {name: self._trace[name] for name in names if isinstance(self._trace.get(name), str)}

    def log(self, message: object) -> None:
        sys.stdout.write(str(message))

    def __repr__(self) -> str:
        fields = ",".join(f"{k}={v}" for k, v in vars(self).items() if not k.startswith("_"))
        return f"LambdaContext([{fields}])"


def _json_header(headers: dict[str, str], name: str, what: str) -> Any:
    if not headers.get(name):
        return None
    try:
        return json.loads(headers[name])
    except ValueError as error:
        text = f"Unable to parse {what} JSON: {error}"
        raise Fault("Runtime.LambdaContextUnmarshalError", text) from error
