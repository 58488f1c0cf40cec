"""What CreateFunction and the two updates refuse, in AWS's words.

Sources: the cases lam-role-badarn, lam-role-not-assumable, lam-runtime-*, lam-quotas, and the constraints
in botocore's service model. That levels need the format JSON: aws/aws-cdk#28045 and localstack/localstack,
lambda_/provider.py, which has the newer spelling.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sandbox.backend.functions import bucket_exists, code_of
from sandbox.errors import AwsError, NotModelled
from sandbox.functions import runtimes, starter, variables

MOST_REQUEST = 70_167_211
"""Bytes of a CreateFunction or UpdateFunctionCode request, the zip file in base64."""

MOST_LOG_GROUP = 512
"""Characters of a log group's name (botocore's service model)."""

_ROLE = r"arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+"
LAYER_OPERATIONS = (
    *("PublishLayerVersion", "DeleteLayerVersion", "GetLayerVersion", "GetLayerVersionByArn"),
    *("AddLayerVersionPermission", "RemoveLayerVersionPermission", "GetLayerVersionPolicy"),
)
"""All but the lists, which are empty."""
_NOT_MODELLED = {
    "Layers": "layers of a function",
    "FileSystemConfigs": "file systems of a function",
    "DeadLetterConfig": "dead-letter queues of a function",
    "ImageConfig": "functions in container images",
    "CapacityProviderConfig": "Lambda Managed Instances",
    "DurableConfig": "durable functions",
    "TenancyConfig": "tenant isolation",
    "CodeSigningConfigArn": "code signing",
    "AcceleratorConfig": "accelerators of a function",
}
_LOGGING = {
    "LogFormat": ("JSON", "Text"),
    "ApplicationLogLevel": ("TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"),
    "SystemLogLevel": ("DEBUG", "INFO", "WARN"),
}
_LOG_GROUP = r"[\.\-_/#A-Za-z0-9]+"


def check_settings(parameters: Mapping[str, Any], account: str) -> None:
    """Check all that CreateFunction and UpdateFunctionConfiguration have in common."""
    role = parameters.get("Role")
    if role is not None:
        _matches(str(role), "role", _ROLE)
        _check_account(str(role), account)
    in_range(parameters, "Timeout", 1, 900)
    in_range(parameters, "MemorySize", 128, 10240)
    storage = parameters.get("EphemeralStorage")
    if storage:
        in_range(storage, "Size", 512, 10240, "ephemeralStorage.size")
    for name, what in _NOT_MODELLED.items():
        if parameters.get(name):
            raise NotModelled(what)
    _check_logging(parameters.get("LoggingConfig") or {})
    if (parameters.get("SnapStart") or {}).get("ApplyOn") == "PublishedVersions":
        raise NotModelled("SnapStart", "Leave SnapStart.ApplyOn at None.")
    variables.check((parameters.get("Environment") or {}).get("Variables") or {})
    if parameters.get("Runtime"):
        runtimes.check(str(parameters["Runtime"]))
    if role is not None and not starter.may_lambda_assume(account, str(role)):
        raise AwsError("InvalidParameterValueException", starter.NOT_ASSUMABLE)


def _check_account(role: str, account: str) -> None:
    """The words: artilleryio/chaos-lambda issue 29, aws/aws-toolkit-azure-devops issue 546."""
    if role.split(":")[4] != account:
        raise AwsError("AccessDeniedException", "Cross-account pass role is not allowed.", 403)


def _check_logging(config: Mapping[str, Any]) -> None:
    for key, values in _LOGGING.items():
        if config.get(key) is not None and config[key] not in values:
            constraint = f"Member must satisfy enum value set: [{', '.join(values)}]"
            raise _violation(config[key], f"loggingConfig.{key[0].lower()}{key[1:]}", constraint)
    group = config.get("LogGroup")
    if group is not None:
        _matches(str(group), "loggingConfig.logGroup", _LOG_GROUP)
        if len(group) > MOST_LOG_GROUP:
            constraint = f"Member must have length less than or equal to {MOST_LOG_GROUP}"
            raise _violation(group, "loggingConfig.logGroup", constraint)
    levels = config.get("ApplicationLogLevel") or config.get("SystemLogLevel")
    if levels and config.get("LogFormat") != "JSON":
        text = (
            'LogLevel is not supported when LogFormat is set to "Text". Remove LogLevel from your request '
            'or change the LogFormat to "JSON" and try again.'
        )
        raise AwsError("InvalidParameterValueException", text)


def check_new(parameters: Mapping[str, Any]) -> None:
    """Check what only CreateFunction has."""
    if parameters.get("PackageType") == "Image" or "ImageUri" in (parameters.get("Code") or {}):
        raise NotModelled("functions in container images", "Deploy a zip file.")
    if not parameters.get("Runtime") or not parameters.get("Handler"):
        text = "Runtime and Handler are mandatory parameters for functions created with deployment packages."
        raise AwsError("InvalidParameterValueException", text)


def code_bytes(code: Mapping[str, Any], account: str, request_bytes: int, operation: str) -> bytes:
    """The deployment package that a request brings or points at in S3. Raises AwsError without one."""
    if request_bytes >= MOST_REQUEST:
        text = f"Request must be smaller than {MOST_REQUEST} bytes for the {operation} operation"
        raise AwsError("RequestEntityTooLargeException", text, 413)
    if code.get("ImageUri"):
        raise NotModelled("functions in container images", "Deploy a zip file.")
    if code.get("ZipFile") is not None:
        return bytes(code["ZipFile"])
    if not code.get("S3Bucket") or not code.get("S3Key"):
        raise AwsError("InvalidParameterValueException", "Please provide a source for function code.")
    found = code_of(account, str(code["S3Bucket"]), str(code["S3Key"]), code.get("S3ObjectVersion"))
    if found is None:
        raise _missing_in_s3(account, str(code["S3Bucket"]))
    return found


def _missing_in_s3(account: str, bucket: str) -> AwsError:
    code, message = "NoSuchKey", "The specified key does not exist."
    if not bucket_exists(account, bucket):
        code, message = "NoSuchBucket", "The specified bucket does not exist"
    text = f"Error occurred while GetObject. S3 Error Code: {code}. S3 Error Message: {message}"
    return AwsError("InvalidParameterValueException", text)


def _matches(value: str, name: str, pattern: str) -> None:
    if not re.fullmatch(pattern, value):
        raise _violation(value, name, f"Member must satisfy regular expression pattern: {pattern}")


def in_range(parameters: Mapping[str, Any], key: str, least: int, most: int, name: str = "") -> None:
    """Raise AwsError for a number that is too small or too large; one that is not given is in range."""
    value = parameters.get(key)
    if value is None:
        return
    name = name or key[0].lower() + key[1:]
    if int(value) < least:
        raise _violation(value, name, f"Member must have value greater than or equal to {least}")
    if int(value) > most:
        raise _violation(value, name, f"Member must have value less than or equal to {most}")


def _violation(value: Any, name: str, constraint: str) -> AwsError:
    text = (
        f"1 validation error detected: Value '{value}' at '{name}' failed to satisfy constraint: {constraint}"
    )
    return AwsError("ValidationException", text)
