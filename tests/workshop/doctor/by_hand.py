"""APIs made by hand, call by call, around one function in each language; none has a stack."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

from tests.graders.calls import _patiently
from tests.workshop.doctor.shapes import TRUST, allow

API_GATEWAY = "apigateway.amazonaws.com"
REGION = "us-east-1"
APIS = {}
"""By name: the language of the function, and what makes an API to it and tells its URL."""

PYTHON = """
import json
import pathlib

import boto3

CONFIG = json.loads((pathlib.Path(__file__).parent / "config.json").read_text())
table = boto3.resource("dynamodb").Table(CONFIG["table"])


class Users:
    def __call__(self, event, context):
        http = event["requestContext"].get("http")
        method = http["method"] if http else event["httpMethod"]
        last = (event.get("rawPath") or event["path"]).rstrip("/").rpartition("/")[2]
        print(context.aws_request_id, method, last)
        if method == "POST":
            user = json.loads(event["body"])
            table.put_item(Item=user)
            return self.answer(201, user)
        user = table.get_item(Key={"userId": last}, ConsistentRead=True).get("Item")
        return self.answer(200, user) if user else self.answer(404, {"message": "no such user"})

    @staticmethod
    def answer(status, value):
        return {"statusCode": status, "body": json.dumps(value)}


lambda_handler = Users()
"""

NODE = """
const { DynamoDBClient, GetItemCommand, PutItemCommand } = require("@aws-sdk/client-dynamodb");
const { table: TableName } = require("./config.json");
const client = new DynamoDBClient();
const answer = (statusCode, value) => ({ statusCode, body: JSON.stringify(value) });

exports.lambda_handler = async (event, context) => {
  const method = event.requestContext.http?.method ?? event.httpMethod;
  const last = (event.rawPath ?? event.path).split("/").pop();
  console.log(context.awsRequestId, method, last);
  if (method === "POST") {
    const { userId } = JSON.parse(event.body);
    await client.send(new PutItemCommand({ TableName, Item: { userId: { S: userId } } }));
    return answer(201, { userId });
  }
  const read = { TableName, Key: { userId: { S: last } }, ConsistentRead: true };
  const { Item } = await client.send(new GetItemCommand(read));
  return Item ? answer(200, { userId: Item.userId.S }) : answer(404, { message: "no such user" });
};
"""

CODE = {"python": ("main.py", PYTHON, "python3.13"), "nodejs": ("main.js", NODE, "nodejs22.x")}
DOCUMENT = {
    "openapi": "3.0.1",
    "info": {"title": "imported"},
    "paths": {"/users": ("get", "post"), "/users/{userId}": ("get",)},
}


@dataclass
class Hand:
    """A function made by hand in a fresh account, with its table and role."""

    target: Any
    language: str

    @cached_property
    def client(self):
        return cache(self.target.session().client)

    @property
    def account(self):
        return self.target.account

    @cached_property
    def function(self):
        """Its ARN: its code is in a folder, its role below a path, its log group made by itself."""
        self.client("dynamodb").create_table(
            TableName="People",
            AttributeDefinitions=[{"AttributeName": "userId", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "userId", "KeyType": "HASH"}],
            ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 5},
        )
        self.client("dynamodb").get_waiter("table_exists").wait(TableName="People")
        iam = self.client("iam")
        role = iam.create_role(
            RoleName="people-role-x1", Path="/service-role/", AssumeRolePolicyDocument=json.dumps(TRUST)
        )["Role"]["Arn"]
        for actions, what in (
            (["dynamodb:PutItem", "dynamodb:GetItem"], f"dynamodb:{REGION}:{self.account}:table/People"),
            (
                ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
                f"logs:*:{self.account}:*",
            ),
        ):
            name = actions[0].partition(":")[0]
            document = allow(actions, f"arn:aws:{what}")
            iam.put_role_policy(RoleName="people-role-x1", PolicyName=name, PolicyDocument=document)
        file, text, runtime = CODE[self.language]
        made = _patiently(
            self.client("lambda").create_function,
            {
                "FunctionName": "people",
                "Role": role,
                "Runtime": runtime,
                "Handler": "src/main.lambda_handler",
                "Code": {"ZipFile": packed({f"src/{file}": text, "src/config.json": '{"table": "People"}'})},
                "Timeout": 15,
            },
        )
        self.client("lambda").get_waiter("function_active_v2").wait(FunctionName="people")
        return made["FunctionArn"]

    def permit(self, source, **qualifier):
        self.client("lambda").add_permission(
            FunctionName="people",
            StatementId=f"s{abs(hash(source))}",
            Action="lambda:*" if qualifier else "lambda:InvokeFunction",
            Principal=API_GATEWAY,
            SourceArn=f"arn:aws:execute-api:{REGION}:{self.account}:{source}",
            **qualifier,
        )

    def url(self, api, stage=""):
        return f"{self.target.url}/_aws/execute-api/{api}{stage and '/' + stage}"

    def uri(self, arn):
        return f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn}/invocations"


def packed(files):
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return memory.getvalue()


def api(language):
    def register(function):
        APIS[function.__name__.replace("_", "-")] = (language, function)
        return function

    return register


@api("python")
def http_api_by_quick_create(hand):
    made = hand.client("apigatewayv2").create_api(Name="quick", ProtocolType="HTTP", Target=hand.function)
    hand.permit(f"{made['ApiId']}/*/$default")
    return hand.url(made["ApiId"])


@api("nodejs")
def http_api_with_a_catch_all_a_named_stage_and_payload_1_0(hand):
    client = hand.client("apigatewayv2")
    api_id = client.create_api(Name="named", ProtocolType="HTTP")["ApiId"]
    made = client.create_integration(
        ApiId=api_id,
        IntegrationType="AWS_PROXY",
        IntegrationUri=hand.function,
        PayloadFormatVersion="1.0",
        TimeoutInMillis=20000,
    )
    target = f"integrations/{made['IntegrationId']}"
    client.create_route(ApiId=api_id, RouteKey="ANY /{proxy+}", Target=target)
    deployment = client.create_deployment(ApiId=api_id)["DeploymentId"]
    client.create_stage(ApiId=api_id, StageName="v2", DeploymentId=deployment)
    hand.permit(f"{api_id}/v2/*/{{proxy+}}")
    return hand.url(api_id, "v2")


@api("python")
def http_api_that_takes_on_a_role(hand):
    """No statement of the function's policy names this API."""
    iam, client = hand.client("iam"), hand.client("apigatewayv2")
    trust = json.dumps(TRUST).replace("lambda.amazonaws.com", API_GATEWAY)
    role = iam.create_role(RoleName="gateway", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    document = allow("lambda:InvokeFunction", f"{hand.function}*")
    iam.put_role_policy(RoleName="gateway", PolicyName="invoke", PolicyDocument=document)
    api_id = client.create_api(Name="roles", ProtocolType="HTTP")["ApiId"]
    made = client.create_integration(
        ApiId=api_id,
        IntegrationType="AWS_PROXY",
        IntegrationUri=hand.uri(hand.function),
        PayloadFormatVersion="2.0",
        CredentialsArn=role,
    )
    for key in ("POST /users", "GET /users/{userId}"):
        client.create_route(ApiId=api_id, RouteKey=key, Target=f"integrations/{made['IntegrationId']}")
    client.create_stage(ApiId=api_id, StageName="$default", AutoDeploy=True)
    return hand.url(api_id)


def rest(hand, name, stage, arn, variables=None):
    """A REST API with a proxy resource; its id."""
    client = hand.client("apigateway")
    made = client.create_rest_api(name=name, endpointConfiguration={"types": ["REGIONAL"]})
    where = {"restApiId": made["id"]}
    root = client.get_resources(**where)["items"][0]["id"]
    proxy = client.create_resource(**where, parentId=root, pathPart="{proxy+}")["id"]
    where |= {"resourceId": proxy, "httpMethod": "ANY"}
    client.put_method(**where, authorizationType="NONE")
    client.put_integration(**where, type="AWS_PROXY", integrationHttpMethod="POST", uri=hand.uri(arn))
    client.create_deployment(restApiId=made["id"], stageName=stage, variables=variables or {})
    return made["id"]


@api("nodejs")
def rest_api_with_a_proxy_resource_and_an_alias(hand):
    functions = hand.client("lambda")
    _ = hand.function
    version = functions.publish_version(FunctionName="people")["Version"]
    alias = functions.create_alias(FunctionName="people", Name="live", FunctionVersion=version)["AliasArn"]
    api_id = rest(hand, "alias", "prod", alias)
    hand.permit(f"{api_id}/*", Qualifier="live")
    return hand.url(api_id, "prod")


@api("python")
def rest_api_with_a_stage_variable_for_the_function(hand):
    arn = hand.function.replace(":people", ":${stageVariables.which}")
    api_id = rest(hand, "variable", "test", arn, {"which": "people"})
    hand.permit(f"{api_id}/test/*/{{proxy+}}")
    return hand.url(api_id, "test")


@api("python")
def rest_api_from_a_document_with_a_version(hand):
    version = hand.client("lambda").publish_version(FunctionName=hand.function)["FunctionArn"]
    made = {"type": "aws_proxy", "httpMethod": "POST", "uri": hand.uri(version)}
    operation = {"x-amazon-apigateway-integration": made, "responses": {"default": {"description": "any"}}}
    paths = {path: dict.fromkeys(methods, operation) for path, methods in DOCUMENT["paths"].items()}
    client = hand.client("apigateway")
    api_id = client.import_rest_api(body=json.dumps({**DOCUMENT, "paths": paths}))["id"]
    client.create_deployment(restApiId=api_id, stageName="v1")
    hand.permit(f"{api_id}/v1/*/users*", Qualifier=version.rpartition(":")[2])
    return hand.url(api_id, "v1")


def mock_health(hand):
    """A REST API whose health is answered by itself; its URL, with the path."""
    client = hand.client("apigateway")
    api_id = client.create_rest_api(name="mock")["id"]
    root = client.get_resources(restApiId=api_id)["items"][0]["id"]
    resource = client.create_resource(restApiId=api_id, parentId=root, pathPart="health")["id"]
    where = {"restApiId": api_id, "resourceId": resource, "httpMethod": "GET"}
    client.put_method(**where, authorizationType="NONE")
    request = {"application/json": '{"statusCode": 200}'}
    client.put_integration(**where, type="MOCK", requestTemplates=request)
    client.put_method_response(**where, statusCode="200")
    answer = {"application/json": '{"status": "up"}'}
    client.put_integration_response(**where, statusCode="200", responseTemplates=answer)
    client.create_deployment(restApiId=api_id, stageName="prod")
    return f"{hand.url(api_id, 'prod')}/health"
