"""`%load_ext workshop`, in kernels of their own."""

import json
import os
import subprocess
import sys

import pytest

from tests.workshop.waiting import wait_until
from workshop import sandbox_record
from workshop.notebook import farewell
from workshop.target import Target

PRELUDE = """
import json, os, sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
def cell(source):
    return shell.run_cell(source)
def show(value):
    print("SHOWN " + json.dumps(value))
"""


@pytest.fixture(scope="module")
def running(sandbox):
    return sandbox


@pytest.fixture
def kernel(tmp_path):
    """`kernel(code, **environment)`: runs the code in a process with that environment alone."""

    def run(code, **environment):
        result = subprocess.run(
            [sys.executable, "-c", PRELUDE + code],
            env={
                "PATH": os.environ["PATH"],
                "HOME": str(tmp_path),
                "IPYTHONDIR": str(tmp_path),
                **environment,
            },
            capture_output=True,
            text=True,
            timeout=90,
        )
        shown = [json.loads(line[6:]) for line in result.stdout.splitlines() if line.startswith("SHOWN ")]
        return shown, result.stdout, result.stderr

    return run


def test_nothing_of_ones_own_leads_elsewhere(kernel, running, tmp_path):
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "credentials").write_text(
        "[default]\naws_access_key_id = AKIADEFAULT\naws_secret_access_key = hush-default\n"
        "[work]\naws_access_key_id = AKIAWORK\naws_secret_access_key = hush-work\n"
    )
    (tmp_path / ".aws" / "config").write_text(
        "[profile work]\nregion = eu-west-1\nendpoint_url = http://127.0.0.1:1\n"
    )
    code = """
import boto3
boto3.client("s3", region_name="eu-west-1")  # boto3 now holds a session of the environment before
cell("%load_ext workshop")
for service in ("dynamodb", "lambda", "iam"):
    client = boto3.client(service)
    keys = client._request_signer._credentials
    show([client.meta.endpoint_url, client.meta.region_name, keys.access_key, keys.token])
show(boto3.client("sts").get_caller_identity()["Account"])
show(boto3.Session().available_profiles)
"""
    shown, said, _ = kernel(
        code,
        SANDBOX_URL=running.url,
        AWS_PROFILE="work",
        AWS_ACCESS_KEY_ID="AKIAENVIRONMENT",
        AWS_SECRET_ACCESS_KEY="hush-environment",
        AWS_SESSION_TOKEN="hush-token",
        AWS_ENDPOINT_URL="https://example.com",
        AWS_ENDPOINT_URL_DYNAMODB="http://127.0.0.1:1",
        HTTP_PROXY="http://127.0.0.1:1",
    )
    assert shown == [[running.url, "us-east-1", "test", None]] * 3 + ["123456789012", []]
    assert (
        "Found and not used, for this kernel only: AWS_ACCESS_KEY_ID, AWS_ENDPOINT_URL, "
        "AWS_ENDPOINT_URL_DYNAMODB, AWS_PROFILE, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, ~/.aws.\n"
        "AWS_ENDPOINT_URL points to something that is not this sandbox.\n"
        "AWS_ACCESS_KEY_ID holds a key of a real AWS account: no notebook uses it.\n"
    ) in said
    assert "hush" not in said
    assert "AKIA" not in said


def test_unloading_gives_everything_back(kernel, running):
    code = """
names, environment = set(shell.user_ns), dict(os.environ)
cell("%load_ext workshop")
show(sorted(set(shell.user_ns) - names))
cell("%unload_ext workshop")
show(sorted(name for name in set(shell.user_ns) - names if not name.startswith("_")))
show(dict(os.environ) == environment)
cell("%load_ext workshop")
show("picture" in shell.user_ns)
cell("%reload_ext workshop")
show("picture" in shell.user_ns)
"""
    shown, said, errors = kernel(code, SANDBOX_URL=running.url, AWS_PROFILE="work")
    assert [name for name in shown[0] if not name.startswith("_")] == ["picture", "predict"]
    assert shown[1:] == [[], True, True, True]
    assert said.count("You are talking to the sandbox") == 3
    assert errors == ""


def test_says_what_it_talks_to_and_loading_twice_changes_nothing(kernel, running):
    code = """
cell("%load_ext workshop")
cell("%load_ext workshop")
cell("picture()")
"""
    _, said, errors = kernel(code, SANDBOX_URL=running.url)
    assert said.startswith(
        f"You are talking to the sandbox at {running.url}, account 123456789012, region us-east-1. "
        "Nothing here reaches AWS.\n"
        "The workshop extension is already loaded."
    )
    assert "Nothing with a name that begins with nb- exists." in said
    assert errors == ""


def test_a_sandbox_that_does_not_answer_is_said_without_a_traceback(kernel):
    code = """
result = cell("%load_ext workshop")
show(result.success)
show("picture" in shell.user_ns)
"""
    shown, said, errors = kernel(code, SANDBOX_URL="http://127.0.0.1:1")
    assert shown == [False, False]
    assert "Traceback" not in said + errors
    assert "Do next:   type `workshop up`" in errors


STARTED = """
import workshop.notebook
workshop.notebook.discover = lambda environ, clone: None
cell("%load_ext workshop")
from workshop import notebook
(connection,) = notebook._connections.values()
show(connection.own.pid)
"""


def test_starts_a_sandbox_where_none_runs_which_ends_with_the_kernel(kernel):
    (pid,), said, _ = kernel(STARTED)
    assert said.startswith("No sandbox runs yet: starting one, which ends with this notebook's kernel …\n")
    assert "You are talking to the sandbox at http://127.0.0.1:" in said
    wait_until(lambda: has_ended(pid), f"process {pid} ends with the kernel that started it")


def test_a_sandbox_that_has_gone_is_named_and_started_anew(kernel):
    code = (
        STARTED
        + """
cell("1 / 0")  # the sandbox runs: nothing is said of it
print("NOW", file=sys.stderr)
connection.own.stop()
cell("raise ConnectionError('refused')")
cell("%reload_ext workshop")
(connection,) = notebook._connections.values()
show(connection.own.pid)
cell("%unload_ext workshop")
"""
    )
    (first, second), said, errors = kernel(code)
    before, after = errors.split("NOW")
    assert "no longer answers" not in before
    assert "no longer answers, and what it held is gone." in after
    assert "type `%reload_ext workshop` in a cell,\nthen run this notebook from its first cell." in after
    assert said.count("You are talking to the sandbox") == 2
    assert first != second
    assert has_ended(second)


def test_a_sandbox_of_others_that_has_gone_is_started_in_a_terminal():
    target = Target("sandbox", "http://127.0.0.1:4600", "123456789012", "us-east-1", "test")
    assert "type `sandbox serve --port 4600` in a terminal,\nthen run" in farewell(target, own=False)


def test_importing_workshop_is_cheap(kernel):
    code = """
before = set(sys.modules)
import workshop
show(sorted(name for name in set(sys.modules) - before if "." not in name))
"""
    shown, _, _ = kernel(code)
    assert shown == [["workshop"]]


def has_ended(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def test_the_sandbox_that_the_clone_has_started_is_found_on_whatever_port(kernel, running, tmp_path):
    sandbox_record.write(tmp_path, sandbox_record.of_process(running.pid, running.url))
    code = """
import pathlib, workshop.notebook
workshop.notebook.clone_folder = lambda: pathlib.Path(os.environ["HOME"])
cell("%load_ext workshop")
show(os.environ["AWS_ENDPOINT_URL"])
"""
    shown, said, _ = kernel(code)
    assert shown == [running.url]
    assert "No sandbox runs yet" not in said


def test_a_notebook_that_is_not_connected_reaches_nobody(kernel):
    """Its later cells would else use what keys lie about in the environment."""
    code = """
from workshop.notebook import unload
cell("%load_ext workshop")
cell("import boto3; keys = boto3.Session().get_credentials()")
show([shell.user_ns["keys"], os.environ.get("AWS_PROFILE")])
unload(shell)
show([os.environ.get("AWS_PROFILE"), os.environ["AWS_SECRET_ACCESS_KEY"]])
"""
    ambient = {"AWS_ACCESS_KEY_ID": "AKIAAMBIENT", "AWS_SECRET_ACCESS_KEY": "hush", "AWS_PROFILE": "work"}
    shown, said, _ = kernel(code, SANDBOX_URL="http://127.0.0.1:1", **ambient)
    assert shown == [[None, None], ["work", "hush"]]
    assert "hush" not in said.partition("SHOWN")[0]
