"""The guide's page on troubleshooting: its tables hold, its messages are met, its drawing is the tree."""

import json
import re
import time

import boto3
import pytest
from botocore import xform_name
from botocore.exceptions import ClientError

from tests.docs import tree
from tests.repository.sources import ROOT
from tests.sandbox.gateway.conftest import Workplace, do
from workshop.doctor.layers import LAYERS

PAGE = (ROOT / "docs" / "layers" / "5-troubleshooting.md").read_text()

CODE = """
import json, time
import boto3

def handler(event, context):
    order = json.loads(next((v for k, v in event["headers"].items() if k.lower() == "x-do"), "{}"))
    print("order", order)
    if "sleep" in order:
        time.sleep(order["sleep"])
    if "put" in order:
        try:
            boto3.client("dynamodb").put_item(TableName=order["put"], Item={"id": {"S": "a"}})
        except Exception as error:
            if not order.get("catch"):
                raise
            print("caught", error)
            return {"statusCode": 500, "body": "{}"}
    if "raise" in order:
        raise ValueError(order["raise"])
    return order.get("return", {"statusCode": 200, "body": "{}"})
"""


def part(heading):
    """The text of the page below a heading of the second level."""
    return re.search(rf"^## {heading}.*?\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S)[1]


def rows(heading):
    """The cells of the table below a heading, without its head: a list for each row."""
    return [line.split(" | ") for line in re.findall(r"^\| (.+) \|$", part(heading), re.M)[1:]]


@pytest.fixture(scope="session")
def work(sandbox):
    return Workplace(sandbox)


@pytest.fixture(scope="session")
def kinds(work):
    """Both kinds of API before one function, which does what it is told."""
    arn = work.make_function("orders", CODE, permitted=True, Timeout=1)
    rest = work.rest_api()
    work.proxy(rest, work.resource(rest, "orders"), method="GET", function=arn)
    work.deploy(rest)
    return work.http_api("GET /orders", function=arn), rest


def log(work, since):
    """What the function has logged since then, in milliseconds since 1970."""
    try:
        found = work.client("logs").filter_log_events(logGroupName="/aws/lambda/orders", startTime=since)
    except ClientError:
        return ""
    return "\n".join(event["message"] for event in found["events"])


def seen(work, api, **asked):
    """A request's status, and what of it is in the log."""
    since = int(time.time() * 1000)
    reply = api.call(**{"target": "/orders", **asked})
    said = log(work, since)
    return reply.status, "START" in said, said


def without_permission(work):
    arn = work.make_function()
    rest = work.rest_api()
    work.proxy(rest, work.resource(rest, "orders"), function=arn)
    return work.http_api(function=arn), work.deploy(rest)


OBJECT = {"statusCode": 200, "body": {"a": 1}}
FAILED = {
    "the API may not invoke the function": (without_permission, {}, None),
    "the handler crashes, or is not found": (None, {"raise": "oh"}, "ValueError: oh"),
    "DynamoDB refuses, and nothing catches it": (None, {"put": "none"}, "AccessDeniedException"),
    "the function runs out of time": (None, {"sleep": 3}, "Task timed out after 1.00 seconds"),
    "`body` is not a string": (None, {"return": OBJECT}, ""),
    "no `statusCode`, but a key that is none of a response": (
        None,
        {"return": {"status": 200, "body": "{}"}},
        "",
    ),
    "your code catches the error and answers 500": (None, {"put": "none", "catch": True}, "caught An error"),
}
"""Of each row: the APIs, if not those of `kinds`; what the function is told; what its log says, None for no
START line, "" for no error."""

ERROR = re.compile(r"Error|Exception|timed out")


def test_each_row_of_the_first_table_is_probed():
    assert [row[0] for row in rows("5.1")] == list(FAILED)


@pytest.mark.parametrize("row", rows("5.1"), ids=[row[0] for row in rows("5.1")])
def test_the_statuses_are_as_the_first_table_says(work, kinds, row):
    make, order, says = FAILED[row[0]]
    for api, cell in zip(make(work) if make else kinds, row[1:3], strict=True):
        status, started, said = seen(work, api, headers=do(**order))
        assert status == int(cell.strip("*"))
        assert started == (says is not None) == row[3].startswith("START")
        assert bool(ERROR.search(said)) == bool(says)
        assert (says or "") in said


def crossed(work, path="/orders", method="GET", stage="", draft=False):
    """Statuses of both kinds, and whether the function ran."""
    arn = work.make_function(permitted=True)
    rest = work.rest_api()
    resource = work.resource(rest, "orders")
    work.proxy(rest, resource, method="GET", function=arn)
    work.deploy(rest)
    if draft:
        work.proxy(rest, resource, method="PUT", function=arn)
    http = work.http_api("GET /orders", function=arn, auto_deploy=not draft)
    if stage:
        rest.prefix, http.prefix = f"/{stage}", f"/{stage}"
    return [api.call(path, method).status for api in (http, rest)]


def own_words(work, kinds):
    order = {"return": {"statusCode": 404, "body": '{"message": "there is no order o-9"}'}}
    return [seen(work, api, headers=do(**order)) for api in kinds]


NOT_FOUND = {
    "a wrong path, or a method that is not there": (
        lambda work: [crossed(work, path="/order"), crossed(work, method="DELETE")],
    ),
    "a route that was never deployed": (lambda work: [crossed(work, method="PUT", draft=True)],),
    "a wrong stage in the URL": (lambda work: [crossed(work, stage="Prod")],),
}


def test_the_statuses_are_as_the_third_table_says(work, kinds):
    *gateway, own = rows("5.3")
    assert [row[0] for row in gateway] == list(NOT_FOUND)
    for name, http, rest, started in gateway:
        for statuses in NOT_FOUND[name][0](work):
            assert statuses == [int(http), int(rest)]
        assert started == "no"
    assert own[1:] == ["404", "404", "yes"]
    assert [(status, started) for status, started, _ in own_words(work, kinds)] == [(404, True)] * 2


def test_the_log_of_a_wrong_path_has_no_start_line(work, kinds):
    for api in kinds:
        assert seen(work, api, target="/order")[1] is False


def test_the_walk_names_the_doctor_s_layers_in_order():
    assert [row[0] for row in rows("From the outside in")] == [layer.NAME for layer in LAYERS]


def test_each_call_of_the_walk_exists():
    text = "".join(row[2] for row in rows("From the outside in"))
    calls = re.findall(r"`([a-z0-9]+) ([a-z]+-[a-z-]+|invoke)`", text)
    assert len(calls) >= 10
    for service, operation in calls:
        model = boto3.client(service, region_name="us-east-1").meta.service_model
        assert operation in [xform_name(name, "-") for name in model.operation_names], (
            f"{service} {operation}"
        )


def test_the_drawing_is_the_decision_tree():
    assert tree.FILE.read_text() == tree.drawing(), "write it anew: python -m tests.docs.tree"


def raised(call, **parameters):
    with pytest.raises(ClientError) as caught:
        call(**parameters)
    return caught.value.response["Error"]["Message"]


def renamed(work):
    name = work.make_function(code="def handler(event, context): pass").rpartition(":")[2]
    zipped = work.lambda_.get_function_configuration(FunctionName=name)
    assert zipped["Handler"] == "app.handler"
    work.lambda_.update_function_configuration(FunctionName=name, Handler="app.handle")
    reply = work.lambda_.invoke(FunctionName=name)
    return json.load(reply["Payload"])["errorMessage"].replace("'app'", "'orders'")


def orders_table(work):
    client = work.client("dynamodb")
    if "orders" not in client.list_tables()["TableNames"]:
        client.create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "orderId", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "orderId", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        client.get_waiter("table_exists").wait(TableName="orders")
    return client


def timed_out(work, kinds):
    return seen(work, kinds[0], headers=do(sleep=3))[2]


ON_THE_WAY = {
    "Invalid stage identifier specified": lambda work, kinds: raised(
        work.v1.get_stage, restApiId=kinds[1].id, stageName="Prod"
    ),
    "The resource you requested does not exist.": lambda work, kinds: raised(
        work.lambda_.get_policy, FunctionName=work.make_function()
    ),
    "The specified log group does not exist.": lambda work, kinds: raised(
        work.client("logs").filter_log_events, logGroupName="/aws/lambda/never"
    ),
    "Handler 'handle' missing on module 'orders'": lambda work, kinds: renamed(work),
    "Missing the key orderId in the item": lambda work, kinds: raised(
        orders_table(work).put_item, TableName="orders", Item={"id": {"S": "o-1"}}
    ),
    "Requested resource not found": lambda work, kinds: raised(
        orders_table(work).put_item, TableName="order", Item={"orderId": {"S": "o-1"}}
    ),
    "Task timed out after 1.00 seconds": timed_out,
}


def listed(heading):
    return re.findall(r"^- `(.+?)`<br>$", part(heading), re.M)


def test_each_message_of_the_way_is_probed():
    assert listed("Messages on the way") == list(ON_THE_WAY)


@pytest.mark.parametrize("message", ON_THE_WAY)
def test_the_calls_say_what_the_page_says(work, kinds, message):
    assert message in ON_THE_WAY[message](work, kinds)
