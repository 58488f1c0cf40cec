"""Lab 2's checks leave nothing behind: neither functions nor users, neither streams nor log groups."""

from __future__ import annotations

import pytest

from tests.graders.proving import check
from tests.graders.submission import submissions

LAB = "02-iam"
ENDS = [
    ("right", "denies-what-it-need-not"),
    ("right", "logs-of-all-functions-of-the-workshop"),
    ("right", "by-hand"),
    ("mistakes", "condition-that-no-request-meets"),
]
"""The function has run, under several log groups, and where it was refused."""


@pytest.mark.parametrize(("kind", "name"), ENDS, ids=[name for _, name in ENDS])
def test_the_account_is_as_it_was(kind, name, target, tmp_path):
    (submission,) = (one for one in submissions(kind, LAB) if one.id == name)
    submission.deploy(submission.write(tmp_path), target)
    before = what_is_there(target)
    results = check(LAB, target, tmp_path)
    assert results.outcomes["under-a-function"] != "skipped"
    assert what_is_there(target) == before


def what_is_there(target):
    """What the checks might have left in the account."""
    session = target.session()
    logs, dynamodb = session.client("logs"), session.client("dynamodb")
    groups = [one["logGroupName"] for one in logs.describe_log_groups()["logGroups"]]
    (table,) = dynamodb.list_tables()["TableNames"]
    return {
        "functions": session.client("lambda").list_functions()["Functions"],
        "groups": groups,
        "streams": [
            one for name in groups for one in logs.describe_log_streams(logGroupName=name)["logStreams"]
        ],
        "items": dynamodb.scan(TableName=table, ConsistentRead=True)["Items"],
    }
