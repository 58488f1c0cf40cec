"""What an answer alone shows, for who may read nothing else. Pure.

Sources: API Gateway Developer Guide, *Gateway response types for API Gateway*, *Troubleshooting issues with
HTTP APIs*; and what both kinds were recorded to answer (tests/sandbox/cases.yaml).
"""

from __future__ import annotations

from workshop.doctor.reply import Reply

REST = "x-amzn-errortype"
HTTP = "apigw-requestid"

_OF_EITHER = {
    401: "API Gateway let nobody in who does not show who he is: the function was not asked (5.2).",
    429: "API Gateway itself refused what is more than the stage lets through (5.1).",
}
_OF_REST = {
    400: "the REST API refused what was sent, before the function was asked (5.3).",
    403: "the REST API did not let the request in: an API key, an authorizer or a policy is before it, or "
    "there is no such stage; the function was not asked (5.2).",
    500: "the REST API could not call its integration: mostly it may not invoke the function, or there is "
    "none of that name; the function did not run (5.1).",
    502: "the function was invoked, and it failed, or its result is no proxy response (5.1).",
    504: "the function took longer than the REST API waits (5.1).",
}
_OF_HTTP = {
    403: "an authorizer of the HTTP API, or IAM, did not let the request in; the function was not asked "
    "(5.2).",
    404: "the HTTP API has no route for this method and path, or no such stage; the function was not asked "
    "(5.3).",
    500: "the HTTP API got no good result of the function: it may not invoke it, or the function failed, or "
    "its result is no proxy response (5.1).",
    503: "the function took longer than the HTTP API waits (5.1).",
}
_CAUGHT = (
    "the function itself gave it: API, route and permission to invoke are in order; its code met an error "
    "and caught it, and its log says which."
)
_NO_ROUTE = (
    "the REST API has no such path, or not this method on it, or no such stage (5.3); or the method wants a "
    "signature (AWS_IAM), and the request has none (5.2)."
)
_NO_TOKEN = "Missing Authentication Token"


def shown(reply: Reply) -> str:
    """A sentence of what the status, body and headers tell; "" where they tell nothing.

    >>> shown(Reply(404, '{"message":"Not Found"}', {"apigw-requestid": "a"}, 0, 0))[:39]
    'the HTTP API has no route for this meth'
    """
    if reply.status is None:
        return ""
    if reply.by_gateway:
        return _by_the_api(reply, reply.status)
    if reply.service_error:
        return f"a service gave it ({reply.service_error}), and neither API Gateway nor the function."
    if not {HTTP, "x-amzn-requestid"} & reply.headers.keys():
        return "it has no header of API Gateway: somebody else may have answered, such as a proxy."
    if reply.status >= 500:
        return _CAUGHT
    return "the function itself gave it, so everything on the way to it is in order."


def _by_the_api(reply: Reply, status: int) -> str:
    own = _OF_REST if REST in reply.headers else _OF_HTTP
    if reply.message == _NO_TOKEN:
        return _NO_ROUTE
    return own.get(status) or _OF_EITHER.get(status, "API Gateway gave it; the function was not heard.")
