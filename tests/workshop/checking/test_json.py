"""The results as JSON: held against the schema that is published."""

import json

import jsonschema
import pytest

from tests.repository.sources import ROOT
from tests.workshop.checking.test_outcomes import ALL_FIVE
from workshop.checking.reports import json_report

SCHEMA = json.loads((ROOT / "docs" / "reference" / "results.schema.json").read_text())


@pytest.fixture
def valid():
    """The results as a program reads them, after validation."""
    validator = jsonschema.Draft202012Validator(SCHEMA)
    jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def read(results, clone):
        found = json.loads(json_report.as_text(results, clone.folder))
        validator.validate(found)
        return found

    return read


def test_the_five_ways(clone, valid):
    found = valid(clone.run(ALL_FIVE), clone)
    assert [(one["outcome"], one["status"], one["task_id"]) for one in found["tests"]] == [
        ("passed", "pass", 1),
        ("failed", "fail", 2),
        ("skipped", "fail", 3),
        ("not_shown", "pass", 4),
        ("error", "error", 5),
        ("failed", "fail", 6),
    ]
    assert (found["version"], found["status"], found["workshop"]["exit_code"]) == (3, "error", 3)
    assert "own fault" in found["message"]
    failed = found["tests"][1]
    assert failed["message"].startswith("Where:     template.yaml:7\nSaw:       id\n")
    assert failed["finding"]["saw"] == "id"
    assert failed["guide"] == "docs/layers/1-dynamodb.md#one"
    assert failed["hint"] == "workshop hint 1 fails"
    assert found["tests"][4]["traceback"].startswith("Traceback")
    assert found["workshop"]["labs"] == [
        {
            "lab": "01-dynamodb",
            "points": 3,
            "possible": 7,
            "verdict": "1 passed, 1 failed, 1 skipped, 1 not shown here, 1 error",
            "broken": None,
        }
    ]


def test_evidence(clone, valid):
    found = valid(
        clone.run(
            """
            import datetime
            @check("x", guide="unknown#a")
            def test_a(lab):
                lab.client("dynamodb").list_tables(Limit=1)
                fail("a", "b", "c", "d")
            @check("x", guide="unknown#a")
            def test_b(lab):
                fail("a", "b", "c", "d", evidence=[Evidence("s", "Op", {"At": datetime.date(2026, 1, 2)})])
            """
        ),
        clone,
    )
    listed, given = (one["finding"]["evidence"][0] for one in found["tests"])
    assert listed["boto3"] == 'boto3.client("dynamodb").list_tables(Limit=1)'
    assert listed["aws"] == "aws dynamodb list-tables --limit 1"
    assert given["parameters"] == {"At": "2026-01-02"}
    assert found["tests"][0]["guide"] == "unknown#a"
    assert found["status"] == "fail"


def test_graders_that_cannot_be_loaded(clone, valid):
    found = valid(clone.run("1 / 0"), clone)
    assert (found["status"], found["tests"]) == ("error", [])
    assert "ZeroDivisionError" in found["workshop"]["labs"][0]["broken"]


def test_output_is_cut_where_exercism_cuts(clone, valid):
    found = valid(clone.run("@check('x', guide='d#a')\ndef test_a(lab): print('y' * 600)"), clone)
    assert len(found["tests"][0]["output"]) == 500
    assert found["tests"][0]["output"].endswith("longer than 500 characters.)")
    assert found["status"] == "pass"


@pytest.mark.parametrize(
    "change",
    [
        lambda found: found["tests"][0].update(status="fail"),
        lambda found: found["tests"][1].update(finding=None),
        lambda found: found["tests"][2].pop("message"),
        lambda found: found.update(more=1),
        lambda found: found.update(message=None),
    ],
    ids=["status", "finding", "no-message", "stranger", "no-reason"],
)
def test_the_schema_refuses_what_is_wrong(clone, change):
    found = json_report.as_dict(clone.run(ALL_FIVE), clone.folder)
    change(found)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(found, SCHEMA)


def test_every_field_is_described(clone):
    page = (ROOT / "docs" / "reference" / "results.md").read_text()
    found = json_report.as_dict(clone.run(ALL_FIVE), clone.folder)
    found["tests"][1]["finding"]["evidence"] = []
    parts = [found, found["tests"][1], found["tests"][1]["finding"], found["workshop"]]
    parts.append(found["workshop"]["labs"][0])
    names = {name for part in parts for name in part} - {"tests"}  # described field by field
    assert not [name for name in names if f"`{name}`" not in page and f"`tests[].{name}`" not in page]
