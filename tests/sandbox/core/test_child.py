"""`Sandbox`: a sandbox as a child process, which ends when its parent does."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import psutil
import pytest

from sandbox import Sandbox, SandboxError
from tests.sandbox.core.conftest import text

PARENT = """
import json, time
from sandbox import Sandbox
sandbox = Sandbox().start()
print(json.dumps({"pid": sandbox.pid, "url": sandbox.url}), flush=True)
time.sleep(600)
"""


def ends(pid: int, seconds: float = 10) -> bool:
    """Whether a process ends within so many seconds."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                return True
        except psutil.NoSuchProcess:
            return True
        time.sleep(0.02)
    return False


@pytest.fixture
def lonely():
    """A sandbox of one's own."""
    with Sandbox() as running:
        yield running


def test_it_answers_while_it_runs_and_then_no_more():
    with Sandbox() as sandbox:
        pid, url = sandbox.pid, sandbox.url
        assert sandbox.session().client("sts").get_caller_identity()["Account"] == "123456789012"
    assert ends(pid)
    assert url.startswith("http://127.0.0.1:")
    with pytest.raises(SandboxError, match="not running"):
        _ = sandbox.url


def test_start_and_stop_may_be_said_twice():
    sandbox = Sandbox()
    assert sandbox.start() is sandbox
    pid = sandbox.pid
    assert sandbox.start().pid == pid
    sandbox.stop()
    sandbox.stop()
    with pytest.raises(SandboxError, match="not running"):
        _ = sandbox.pid


def test_it_starts_again_after_its_end():
    sandbox = Sandbox()
    first = sandbox.start().pid
    sandbox.stop()
    with sandbox:
        assert sandbox.pid != first
        assert sandbox.traces() == []


def test_a_port_in_use_is_said_with_what_to_do(lonely):
    port = int(lonely.url.rpartition(":")[2])
    with pytest.raises(SandboxError) as caught, Sandbox(port=port):
        pass
    assert f"Port {port}" in str(caught.value)
    assert "sandbox serve --port 0" in str(caught.value)


def test_a_state_folder_that_cannot_be_made(tmp_path):
    file = tmp_path / "file"
    file.write_text("no folder")
    with pytest.raises(SandboxError) as caught, Sandbox(state=file / "state"):
        pass
    assert f"{file / 'state'} cannot be written" in str(caught.value)


def test_without_functions_there_is_no_state_folder(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with Sandbox() as sandbox:
        sandbox.session().client("dynamodb").list_tables()
        assert list(tmp_path.iterdir()) == []
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_it_ends_however_its_parent_ends(how):
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True)
    try:
        told = json.loads(parent.stdout.readline())
        assert psutil.pid_exists(told["pid"])
        parent.send_signal(how)
        parent.wait(10)
        assert ends(told["pid"])
    finally:
        parent.kill()
        parent.stdout.close()


def test_files_of_the_current_folder_are_not_imported(monkeypatch, tmp_path):
    for name in "json", "logging", "boto3", "sandbox", "moto":
        (tmp_path / f"{name}.py").write_text("raise SystemExit('imported from the current folder')")
    monkeypatch.chdir(tmp_path)
    with Sandbox() as sandbox:
        assert sandbox.session().client("dynamodb").list_tables()["TableNames"] == []


def test_reset_empties_all(lonely):
    for account in "123456789012", "111122223333":
        session = lonely.session(account)
        session.client("dynamodb").create_table(
            TableName="users",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        session.client("dynamodb").get_waiter("table_exists").wait(TableName="users")
        session.client("dynamodb").put_item(TableName="users", Item={"pk": text("ada")})
        session.client("iam").create_user(UserName="ada")
        session.client("s3").create_bucket(Bucket=f"b{account}")
        session.client("logs").create_log_group(logGroupName="g")
        session.client("apigatewayv2").create_api(Name="a", ProtocolType="HTTP")
        session.client("apigateway").create_rest_api(name="a")
    lonely.reset()
    assert lonely.traces() == []
    for account in "123456789012", "111122223333":
        session = lonely.session(account)
        assert session.client("dynamodb").list_tables()["TableNames"] == []
        assert session.client("iam").list_users()["Users"] == []
        assert session.client("s3").list_buckets()["Buckets"] == []
        assert session.client("logs").describe_log_groups()["logGroups"] == []
        assert session.client("apigatewayv2").get_apis()["Items"] == []
        assert session.client("apigateway").get_rest_apis()["items"] == []


AMBIENT = {
    "AWS_PROFILE": "nobody",
    "AWS_DEFAULT_PROFILE": "nobody",
    "AWS_ACCESS_KEY_ID": "AKIAREAL",
    "AWS_SECRET_ACCESS_KEY": "real",
    "AWS_SESSION_TOKEN": "real",
    "AWS_REGION": "eu-central-1",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ENDPOINT_URL": "http://192.0.2.1:1",
    "AWS_ENDPOINT_URL_DYNAMODB": "http://192.0.2.1:1",
    "AWS_CONFIG_FILE": "/nowhere/config",
    "AWS_SHARED_CREDENTIALS_FILE": "/nowhere/credentials",
    "AWS_USE_FIPS_ENDPOINT": "true",
    "AWS_USE_DUALSTACK_ENDPOINT": "true",
    "AWS_CA_BUNDLE": "/nowhere/bundle.pem",
    "HTTP_PROXY": "http://192.0.2.1:1",
    "http_proxy": "http://192.0.2.1:1",
    "ALL_PROXY": "http://192.0.2.1:1",
}


@pytest.mark.parametrize("kind", ["client", "resource"])
def test_what_the_environment_says_of_aws_does_not_count(sandbox, account, users, monkeypatch, kind):
    for name, value in AMBIENT.items():
        monkeypatch.setenv(name, value)
    session = sandbox.session(account)
    if kind == "client":
        assert session.client("dynamodb").list_tables()["TableNames"] == [users]
    else:
        assert [table.name for table in session.resource("dynamodb").tables.all()] == [users]
    assert session.region_name == "us-east-1"


def test_nor_does_it_for_the_sandbox_itself(monkeypatch):
    for name, value in {**AMBIENT, "MOTO_ACCOUNT_ID": "999988887777"}.items():
        monkeypatch.setenv(name, value)
    with Sandbox() as sandbox:
        assert sandbox.session().client("sts").get_caller_identity()["Account"] == "123456789012"
        table = (
            sandbox.session()
            .client("dynamodb")
            .create_table(
                TableName="users",
                KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )
        )
        assert ":123456789012:" in table["TableDescription"]["TableArn"]


def test_a_sandbox_that_has_died_is_said():
    sandbox = Sandbox().start()
    psutil.Process(sandbox.pid).kill()
    assert ends(sandbox.pid)
    with pytest.raises(SandboxError, match="does not answer"):
        sandbox.reset()
    sandbox.stop()


def test_a_sandbox_that_cannot_load_moto_ends_and_says_what_to_type():
    program = (
        "import sys\n"
        "from sandbox.backend import services\n"
        "def broken(): raise ImportError('no module named moto')\n"
        "services.preload = broken\n"
        "from sandbox.cli import main\n"
        "sys.argv = ['sandbox', 'serve', '--port', '0', '--ephemeral']\n"
        "main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "no module named moto" in done.stderr
    assert "make setup" in done.stderr
    assert "Traceback" not in done.stderr
