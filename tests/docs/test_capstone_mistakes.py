"""The capstone's table of what goes wrong: each message is met, as the SAM CLI or the services say it."""

import json
import os
import re
import subprocess
from contextlib import suppress

import pytest
from botocore.exceptions import ClientError

from tests.addons import on_demand
from tests.repository.sources import ROOT
from workshop.addons.sam_cli import sam

PAGE = (ROOT / "docs" / "capstone.md").read_text()
ROWS = re.findall(r"^\| `([^`]+)`", PAGE.partition("## If it does not go as it should")[2], re.M)
ACCOUNT = "555566667777"
STACK = "users-api"
SAMCONFIG = (ROOT / "docs/snippets/capstone/samconfig.toml").read_text()
TABLELESS = "Resources: {Log: {Type: AWS::Logs::LogGroup}}"
NOWHERE = "http://127.0.0.1:1"
# In one process of the SAM CLI: most of what a command of its costs are its imports.
TYPED = """
import json, os, sys, time
from click.testing import CliRunner
from samcli.cli.main import cli
said, second = [], 0
for folder, environ, arguments in json.load(sys.stdin):
    os.chdir(folder)
    while int(time.time()) == second:  # the CLI calls a change set by the second in which it is made
        time.sleep(0.05)
    for name in ("AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"):
        os.environ.pop(name, None)
    os.environ.update(environ)
    said.append(CliRunner().invoke(cli, arguments).output)
    second = int(time.time())
json.dump(said, sys.stdout)
"""


KEYS = {"AWS_ACCESS_KEY_ID": ACCOUNT, "AWS_SECRET_ACCESS_KEY": "test"}


def environment(url):
    return {"AWS_ENDPOINT_URL": url, "AWS_DEFAULT_REGION": "us-east-1"}


@pytest.fixture(scope="module")
def typed(sandbox, tmp_path_factory):
    """What `sam` said to each mistake."""
    command = on_demand(sam)
    folder = tmp_path_factory.mktemp("mistakes")

    def place(name, without="nothing", template=None):
        made = folder / name
        made.mkdir()
        (made / "samconfig.toml").write_text(re.sub(f".*{without}.*\n", "", SAMCONFIG))
        whole = (ROOT / "docs/snippets/capstone/python/template.yaml").read_text()
        (made / "template.yaml").write_text(template or whole)
        (made / "src").mkdir()
        (made / "src" / "app.py").touch()
        return str(made)

    (folder / "empty").mkdir()
    up = environment(sandbox.url)
    nothing_new = place("nothing-new", without="resolve_s3", template=TABLELESS)
    orders = [
        (place("not-up"), environment(NOWHERE), ["deploy"]),
        (place("no-region"), {}, ["deploy"]),
        (place("no-bucket", without="resolve_s3"), up, ["deploy"]),
        (str(folder / "empty"), up, ["deploy"]),
        (str(folder / "empty"), up, ["build"]),
        (place("no-capability", without="capabilities"), up, ["deploy"]),
        (nothing_new, up, ["deploy"]),
        (nothing_new, up, ["deploy"]),
    ]
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    settings = KEYS | {
        "SAM_CLI_TELEMETRY": "0",
        "SAM_CLI_POLL_DELAY": "0.2",
        "AWS_MAX_ATTEMPTS": "1",
        "HOME": str(folder),
    }
    done = subprocess.run(
        [command.with_name("python"), "-c", TYPED],
        input=json.dumps(orders),
        env=kept | settings,
        stdout=subprocess.PIPE,
        text=True,
        timeout=100,
        check=True,
    )
    return "\n".join(json.loads(done.stdout))


@pytest.fixture(scope="module")
def answered(sandbox):
    """What CloudFormation says of a stack that is not there, and of one whose creation failed."""
    cloudformation = sandbox.session(ACCOUNT).client("cloudformation")
    said = []
    with suppress(ClientError):
        cloudformation.delete_stack(StackName=STACK)
        cloudformation.get_waiter("stack_delete_complete").wait(StackName=STACK)
    try:
        cloudformation.describe_stacks(StackName=STACK)
    except ClientError as error:
        said.append(str(error))
    failing = TABLELESS.replace("LogGroup}", "LogGroup, Properties: {RetentionInDays: 8}}")
    cloudformation.create_stack(StackName=STACK, TemplateBody=failing)
    with suppress(Exception):
        cloudformation.get_waiter("stack_create_complete").wait(StackName=STACK)
    try:
        cloudformation.create_change_set(StackName=STACK, ChangeSetName="again", TemplateBody=TABLELESS)
    except ClientError as error:
        said.append(str(error))
    return "\n".join(said)


def test_every_row_but_the_scripts_own_is_here():
    assert len(ROWS) == 10
    assert ROWS[-1] == "check.sh"


@pytest.mark.timeout(240)
@pytest.mark.parametrize("row", ROWS[:-1])
def test_the_message_is_met(row, typed, answered):
    assert row in typed + answered
