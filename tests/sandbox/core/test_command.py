"""The command `sandbox`: serve, env, logs."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sandbox.bound_session import BoundSession
from tests.sandbox.raw_http import RawClient

SANDBOX = Path(sys.executable).with_name("sandbox")
SECONDS = 60


def environment(**more: str) -> dict[str, str]:
    """This process's environment without AWS's variables, with the venv's commands first."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("AWS_")}
    return {**kept, "PATH": f"{SANDBOX.parent}{os.pathsep}{os.environ['PATH']}", **more}


def run(*arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(SANDBOX), *arguments],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env=environment(**more),
        check=False,
    )


def port_of(url: str) -> str:
    return url.rpartition(":")[2].split(" ")[0]


@pytest.fixture
def serving():
    """`serving()`: `sandbox serve` on a free port, ready."""
    started = []

    def serve(*arguments: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [str(SANDBOX), "serve", "--port", "0", "--ephemeral", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
            start_new_session=True,
        )
        started.append(process)
        process.ready = process.stdout.readline()
        return process

    yield serve
    for process in started:
        process.kill()
        process.communicate()


def test_serve_says_in_one_line_that_it_is_ready(serving):
    process = serving()
    assert process.ready.startswith("sandbox ready on http://127.0.0.1:")
    assert "Ctrl-C" in process.ready
    url = process.ready.split(" ")[3]
    assert RawClient(url).request("GET", "/_sandbox/health").json()["url"] == url
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=SECONDS)
    assert out == ""
    assert "Traceback" not in err


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_at_once_and_well(serving, how):
    process = serving()
    client = RawClient(process.ready.split(" ")[3])
    with client.connect():
        assert client.request("GET", "/_sandbox/health").status == 200
        end_well(process, how)


def test_a_request_that_never_comes_whole_holds_up_no_end(serving):
    process = serving()
    with RawClient(process.ready.split(" ")[3]).connect() as half_sent:
        half_sent.sendall(b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nhalf")
        end_well(process, signal.SIGTERM)


def end_well(process: subprocess.Popen[str], how: signal.Signals) -> None:
    began = time.monotonic()
    process.send_signal(how)
    _, err = process.communicate(timeout=SECONDS)
    assert time.monotonic() - began < 3 + slowness()
    assert process.returncode == 0, err
    assert "Traceback" not in err


def slowness() -> float:
    """Seconds to allow for a machine that is busy with other tests."""
    return 2 * max(0.0, os.getloadavg()[0] / (os.cpu_count() or 1) - 1)


def test_a_second_serve_on_the_port_says_what_to_do(sandbox):
    port = port_of(sandbox.url)
    done = run("serve", "--port", port)
    assert done.returncode == 2
    assert done.stdout == ""
    assert f"Port {port}" in done.stderr
    assert "sandbox serve --port 0" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_state_folder_that_cannot_be_made(tmp_path):
    file = tmp_path / "file"
    file.write_text("no folder")
    done = run("serve", "--port", "0", "--state", str(file))
    assert done.returncode == 2
    assert f"{file} cannot be written" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_none():
    done = run("serve", "--port", "70000")
    assert done.returncode == 2
    assert "65535" in done.stderr


def in_shell(sandbox, script: str, **more: str) -> str:
    """What a shell prints in which `sandbox env` has been evaluated."""
    line = f'eval "$(sandbox env --port {port_of(sandbox.url)})"; {script}'
    done = subprocess.run(
        ["sh", "-eu", "-c", line],
        capture_output=True,
        text=True,
        timeout=SECONDS,
        env=environment(**more),
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_after_env_the_plain_aws_command_works(sandbox):
    lost = {
        "AWS_PROFILE": "nobody",
        "AWS_SESSION_TOKEN": "stale",
        "AWS_ENDPOINT_URL_LOGS": "http://192.0.2.1:1",
        "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
        "AWS_USE_FIPS_ENDPOINT": "true",
    }
    logs = sandbox.session().client("logs")
    logs.create_log_group(logGroupName="seen-by-command")
    shown = in_shell(sandbox, "aws logs describe-log-groups --output text", **lost)
    logs.delete_log_group(logGroupName="seen-by-command")
    assert "seen-by-command" in shown


def test_env_is_for_the_shell_and_leaves_nothing_that_leads_elsewhere(sandbox):
    names = ["AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN", "AWS_ENDPOINT_URL_S3"]
    more = {**dict.fromkeys(names, "x"), "NO_PROXY": "a.example,it's;b"}
    shown = in_shell(sandbox, "env", **more)
    values = dict(line.partition("=")[::2] for line in shown.splitlines() if "=" in line)
    assert values["AWS_ENDPOINT_URL"] == sandbox.url
    assert values["AWS_ACCESS_KEY_ID"] == values["AWS_SECRET_ACCESS_KEY"] == "test"
    assert values["AWS_REGION"] == values["AWS_DEFAULT_REGION"] == "us-east-1"
    assert values["NO_PROXY"] == values["no_proxy"] == "a.example,it's;b,127.0.0.1,localhost"
    assert not set(names) & set(values)


def test_env_for_an_account():
    exports = run("env", "--account", "111122223333").stdout
    assert "export AWS_ACCESS_KEY_ID=111122223333" in exports
    assert all(len(shlex.split(line)) == 2 for line in exports.splitlines())


def test_an_account_is_twelve_digits():
    done = run("env", "--account", "me")
    assert done.returncode == 2
    assert "twelve digits" in done.stderr
    assert done.stdout == ""


@pytest.fixture
def groups(sandbox):
    """Two log groups, one of a function."""
    logs = sandbox.session().client("logs")
    for group in "/aws/lambda/by-command", "other":
        logs.create_log_group(logGroupName=group)
        logs.create_log_stream(logGroupName=group, logStreamName="s")
        now = int(time.time() * 1000)
        lines = [{"timestamp": now + n, "message": f"{group} line {n}\n"} for n in range(2)]
        logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=lines)
    yield
    for group in "/aws/lambda/by-command", "other":
        logs.delete_log_group(logGroupName=group)


class TestLogs:
    """`sandbox logs`."""

    @pytest.mark.usefixtures("groups")
    @pytest.mark.parametrize(
        ("name", "group"), [("by-command", "/aws/lambda/by-command"), ("other", "other")]
    )
    def test_lines_of_a_function_or_a_group(self, sandbox, name, group):
        done = run("logs", name, "--port", port_of(sandbox.url))
        assert done.returncode == 0, done.stderr
        assert done.stdout.splitlines() == [f"{group} line 0", f"{group} line 1"]

    @pytest.mark.usefixtures("groups")
    def test_without_a_name_the_groups_there_are(self, sandbox):
        shown = run("logs", "--port", port_of(sandbox.url)).stdout.splitlines()
        assert {"/aws/lambda/by-command", "other"} <= set(shown)

    @pytest.mark.usefixtures("groups")
    def test_an_unknown_function_is_said_with_those_there_are(self, sandbox):
        done = run("logs", "nobody", "--port", port_of(sandbox.url))
        assert done.returncode == 1
        assert "no log group of 'nobody'" in done.stderr
        assert "/aws/lambda/by-command" in done.stderr

    def test_without_a_sandbox(self):
        done = run("logs", "users", "--port", "1")
        assert done.returncode == 1
        assert "sandbox serve" in done.stderr
        assert "Traceback" not in done.stderr

    @pytest.mark.usefixtures("groups")
    def test_new_lines_follow_until_ctrl_c(self, sandbox):
        following = subprocess.Popen(
            [str(SANDBOX), "logs", "other", "--follow", "--port", port_of(sandbox.url)],
            stdout=subprocess.PIPE,
            text=True,
            env=environment(PYTHONUNBUFFERED="1"),
        )
        try:
            assert following.stdout.readline() == "other line 0\n"
            sandbox.session().client("logs").put_log_events(
                logGroupName="other",
                logStreamName="s",
                logEvents=[{"timestamp": int(time.time() * 1000) + 10, "message": "new line"}],
            )
            assert following.stdout.readline() == "other line 1\n"
            assert following.stdout.readline() == "new line\n"
            following.send_signal(signal.SIGINT)
            assert following.wait(SECONDS) == 0
        finally:
            following.kill()
            following.stdout.close()


def test_help_is_a_tutorial():
    shown = run("--help").stdout
    for command in "serve", "env", "logs":
        assert command in shown
        assert f"sandbox {command}" in run(command, "--help").stdout


def test_serve_keeps_in_a_folder_of_the_current_one(tmp_path):
    for number in range(2):
        process = subprocess.Popen(
            [str(SANDBOX), "serve", "--port", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(),
            cwd=tmp_path,
        )
        try:
            url = process.stdout.readline().split()[3]
            session = BoundSession(url, "test", "test", "us-east-1")
            buckets = session.client("s3").list_buckets()["Buckets"]
            assert [bucket["Name"] for bucket in buckets] == ["kept-here"][:number]
            if not buckets:
                session.client("s3").create_bucket(Bucket="kept-here")
        finally:
            process.terminate()
            _, told = process.communicate(timeout=20)
    assert "state in .sandbox/state/state.db, 0." in told


def test_keeping_nothing_somewhere_is_refused(tmp_path):
    done = run("serve", "--port", "0", "--ephemeral", "--state", str(tmp_path))
    assert done.returncode == 2
    assert "leave one of them out" in done.stderr
    assert list(tmp_path.iterdir()) == []
