"""Which sandbox is found, and what is said where there is none."""

import http.server
import json
import threading

import pytest

from workshop.errors import NotRunning, Problem
from workshop.target import access_key, discover, is_sandbox, sandbox_at

NOBODY = "http://127.0.0.1:1"


@pytest.fixture(scope="module")
def running(sandbox):
    return sandbox


@pytest.fixture
def stranger():
    """The address of a server of this machine that is no sandbox, and the paths it was asked for."""
    asked = []

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps(["running", "services"]).encode())

        def log_message(self, *args):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def test_the_stated_sandbox_comes_first(running):
    target = discover({"SANDBOX_URL": f"{running.url}/", "AWS_ENDPOINT_URL": NOBODY}, default_url=NOBODY)
    assert (target.kind, target.url, target.account, target.region) == (
        "sandbox",
        running.url,
        "123456789012",
        "us-east-1",
    )


def test_then_the_endpoint_of_sandbox_env_then_the_usual_port(running):
    assert discover({"AWS_ENDPOINT_URL": running.url}, default_url=NOBODY).url == running.url
    assert discover({"AWS_ENDPOINT_URL": NOBODY}, default_url=running.url).url == running.url
    assert discover({}, default_url=running.url).url == running.url


def test_none_is_found_where_none_runs(stranger):
    url, asked = stranger
    assert discover({}, default_url=NOBODY) is None
    assert discover({"AWS_ENDPOINT_URL": url}, default_url=NOBODY) is None
    assert asked == ["/_sandbox/health"]


def test_a_stated_sandbox_that_does_not_answer_is_a_problem():
    with pytest.raises(NotRunning) as problem:
        discover({"SANDBOX_URL": NOBODY})
    assert f"{NOBODY}/_sandbox/health" in str(problem.value)
    assert "workshop up" in problem.value.do_next


@pytest.mark.parametrize("url", ["https://dynamodb.us-east-1.amazonaws.com", "http://192.0.2.7:4566", "here"])
def test_another_machine_is_never_asked(url):
    with pytest.raises(Problem, match="of another machine"):
        sandbox_at(url)
    assert not is_sandbox(url)


def test_a_port_that_is_none_is_no_sandbox():
    assert not is_sandbox("http://127.0.0.1:99999")
    assert not is_sandbox("")


def test_a_twelve_digit_key_is_an_account_of_ones_own(running):
    environ = {"SANDBOX_URL": running.url, "AWS_ACCESS_KEY_ID": "111122223333"}
    assert discover(environ).account == "111122223333"
    assert access_key({"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN"}) == "test"
    assert access_key({}) == "test"


def test_the_session_talks_to_the_target_whatever_the_environment_says(running, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "work")
    monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", NOBODY)
    monkeypatch.setenv("AWS_USE_FIPS_ENDPOINT", "true")
    monkeypatch.setenv("AWS_USE_DUALSTACK_ENDPOINT", "true")
    monkeypatch.setenv("HTTP_PROXY", NOBODY)
    session = sandbox_at(running.url, "314159265358").session()
    for service in ("dynamodb", "lambda", "iam", "logs", "apigateway", "apigatewayv2"):
        assert session.client(service).meta.endpoint_url == running.url
    assert session.client("dynamodb").list_tables()["TableNames"] == []
    assert session.resource("dynamodb").meta.client.meta.endpoint_url == running.url


def test_a_sandbox_that_goes_away_meanwhile_is_a_problem(monkeypatch):
    monkeypatch.setattr("workshop.target.local.is_sandbox", lambda url, timeout=0: True)
    with pytest.raises(Problem, match="GetCallerIdentity"):
        sandbox_at(NOBODY)
