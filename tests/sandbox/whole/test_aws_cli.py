"""The whole backend, made with nothing but `sandbox serve`, `sandbox env`, the AWS CLI and curl."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "docs" / "snippets" / "whole-backend.sh"
BIN = Path(sys.executable).parent

EXPECTED = """\
{"userId": "ada", "name": "Ada"} 201
{"userId": "ada", "name": "Ada"} 200
{"users": [{"userId": "ada", "name": "Ada"}]} 200
{"userId": "ada", "name": "Ada Lovelace"} 200
 204
{"message": "No user ada"} 404
"""


# Twenty commands of one to five seconds each, by the load of the machine.
@pytest.mark.timeout(300)
@pytest.mark.skipif(shutil.which("curl") is None, reason="the machine has no curl")
def test_the_aws_cli_and_curl_make_and_use_the_whole_backend() -> None:
    server = subprocess.Popen(
        [BIN / "sandbox", "serve", "--port", "0", "--ephemeral"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        ready = server.stdout.readline()
        port = ready.split("http://127.0.0.1:")[1].split()[0]
        steps = f'set -e; exports=$("{BIN}/sandbox" env --port {port}); eval "$exports"; bash "{SCRIPT}"'
        path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
        ambient = {"AWS_PROFILE": "somebody-else", "AWS_SESSION_TOKEN": "stale", "PATH": path}
        done = subprocess.run(
            ["bash", "-c", steps],
            env={**os.environ, **ambient},
            capture_output=True,
            text=True,
            timeout=280,
            check=False,
        )
    finally:
        server.terminate()
        server.wait(10)
    assert done.returncode == 0, done.stderr
    normal = done.stdout.replace('{"name": "Ada", "userId": "ada"}', '{"userId": "ada", "name": "Ada"}')
    normal = normal.replace(
        '{"name": "Ada Lovelace", "userId": "ada"}', '{"userId": "ada", "name": "Ada Lovelace"}'
    )
    assert normal == EXPECTED
