"""The learner's stack: what its outputs name, asked on the target and nowhere else."""

from pathlib import Path

import pytest

from workshop.incidents import HTTP, REST
from workshop.incidents.stack import Stack
from workshop.target import Target

HERE = "http://127.0.0.1:4566"


@pytest.fixture
def there():
    """What another server may say of its APIs."""
    names = {
        HTTP: "https://a1b2.execute-api.us-east-1.amazonaws.com",
        REST: f"{HERE}/_aws/execute-api/c3d4/prod/",
        "UsersRoleArn": "arn:aws:iam::123456789012:role/path/users",
    }
    target = Target("endpoint", HERE, "123456789012", "us-east-1", "test")
    return Stack(target, "workshop", names, "", Path())


def test_requests_go_to_the_target_and_nowhere_else(there):
    assert there.url(HTTP, "/users") == f"{HERE}/_aws/execute-api/a1b2/users"
    assert there.url(REST, "/users") == f"{HERE}/_aws/execute-api/c3d4/prod/users"


def test_parts_are_named_by_the_outputs(there):
    assert (there.http_id, there.rest_id, there.rest_stage) == ("a1b2", "c3d4", "prod")
    assert there.role == "users"
