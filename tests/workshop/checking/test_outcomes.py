"""How a check may end, and what is then said."""

from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from sandbox import Sandbox
from workshop.checking import Finding, fail
from workshop.checking.finding import CheckFailed
from workshop.checking.order import BrokenGraders
from workshop.errors import Problem

ALL_FIVE = """
    @check("It passes", guide="dynamodb#one", points=3)
    def test_passes(lab):
        print("said by the grader")

    @check("It fails", guide="dynamodb#one", points=2)
    def test_fails(lab):
        fail(saw="id", expected="userId", why="keys matter", next_step="rename it", where="template.yaml:7")

    @check("It is skipped", guide="dynamodb#one", needs=["fails"])
    def test_is_skipped(lab):
        raise RuntimeError("never reached")

    @check("It is not shown", guide="dynamodb#one", points=5)
    def test_not_shown(lab):
        not_shown("reads are never stale here")

    @check("It breaks", guide="dynamodb#one")
    def test_breaks(lab):
        raise AssertionError("the grader is wrong")

    @check("Beyond", guide="dynamodb#one", stretch=True)
    def test_beyond(lab):
        fail(saw="nothing", expected="more", why="it is fun", next_step="try it")
"""


def ended(results):
    return {one.id: one.outcome for one in results.checks()}


def test_the_five_ways(clone):
    results = clone.run(ALL_FIVE)
    assert ended(results) == {
        "passes": "passed",
        "fails": "failed",
        "is-skipped": "skipped",
        "not-shown": "not_shown",
        "breaks": "error",
        "beyond": "failed",
    }
    passes, fails, skipped, hidden, breaks, _ = results.checks()
    assert passes.output == "said by the grader\n"
    assert passes.message == ""
    assert fails.finding == Finding("id", "userId", "keys matter", "rename it", (), "template.yaml:7")
    assert fails.message == "id"
    assert skipped.message == "because `fails` has not passed"
    assert hidden.message == "reads are never stale here"
    assert breaks.message == "AssertionError: the grader is wrong"
    assert "test_breaks" in breaks.traceback
    assert "_pytest" not in breaks.traceback
    assert results.labs[0].outcomes == ended(results)


def test_points_are_of_core_checks_that_can_be_shown(clone):
    (lab,) = clone.run(ALL_FIVE).labs
    assert (lab.points, lab.possible) == (3, 7)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("pass", 0),
        ("not_shown('never')", 0),
        ("fail('a', 'b', 'c', 'd')", 1),
        ("raise KeyError('x')", 3),
        ("import sys; sys.exit(0)", 3),
        ("import pytest; pytest.fail('no')", 3),
    ],
)
def test_the_verdict(clone, body, code):
    results = clone.run(
        f"""
        @check("Core", guide="dynamodb#one")
        def test_core(lab):
            {body}
        @check("Beyond", guide="dynamodb#one", stretch=True)
        def test_beyond(lab):
            fail("a", "b", "c", "d")
        """
    )
    assert results.exit_code == code


def test_our_own_fault_outweighs_a_failure(clone):
    assert clone.run(ALL_FIVE).exit_code == 3


def test_a_finding_of_a_fixture_is_a_failure(clone):
    one = clone.one(
        """
        import pytest
        @pytest.fixture
        def table(lab):
            fail("no table", "a table", "w", "n")
        @check("It is", guide="dynamodb#one")
        def test_one(table): pass
        """
    )
    assert (one.outcome, one.message) == ("failed", "no table")


def test_what_breaks_after_a_check_that_passed_is_our_fault(clone):
    template = """
        import pytest
        @pytest.fixture
        def tidy():
            yield
            raise OSError("cannot clean up")
        @check("It is", guide="dynamodb#one")
        def test_one(tidy): {}
        """
    one = clone.one(template.format("pass"))
    assert (one.outcome, one.message) == ("error", "OSError: cannot clean up")
    one = clone.one(template.format("fail('a', 'b', 'c', 'd')"))
    assert one.outcome == "failed"


def test_a_problem_of_the_machine_is_told_with_what_to_do(clone):
    one = clone.one(
        """
        from workshop.errors import Problem
        @check("It is", guide="dynamodb#one")
        def test_one(lab): raise Problem("Node.js", "none", "one", "make setup")
        """
    )
    assert (one.outcome, one.message) == ("error", "Node.js: none. Do next: make setup")


class TestBrokenGraders:
    """The workshop's own fault, whatever it is."""

    @pytest.mark.parametrize(
        ("code", "words"),
        [
            ("import nothing_of_that_name", "No module named 'nothing_of_that_name'"),
            ("def test_one(:", "SyntaxError"),
            ("1 / 0", "ZeroDivisionError"),
        ],
    )
    def test_a_file_that_cannot_be_loaded(self, clone, code, words):
        clone.add_lab("02-iam")
        clone.begin("02-iam")
        clone.write_checks(code)
        results = clone.run(keys=("01-dynamodb", "02-iam"))
        broken, whole = results.labs
        assert words in broken.broken
        assert broken.checks == ()
        assert whole.outcomes == {"one": "passed"}
        assert results.exit_code == 3

    @pytest.mark.parametrize(
        ("decorators", "words"),
        [
            (["guide='d#a'", "guide='d#b', needs=['nobody']"], "'b' needs 'nobody', which is no check"),
            (["guide='d#a', needs=['b']", "guide='d#b', needs=['a']"], "a circle: 'a' needs b, 'b' needs a"),
            (["guide='d#a', needs=['a']"], "a circle: 'a' needs a"),
            (["guide='d#a', stretch=True", "guide='d#b', needs=['a']"], "which is a stretch check"),
        ],
    )
    def test_needs_that_cannot_be_met(self, clone, decorators, words):
        code = "\n".join(
            f"@check('x', {said})\ndef test_{name}(lab): pass"
            for name, said in zip("abc", decorators, strict=False)
        )
        with pytest.raises(BrokenGraders) as problem:
            clone.run(code)
        assert "the checks of lab 01-dynamodb" in str(problem.value)
        assert words in str(problem.value)

    def test_a_test_that_is_no_check(self, clone):
        with pytest.raises(BrokenGraders, match="test_plain without @check"):
            clone.run("@check('x', guide='d#a')\ndef test_one(lab): pass\ndef test_plain(lab): pass")

    def test_two_checks_of_one_id(self, clone):
        code = """
            import pytest
            @pytest.mark.parametrize("n", [1, 2])
            @check("x", guide="d#a")
            def test_one(lab, n): pass
            """
        with pytest.raises(BrokenGraders, match="two checks with the id 'one'"):
            clone.run(code)

    def test_a_hook_that_fails(self, clone):
        (clone.graders / "conftest.py").write_text("def pytest_runtest_logstart(): raise OSError('hook')")
        with pytest.raises(RuntimeError, match="OSError: hook"):
            clone.run()

    def test_needs_is_no_string(self, clone):
        results = clone.run("@check('x', guide='d#a', needs='one')\ndef test_one(lab): pass")
        assert "needs is a list of ids, not the string 'one'" in results.labs[0].broken

    def test_an_output_nobody_knows(self, clone):
        one = clone.one("@check('x', guide='d#a')\ndef test_one(lab): lab.find('Nothing')")
        assert (one.outcome, one.message) == ("error", "KeyError: 'Nothing'")


class TestOrder:
    def test_a_needed_check_comes_first_and_the_rest_stays(self, clone):
        results = clone.run(
            """
            @check("x", guide="d#a", needs=["c"])
            def test_a(lab): pass
            @check("x", guide="d#b")
            def test_b(lab): pass
            @check("x", guide="d#c")
            def test_c(lab): pass
            """
        )
        assert list(ended(results)) == ["b", "c", "a"]

    def test_a_skipped_check_skips_what_needs_it(self, clone):
        results = clone.run(
            """
            @check("x", guide="d#a")
            def test_a(lab): not_shown("never")
            @check("x", guide="d#b", needs=["a"])
            def test_b(lab): pass
            @check("x", guide="d#c", needs=["b"])
            def test_c(lab): pass
            """
        )
        assert [one.message for one in results.checks()][1:] == [
            "because `a` has not passed",
            "because `b` has not passed",
        ]
        assert results.exit_code == 0


@pytest.mark.parametrize(
    "body",
    [
        "lab.client('dynamodb').list_tables()",
        "fail('the function raised EndpointConnectionError', 'a user', 'w', 'n')",
    ],
)
def test_a_sandbox_that_goes_away_is_not_the_learners_fault(clone, body):
    with Sandbox(port=0) as sandbox:
        clone.environ["SANDBOX_URL"] = sandbox.url
        results = clone.run(
            f"""
            import os, signal
            @check("It kills", guide="d#a")
            def test_kills(lab):
                lab.client("dynamodb").list_tables()
                os.kill({sandbox.pid}, signal.SIGKILL)
                os.waitpid({sandbox.pid}, 0)
                {body}
            @check("It comes later", guide="d#b")
            def test_later(lab): fail("a", "b", "c", "d")
            """
        )
    kills, later = results.checks()
    assert kills.outcome == "error"
    assert kills.message == (
        f"The sandbox at {results.target} went away during the check. "
        "Type `workshop up`, and check again; where `workshop` says so, deploy before."
    )
    assert (later.outcome, later.message) == ("skipped", f"because {results.target} no longer answers")
    assert results.exit_code == 3


class TestAnotherEmulator:
    """One that is no sandbox is there as long as it answers."""

    CHECKS = """
        @check("It fails", guide="d#a")
        def test_fails(lab): fail("a", "b", "c", "d")
    """

    def test_a_finding_is_a_finding(self, clone):
        # It refuses whatever it is asked; that is an answer.
        with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as server:
            Thread(target=server.serve_forever, daemon=True).start()
            url = f"http://127.0.0.1:{server.server_port}"
            clone.target = replace(clone.target, kind="endpoint", url=url)
            assert clone.one(self.CHECKS).outcome == "failed"
            server.shutdown()

    def test_where_it_went_away_is_said(self, clone):
        clone.target = replace(clone.target, kind="endpoint", url="http://127.0.0.1:1")
        one = clone.one(self.CHECKS)
        assert one.outcome == "error"
        assert one.message == (
            "What answered at http://127.0.0.1:1 went away during the check. Start it, and check again."
        )


def test_what_cannot_be_run(clone):
    with pytest.raises(Problem, match="workshop begin 2"):
        clone.run(keys=["02-iam"])
    clone.begin("03-lambda")
    with pytest.raises(Problem) as problem:
        clone.run(keys=["03-lambda"])
    assert "test_03_lambda.py" in problem.value.looked_at


def test_fail_works_outside_of_a_check():
    with pytest.raises(CheckFailed) as failed:
        fail("a", "b", "c", "d")
    assert failed.value.finding.evidence == ()
    assert str(failed.value).splitlines()[0] == "Saw:       a"
