"""The guide's page on API Gateway: its messages are met, and its tables hold."""

import base64
import re

import pytest
from botocore.exceptions import ClientError

from sandbox.gateway.deployments import HTTP_TIMEOUT_MS, REST_TIMEOUT_MS
from tests.repository.sources import ROOT
from tests.sandbox.gateway.conftest import Workplace, do
from workshop import prices

PAGE = (ROOT / "docs" / "layers" / "4-api-gateway.md").read_text()


def part(heading):
    """The text of the page below a heading of the second level."""
    return re.search(rf"^## {heading}.*?\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S)[1]


def rows(heading):
    """The cells of the table below a heading, without its head: a list for each row."""
    lines = re.findall(r"^\| (.+) \|$", part(heading), re.M)
    return [line.split(" | ") for line in lines[1:]]


@pytest.fixture(scope="session")
def running(sandbox):
    return sandbox


@pytest.fixture(scope="session")
def work(running):
    return Workplace(running)


@pytest.fixture(scope="session")
def events(work):
    """What a function gets of one request: from a REST API, and from an HTTP API."""
    rest = work.rest_api()
    work.proxy(rest, work.resource(rest, "orders", "{orderId}"))
    work.deploy(rest)
    http = work.http_api("POST /orders/{orderId}", stage="live")
    headers = {"X-Team": "a", "Cookie": "theme=dark", "Content-Type": "application/x-www-form-urlencoded"}
    ask = {"method": "POST", "headers": headers, "body": "a=1"}
    return tuple(api.event("/orders/o%202?tag=a&tag=b", **ask) for api in (rest, http))


FORM = base64.b64encode(b"a=1").decode()
CONTENTS = {
    "version": lambda rest, http: ("version" not in rest, http["version"] == "2.0"),
    "method": lambda rest, http: (
        rest["httpMethod"] == "POST",
        http["requestContext"]["http"]["method"] == "POST",
    ),
    "route": lambda rest, http: (
        rest["resource"] == "/orders/{orderId}",
        http["routeKey"] == "POST /orders/{orderId}",
    ),
    "path": lambda rest, http: (rest["path"] == "/orders/o%202", http["rawPath"] == "/live/orders/o 2"),
    "path parameters": lambda rest, http: (
        rest["pathParameters"] == {"orderId": "o%202"},
        http["pathParameters"] == {"orderId": "o 2"},
    ),
    "`?tag=a&tag=b`": lambda rest, http: (
        (rest["queryStringParameters"], rest["multiValueQueryStringParameters"])
        == ({"tag": "b"}, {"tag": ["a", "b"]}),
        http["queryStringParameters"] == {"tag": "a,b"},
    ),
    "header names": lambda rest, http: ("X-Team" in rest["headers"], "x-team" in http["headers"]),
    "cookies": lambda rest, http: (
        rest["headers"]["Cookie"] == "theme=dark",
        (http["cookies"], "cookie" in http["headers"]) == (["theme=dark"], False),
    ),
    "a form as body": lambda rest, http: (
        (rest["body"], rest["isBase64Encoded"]) == ("a=1", False),
        (http["body"], http["isBase64Encoded"]) == (FORM, True),
    ),
    "what was not sent": lambda rest, http: (rest["stageVariables"] is None, "stageVariables" not in http),
}


def test_each_row_of_the_table_of_events_is_probed():
    assert [row[0] for row in rows("4.4")] == list(CONTENTS)


@pytest.mark.parametrize("row", CONTENTS)
def test_the_events_are_as_the_table_says(events, row):
    assert CONTENTS[row](*events) == (True, True)


def test_payload_1_of_an_http_api_is_as_the_table_says(work):
    event = work.http_api("GET /orders/{orderId}", payload="1.0").event("/orders/o%202")
    assert (event["version"], event["pathParameters"]) == ("1.0", {"orderId": "o 2"})


def test_the_page_says_today_s_prices():
    said = next(row[1:] for row in rows("4.1") if row[0] == "price of a million requests")
    today = prices.load()
    apis = today.apis
    assert said == [f"${1e6 * each:.2f}" for each in (apis.http_request, apis.rest_request)]
    assert f"Prices of {today.region} in {today.month:%B %Y}" in part("4.1")


def test_the_page_says_how_long_each_kind_waits():
    for status, most in ((503, HTTP_TIMEOUT_MS), (504, REST_TIMEOUT_MS)):
        (line,) = re.findall(rf"^  {status} of .*$", PAGE, re.M)
        assert f"{most // 1000} seconds" in line


def refused(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Message"]


def rest_of(work, **integration):
    """A REST API with one method, made with these parameters of PutIntegration, and deployed."""
    api = work.rest_api()
    work.proxy(api, work.resource(api, "orders"), **integration)
    return work.deploy(api)


def orders_twice(work):
    api = work.rest_api()
    work.resource(api, "orders")
    return refused(work.v1.create_resource, restApiId=api.id, parentId=api.root, pathPart="orders")


def method_alone(work):
    api = work.rest_api()
    work.v1.put_method(restApiId=api.id, resourceId=api.root, httpMethod="GET", authorizationType="NONE")
    return refused(work.v1.create_deployment, restApiId=api.id)


def arn_alone(work):
    return refused(rest_of, work=work, uri=work.function)


def permitted_twice(work):
    name = work.make_function().rpartition(":")[2]
    permission = {
        "FunctionName": name,
        "StatementId": "api",
        "Action": "lambda:InvokeFunction",
        "Principal": "apigateway.amazonaws.com",
    }
    work.lambda_.add_permission(**permission)
    return refused(work.lambda_.add_permission, **permission)


SLOW, CRASH = do(sleep=0.5), do(**{"raise": "oh"})
ANSWERED = {
    "no route": (404, '{"message":"Not Found"}', lambda work: work.http_api("GET /orders").call("/order")),
    "no method": (
        404,
        '{"message":"Not Found"}',
        lambda work: work.http_api("GET /orders").call("/orders", "DELETE"),
    ),
    "not deployed": (
        404,
        '{"message":"Not Found"}',
        lambda work: work.http_api("GET /orders", auto_deploy=False).call("/orders"),
    ),
    "no resource": (
        403,
        '{"message":"Missing Authentication Token"}',
        lambda work: rest_of(work).call("/order"),
    ),
    "crash": (
        500,
        '{"message":"Internal Server Error"}',
        lambda work: work.http_api().call(headers=CRASH),
    ),
    "no permission": (
        500,
        '{"message":"Internal Server Error"}',
        lambda work: work.http_api(function=work.make_function()).call(),
    ),
    "crash behind REST": (
        502,
        '{"message": "Internal server error"}',
        lambda work: rest_of(work).call("/orders", headers=CRASH),
    ),
    "no permission for REST": (
        500,
        '{"message": "Internal server error"}',
        lambda work: rest_of(work, function=work.make_function()).call("/orders"),
    ),
    "no POST": (
        500,
        '{"message": "Internal server error"}',
        lambda work: rest_of(work, integrationHttpMethod="GET").call("/orders"),
    ),
    "slow": (
        503,
        '{"message":"Service Unavailable"}',
        lambda work: work.http_api(integration={"TimeoutInMillis": 50}).call(headers=SLOW),
    ),
    "slow behind REST": (
        504,
        '{"message": "Endpoint request timed out"}',
        lambda work: rest_of(work, timeoutInMillis=50).call("/orders", headers=SLOW),
    ),
}
"""How one comes to each message of a caller: status and body."""

REFUSED = {
    "AWS ARN for integration must contain path or action": arn_alone,
    "Another resource with the same parent already has this name: orders": orders_twice,
    "No integration defined for method": method_alone,
    "The statement id (api) provided already exists": permitted_twice,
}


def test_each_message_of_the_page_is_probed():
    listed = re.findall(r"^- `(.+?)`<br>$", part("What you may read"), re.M)
    assert listed == [*dict.fromkeys(message for _, message, _ in ANSWERED.values()), *REFUSED]


@pytest.mark.parametrize("cause", ANSWERED)
def test_the_caller_reads_what_the_page_says(work, cause):
    status, message, probe = ANSWERED[cause]
    reply = probe(work)
    assert (reply.status, reply.text) == (status, message)
    assert str(status) in re.search(rf"{re.escape(message)}`<br>\n(.*)", PAGE)[1]


@pytest.mark.parametrize("message", REFUSED)
def test_the_builder_reads_what_the_page_says(work, message):
    assert message in REFUSED[message](work)
