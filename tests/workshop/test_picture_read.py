"""What a picture sees of a running system."""

import io
import json
import zipfile

import pytest

from tests.workshop.picture_scenes import CALLS
from workshop.picture import Album
from workshop.picture.read import Reader
from workshop.picture.snapshot import Permission, Role, Route, Snapshot, Stage, Table

ACCOUNT = "210987654321"


@pytest.fixture(scope="module")
def session(sandbox):
    return sandbox.session(ACCOUNT)


def policy(**statement):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


WRITE_LOGS = policy(Action="logs:*", Resource="*")


def make_table(session, name):
    session.client("dynamodb").create_table(
        TableName=name,
        KeySchema=[
            {"AttributeName": "userId", "KeyType": "HASH"},
            {"AttributeName": "day", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "day", "AttributeType": "N"},
            {"AttributeName": "userId", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )


def make_role(session, name, table_arn):
    iam = session.client("iam")
    trust = policy(Principal={"Service": "lambda.amazonaws.com"}, Action="sts:AssumeRole")
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    use = policy(Action=[f"dynamodb:{call}" for call in CALLS], Resource=table_arn)
    iam.put_role_policy(RoleName=name, PolicyName="use", PolicyDocument=use)
    iam.put_role_policy(RoleName=name, PolicyName="write", PolicyDocument=WRITE_LOGS)
    return arn


def make_function(session, name, role_arn):
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("users.py", "def handler(event, context): return {'statusCode': 200}")
    lambda_ = session.client("lambda")
    function = lambda_.create_function(
        FunctionName=name,
        Runtime="python3.13",
        Handler="users.handler",
        Code={"ZipFile": package.getvalue()},
        Role=role_arn,
        Environment={"Variables": {"TABLE_NAME": "nb-users"}},
    )
    lambda_.get_waiter("function_active_v2").wait(FunctionName=name)
    return function["FunctionArn"]


def make_http_api(session, name, function_arn):
    http = session.client("apigatewayv2")
    api = http.create_api(Name=name, ProtocolType="HTTP")["ApiId"]
    integration = http.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=function_arn, PayloadFormatVersion="2.0"
    )["IntegrationId"]
    for key in ("$default", "DELETE /users/{userId}", "POST /users", "GET /users"):
        http.create_route(ApiId=api, RouteKey=key, Target=f"integrations/{integration}")
    http.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    return api


def make_rest_api(session, name, function_arn):
    rest = session.client("apigateway")
    api = rest.create_rest_api(name=name)["id"]
    root = rest.get_resources(restApiId=api)["items"][0]["id"]
    users = rest.create_resource(restApiId=api, parentId=root, pathPart="users")["id"]
    where = {"restApiId": api, "resourceId": users, "httpMethod": "ANY"}
    rest.put_method(**where, authorizationType="NONE")
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function_arn}/invocations"
    rest.put_integration(**where, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    return api


def test_sees_what_exists_under_its_prefix_and_nothing_else(session):
    reader = Reader(session, "nb-")
    assert reader.look() == Snapshot()
    for prefix in ("nb-", "workshop-"):
        make_table(session, f"{prefix}users")
    table_arn = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/nb-users"
    use_table = tuple((f"dynamodb:{c}", table_arn) for c in CALLS)
    role_arn = make_role(session, "nb-role", table_arn)
    make_role(session, "workshop-role", table_arn)
    function_arn = make_function(session, "nb-users", role_arn)
    make_function(session, "workshop-users", role_arn)
    http, rest = (make(session, "nb-api", function_arn) for make in (make_http_api, make_rest_api))
    for make in (make_http_api, make_rest_api):
        make(session, "workshop-api", function_arn)

    seen = reader.look()
    assert seen.tables == (Table("nb-users", "ACTIVE", ("userId (S)", "day (N)"), True),)
    assert seen.roles == (Role("nb-role", ("lambda.amazonaws.com",), (*use_table, ("logs:*", "*"))),)
    (function,) = seen.functions
    assert (function.name, function.runtime, function.handler) == ("nb-users", "python3.13", "users.handler")
    assert (function.role, function.table, function.log_group) == ("nb-role", "nb-users", "")
    assert function.permissions == ()
    http_api, rest_api = seen.apis
    assert (http_api.kind, http_api.id, http_api.name) == ("HTTP", http, "nb-api")
    assert http_api.stages == (Stage("$default", auto_deploy=True, live=True),)
    keys = ("POST /users", "GET /users", "DELETE /users/{userId}", "$default")
    assert http_api.routes == tuple(Route(key, "nb-users", "2.0") for key in keys)
    assert (rest_api.kind, rest_api.id, rest_api.name) == ("REST", rest, "nb-api")
    assert rest_api.routes == (Route("ANY /users", "nb-users", "1.0"),)
    assert not rest_api.live

    source = f"arn:aws:execute-api:us-east-1:{ACCOUNT}:{http}/*"
    lambda_ = session.client("lambda")
    lambda_.add_permission(
        FunctionName="nb-users",
        StatementId="http",
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=source,
    )
    lambda_.invoke(FunctionName="nb-users")
    session.client("apigateway").create_deployment(restApiId=rest, stageName="prod")
    session.client("iam").delete_role_policy(RoleName="nb-role", PolicyName="use")
    session.client("dynamodb").delete_table(TableName="nb-users")

    seen = reader.look()
    (function,) = seen.functions
    assert function.permissions == (Permission("apigateway.amazonaws.com", source),)
    assert function.log_group == "/aws/lambda/nb-users"
    assert seen.roles[0].allows == (("logs:*", "*"),)
    assert seen.tables == ()
    assert seen.apis[1].stages == (Stage("prod", auto_deploy=False, live=True),)

    lambda_.delete_function(FunctionName="nb-users")
    seen = reader.look()
    assert seen.functions == ()
    assert seen.log_groups == ("/aws/lambda/nb-users",)


def test_looking_changes_nothing(session):
    reader = Reader(session, "workshop-")
    assert reader.look() == reader.look()


def test_pictures_of_an_album_know_the_one_before(session):
    album = Album(session, "nb-album-", plan=["table"])
    assert repr(album.picture()).endswith("Nothing with a name that begins with nb-album- exists.")
    make_table(session, "nb-album-users")
    assert "* table  nb-album-users" in repr(album.picture())
    assert "  table  nb-album-users" in repr(album.picture())
    assert "<svg" in album.picture()._repr_html_()
