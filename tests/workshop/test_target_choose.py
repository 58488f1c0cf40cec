"""`--target`: what each word leads to, and what is refused."""

import http.server
import os
import threading
from dataclasses import replace

import pytest

from workshop import sandbox_record
from workshop.errors import NotRunning, Problem
from workshop.target import choose, find_sandbox, prefix

NOBODY = "http://127.0.0.1:1"
IDENTITY = b"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::000000000000:root</Arn><UserId>x</UserId><Account>000000000000</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>"""


@pytest.fixture(scope="module")
def running(sandbox):
    return sandbox


@pytest.fixture
def clone(tmp_path):
    return tmp_path


@pytest.fixture
def emulator():
    """The URL of what answers GetCallerIdentity and is no sandbox; and the keys it was called with."""
    keys = []

    class Answer(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            keys.append(self.headers["Authorization"].split("Credential=")[1].split("/")[0])
            self.send_response(200)
            self.send_header("Content-Length", str(len(IDENTITY)))
            self.end_headers()
            self.wfile.write(IDENTITY)

        def do_GET(self):
            self.send_error(404)

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", keys
        server.shutdown()


def noted(clone, url):
    sandbox_record.write(clone, sandbox_record.of_process(os.getpid(), url))


class TestWhatRunsHere:
    @pytest.mark.parametrize("text", [None, "sandbox"])
    def test_the_sandbox_of_the_clone_is_found_on_whatever_port(self, running, clone, text):
        noted(clone, running.url)
        target = choose(text, {}, clone, default_url=NOBODY)
        assert (target.kind, target.url, target.account) == ("sandbox", running.url, "123456789012")

    def test_what_the_terminal_says_comes_first(self, running, clone):
        noted(clone, NOBODY)
        assert choose(None, {"AWS_ENDPOINT_URL": running.url}, clone, NOBODY).url == running.url
        assert choose(None, {"SANDBOX_URL": f"{running.url}/"}, clone, NOBODY).url == running.url

    def test_an_old_note_is_no_obstacle_to_the_usual_port(self, running, clone):
        noted(clone, NOBODY)
        assert choose(None, {}, clone, default_url=running.url).url == running.url
        assert find_sandbox({}, clone, running.url) == running.url

    def test_none_is_said_with_all_places_looked_at_and_what_to_type(self, clone):
        noted(clone, "http://127.0.0.1:2")
        with pytest.raises(NotRunning) as problem:
            choose(None, {"AWS_ENDPOINT_URL": "https://aws.example"}, clone, NOBODY)
        assert problem.value.looked_at == (
            "http://127.0.0.1:2/_sandbox/health, http://127.0.0.1:1/_sandbox/health"
        )
        assert "workshop up" in problem.value.do_next
        assert find_sandbox({}, clone, NOBODY) is None

    def test_a_stated_one_that_does_not_answer_is_not_replaced_by_another(self, running, clone):
        with pytest.raises(NotRunning, match=NOBODY):
            choose(None, {"SANDBOX_URL": NOBODY}, clone, running.url)
        assert find_sandbox({"SANDBOX_URL": NOBODY}, clone, running.url) is None


class TestWords:
    def test_an_account_is_chosen_by_its_profile_first(self):
        with pytest.raises(Problem, match="workshop target aws --profile") as problem:
            choose("aws", {})
        assert not isinstance(problem.value, NotRunning)

    @pytest.mark.parametrize("text", ["prod", "127.0.0.1:4566", ""])
    def test_what_is_neither_a_name_nor_a_url_is_a_problem(self, text):
        with pytest.raises(Problem, match="neither a name nor a URL"):
            choose(text, {})


class TestUrls:
    def test_a_sandbox_by_its_url_with_an_account_of_ones_own(self, running):
        target = choose(f"{running.url}/", {"AWS_ACCESS_KEY_ID": "111122223333"})
        assert (target.kind, target.account) == ("sandbox", "111122223333")

    def test_another_emulator_of_this_machine_gets_test_keys_only(self, emulator):
        url, keys = emulator
        target = choose(url, {"AWS_ACCESS_KEY_ID": "111122223333", "AWS_SECRET_ACCESS_KEY": "hush"})
        assert (target.kind, target.url, target.account) == ("endpoint", url, "000000000000")
        assert target.session().client("sts").get_caller_identity()["Account"] == "000000000000"
        assert keys == ["test", "test"]
        assert target.answers()
        assert not replace(target, url=NOBODY).answers()

    @pytest.mark.parametrize(
        "url", ["https://dynamodb.us-east-1.amazonaws.com", "http://192.0.2.7:4566", "ftp://127.0.0.1"]
    )
    def test_another_machine_is_refused(self, url):
        with pytest.raises(Problem, match="of another machine") as problem:
            choose(url, {})
        assert "leave --target out" in problem.value.do_next

    def test_where_nothing_answers_it_is_not_running(self):
        with pytest.raises(NotRunning, match="GetCallerIdentity"):
            choose(NOBODY, {})


def test_a_prefix_that_no_name_could_bear_is_refused():
    assert prefix({"WORKSHOP_PREFIX": ""}) == "workshop"
    assert prefix({"WORKSHOP_PREFIX": "ada-2"}) == "ada-2"
    for stated in ("Ada", "2ada", "a" * 32, "a_b"):
        with pytest.raises(Problem, match="export WORKSHOP_PREFIX=workshop"):
            prefix({"WORKSHOP_PREFIX": stated})
