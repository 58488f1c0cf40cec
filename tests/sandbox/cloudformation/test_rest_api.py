"""REST APIs as stacks make them: raw resources, documents, and what SAM makes."""

from __future__ import annotations

import json

import pytest

from tests.sandbox.cloudformation.conftest import template
from tests.sandbox.cloudformation.rest_templates import (
    EXPAND,
    function,
    mock,
    proxy,
    ref,
    root,
    serverless,
    typed,
)
from tests.sandbox.roles import let_apis_log

IAM = {"Capabilities": ["CAPABILITY_IAM"]}
ROUTES = {
    "List": "GET /users",
    "Create": "POST /users",
    "Read": "GET /users/{userId}",
    "Update": "PATCH /users/{userId}",
    "Delete": "DELETE /users/{userId}",
}
BROKEN = "  Broken: {Type: AWS::SSM::Parameter, Properties: {Type: Nope, Value: x}, DependsOn: %s}\n"


@pytest.fixture
def call(raw):
    """`call(api id, "GET /stage/path")`: the answer of a deployed API."""

    def send(api, line, body=b"", headers=()):
        method, path = line.split()
        return raw.request(method, f"/_aws/execute-api/{api}{path}", dict(headers), body)

    return send


@pytest.fixture
def v1(client):
    return client("apigateway")


def resources(**changed):
    """Every raw resource type around a function; `changed` adds, replaces, or takes away by None."""
    made = {
        **function(),
        "Api": typed("RestApi", {"Name": "raw", "BinaryMediaTypes": ["image~1png"]}),
        "Users": typed("Resource", {"RestApiId": ref("Api"), "ParentId": root(), "PathPart": "users"}),
        "List": proxy("GET", ref("Users")),
        "Health": mock(root(), "up"),
        "Deployed": typed("Deployment", {"RestApiId": ref("Api")}, DependsOn=["List", "Health"]),
        "Live": typed(
            "Stage",
            {
                "RestApiId": ref("Api"),
                "DeploymentId": ref("Deployed"),
                "StageName": "live",
                "Variables": {"color": "red"},
            },
        ),
        **changed,
    }
    return {name: one for name, one in made.items() if one is not None}


def test_raw_resources(deployer, call, v1, client, account):
    let_apis_log(client)
    group = f"arn:aws:logs:us-east-1:{account}:log-group:x"
    attributes = {
        "Root": root(),
        "Id": {"Fn::GetAtt": ["Api", "RestApiId"]},
        "Api": ref("Api"),
        "Users": {"Fn::GetAtt": ["Users", "ResourceId"]},
        "Deployment": {"Fn::GetAtt": ["Deployed", "DeploymentId"]},
        "Stage": ref("Live"),
    }
    made = deployer.create(template(attributes, **resources()), **IAM)
    assert made == "CREATE_COMPLETE", deployer.events()
    outputs = deployer.outputs
    api = v1.get_rest_api(restApiId=outputs["Api"])
    assert (outputs["Id"], outputs["Root"]) == (api["id"], api["rootResourceId"])
    assert api["binaryMediaTypes"] == ["image/png"]
    assert api["tags"]["aws:cloudformation:logical-id"] == "Api"
    by_path = {one["path"]: one["id"] for one in v1.get_resources(restApiId=api["id"])["items"]}
    assert outputs["Users"] == deployer.physical("Users") == by_path["/users"]
    stage = v1.get_stage(restApiId=api["id"], stageName="live")
    assert outputs["Stage"] == "live"
    assert outputs["Deployment"] == deployer.physical("Deployed") == stage["deploymentId"]
    event = call(api["id"], "GET /live/users").json()
    assert (event["resource"], event["stageVariables"]) == ("/users", {"color": "red"})
    assert call(api["id"], "GET /live/").text == "up"
    assert call(api["id"], "POST /live/users").status == 403

    changed = resources(
        Health=mock(root(), "well"),
        Users=typed("Resource", {"RestApiId": ref("Api"), "ParentId": root(), "PathPart": "users"}),
        Deployed=None,
        Second=typed("Deployment", {"RestApiId": ref("Api")}, DependsOn=["List", "Health"]),
        Live=typed(
            "Stage",
            {
                "RestApiId": ref("Api"),
                "DeploymentId": ref("Second"),
                "StageName": "live",
                "Description": "mine",
                "TracingEnabled": True,
                "Variables": {"size": "xl"},
                "MethodSettings": [{"ResourcePath": "/~1users", "HttpMethod": "GET", "LoggingLevel": "INFO"}],
                "AccessLogSetting": {"DestinationArn": f"{group}:*", "Format": "$context.requestId"},
                "Tags": [{"Key": "own", "Value": "1"}],
            },
        ),
    )
    health = deployer.physical("Health")
    assert deployer.update(template(**changed), **IAM) == "UPDATE_COMPLETE", deployer.events()
    assert deployer.physical("Health") == health
    assert health.startswith("works-Healt-")
    assert call(api["id"], "GET /live/").text == "well"
    assert call(api["id"], "GET /live/users").json()["stageVariables"] == {"size": "xl"}
    stage = v1.get_stage(restApiId=api["id"], stageName="live")
    assert (stage["description"], stage["tracingEnabled"], stage["tags"]["own"]) == ("mine", True, "1")
    assert stage["methodSettings"]["~1users/GET"]["loggingLevel"] == "INFO"
    assert stage["accessLogSettings"] == {"destinationArn": group, "format": "$context.requestId"}
    assert [one["id"] for one in v1.get_deployments(restApiId=api["id"])["items"]] == [stage["deploymentId"]]

    plain = typed("Stage", {"RestApiId": ref("Api"), "DeploymentId": ref("Second"), "StageName": "live"})
    assert deployer.update(template(**{**changed, "Live": plain}), **IAM) == "UPDATE_COMPLETE"
    stage = v1.get_stage(restApiId=api["id"], stageName="live")
    assert (stage["methodSettings"], stage["tracingEnabled"]) == ({}, False)
    assert not {"accessLogSettings", "variables", "description"} & stage.keys()
    assert "own" not in stage["tags"]
    assert deployer.delete() == "DELETE_COMPLETE", deployer.events()
    assert v1.get_rest_apis()["items"] == []


def test_a_deployment_with_a_stage_of_its_own(deployer, call, v1, client):
    let_apis_log(client)

    def body(deployment, text, **more):
        given = {"RestApiId": ref("Api"), "StageName": "prod", **more}
        return template(
            {"Api": ref("Api")},
            Api=typed("RestApi", {"Name": "mock"}),
            Get=mock(root(), text),
            **{deployment: typed("Deployment", given, DependsOn="Get")},
        )

    described = {"Variables": {"a": "1"}, "Description": "mine", "LoggingLevel": "INFO"}
    assert deployer.create(body("One", "one", StageDescription=described)) == "CREATE_COMPLETE"
    api = deployer.outputs["Api"]
    assert call(api, "GET /prod").text == "one"
    stage = v1.get_stage(restApiId=api, stageName="prod")
    assert (stage["variables"], stage["description"]) == ({"a": "1"}, "mine")
    assert stage["methodSettings"]["*/*"]["loggingLevel"] == "INFO"
    # A deployment is a snapshot: without a new one the stage serves the old methods.
    assert deployer.update(body("One", "two", StageDescription=described)) == "UPDATE_COMPLETE"
    assert call(api, "GET /prod").text == "one"
    assert deployer.update(body("Two", "two", StageDescription=described)) == "UPDATE_ROLLBACK_COMPLETE"
    words = "StageDescription cannot be specified when stage referenced by StageName already exists"
    assert deployer.failure("Two") == words
    assert deployer.update(body("Two", "two")) == "UPDATE_COMPLETE", deployer.events()
    assert call(api, "GET /prod").text == "two"
    assert deployer.delete() == "DELETE_COMPLETE", deployer.events()


def test_responses_models_validators_and_the_account(deployer, client, call, v1):
    schema = {"type": "object", "required": ["userId"]}
    trust = json.loads(json.dumps(function()["Role"]).replace("lambda.", "apigateway."))
    logs = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
    trust["Properties"]["ManagedPolicyArns"] = [logs]
    extra = {
        "Shape": typed(
            "Model", {"RestApiId": ref("Api"), "ContentType": "application/json", "Schema": schema}
        ),
        "Checks": typed("RequestValidator", {"RestApiId": ref("Api"), "ValidateRequestBody": True}),
        "NotFound": typed(
            "GatewayResponse",
            {
                "RestApiId": ref("Api"),
                "ResponseType": "MISSING_AUTHENTICATION_TOKEN",
                "StatusCode": "404",
                "ResponseParameters": {"gatewayresponse.header.x-own": "'1'"},
            },
        ),
        "LogRole": trust,
        "Account": typed("Account", {"CloudWatchRoleArn": {"Fn::GetAtt": ["LogRole", "Arn"]}}),
        "List": proxy(
            "GET",
            ref("Users"),
            RequestValidatorId=ref("Checks"),
            RequestModels={"application/json": ref("Shape")},
        ),
    }
    extra["Deployed"] = typed(
        "Deployment", {"RestApiId": ref("Api")}, DependsOn=["List", "Health", "NotFound"]
    )
    made = deployer.create(template({"Api": ref("Api")}, **resources(**extra)), **IAM)
    assert made == "CREATE_COMPLETE", deployer.events()
    api = deployer.outputs["Api"]
    assert call(api, "GET /live/users", b"{}").status == 400
    assert call(api, "GET /live/users", b'{"userId": "a"}').status == 200
    reply = call(api, "GET /live/none")
    assert (reply.status, reply.headers["x-own"]) == (404, "1")
    role = client("iam").get_role(RoleName=deployer.physical("LogRole"))["Role"]["Arn"]
    assert v1.get_account()["cloudwatchRoleArn"] == role
    validator = v1.get_request_validator(restApiId=api, requestValidatorId=deployer.physical("Checks"))
    assert validator["name"].startswith("workshop-Checks-")
    model = deployer.physical("Shape")
    assert model.startswith("workshopShape")

    extra["Shape"]["Properties"]["Schema"] = {"type": "object", "required": ["name"]}
    extra["Checks"]["Properties"]["ValidateRequestParameters"] = True
    extra["NotFound"]["Properties"]["StatusCode"] = "410"
    extra["Again"] = extra.pop("Deployed")
    extra["Deployed"] = None
    live = {"RestApiId": ref("Api"), "DeploymentId": ref("Again"), "StageName": "live"}
    extra["Live"] = typed("Stage", live)
    assert deployer.update(template(**resources(**extra)), **IAM) == "UPDATE_COMPLETE", deployer.events()
    assert deployer.physical("Shape") == model
    assert call(api, "GET /live/users", b'{"userId": "a"}').status == 400
    assert call(api, "GET /live/none").status == 410
    assert deployer.delete() == "DELETE_COMPLETE", deployer.events()
    # An account's settings stay (run on AWS: localstack/localstack, test_account).
    assert v1.get_account()["cloudwatchRoleArn"] == role


def test_an_api_of_a_document(deployer, client, call, v1):
    def body(text, **properties):
        response = {"statusCode": "200", "responseTemplates": {"application/json": text}}
        integration = {
            "type": "mock",
            "requestTemplates": {"application/json": '{"statusCode": 200}'},
            "responses": {"default": response},
        }
        document = {
            "openapi": "3.0.1",
            "info": {"title": "documented", "version": "1"},
            "paths": {
                "/a": {"get": {"responses": {"200": {}}, "x-amazon-apigateway-integration": integration}}
            },
        }
        return document, typed("RestApi", {"Body": document, **properties})

    def stack(api, name="D"):
        stage = {"RestApiId": ref("Api"), "StageName": "live", "DeploymentId": ref(name)}
        return template(
            {"Api": ref("Api"), "Root": root()},
            Api=api,
            Live=typed("Stage", stage),
            **{name: typed("Deployment", {"RestApiId": ref("Api")})},
        )

    document, api = body("one", EndpointConfiguration={"Types": ["REGIONAL"]}, BinaryMediaTypes=["a~1b"])
    assert deployer.create(stack(api)) == "CREATE_COMPLETE", deployer.events()
    key = deployer.outputs["Api"]
    found = v1.get_rest_api(restApiId=key)
    assert (found["name"], found["version"]) == ("documented", "1")
    assert (found["endpointConfiguration"]["types"], found["binaryMediaTypes"]) == (["REGIONAL"], ["a/b"])
    assert found["rootResourceId"] == deployer.outputs["Root"]
    assert call(key, "GET /live/a").text == "one"

    _, api = body("two", Name="named", Description="d", DisableExecuteApiEndpoint=False, Mode="merge")
    assert deployer.update(stack(api, "E")) == "UPDATE_COMPLETE", deployer.events()
    found = v1.get_rest_api(restApiId=key)
    assert (found["name"], found["description"]) == ("named", "d")
    assert "binaryMediaTypes" not in found
    assert call(key, "GET /live/a").text == "two"

    s3 = client("s3")
    s3.create_bucket(Bucket=f"apis-{key}")
    text = json.dumps(document).replace("one", "three")
    s3.put_object(Bucket=f"apis-{key}", Key="api.json", Body=text.encode())
    api = typed("RestApi", {"BodyS3Location": {"Bucket": f"apis-{key}", "Key": "api.json"}})
    assert deployer.update(stack(api, "G")) == "UPDATE_COMPLETE", deployer.events()
    assert call(key, "GET /live/a").text == "three"
    assert v1.get_rest_api(restApiId=key)["name"] == "documented"


REFUSED = {
    "Private": (
        typed("RestApi", {"Name": "a", "EndpointConfiguration": {"Types": ["PRIVATE"]}}),
        "private APIs",
    ),
    "Vpc": (
        typed("RestApi", {"Name": "a", "EndpointConfiguration": {"VpcEndpointIds": ["v"]}}),
        "EndpointConfiguration/VpcEndpointIds of AWS::ApiGateway::RestApi",
    ),
    "Canary": (
        typed("Deployment", {"RestApiId": "a", "DeploymentCanarySettings": {"PercentTraffic": 1}}),
        "the property DeploymentCanarySettings of AWS::ApiGateway::Deployment",
    ),
    "StageCanary": (
        typed("Deployment", {"RestApiId": "a", "StageName": "b", "StageDescription": {"CanarySetting": {}}}),
        "the property CanarySetting of StageDescription of AWS::ApiGateway::Deployment",
    ),
    "Cache": (
        typed("Stage", {"RestApiId": "a", "CacheClusterEnabled": True}),
        "the property CacheClusterEnabled of AWS::ApiGateway::Stage",
    ),
    "Certificate": (
        typed("Stage", {"RestApiId": "a", "ClientCertificateId": "b"}),
        "the property ClientCertificateId of AWS::ApiGateway::Stage",
    ),
    "Streaming": (
        typed(
            "Method",
            {
                "RestApiId": "a",
                "ResourceId": "b",
                "HttpMethod": "GET",
                "Integration": {"Type": "MOCK", "ResponseTransferMode": "STREAM"},
            },
        ),
        "Integration/ResponseTransferMode of AWS::ApiGateway::Method",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_modelled_fails_by_name(deployer, name):
    resource, words = REFUSED[name]
    assert deployer.create(template(R=resource)) == "ROLLBACK_COMPLETE"
    assert words in deployer.failure("R")


def test_a_stage_that_is_there_already(deployer, v1):
    body = resources(Live=None, Role=None, F=None, Permission=None, Users=None, List=None)
    body["Deployed"]["DependsOn"] = ["Health"]
    body["Deployed"]["Properties"]["StageName"] = "live"
    deployer.create(template(**body))
    stage = {"RestApiId": ref("Api"), "DeploymentId": ref("Deployed"), "StageName": "live"}
    assert deployer.update(template(**body, Live=typed("Stage", stage))) == "UPDATE_ROLLBACK_COMPLETE"
    reason = deployer.failure("Live")
    assert "Stage already exists (Service: ApiGateway, Status Code: 409" in reason
    assert "HandlerErrorCode: AlreadyExists" in reason


# ---- SAM -------------------------------------------------------------------------------------------------


def test_an_implicit_api_from_its_creation_to_its_end(deployer, call, v1):
    made = deployer.create(serverless(ROUTES), **EXPAND)
    assert made == "CREATE_COMPLETE", deployer.events()
    api = deployer.physical("ServerlessRestApi")
    assert v1.get_rest_api(restApiId=api)["name"] == "workshop"
    for route in ROUTES.values():
        event = call(api, route.replace("/users", "/Prod/users").replace("{userId}", "ada")).json()
        assert f"{event['httpMethod']} {event['resource']}" == route
    assert call(api, "PUT /Prod/users").status == 403
    # SAM deploys to a stage named Stage, too.
    assert {one["stageName"] for one in v1.get_stages(restApiId=api)["item"]} == {"Prod", "Stage"}
    first = v1.get_stage(restApiId=api, stageName="Prod")["deploymentId"]

    more = {**ROUTES, "Health": "GET /health"}
    broken = serverless({"Health": "GET /health"}) + BROKEN % "ServerlessRestApiProdStage"
    assert deployer.update(broken, **EXPAND) == "UPDATE_ROLLBACK_COMPLETE", deployer.events()
    assert v1.get_stage(restApiId=api, stageName="Prod")["deploymentId"] == first
    assert call(api, "GET /Prod/users").status == 200
    assert call(api, "GET /Prod/health").status == 403
    paths = {one["path"] for one in v1.get_resources(restApiId=api)["items"]}
    assert paths == {"/", "/users", "/users/{userId}"}

    assert deployer.update(serverless(more), **EXPAND) == "UPDATE_COMPLETE", deployer.events()
    assert deployer.physical("ServerlessRestApi") == api
    assert call(api, "GET /Prod/health").json()["resource"] == "/health"
    assert call(api, "GET /Prod/users/ada").json()["pathParameters"] == {"userId": "ada"}
    now = v1.get_stage(restApiId=api, stageName="Prod")["deploymentId"]
    assert now != first
    assert [one["id"] for one in v1.get_deployments(restApiId=api)["items"]] == [now]
    assert deployer.delete() == "DELETE_COMPLETE", deployer.events()
    assert call(api, "GET /Prod/users").status == 403
    assert v1.get_rest_apis()["items"] == []


GLOBALS = """
Globals:
  Api:
    EndpointConfiguration: REGIONAL
    BinaryMediaTypes: [image~1png]
    TracingEnabled: true
    MethodSettings: [{ResourcePath: /*, HttpMethod: '*', ThrottlingBurstLimit: 5, LoggingLevel: INFO}]
    Variables: {color: red}
    AccessLogSetting: {DestinationArn: !GetAtt Lines.Arn, Format: $context.requestId}
    Cors: {AllowOrigin: "'https://a.b'", AllowMethods: "'GET'", AllowHeaders: "'x-a'", MaxAge: "'600'"}
    GatewayResponses:
      DEFAULT_4XX: {ResponseParameters: {Headers: {Access-Control-Allow-Origin: "'*'"}}}
      MISSING_AUTHENTICATION_TOKEN: {StatusCode: 404}
"""


def test_globals_of_an_api(deployer, call, v1, client):
    let_apis_log(client)
    body = serverless(ROUTES, more=GLOBALS) + "  Lines: {Type: AWS::Logs::LogGroup}\n"
    assert deployer.create(body, **EXPAND) == "CREATE_COMPLETE", deployer.events()
    api = deployer.physical("ServerlessRestApi")
    found = v1.get_rest_api(restApiId=api)
    assert (found["endpointConfiguration"]["types"], found["binaryMediaTypes"]) == (
        ["REGIONAL"],
        ["image/png"],
    )
    stage = v1.get_stage(restApiId=api, stageName="Prod")
    assert (stage["tracingEnabled"], stage["variables"]) == (True, {"color": "red"})
    assert stage["methodSettings"]["*/*"]["throttlingBurstLimit"] == 5
    assert stage["accessLogSettings"]["format"] == "$context.requestId"
    reply = call(api, "OPTIONS /Prod/users/ada")
    sent = {name: value for name, value in reply.headers.items() if name.startswith("access-control")}
    assert sent == {
        "access-control-allow-origin": "https://a.b",
        "access-control-allow-methods": "GET",
        "access-control-allow-headers": "x-a",
        "access-control-max-age": "600",
    }
    reply = call(api, "PUT /Prod/users")
    assert reply.status == 404
    assert call(api, "POST /Prod/users", b"\x89PNG", {"Content-Type": "image/png"}).json()["isBase64Encoded"]
    assert call(api, "GET /Prod/users").json()["stageVariables"] == {"color": "red"}


@pytest.mark.parametrize("version", ["3.0.1", "2.0"])
def test_an_api_of_sams_own_with_models(deployer, call, v1, version):
    own = f"""
        StageName: live
        Name: mine
        OpenApiVersion: '{version}'
        Auth: {{DefaultAuthorizer: NONE}}
        Tags: {{own: '1'}}
        Models:
          User: {{type: object, required: [userId], properties: {{userId: {{type: string}}}}}}
    """
    model = ", RequestModel: {Model: User, Required: true, ValidateBody: true}"
    body = serverless({"Create": "POST /users"}, own, extra=model)
    assert deployer.create(body, **EXPAND) == "CREATE_COMPLETE", deployer.events()
    api = deployer.physical("Api")
    assert v1.get_rest_api(restApiId=api)["name"] == "mine"
    assert call(api, "POST /live/users", b"{}").text == '{"message": "Invalid request body"}'
    assert call(api, "POST /live/users", b'{"userId": "ada"}').status == 200
    assert v1.get_stage(restApiId=api, stageName="live")["tags"]["own"] == "1"
    # With OpenApiVersion there is no stage named Stage.
    assert [one["stageName"] for one in v1.get_stages(restApiId=api)["item"]] == ["live"]


NOT_MODELLED = {
    "MinimumCompressionSize: 5": "MinimumCompressionSize",
    "CacheClusterEnabled: true": "CacheClusterEnabled",
    "EndpointConfiguration: PRIVATE": "PRIVATE",
}


@pytest.mark.parametrize("setting", NOT_MODELLED)
def test_what_of_sams_api_is_not_modelled(deployer, setting):
    body = serverless({"List": "GET /users"}, f"StageName: live\n{setting}")
    assert deployer.create(body, **EXPAND) == "ROLLBACK_COMPLETE"
    reasons = " ".join(str(reason) for _, _, reason in deployer.events())
    assert "The sandbox does not model" in reasons
    assert NOT_MODELLED[setting] in reasons


def test_a_document_that_api_gateway_refuses(deployer):
    integration = {"type": "aws_proxy", "httpMethod": "POST", "uri": "arn:aws:lambda:us-east-1:1:function:f"}
    document = {
        "swagger": "2.0",
        "info": {"title": "a", "version": "1"},
        "paths": {"/a": {"get": {"x-amazon-apigateway-integration": integration}}},
    }
    assert deployer.create(template(Api=typed("RestApi", {"Body": document}))) == "ROLLBACK_COMPLETE"
    reason = deployer.failure("Api")
    words = (
        "Unable to put integration on 'GET' for resource at path '/a': AWS ARN for integration must contain"
    )
    assert "Errors found during import:" in reason
    assert words in reason
    assert "HandlerErrorCode: InvalidRequest" in reason


def test_what_the_deployer_may_not_do(sandbox, client, deployer, v1):
    import boto3

    iam = client("iam")
    iam.create_user(UserName="learner")
    statement = {"Effect": "Allow", "Action": ["cloudformation:*", "apigateway:GET"], "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam.put_user_policy(UserName="learner", PolicyName="p", PolicyDocument=document)
    key = iam.create_access_key(UserName="learner")["AccessKey"]
    own = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name="us-east-1")
    deployer.api = own.client("cloudformation", endpoint_url=sandbox.url)
    assert deployer.create(template(Api=typed("RestApi", {"Name": "a"}))) == "ROLLBACK_COMPLETE"
    reason = deployer.failure("Api")
    assert "is not authorized to perform: apigateway:POST on resource" in reason
    assert "HandlerErrorCode: AccessDenied" in reason
    assert v1.get_rest_apis()["items"] == []
