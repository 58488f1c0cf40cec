"""Every case of an update, on stacks that a learner has: a function behind a REST and an HTTP API, a table.

Where each case is:

    add a route                         here, on both APIs
    change a variable                   here
    change the key of an unnamed table  here, with the function that reads its name; its events: test_updates
    change the key of a named one       here, with all else taken back; renamed after: test_updates
    remove a resource                   here, a route; whole resources and Retain: test_updates
    break one resource                  here: both APIs answer by the old code; order and words: test_updates
    delete with a non-empty bucket      here, with RetainResources; by protection of a table: test_stacks
    ROLLBACK_COMPLETE                   here, all ways in; its words: test_stacks (case cfn-rollback-complete)
    change what cannot change in place  here, time to live and throughput; indexes: test_tables
    UPDATE_ROLLBACK_FAILED              here; ContinueUpdateRollback is not modelled
    no change                           test_updates (case cfn-update-nochange), test_change_sets
"""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

from tests.sandbox.cloudformation.conftest import Deployer, handle, parameter, table, template
from tests.sandbox.refusals import refusal

IAM = {"Capabilities": ["CAPABILITY_IAM"]}
RENAME = (
    "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
    "Rename users and update the stack again."
)
CODE = """
import json, os
def handler(event, context):
    route = event.get("routeKey") or event["httpMethod"] + " " + event["resource"]
    told = {"route": route, "code": CODE, "table": os.environ["TABLE"], "greeting": os.environ["GREETING"]}
    return {"statusCode": 200, "body": json.dumps(told)}
"""
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}
    ],
}
INVOKE = "arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${Function.Arn}/invocations"


def ref(name: str) -> dict[str, str]:
    return {"Ref": name}


def of(name: str, attribute: str) -> dict[str, list[str]]:
    return {"Fn::GetAtt": [name, attribute]}


def made(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def method(resource: Any, verb: str = "GET") -> dict[str, Any]:
    """A method of the REST API with the function behind it."""
    behind = {"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": {"Fn::Sub": INVOKE}}
    return made(
        "ApiGateway::Method",
        RestApiId=ref("Rest"),
        ResourceId=resource,
        HttpMethod=verb,
        AuthorizationType="NONE",
        Integration=behind,
    )


def route(key: str) -> dict[str, Any]:
    """A route of the HTTP API to the function."""
    target = {"Fn::Sub": "integrations/${Proxy}"}
    return made("ApiGatewayV2::Route", ApiId=ref("Http"), RouteKey=key, Target=target)


def backend(code: int = 1, greeting: str = "hello", users: Any = None) -> dict[str, Any]:
    """The resources of a table, a function, and a REST and an HTTP API with `GET /users`."""
    variables = {"TABLE": ref("Users"), "GREETING": greeting}
    return {
        "Users": users or table("id"),
        "Role": made("IAM::Role", AssumeRolePolicyDocument=TRUST),
        "Function": made(
            "Lambda::Function",
            Runtime="python3.13",
            Handler="index.handler",
            Role=of("Role", "Arn"),
            Code={"ZipFile": CODE.replace("CODE", str(code))},
            Environment={"Variables": variables},
        ),
        "Permission": made(
            "Lambda::Permission",
            Action="lambda:InvokeFunction",
            FunctionName=ref("Function"),
            Principal="apigateway.amazonaws.com",
        ),
        "Rest": made("ApiGateway::RestApi", Name="users"),
        "Path": made(
            "ApiGateway::Resource",
            RestApiId=ref("Rest"),
            ParentId=of("Rest", "RootResourceId"),
            PathPart="users",
        ),
        "List": method(ref("Path")),
        **deployment("Deployment", ["List"]),
        "Http": made("ApiGatewayV2::Api", Name="users", ProtocolType="HTTP"),
        "Proxy": made(
            "ApiGatewayV2::Integration",
            ApiId=ref("Http"),
            IntegrationType="AWS_PROXY",
            IntegrationUri=of("Function", "Arn"),
            PayloadFormatVersion="2.0",
        ),
        "ListRoute": route("GET /users"),
        "Default": made("ApiGatewayV2::Stage", ApiId=ref("Http"), StageName="$default", AutoDeploy=True),
    }


def deployment(name: str, methods: list[str]) -> dict[str, Any]:
    """A deployment of the REST API under a name of its own, and the stage that has it."""
    deployed = {**made("ApiGateway::Deployment", RestApiId=ref("Rest")), "DependsOn": methods}
    stage = made("ApiGateway::Stage", RestApiId=ref("Rest"), DeploymentId=ref(name), StageName="prod")
    return {name: deployed, "Stage": stage}


class Backend(Deployer):
    """The stack, and requests to its two APIs."""

    raw: Any

    def deploy(self, resources: dict[str, Any]) -> str:
        body = template({"Table": ref("Users")}, **resources)
        return self.update(body, **IAM) if self.id else self.create(body, **IAM)

    def call(self, line: str) -> list[Any]:
        """What REST and HTTP API answer, with the REST API's stage first: JSON, or the status if not 200."""
        verb, path = line.split()
        found = []
        for api, stage in (("Rest", "/prod"), ("Http", "")):
            reply = self.raw.request(verb, f"/_aws/execute-api/{self.physical(api)}{stage}{path}", {})
            found.append(reply.json() if reply.status == 200 else reply.status)
        return found

    def both(self, line: str = "GET /users", **wanted: Any) -> bool:
        """Whether both APIs answer by the function with `wanted`."""
        return all(
            isinstance(told, dict) and {key: told[key] for key in wanted} == wanted
            for told in self.call(line)
        )


@pytest.fixture
def stack(api, raw) -> Backend:
    one = Backend(api)
    one.raw = raw
    return one


def test_a_route_is_added(stack: Backend):
    assert stack.deploy(backend()) == "CREATE_COMPLETE", stack.events()
    rest, http = stack.physical("Rest"), stack.physical("Http")
    assert stack.both(route="GET /users", code=1)
    assert stack.call("POST /users") == [403, 404]  # API Gateway's words for a route that is not there
    more = backend()
    del more["Deployment"]
    more |= {"Create": method(ref("Path"), "POST"), "CreateRoute": route("POST /users")}
    more |= deployment("Deployment2", ["List", "Create"])
    assert stack.deploy(more) == "UPDATE_COMPLETE", stack.events()
    assert (stack.physical("Rest"), stack.physical("Http")) == (rest, http)
    assert stack.both("POST /users", route="POST /users", code=1)
    assert stack.both(route="GET /users", code=1)


def test_a_rest_route_without_a_new_deployment_is_not_served(stack: Backend):
    """A deployment is a snapshot (Template Reference, its page); HTTP APIs deploy by themselves."""
    stack.deploy(backend())
    more = backend() | {"Create": method(ref("Path"), "POST"), "CreateRoute": route("POST /users")}
    assert stack.deploy(more) == "UPDATE_COMPLETE", stack.events()
    rest, http = stack.call("POST /users")
    assert rest == 403
    assert http["route"] == "POST /users"


def test_a_variable_changes(stack: Backend, client):
    stack.deploy(backend())
    name = stack.physical("Function")
    assert stack.both(greeting="hello")
    assert stack.deploy(backend(greeting="good morning")) == "UPDATE_COMPLETE", stack.events()
    assert stack.physical("Function") == name
    assert stack.both(greeting="good morning", code=1)
    changed = {one for one, status, _ in stack.events() if status == "UPDATE_COMPLETE"}
    assert changed == {"Function", "workshop"}


def test_an_unnamed_table_with_another_key_is_replaced_and_all_follow(stack: Backend, client):
    stack.deploy(backend())
    before = stack.outputs["Table"]
    client("dynamodb").put_item(TableName=before, Item={"id": {"S": "1"}})
    assert stack.deploy(backend(users=table("userId"))) == "UPDATE_COMPLETE", stack.events()
    after = stack.outputs["Table"]
    assert after != before
    assert client("dynamodb").list_tables()["TableNames"] == [after]
    assert client("dynamodb").scan(TableName=after)["Count"] == 0  # data is not taken along
    assert stack.both(table=after)
    told = stack.statuses()
    assert told.index("Function UPDATE_COMPLETE") < told.index("Users DELETE_IN_PROGRESS")
    assert told.index("workshop UPDATE_COMPLETE_CLEANUP_IN_PROGRESS") < told.index("Users DELETE_IN_PROGRESS")


def test_a_named_table_with_another_key_is_refused_and_all_stays(stack: Backend, client):
    stack.deploy(backend(users=table("id", TableName="users")))
    client("dynamodb").put_item(TableName="users", Item={"id": {"S": "1"}})
    status = stack.deploy(backend(code=2, users=table("userId", TableName="users")))
    assert status == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.failure("Users") == RENAME
    assert client("dynamodb").scan(TableName="users")["Count"] == 1
    assert stack.both(code=1, table="users")


def test_a_route_is_removed(stack: Backend, client):
    """What is not in the template any more goes after all else, so the new deployment still has the method.

    User Guide, *Update behaviors of stack resources* (clean-up); a later deployment is without it.
    """
    first = backend()
    del first["Deployment"]
    first |= {"Create": method(ref("Path"), "POST"), "CreateRoute": route("POST /users")}
    first |= deployment("Deployment2", ["List", "Create"])
    stack.deploy(first)
    assert stack.both("POST /users", code=1)
    assert stack.deploy(backend()) == "UPDATE_COMPLETE", stack.events()
    rest, http = stack.call("POST /users")
    assert (rest["route"], http) == ("POST /users", 404)
    gone = {one for one, status, _ in stack.events() if status == "DELETE_COMPLETE"}
    assert gone == {"Create", "CreateRoute", "Deployment2"}
    routes = client("apigatewayv2").get_routes(ApiId=stack.physical("Http"))["Items"]
    assert [one["RouteKey"] for one in routes] == ["GET /users"]
    last = backend()
    del last["Deployment"]
    assert stack.deploy(last | deployment("Deployment3", ["List"])) == "UPDATE_COMPLETE", stack.events()
    assert stack.call("POST /users") == [403, 404]
    assert stack.both(route="GET /users")


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        (made("SSM::Parameter", Type="String"), "The property {/Value} is required"),
        (table(kind="TODO"), "'TODO'"),
        (made("S3::Bucket", LifecycleConfiguration={"Rules": []}), "LifecycleConfiguration"),
        (made("SQS::Queue"), "AWS::SQS::Queue is not modelled"),
    ],
)
def test_one_broken_resource_and_the_old_apis_still_answer(stack: Backend, client, broken, words):
    assert stack.deploy(backend()) == "CREATE_COMPLETE", stack.events()
    before = stack.outputs
    function = client("lambda").get_function_configuration(FunctionName=stack.physical("Function"))
    second = backend(code=2, greeting="never", users=table("userId"))
    del second["Deployment"]
    second |= {"Create": method(ref("Path"), "POST"), "CreateRoute": route("POST /users")}
    second |= deployment("Deployment2", ["List", "Create"])
    second["Broken"] = {**broken, "DependsOn": ["Stage", "Function", "CreateRoute", "Users"]}
    assert stack.deploy(second) == "UPDATE_ROLLBACK_COMPLETE", stack.events()
    assert words in stack.failure("Broken")
    assert stack.both(code=1, greeting="hello", table=before["Table"])
    assert stack.call("POST /users") == [403, 404]
    assert stack.outputs == before
    assert client("dynamodb").list_tables()["TableNames"] == [before["Table"]]
    now = client("lambda").get_function_configuration(FunctionName=stack.physical("Function"))
    assert now["CodeSha256"] == function["CodeSha256"]
    assert stack.deploy(backend(code=3)) == "UPDATE_COMPLETE", stack.events()  # and it can be updated again
    assert stack.both(code=3)


def test_a_bucket_that_is_not_empty_stays_until_it_is_retained(deployer: Deployer, client):
    s3 = client("s3")
    deployer.create(template(Uploads=made("S3::Bucket"), Greeting=parameter(Name="g"), Handle=handle()))
    bucket = deployer.physical("Uploads")
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert deployer.delete() == "DELETE_FAILED"
    assert deployer.stack["StackStatusReason"] == "The following resource(s) failed to delete: [Uploads]. "
    text = "The bucket you tried to delete is not empty (Service: S3, Status Code: 409, Request ID: "
    assert text in deployer.failure("Uploads")
    assert client("ssm").describe_parameters()["Parameters"] == []  # the others are gone
    error = refusal(deployer.api.update_stack, StackName="workshop", TemplateBody=template(H=handle()))
    assert "is in DELETE_FAILED state and can not be updated." in error.response["Error"]["Message"]
    assert deployer.delete() == "DELETE_FAILED"  # again, as nothing has changed
    assert deployer.delete(RetainResources=["Uploads"]) == "DELETE_COMPLETE"
    assert "Uploads DELETE_SKIPPED" in deployer.statuses()
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == b"x"


def test_an_emptied_bucket_lets_the_stack_go(deployer: Deployer, client):
    s3 = client("s3")
    deployer.create(template(Uploads=made("S3::Bucket")))
    bucket = deployer.physical("Uploads")
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert deployer.delete() == "DELETE_FAILED"
    s3.delete_object(Bucket=bucket, Key="k")
    assert deployer.delete() == "DELETE_COMPLETE"
    assert s3.list_buckets()["Buckets"] == []


def test_a_rolled_back_creation_takes_nothing_but_a_delete(deployer: Deployer, api):
    assert deployer.create(template(Users=table(kind="TODO"))) == "ROLLBACK_COMPLETE"
    good = template(Users=table())
    create = refusal(api.create_stack, StackName="workshop", TemplateBody=good)
    assert create.response["Error"]["Code"] == "AlreadyExistsException"
    update = refusal(api.update_stack, StackName="workshop", TemplateBody=good)
    changes = refusal(
        api.create_change_set,
        StackName="workshop",
        ChangeSetName="c",
        ChangeSetType="UPDATE",
        TemplateBody=good,
    )
    text = f"Stack:{deployer.id} is in ROLLBACK_COMPLETE state and can not be updated."
    for error in (update, changes):
        assert error.response["Error"]["Message"] == text
    assert deployer.delete() == "DELETE_COMPLETE"
    assert deployer.create(good) == "CREATE_COMPLETE"


def test_another_attribute_of_time_to_live_is_refused_and_stays(deployer: Deployer, client):
    """Template Reference, TimeToLiveSpecification: "you must first disable TTL and then enable TTL"."""

    def body(**expiry: Any) -> str:
        return template({"Name": ref("Users")}, Users=table(TimeToLiveSpecification=expiry))

    deployer.create(body(Enabled=True, AttributeName="old"))
    assert deployer.update(body(Enabled=True, AttributeName="new")) == "UPDATE_ROLLBACK_COMPLETE"
    text = "TimeToLive is active on a different AttributeName: current AttributeName is old"
    assert text in deployer.failure("Users")
    assert deployer.update(body(Enabled=False, AttributeName="old")) == "UPDATE_COMPLETE"
    assert deployer.update(body(Enabled=True, AttributeName="new")) == "UPDATE_COMPLETE"
    told = client("dynamodb").describe_time_to_live(TableName=deployer.outputs["Name"])
    assert told["TimeToLiveDescription"]["AttributeName"] == "new"


def test_a_table_that_refuses_one_of_its_changes_goes_back(deployer: Deployer, client):
    """One call of the update is refused: the way back does not ask for what is so already."""

    def body(units: int, write: int, **more: Any) -> str:
        throughput = {"ReadCapacityUnits": units, "WriteCapacityUnits": write}
        changed = table(BillingMode="PROVISIONED", ProvisionedThroughput=throughput, **more)
        return template({"Name": ref("Users")}, Users=changed)

    on = {"Enabled": True, "AttributeName": "old"}
    deployer.create(body(1, 1, TimeToLiveSpecification=on))
    off = {"Enabled": True, "AttributeName": "new"}
    assert deployer.update(body(2, 2, TimeToLiveSpecification=off)) == "UPDATE_ROLLBACK_COMPLETE"
    assert deployer.update(body(1, 0, TimeToLiveSpecification=on)) == "UPDATE_ROLLBACK_COMPLETE"
    told = client("dynamodb").describe_table(TableName=deployer.outputs["Name"])["Table"]
    assert told["ProvisionedThroughput"]["WriteCapacityUnits"] == 1
    assert deployer.update(body(3, 1, TimeToLiveSpecification=on)) == "UPDATE_COMPLETE"


def test_a_rollback_that_fails_leaves_the_stack_stuck(sandbox, client):
    """The update takes away the permission to go back: UPDATE_ROLLBACK_FAILED.

    Continuing is not modelled, and says so; as on AWS the stack takes no update then, but can be deleted.
    """
    iam, ssm = client("iam"), client("ssm")
    iam.create_user(UserName="half")
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    iam.put_user_policy(UserName="half", PolicyName="all", PolicyDocument=json.dumps(document(everything)))
    key = iam.create_access_key(UserName="half")["AccessKey"]
    session = boto3.Session(key["AccessKeyId"], key["SecretAccessKey"], region_name="us-east-1")
    deployer = Deployer(session.client("cloudformation", endpoint_url=sandbox.url))
    first = template(Greeting=parameter("one", Name="g"))
    assert deployer.create(first) == "CREATE_COMPLETE", deployer.events()
    never = {"Effect": "Deny", "Action": "ssm:PutParameter", "Resource": "*"}
    forbids = made("IAM::Policy", PolicyName="never", Users=["half"], PolicyDocument=document(never))
    second = template(
        Greeting=parameter("two", Name="g"),
        Forbids={**forbids, "DependsOn": "Greeting"},
        Broken={**table(kind="TODO"), "DependsOn": "Forbids"},
    )
    assert deployer.update(second, **IAM) == "UPDATE_ROLLBACK_FAILED", deployer.events()
    text = "The following resource(s) failed to update: [Greeting]. "
    assert deployer.stack["StackStatusReason"] == text
    assert "ssm:PutParameter" in deployer.failure("Greeting")
    assert ssm.get_parameter(Name="g")["Parameter"]["Value"] == "two"
    error = refusal(deployer.api.update_stack, StackName="workshop", TemplateBody=first)
    stuck = f"Stack:{deployer.id} is in UPDATE_ROLLBACK_FAILED state and can not be updated."
    assert error.response["Error"]["Message"] == stuck
    error = refusal(deployer.api.continue_update_rollback, StackName="workshop")
    assert error.response["Error"]["Code"] == "NotImplemented"
    assert "ContinueUpdateRollback" in error.response["Error"]["Message"]
    assert deployer.delete() == "DELETE_COMPLETE", deployer.events()
    assert ssm.describe_parameters()["Parameters"] == []
    assert iam.list_user_policies(UserName="half")["PolicyNames"] == ["all"]


def document(statement: dict[str, Any]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [statement]}
