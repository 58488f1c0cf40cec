"""Which requests the sandbox lets in, and what it says to the others."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.core.conftest import text

LIST_TABLES = "DynamoDB_20120810.ListTables"
API = "/_aws/execute-api/none/users"
RAN = "1-5759e988-bd862e3fe1be46a994272793"

FOREIGN_HOSTS = [
    "evil.example",
    "evil.example:4566",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "10.0.0.1",
]
OWN_HOSTS = ["127.0.0.1", "127.0.0.1:4566", "localhost:1", "LOCALHOST", "s3.localhost", "[::1]:4566"]


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
@pytest.mark.parametrize("path", ["/_sandbox/health", "/", API])
def test_a_name_that_was_made_to_point_here_is_refused(raw, host, path):
    reply = raw.request("GET", path, {"Host": host})
    assert reply.status == 403
    assert f"addressed to '{host}'" in reply.json()["message"]
    assert "127.0.0.1" in reply.json()["message"]


@pytest.mark.parametrize("host", OWN_HOSTS)
def test_this_machine_s_own_names_are_answered(raw, host):
    assert raw.request("GET", "/_sandbox/health", {"Host": host}).status == 200


def test_two_hosts_are_none(raw):
    headers = [("Host", "127.0.0.1"), ("Host", "evil.example")]
    assert raw.request("GET", "/_sandbox/health", headers).status in (400, 403)


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://127.0.0.1.evil.example",
        "http://",
        "http://[",
        "http://localhost@evil",
    ],
)
def test_pages_of_elsewhere_reach_neither_aws_nor_the_own_door(raw, account, origin):
    assert raw.request("GET", "/_sandbox/traces", {"Origin": origin}).status == 403
    reply = raw.call("dynamodb", LIST_TABLES, "{}", account, Origin=origin)
    assert reply.status == 403
    assert origin in reply.json()["message"]


def test_an_image_of_a_page_elsewhere_makes_no_call(raw, account):
    headers = {"Sec-Fetch-Site": "cross-site", "Referer": "https://evil.example/"}
    assert raw.request("GET", "/_sandbox/traces", headers).status == 403
    assert raw.request("GET", "/?Action=ListUsers&Version=2010-05-08", headers).status == 403


@pytest.mark.parametrize("origin", ["http://127.0.0.1:8888", "http://localhost:3000"])
def test_pages_of_this_machine_are_let_in(raw, account, origin):
    assert raw.request("GET", "/_sandbox/health", {"Origin": origin}).status == 200
    assert raw.call("dynamodb", LIST_TABLES, "{}", account, Origin=origin).status == 200


def test_deployed_apis_are_for_pages_of_anywhere(raw):
    reply = raw.request("GET", API, {"Origin": "https://shop.example"})
    assert "does not take requests from pages" not in reply.text


@pytest.mark.parametrize(
    "path", ["/_sandbox/", "/_sandbox/..", "/_sandbox/../_sandbox/health", "/_sandbox/nothing"]
)
def test_the_own_door_names_what_it_has(raw, path):
    reply = raw.request("GET", path)
    assert reply.status == 404
    assert "GET /_sandbox/health" in reply.json()["message"]


@pytest.mark.parametrize("path", ["/_sandbox/reset", "/_sandbox/reset/"])
def test_reset_is_no_get(raw, path):
    assert raw.request("GET", path).status == 404


def test_unknown_environments_get_no_events(raw):
    for path in (
        "/_runtime/x/2018-06-01/runtime/invocation/next",
        "/_runtime/",
        "/_runtime/../_sandbox/health",
    ):
        assert raw.request("GET", path).status in (400, 403, 404)


def test_an_unsigned_request_is_told_so(raw):
    reply = raw.request("GET", "/")
    assert reply.status == 403
    assert "MissingAuthenticationToken" in reply.text


@pytest.mark.parametrize(
    "authorization",
    [
        "Bearer abc",
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 Credential=AKIA, SignedHeaders=host, Signature=0",
        "AWS4-HMAC-SHA256 Credential=a/b/c/d/e/f, SignedHeaders=host, Signature=0",
        "AWS4-HMAC-SHA256 SignedHeaders=host",
        "AWS4-HMAC-SHA256 Credential=/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=, Signature=",
        "AWS AKIA:signature",
    ],
)
def test_an_unreadable_authorization_is_the_caller_s_fault(raw, authorization):
    headers = {"Authorization": authorization, "X-Amz-Date": "20260101T000000Z", "X-Amz-Target": LIST_TABLES}
    reply = raw.request("POST", "/", headers, "{}")
    assert reply.status == 400
    assert reply.json()["__type"].endswith("IncompleteSignatureException")


@pytest.mark.parametrize(
    "target", ["DynamoDB_20120810.MakeCoffee", "Logs_20140328.MakeCoffee", "Nothing", ""]
)
def test_an_unknown_operation_is_named(raw, account, target):
    service = "logs" if target.startswith("Logs") else "dynamodb"
    reply = raw.call(service, target, "{}", account)
    assert reply.status == 400
    assert reply.json()["__type"].endswith("UnknownOperationException")
    assert target.rpartition(".")[2] in reply.json()["message"]


def test_an_operation_of_another_service_is_unknown(raw, account):
    reply = raw.call("dynamodb", "Logs_20140328.DescribeLogGroups", "{}", account)
    assert reply.status == 400
    assert reply.json()["__type"].endswith("UnknownOperationException")


def test_an_unknown_action_is_named(raw, account):
    reply = raw.call("iam", "", "Action=MakeCoffee&Version=2010-05-08", account)
    assert reply.status == 400
    assert "InvalidAction" in reply.text
    assert "MakeCoffee" in reply.text


def test_a_missing_action_is_said(raw, account):
    reply = raw.call("iam", "", "", account)
    assert reply.status == 400
    assert "MissingAction" in reply.text


def test_an_unknown_path_of_a_rest_service_is_named(raw, account):
    reply = raw.call("lambda", "", "{}", account)
    assert reply.status == 404
    assert "POST /" in reply.text


@pytest.mark.parametrize("service", ["coffee", "..", "dynamodb%00", "x" * 300])
def test_an_unknown_service_is_named(raw, account, service):
    reply = raw.call(service, "X.Y", "{}", account)
    assert reply.status == 501
    assert "does not model" in reply.text
    assert "Traceback" not in reply.text


@pytest.mark.parametrize("region", ["mars-north-1", ""])
def test_an_unknown_region_is_named(raw, account, region):
    reply = raw.call("dynamodb", LIST_TABLES, "{}", account, region=region)
    assert reply.status == 501
    assert f"'{region}'" in reply.json()["message"]


def test_a_service_that_moto_alone_answers_says_so(client):
    answer = client("sqs").list_queues()
    assert "sqs" in answer["ResponseMetadata"]["HTTPHeaders"]["x-sandbox-not-modelled"]


@pytest.mark.parametrize(
    "name", ["x-moto-account-id", "X-Moto-Account-Id", "x_moto_account_id", "x-moto-region"]
)
def test_moto_s_own_headers_have_no_effect(raw, account, db, users, name):
    other = "999988887777"
    reply = raw.call("dynamodb", LIST_TABLES, "{}", account, **{name: other})
    assert reply.json()["TableNames"] == [users]
    assert raw.call("dynamodb", LIST_TABLES, "{}", other, **{name: account}).json()["TableNames"] == []


def test_a_body_over_all_limits_is_refused(raw, account):
    headers = {"Content-Length": str(300 * 1024 * 1024)}
    with raw.connect() as connection:
        head = "".join(f"{k}: {v}\r\n" for k, v in {"Host": "localhost", **headers}.items())
        connection.sendall(f"PUT /bucket/key HTTP/1.1\r\n{head}\r\n".encode())
        block = bytes(4 * 1024 * 1024)
        for _ in range(75):
            connection.sendall(block)
        assert connection.recv(65536).startswith(b"HTTP/1.1 413")


def test_deep_json_is_refused(raw, account):
    reply = raw.call("dynamodb", LIST_TABLES, "[" * 100_000, account)
    assert reply.status == 400
    assert reply.json()["__type"].endswith("SerializationException")


def test_health_says_what_runs(raw, sandbox):
    told = raw.request("GET", "/_sandbox/health").json()
    assert told["status"] == "running"
    assert told["url"] == sandbox.url
    assert told["pid"] == sandbox.pid
    assert "dynamodb" in told["services"]


def test_a_person_with_a_browser_is_told_what_this_is(raw, sandbox):
    reply = raw.request("GET", "/", {"Accept": "text/html,*/*;q=0.8"})
    assert reply.status == 200
    assert reply.headers["content-type"].startswith("text/html")
    assert sandbox.url in reply.text
    assert f"sandbox env --port {raw.port}" in reply.text


@pytest.mark.parametrize("headers", [{}, {"Accept": "*/*"}])
def test_a_client_at_the_root_is_answered_as_aws_answers(raw, headers):
    reply = raw.request("GET", "/", headers)
    assert reply.status == 403
    assert b"MissingAuthenticationToken" in reply.body


def test_an_api_call_is_traced(sandbox, raw, account, db, users):
    db.put_item(TableName=users, Item={"pk": text("ada")})
    trace = next(t for t in reversed(sandbox.traces()) if t["title"] == "dynamodb PutItem")
    hop = trace["hops"][0]
    assert hop["name"] == "aws-api"
    assert hop["facts"]["caller"] == f"arn:aws:iam::{account}:root"
    assert hop["facts"]["status"] == 200
    assert hop["took_ms"] > 0


def test_a_refusal_is_traced(sandbox, raw, account):
    reply = raw.call("dynamodb", "DynamoDB_20120810.GetItem", '{"TableName":"none","Key":{}}', account)
    assert reply.status == 400
    hop = sandbox.traces()[-1]["hops"][-1]
    assert hop["error"] == "ResourceNotFoundException: Requested resource not found"
    assert hop["facts"]["status"] == 400


def test_the_caller_s_trace_id_is_kept(sandbox, raw, account):
    for _ in range(2):
        raw.call("dynamodb", LIST_TABLES, "{}", account, X_Amzn_Trace_Id=f"Root={RAN};Sampled=1")
    mine = [trace for trace in sandbox.traces() if trace["trace_id"] == RAN]
    assert len(mine) == 1
    assert len(mine[0]["hops"]) == 2


def test_traces_are_bounded(sandbox, raw, account):
    for _ in range(600):
        raw.call("dynamodb", LIST_TABLES, "{}", account)
    assert len(sandbox.traces()) == 500


def test_unmodelled_services_are_for_administrators_only(raw, sandbox, account, client):
    iam = client("iam")
    iam.create_user(UserName="ada")
    key = iam.create_access_key(UserName="ada")["AccessKey"]
    import boto3

    sqs = boto3.client(
        "sqs",
        "us-east-1",
        endpoint_url=sandbox.url,
        aws_access_key_id=key["AccessKeyId"],
        aws_secret_access_key=key["SecretAccessKey"],
    )
    with pytest.raises(sqs.exceptions.ClientError, match="administrators only"):
        sqs.list_queues()


def test_json_answers_are_json(raw):
    reply = raw.request("GET", "/_sandbox/health")
    assert reply.headers["content-type"] == "application/json"
    assert json.loads(reply.body)
