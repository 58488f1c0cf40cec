"""Who may invoke a function: its resource policy, or a role of the integration."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.sandbox.cases import case
from tests.sandbox.gateway.conftest import TRUST, Api, Workplace
from tests.sandbox.roles import allow, make_role

REST_ERROR = (500, '{"message": "Internal server error"}')


def never_invoked(work: Workplace, function: str) -> bool:
    """Whether a function has left no log: it is made when an execution environment starts."""
    group = f"/aws/lambda/{function.rpartition(':')[2]}"
    groups = work.client("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    return not groups


def arn(work: Workplace, api: Api, rest: str) -> str:
    return f"arn:aws:execute-api:us-east-1:{work.account}:{api.id}/{rest}"


def permit(work: Workplace, function: str, **more: Any) -> None:
    work.permit(function.rpartition(":")[2], **more)


@case("http-lambda-permission-missing")
def test_http_api_without_permission(work, expected):
    function = work.make_function()
    api = work.http_api(function=function)
    logs, group = work.client("logs"), f"/apis/{api.id}"
    logs.create_log_group(logGroupName=group)
    settings = {
        "DestinationArn": f"arn:aws:logs:us-east-1:{work.account}:log-group:{group}",
        "Format": "$context.requestId $context.integrationErrorMessage",
    }
    work.v2.update_stage(ApiId=api.id, StageName="$default", AccessLogSettings=settings)
    reply = api.call()
    expected.check_response(reply.status, reply.headers, reply.body)
    assert expected.take("access_log") == "$context.integrationErrorMessage names the permission problem"
    (line,) = logs.filter_log_events(logGroupName=group)["events"]
    words = "The IAM role configured on the integration or API Gateway doesn't have permissions to call the"
    assert line["message"].startswith(f"{reply.headers['apigw-requestid']} {words} integration.")
    assert never_invoked(work, function) is not expected.take("lambda_invoked")
    permit(work, function)
    assert api.call().status == 200


@case("rest-500-permission")
def test_rest_api_without_permission(work, expected):
    function = work.make_function()
    api = work.rest_proxy(function=function)
    reply = api.call("/x")
    expected.check_response(reply.status, reply.headers, reply.body)
    assert never_invoked(work, function) is not expected.take("lambda_invoked")
    resource = next(r for r in work.v1.get_resources(restApiId=api.id)["items"] if r["path"] != "/")
    tried = work.v1.test_invoke_method(
        restApiId=api.id, resourceId=resource["id"], httpMethod="GET", pathWithQueryString="/x"
    )
    lines = tried["log"].splitlines()
    told = [line.partition(" : ")[2] for line in lines]
    for line in expected.take("execution_log"):
        assert line in told
    permit(work, function)
    assert api.call("/x").status == 200


@pytest.mark.parametrize(
    ("route", "pattern", "allowed"),
    [
        ("$default", "*", True),
        ("$default", "$default/$default", True),
        ("$default", "*/$default", True),
        ("$default", "*/*/*", False),
        ("GET /users/{id}", "*/*/users/{id}", True),
        ("GET /users/{id}", "$default/GET/users/*", True),
        ("GET /users/{id}", "*/POST/users/*", False),
        ("GET /users/{id}", "prod/GET/users/*", False),
        ("ANY /users/{id}", "*/GET/users/{id}", True),
        ("ANY /{proxy+}", "*/*/users/*", False),
    ],
)
def test_source_arn_of_http_apis(work: Workplace, route: str, pattern: str, allowed: bool):
    function = work.make_function()
    api = work.http_api(route, function=function)
    permit(work, function, SourceArn=arn(work, api, pattern))
    assert (api.call("/users/7").status == 200) is allowed


@pytest.mark.parametrize(
    ("pattern", "allowed"),
    [("*/*/*", True), ("test/GET/users/*", True), ("test/GET/", False), ("prod/*", False)],
)
def test_source_arn_of_rest_apis(work: Workplace, pattern: str, allowed: bool):
    function = work.make_function()
    api = work.rest_proxy("users", "{id}", function=function)
    permit(work, function, SourceArn=arn(work, api, pattern))
    assert (api.call("/users/7").status == 200) is allowed


def test_source_arn_of_another_api(work: Workplace):
    function = work.make_function()
    one, other = (work.http_api(function=function) for _ in range(2))
    permit(work, function, SourceArn=arn(work, one, "*"))
    assert (one.call().status, other.call().status) == (200, 500)


def test_source_account(work: Workplace):
    function = work.make_function()
    api = work.http_api(function=function)
    permit(work, function, SourceAccount="111111111111")
    assert api.call().status == 500
    permit(work, function, SourceAccount=work.account)
    assert api.call().status == 200


def test_permission_taken_away(work: Workplace):
    function = work.make_function()
    api = work.http_api(function=function)
    name = function.rpartition(":")[2]
    work.lambda_.add_permission(
        FunctionName=name,
        StatementId="once",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
    )
    assert api.call().status == 200
    work.lambda_.remove_permission(FunctionName=name, StatementId="once")
    assert api.call().status == 500


def test_permission_of_another_service(work: Workplace):
    function = work.make_function()
    work.lambda_.add_permission(
        FunctionName=function.rpartition(":")[2],
        StatementId="s3",
        Action="lambda:InvokeFunction",
        Principal="s3.amazonaws.com",
    )
    assert work.http_api(function=function).call().status == 500


def test_deleted_function(work: Workplace):
    function = work.make_function(permitted=True)
    http, rest = work.http_api(function=function), work.rest_proxy(function=function)
    assert (http.call("/x").status, rest.call("/x").status) == (200, 200)
    work.lambda_.delete_function(FunctionName=function)
    assert http.call("/x").status == 500
    assert (rest.call("/x").status, rest.call("/x").text) == REST_ERROR


@pytest.mark.parametrize("kind", ["http", "rest"])
def test_role_of_the_integration(work: Workplace, kind: str):
    function = work.make_function()
    iam = work.client("iam")
    name = f"gateway-{kind}"
    role = make_role(iam, name, "lambda:InvokeFunction", principal={"Service": "apigateway.amazonaws.com"})
    if kind == "http":
        api = work.http_api(function=function, integration={"CredentialsArn": role})
    else:
        api = work.rest_api()
        work.proxy(api, work.resource(api, "{proxy+}"), function=function, credentials=role)
        work.deploy(api)
    assert api.call("/x").status == 200
    iam.put_role_policy(RoleName=name, PolicyName="allowed", PolicyDocument=allow("lambda:GetFunction"))
    assert api.call("/x").status == 500
    iam.delete_role_policy(RoleName=name, PolicyName="allowed")
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=TRUST)
    assert api.call("/x").status == 500
    iam.delete_role(RoleName=name)
    assert api.call("/x").status == 500


def test_trace_names_the_statement(work: Workplace, raw):
    function = work.make_function()
    api = work.http_api(function=function)
    root = "1-5759e988-aaaaaaaaaaaaaaaaaaaaaaaa"
    api.call(headers={"X-Amzn-Trace-Id": f"Root={root}"})
    permit(work, function)
    api.call(headers={"X-Amzn-Trace-Id": f"Root={root}"})
    traces = json.loads(raw.request("GET", "/_sandbox/traces").body)
    trace = next(t for t in traces["traces"] if t["trace_id"] == root)
    refused, allowed = (hop["facts"] for hop in trace["hops"] if hop["name"] == "permission")
    assert "nothing lets apigateway.amazonaws.com invoke it" in refused["because"]
    assert "the function's resource policy allows it: statement" in allowed["because"]
    assert {"gateway", "mapping"} <= {hop["name"] for hop in trace["hops"]}


def test_alias(work: Workplace):
    function = work.make_function()
    name = function.rpartition(":")[2]
    version = work.lambda_.publish_version(FunctionName=name)["Version"]
    work.lambda_.create_alias(FunctionName=name, Name="live", FunctionVersion=version)
    http = work.http_api(function=f"{function}:live")
    rest = work.rest_proxy(function=f"{function}:live")
    permit(work, function)
    assert (http.call("/x").status, rest.call("/x").status) == (500, 500)
    permit(work, function, Qualifier="live")
    assert (http.call("/x").status, rest.call("/x").status) == (200, 200)


def test_function_in_a_region_that_is_not_there(work: Workplace):
    elsewhere = work.function.replace("us-east-1", "mars-west-1")
    assert work.http_api(function=elsewhere).call().status == 500
