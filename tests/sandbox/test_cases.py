"""The helpers behind `@case` fail where they must, and the coverage page tells the truth."""

from __future__ import annotations

import ast
import os
import subprocess
import sys

import pytest
from botocore.exceptions import ClientError

from tests.sandbox import coverage
from tests.sandbox.cases import Case, all_cases, case, out_of_scope
from tests.sandbox.expected import Expected

FLOOR = 179
"""How many recorded cases are covered at least; raise it with the coverage."""

SUITE = """
from tests.sandbox.cases import case
from tests.sandbox.conftest import expected, pytest_pyfunc_call


@case("ddb-404-data", "ddb-404-control")
def test_that_checks_nothing(expected):
    pass


@case("ts-env-table-name")
def test_that_checks_all(expected):
    expected.take("log_contains"), expected.take("message")


@case("ts-env-table-name")
def test_that_fails(expected):
    expected.take("log_contains"), expected.take("message")
    assert expected.id == "ts-number-eq"


@case("ts-number-eq")
def test_that_leaves_something_out(expected):
    expected.take("error")
"""


def expecting(confidence: str = "recorded", **then: object) -> Expected:
    return Expected(Case("made-up", "dynamodb", confidence, "", "", then, "here"), {"account": "1" * 12})


def client_error(code: str, message: str, status: int = 400, **fields: object) -> ClientError:
    meta = {"HTTPStatusCode": status, "HTTPHeaders": {}}
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": meta, **fields}, "Op"
    )


def test_every_case_has_a_source_and_an_expectation():
    assert len(all_cases()) > 250
    for one in all_cases().values():
        assert one.source, one.id
        assert one.then, one.id
        assert one.confidence in ("recorded", "secondary", "recalled"), one.id


def test_an_unknown_id_fails_at_collection():
    with pytest.raises(ValueError, match="no case 'no-such-case'"):
        case("ddb-404-data", "no-such-case")


def test_a_recalled_case_is_no_fact():
    with pytest.raises(ValueError, match="only recalled"):
        case("rest-403-stage-missing")


def test_what_fits_passes():
    expected = expecting(
        status=404,
        headers={"x-amzn-errortype": "NotFound", "x-amzn-requestid": "uuid", "x-id": "regex ^a+$"},
        absent_headers=["x-amzn-trace-id"],
        exact='{"message":"no {name} in {account}"}',
    )
    headers = {
        "X-Amzn-ErrorType": "NotFound",
        "x-amzn-RequestId": "0b1c2d3e-0000-4000-8000-00000000000f",
        "X-Id": "aaa",
    }
    expected.check_response(404, headers, b'{"message":"no ada in 111111111111"}', name="ada")
    expected.finish()


@pytest.mark.parametrize(
    ("then", "status", "headers", "body"),
    [
        ({"status": 404}, 403, {}, ""),
        ({"headers": {"a": "b"}}, 200, {}, ""),
        ({"headers": {"a": "present"}}, 200, {"a": ""}, ""),
        ({"headers": {"a": "uuid"}}, 200, {"a": "nearly"}, ""),
        ({"absent_headers": ["a"]}, 200, {"A": "1"}, ""),
        ({"exact": '{"message": "x"}'}, 200, {}, '{"message":"x"}'),
        ({"regex": "^x$"}, 200, {}, "xx"),
        ({"json": {"a": 1}}, 200, {}, '{"a":1,"b":2}'),
        ({"json_subset": {"a": {"b": 1}}}, 200, {}, '{"a":{"b":2}}'),
        ({"json_keys": ["a", "b"]}, 200, {}, '{"a":1}'),
        ({"json_keys": {"a": "uuid"}}, 200, {}, '{"a":"x"}'),
        ({"absent_keys": ["a.b"]}, 200, {}, '{"a":{"b":null}}'),
        ({"error": "NotFound"}, 404, {}, '{"__type":"x#Other","message":""}'),
    ],
)
def test_what_does_not_fit_fails(then, status, headers, body):
    with pytest.raises(AssertionError):
        expecting(**then).check_response(status, headers, body)


def test_error_code_is_read_in_every_protocol():
    xml = "<ErrorResponse><Error><Code>Gone</Code><Message>It went.</Message></Error></ErrorResponse>"
    expecting(error="Gone", exact="It went.").check_response(400, {}, xml)
    expecting(error="Gone", exact="It went.").check_response(
        400, {}, '{"__type":"com.x#Gone","message":"It went."}'
    )
    rest = {"x-amzn-ErrorType": "Gone:http://internal"}
    expecting(error="Gone", exact="It went.").check_response(400, rest, '{"Message":"It went."}')


def test_what_is_left_unchecked_fails_the_test():
    expected = expecting(status=200, rule="pages end at 1 MB")
    expected.check_response(200, {}, "")
    with pytest.raises(AssertionError, match="rule"):
        expected.finish()
    assert expected.take("rule") == "pages end at 1 MB"
    expected.finish()


def test_parts_pair_the_lists_of_a_case():
    expected = expecting(status=200, exact=["3", "true"])
    expected.part(0).check_response(200, {}, "3")
    with pytest.raises(AssertionError):
        expected.finish()
    with pytest.raises(AssertionError):
        expected.part(1).check_response(200, {}, "false")
    expected = expecting(status=200, exact=["3", "true"])
    for index, body in enumerate(("3", "true")):
        expected.part(index).check_response(200, {}, body)
    expected.finish()


def test_client_errors_with_further_fields():
    then = {"status": 404, "error": "Gone", "json_keys": {"Type": "User", "Message": "It went: {account}"}}
    error = client_error("Gone", "It went: 111111111111", 404, Type="User")
    expecting(**then).check_error(error)
    with pytest.raises(AssertionError):
        expecting(**then).check_error(client_error("Gone", "It went: 2", 404, Type="User"))


def test_a_secondary_text_may_differ_in_small_things_only():
    loose = {"confidence": "secondary", "exact": "The role defined for the function cannot be assumed."}
    expecting(**loose).check_error(client_error("E", "The role defined for the function cannot be assumed"))
    expecting(**loose).check_error(
        client_error("E", "Sorry: the role defined for the function cannot be assumed.")
    )
    with pytest.raises(AssertionError):
        expecting(**loose).check_error(client_error("E", "The role can be assumed."))
    with pytest.raises(AssertionError):
        expecting(**loose).check_error(client_error("E", ""))


def test_events_by_dotted_path_kind_and_meaning():
    then = {
        "event": {"requestContext.stage": "$default", "body": None},
        "event_fields": {
            "requestContext": ["stage", "apiId"],
            "requestContext.apiId": "string",
            "requestContext.domainPrefix": "apiId",
            "headers.x-forwarded-for": "client ip",
        },
        "absent_keys": ["path", "headers.cookie"],
    }
    event = {
        "requestContext": {"stage": "$default", "apiId": "a1", "domainPrefix": "a1"},
        "headers": {"x-forwarded-for": "127.0.0.1"},
        "body": None,
    }
    expected = expecting(**then)
    expected.check_event(event, meanings={"apiId": "a1", "client ip": lambda ip: ip.startswith("127.")})
    expected.finish()
    with pytest.raises(AssertionError, match="expected 'apiId'"):
        expecting(**then).check_event(event, meanings={"client ip": "127.0.0.1"})
    with pytest.raises(AssertionError, match="absent"):
        expecting(**then).check_event(
            {**event, "path": "/"}, meanings={"apiId": "a1", "client ip": "127.0.0.1"}
        )


def test_null_is_not_absent():
    with pytest.raises(AssertionError, match="absent"):
        expecting(event={"body": None}).check_event({})


def test_exceptions_of_the_client():
    then = {"client_side": True, "python_exception": "TypeError", "exact": "no"}
    expected = expecting(**then)
    expected.check_exception(TypeError("no"))
    expected.finish()
    with pytest.raises(AssertionError):
        expecting(**then).check_exception(ValueError("no"))


def test_out_of_scope_names_cases_that_no_test_claims():
    assert set(out_of_scope()) <= set(all_cases())
    assert not set(out_of_scope()) & coverage.claimed_ids()
    assert all(out_of_scope().values())


def test_claimed_ids_exist():
    assert coverage.claimed_ids() <= set(all_cases())


def test_claims_are_found_in_decorators_and_in_tables():
    source = """
TABLE = {"a": 1, "b": 2}
LIST = ["c"]

@case(*TABLE, *LIST, "d")
def test_one(): ...

class TestTwo:
    @case("e")
    def test_two(self): ...

@other("f")
def test_three(): ...
"""
    assert coverage.ids_in(ast.parse(source)) == set("abcde")


def test_coverage_does_not_fall_back():
    recorded = {one.id for one in all_cases().values() if one.confidence == "recorded"}
    assert len(coverage.claimed_ids() & recorded) >= FLOOR


def test_the_coverage_page_is_up_to_date():
    told = coverage.PAGE.read_text(encoding="utf-8")
    assert told == coverage.page(), "write it anew: python -m tests.sandbox.coverage"


def test_the_table_counts_what_a_run_passed():
    lines = coverage.table({"ddb-404-data": True, "ddb-404-control": False}).splitlines()
    head = [cell.strip() for cell in lines[0].strip("|").split("|")]
    dynamodb = next(line for line in lines if line.startswith("| dynamodb"))
    row = dict(zip(head, (cell.strip() for cell in dynamodb.strip("|").split("|")), strict=True))
    assert row["covered"] == "2"
    assert row["passed"] == "1"


@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_run_fails_what_was_not_checked_and_writes_its_table(tmp_path, workers):
    hooks = ("pytest_pyfunc_call", "expected")
    (tmp_path / "conftest.py").write_text(f"from tests.sandbox.conftest import {', '.join(hooks)}\n")
    (tmp_path / "test_suite.py").write_text(SUITE.replace("from tests.sandbox.conftest import", "#"))
    table = tmp_path / "tables" / "coverage.md"
    command = [sys.executable, "-m", "pytest", "-n", workers, "-p", "tests.sandbox.coverage_plugin"]
    done = subprocess.run(
        [
            *command,
            "--rootdir",
            str(tmp_path),
            "-c",
            os.devnull,
            "--coverage-table",
            str(table),
            str(tmp_path),
        ],
        cwd=coverage.TESTS.parent,
        env={**os.environ, "PYTHONPATH": str(coverage.TESTS.parent)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "4 failed, 1 passed" in done.stdout, done.stdout
    assert "the test did not check what the case says under ['error', 'exact', 'status']" in done.stdout
    assert "under ['exact']" in done.stdout
    rows = {line.split("|")[1].strip(): line.split("|") for line in table.read_text().splitlines()}
    assert [cell.strip() for cell in rows["dynamodb"][3:5]] == ["2", "0"]
    assert [cell.strip() for cell in rows["troubleshooting"][3:5]] == ["2", "0"]
