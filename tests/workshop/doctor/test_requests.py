"""What the doctor says of right answers, of wrong URLs, and where it may not read."""

import json
import time
from contextlib import contextmanager
from dataclasses import replace

import pytest
from botocore.config import Config

from tests.workshop.doctor.faults import FAULTS, HTTP, REST
from tests.workshop.doctor.stack import KINDS, MAIN
from workshop.doctor import asking, show, verb
from workshop.doctor.asking import Wish
from workshop.errors import Problem

MOST_SECONDS = 4
LAYERS = 13


@pytest.fixture(params=list(MAIN), scope="module")
def stack(request, stack_in):
    return stack_in(request.param)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/users", "201"),
        ("GET", "/users", "200"),
        ("GET", "/health", "200"),
        ("GET", "/users/nobody", "404"),
        ("DELETE", "/users/nobody", "404"),
    ],
)
def test_a_right_stack_is_healthy(stack, kind, method, path, status):
    began = time.monotonic()
    report = stack.diagnose(kind, f"right-{kind}", path, method)
    assert report.verdict == "healthy", report.cause
    assert report.answer.startswith(status)
    assert [one.state for one in report.examined] == ["sound"] * LAYERS
    assert report.exit_code == 0
    assert time.monotonic() - began < MOST_SECONDS


def test_a_handler_that_refuses_the_request_is_healthy(stack):
    report = asking.diagnose(stack.target, f"{stack.outputs[HTTP]}/users", Wish("POST", "no JSON"))
    assert (report.verdict, report.answer[:3]) == ("healthy", "400")


WRONG_URLS = [
    (HTTP, lambda url, id_: url.replace(id_, "nothere"), "no-such-api", "no API of that id"),
    (REST, lambda url, id_: url.replace(id_, "nothere"), "no-such-api", "no API of that id"),
    (REST, lambda url, id_: url.replace("/prod", "/Prod"), "no-such-stage", "its stages are: prod"),
    (REST, lambda url, id_: url.replace("/prod", ""), "no-such-stage", "begins with `users`"),
    (
        HTTP,
        lambda url, id_: url.replace("/users", "/prod/users"),
        "stage-in-path",
        "no stage of that name",
    ),
    (HTTP, lambda url, id_: url.replace("/users", "/user"), "no-such-path", "nearest is GET /users"),
    (REST, lambda url, id_: url.replace("/users", "/user"), "no-such-path", "nearest is GET /users"),
    (HTTP, lambda url, id_: url.replace("/users", "/users/a/b"), "no-such-path", "{userId}"),
    (REST, lambda url, id_: url.replace("/users", "/users/a/b"), "no-such-path", "{userId}"),
]
"""Kind, change of its URL, cause, and words of its sentence."""


@pytest.mark.parametrize(("kind", "change", "cause", "says"), WRONG_URLS)
def test_a_wrong_url(stack, kind, change, cause, says):
    url = change(f"{stack.outputs[kind]}/users", stack.ids[kind])
    report = stack.diagnose(kind, method="GET", url=url)
    assert report.cause is not None
    assert report.cause.id == cause
    assert says in report.cause.says


@pytest.mark.parametrize(("kind", "status"), [(HTTP, "404"), (REST, "403")])
def test_a_method_that_no_route_has(stack, kind, status):
    report = stack.diagnose(kind, method="PUT")
    assert report.answer.startswith(status)
    assert report.cause.id == "no-such-method"
    assert report.cause.says.endswith(
        "there are GET, POST." if kind == HTTP else "there are GET, OPTIONS, POST."
    )


def test_the_name_of_the_host_and_the_url_of_aws_lead_to_the_same_api(stack):
    api = stack.ids[HTTP]
    port = stack.target.url.rpartition(":")[2]
    for url in (
        f"http://{api}.execute-api.localhost:{port}/users",
        f"https://{api}.execute-api.us-east-1.amazonaws.com/users",
    ):
        report = stack.diagnose(HTTP, method="GET", url=url)
        assert report.verdict == "healthy", report.cause
        assert report.url == url


def test_nobody_answers(stack):
    report = asking.diagnose(
        stack.target.__class__(**{**vars(stack.target), "url": "http://127.0.0.1:9"}),
        f"http://127.0.0.1:9/_aws/execute-api/{stack.ids[HTTP]}/users",
        Wish(),
    )
    assert report.cause.id == "no-answer"


ONE_UNIT = {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}
BIG = "x" * 60000
MOST_WRITES = 20
"""One unit a second, saved up for 300 seconds, and 59 units a write."""


def write_much(client, table):
    for _ in range(MOST_WRITES):
        client.put_item(TableName=table, Item={"userId": {"S": "load"}, "text": {"S": BIG}})


@contextmanager
def exhausted(stack):
    """The table takes one unit a second, and what it had saved up is used up."""
    impatient = Config(retries={"total_max_attempts": 1})
    table = stack.deployed.session.client("dynamodb", config=impatient)
    table.update_table(TableName=stack.table, BillingMode="PROVISIONED", ProvisionedThroughput=ONE_UNIT)
    table.get_waiter("table_exists").wait(TableName=stack.table)
    with pytest.raises(table.exceptions.ProvisionedThroughputExceededException):
        write_much(table, stack.table)
    yield
    table.update_table(TableName=stack.table, BillingMode="PAY_PER_REQUEST")


def test_throttled_requests_of_the_last_minutes(stack):
    """One request shows nothing; the load before it does."""
    variables = {"TABLE_NAME": stack.table}
    stack.configure(Environment={"Variables": {**variables, "AWS_MAX_ATTEMPTS": "1"}})
    with exhausted(stack):
        sent = stack.send(HTTP, "", body={"userId": "load", "text": BIG})
        report = stack.diagnose(HTTP, path="/health", method="GET")
    stack.configure(Environment={"Variables": variables})
    assert sent == 500
    assert report.answer.startswith("200")
    assert report.cause is not None
    assert report.cause.id == "throttled"
    assert "provisioned to 1 write" in report.cause.says
    assert stack.diagnose(HTTP, path="/health", method="GET").verdict == "healthy"


def test_time_outs_of_the_last_minutes(stack):
    """Only the slow requests time out; a quick one is asked for."""
    if stack.language == "nodejs":
        slow = '"GET /health": async () => new Promise((done) => setTimeout(done, 3000))'
        code = stack.source("routes").replace('"GET /health": health', slow)
    else:
        slow = '"GET /health": lambda *_: __import__("time").sleep(3)'
        code = stack.source("routes").replace('"GET /health": health', slow)
    assert code != stack.source("routes")
    stack.configure(Timeout=1)
    stack.put_code(routes=code)
    stack.send(HTTP, "", "GET", "/health")
    report = stack.diagnose(HTTP, path="/users", method="GET")
    stack.configure(Timeout=10)
    stack.put_code()
    assert report.answer.startswith("200")
    assert report.cause is not None
    assert report.cause.id == "timeout"
    mended = stack.diagnose(HTTP, method="GET")
    assert mended.verdict == "healthy", (mended.cause.says, mended.cause.seen)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["no-status-code", "body-not-a-string"])
def test_an_invoke_shows_the_result_itself(stack, kind, name):
    with FAULTS[name].break_it(stack):
        report = stack.diagnose(kind, f"invoke-{name}-{kind}", invoke=True)
    assert report.cause.id == FAULTS[name].cause
    if not report.answer.startswith("200"):
        assert "invoked with the same event it gave" in report.cause.seen[0]


@pytest.fixture(scope="module")
def stranger(stack):
    """A user of the account who may read nothing."""
    iam = stack.client("iam")
    iam.create_user(UserName="stranger")
    key = iam.create_access_key(UserName="stranger")["AccessKey"]
    yield replace(stack.target, access_key=key["AccessKeyId"], secret=key["SecretAccessKey"])
    iam.delete_access_key(UserName="stranger", AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName="stranger")


@pytest.mark.parametrize("kind", KINDS)
def test_who_may_read_nothing_is_told_so_of_each_layer(stack, stranger, kind):
    url = f"{stack.outputs[kind]}/users"
    with FAULTS["put-item-missing"].break_it(stack):
        report = asking.diagnose(stranger, url, Wish("POST", json.dumps({"userId": f"stranger-{kind}"})))
    assert (report.verdict, report.exit_code) == ("unknown", 4)
    states = {one.layer: one.state for one in report.examined}
    assert states.pop("name and address") == "sound"
    assert set(states.values()) == {"unread"}
    assert len(states) == LAYERS - 1
    assert all("AccessDenied" in one.says for one in report.examined[1:])
    text = " ".join(show.text(report).split())
    assert "Ruled out: name and address." in text
    assert "Not ruled out, as it could not be read: API and its kind" in text
    assert text.count("could not be read either, for the same reason") == LAYERS - 2
    assert "The answer alone shows: the function itself gave it" in text


@pytest.fixture
def half_blind(stack, stranger):
    """The same user, who may now read everything but logs."""
    iam = stack.client("iam")
    allow = {"Effect": "Allow", "NotAction": "logs:*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    iam.put_user_policy(UserName="stranger", PolicyName="reads", PolicyDocument=document)
    yield stranger
    iam.delete_user_policy(UserName="stranger", PolicyName="reads")


@pytest.mark.parametrize("kind", KINDS)
def test_without_the_log_the_role_tells_what_the_code_may_not_call(stack, half_blind, kind):
    url = f"{stack.outputs[kind]}/users"
    with FAULTS["put-item-missing"].break_it(stack):
        report = asking.diagnose(half_blind, url, Wish("POST", json.dumps({"userId": f"half-{kind}"})))
    assert {one.layer: one.state for one in report.examined}["log of the request"] == "unread"
    assert report.cause is not None
    assert report.cause.id == "action-not-allowed"
    assert "the code calls dynamodb:PutItem" in report.cause.seen[0]


def test_without_the_log_a_failing_function_stays_unknown(stack, half_blind):
    with FAULTS["unhandled-exception"].break_it(stack):
        report = asking.diagnose(half_blind, f"{stack.outputs[HTTP]}/users", Wish())
    assert report.verdict == "unknown"
    assert {one.layer: one.state for one in report.examined}["role of the function"] == "unread"
    text = " ".join(show.text(report).split())
    assert "Ruled out: name and address, API and its kind, stage, deployment, route and method," in text
    assert "logs:FilterLogEvents" in text


def test_who_may_read_nothing_is_told_that_a_right_answer_is_one(stack, stranger):
    report = asking.diagnose(stranger, f"{stack.outputs[HTTP]}/users", Wish())
    assert report.verdict == "healthy"


def test_a_stack_is_asked_for_all_that_changes_nothing(stack):
    urls = asking.urls_of(stack.target, "workshop", None)
    assert urls == [f"{stack.outputs[kind]}{path}" for kind in KINDS for path in ("/health", "/users")]
    assert asking.urls_of(stack.target, "workshop", "/users/ada") == [
        f"{stack.outputs[kind]}/users/ada" for kind in KINDS
    ]
    with pytest.raises(Problem, match="no such stack"):
        asking.urls_of(stack.target, "another", None)


def doctor(stack, url=None, wish=None, as_json=False, named=None, target=None):
    said = []
    code = verb.doctor(url, named, wish or Wish(), target or stack.target.url, as_json, said.append)
    return code, "\n".join(said)


def test_the_verb(stack, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", stack.target.account)
    code, text = doctor(stack)
    assert (code, text.count("✓ Healthy")) == (0, 4)
    with FAULTS["put-item-missing"].break_it(stack):
        code, text = doctor(stack, "/users", Wish(data='{"userId": "verb"}'))
        assert (code, text.count("does not allow dynamodb:PutItem")) == (1, 2)
        url = f"{stack.outputs[HTTP]}/users"
        code, said = doctor(stack, url, Wish(data='{"userId": "verb"}'), as_json=True)
    (report,) = json.loads(said)
    assert (code, report["verdict"], report["exit_code"]) == (1, "cause found", 1)
    assert report["cause"]["checklist"].startswith("5.2 AccessDeniedException")
    assert [one["state"] for one in report["layers"]][-1] == "broken"
    assert any("aws" in call for call in report["cause"]["evidence"])
    for label in ("Checklist: 5.2", "Template:", "Command:   aws iam put-role-policy", "Read:"):
        assert label in text


@pytest.mark.parametrize(
    ("url", "named", "target", "found"),
    [
        ("https://a1b2c3.execute-api.eu-west-1.amazonaws.com/users", None, None, "workshop target aws"),
        ("https://example.com/users", None, None, "none of API Gateway's"),
        ("http://:0/users", None, None, "it is no URL"),
        ("http://127.0.0.1:4566/_aws/execute-api/a/users", "workshop", None, "both"),
    ],
)
def test_what_cannot_be_looked_at(stack, url, named, target, found):
    with pytest.raises(Problem, match=found):
        verb.doctor(url, named, Wish(), target, False, print)


def test_of_two_faults_the_outer_one_is_named_first(stack):
    with FAULTS["put-item-missing"].break_it(stack):
        with FAULTS["handler-renamed"].break_it(stack):
            outer = stack.diagnose(REST, "two")
        inner = stack.diagnose(REST, "two")
    assert outer.cause.id == "handler-missing"
    assert inner.cause.id == "action-not-allowed"


READS = ("Get", "List", "Describe", "Filter", "Simulate", "Export")


@pytest.mark.parametrize("kind", KINDS)
def test_one_request_is_sent_and_all_else_is_read(stack, kind):
    began = int(time.time() * 1000)
    with FAULTS["explicit-deny"].break_it(stack):
        report = stack.diagnose(kind, "once")
    calls = [call for one in report.examined for call in one.calls]
    sent = [call for call in calls if not hasattr(call, "service")]
    assert [call.method for call in sent] == ["POST"]
    assert all(call.operation.startswith(READS) for call in calls if call not in sent)
    group = stack.deployed.log_group
    events = stack.client("logs").filter_log_events(logGroupName=group, startTime=began)["events"]
    assert sum("START RequestId" in one["message"] for one in events) == 1


def test_a_request_that_times_out_as_it_is_throttled(stack):
    """The SDK repeats what DynamoDB refuses until the function's time is over: the table is the cause."""
    stack.configure(Timeout=1)
    with exhausted(stack):
        body = json.dumps({"userId": "slow", "text": BIG})
        report = asking.diagnose(stack.target, f"{stack.outputs[HTTP]}/users", Wish("POST", body))
    stack.configure(Timeout=10)
    assert report.answer.startswith("500")
    assert report.cause is not None
    assert report.cause.id in (
        "throttled",
        "timeout",
    )  # the SDK may give up before the function's time is over
    assert "provisioned to 1 write" in report.cause.says + " ".join(report.cause.seen)


def test_a_stage_that_serves_nothing(stack):
    client, api = stack.client("apigatewayv2"), stack.ids[HTTP]
    client.create_stage(ApiId=api, StageName="empty")
    report = stack.diagnose(HTTP, url=f"{stack.outputs[HTTP]}/empty/users", method="GET")
    client.delete_stage(ApiId=api, StageName="empty")
    assert report.cause is not None
    assert report.cause.id == "nothing-deployed"
