"""Templates of REST APIs for the tests: raw ones, and SAM's."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Mapping
from typing import Any

SAM = "Transform: AWS::Serverless-2016-10-31\n"
EXPAND = {"Capabilities": ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]}
CODE = """
import json

def handler(event, context):
    return {"statusCode": 200, "body": json.dumps(event)}
"""
URI = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations"
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    ],
}


def typed(kind: str, properties: Mapping[str, Any] | None = None, **attributes: Any) -> dict[str, Any]:
    """A resource of a type of API Gateway."""
    return {"Type": f"AWS::ApiGateway::{kind}", "Properties": dict(properties or {}), **attributes}


def ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def function() -> dict[str, Any]:
    """The resources of a function F that answers with its event, and that every API may invoke."""
    properties = {
        "Runtime": "python3.13",
        "Handler": "index.handler",
        "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        "Code": {"ZipFile": CODE},
    }
    permission = {
        "Action": "lambda:InvokeFunction",
        "FunctionName": ref("F"),
        "Principal": "apigateway.amazonaws.com",
        "SourceArn": {"Fn::Sub": "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/GET/users"},
    }
    return {
        "Role": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": TRUST}},
        "F": {"Type": "AWS::Lambda::Function", "Properties": properties},
        "Permission": {"Type": "AWS::Lambda::Permission", "Properties": permission},
    }


def proxy(method: str, resource: Any, **properties: Any) -> dict[str, Any]:
    """A method with the function behind it."""
    integration = {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": {"Fn::Sub": URI}}
    given = {
        "RestApiId": ref("Api"),
        "ResourceId": resource,
        "HttpMethod": method,
        "AuthorizationType": "NONE",
        "Integration": integration,
        **properties,
    }
    return typed("Method", given)


def mock(resource: Any, text: str, status: str = "200", method: str = "GET") -> dict[str, Any]:
    """A method that answers with a text by itself."""
    integration = {
        "Type": "MOCK",
        "RequestTemplates": {"application/json": json.dumps({"statusCode": int(status)})},
        "IntegrationResponses": [{"StatusCode": status, "ResponseTemplates": {"application/json": text}}],
    }
    given = {
        "RestApiId": ref("Api"),
        "ResourceId": resource,
        "HttpMethod": method,
        "AuthorizationType": "NONE",
        "MethodResponses": [{"StatusCode": status}],
        "Integration": integration,
    }
    return typed("Method", given)


def root() -> dict[str, Any]:
    """The root resource of the API."""
    return {"Fn::GetAtt": ["Api", "RootResourceId"]}


def serverless(routes: Mapping[str, str], api: str = "", more: str = "", extra: str = "") -> str:
    """A SAM template whose function F has an Api event for each route `METHOD /path`.

    api: properties of an AWS::Serverless::Api named Api, "" for the implicit API. more: other sections.
    extra: more properties of every event. Everything is YAML text.
    """
    owner = ", RestApiId: !Ref Api" if api else ""
    events = "".join(
        f"        {name}: {{Type: Api, Properties: {{Path: '{route.split()[1]}', "
        f"Method: {route.split()[0].lower()}{owner}{extra}}}}}\n"
        for name, route in routes.items()
    )
    body = SAM + textwrap.dedent(more) + "Resources:\n"
    if api:
        body += "  Api:\n    Type: AWS::Serverless::Api\n    Properties:\n" + textwrap.indent(
            textwrap.dedent(api).strip("\n") + "\n", "      "
        )
    code = textwrap.indent(CODE, "        ")
    body += (
        "  F:\n    Type: AWS::Serverless::Function\n    Properties:\n      Runtime: python3.13\n"
        f"      Handler: index.handler\n      InlineCode: |\n{code}      Events:\n{events}"
    )
    return body
