"""The guide's page on IAM: its examples run, and what it says of policies is so."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import samtranslator
from botocore.exceptions import ClientError

from sandbox.functions import node_sdk, runtimes
from tests.docs.account import Account
from tests.repository.sources import ROOT
from tests.sandbox.roles import LAMBDA, allow

PAGE = (ROOT / "docs" / "layers" / "2-iam.md").read_text()
SNIPPETS = ROOT / "docs" / "snippets" / "iam"
ACCOUNT = "202020202002"
PUT_ITEM = "dynamodb:PutItem"


def part(heading):
    """The text of the page below a heading of the second level."""
    return re.search(rf"^## {heading}.*?\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S)[1]


@pytest.fixture(scope="session")
def here(sandbox):
    return Account(sandbox, ACCOUNT)


def deploy(here, name, template):
    """Makes a stack, and waits until it is there."""
    cloudformation = here.session.client("cloudformation")
    capabilities = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
    cloudformation.create_stack(StackName=name, TemplateBody=template, Capabilities=capabilities)
    cloudformation.get_waiter("stack_create_complete").wait(StackName=name)
    return cloudformation


@pytest.fixture(scope="session")
def shipping(here):
    """The stack that the page's template makes: its outputs."""
    cloudformation = deploy(here, "shipping", (SNIPPETS / "role.yaml").read_text())
    (stack,) = cloudformation.describe_stacks(StackName="shipping")["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}


def run(here, shipping, *command):
    """What an example prints, run as a person with these credentials would run it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    environment |= {
        "AWS_ENDPOINT_URL": here.url,
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    environment |= {"AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": "any"}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    arguments = (*command, shipping["ShippingRoleArn"], shipping["OrdersTableArn"])
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


DECISIONS = "dynamodb:GetItem\tallowed\ndynamodb:DeleteItem\timplicitDeny\n"


def test_the_example_runs_in_the_aws_cli(here, shipping):
    printed = run(here, shipping, "bash", SNIPPETS / "may.sh")
    assert printed.startswith(DECISIONS)
    (statement,) = json.loads(printed.removeprefix(DECISIONS))
    assert statement["Principal"] == LAMBDA


def test_the_example_runs_in_python(here, shipping):
    assert run(here, shipping, sys.executable, SNIPPETS / "may.py") == DECISIONS


def test_the_example_runs_in_node(here, shipping, tmp_path):
    program = tmp_path / "may.mjs"
    program.write_text((SNIPPETS / "may.mjs").read_text())
    (tmp_path / "node_modules").symlink_to(node_sdk.install())
    assert run(here, shipping, runtimes.node_binary(), program) == DECISIONS


def test_the_page_says_what_the_examples_print():
    assert "it answers `allowed` and `implicitDeny`" in part("How IAM decides")


@pytest.mark.parametrize("name", ["role.yaml", "may.sh", "may.py", "may.mjs"])
def test_each_part_of_an_example_is_shown(name):
    text = (SNIPPETS / name).read_text()
    made = set(re.findall(r"\[start:(\w+)\]", text))
    assert made == set(re.findall(r"\[end:(\w+)\]", text))
    shown = re.findall(rf'^ *--8<-- "docs/snippets/iam/{re.escape(name)}:(\w+)"$', PAGE, re.M)
    assert made
    assert set(shown) == made


def allowed(here, role_arn, action, *resources):
    """What the simulator allows a role: a truth for each resource."""
    answer = here.iam.simulate_principal_policy(
        PolicySourceArn=role_arn, ActionNames=[action], ResourceArns=list(resources)
    )
    (result,) = answer["EvaluationResults"]
    if len(resources) == 1:
        return [result["EvalDecision"] == "allowed"]
    return [one["EvalResourceDecision"] == "allowed" for one in result["ResourceSpecificResults"]]


ORDERS = f"arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/orders"


@pytest.mark.parametrize(
    ("resource", "on_table", "on_index"),
    [
        (ORDERS, True, False),
        (f"{ORDERS}/index/*", False, True),
        ("arn:aws:dynamodb:::table/orders", False, False),
        (ORDERS[:-1], False, False),
        ("arn:aws:dynamodb:*:*:table/orders", True, False),
        ("*", True, True),
    ],
)
def test_a_resource_matches_what_the_page_says(here, resource, on_table, on_index):
    arn = here.role("resources")
    here.iam.put_role_policy(
        RoleName="resources", PolicyName="p", PolicyDocument=allow("dynamodb:Query", resource=resource)
    )
    found = allowed(here, arn, "dynamodb:Query", ORDERS, f"{ORDERS}/index/by-date")
    assert found == [on_table, on_index]


@pytest.mark.parametrize(
    ("written", "more", "less"),
    [
        ("dynamodb:*", ["DeleteTable"], []),
        ("dynamodb:*Item", ["BatchWriteItem", "BatchGetItem", "PutItem"], ["Scan", "Query"]),
        ("dynamodb:PutItem", ["PutItem"], ["BatchWriteItem"]),
    ],
)
def test_an_action_includes_what_the_page_says(here, written, more, less):
    arn = here.role("actions")
    document = allow(written, resource=ORDERS)
    here.iam.put_role_policy(RoleName="actions", PolicyName="p", PolicyDocument=document)
    for action in more:
        assert allowed(here, arn, f"dynamodb:{action}", ORDERS) == [True], action
    for action in less:
        assert allowed(here, arn, f"dynamodb:{action}", ORDERS) == [False], action


def test_the_tables_cannot_be_listed_by_a_policy_on_one(here):
    arn = here.role("lists", principal=here.everybody)
    for resource, listed in ((ORDERS, False), ("*", True)):
        document = allow("dynamodb:ListTables", resource=resource)
        here.iam.put_role_policy(RoleName="lists", PolicyName="p", PolicyDocument=document)
        if listed:
            assert "TableNames" in here.under(arn).list_tables()
        else:
            with pytest.raises(ClientError, match="AccessDenied"):
                here.under(arn).list_tables()


def managed(here, arn):
    version = here.iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
    document = here.iam.get_policy_version(PolicyArn=arn, VersionId=version)
    return document["PolicyVersion"]["Document"]["Statement"]


def test_the_managed_policies_are_as_wide_as_the_page_says(here):
    (logs,) = managed(here, "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")
    assert logs["Resource"] == "*"
    full = managed(here, "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess")
    assert any("dynamodb:*" in one["Action"] and one["Resource"] == "*" for one in full)


def test_sams_crud_policy_is_as_wide_as_the_page_says():
    folder = Path(samtranslator.__file__).parent / "policy_templates_data"
    templates = json.loads((folder / "policy_templates.json").read_text())["Templates"]
    (statement,) = templates["DynamoDBCrudPolicy"]["Definition"]["Statement"]
    assert len(statement["Action"]) == 10
    assert {"dynamodb:Query", "dynamodb:BatchWriteItem"} <= set(statement["Action"])
    assert "/index/*" in json.dumps(statement["Resource"])
    assert "`DynamoDBCrudPolicy` keeps to one table, and has ten actions" in part("2.1")


def test_policies_beside_a_role_are_ignored(here):
    role_arn = here.role("for-sam", PUT_ITEM, principal=LAMBDA)
    function = {
        "InlineCode": "def handler(event, context): pass",
        "Handler": "index.handler",
        "Runtime": "python3.13",
        "Role": role_arn,
        "Policies": ["AmazonDynamoDBFullAccess"],
    }
    template = {
        "Transform": "AWS::Serverless-2016-10-31",
        "Resources": {"F": {"Type": "AWS::Serverless::Function", "Properties": function}},
    }
    cloudformation = deploy(here, "beside", json.dumps(template))
    (made,) = cloudformation.describe_stack_resources(StackName="beside")["StackResources"]
    assert made["ResourceType"] == "AWS::Lambda::Function"
    assert here.iam.list_attached_role_policies(RoleName="for-sam")["AttachedPolicies"] == []


def test_leading_keys_keep_a_role_to_its_items_and_scan_does_not(here):
    """ForAllValues holds where the request names no key: IAM User Guide, multivalued context keys."""
    dynamodb = here.session.client("dynamodb")
    dynamodb.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "customer", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "customer", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    dynamodb.get_waiter("table_exists").wait(TableName="orders")
    document = (SNIPPETS / "own-orders.json").read_text().replace("123456789012", ACCOUNT)
    role_arn = here.role("own", "sts:GetCallerIdentity", principal=here.everybody)
    here.iam.put_role_policy(RoleName="own", PolicyName="orders", PolicyDocument=document)
    own = here.under(role_arn)
    own.get_item(TableName="orders", Key={"customer": {"S": "ada"}})
    with pytest.raises(ClientError, match="dynamodb:GetItem"):
        own.get_item(TableName="orders", Key={"customer": {"S": "grace"}})
    with pytest.raises(ClientError, match="dynamodb:Scan"):
        own.scan(TableName="orders")
    with_scan = document.replace('"dynamodb:Query"', '"dynamodb:Query", "dynamodb:Scan"')
    here.iam.put_role_policy(RoleName="own", PolicyName="orders", PolicyDocument=with_scan)
    assert "Items" in own.scan(TableName="orders")
