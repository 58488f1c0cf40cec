"""The checks under plain pytest: `pytest tests/labs --work work`."""

import os
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest

CONFTEST = 'pytest_plugins = ("workshop.checking.options",)\n'
CHECKS = """
    @check("It passes", guide="dynamodb#one")
    def test_passes(lab): assert lab.folder.name == "01-dynamodb"

    @check("It fails", guide="dynamodb#one", needs=["passes"])
    def test_fails(lab):
        lab.client("dynamodb").list_tables()
        fail(saw="id", expected="userId", why="keys matter", next_step="rename it")

    @check("It is skipped", guide="dynamodb#one", needs=["fails"])
    def test_skipped(lab): pass

    @check("It is not shown", guide="dynamodb#one")
    def test_not_shown(lab): not_shown("never stale here")

    @check("It breaks", guide="dynamodb#one")
    def test_breaks(lab): {}["no such key"]
"""


@pytest.fixture
def plain(clone):
    """`plain("tests/labs", "--work", "work")`: pytest in a process of its own, in the made-up clone."""
    (clone.folder / "pytest.ini").write_text("[pytest]\naddopts = --import-mode=importlib -ra\n")
    (clone.folder / "tests" / "conftest.py").write_text(CONFTEST)
    (clone.folder / "tests" / "test_other.py").write_text("def test_other(): pass\n")
    clone.write_checks(CHECKS)

    def run(*arguments, **environ):
        return subprocess.run(
            [sys.executable, "-m", "pytest", *arguments],
            cwd=clone.folder,
            env={"PATH": os.environ["PATH"], "HOME": str(clone.folder), **clone.environ, **environ},
            capture_output=True,
            text=True,
            timeout=110,
        )

    return run


@pytest.mark.parametrize("arguments", [["--work", "work"], []])
def test_the_report_is_plain_text(plain, arguments):
    done = plain("tests/labs", *arguments, "--junitxml", "results.xml")
    assert done.returncode == 1
    assert "1 failed, 1 passed, 2 skipped, 1 error" in done.stdout
    assert (
        "It fails\n\nSaw:       id\nExpected:  userId\nWhy:       keys matter\nDo next:   rename it\n\n"
        '  boto3.client("dynamodb").list_tables()\n  aws dynamodb list-tables\n' in done.stdout
    )
    assert "Finding(" not in done.stdout
    assert "because `fails` has not passed" in done.stdout
    assert "not shown here: never stale here" in done.stdout
    assert "The workshop's own fault, never counted against you" in done.stdout
    assert "KeyError: 'no such key'" in done.stdout


def test_junit_tells_findings_from_our_own_fault(plain, clone):
    plain("tests/labs", "--junitxml", "results.xml")
    cases = {case.get("name"): case for case in ET.parse(clone.folder / "results.xml").iter("testcase")}
    found = {name: [child.tag for child in case] for name, case in cases.items()}
    assert found == {
        "test_passes": [],
        "test_fails": ["failure"],
        "test_skipped": ["skipped"],
        "test_not_shown": ["skipped"],
        "test_breaks": ["error"],
    }
    assert cases["test_fails"][0].text.startswith("It fails\n\nSaw:       id")


def test_without_work_the_graders_are_left_alone(plain):
    done = plain("tests")
    assert "1 passed" in done.stdout
    assert "test_01" not in done.stdout
    assert done.returncode == 0


def test_one_check_alone_is_run_without_what_it_needs(plain):
    done = plain("tests/labs/test_01_dynamodb.py::test_fails")
    assert "1 failed" in done.stdout


def test_the_target_is_an_option(plain, clone):
    done = plain("tests/labs", "--target", clone.environ["SANDBOX_URL"], SANDBOX_URL="")
    assert "1 failed, 1 passed" in done.stdout


def test_a_lab_that_is_not_begun_is_left_out_and_named(plain, clone):
    clone.add_lab("02-iam")
    done = plain("tests/labs", "--work", "work")
    assert f"not begun in {clone.work}, so not checked: 02-iam" in done.stdout
    assert "1 failed, 1 passed" in done.stdout


@pytest.mark.parametrize(
    ("arguments", "environ", "words"),
    [
        (["--work", "nowhere"], {}, "workshop begin 1"),
        (["--work", "work", "-n", "2"], {}, "they run in one process: leave out -n"),
        ([], {"SANDBOX_URL": "http://127.0.0.1:1"}, "type `workshop up`"),
        (["--target", "aws"], {}, "no AWS account was chosen yet"),
        ([], {"WORKSHOP_PREFIX": "no good/"}, "WORKSHOP_PREFIX"),
    ],
)
def test_what_cannot_be_done_is_a_usage_error(plain, arguments, environ, words):
    done = plain("tests/labs", *arguments, **environ)
    assert done.returncode == 4
    assert words in done.stderr
    assert "Traceback" not in done.stderr + done.stdout


def test_a_folder_that_is_not_there_needs_a_begin(plain, clone):
    (clone.work / "01-dynamodb").rmdir()
    clone.work.rmdir()
    done = plain("tests/labs")
    assert done.returncode == 4
    assert "workshop begin 1" in done.stderr


def test_broken_graders_are_a_usage_error(plain, clone):
    clone.write_checks("@check('x', guide='d#a', needs=['nobody'])\ndef test_a(lab): pass")
    done = plain("tests/labs")
    assert done.returncode == 4
    assert "'a' needs 'nobody', which is no check" in done.stderr


def test_looking_at_what_there_is_needs_no_sandbox(plain):
    done = plain("tests/labs", "--collect-only", "-q", SANDBOX_URL="http://127.0.0.1:1")
    assert done.returncode == 0
    assert "test_01_dynamodb.py::test_fails" in done.stdout
