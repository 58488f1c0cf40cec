"""Who may send a request to this method or route? AWS_IAM, and the resource policy of a REST API.

Only methods and routes that ask for it come here: what is open to all, in an API without a policy, pays
nothing. Source: API Gateway Developer Guide, *Control access to a REST API with IAM permissions*, *How API
Gateway resource policies affect authorization workflow* and *Control access to HTTP APIs with IAM*.
"""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.api_call import ApiCall
from sandbox.errors import AwsError
from sandbox.gateway.permission import source_arn
from sandbox.iam import Caller, denial
from sandbox.iam.authenticate import EXECUTE_API, Authenticator
from sandbox.iam.caller import ANONYMOUS
from sandbox.iam.execute_api import ACTION, INCOMPLETE, MISSING, invoke, signed_call, unsigned_call
from sandbox.iam.judge import judge, told
from sandbox.iam.policy import Policy
from sandbox.messages import HttpRequest
from sandbox.trace import Trace

NONE, AWS_IAM = "NONE", "AWS_IAM"
"""Authorization types of methods and routes that the sandbox models."""

_SHOWN_OF_ACCOUNT = 4
"""Digits of the account that a refusal shows (floci-io/floci, *resource policy enforcement*: measured)."""

_KINDS = {
    MISSING: "MISSING_AUTHENTICATION_TOKEN",
    INCOMPLETE: "MISSING_AUTHENTICATION_TOKEN",
    "AccessDeniedException": "ACCESS_DENIED",
    "UnrecognizedClientException": "ACCESS_DENIED",
    "ExpiredTokenException": "EXPIRED_TOKEN",
}
"""Gateway response types by error code.

Sources: AWS Knowledge Center, *troubleshoot HTTP 403 errors from API Gateway*, which tells errors by these
types (an unknown key as access that is denied, an old signature as an expired token); for a header that is no
signature, aws-cognito-angular-quickstart issue 50.
"""


class Refused(Exception):
    """A request that is not let in. code: the error type. member: of the body, in which the message stands.

    kind: the gateway response type.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.kind = "EXPIRED_TOKEN" if message.startswith("Signature expired") else _kind(code)
        self.member = "Message" if code == "AccessDeniedException" else "message"


def _kind(code: str) -> str:
    return _KINDS.get(code, "INVALID_SIGNATURE")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a request goes. path: as policies name it, without the stage."""

    account: str
    region: str
    api_id: str
    stage: str
    path: str

    def resource(self, method: str) -> str:
        """The ARN that a policy names."""
        return source_arn(self.account, self.region, self.api_id, self.stage, method + self.path)


class Guard:
    """Lets requests in, or refuses them."""

    def __init__(self, authenticator: Authenticator) -> None:
        self._authenticator = authenticator

    def admit(
        self, request: HttpRequest, place: Place, kind: str, policy: Policy | None, trace: Trace
    ) -> Caller | None:
        """The caller of a request that may come in; None where the method asks for no signature.

        kind: the method's authorization type. policy: the API's resource policy, as it was deployed. Raises
        Refused; the trace tells what IAM decided.
        """
        facts = {"service": EXECUTE_API, "operation": "Invoke", "type": kind}
        with trace.hop("authorization", **facts) as hop:
            if kind == AWS_IAM:
                call, caller = self._signed(request, place.region)
            else:
                call, caller = unsigned_call(request, place.region), ANONYMOUS
            resource = place.resource(request.method)
            judgement = judge(caller, invoke(resource), call, attached=policy)
            hop.note(caller=caller.arn, iam=[told(judgement)])
            if not judgement.decision.allowed:
                text = denial.message(caller, ACTION, _masked(resource), judgement.decision)
                raise Refused("AccessDeniedException", text)
        return None if caller is ANONYMOUS else caller

    def read(self, request: HttpRequest, region: str) -> None:
        """Read the signature of a request for a method that a REST API does not have. Raises Refused.

        API Gateway takes it as one for a method with AWS_IAM: to a client with a bearer token it says that
        this is no signature (awslabs/time-addressable-media-store#8, HumanCellAtlas/data-store#328).
        """
        if request.has_header("authorization"):
            self._signed(request, region)

    def _signed(self, request: HttpRequest, region: str) -> tuple[ApiCall, Caller]:
        try:
            call = signed_call(_as_sent(request), region)
            return call, self._authenticator.authenticate(call)
        except AwsError as error:
            raise Refused(error.code, error.message) from error


def _as_sent(request: HttpRequest) -> HttpRequest:
    """The request with the path that its client signed."""
    if request.sent_path in ("", request.raw_path):
        return request
    return HttpRequest(
        request.method,
        request.sent_path,
        request.query_string,
        request.headers,
        request.body,
        request.client,
        request.protocol,
    )


def _masked(resource: str) -> str:
    """The ARN as a refusal shows it.

    >>> _masked("arn:aws:execute-api:eu-west-1:111122223333:a1/v1/GET/x")
    'arn:aws:execute-api:eu-west-1:********3333:a1/v1/GET/x'
    """
    parts = resource.split(":", 5)
    hidden = len(parts[4]) - _SHOWN_OF_ACCOUNT
    parts[4] = "*" * hidden + parts[4][hidden:]
    return ":".join(parts)
