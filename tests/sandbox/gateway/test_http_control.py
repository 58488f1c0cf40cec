"""The control plane of HTTP APIs: what is made, refused and answered."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.cases import case
from tests.sandbox.gateway.conftest import Workplace

NOT_MODELLED = 501
HTTP_PROXY = {"IntegrationType": "HTTP_PROXY", "IntegrationMethod": "ANY"}


def refused(call: Any, **given: Any) -> tuple[int, str, str]:
    """Status, code and message of the error that a call gets."""
    with pytest.raises(ClientError) as caught:
        call(**given)
    error = caught.value.response
    return error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Code"], error["Error"]["Message"]


@case("http-payload-version-required")
def test_payload_version_is_required(work: Workplace, expected):
    api = work.v2.create_api(Name="a", ProtocolType="HTTP")["ApiId"]
    given = {"ApiId": api, "IntegrationType": "AWS_PROXY", "IntegrationUri": work.function}
    assert "must be given" in expected.take("rule")
    status, code, _ = refused(work.v2.create_integration, **given)
    assert (status, code) == (400, "BadRequestException")
    assert refused(work.v2.create_integration, PayloadFormatVersion="3.0", **given)[0] == 400
    for version in ("1.0", "2.0"):
        made = work.v2.create_integration(PayloadFormatVersion=version, **given)
        assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
        assert (made["TimeoutInMillis"], made["ConnectionType"]) == (30000, "INTERNET")


@case("http-route-greedy-position")
def test_greedy_variable_must_be_last(work: Workplace, expected):
    api = work.v2.create_api(Name="a", ProtocolType="HTTP")["ApiId"]
    with pytest.raises(ClientError) as caught:
        work.v2.create_route(ApiId=api, RouteKey=expected.when.removeprefix("route key "))
    expected.check_error(caught.value)


@pytest.mark.parametrize(
    "key",
    [
        "GET",
        "get /x",
        "/x",
        "GET x",
        "FETCH /x",
        "GET /a{b}",
        "GET /{a}/{a}",
        "GET /{}",
        "",
        "GET /a b",
        "$connect",
    ],
)
def test_bad_route_keys(work: Workplace, key: str):
    api = work.v2.create_api(Name="a", ProtocolType="HTTP")["ApiId"]
    assert refused(work.v2.create_route, ApiId=api, RouteKey=key)[:2] == (400, "BadRequestException")


def test_api_endpoint_works_from_this_machine(work: Workplace, sandbox):
    made = work.v2.create_api(Name="mine", ProtocolType="HTTP", Tags={"a": "b"})
    assert made["ApiEndpoint"] == f"{sandbox.url}/_aws/execute-api/{made['ApiId']}"
    assert made["ResponseMetadata"]["RequestId"]
    got = work.v2.get_api(ApiId=made["ApiId"])
    assert (got["ApiEndpoint"], got["Tags"]) == (made["ApiEndpoint"], {"a": "b"})
    assert made["ApiId"] in [item["ApiId"] for item in work.v2.get_apis()["Items"]]
    renamed = work.v2.update_api(ApiId=made["ApiId"], Name="other")
    assert (renamed["Name"], renamed["ApiEndpoint"]) == ("other", made["ApiEndpoint"])


def test_quick_create(work: Workplace):
    made = work.v2.create_api(Name="quick", ProtocolType="HTTP", Target=work.function)
    api = made["ApiId"]
    route = work.v2.get_routes(ApiId=api)["Items"][0]
    assert (route["RouteKey"], route["ApiGatewayManaged"]) == ("$default", True)
    integration = work.v2.get_integration(ApiId=api, IntegrationId=route["Target"].partition("/")[2])
    assert (integration["PayloadFormatVersion"], integration["IntegrationUri"]) == ("2.0", work.function)
    stage = work.v2.get_stage(ApiId=api, StageName="$default")
    assert stage["AutoDeploy"] is True
    assert stage["DeploymentId"] in stage["LastDeploymentStatusMessage"]
    assert work.raw.request("GET", f"/_aws/execute-api/{api}/x").status == 200

    keyed = work.v2.create_api(Name="quick", ProtocolType="HTTP", Target=work.function, RouteKey="GET /only")[
        "ApiId"
    ]
    paths = {"/only": 200, "/other": 404}
    assert {p: work.raw.request("GET", f"/_aws/execute-api/{keyed}{p}").status for p in paths} == paths


def test_what_is_not_modelled_is_named(work: Workplace):
    api = work.v2.create_api(Name="a", ProtocolType="HTTP")["ApiId"]
    integration = {
        "ApiId": api,
        "IntegrationType": "AWS_PROXY",
        "IntegrationUri": work.function,
        "PayloadFormatVersion": "2.0",
    }
    asked = {
        "WebSocket": (work.v2.create_api, {"Name": "a", "ProtocolType": "WEBSOCKET"}),
        "other machines (host example.com)": (
            work.v2.create_integration,
            {"ApiId": api, **HTTP_PROXY, "IntegrationUri": "https://example.com/a"},
        ),
        "other machines (host 10.0.0.1)": (
            work.v2.create_api,
            {"Name": "a", "ProtocolType": "HTTP", "Target": "http://10.0.0.1:80"},
        ),
        "service integrations (IntegrationSubtype SQS-SendMessage)": (
            work.v2.create_integration,
            {**integration, "IntegrationSubtype": "SQS-SendMessage"},
        ),
        "private integrations": (
            work.v2.create_integration,
            {**integration, "ConnectionType": "VPC_LINK"},
        ),
        "JWT authorizers": (
            work.v2.create_route,
            {"ApiId": api, "RouteKey": "GET /x", "AuthorizationType": "JWT"},
        ),
        "Lambda authorizers": (
            work.v2.create_route,
            {"ApiId": api, "RouteKey": "GET /x", "AuthorizationType": "CUSTOM", "AuthorizerId": "a"},
        ),
        "API keys": (work.v2.create_route, {"ApiId": api, "RouteKey": "GET /x", "ApiKeyRequired": True}),
        "authorizers": (
            work.v2.create_authorizer,
            {"ApiId": api, "AuthorizerType": "JWT", "IdentitySource": ["a"], "Name": "a"},
        ),
        "VPC links": (work.v2.create_vpc_link, {"Name": "a", "SubnetIds": ["subnet-1"]}),
        "custom domain": (work.v2.create_domain_name, {"DomainName": "a.example"}),
    }
    for words, (call, given) in asked.items():
        status, code, message = refused(call, **given)
        assert (status, code) == (NOT_MODELLED, "NotImplemented"), words
        assert words in message
    assert work.v2.get_routes(ApiId=api)["Items"] == work.v2.get_integrations(ApiId=api)["Items"] == []


def test_unknown_things(work: Workplace):
    api = work.v2.create_api(Name="a", ProtocolType="HTTP")["ApiId"]
    none = {"ApiId": "nosuchapi1"}
    asked = [
        (work.v2.get_api, none),
        (work.v2.delete_api, none),
        (work.v2.get_routes, none),
        (work.v2.create_stage, {**none, "StageName": "a"}),
        (work.v2.get_route, {"ApiId": api, "RouteId": "x"}),
        (work.v2.delete_route, {"ApiId": api, "RouteId": "x"}),
        (work.v2.update_route, {"ApiId": api, "RouteId": "x", "RouteKey": "GET /"}),
        (work.v2.get_integration, {"ApiId": api, "IntegrationId": "x"}),
        (work.v2.delete_integration, {"ApiId": api, "IntegrationId": "x"}),
        (work.v2.get_stage, {"ApiId": api, "StageName": "x"}),
        (work.v2.update_stage, {"ApiId": api, "StageName": "x"}),
        (work.v2.delete_stage, {"ApiId": api, "StageName": "x"}),
        (work.v2.create_deployment, {"ApiId": api, "StageName": "x"}),
        (work.v2.get_deployment, {"ApiId": api, "DeploymentId": "x"}),
        (work.v2.delete_deployment, {"ApiId": api, "DeploymentId": "x"}),
    ]
    for call, given in asked:
        assert refused(call, **given)[:2] == (404, "NotFoundException"), given
    message = refused(work.v2.get_api, **none)[2]
    assert message == f"Invalid API identifier specified {work.account}:nosuchapi1"


def test_api_of_another_account(work: Workplace, client):
    api = work.v2.create_api(Name="a", ProtocolType="HTTP")["ApiId"]
    assert refused(client("apigatewayv2").get_api, ApiId=api)[0] == 404


def test_conflicts_and_bad_values(work: Workplace):
    api = work.http_api("GET /a/{id}", auto_deploy=False)
    target = work.v2.get_routes(ApiId=api.id)["Items"][0]["Target"]
    stage = {"ApiId": api.id, "StageName": "$default"}
    deployment = work.v2.create_deployment(**stage)["DeploymentId"]
    v2 = work.v2
    asked = [
        (409, v2.create_route, {"ApiId": api.id, "RouteKey": "GET /a/{other}"}),
        (409, v2.create_stage, stage),
        (409, v2.delete_integration, {"ApiId": api.id, "IntegrationId": target.partition("/")[2]}),
        (400, v2.create_route, {"ApiId": api.id, "RouteKey": "GET /b", "Target": "integrations/none"}),
        (400, v2.create_stage, {"ApiId": api.id, "StageName": "a b"}),
        (400, v2.create_stage, {"ApiId": api.id, "StageName": "$other"}),
        (
            400,
            v2.create_stage,
            {"ApiId": api.id, "StageName": "x", "AutoDeploy": True, "DeploymentId": deployment},
        ),
        (400, v2.delete_deployment, {"ApiId": api.id, "DeploymentId": deployment}),
        (400, v2.create_api, {"Name": "a", "ProtocolType": "HTTP", "Target": "arn:aws:s3:::bucket"}),
        (400, v2.create_api, {"Name": "a", "ProtocolType": "HTTP", "RouteKey": "GET /"}),
        (
            400,
            v2.create_api,
            {
                "Name": "a",
                "ProtocolType": "HTTP",
                "CorsConfiguration": {"AllowCredentials": True, "AllowOrigins": ["*"]},
            },
        ),
        (
            400,
            v2.create_api,
            {"Name": "a", "ProtocolType": "HTTP", "CorsConfiguration": {"MaxAge": 86401}},
        ),
    ]
    for status, call, given in asked:
        assert refused(call, **given)[0] == status, given
    slow = {"ApiId": api.id, "IntegrationId": target.partition("/")[2], "TimeoutInMillis": 30_001}
    assert refused(v2.update_integration, **slow)[0] == 400


def test_nothing_to_deploy(work: Workplace):
    api = work.v2.create_api(Name="a", ProtocolType="HTTP")["ApiId"]
    status, _, message = refused(work.v2.create_deployment, ApiId=api)
    assert (status, message) == (400, "At least one route is required before deploying the Api.")


def test_deployments(work: Workplace):
    api = work.http_api("GET /a", auto_deploy=False)
    first = work.v2.create_deployment(ApiId=api.id, Description="one")["DeploymentId"]
    second = work.v2.create_deployment(ApiId=api.id, StageName="$default")["DeploymentId"]
    ids = [d["DeploymentId"] for d in work.v2.get_deployments(ApiId=api.id)["Items"]]
    assert ids == [second, first]
    got = work.v2.get_deployment(ApiId=api.id, DeploymentId=first)
    assert (got["Description"], got["AutoDeployed"], got["DeploymentStatus"]) == ("one", False, "DEPLOYED")
    changed = work.v2.update_deployment(ApiId=api.id, DeploymentId=first, Description="two")
    assert changed["Description"] == "two"
    work.v2.delete_deployment(ApiId=api.id, DeploymentId=first)
    assert work.v2.get_stage(ApiId=api.id, StageName="$default")["DeploymentId"] == second


def test_automatic_deployments_do_not_pile_up(work: Workplace):
    api = work.http_api("GET /a", "GET /b", "GET /c")
    deployments = work.v2.get_deployments(ApiId=api.id)["Items"]
    assert [d["AutoDeployed"] for d in deployments] == [True]


def test_stage_settings(work: Workplace):
    api = work.http_api("GET /a")
    settings = {"ThrottlingBurstLimit": 5, "ThrottlingRateLimit": 2.0}
    work.v2.update_stage(
        ApiId=api.id,
        StageName="$default",
        Description="mine",
        DefaultRouteSettings=settings,
        StageVariables={"a": "b"},
    )
    got = work.v2.get_stage(ApiId=api.id, StageName="$default")
    assert (got["Description"], got["StageVariables"]) == ("mine", {"a": "b"})
    assert got["DefaultRouteSettings"]["ThrottlingBurstLimit"] == 5


def test_pages(work: Workplace):
    api = work.http_api("GET /a", "GET /b", "GET /c")
    page = work.v2.get_routes(ApiId=api.id, MaxResults="2")
    rest = work.v2.get_routes(ApiId=api.id, NextToken=page["NextToken"])
    keys = [route["RouteKey"] for route in page["Items"] + rest["Items"]]
    assert (len(page["Items"]), sorted(keys)) == (2, ["GET /a", "GET /b", "GET /c"])
    assert "NextToken" not in rest


def test_disabled_endpoint(work: Workplace):
    api = work.http_api("GET /a")
    work.v2.update_api(ApiId=api.id, DisableExecuteApiEndpoint=True)
    assert api.call("/a").status == 404


def test_an_api_without_an_id(work: Workplace):
    """Botocore then asks for the list of all APIs, with a slash at its end."""
    for call, given in ((work.v2.get_api, {"ApiId": ""}), (work.v1.get_rest_api, {"restApiId": ""})):
        assert call(**given)["ResponseMetadata"]["HTTPStatusCode"] == 200
