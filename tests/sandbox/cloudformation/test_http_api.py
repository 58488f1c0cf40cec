"""HTTP APIs by CloudFormation: what SAM makes of HttpApi, and raw resources; served, changed, removed."""

from __future__ import annotations

import json
import textwrap
from typing import Any

import pytest
import yaml

from tests.sandbox.cloudformation.conftest import Deployer, handle
from tests.sandbox.cloudformation.conftest import template as raw_template

EXPAND = {"Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]}
CODE = """
import json
def handler(event, context):
    told = {"route": event.get("routeKey"), "stage": event["requestContext"]["stage"],
            "path": event.get("pathParameters"), "variables": event.get("stageVariables"),
            "version": context.function_version, "answer": ANSWER}
    return {"statusCode": 200, "body": json.dumps(told)}
"""
ROUTES = {
    "Create": ("POST", "/users"),
    "List": ("GET", "/users"),
    "Read": ("GET", "/users/{userId}"),
    "Change": ("PATCH", "/users/{userId}"),
    "Delete": ("DELETE", "/users/{userId}"),
}


def function(events: dict[str, Any], answer: int = 1, **more: Any) -> dict[str, Any]:
    """An AWS::Serverless::Function that tells what it was called with."""
    properties = {
        "Runtime": "python3.13",
        "Handler": "index.handler",
        "InlineCode": CODE.replace("ANSWER", str(answer)),
        "Events": {name: {"Type": "HttpApi", "Properties": given} for name, given in events.items()},
        **more,
    }
    return {"Type": "AWS::Serverless::Function", "Properties": properties}


def events(routes: dict[str, tuple[str, str]] = ROUTES, **more: Any) -> dict[str, Any]:
    return {name: {"Method": method, "Path": path, **more} for name, (method, path) in routes.items()}


def sam(resources: dict[str, Any], outputs: dict[str, Any] | None = None, **sections: Any) -> str:
    document: dict[str, Any] = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": resources,
        **sections,
    }
    if outputs:
        document["Outputs"] = {name: {"Value": value} for name, value in outputs.items()}
    return json.dumps(document)


URL = {"Fn::Sub": "https://${ServerlessHttpApi}.execute-api.${AWS::Region}.${AWS::URLSuffix}"}
ENDPOINT = {"Fn::GetAtt": ["ServerlessHttpApi", "ApiEndpoint"]}


class Served(Deployer):
    """A stack, and requests to its API."""

    raw: Any
    logical_id = "ServerlessHttpApi"

    def call(self, path: str, method: str = "GET", headers: Any = ()) -> Any:
        api = self.physical(self.logical_id)
        return self.raw.request(method, f"/_aws/execute-api/{api}{path}", headers)

    def told(self, path: str, method: str = "GET") -> dict[str, Any]:
        reply = self.call(path, method)
        assert reply.status == 200, reply.text
        return reply.json()

    def statuses_of(self, *paths: str) -> list[int]:
        return [self.call(path).status for path in paths]


@pytest.fixture
def stack(api, raw) -> Served:
    made = Served(api)
    made.raw = raw
    return made


@pytest.fixture
def v2(client):
    return client("apigatewayv2")


# ---- what SAM makes -----------------------------------------------------------------------------------


def test_an_implicit_api_is_served_changed_and_removed(stack: Served, v2, sandbox):
    outputs = {"Endpoint": ENDPOINT, "Url": URL}
    assert stack.create(sam({"F": function(events())}, outputs), **EXPAND) == "CREATE_COMPLETE"
    api = stack.physical("ServerlessHttpApi")
    assert set(stack.outputs.values()) == {f"{sandbox.url}/_aws/execute-api/{api}"}
    for method, path in ROUTES.values():
        told = stack.told(path.replace("{userId}", "ada"), method)
        assert (told["route"], told["stage"]) == (f"{method} {path}", "$default")
        assert told["path"] == ({"userId": "ada"} if "{" in path else None)
    assert stack.call("/other").status == 404
    tags = v2.get_api(ApiId=api)["Tags"]
    assert (tags["httpapi:createdBy"], tags["aws:cloudformation:stack-name"]) == ("SAM", "workshop")

    more = {**ROUTES, "Health": ("GET", "/health")}
    del more["Delete"]
    assert stack.update(sam({"F": function(events(more), 2)}, outputs), **EXPAND) == "UPDATE_COMPLETE"
    assert stack.physical("ServerlessHttpApi") == api
    assert stack.told("/health")["answer"] == 2
    assert stack.call("/users/ada", "DELETE").status == 404
    assert v2.get_api(ApiId=api)["Tags"] == tags

    assert stack.delete() == "DELETE_COMPLETE"
    assert api not in [one["ApiId"] for one in v2.get_apis()["Items"]]


def test_a_broken_update_leaves_the_old_api(stack: Served):
    """The document is imported before the other resource fails; rolling back imports the old one."""
    assert stack.create(sam({"F": function(events())}), **EXPAND) == "CREATE_COMPLETE"
    more = {**ROUTES, "Health": ("GET", "/health")}
    broken = handle(DependsOn=["ServerlessHttpApiApiGatewayDefaultStage", "FHealthPermission"])
    broken |= {"Type": "AWS::SSM::Parameter", "Properties": {"Type": "StringList", "Value": ""}}
    body = sam({"F": function(events(more), 2), "Broken": broken})
    assert stack.update(body, **EXPAND) == "UPDATE_ROLLBACK_COMPLETE"
    assert ("ServerlessHttpApi", "UPDATE_COMPLETE", None) in stack.events()
    assert stack.told("/users/ada")["answer"] == 1
    assert stack.call("/health").status == 404
    # And it can be updated again.
    assert stack.update(sam({"F": function(events(more), 3)}), **EXPAND) == "UPDATE_COMPLETE"
    assert stack.told("/health")["answer"] == 3


def test_an_api_of_its_own_with_all_its_settings(stack: Served, v2, client):
    """Stage name and variables, CORS, access logs, throttling, tags, FailOnWarnings, Globals."""
    stack.logical_id = "Api"
    resources = {
        "Logs": {"Type": "AWS::Logs::LogGroup"},
        "Api": {
            "Type": "AWS::Serverless::HttpApi",
            "Properties": {
                "StageName": "prod",
                "FailOnWarnings": True,
                "StageVariables": {"color": "blue"},
                "DefaultRouteSettings": {"ThrottlingBurstLimit": 5, "ThrottlingRateLimit": 2.5},
                "RouteSettings": {"GET /users": {"ThrottlingBurstLimit": 3}},
                "Tags": {"team": "a"},
            },
        },
        "F": function(
            {
                **events({"List": ("GET", "/users")}, ApiId={"Ref": "Api"}, PayloadFormatVersion="1.0"),
                "All": {"ApiId": {"Ref": "Api"}},
                "Any": {"ApiId": {"Ref": "Api"}, "Path": "/any", "Method": "ANY", "TimeoutInMillis": 900},
            }
        ),
    }
    settings = {
        "CorsConfiguration": {"AllowOrigins": ["https://a.example"], "AllowMethods": ["GET"], "MaxAge": 5},
        "AccessLogSettings": {
            "DestinationArn": {"Fn::GetAtt": ["Logs", "Arn"]},
            "Format": "$context.requestId",
        },
    }
    body = sam(resources, Globals={"HttpApi": settings})
    assert stack.create(body, **EXPAND) == "CREATE_COMPLETE", stack.events()
    assert stack.told("/prod/any", "PUT")["route"] == "ANY /any"
    assert stack.told("/prod/else")["variables"] == {"color": "blue"}
    assert stack.told("/prod/users")["stage"] == "prod"
    origin = {"Origin": "https://a.example"}
    allowed = stack.call("/prod/users", headers=origin).headers
    assert allowed["access-control-allow-origin"] == "https://a.example"
    api = stack.physical("Api")
    stage = v2.get_stage(ApiId=api, StageName="prod")
    assert stage["DefaultRouteSettings"] == {"ThrottlingBurstLimit": 5, "ThrottlingRateLimit": 2.5}
    assert stage["RouteSettings"] == {"GET /users": {"ThrottlingBurstLimit": 3}}
    assert stage["AccessLogSettings"]["Format"] == "$context.requestId"
    lines = client("logs").filter_log_events(logGroupName=stack.physical("Logs"))["events"]
    assert len(lines) == 4
    assert (stage["AutoDeploy"], stage["Tags"]["team"]) == (True, "a")
    assert v2.get_api(ApiId=api)["Tags"]["team"] == "a"
    timeouts = {one["TimeoutInMillis"] for one in v2.get_integrations(ApiId=api)["Items"]}
    assert timeouts == {900, 30_000}

    del resources["Api"]["Properties"]["StageVariables"]
    del resources["Api"]["Properties"]["RouteSettings"]
    assert stack.update(sam(resources), **EXPAND) == "UPDATE_COMPLETE", stack.events()
    assert "access-control-allow-origin" not in stack.call("/prod/users", headers=origin).headers
    stage = v2.get_stage(ApiId=api, StageName="prod")
    assert (stage["StageVariables"], stage["RouteSettings"], "AccessLogSettings" in stage) == ({}, {}, False)
    assert stack.delete() == "DELETE_COMPLETE"


def test_a_second_stack_says_there_is_nothing_to_do(stack: Served, api):
    body = sam({"F": function(events())})
    stack.create(body, **EXPAND)
    api.create_change_set(StackName="workshop", ChangeSetName="again", TemplateBody=body, **EXPAND)
    found = api.describe_change_set(StackName="workshop", ChangeSetName="again")
    assert (found["Status"], found["Changes"]) == ("FAILED", [])


# ---- raw resources ------------------------------------------------------------------------------------


RAW = textwrap.dedent(
    """
    Resources:
      Role:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Version: "2012-10-17"
            Statement:
              - {Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}
      F:
        Type: AWS::Lambda::Function
        Properties:
          Runtime: python3.13
          Handler: index.handler
          Role: !GetAtt Role.Arn
          Code: {ZipFile: CODE}
      Permission:
        Type: AWS::Lambda::Permission
        Properties:
          FunctionName: !Ref F
          Action: lambda:InvokeFunction
          Principal: apigateway.amazonaws.com
          SourceArn: !Sub "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*"
      Api:
        Type: AWS::ApiGatewayV2::Api
        Properties: {Name: users, ProtocolType: HTTP, Tags: {team: a}}
      Integration:
        Type: AWS::ApiGatewayV2::Integration
        Properties:
          ApiId: !Ref Api
          IntegrationType: AWS_PROXY
          IntegrationUri: !GetAtt F.Arn
          PayloadFormatVersion: "2.0"
      Route:
        Type: AWS::ApiGatewayV2::Route
        Properties: {ApiId: !Ref Api, RouteKey: GET /a, Target: !Sub "integrations/${Integration}"}
      Stage:
        Type: AWS::ApiGatewayV2::Stage
        Properties: {ApiId: !Ref Api, StageName: prod, DeploymentId: !Ref Deployment}
      Deployment:
        Type: AWS::ApiGatewayV2::Deployment
        DependsOn: Route
        Properties: {ApiId: !Ref Api, Description: one}
    Outputs:
      Api: {Value: !Ref Api}
      Arn: {Value: !GetAtt Api.ExecuteApiArn}
      ApiId: {Value: !GetAtt Api.ApiId}
      Integration: {Value: !GetAtt Integration.IntegrationId}
      Route: {Value: !GetAtt Route.RouteId}
      Stage: {Value: !Ref Stage}
      Deployment: {Value: !GetAtt Deployment.DeploymentId}
    """
)


class _Loader(yaml.SafeLoader):
    """Keeps `!Ref X` as CloudFormation's long form."""


def _tagged(loader: Any, suffix: str, node: Any) -> Any:
    value = loader.construct_scalar(node)
    if suffix == "Ref":
        return {"Ref": value}
    return {f"Fn::{suffix}": value.split(".") if suffix == "GetAtt" else value}


_Loader.add_multi_constructor("!", _tagged)


@pytest.fixture
def document() -> dict[str, Any]:
    """The raw template, to be changed by tests."""
    found = yaml.load(RAW, _Loader)
    found["Resources"]["F"]["Properties"]["Code"]["ZipFile"] = CODE.replace("ANSWER", "1")
    return found


def _set(document: dict[str, Any], logical_id: str, **properties: Any) -> None:
    own = document["Resources"][logical_id]["Properties"]
    for name, value in properties.items():
        if value is None:
            del own[name]
        else:
            own[name] = value


def test_raw_resources(stack: Served, document, v2, account):
    stack.logical_id = "Api"
    assert stack.create(json.dumps(document), **EXPAND) == "CREATE_COMPLETE", stack.events()
    out = stack.outputs
    assert out["Api"] == out["ApiId"] == stack.physical("Api")
    assert out["Arn"] == f"arn:aws:execute-api:us-east-1:{account}:{out['Api']}"
    (route,) = v2.get_routes(ApiId=out["Api"])["Items"]
    assert (route["RouteId"], route["Target"]) == (out["Route"], f"integrations/{out['Integration']}")
    assert (out["Stage"], out["Deployment"]) == ("prod", stack.physical("Deployment"))
    assert stack.told("/prod/a")["stage"] == "prod"
    assert v2.get_api(ApiId=out["Api"])["Tags"]["team"] == "a"


def test_changes_in_place(stack: Served, document, v2):
    stack.logical_id = "Api"
    stack.create(json.dumps(document), **EXPAND)
    before = stack.outputs
    _set(document, "Api", Description="d", CorsConfiguration={"AllowOrigins": ["*"]}, Tags={"b": "c"})
    _set(document, "Integration", TimeoutInMillis=900, Description="mine")
    _set(document, "Route", RouteKey="GET /b")
    _set(document, "Stage", DeploymentId=None, AutoDeploy=True, StageVariables={"a": "b"}, Tags={"s": "t"})
    _set(document, "Deployment", Description="two")
    assert stack.update(json.dumps(document), **EXPAND) == "UPDATE_COMPLETE", stack.events()
    assert stack.outputs == before
    api = v2.get_api(ApiId=before["Api"])
    assert (api["Description"], api["CorsConfiguration"]) == ("d", {"AllowOrigins": ["*"]})
    assert (api["Tags"]["b"], "team" in api["Tags"]) == ("c", False)
    assert stack.statuses_of("/prod/a", "/prod/b") == [404, 200]
    assert stack.told("/prod/b")["variables"] == {"a": "b"}
    assert v2.get_stage(ApiId=before["Api"], StageName="prod")["Tags"]["s"] == "t"
    (integration,) = v2.get_integrations(ApiId=before["Api"])["Items"]
    assert (integration["TimeoutInMillis"], integration["Description"]) == (900, "mine")

    _set(document, "Api", Description=None, CorsConfiguration=None, DisableExecuteApiEndpoint=True)
    _set(document, "Integration", TimeoutInMillis=None)
    _set(document, "Stage", StageVariables=None)
    assert stack.update(json.dumps(document), **EXPAND) == "UPDATE_COMPLETE", stack.events()
    api = v2.get_api(ApiId=before["Api"])
    assert (api.get("Description", ""), "CorsConfiguration" in api) == ("", False)
    assert stack.statuses_of("/prod/b") == [404]
    _set(document, "Api", DisableExecuteApiEndpoint=None)
    stack.update(json.dumps(document), **EXPAND)
    assert stack.statuses_of("/prod/b") == [200]
    (integration,) = v2.get_integrations(ApiId=before["Api"])["Items"]
    assert integration["TimeoutInMillis"] == 30_000


def test_a_stage_of_another_name_is_another_stage(stack: Served, document, v2):
    stack.logical_id = "Api"
    stack.create(json.dumps(document), **EXPAND)
    _set(document, "Stage", StageName="beta")
    assert stack.update(json.dumps(document), **EXPAND) == "UPDATE_COMPLETE", stack.events()
    assert stack.statuses_of("/beta/a", "/prod/a") == [200, 404]
    names = [one["StageName"] for one in v2.get_stages(ApiId=stack.outputs["Api"])["Items"]]
    assert names == ["beta"]


def test_a_new_deployment_goes_live(stack: Served, document):
    """A stage without AutoDeploy serves what its deployment froze."""
    stack.logical_id = "Api"
    stack.create(json.dumps(document), **EXPAND)
    _set(document, "Route", RouteKey="GET /b")
    stack.update(json.dumps(document), **EXPAND)
    assert stack.statuses_of("/prod/a", "/prod/b") == [200, 404]
    resources = document["Resources"]
    resources["Later"] = resources.pop("Deployment")
    _set(document, "Stage", DeploymentId={"Ref": "Later"})
    del document["Outputs"]["Deployment"]
    assert stack.update(json.dumps(document), **EXPAND) == "UPDATE_COMPLETE", stack.events()
    assert stack.statuses_of("/prod/a", "/prod/b") == [404, 200]


def test_quick_create(stack: Served, document, v2):
    stack.logical_id = "Api"
    resources = document["Resources"]
    for name in ("Integration", "Route", "Stage", "Deployment"):
        del resources[name]
    document["Outputs"] = {"Api": document["Outputs"]["Api"]}
    _set(document, "Api", Target={"Fn::GetAtt": ["F", "Arn"]}, RouteKey="GET /quick")
    assert stack.create(json.dumps(document), **EXPAND) == "CREATE_COMPLETE", stack.events()
    assert stack.told("/quick")["route"] == "GET /quick"
    _set(document, "Api", RouteKey="GET /other")
    assert stack.update(json.dumps(document), **EXPAND) == "UPDATE_COMPLETE", stack.events()
    assert stack.statuses_of("/quick", "/other") == [404, 200]
    (route,) = v2.get_routes(ApiId=stack.outputs["Api"])["Items"]
    assert route["ApiGatewayManaged"] is True


def _open_api(*paths: str) -> dict[str, Any]:
    """A document without integrations."""
    operations = {path: {"get": {"responses": {}}} for path in paths}
    return {"openapi": "3.0.1", "info": {"title": "of the document", "version": "1"}, "paths": operations}


def _api(**properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::ApiGatewayV2::Api", "Properties": properties}


def _route_keys(v2, stack: Served) -> set[str]:
    return {one["RouteKey"] for one in v2.get_routes(ApiId=stack.physical("Api"))["Items"]}


def test_a_document_in_s3(stack: Served, v2, client):
    s3 = client("s3")
    s3.create_bucket(Bucket="documents-of-mine")
    s3.put_object(Bucket="documents-of-mine", Key="one.json", Body=json.dumps(_open_api("/a")))
    s3.put_object(Bucket="documents-of-mine", Key="two.yaml", Body=yaml.safe_dump(_open_api("/b")))
    place = {"Bucket": "documents-of-mine", "Key": "one.json"}
    assert stack.create(raw_template(Api=_api(BodyS3Location=place))) == "CREATE_COMPLETE", stack.events()
    assert _route_keys(v2, stack) == {"GET /a"}
    body = raw_template(Api=_api(BodyS3Location={**place, "Key": "two.yaml"}, Tags={"a": "b"}))
    assert stack.update(body) == "UPDATE_COMPLETE", stack.events()
    assert _route_keys(v2, stack) == {"GET /b"}
    gone = raw_template(Api=_api(BodyS3Location={**place, "Key": "none.json"}))
    assert stack.update(gone) == "UPDATE_ROLLBACK_COMPLETE"
    assert "The specified key does not exist" in stack.failure("Api")
    assert _route_keys(v2, stack) == {"GET /b"}


def test_properties_beside_a_document(stack: Served, v2):
    document = _open_api("/a")
    document["tags"] = [{"name": "of", "x-amazon-apigateway-tag-value": "document"}]
    stack.create(raw_template(Api=_api(Body=document, Description="mine", Name="named", Tags={"a": "b"})))
    api = v2.get_api(ApiId=stack.physical("Api"))
    assert (api["Name"], api["Description"]) == ("named", "mine")
    assert (api["Tags"]["of"], api["Tags"]["a"]) == ("document", "b")
    assert stack.update(raw_template(Api=_api(Body=document))) == "UPDATE_COMPLETE"
    api = v2.get_api(ApiId=stack.physical("Api"))
    assert (api["Tags"]["of"], "a" in api["Tags"]) == ("document", False)


@pytest.mark.parametrize(
    ("properties", "words"),
    [
        ({"Name": "a", "ProtocolType": "WEBSOCKET"}, "WebSocket APIs"),
        ({"Name": "a", "ProtocolType": "HTTP", "IpAddressType": "dualstack"}, "(IpAddressType dualstack)"),
        ({"Name": "a", "ProtocolType": "HTTP", "DisableSchemaValidation": True}, "DisableSchemaValidation"),
        ({"Name": "a"}, "ProtocolType is required"),
        ({"Body": {"openapi": "3.0.1", "paths": {}}}, "Invalid OpenAPI input."),
        (
            {"Body": _open_api("$default"), "FailOnWarnings": True},
            "$default takes x-amazon-apigateway-any-method only",
        ),
        (
            {
                "Name": "a",
                "ProtocolType": "HTTP",
                "CorsConfiguration": {"AllowCredentials": True, "AllowOrigins": ["*"]},
            },
            "allow-credentials is not supported if 'allow-origin' is * (Service: ApiGatewayV2, ",
        ),
    ],
)
def test_what_an_api_fails_by(stack: Served, properties, words):
    assert stack.create(raw_template(Api=_api(**properties))) == "ROLLBACK_COMPLETE"
    assert words in stack.failure("Api")


@pytest.mark.parametrize(
    ("kind", "properties", "words"),
    [
        ("Integration", {"RequestParameters": {"append:header.te": "b"}}, "header te are restricted"),
        ("Integration", {"IntegrationSubtype": "SQS-SendMessage"}, "(IntegrationSubtype SQS-SendMessage)"),
        ("Route", {"AuthorizationType": "JWT"}, "JWT authorizers (AuthorizationType JWT)"),
        ("Route", {"AuthorizerId": "a"}, "the property AuthorizerId"),
        ("Stage", {"ClientCertificateId": "a"}, "the property ClientCertificateId"),
    ],
)
def test_what_is_not_modelled_fails_by_name(stack: Served, document, kind, properties, words):
    _set(document, kind, **properties)
    assert stack.create(json.dumps(document), **EXPAND) == "ROLLBACK_COMPLETE"
    assert words in stack.failure(kind)


@pytest.mark.parametrize("kind", ["Model"])
def test_other_types_fail_by_name(stack: Served, kind):
    one = {"Type": f"AWS::ApiGatewayV2::{kind}", "Properties": {}}
    assert stack.create(raw_template(One=one)) == "ROLLBACK_COMPLETE"
    assert f"AWS::ApiGatewayV2::{kind}" in stack.failure("One")
