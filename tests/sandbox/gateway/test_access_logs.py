"""Access logs of stages: the line of each request, and the settings that are refused.

Sources: beside the code, in `sandbox.gateway.access_values`, `access_format` and `stage_checks`.
"""

from __future__ import annotations

import json
import re
import secrets

import pytest

from sandbox.gateway.access_format import AccessFormat, problem
from tests.sandbox.gateway.conftest import Api, Workplace, do
from tests.sandbox.gateway.test_http_control import NOT_MODELLED, refused
from tests.sandbox.gateway.test_rest_updates import replaced
from tests.sandbox.roles import let_apis_log

HTTP_NAMES = (
    *(
        "requestId",
        "extendedRequestId",
        "routeKey",
        "status",
        "responseLength",
        "httpMethod",
        "path",
        "stage",
    ),
    *("protocol", "requestTime", "requestTimeEpoch", "apiId", "accountId", "domainName", "domainPrefix"),
    *("identity.sourceIp", "identity.userAgent", "identity.user", "resourcePath", "integrationErrorMessage"),
    *("integration.error", "integrationStatus", "integration.status", "integrationLatency", "error.message"),
    *("integration.integrationStatus", "integration.requestId", "awsEndpointRequestId", "responseLatency"),
    *("error.messageString", "error.responseType", "authorizer.claims.sub"),
)
REST_NAMES = (*tuple(name for name in HTTP_NAMES if name != "authorizer.claims.sub"), "resourceId", "made.up")


def lines_format(names):
    """A format of one JSON object; every value is quoted, so `messageString` is left out of it."""
    quoted = [f'"{name}":"$context.{name}"' for name in names if name != "error.messageString"]
    return "{" + ",".join(quoted) + "}"


def log_group(work: Workplace) -> tuple[str, str]:
    """A new log group: its name and the ARN that API Gateway takes."""
    name = f"/apis/{secrets.token_hex(4)}"
    work.client("logs").create_log_group(logGroupName=name)
    return name, f"arn:aws:logs:us-east-1:{work.account}:log-group:{name}"


def lines(work: Workplace, group: str) -> list[str]:
    events = work.client("logs").filter_log_events(logGroupName=group)["events"]
    return [event["message"] for event in events]


def last(work: Workplace, group: str) -> dict[str, str]:
    return json.loads(lines(work, group)[-1])


@pytest.fixture(scope="module")
def logged(work: Workplace) -> tuple[Api, str]:
    """An HTTP API whose routes are logged, and the log group."""
    group, arn = log_group(work)
    api = work.http_api("GET /pets/{id}", "POST /pets", stage="prod")
    settings = {"DestinationArn": arn, "Format": lines_format(HTTP_NAMES)}
    work.v2.update_stage(ApiId=api.id, StageName="prod", AccessLogSettings=settings)
    return api, group


@pytest.fixture(scope="module")
def rest_logged(work: Workplace) -> tuple[Api, str]:
    """The same of a REST API."""
    let_apis_log(work.client)
    group, arn = log_group(work)
    api = work.rest_proxy("pets", "{id}")
    log_to(work, api, arn, lines_format(REST_NAMES))
    return api, group


def log_to(work: Workplace, api: Api, arn: str, form: str) -> None:
    operations = replaced("/accessLogSettings/destinationArn", arn)
    operations += replaced("/accessLogSettings/format", form)
    work.v1.update_stage(restApiId=api.id, stageName="test", patchOperations=operations)


def test_a_request_to_an_http_api(work: Workplace, logged):
    api, group = logged
    reply = api.call("/pets/7?a=1", headers={"User-Agent": "me/1"})
    told = last(work, group)
    request_id = reply.headers["apigw-requestid"]
    expected = {
        "requestId": request_id,
        "extendedRequestId": request_id,
        "routeKey": "GET /pets/{id}",
        "status": "200",
        "responseLength": str(len(reply.body)),
        "httpMethod": "GET",
        "path": "/prod/pets/7",
        "stage": "prod",
        "protocol": "HTTP/1.1",
        "apiId": api.id,
        "accountId": work.account,
        "domainPrefix": api.id,
        "resourcePath": "-",
        "identity.user": "-",
        "domainName": f"{api.id}.execute-api.us-east-1.amazonaws.com",
        "identity.sourceIp": "127.0.0.1",
        "identity.userAgent": "me/1",
        "integrationErrorMessage": "-",
        "integration.error": "-",
        "integrationStatus": "200",
        "integration.status": "200",
        "error.message": "-",
        "error.responseType": "-",
        "authorizer.claims.sub": "-",
    }
    assert {name: told[name] for name in expected} == expected
    assert re.fullmatch(r"\d\d/\w{3}/\d{4}:\d\d:\d\d:\d\d \+0000", told["requestTime"])
    assert re.fullmatch(r"\d{10}", told["requestTimeEpoch"])
    assert re.fullmatch(r"[0-9a-f-]{36}", told["awsEndpointRequestId"])
    assert told["integration.requestId"] == told["awsEndpointRequestId"]
    assert int(told["responseLatency"]) >= int(told["integrationLatency"]) >= 0


def test_failures_of_an_http_api(work: Workplace, logged):
    api, group = logged
    api.call("/pets/7", headers=do(**{"return": {"statusCode": 418}}))
    assert (last(work, group)["status"], last(work, group)["integration.status"]) == ("418", "418")
    api.call("/pets/7", headers=do(**{"raise": "no pets"}))
    told = last(work, group)
    said = "The Lambda function returned the following error: no pets. "
    assert told["integrationErrorMessage"] == f"{said}Check your Lambda function code and try again."
    assert (told["status"], told["error.message"]) == ("500", "Internal Server Error")
    assert (told["integrationStatus"], told["integration.status"]) == ("200", "-")
    api.call("/pets/7", headers=do(**{"return": {"statusCode": "x"}}))
    assert last(work, group)["error.responseType"] == "INTEGRATION_FAILURE"
    before = len(lines(work, group))
    assert api.call("/none").status == 404
    assert len(lines(work, group)) == before


def test_a_request_to_a_rest_api(work: Workplace, rest_logged):
    api, group = rest_logged
    reply = api.call("/pets/7?a=1")
    told = last(work, group)
    expected = {
        "requestId": reply.headers["x-amzn-requestid"],
        "extendedRequestId": reply.headers["x-amz-apigw-id"],
        "status": "200",
        "resourcePath": "/pets/{id}",
        "path": "/test/pets/7",
        "routeKey": "-",
        "stage": "test",
        "integrationStatus": "200",
        "integration.status": "200",
        "made.up": "-",
        "integration.error": "-",
        "identity.userAgent": "-",
    }
    assert {name: told[name] for name in expected} == expected
    assert re.fullmatch(r"\d{13}", told["requestTimeEpoch"])
    api.call("/pets/7", headers=do(**{"raise": "no pets"}))
    told = last(work, group)
    assert (told["status"], told["error.responseType"]) == ("502", "INTEGRATION_FAILURE")
    assert told["integration.error"] == "Lambda Customer Function Error:no pets"
    assert (told["error.message"], told["integration.status"]) == ("Internal server error", "-")
    assert api.call("/none").status == 403
    told = last(work, group)
    assert (told["error.responseType"], told["resourcePath"]) == ("MISSING_AUTHENTICATION_TOKEN", "-")
    assert (told["error.message"], told["integrationStatus"]) == ("Missing Authentication Token", "-")


def test_the_gateway_response_of_a_function_s_error(work: Workplace):
    """DataBiosphere/azul, issue 7470: INTEGRATION_FAILURE is what changes the 502 of a function's error."""
    api = work.rest_api()
    work.proxy(api, work.resource(api, "a"))
    changed = {"gatewayresponse.header.X-Kind": "'failure'"}
    work.v1.put_gateway_response(
        restApiId=api.id, responseType="INTEGRATION_FAILURE", responseParameters=changed
    )
    work.deploy(api)
    failed = api.call("/a", headers=do(**{"raise": "x"}))
    malformed = api.call("/a", headers=do(**{"return": "x"}))
    assert (failed.status, failed.headers["x-kind"]) == (502, "failure")
    assert (malformed.status, "x-kind" in malformed.headers) == (502, False)


def test_a_stage_that_is_logged_no_longer(work: Workplace):
    group, arn = log_group(work)
    api = work.http_api()
    stage = {"ApiId": api.id, "StageName": "$default"}
    work.v2.update_stage(**stage, AccessLogSettings={"DestinationArn": arn, "Format": "$context.requestId"})
    api.call("/")
    stream = work.client("logs").describe_log_streams(logGroupName=group)["logStreams"][0]
    assert re.fullmatch(r"[0-9a-f]{32}", stream["logStreamName"])
    work.v2.delete_access_log_settings(**stage)
    api.call("/")
    assert len(lines(work, group)) == 1
    work.v2.update_stage(**stage, AccessLogSettings={"DestinationArn": arn, "Format": "$context.requestId"})
    work.client("logs").delete_log_group(logGroupName=group)
    assert api.call("/").status == 200
    names = work.client("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    assert names == []


def test_settings_that_are_refused(work: Workplace, client):
    api, rest = work.http_api(), work.rest_proxy("a")
    let_apis_log(work.client)
    arn = f"arn:aws:logs:us-east-1:{work.account}:log-group:/a"
    only = "Access log destination must only contain characters a-z, A-Z, 0-9, '_', '-', '/', '.': "
    refusals = (
        ("/destinationArn", f"{arn}:*", 400, f"{only}'log-group:/a:*'"),
        ("/destinationArn", "/a", 400, "Invalid ARN specified in the request"),
        (
            "/destinationArn",
            "arn:aws:firehose:us-east-1:1:deliverystream/amazon-apigateway-a",
            NOT_MODELLED,
            "",
        ),
        ("/destinationArn", arn.replace("us-east-1", "eu-west-1"), NOT_MODELLED, ""),
        ("/format", "$context.status", 400, problem("REST", "")),
        ("/format", "$context.requestId\n$context.status", 400, "Access Log format must be single line, new"),
    )
    for path, value, status, words in refusals:
        asked = replaced(f"/accessLogSettings{path}", value)
        got, _, said = refused(
            work.v1.update_stage, restApiId=rest.id, stageName="test", patchOperations=asked
        )
        assert (got, said[: len(words)]) == (status, words)
        member = {"/destinationArn": "DestinationArn", "/format": "Format"}[path]
        asked = {"ApiId": api.id, "StageName": "$default", "AccessLogSettings": {member: value}}
        got, _, said = refused(work.v2.update_stage, **asked)
        assert (got, said[: len(words)]) == (status, words)
    header = "$context.requestId $context.request.header.a $context.requestLength"
    asked = {"ApiId": api.id, "StageName": "$default", "AccessLogSettings": {"Format": header}}
    unknown = "[$context.request.header.a, $context.requestLength]"
    assert refused(work.v2.update_stage, **asked)[2] == (
        f"The following context variables are not supported: {unknown}"
    )


def test_an_account_without_a_role(client):
    v1 = client("apigateway")
    api = v1.create_rest_api(name="a")
    place = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    v1.put_method(**place, authorizationType="NONE")
    v1.put_integration(**place, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
    v1.create_deployment(restApiId=api["id"], stageName="test")
    stage = {"restApiId": api["id"], "stageName": "test"}
    words = "CloudWatch Logs role ARN must be set in account settings to enable logging"
    for asked in (
        replaced("/*/*/logging/loglevel", "ERROR"),
        replaced("/accessLogSettings/format", "$context.requestId"),
    ):
        assert refused(v1.update_stage, **stage, patchOperations=asked)[::2] == (400, words)
    v1.update_stage(**stage, patchOperations=replaced("/*/*/logging/loglevel", "OFF"))


def test_formats():
    form = AccessFormat('$context.a.b-c "$context.status" $context.none. $input.x $context.\n')
    assert form.line({"a.b-c": "1", "status": ""}) == '1 "-" -. $input.x $context.'
    assert problem("HTTP", "$context.extendedRequestId\r\n") == ""
    assert problem("REST", "$context.requestId $context.requestLength") == ""
    assert problem("REST", "a\nb $context.requestId").endswith("allowed only at end of the format")
