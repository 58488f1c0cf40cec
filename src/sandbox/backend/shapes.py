"""What of a request moto may have failed at. Asked only then, for it takes a while."""

from __future__ import annotations

from urllib.parse import unquote

from botocore.validate import ParamValidator

from sandbox.api_call import ApiCall
from sandbox.backend import protocols
from sandbox.errors import AwsError


def misfit(call: ApiCall) -> AwsError | None:
    """The refusal of a call whose parameters have other types than AWS takes; None if they fit.

    boto3 refuses such calls itself; they come from hand-made requests.
    """
    shape = protocols.service_model(call.service).operation_model(call.operation).input_shape
    report = ParamValidator().validate(call.parameters, shape)
    if not report.has_errors():
        return None
    text = report.generate_report()
    code = "SerializationException" if "Invalid type" in text else "ValidationException"
    return AwsError(code, text, 400)


_NOT_FOUND = {"apigateway": "NotFoundException", "apigatewayv2": "NotFoundException"}


_INVALID = {
    "logs": "InvalidParameterException",
    "lambda": "InvalidParameterValueException",
    "apigateway": "BadRequestException",
    "apigatewayv2": "BadRequestException",
}


def no_number(call: ApiCall, error: Exception) -> AwsError | None:
    """The refusal of a call with a token or number that moto could not read; None if it failed elsewhere.

    The words are the sandbox's own.
    """
    if not isinstance(error, ValueError) or not str(error).startswith("invalid literal for int()"):
        return None
    for name, value in call.parameters.items():
        if isinstance(value, str) and str(error).endswith(repr(value)):
            text = f"The specified {name} is invalid."
            return AwsError(_INVALID.get(call.service, "ValidationException"), text, 400)
    return None


def not_there(call: ApiCall, error: Exception) -> AwsError | None:
    """The refusal of a call that names what there is not: moto looks it up in a dict, and fails at its name.

    None where it failed at something else. The words are the sandbox's own.
    """
    if not isinstance(error, KeyError) or not error.args:
        return None
    missed = str(error.args[0])
    for name, value in call.parameters.items():
        if isinstance(value, str) and value and value in (missed, unquote(missed)):
            text = f"There is no such {call.service} resource: {name} '{value}'"
            return AwsError(_NOT_FOUND.get(call.service, "ResourceNotFoundException"), text, 404)
    return None
