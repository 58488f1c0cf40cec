"""What of API Gateway is not modelled, at every door: API call, OpenAPI document, template, SAM.

Each must be refused by its name: an API that lets everybody in without a word is worse than none.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

X = "x-amazon-apigateway-"
EXPAND = {"Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]}
ARN = "arn:aws:lambda:us-east-1:111122223333:function:f"
USER_POOL = "arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_a"
JWT = {"issuer": "https://issuer.example", "audience": ["a"]}
INFO = {"info": {"title": "a", "version": "1"}}

Row = tuple[str, Callable[["Doors"], Any], str]


class Doors:
    """The doors of one account: each way to ask for something of an API."""

    def __init__(self, client: Callable[[str], Any], deployer: Any) -> None:
        self.v1, self.v2, self.waf = client("apigateway"), client("apigatewayv2"), client("wafv2")
        self.deployer = deployer
        rest = self.v1.create_rest_api(name="a")
        self.rest = {"restApiId": rest["id"]}
        self.method = {**self.rest, "resourceId": rest["rootResourceId"], "httpMethod": "GET"}
        self.new = {**self.method, "httpMethod": "PUT"}
        self.http = {"ApiId": self.v2.create_api(Name="a", ProtocolType="HTTP")["ApiId"]}

    def route(self, **members: Any) -> Any:
        return self.v2.create_route(**self.http, RouteKey="GET /", **members)

    def document(self, scheme: dict[str, Any], **operation: Any) -> Any:
        """A REST API of Swagger 2.0."""
        mock = {"type": "mock", "requestTemplates": {"application/json": '{"statusCode": 200}'}}
        get = {"responses": {}, f"{X}integration": mock, "security": [{"s": []}], **operation}
        paths = {"/": {"get": get}}
        body = {"swagger": "2.0", **INFO, "paths": paths, "securityDefinitions": {"s": scheme}}
        return self.v1.import_rest_api(body=json.dumps(body).encode())

    def http_document(self, scheme: dict[str, Any], **integration: Any) -> Any:
        proxy = {"type": "aws_proxy", "uri": ARN, "payloadFormatVersion": "2.0", **integration}
        get = {"responses": {}, f"{X}integration": proxy, **({"security": [{"s": []}]} if scheme else {})}
        components = {"securitySchemes": {"s": scheme}} if scheme else {}
        body = {"openapi": "3.0.1", **INFO, "paths": {"/": {"get": get}}, "components": components}
        return self.v2.import_api(Body=json.dumps(body))

    def template(self, kind: str, transform: str | None = None, **properties: Any) -> str:
        """Why a stack of one resource fails. Raises nothing: whoever asks looks for the words."""
        one = {"Type": f"AWS::{kind}", "Properties": properties}
        more = {"Transform": transform} if transform else {}
        assert (
            self.deployer.create(json.dumps({**more, "Resources": {"R": one}}), **EXPAND) != "CREATE_COMPLETE"
        )
        return " ".join(str(reason) for _, _, reason in self.deployer.events())

    def sam(self, kind: str, **properties: Any) -> str:
        """Why a stack of one of SAM's APIs fails, with a route in it."""
        stage = {"StageName": "live"} if kind == "Api" else {}
        path = {"get": {"responses": {}, f"{X}integration": {"type": "mock"}}}
        openapi = {"openapi": "3.0.1", **INFO, "paths": {"/": path}}
        whole = {"DefinitionBody": openapi, **stage, **properties}
        return self.template(f"Serverless::{kind}", "AWS::Serverless-2016-10-31", **whole)


def lambda_authorizer(kind: str) -> dict[str, Any]:
    return {
        "type": "apiKey",
        f"{X}authtype": "custom",
        f"{X}authorizer": {"type": kind, "authorizerUri": ARN},
    }


TOKEN = {"Authorizers": {"A": {"FunctionArn": ARN}}, "DefaultAuthorizer": "A"}
REQUEST = {
    "Authorizers": {
        "A": {"FunctionArn": ARN, "FunctionPayloadType": "REQUEST", "Identity": {"Headers": ["a"]}}
    },
    "DefaultAuthorizer": "A",
}
COGNITO = {"Authorizers": {"A": {"UserPoolArn": USER_POOL}}, "DefaultAuthorizer": "A"}
OF_HTTP = {
    "Authorizers": {"A": {"FunctionArn": ARN, "AuthorizerPayloadFormatVersion": "2.0"}},
    "DefaultAuthorizer": "A",
}
BEARER = {
    "Authorizers": {"A": {"JwtConfiguration": JWT, "IdentitySource": "$request.header.Authorization"}},
    "DefaultAuthorizer": "A",
}
NAMED = {"DomainName": "a.example", "CertificateArn": "arn:aws:acm:us-east-1:111122223333:certificate/a"}

FEATURES: dict[str, list[Row]] = {
    "Lambda authorizers of REST APIs": [
        (
            "api",
            lambda d: d.v1.create_authorizer(**d.rest, name="a", type="TOKEN"),
            "authorizers (CreateAuth",
        ),
        ("api", lambda d: d.v1.put_method(**d.new, authorizationType="CUSTOM"), "Lambda authorizers"),
        ("openapi", lambda d: d.document(lambda_authorizer("token")), f"authorizers ({X}auth"),
        ("openapi", lambda d: d.document(lambda_authorizer("request")), f"authorizers ({X}auth"),
        ("template", lambda d: d.template("ApiGateway::Authorizer"), "AWS::ApiGateway::Authorizer"),
        ("sam", lambda d: d.sam("Api", Auth=TOKEN), "authorizers"),
        ("sam", lambda d: d.sam("Api", Auth=REQUEST), "authorizers"),
    ],
    "Lambda authorizers of HTTP APIs": [
        (
            "api",
            lambda d: d.v2.create_authorizer(
                **d.http, AuthorizerType="REQUEST", Name="a", IdentitySource=["$request.header.a"]
            ),
            "authorizers (CreateAuthorizer)",
        ),
        ("api", lambda d: d.route(AuthorizationType="CUSTOM", AuthorizerId="a"), "Lambda authorizers"),
        ("openapi", lambda d: d.http_document(lambda_authorizer("request")), "authorizers of an OpenAPI"),
        ("template", lambda d: d.template("ApiGatewayV2::Authorizer"), "AWS::ApiGatewayV2::Authorizer"),
        ("sam", lambda d: d.sam("HttpApi", Auth=OF_HTTP), "authorizers"),
    ],
    "JWT and Cognito authorizers": [
        (
            "api",
            lambda d: d.v1.put_method(**d.new, authorizationType="COGNITO_USER_POOLS"),
            "Cognito user",
        ),
        ("api", lambda d: d.route(AuthorizationType="JWT"), "JWT authorizers"),
        ("openapi", lambda d: d.document(lambda_authorizer("cognito_user_pools")), "authorizers"),
        ("openapi", lambda d: d.http_document({"type": "oauth2", f"{X}authorizer": {}}), "authorizers"),
        ("sam", lambda d: d.sam("Api", Auth=COGNITO), "authorizers"),
        ("sam", lambda d: d.sam("HttpApi", Auth=BEARER), "authorizers"),
    ],
    "API keys and usage plans": [
        ("api", lambda d: d.v1.create_api_key(name="a"), "API keys"),
        ("api", lambda d: d.v1.create_usage_plan(name="a"), "usage plans"),
        ("api", lambda d: d.v1.create_rest_api(name="a", apiKeySource="AUTHORIZER"), "API keys"),
        (
            "api",
            lambda d: d.v1.put_method(**d.new, authorizationType="NONE", apiKeyRequired=True),
            "API keys (apiKeyRequired)",
        ),
        ("api", lambda d: d.route(ApiKeyRequired=True), "API keys (ApiKeyRequired)"),
        (
            "openapi",
            lambda d: d.document({"type": "apiKey", "name": "x-api-key", "in": "header"}),
            "API keys (the security scheme s)",
        ),
        ("template", lambda d: d.template("ApiGateway::ApiKey"), "AWS::ApiGateway::ApiKey"),
        ("template", lambda d: d.template("ApiGateway::UsagePlan"), "AWS::ApiGateway::UsagePlan"),
        ("sam", lambda d: d.sam("Api", Auth={"ApiKeyRequired": True}), "API keys"),
    ],
    "canaries": [
        (
            "api",
            lambda d: d.v1.create_deployment(**d.rest, canarySettings={"percentTraffic": 1.0}),
            "canary deployments",
        ),
        (
            "template",
            lambda d: d.template(
                "ApiGateway::Stage", RestApiId="a", DeploymentId="b", CanarySetting={"PercentTraffic": 1}
            ),
            "CanarySetting",
        ),
        ("sam", lambda d: d.sam("Api", CanarySetting={"PercentTraffic": 5}), "CanarySetting"),
    ],
    "custom domains and mutual TLS": [
        ("api", lambda d: d.v1.create_domain_name(domainName="a.example"), "custom domain names"),
        (
            "api",
            lambda d: d.v2.create_domain_name(
                DomainName="a.example", MutualTlsAuthentication={"TruststoreUri": "s3://a/b"}
            ),
            "custom domain names",
        ),
        ("api", lambda d: d.v1.generate_client_certificate(), "client certificates"),
        ("template", lambda d: d.template("ApiGateway::DomainName"), "AWS::ApiGateway::DomainName"),
        ("template", lambda d: d.template("ApiGatewayV2::ApiMapping"), "AWS::ApiGatewayV2::ApiMapping"),
        ("sam", lambda d: d.sam("Api", Domain=NAMED), "AWS::ApiGateway::DomainName"),
        ("sam", lambda d: d.sam("HttpApi", Domain=NAMED), "AWS::ApiGatewayV2::DomainName"),
    ],
    "AWS WAF": [
        (
            "api",
            lambda d: d.waf.associate_web_acl(
                WebACLArn="arn:aws:wafv2:us-east-1:111122223333:regional/webacl/a/b",
                ResourceArn="arn:aws:apigateway:us-east-1::/restapis/a/stages/b",
            ),
            "AWS WAF",
        ),
        ("template", lambda d: d.template("WAFv2::WebACLAssociation"), "AWS::WAFv2::WebACLAssociation"),
    ],
    "VPC links": [
        ("api", lambda d: d.v1.create_vpc_link(name="a", targetArns=["a"]), "VPC links"),
        ("api", lambda d: d.v2.create_vpc_link(Name="a", SubnetIds=["subnet-1"]), "VPC links"),
        ("openapi", lambda d: d.http_document({}, connectionType="VPC_LINK", connectionId="a"), "VPC links"),
        ("template", lambda d: d.template("ApiGateway::VpcLink"), "AWS::ApiGateway::VpcLink"),
        ("template", lambda d: d.template("ApiGatewayV2::VpcLink"), "AWS::ApiGatewayV2::VpcLink"),
    ],
    "mapping templates with directives": [
        (
            "api",
            lambda d: d.v1.put_integration(
                **d.method, type="MOCK", requestTemplates={"application/json": "#set($a = 1)"}
            ),
            "VTL directives in mapping templates ('#set')",
        ),
        (
            "openapi",
            lambda d: d.document(
                {"type": "basic"},
                security=[],
                **{
                    f"{X}integration": {"type": "mock", "requestTemplates": {"application/json": "$util.a()"}}
                },
            ),
            "VTL",
        ),
    ],
}


@pytest.fixture
def doors(client, deployer) -> Doors:
    made = Doors(client, deployer)
    made.v1.put_method(**made.method, authorizationType="NONE")
    return made


@pytest.mark.parametrize("feature", FEATURES)
def test_each_door_refuses_it_by_name(doors, feature):
    for number, (door, ask, words) in enumerate(FEATURES[feature]):
        doors.deployer.name = f"stack-{number}"
        try:
            told = ask(doors)
        except ClientError as error:
            response = error.response
            assert response["ResponseMetadata"]["HTTPStatusCode"] == 501, (door, words, response)
            told = response["Error"]["Message"]
        assert words in told, (door, words, told)
        assert "not model" in told, (door, words, told)
