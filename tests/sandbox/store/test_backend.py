"""The five-layer backend goes on where it was, whoever deployed it."""

import re
import shutil

import pytest
import requests

from sandbox import Sandbox
from tests.addons import on_demand
from tests.repository.sources import ROOT
from tests.sandbox.cloudformation.test_sam_cli import DEPLOY, SOLUTION, Sam, outputs_of, walk_all_routes
from tests.sandbox.store.durable import Durable
from tests.solutions.deployed import files_of, target_in
from workshop.addons.sam_cli import sam
from workshop.deploy.run import Deployment, Order

ACCOUNT = "123456789012"
URLS = ("HttpApiUrl", "RestApiUrl")


@pytest.fixture
def durable(tmp_path):
    started = Durable(tmp_path / "state", Sandbox)
    yield started
    started.sandbox.stop()


def deploy(durable, folder):
    """Deploy a folder by the library code of `workshop deploy`; the stack's outputs."""
    order = Order(
        template=folder / "template.yaml",
        target=target_in(durable.sandbox, ACCOUNT),
        prefix="workshop",
        again="workshop deploy",
        say=print,
        ask=lambda _: True,
        clone=ROOT,
    )
    return dict(Deployment(order).run())


def change_retention(folder):
    template = folder / "template.yaml"
    text = template.read_text()
    assert "RetentionInDays: " in text
    template.write_text(re.sub(r"RetentionInDays: \d+", "RetentionInDays: 30", text))


def users_of(url):
    return requests.get(f"{url.rstrip('/')}/users", timeout=30).json()["users"]


def messages_of(durable):
    logs = durable.client("logs")
    (group,) = logs.describe_log_groups()["logGroups"]
    events = logs.filter_log_events(logGroupName=group["logGroupName"])["events"]
    return [event["message"] for event in events], group.get("retentionInDays")


def new_key(durable):
    """The access key of an IAM user who may ask who they are."""
    iam = durable.client("iam")
    iam.create_user(UserName="ada")
    return iam.create_access_key(UserName="ada")["AccessKey"]


def who(durable, key, secret, token=None):
    sts = durable.client("sts", aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token)
    return sts.get_caller_identity()["Arn"]


@pytest.mark.parametrize("kill", [True, False], ids=["killed", "ended"])
def test_deployed_by_the_workshop(durable, tmp_path, kill):
    folder = tmp_path / "work"
    folder.mkdir()
    for name, source in files_of("04-api-gateway", "python").items():
        (folder / name).write_bytes(source.read_bytes())
    made = deploy(durable, folder)
    for url in URLS:
        assert walk_all_routes(made[url], "ada") == [201, 200, 200, 200, 204]
    user = {"userId": "grace", "name": "Grace"}
    assert requests.post(f"{made['HttpApiUrl'].rstrip('/')}/users", json=user, timeout=30).status_code == 201
    key = new_key(durable)
    session = durable.client("sts").get_session_token()["Credentials"]
    before, _ = messages_of(durable)
    events = durable.client("cloudformation").describe_stack_events(StackName="workshop")["StackEvents"]

    durable.again(kill=kill)

    for url in URLS:
        assert users_of(made[url]) == [user]
    after, _ = messages_of(durable)
    assert set(after) >= set(before) if not kill else after
    assert who(durable, key["AccessKeyId"], key["SecretAccessKey"]) == f"arn:aws:iam::{ACCOUNT}:user/ada"
    in_session = (session["AccessKeyId"], session["SecretAccessKey"], session["SessionToken"])
    assert who(durable, *in_session).endswith(":root")
    told = durable.client("cloudformation").describe_stack_events(StackName="workshop")["StackEvents"]
    assert told == events

    change_retention(folder)
    assert deploy(durable, folder) == made
    assert messages_of(durable)[1] == 30
    for url in URLS:
        assert walk_all_routes(made[url], "ada") == [201, 200, 200, 200, 204]


@pytest.mark.timeout(240)  # SAM CLI takes 5 s to begin with, three times
def test_deployed_by_the_sam_cli(durable, tmp_path):
    folder = tmp_path / "python"
    left_out = shutil.ignore_patterns("__pycache__", ".aws-sam", ".pytest_cache")
    shutil.copytree(SOLUTION / "python", folder, ignore=left_out)
    typed = Sam(on_demand(sam), folder, durable.sandbox, ACCOUNT)
    typed("build")
    typed(*DEPLOY)
    made = outputs_of(durable.client)
    assert walk_all_routes(made["HttpApiUrl"], "ada") == [201, 200, 200, 200, 204]

    durable.again()

    for url in URLS:
        assert walk_all_routes(made[url], "ada") == [201, 200, 200, 200, 204]
    change_retention(folder / ".aws-sam" / "build")
    typed(*DEPLOY)
    assert outputs_of(durable.client) == made
    assert messages_of(durable)[1] == 30
    for url in URLS:
        assert walk_all_routes(made[url], "ada") == [201, 200, 200, 200, 204]
