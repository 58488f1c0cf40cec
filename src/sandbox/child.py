"""`Sandbox`: a sandbox as a child process, which ends when its parent does."""

from __future__ import annotations

import http.client
import json
import os
import select
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.dynamodb.replicas import Lag
from sandbox.settings import DEFAULT_ACCOUNT, DEFAULT_REGION

if TYPE_CHECKING:
    from sandbox.bound_session import BoundSession

START_SECONDS = 60
STOP_SECONDS = 10


class SandboxError(Exception):
    """The sandbox did not start, or does not answer; the message holds what it said."""


class Sandbox:
    """A local AWS in a process of its own.

        with Sandbox(port=0) as sandbox:
            table = sandbox.session().resource("dynamodb").Table("users")

    port: 0 takes a free one. state: folder in which everything is kept, and is there again for the next
    sandbox of that folder; None keeps nothing.
    replication_lag: how long DynamoDB's second follower lacks a write, `MEDIAN,LONGEST` in milliseconds or
    `0` for never; seed: of what is left to chance.
    However the parent ends, the sandbox and all execution environments end with it.
    """

    def __init__(
        self,
        port: int = 0,
        state: Path | None = None,
        replication_lag: str = str(Lag()),
        seed: int = 0,
    ) -> None:
        self._port = port
        self._state = state
        self._lag = replication_lag
        self._seed = seed
        self._process: subprocess.Popen[str] | None = None
        self._url = ""

    @property
    def url(self) -> str:
        """The endpoint URL. Raises SandboxError if the sandbox is not running."""
        if not self._url:
            raise SandboxError("The sandbox is not running: call start(), or use it in a with statement.")
        return self._url

    @property
    def pid(self) -> int:
        """The process id of the sandbox."""
        if self._process is None:
            raise SandboxError("The sandbox is not running.")
        return self._process.pid

    def start(self) -> Sandbox:
        """Start it and wait until it answers. Raises SandboxError with what it said if it does not."""
        if self._process is not None:
            return self
        arguments = [str(self._port), self._lag, str(self._seed)]
        if self._state is not None:
            arguments.append(str(self._state))
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "MOTO_"))}
        self._process = self._launch(arguments, environment)
        self._url = self._await_ready(self._process)
        return self

    def stop(self) -> None:
        """End it and all its execution environments; a second call does nothing."""
        process, self._process, self._url = self._process, None, ""
        if process is None:
            return
        if process.stdin:
            process.stdin.close()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdout:
            process.stdout.close()

    def credentials(self, account: str = DEFAULT_ACCOUNT) -> dict[str, str]:
        """Keys of the administrator of an account, as boto3's keyword arguments."""
        key = "test" if account == DEFAULT_ACCOUNT else account
        return {"aws_access_key_id": key, "aws_secret_access_key": "test"}

    def session(self, account: str = DEFAULT_ACCOUNT, region: str = DEFAULT_REGION) -> BoundSession:
        """A boto3 session whose clients and resources talk to this sandbox, and to nothing else.

        account: twelve digits; each account is a world of its own.
        """
        from sandbox.bound_session import BoundSession

        keys = self.credentials(account)
        return BoundSession(self.url, keys["aws_access_key_id"], keys["aws_secret_access_key"], region)

    def reset(self) -> None:
        """Forget all state, of every account."""
        self._request("POST", "/_sandbox/reset")

    def settings(self, **changes: Any) -> dict[str, Any]:
        """The settings of the running sandbox, after `changes`: `sandbox.settings(replication_lag="0")`."""
        if not changes:
            return self._request("GET", "/_sandbox/settings")
        return self._request("PUT", "/_sandbox/settings", json.dumps(changes))

    def traces(self) -> list[dict[str, Any]]:
        """The newest requests, hop by hop."""
        return list(self._request("GET", "/_sandbox/traces")["traces"])

    def __enter__(self) -> Sandbox:
        return self.start()

    def __exit__(self, *exc_info: object) -> None:
        self.stop()

    def _launch(self, arguments: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[str]:
        # -P: a json.py or boto3.py in the current folder is a learner's own, and not for the sandbox.
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "sandbox.embedded", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            start_new_session=True,
        )

    def _await_ready(self, process: subprocess.Popen[str]) -> str:
        assert process.stdout is not None
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            readable, _, _ = select.select([process.stdout], [], [], 0.5)
            if readable:
                line = process.stdout.readline()
                if line.startswith("{"):
                    return self._url_in(json.loads(line))
            if process.poll() is not None:
                break
        code = process.poll()
        self.stop()
        raise SandboxError(
            f"The sandbox did not start (exit code {code}). Its error output says why; "
            f"`{sys.executable} -m sandbox serve --port {self._port}` shows it again."
        )

    def _url_in(self, told: dict[str, Any]) -> str:
        if "url" in told:
            return str(told["url"])
        self.stop()
        raise SandboxError(str(told.get("error")))

    def _request(self, method: str, path: str, body: str | None = None) -> dict[str, Any]:
        host = self.url.removeprefix("http://")
        connection = http.client.HTTPConnection(host, timeout=60)
        try:
            connection.request(method, path, body)
            answer = connection.getresponse()
            told = answer.read()
            if answer.status != 200:
                raise SandboxError(f"{method} {path} answered {answer.status}: {told.decode()[:500]}")
            return dict(json.loads(told))
        except OSError as error:
            raise SandboxError(f"The sandbox at {self.url} does not answer: {error}") from error
        finally:
            connection.close()
