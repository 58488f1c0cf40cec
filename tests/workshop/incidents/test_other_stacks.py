"""Stacks that are built otherwise: code of another shape, and all of it by hand."""

import io
import json
import zipfile

import pytest
import requests

from tests.repository.sources import ROOT
from tests.solutions.deployed import fresh_account, target_in
from tests.workshop.incidents.stage import Stage, stage
from workshop.incidents import HTTP, INCIDENTS, REST, health, places, record
from workshop.incidents.breaking import Wish, break_stack
from workshop.incidents.pick import seed_of

SECONDS = 60
ROUTES = (
    *("POST /users", "GET /users", "GET /users/{userId}", "PATCH /users/{userId}"),
    *("DELETE /users/{userId}", "GET /health"),
)


def zipped(files):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def answer(language):
    """The files of the workshop's answer, by name."""
    folder = ROOT / "solutions" / "04-api-gateway" / language
    ending = {"python": "py", "nodejs": "mjs"}[language]
    return {file.name: file.read_text() for file in folder.glob(f"*.{ending}") if "test" not in file.name}


SHAPES = {
    "python-in-a-folder": (
        "python",
        "src/entry.main",
        {"src/entry.py": "from app import handler as main\n"},
    ),
    "commonjs-in-a-folder": (
        "nodejs",
        "dist/index.run",
        {
            "dist/index.js": "exports.run = async (event, context) => "
            "(await import('../app.mjs')).handler(event, context);\n"
        },
    ),
}


@pytest.fixture(params=SHAPES)
def reshaped(request, stage_in):
    """The function of a stack with code of another shape, and as it was afterwards."""
    language, handler, files = SHAPES[request.param]
    here = stage(stage_in(language).target)
    before = places.read(here.stack)
    places.function.keep_package(here.stack, before["code"])
    client, function = here.stack.client("lambda"), here.stack.function
    client.update_function_code(FunctionName=function, ZipFile=zipped({**answer(language), **files}))
    places.function.configure(here.stack, Handler=handler)
    yield here
    here.mend()
    places.restore(here.stack, before, frozenset({"code", "configuration"}))


@pytest.mark.parametrize("incident", ["no-status-code", "handler-renamed"])
def test_code_of_another_shape_is_broken_and_comes_back(reshaped, incident):
    one = INCIDENTS[incident]
    before = places.read(reshaped.stack)
    ticket = break_stack(reshaped.target, "workshop", reshaped.clone, Wish(seed_of([one], REST)))
    report = reshaped.diagnose(ticket)
    found = reshaped.mend()
    assert report.cause.id == one.causes[0], report.cause.says
    assert found.sick is None
    assert places.read(reshaped.stack) == before


def by_hand(session, account):
    """All of lab 4 by boto3, with the names agreed upon: a managed policy, one integration, no stack."""
    table = session.client("dynamodb").create_table(
        TableName="workshop-users",
        KeySchema=[{"AttributeName": "userId", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "userId", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )["TableDescription"]["TableArn"]
    session.client("dynamodb").get_waiter("table_exists").wait(TableName="workshop-users")
    function = _function(session, _role(session, table))
    _http_api(session, account, function)
    _rest_api(session, account, function)


def _role(session, table):
    iam = session.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    allow = [
        {"Effect": "Allow", "Action": ["dynamodb:*"], "Resource": [table]},
        {"Effect": "Allow", "Action": "logs:*", "Resource": "*"},
    ]
    role = iam.create_role(
        RoleName="workshop-users-role",
        AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": trust}),
    )["Role"]["Arn"]
    document = json.dumps({"Version": "2012-10-17", "Statement": allow})
    policy = iam.create_policy(PolicyName="users", PolicyDocument=document)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="workshop-users-role", PolicyArn=policy)
    return role


def _function(session, role):
    client = session.client("lambda")
    arn = client.create_function(
        FunctionName="workshop-users",
        Role=role,
        Runtime="python3.13",
        Handler="app.handler",
        Timeout=10,
        Code={"ZipFile": zipped(answer("python"))},
        Environment={"Variables": {"USERS": "workshop-users"}},
    )["FunctionArn"]
    client.get_waiter("function_active_v2").wait(FunctionName="workshop-users")
    code = {name: text.replace("TABLE_NAME", "USERS") for name, text in answer("python").items()}
    client.update_function_code(FunctionName="workshop-users", ZipFile=zipped(code))
    client.get_waiter("function_updated_v2").wait(FunctionName="workshop-users")
    return arn


def _http_api(session, account, function):
    client = session.client("apigatewayv2")
    api = {"ApiId": client.create_api(Name="workshop-users", ProtocolType="HTTP")["ApiId"]}
    target = client.create_integration(
        **api, IntegrationType="AWS_PROXY", IntegrationUri=function, PayloadFormatVersion="2.0"
    )["IntegrationId"]
    for key in ROUTES:
        client.create_route(**api, RouteKey=key, Target=f"integrations/{target}")
    client.create_stage(**api, StageName="$default", AutoDeploy=False)
    client.create_deployment(**api, StageName="$default")
    _let_in(session, account, "http", api["ApiId"])


def _rest_api(session, account, function):
    client = session.client("apigateway")
    api = {"restApiId": client.create_rest_api(name="workshop-users-rest")["id"]}
    (root,) = client.get_resources(**api)["items"]
    ids = {"/": root["id"]}
    for path in ("/users", "/users/{userId}", "/health"):
        parent, _, part = path.rpartition("/")
        ids[path] = client.create_resource(**api, parentId=ids[parent or "/"], pathPart=part)["id"]
    uri = f"arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{function}/invocations"
    for key in ROUTES:
        method, path = key.split()
        where = {**api, "resourceId": ids[path], "httpMethod": method}
        client.put_method(**where, authorizationType="NONE")
        client.put_integration(**where, type="AWS_PROXY", integrationHttpMethod="POST", uri=uri)
    client.create_deployment(**api, stageName="prod")
    _let_in(session, account, "rest", api["restApiId"])


def _let_in(session, account, name, api):
    session.client("lambda").add_permission(
        FunctionName="workshop-users",
        StatementId=name,
        Action="lambda:InvokeFunction",
        Principal="apigateway.amazonaws.com",
        SourceArn=f"arn:aws:execute-api:us-east-1:{account}:{api}/*",
    )


@pytest.fixture(scope="session")
def hand_made(sandbox) -> Stage:
    account = fresh_account()
    by_hand(sandbox.session(account), account)
    return stage(target_in(sandbox, account))


BY_HAND = [
    ("route-path-wrong", HTTP),
    ("route-method-wrong", REST),
    ("integration-by-a-role", HTTP),
    ("permission-of-another-api", REST),
    ("put-item-missing", HTTP),
    ("arn-one-letter-off", REST),
    ("body-not-a-string", HTTP),
    ("table-name-wrong", HTTP),
    ("change-not-deployed", REST),
]


@pytest.mark.parametrize(("incident", "kind"), BY_HAND)
def test_a_stack_that_was_built_by_hand(hand_made, incident, kind):
    one = INCIDENTS[incident]
    before = places.read(hand_made.stack)
    assert before["stack"] == {"StackId": ""}
    ticket = break_stack(hand_made.target, "workshop", hand_made.clone, Wish(seed_of([one], kind)))
    report = hand_made.diagnose(ticket)
    found = hand_made.mend()
    assert report.cause is not None
    assert report.cause.id == one.causes[0], report.cause.says
    assert found.sick is None, str(found.sick)
    after = places.read(hand_made.stack)
    assert {name: after[name] for name in before if name != "permission"} == {
        name: before[name] for name in before if name != "permission"
    }


def test_a_route_for_everything_is_broken_too(hand_made):
    """A function that gets every request by one route: $default, {proxy+}."""
    client, api = hand_made.stack.client("apigatewayv2"), {"ApiId": hand_made.stack.http_id}
    routes = client.get_routes(**api)["Items"]
    (create,) = (one for one in routes if one["RouteKey"] == "POST /users")
    for incident in ("route-path-wrong", "route-method-wrong"):
        client.update_route(**api, RouteId=create["RouteId"], RouteKey="ANY /users")
        before = places.read(hand_made.stack)
        INCIDENTS[incident].break_it(hand_made.stack, HTTP)
        url = hand_made.stack.url(HTTP, "/users")
        assert requests.post(url, json={"userId": "x"}, timeout=SECONDS).status_code == 404
        places.restore(hand_made.stack, before, INCIDENTS[incident].places)
        assert places.read(hand_made.stack)["http"] == before["http"]
        client.update_route(**api, RouteId=create["RouteId"], RouteKey="POST /users")
    places.http_api.deploy(hand_made.stack)
    assert health.sick(hand_made.stack) is None
    assert record.open_ticket(hand_made.folder) is None
