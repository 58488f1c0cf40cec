"""Quick create, what API Gateway manages, tags, and settings that are taken away."""

from __future__ import annotations

import pytest

from tests.sandbox.gateway.conftest import Api, Workplace
from tests.sandbox.gateway.test_http_control import refused


@pytest.fixture
def quick(work: Workplace) -> Api:
    made = work.v2.create_api(Name="quick", ProtocolType="HTTP", Target=work.function, RouteKey="GET /a")
    return Api(work.raw, made["ApiId"], work.v2)


def _parts(api: Api):
    (route,) = api.client.get_routes(ApiId=api.id)["Items"]
    (integration,) = api.client.get_integrations(ApiId=api.id)["Items"]
    return route, integration, api.client.get_stage(ApiId=api.id, StageName="$default")


def test_all_it_makes_is_managed(quick: Api):
    assert [part["ApiGatewayManaged"] for part in _parts(quick)] == [True, True, True]


def test_what_is_managed_is_kept(quick: Api, work: Workplace):
    route, integration, _ = _parts(quick)
    v2, api = work.v2, {"ApiId": quick.id}
    asked = [
        (v2.delete_integration, {"IntegrationId": integration["IntegrationId"]}),
        (v2.update_route, {"RouteId": route["RouteId"], "RouteKey": "GET /b"}),
        (v2.update_stage, {"StageName": "$default", "Description": "x"}),
    ]
    for call, given in asked:
        status, code, message = refused(call, **api, **given)
        assert (status, code) == (400, "BadRequestException")
        assert "managed by API Gateway" in message
    # A managed integration can be updated (API reference, GetIntegration: ApiGatewayManaged).
    changed = v2.update_integration(**api, IntegrationId=integration["IntegrationId"], TimeoutInMillis=900)
    assert changed["TimeoutInMillis"] == 900


def test_update_api_changes_what_quick_create_made(quick: Api, work: Workplace):
    other = work.make_function(permitted=True)
    work.v2.update_api(ApiId=quick.id, Target=other, RouteKey="GET /b")
    assert {p: quick.call(p).status for p in ("/a", "/b")} == {"/a": 404, "/b": 200}
    assert _parts(quick)[1]["IntegrationUri"] == other
    role = f"arn:aws:iam::{work.account}:role/none"
    work.v2.update_api(ApiId=quick.id, CredentialsArn=role)
    assert _parts(quick)[1]["CredentialsArn"] == role
    assert quick.call("/b").status == 500
    work.v2.update_api(ApiId=quick.id, CredentialsArn="")
    assert quick.call("/b").status == 200
    assert refused(work.v2.update_api, ApiId=quick.id, Target="arn:aws:s3:::b")[0] == 400
    plain = work.v2.create_api(Name="plain", ProtocolType="HTTP")["ApiId"]
    assert refused(work.v2.update_api, ApiId=plain, Target=other)[0] == 501


def test_cors_in_aws_s_words(work: Workplace):
    """aws/aws-cdk#9076 holds AWS's answer."""
    cors = {"AllowCredentials": True, "AllowOrigins": ["*"]}
    given = {"Name": "a", "ProtocolType": "HTTP", "CorsConfiguration": cors}
    message = "allow-credentials is not supported if 'allow-origin' is *"
    assert refused(work.v2.create_api, **given) == (400, "BadRequestException", message)


def test_cors_is_taken_away(work: Workplace):
    api = work.http_api("GET /a", CorsConfiguration={"AllowOrigins": ["https://a.example"]})
    headers = {"Origin": "https://a.example"}
    assert api.call("/a", headers=headers).headers.get("access-control-allow-origin")
    work.v2.delete_cors_configuration(ApiId=api.id)
    assert not api.call("/a", headers=headers).headers.get("access-control-allow-origin")
    assert "CorsConfiguration" not in work.v2.get_api(ApiId=api.id)


def test_an_integration_in_use_is_kept(work: Workplace):
    api = work.http_api("GET /a", "GET /b")
    integration = work.v2.get_integrations(ApiId=api.id)["Items"][0]["IntegrationId"]
    given = {"ApiId": api.id, "IntegrationId": integration}
    assert refused(work.v2.delete_integration, **given)[:2] == (409, "ConflictException")
    for route in work.v2.get_routes(ApiId=api.id)["Items"]:
        work.v2.delete_route(ApiId=api.id, RouteId=route["RouteId"])
    work.v2.delete_integration(**given)
    assert work.v2.get_integrations(ApiId=api.id)["Items"] == []


def test_tags(work: Workplace):
    made = work.v2.create_api(Name="a", ProtocolType="HTTP", Tags={"a": "1"})["ApiId"]
    work.v2.create_stage(ApiId=made, StageName="prod", Tags={"s": "1"})
    api = f"arn:aws:apigateway:us-east-1::/apis/{made}"
    stage = f"{api}/stages/prod"
    for arn, first in ((api, {"a": "1"}), (stage, {"s": "1"})):
        assert work.v2.get_tags(ResourceArn=arn)["Tags"] == first
        answer = work.v2.tag_resource(ResourceArn=arn, Tags={"b": "2", "c": "3"})
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 201
        work.v2.untag_resource(ResourceArn=arn, TagKeys=["b", "none"])
        assert work.v2.get_tags(ResourceArn=arn)["Tags"] == {**first, "c": "3"}
    assert work.v2.get_api(ApiId=made)["Tags"] == {"a": "1", "c": "3"}
    assert work.v2.get_stage(ApiId=made, StageName="prod")["Tags"] == {"s": "1", "c": "3"}
    for arn in (f"{api}x", f"{api}/stages/none"):
        assert refused(work.v2.get_tags, ResourceArn=arn)[:2] == (404, "NotFoundException")
    many = {f"t{number}": "x" for number in range(60)}
    assert refused(work.v2.tag_resource, ResourceArn=api, Tags=many)[0] == 400


def test_settings_of_stages_are_taken_away(work: Workplace):
    api = work.http_api("GET /a")
    stage = {"ApiId": api.id, "StageName": "$default"}
    logs = {
        "DestinationArn": f"arn:aws:logs:us-east-1:{work.account}:log-group:x",
        "Format": "$context.requestId",
    }
    settings = {"GET /a": {"ThrottlingBurstLimit": 5}}
    work.v2.update_stage(**stage, AccessLogSettings=logs, RouteSettings=settings)
    assert work.v2.get_stage(**stage)["AccessLogSettings"] == logs
    work.v2.delete_access_log_settings(**stage)
    work.v2.delete_route_settings(**stage, RouteKey="GET /a")
    got = work.v2.get_stage(**stage)
    assert ("AccessLogSettings" in got, got["RouteSettings"]) == (False, {})
    assert refused(work.v2.delete_route_settings, **stage, RouteKey="GET /a")[0] == 404
    assert refused(work.v2.reset_authorizers_cache, **stage)[0] == 501


def test_what_is_told_of_an_api_and_its_parts(work: Workplace):
    """Members as in AWS's examples (AWS CLI Command Reference, *create-api*, *create-route*)."""
    asked = {"Name": "a", "ProtocolType": "HTTP", "IpAddressType": "ipv4"}
    expression = "${request.method} ${request.path}"
    made = work.v2.create_api(**asked, RouteSelectionExpression=expression)
    assert made["IpAddressType"] == "ipv4"
    target = work.integrate(made["ApiId"])
    route = work.v2.create_route(ApiId=made["ApiId"], RouteKey="GET /a", Target=target)
    del route["ResponseMetadata"], route["RouteId"]
    none = {"ApiKeyRequired": False, "AuthorizationType": "NONE"}
    assert route == {**none, "RouteKey": "GET /a", "Target": target}
    for more, status in (
        ({"IpAddressType": "dualstack"}, 501),
        ({"DisableSchemaValidation": True}, 501),
        ({"ApiKeySelectionExpression": "$request.header.x"}, 501),
        ({"RouteSelectionExpression": "$request.body.action"}, 400),
    ):
        assert refused(work.v2.create_api, **{**asked, **more})[0] == status, more
        assert refused(work.v2.update_api, ApiId=made["ApiId"], **more)[0] == status, more
