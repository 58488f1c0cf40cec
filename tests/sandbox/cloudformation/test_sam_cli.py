"""The unmodified AWS SAM CLI deploys the workshop's whole backend, in both languages."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import requests

from tests import commands
from tests.addons import on_demand
from tests.sandbox.cases import case
from workshop.addons.sam_cli import environment, sam
from workshop.target import Target

SOLUTION = Path(__file__).resolve().parents[3] / "solutions" / "04-api-gateway"
LANGUAGES = ("python", "nodejs")
DEPLOY = [
    "deploy",
    "--resolve-s3",
    "--stack-name",
    "workshop",
    "--capabilities",
    "CAPABILITY_IAM",
    "--no-confirm-changeset",
]
SECONDS = 100


class Sam:
    """The command `sam`, typed in a folder of one's own, as the administrator of an account."""

    def __init__(self, command, folder, sandbox, account):
        self.command, self.folder, self.sandbox = command, folder, sandbox
        self.environ = environment(Target("sandbox", sandbox.url, account, "us-east-1", account))

    def ends(self, *arguments):
        """Exit code, and all that was said."""
        return commands.sam(self.command, arguments, self.folder, self.environ, SECONDS)

    def __call__(self, *arguments):
        code, said = self.ends(*arguments)
        assert code == 0, f"sam {' '.join(arguments)} ended with {code}:\n{said}"
        return said


@pytest.fixture
def make_sam(sandbox, account, tmp_path):
    """`make_sam(language)`: SAM in a copy of the solution, without what editors and tests leave there."""
    command = on_demand(sam)

    def make(language):
        left_out = shutil.ignore_patterns("__pycache__", "node_modules", ".aws-sam", ".pytest_cache")
        shutil.copytree(SOLUTION / language, tmp_path / language, ignore=left_out)
        return Sam(command, tmp_path / language, sandbox, account)

    return make


def outputs_of(client):
    stack = client("cloudformation").describe_stacks(StackName="workshop")["Stacks"][0]
    return {one["OutputKey"]: one["OutputValue"] for one in stack["Outputs"]}


def walk_all_routes(url, user):
    """Each of the five routes once: what they answer, by status."""
    users, one = f"{url.rstrip('/')}/users", f"{url.rstrip('/')}/users/{user}"
    return [
        requests.post(users, json={"userId": user, "name": "Ada"}, timeout=30).status_code,
        requests.get(users, timeout=30).status_code,
        requests.get(one, timeout=30).status_code,
        requests.patch(one, json={"name": "Ada Lovelace"}, timeout=30).status_code,
        requests.delete(one, timeout=30).status_code,
    ]


def reports(typed):
    """Whether `sam logs --tail` shows the line that ends an invocation; the test's time-out bounds it."""
    command = [typed.command, "logs", "--stack-name", "workshop", "--name", "UsersFunction", "--tail"]
    with subprocess.Popen(
        command,
        cwd=typed.folder,
        env=typed.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as following:
        try:
            return any(re.search(r"REPORT RequestId: [0-9a-f-]{36}", line) for line in following.stdout)
        finally:
            following.terminate()


@pytest.mark.timeout(240)  # SAM CLI takes a second or two, and more on a busy machine: eleven times
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_whole_backend_lives_and_changes_and_goes(make_sam, client, language):
    typed = make_sam(language)
    typed("build")
    typed(*DEPLOY)
    made = outputs_of(client)
    for url in (made["HttpApiUrl"], made["RestApiUrl"]):
        assert walk_all_routes(url, "ada") == [201, 200, 200, 200, 204]

    listed = json.loads(typed("list", "stack-outputs", "--stack-name", "workshop", "--output", "json"))
    assert {one["OutputKey"]: one["OutputValue"] for one in listed} == made

    event = {
        "version": "2.0",
        "routeKey": "GET /users/{userId}",
        "rawPath": "/users/nobody",
        "headers": {},
        "pathParameters": {"userId": "nobody"},
        "requestContext": {"http": {"method": "GET", "path": "/users/nobody"}, "requestId": "r-1"},
        "isBase64Encoded": False,
    }
    invoke = ("remote", "invoke", "UsersFunction", "--stack-name", "workshop", "--event", json.dumps(event))
    said = typed(*invoke)
    assert '"statusCode": 404' in said or '"statusCode":404' in said
    assert reports(typed)

    code, said = typed.ends(*DEPLOY)
    assert (code, "No changes to deploy. Stack workshop is up to date" in said) == (1, True)
    assert typed.ends(*DEPLOY, "--no-fail-on-empty-changeset")[0] == 0

    an_update_reaches_the_running_api(typed, client, made)
    typed("delete", "--no-prompts", "--stack-name", "workshop")
    assert requests.get(f"{made['HttpApiUrl'].rstrip('/')}/users", timeout=30).status_code in (403, 404)
    assert client("dynamodb").list_tables()["TableNames"] == []


def an_update_reaches_the_running_api(typed, client, made):
    template = typed.folder / "template.yaml"
    text = template.read_text()
    assert "RetentionInDays: " in text
    template.write_text(re.sub(r"RetentionInDays: \d+", "RetentionInDays: 30", text))
    typed("build")
    typed(*DEPLOY)
    assert outputs_of(client) == made
    groups = client("logs").describe_log_groups()["logGroups"]
    assert [group["retentionInDays"] for group in groups] == [30]
    assert walk_all_routes(made["HttpApiUrl"], "grace") == [201, 200, 200, 200, 204]


GREETER = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Greeter:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: src, Handler: app.handler, Runtime: python3.13}
"""


@pytest.fixture
def small(sandbox, account, tmp_path):
    """SAM in a folder with a template that needs no build, and the code of its function."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").write_text("def handler(event, context): return event\n")
    (tmp_path / "template.yaml").write_text(GREETER)
    return Sam(on_demand(sam), tmp_path, sandbox, account)


def calls_of(sandbox, account):
    """The latest API calls of an account, as service:Operation, in their order."""
    traces = requests.get(f"{sandbox.url}/_sandbox/traces", timeout=10).json()["traces"]
    facts = [hop["facts"] for trace in traces for hop in trace["hops"] if hop["name"] == "aws-api"]
    return [
        f"{call['service']}:{call['operation']}" for call in facts if f":{account}:" in call.get("caller", "")
    ]


def in_order(wanted, found):
    """The wanted calls that are not found after the one before them."""
    place, missing = 0, []
    for call in wanted:
        if call in found[place:]:
            place = found.index(call, place) + 1
        else:
            missing.append(call)
    return missing


@case("cfn-sam-managed-stack")
def test_the_bucket_that_sam_makes_for_itself(small, sandbox, account, client, expected):
    small(*DEPLOY)
    wanted = [f"cloudformation:{call.split()[0]}" for call in expected.take("calls") if call != "waiter"]
    assert in_order(wanted, calls_of(sandbox, account)) == []
    resources = client("cloudformation").describe_stack_resources(StackName="aws-sam-cli-managed-default")
    made = {f"{one['ResourceType']} {one['LogicalResourceId']}" for one in resources["StackResources"]}
    types = {one["ResourceType"] for one in resources["StackResources"]}
    for resource in expected.take("resources"):
        assert resource in made | types


@case("cfn-sam-deploy-order")
def test_the_calls_of_a_first_deployment(small, sandbox, account, client, expected):
    client("s3").create_bucket(Bucket=f"mine-{account}")
    small(*[one if one != "--resolve-s3" else f"--s3-bucket=mine-{account}" for one in DEPLOY])
    wanted = [
        call for told in expected.take("calls") for call in re.findall(r"\b(?:s3|cloudformation):\w+", told)
    ]
    assert in_order(wanted, calls_of(sandbox, account)) == []
    (change_set,) = client("cloudformation").list_change_sets(StackName="workshop")["Summaries"]
    assert re.fullmatch(r"samcli-deploy\d{10}", change_set["ChangeSetName"])
    assert change_set["Description"].startswith("Created by SAM CLI at ")
