"""Does a request fit its service model? Asked only once moto has failed, for it takes a while."""

from __future__ import annotations

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
