"""The messages on the guide's page on IAM: each is met."""

import io
import json
import re
import zipfile

import pytest
from botocore.exceptions import ClientError

from tests.docs.account import Account
from tests.repository.sources import ROOT
from tests.sandbox.roles import LAMBDA, allow, trust

PAGE = (ROOT / "docs" / "layers" / "2-iam.md").read_text()
ROLE = ROOT / "docs" / "snippets" / "iam" / "role.yaml"
MESSAGES = re.search(r"^## What you may read.*?\n(.*?)(?=^## |\Z)", PAGE, re.M | re.S)[1]
PUT_ITEM = "dynamodb:PutItem"


@pytest.fixture(scope="session")
def here(sandbox):
    return Account(sandbox, "202020202003")


def put_policy(here, document):
    here.role("shapes")
    text = document if isinstance(document, str) else json.dumps(document)
    here.iam.put_role_policy(RoleName="shapes", PolicyName="p", PolicyDocument=text)


def put_trust(here, **statement):
    here.role("shapes")
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole"} | statement
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    here.iam.update_assume_role_policy(RoleName="shapes", PolicyDocument=document)


def create_function(here, role_arn, client=None):
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        archive.writestr("a.py", "def handler(event, context): pass")
    (client or here.session.client("lambda")).create_function(
        FunctionName="refused",
        Runtime="python3.13",
        Handler="a.handler",
        Role=role_arn,
        Code={"ZipFile": package.getvalue()},
    )


def create_function_as_a_developer(here):
    here.iam.create_user(UserName="developer")
    policy = {"PolicyName": "p", "PolicyDocument": allow("lambda:*")}
    here.iam.put_user_policy(UserName="developer", **policy)
    key = here.iam.create_access_key(UserName="developer")["AccessKey"]
    create_function(here, here.role("shapes"), here.client_of("lambda", key))


def put_item_under(here, name, *documents, boundary=None):
    """PutItem under a role of this name with these policies, and a boundary if one is given."""
    role_arn = here.role(name, "sts:GetCallerIdentity", principal=here.everybody)
    for number, document in enumerate(documents):
        here.iam.put_role_policy(RoleName=name, PolicyName=f"p{number}", PolicyDocument=document)
    if boundary:
        made = here.iam.create_policy(PolicyName=f"{name}-most", PolicyDocument=boundary)["Policy"]
        here.iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary=made["Arn"])
    here.under(role_arn).put_item(TableName="users", Item={"userId": {"S": "ada"}})


def delete_role(here, name):
    here.role(name, PUT_ITEM, principal=LAMBDA)
    here.iam.delete_role(RoleName=name)


def create_stack(here, template, **more):
    here.session.client("cloudformation").create_stack(StackName="iam-page", TemplateBody=template, **more)


DENY = allow(PUT_ITEM).replace('"Allow"', '"Deny"')

PROBES = {
    "The role defined for the function cannot be assumed by Lambda.": lambda here: create_function(
        here, here.role("for-ec2", PUT_ITEM, principal={"Service": "ec2.amazonaws.com"})
    ),
    "is not authorized to perform: sts:AssumeRole on resource:": lambda here: here.under(
        here.role("for-lambda", PUT_ITEM, principal=LAMBDA)
    ),
    f"because no identity-based policy allows the {PUT_ITEM} action": lambda here: put_item_under(
        here, "poor", allow("dynamodb:GetItem")
    ),
    "with an explicit deny in an identity-based policy": lambda here: put_item_under(
        here, "denied", allow(PUT_ITEM), DENY
    ),
    f"because no permissions boundary allows the {PUT_ITEM} action": lambda here: put_item_under(
        here, "bounded", allow(PUT_ITEM), boundary=allow("dynamodb:GetItem")
    ),
    "is not authorized to perform: iam:PassRole on resource:": create_function_as_a_developer,
    'must be in ARN format or "*".': lambda here: put_policy(here, allow(PUT_ITEM, resource="orders")),
    "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.": lambda here: put_policy(
        here, allow("PutItem")
    ),
    "Policy document should not specify a principal.": lambda here: put_policy(here, trust(LAMBDA)),
    "Missing required field Principal": lambda here: put_trust(here, Action=PUT_ITEM, Resource="*"),
    "Has prohibited field Resource": lambda here: put_trust(here, Principal=LAMBDA, Resource="*"),
    "AssumeRole policy may only specify STS AssumeRole actions.": lambda here: put_trust(
        here, Principal=LAMBDA, Action=PUT_ITEM
    ),
    'Invalid principal in policy: "SERVICE":"lambda"': lambda here: put_trust(
        here, Principal={"Service": "lambda"}
    ),
    "Policy statement must contain resources.": lambda here: put_policy(
        here, {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": PUT_ITEM}]}
    ),
    "Syntax errors in policy.": lambda here: put_policy(
        here, allow(PUT_ITEM).replace("2012-10-17", "2026-11-01")
    ),
    "Requires capabilities : [CAPABILITY_IAM]": lambda here: create_stack(here, ROLE.read_text()),
    "The role with name shipping cannot be found.": lambda here: here.iam.get_role(RoleName="shipping"),
    "Cannot delete entity, must delete policies first.": lambda here: delete_role(here, "full"),
}


def test_each_message_of_the_page_is_probed():
    listed = re.findall(r"^- `(.+?)`<br>$", MESSAGES, re.M)
    assert listed == list(PROBES)


@pytest.mark.parametrize("message", PROBES)
def test_the_message_is_what_one_reads(here, message):
    with pytest.raises(ClientError, match=re.escape(message)):
        PROBES[message](here)


def test_a_role_with_managed_policies_is_not_deleted_either(here):
    arn = "arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess"
    here.role("managed", PUT_ITEM, principal=LAMBDA)
    here.iam.delete_role_policy(RoleName="managed", PolicyName="allowed")
    here.iam.attach_role_policy(RoleName="managed", PolicyArn=arn)
    with pytest.raises(ClientError) as refused:
        here.iam.delete_role(RoleName="managed")
    said = re.search(r"with managed ones it says `(.+?)`", MESSAGES)[1]
    assert said in str(refused.value)
