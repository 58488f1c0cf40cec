"""How what a learner built by hand is found: by the names agreed upon, whatever the resource."""

import io
import json
import zipfile

import pytest
import requests

FIND = """
    @check("It is found", guide="dynamodb#one")
    def test_one(lab):
        found = lab.find("{output}")
        fail(saw=f"{{found.name}} | {{found.how}}", expected="", why="", next_step="")
"""
TRUST = {
    "Version": "2012-10-17",
    "Statement": {
        "Effect": "Allow",
        "Principal": {"Service": "lambda.amazonaws.com"},
        "Action": "sts:AssumeRole",
    },
}


def make_role(session):
    made = session.client("iam").create_role(
        RoleName="workshop-users-role", AssumeRolePolicyDocument=json.dumps(TRUST)
    )
    return made["Role"]["Arn"]


def make_function(session):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("app.py", "def handler(event, context): return {}")
    made = session.client("lambda").create_function(
        FunctionName="workshop-users",
        Role=make_role(session),
        Runtime="python3.13",
        Handler="app.handler",
        Code={"ZipFile": file.getvalue()},
    )
    return made["FunctionName"]


def make_http_api(session):
    api = session.client("apigatewayv2").create_api(Name="workshop-users", ProtocolType="HTTP")
    return api["ApiEndpoint"]


def make_rest_api(session):
    """A REST API whose stage prod answers; its URL is known by no API of AWS."""
    client = session.client("apigateway")
    api = client.create_rest_api(name="workshop-users-rest")["id"]
    (root,) = client.get_resources(restApiId=api)["items"]
    where = {"restApiId": api, "resourceId": root["id"], "httpMethod": "GET"}
    client.put_method(**where, authorizationType="NONE")
    client.put_integration(**where, type="MOCK", requestTemplates={"application/json": '{"statusCode": 200}'})
    client.put_method_response(**where, statusCode="200")
    client.put_integration_response(**where, statusCode="200")
    client.create_deployment(restApiId=api, stageName="prod")
    return api


@pytest.mark.parametrize(
    ("output", "kind", "make"),
    [
        ("UsersRoleArn", "role named workshop-users-role", make_role),
        ("UsersFunctionName", "function named workshop-users", make_function),
        ("HttpApiUrl", "HTTP API named workshop-users", make_http_api),
    ],
)
def test_by_name(clone, output, kind, make):
    code = FIND.format(output=output)
    missing = clone.one(code).message
    assert missing == f"no stack named workshop and no {kind}"
    made = make(clone.target.session())
    assert clone.one(code).message == f"{made} | {kind}; there is no stack workshop"


def test_a_rest_api_by_name_and_where_its_stage_answers(clone):
    api = make_rest_api(clone.target.session())
    url, how = clone.one(FIND.format(output="RestApiUrl")).message.split(" | ")
    assert api in url
    assert requests.get(url, timeout=10).status_code == 200
    assert how == "REST API named workshop-users-rest; there is no stack workshop"


def test_what_the_stack_holds(clone):
    show = """
        @check("It is found", guide="dynamodb#one")
        def test_one(lab):
            fail(saw=str(lab.stack_resources()), expected="", why="", next_step="")
    """
    assert clone.one(show).message == "{}"
    template = json.dumps({"Resources": {"Group": {"Type": "AWS::Logs::LogGroup"}}})
    stacks = clone.target.session().client("cloudformation")
    stacks.create_stack(StackName="workshop", TemplateBody=template)
    stacks.get_waiter("stack_create_complete").wait(StackName="workshop")
    assert clone.one(show).message.startswith("{'Group': ('AWS::Logs::LogGroup', 'workshop-Group-")
