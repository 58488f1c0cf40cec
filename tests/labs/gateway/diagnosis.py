"""An answer that is not the right one: whose is it, and which layer brought it about?

The order of the questions is the way of a request: is there a route, is it deployed, may the API invoke the
function, did the function run, what did it answer?
"""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, NoReturn

from tests.labs.gateway import function, messages
from tests.labs.gateway.api import Api
from tests.labs.gateway.function import Log
from tests.labs.gateway.messages import Message
from tests.labs.gateway.permission import granted
from tests.labs.gateway.reply import Reply
from tests.labs.gateway.routes import Integration, Route
from workshop.checking.session import recorded

PROXY = "AWS_PROXY"
CLOSED = (401, 403)
NOT_FOUND = 404
MOST_SHOWN = 2
OURS = 500
"""From this status on, nobody but the API and its function is at fault."""


@dataclass(frozen=True)
class Case:
    """A request and its answer. wanted: the route it should have, such as `GET /users/{userId}`.

    expected: the right answer, in words.
    """

    api: Api
    reply: Reply
    wanted: str
    expected: str

    def fail(self, message: Message, **values: Any) -> NoReturn:
        """End the check with a message about this request."""
        calls = recorded()
        message.fail(
            calls if self.reply.sent in calls else (self.reply.sent, *calls),
            asked=self.reply.asked,
            came=self.reply.came,
            wanted=self.wanted,
            expected_answer=self.expected,
            kind=self.api.kind,
            id=self.api.id,
            stage=self.api.stage,
            deploy_command=self.api.deploy_command,
            **values,
        )


def explain(case: Case) -> NoReturn:
    """End the check with the reason why the answer is not the expected one."""
    api, reply = case.api, case.reply
    route = api.route_of(reply.method, reply.path)
    log = _log(case, route)
    if log is not None and log.started:
        _by_the_function(case, route, log)
    if route is None or route.place not in api.serves:
        _without_route(case, route)
    if route.authorization != "NONE":
        who = "API Gateway let nobody through to the function"
        case.fail(messages.CLOSED, route=route, authorization=route.authorization, who=who)
    _without_the_function(case, route, log)


def _log(case: Case, route: Route | None) -> Log | None:
    """The log of the function that the route invokes; None if it invokes none that is there."""
    name = route.integration.function if route and route.integration else ""
    if not name or not function.exists(case.api.lab, name):
        return None
    return function.log_since(case.api.lab, name, case.reply.began)


def _without_route(case: Case, route: Route | None) -> NoReturn:
    """Nothing that is deployed takes this request."""
    if route is not None:
        case.fail(messages.NOT_DEPLOYED, route=route)
    routes = case.api.routes
    others = [one for one in routes if one.leads(case.reply.path)]
    there = ", ".join(sorted(map(str, others or routes))) or "none"
    case.fail(messages.OTHER_METHOD if others else messages.NO_ROUTE, there=there)


def _without_the_function(case: Case, route: Route, log: Log | None) -> NoReturn:
    """There is a route, and the function did not run."""
    made = route.integration
    if made is None:
        case.fail(messages.NO_INTEGRATION, route=route)
    if made.type == "MOCK" and case.reply.status >= OURS:
        case.fail(messages.MOCK_WITHOUT_STATUS, route=route)
    if made.type != PROXY:
        case.fail(messages.NOT_PROXY, route=route, type=made.type)
    if log is None:
        case.fail(messages.NO_SUCH_FUNCTION, route=route, uri=made.uri)
    if log.lines is None or case.reply.status < OURS:
        case.fail(messages.WRONG_STATUS, who=log.who)
    if case.api.kind == "REST API" and made.method != "POST":
        case.fail(messages.INTEGRATION_METHOD, route=route, method=made.method)
    if made.credentials:
        case.fail(messages.ROLE_MAY_NOT, role=made.credentials, function=made.function, who=log.who)
    arn = case.api.arn_of(route, case.reply.method)
    case.fail(
        messages.MAY_NOT_INVOKE,
        arn=arn,
        function=made.function,
        there=_sources(case.api.lab, made, arn),
        who=log.who,
    )


def _by_the_function(case: Case, route: Route | None, log: Log) -> NoReturn:
    """The function ran: what it answered, or what became of that."""
    reply, lab = case.reply, case.api.lab
    made = route.integration if route and route.integration else Integration(PROXY, "", "", "")
    said = {"route": route, "who": log.who}
    users = lab.find("UsersFunctionName").name.rpartition(":")[2]
    if made.type != PROXY:
        case.fail(messages.NOT_PROXY, type=made.type, **said)
    if made.function != users:
        case.fail(messages.OTHER_FUNCTION, function=made.function, users=users, **said)
    if reply.status == NOT_FOUND or reply.status >= OURS:
        if not function.understands(lab, users, made.payload):
            case.fail(messages.PAYLOAD, version=made.payload, **said)
        if _is_under_another_name(case, route):
            case.fail(messages.OTHER_NAME, **said)
    if _is_gateways(reply):
        case.fail(messages.CRASHED if log.failed else messages.MALFORMED, **said)
    if reply.status in CLOSED:
        case.fail(messages.CLOSED, authorization="your own code", **said)
    if isinstance(reply.value, dict) and "statusCode" in reply.value:
        case.fail(messages.ENVELOPE, **said)
    case.fail(messages.HANDLER_404 if reply.status == NOT_FOUND else messages.WRONG_STATUS, **said)


def _is_under_another_name(case: Case, route: Route | None) -> bool:
    """Whether code that goes by the wanted route does not know the one that was taken.

    By a route with another parameter it may also fail; by a catch-all route it does not find its own.
    """
    if route is None or route.path == case.wanted.partition(" ")[2]:
        return False
    return case.reply.status == NOT_FOUND or not route.is_catch_all


def _is_gateways(reply: Reply) -> bool:
    """Whether a 500 or 502 is the API's own: REST APIs say so in a header, HTTP APIs by their words."""
    if reply.status < OURS:
        return False
    return "x-amzn-errortype" in reply.headers or reply.text == '{"message":"Internal Server Error"}'


def _sources(lab: Any, made: Integration, arn: str) -> str:
    """For which requests API Gateway may invoke the function, those most like `arn` first."""
    sources = {one.source or "every API" for one in granted(lab, made.function, made.qualifier)}
    near = get_close_matches(arn, sources, MOST_SHOWN, cutoff=0)
    more = f" and {len(sources) - len(near)} more" if len(sources) > len(near) else ""
    return "; ".join(near) + more or "none at all"
