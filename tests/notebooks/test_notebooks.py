"""Every notebook runs headless, from any state, shows its pictures, and leaves nothing behind."""

import re

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from sandbox import Sandbox
from tests.notebooks.running import (
    all_notebooks,
    first_part,
    left_over,
    printed,
    problems,
    read,
    run,
    with_predictions,
)

NOTEBOOKS = pytest.mark.parametrize("path", all_notebooks(), ids=lambda path: path.stem)


@pytest.fixture
def fresh():
    with Sandbox(port=0) as sandbox:
        yield sandbox


@pytest.mark.timeout(360)
@NOTEBOOKS
def test_runs_whole_after_a_run_that_stopped_half_way_and_once_more(path, fresh, tmp_path):
    notebook = read(path)
    half, _ = run(first_part(notebook, len(notebook.cells) * 2 // 3), fresh.url, tmp_path)
    assert not problems(half), "\n".join(problems(half))
    assert left_over(fresh.session()), "a run that stops here should leave something to clean up"

    whole, seconds = run(notebook, fresh.url, tmp_path)
    print(f"{path.name}: {seconds:.1f} s")
    assert not problems(whole), "\n".join(problems(whole))
    assert left_over(fresh.session()) == []
    assert list(tmp_path.glob("nb-*")) == []
    absent = missing(EXPECTED.get(path.stem, ()), printed(whole))
    assert absent is None, f"not printed in its turn: {absent}\n\n{printed(whole)}"

    again, _ = run(with_predictions(notebook, "a"), fresh.url, tmp_path)
    assert not problems(again), "\n".join(problems(again))
    assert left_over(fresh.session()) == []
    asked = sum("predict(" in cell.source for cell in notebook.cells if cell.cell_type == "code")
    assert len(re.findall(r"^You predicted a", printed(again), re.M)) == asked


EXPECTED = {
    "00-tour": (
        r"You are talking to the sandbox at http://127.0.0.1:\d+, account 123456789012, region us-east-1\.",
        r"'born': \{'N': '1815'\}",
        r"'born': Decimal\('1815'\)",
        r"InvalidParameterValueException.* The role defined for the function cannot be assumed by Lambda\.",
        r'"dynamodb:Scan"',
        r'"statusCode": 200',
        r"HTTP API  GET /users/ada  ->  500",  # without the permission
        r"HTTP API  GET /users/ada  ->  200",  # with it
        r"HTTP API  POST /users  ->  201",
        r"HTTP API  POST /users  ->  409",
        r"HTTP API  POST /users  ->  400",
        r"HTTP API  GET /users/grace  ->  200",
        r"HTTP API  PATCH /users/grace  ->  200 .*1\.68",
        r'HTTP API  GET /users  ->  200  \{"users": \[(?=.*"ada")(?=.*"grace")',  # in no order
        r"HTTP API  DELETE /users/grace  ->  204  $",
        r"HTTP API  GET /users/grace  ->  404",
        r"REST API  GET /users/ada  ->  403",  # before the deployment
        r"REST API  GET /users/ada  ->  200",  # after it
        r"REST API  POST /users  ->  201",
        r"HTTP API  GET /users/linus  ->  200",
        r"HTTP API  PATCH /users/linus  ->  200",
        r"REST API  GET /users/linus  ->  200 .*Linux",
        r"REST API  DELETE /users/linus  ->  204",
        r"HTTP API  GET /users/linus  ->  404",
        r"START RequestId: [0-9a-f-]{36}",
        r'\{"requestId": "[0-9a-f-]{36}", .*"userId": "linus", "status": 404\}',
        r"END RequestId: [0-9a-f-]{36}",
        r"REPORT RequestId: [0-9a-f-]{36}\tDuration: [\d.]+ ms\tBilled",
        r"nb-tour-python: cold, [\d.]+ ms \+ [\d.]+ ms",
        r"nb-tour-python: warm, .* calls",
        r"nb-tour-node: cold, [\d.]+ ms \+ [\d.]+ ms",
        r"nb-tour-node: warm, .* calls",
        r"HTTP API  GET /user/ada  ->  404",
        r"REST API  GET /user/ada  ->  403 .*Missing Authentication Token",
        r"HTTP API  GET /user/ada  ->  404",
        r"said by the gateway",
        r"HTTP API  GET /users/nobody  ->  404",
        r"said by your function",
        r"REST API  GET /wrong\?fault=no-status  ->  403 .*Missing Authentication Token",
        r"REST API  GET /wrong\?fault=no-status  ->  502",
        r'HTTP API  GET /wrong\?fault=no-status  ->  200  \{"user":"ada"\}',
        r"REST API  GET /wrong\?fault=no-status  ->  502",
        r"HTTP API  GET /wrong\?fault=body-object  ->  500",
        r"REST API  GET /wrong\?fault=body-object  ->  502",
        r"HTTP API  GET /wrong\?fault=crash  ->  500",
        r"REST API  GET /wrong\?fault=crash  ->  502",
        r"\[ERROR\] KeyError: 'no such key'",
        r"line 7, in handler",
        r"HTTP API  POST /users  ->  500",
        r"AccessDeniedException.* is not authorized to perform: dynamodb:PutItem on resource: arn:aws:dyn",
        *[rf"{kind} +none of the tour's" for kind in ("tables", "roles", "functions", "log groups")],
        *[rf"{kind} APIs +none of the tour's" for kind in ("HTTP", "REST")],
    ),
    "01-dynamodb": (
        r"You are talking to the sandbox at http://127.0.0.1:\d+, account 123456789012, region us-east-1\.",
        r"deleted nb-dynamodb-users",  # what the run before left
        r"table +nb-dynamodb-users",
        r'KeySchema +\[\{"AttributeName": "userId", "KeyType": "HASH"\}\]',
        r'AttributeDefinitions +\[\{"AttributeName": "userId", "AttributeType": "S"\}\]',
        r'BillingModeSummary +\{"BillingMode": "PAY_PER_REQUEST"',
        r'TableArn +"arn:aws:dynamodb:us-east-1:123456789012:table/nb-dynamodb-users"',
        r"Predict: .* declares `name` in AttributeDefinitions",
        r"No prediction yet\. Write a, b or c into",
        r"Observed: b\) It refuses",
        r"ValidationException.*Number of attributes in KeySchema does not exactly match",
        r"You made no prediction this time\.",
        r"Observed: a\) It refuses the item",
        r"ValidationException.*PutItem.*Missing the key userId in the item",
        r"put \{'userID': 'ada'\}",
        r"Missing the key userId in the item",
        r"Type mismatch for key userId expected: S actual: N",
        r"cannot contain an empty string value. Key: userId",
        r"The provided key element does not match the schema",
        r"Observed: b\) Two\.",
        r"Observed: b\) The new item replaces the old one, and nobody is told",
        r"Seen: \{'userId': 'ada', 'name': 'Adam'\}",
        r"ConditionalCheckFailedException.*PutItem.*The conditional request failed",
        r"still there: .*'name': 'Ada Lovelace'",
        r"Observed: c\) It creates `linus`",
        r"ConditionalCheckFailedException.*UpdateItem",
        r"ConditionalCheckFailedException.*DeleteItem",
        r"Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: name",
        r"'name': 'Augusta Ada King'.*'email': 'ada@example.com'",
        r"Observed: b\) boto3 refuses, and sends nothing",
        r"TypeError: Float types are not supported. Use Decimal types instead.",
        r"'height': Decimal\('1\.68'\), 'born': Decimal\('1906'\)",
        r"json: Object of type Decimal is not JSON serializable",
        r"from JSON: \{'height': Decimal\('1\.68'\)\}",
        r"default +\d+ of 300 reads were stale",
        r"strong +0 of 300 reads were stale",
        r"Observed: b\) Some\.",
        r"Observed: b\) Longer, but less than 190 milliseconds\.",
        r"190 to 200 ms +0% of \d+ +0% of \d+",
        r"Strongly consistent reads: 0 of \d+\.",
        r"ConsistentRead=False consumed 0\.5 read units",
        r"ConsistentRead=True  consumed 1\.0 read units",
        r"Observed: b\) One unit\.",
        r"Observed: b\) After 2 or 3 seconds\.",
        r"\(ProvisionedThroughputExceededException\).*\(reached max retries: 0\)",
        r"[78]\d requests succeeded and consumed 3\d\d units; 2\d\d were refused, the first after",
        r"^ProvisionedThroughputExceededException$",
        r"The level of configured provisioned throughput for the table was exceeded\.",
        r"TableWriteProvisionedThroughputExceeded",
        r"table/nb-dynamodb-provisioned",
        r"RetryAttempts: 0",
        r"Observed: a\) None\.",
        r"0 refused; 1440 units consumed",
        r"Observed: a\) On-demand\.",
        r"On-demand: +\$13\.14 a month",
        r"Both cost the same at 29%",
        r"Cheaper here: provisioned\.",
        r"Observed: c\) The first items, and a key to go on from\.",
        r"items, \d+ read units, then \{'userId': ",
        r"\d items, \d+ read units, then the end",
        r"34 items in all, 73\d read units",
        r"1 found in \d+ items read: \d+ read units",
        r"0 found in \d+ items read: \d+ read units",
        r"Observed: a\) As many\.",
        r"73\d read units with the filter",
        r"Observed: a\) Less than a cent\.",
        r"table nb-dynamodb-users +write request units",
        r"table nb-dynamodb-provisioned +write capacity unit-hours",
        r"On AWS this would have cost \$0\.00",
        r"deleted nb-dynamodb-provisioned",
        r"deleted nb-dynamodb-users",
        r"deleted nb-dynamodb-visits",
        r"left: nothing",
        r"Nothing with a name that begins with nb- exists\.",
    ),
}
"""What a notebook prints, line by line, in this order; other lines may stand between."""


def missing(patterns, text):
    """The first pattern that no line holds after the line of the pattern before; None if all are there."""
    lines = iter(text.splitlines())
    return next((p for p in patterns if not any(re.search(p, line) for line in lines)), None)


def test_lines_are_looked_for_in_order():
    assert missing(["a", "c"], "a\nb\nc") is None
    assert missing(["c", "a"], "a\nb\nc") == "a"
    assert missing(["a", "a"], "a\nb\nc") == "a"


def test_each_expectation_belongs_to_a_notebook():
    assert set(EXPECTED) <= {path.stem for path in all_notebooks()}


@NOTEBOOKS
def test_is_committed_clean(path):
    notebook = read(path)
    nbformat.validate(notebook)
    for cell in notebook.cells:
        assert cell.get("id")
        if cell.cell_type == "code":
            assert cell.outputs == [], f"cell {cell.id} has outputs"
            assert cell.execution_count is None, f"cell {cell.id} has an execution count"
    assert notebook.metadata.kernelspec.name == "python3"
    assert "version" not in notebook.metadata.get("language_info", {})


@NOTEBOOKS
def test_says_first_what_it_is_for_and_how_long_it_takes(path):
    first = read(path).cells[0]
    assert first.cell_type == "markdown"
    for part in (r"^# ", r"goal", r"\d+ minutes", r"nb-", r"delete"):
        assert re.search(part, first.source, re.M | re.I), f"its first cell does not say: {part}"


def executed(*outputs, source="1", tags=()):
    cell = new_code_cell(source, metadata={"tags": list(tags)}, outputs=list(outputs))
    return new_notebook(cells=[new_markdown_cell("# text"), cell])


ERROR = new_output("error", ename="KeyError", evalue="'a'", traceback=[])


def picture(**data):
    return new_output("execute_result", data=data, execution_count=1)


GOOD = {"text/html": "<div><svg></svg></div>", "text/plain": "What exists"}


@pytest.mark.parametrize(
    ("notebook", "said"),
    [
        (executed(ERROR), "failed: KeyError: 'a'"),
        (executed(tags=["raises-exception"]), "did not fail"),
        (executed(new_output("stream", name="stderr", text="oh")), "wrote to stderr: oh"),
        (executed(source="picture()"), "shows no picture"),
        (executed(picture(**{**GOOD, "text/html": ""}), source="picture()"), "has no drawing"),
        (executed(picture(**{**GOOD, "text/plain": "<x>"}), source="picture()"), "has no text form"),
    ],
)
def test_what_goes_wrong_is_found(notebook, said):
    (problem,) = problems(notebook)
    assert said in problem


@pytest.mark.parametrize(
    "notebook",
    [
        executed(new_output("stream", name="stdout", text="fine")),
        executed(ERROR, tags=["raises-exception"]),
        executed(picture(**GOOD), source="clean_up()\npicture()\n"),
    ],
)
def test_what_goes_right_is_left_alone(notebook):
    assert problems(notebook) == []
