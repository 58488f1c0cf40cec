"""HTTP APIs from OpenAPI documents: imported, imported again, exported, refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from botocore.exceptions import ClientError

from tests.sandbox.gateway.conftest import PUPPET, Api, Workplace
from tests.sandbox.gateway.test_http_control import refused


def integration(uri: str, **more: Any) -> dict[str, Any]:
    """x-amazon-apigateway-integration as SAM writes it."""
    return {"type": "aws_proxy", "httpMethod": "POST", "uri": uri, "payloadFormatVersion": "2.0", **more}


def operation(uri: str, **more: Any) -> dict[str, Any]:
    return {"x-amazon-apigateway-integration": integration(uri, **more), "responses": {}}


def document(paths: Any, **more: Any) -> dict[str, Any]:
    return {"openapi": "3.0.1", "info": {"title": "users", "version": "1.0"}, "paths": paths, **more}


@pytest.fixture
def imported(work: Workplace):
    """`imported(document)`: the API it makes, served by a `$default` stage that deploys by itself."""

    def make(given: dict[str, Any], **options: Any) -> tuple[Api, dict[str, Any]]:
        made = work.v2.import_api(Body=json.dumps(given), **options)
        work.v2.create_stage(ApiId=made["ApiId"], StageName="$default", AutoDeploy=True)
        return Api(work.raw, made["ApiId"], work.v2), made

    return make


def _routes(api: Api) -> dict[str, dict[str, Any]]:
    return {route["RouteKey"]: route for route in api.client.get_routes(ApiId=api.id)["Items"]}


def _integration(api: Api, key: str) -> dict[str, Any]:
    target = _routes(api)[key]["Target"]
    return api.client.get_integration(ApiId=api.id, IntegrationId=target.partition("/")[2])


def test_a_document_makes_an_api(work: Workplace, imported, sandbox):
    uri = work.invocations()
    api, made = imported(
        document(
            {
                "/users": {"get": operation(uri), "post": {**operation(uri), "operationId": "createUser"}},
                "/users/{userId}": {
                    "get": operation(uri, payloadFormatVersion="1.0", timeoutInMillis=1000),
                    "parameters": [{"name": "userId", "in": "path", "required": True}],
                },
                "/any": {"x-amazon-apigateway-any-method": operation(uri)},
                "/bare": {"get": {"responses": {}}},
            },
            **{
                "x-amazon-apigateway-cors": {"allowOrigins": ["https://a.example"], "maxAge": 5},
                "x-amazon-apigateway-importexport-version": "1.0",
                "tags": [{"name": "team", "x-amazon-apigateway-tag-value": "a"}, {"name": "plain"}],
            },
        )
    )
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert (made["Name"], made["Version"], made["ProtocolType"]) == ("users", "1.0", "HTTP")
    assert made["ApiEndpoint"] == f"{sandbox.url}/_aws/execute-api/{api.id}"
    assert made["CorsConfiguration"] == {"AllowOrigins": ["https://a.example"], "MaxAge": 5}
    assert made["Tags"] == {"team": "a"}
    assert "Warnings" not in made
    routes = _routes(api)
    assert set(routes) == {"GET /users", "POST /users", "GET /users/{userId}", "ANY /any", "GET /bare"}
    assert routes["POST /users"]["OperationName"] == "createUser"
    assert "Target" not in routes["GET /bare"]
    found = _integration(api, "GET /users/{userId}")
    assert (found["IntegrationType"], found["IntegrationMethod"]) == ("AWS_PROXY", "POST")
    assert (found["PayloadFormatVersion"], found["TimeoutInMillis"]) == ("1.0", 1000)
    assert (found["IntegrationUri"], found["ConnectionType"]) == (uri, "INTERNET")
    event = api.event("/users/ada")
    assert (event["version"], event["pathParameters"]) == ("1.0", {"userId": "ada"})
    assert api.event("/users", "POST")["routeKey"] == "POST /users"
    assert api.event("/any", "PUT")["routeKey"] == "ANY /any"
    assert api.call("/other").status == 404
    reply = api.call("/users", headers={"Origin": "https://a.example"})
    assert reply.headers.get("access-control-allow-origin") == "https://a.example"


@pytest.mark.parametrize("path", ["$default", "/$default"])
def test_the_default_route(work: Workplace, imported, path: str):
    """SAM writes `/$default` where FailOnWarnings is set: `$default` makes a warning."""
    paths = {path: {"x-amazon-apigateway-any-method": operation(work.invocations())}}
    api, made = imported(document(paths))
    assert set(_routes(api)) == {"$default"}
    assert api.event("/anything", "PATCH")["routeKey"] == "$default"
    warning = "Parse issue: attribute paths. Resource $default should start with /"
    assert made.get("Warnings") == ([warning] if path == "$default" else None)


def test_warnings_may_fail_an_import(work: Workplace):
    schema = {"schema": {"$ref": "#/components/schemas/None"}}
    bad = {**operation(work.invocations()), "responses": {"200": {"content": {"application/json": schema}}}}
    before = len(work.v2.get_apis()["Items"])
    body = json.dumps(document({"/update": {"get": bad}}))
    where = "paths.'/update'(get).responses.200.content.schema.#/components/schemas/None"
    message = f"Warnings found during import:\n\tParse issue: attribute {where} is missing"
    answer = refused(work.v2.import_api, Body=body, FailOnWarnings=True)
    assert answer == (400, "BadRequestException", message)
    assert len(work.v2.get_apis()["Items"]) == before
    assert len(work.v2.import_api(Body=body)["Warnings"]) == 1


def test_yaml_and_references(work: Workplace, imported):
    given = document(
        {"/a": {"get": {"x-amazon-apigateway-integration": {"$ref": "#/components/x-one/f"}}}},
        components={"x-one": {"f": integration(work.invocations(), payloadFormatVersion=2.0)}},
    )
    made = work.v2.import_api(Body=yaml.safe_dump(given))
    api = Api(work.raw, made["ApiId"], work.v2)
    assert _integration(api, "GET /a")["PayloadFormatVersion"] == "2.0"


def test_credentials_invoke(work: Workplace, imported):
    function = work.make_function()
    gateway = {"Service": "apigateway.amazonaws.com"}
    iam = work.client("iam")
    trust = {"Effect": "Allow", "Principal": gateway, "Action": "sts:AssumeRole"}
    policy = {"Version": "2012-10-17", "Statement": [trust]}
    role = iam.create_role(RoleName="imported", AssumeRolePolicyDocument=json.dumps(policy))["Role"]["Arn"]
    allow = {"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": function}
    policy = {"Version": "2012-10-17", "Statement": [allow]}
    iam.put_role_policy(RoleName="imported", PolicyName="p", PolicyDocument=json.dumps(policy))
    uri = work.invocations(function)
    paths = {"/with": {"get": operation(uri, credentials=role)}, "/without": {"get": operation(uri)}}
    api, _ = imported(document(paths))
    assert (api.call("/with").status, api.call("/without").status) == (200, 500)


def test_a_stage_variable_names_the_function(work: Workplace, imported):
    name = work.function.rpartition(":")[2]
    uri = work.invocations(work.function.replace(name, "${stageVariables.function}"))
    api, _ = imported(document({"/a": {"get": operation(uri)}}))
    assert api.call("/a").status == 500
    work.v2.update_stage(ApiId=api.id, StageName="$default", StageVariables={"function": name})
    assert api.event("/a")["stageVariables"] == {"function": name}


def test_reimport_takes_the_place_of_all_but_stages(work: Workplace, imported):
    uri = work.invocations()
    cors = {"x-amazon-apigateway-cors": {"allowOrigins": ["*"]}}
    api, _ = imported(document({"/a": {"get": operation(uri)}, "/b": {"get": operation(uri)}}, **cors))
    work.v2.create_route(ApiId=api.id, RouteKey="GET /by-hand")
    body = document({"/b": {"get": operation(uri)}, "/c": {"get": operation(uri)}})
    body["info"] = {"title": "renamed", "version": "2"}
    again = work.v2.reimport_api(ApiId=api.id, Body=json.dumps(body))
    assert (again["ApiId"], again["Name"], again["Version"]) == (api.id, "renamed", "2")
    assert "CorsConfiguration" not in again
    assert set(_routes(api)) == {"GET /b", "GET /c"}
    assert len(work.v2.get_integrations(ApiId=api.id)["Items"]) == 2
    # The stage is still there, and has deployed the change by itself.
    assert {p: api.call(p).status for p in ("/a", "/b", "/c")} == {"/a": 404, "/b": 200, "/c": 200}
    assert refused(work.v2.reimport_api, ApiId="nosuchapi1", Body=json.dumps(body))[0] == 404


def test_a_refused_reimport_changes_nothing(work: Workplace, imported):
    uri = work.invocations()
    api, _ = imported(document({"/a": {"get": operation(uri)}}))
    for paths in ({"/b": {"get": operation("arn:aws:s3:::b")}}, {"b": {"get": operation(uri)}}):
        body = json.dumps(document(paths))
        assert refused(work.v2.reimport_api, ApiId=api.id, Body=body)[:2] == (400, "BadRequestException")
    assert api.call("/a").status == 200
    assert set(_routes(api)) == {"GET /a"}


UNREADABLE = [
    "not a document",
    "{}",
    json.dumps({"swagger": "2.0", "info": {"title": "a", "version": "1"}, "paths": {}}),
    json.dumps({"openapi": "3.0.1", "paths": {}}),
    json.dumps({"openapi": "2.0", "info": {"title": "a"}, "paths": {}}),
]


@pytest.mark.parametrize("body", UNREADABLE)
def test_what_is_no_document(work: Workplace, body: str):
    assert refused(work.v2.import_api, Body=body)[:2] == (400, "BadRequestException")


def test_what_cannot_be_imported_is_refused(work: Workplace):
    uri = work.invocations()
    get = {"/a": {"get": operation(uri)}}
    without_format = operation(uri)
    del without_format["x-amazon-apigateway-integration"]["payloadFormatVersion"]
    bad = [
        document({"/a": {"get": without_format}}),
        document({"/a": {"get": operation(uri, timeoutInMillis=30_001)}}),
        document(get, **{"x-amazon-apigateway-importexport-version": "2.0"}),
        document(get, **{"x-amazon-apigateway-cors": {"allowOrigins": ["*"], "allowCredentials": True}}),
        document(get, **{"x-amazon-apigateway-cors": {"origins": ["*"]}}),
        document({"/a{b}": {"get": operation(uri)}}),
        document({"$default": {"get": operation(uri)}}),
    ]
    for body in bad:
        status, code, _ = refused(work.v2.import_api, Body=json.dumps(body))
        assert (status, code) == (400, "BadRequestException"), body
    twins = document({"/a/{b}": {"get": operation(uri)}, "/a/{c}": {"get": operation(uri)}})
    assert refused(work.v2.import_api, Body=json.dumps(twins))[0] == 409


def test_what_is_not_modelled_is_named(work: Workplace):
    uri = work.invocations()
    scheme = {"type": "oauth2", "x-amazon-apigateway-authorizer": {"type": "jwt"}}
    asked = {
        "securitySchemes.Jwt": document({}, components={"securitySchemes": {"Jwt": scheme}}),
        "security AWS_IAM of GET /a": document(
            {"/a": {"get": {**operation(uri), "security": [{"AWS_IAM": []}]}}}
        ),
        "host a.example": document({"/a": {"get": operation("https://a.example", type="http_proxy")}}),
        "VPC links": document({"/a": {"get": operation(uri, connectionType="VPC_LINK", connectionId="x")}}),
        "service integrations": document({"/a": {"get": operation(uri, integrationSubtype="SQS-X")}}),
    }
    for words, body in asked.items():
        status, code, message = refused(work.v2.import_api, Body=json.dumps(body))
        assert (status, code) == (501, "NotImplemented"), words
        assert words in message
    body = json.dumps(document({"/a": {"get": operation(uri)}}))
    assert "Basepath" in refused(work.v2.import_api, Body=body, Basepath="prepend")[2]


def test_an_export_can_be_imported(work: Workplace, imported):
    uri = work.invocations()
    paths = {
        "/users/{userId}": {"get": {**operation(uri, timeoutInMillis=2000), "operationId": "one"}},
        "/$default": {"x-amazon-apigateway-any-method": operation(uri)},
    }
    cors = {"allowOrigins": ["https://a.example"]}
    api, _ = imported(document(paths, **{"x-amazon-apigateway-cors": cors}))
    asked = {"ApiId": api.id, "Specification": "OAS30"}
    exported = json.loads(work.v2.export_api(**asked, OutputType="JSON")["body"].read())
    assert (exported["openapi"], exported["info"]) == ("3.0.1", {"title": "users", "version": "1.0"})
    assert exported["x-amazon-apigateway-cors"] == cors
    one = exported["paths"]["/users/{userId}"]["get"]
    assert one["x-amazon-apigateway-integration"] == {
        "payloadFormatVersion": "2.0",
        "type": "aws_proxy",
        "httpMethod": "POST",
        "uri": uri,
        "connectionType": "INTERNET",
        "timeoutInMillis": 2000,
    }
    assert one["parameters"][0]["name"] == "userId"
    assert exported["paths"]["/$default"]["x-amazon-apigateway-any-method"]["isDefaultRoute"] is True
    twin, _ = imported(exported, FailOnWarnings=True)
    assert set(_routes(twin)) == set(_routes(api))
    assert twin.event("/users/ada")["pathParameters"] == {"userId": "ada"}
    as_yaml = yaml.safe_load(work.v2.export_api(**asked, OutputType="YAML")["body"].read())
    assert as_yaml == exported
    plain = work.v2.export_api(**asked, OutputType="JSON", IncludeExtensions=False)["body"].read()
    assert b"apigateway-integration" not in plain


def test_a_stage_exports_what_it_serves(work: Workplace, imported):
    api, _ = imported(document({"/a": {"get": operation(work.invocations())}}))
    work.v2.create_stage(ApiId=api.id, StageName="old")
    work.v2.create_deployment(ApiId=api.id, StageName="old")
    work.v2.create_route(ApiId=api.id, RouteKey="GET /b")
    asked = {"ApiId": api.id, "Specification": "OAS30", "OutputType": "JSON"}
    of_stage = json.loads(work.v2.export_api(**asked, StageName="old")["body"].read())
    assert list(of_stage["paths"]) == ["/a"]
    assert of_stage["servers"][0]["variables"]["basePath"]["default"] == "old"
    assert list(json.loads(work.v2.export_api(**asked)["body"].read())["paths"]) == ["/a", "/b"]
    assert refused(work.v2.export_api, **asked, StageName="none")[0] == 404
    assert refused(work.v2.export_api, **{**asked, "OutputType": "XML"})[0] == 400
    assert refused(work.v2.export_api, **{**asked, "Specification": "OAS20"})[0] == 400


def test_a_qualified_function_needs_its_own_permission(work: Workplace, imported):
    """The permission is looked for on the alias; the function's own does not count (and is there)."""
    name = f"versioned-{work.account}"
    arn = work.make_function(name, PUPPET.replace('"statusCode": 200', '"statusCode": 201'), permitted=True)
    work.lambda_.publish_version(FunctionName=name)
    work.lambda_.create_alias(FunctionName=name, Name="live", FunctionVersion="1")
    paths = {
        "/alias": {"get": operation(work.invocations(f"{arn}:live"))},
        "/latest": {"get": operation(work.invocations(arn))},
        "/version": {"get": operation(work.invocations(f"{arn}:1"))},
    }
    api, _ = imported(document(paths))
    assert {p: api.call(p).status for p in paths} == {"/alias": 500, "/latest": 201, "/version": 500}
    source = f"arn:aws:execute-api:us-east-1:{work.account}:{api.id}/*/GET/alias"
    work.permit(name, Qualifier="live", SourceArn=source)
    assert {p: api.call(p).status for p in paths} == {"/alias": 201, "/latest": 201, "/version": 500}
    work.lambda_.delete_alias(FunctionName=name, Name="live")
    assert api.call("/alias").status == 500
    with pytest.raises(ClientError):
        work.lambda_.get_policy(FunctionName=name, Qualifier="live")
