"""`%trace`: in a shell, of requests to the sandbox that the notebook talks to."""

import pytest
import requests
from IPython.core.error import UsageError
from IPython.core.interactiveshell import InteractiveShell

from tests.solutions.deployed import fresh_account, target_in
from workshop import magics

API = {"Name": "orders", "ProtocolType": "HTTP"}


@pytest.fixture(scope="module")
def target(sandbox):
    return target_in(sandbox, fresh_account())


@pytest.fixture
def shell(target, tmp_path, monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("SANDBOX_URL", "http://127.0.0.1:1")
    shell = InteractiveShell()
    magics.register(shell, target)
    return shell


@pytest.fixture(scope="module")
def ids(target):
    """The ids of two requests to an API without routes."""
    apis = target.session().client("apigatewayv2")
    made = apis.create_api(**API)
    apis.create_stage(ApiId=made["ApiId"], StageName="$default", AutoDeploy=True)
    answers = [requests.get(f"{made['ApiEndpoint']}/{path}", timeout=30) for path in ("first", "second")]
    return [answer.headers["apigw-requestid"] for answer in answers]


@pytest.mark.parametrize("line", ["", "last", "{1}"])
def test_one_request_is_drawn(shell, ids, line):
    drawn = shell.run_line_magic("trace", line.format(*ids))
    assert "<strong>GET /second → 404</strong>" in drawn._repr_html_()
    assert repr(drawn).startswith("GET /second  →  404")


def test_two_are_drawn_side_by_side(shell, ids):
    shell.push({"ids": ids})
    drawn = shell.run_cell("%trace {ids[0]} {ids[1]}").result
    assert [way.title for way in drawn.ways] == ["GET /first", "GET /second"]


@pytest.mark.parametrize(
    ("line", "words"), [("nobody", "none has the id nobody"), ("a b c", "Found:     a b c")]
)
def test_what_cannot_be_drawn_is_said_without_a_traceback(shell, ids, line, words):
    with pytest.raises(UsageError) as problem:
        shell.run_line_magic("trace", line)
    assert words in str(problem.value)
    assert "Do next:" in str(problem.value)
