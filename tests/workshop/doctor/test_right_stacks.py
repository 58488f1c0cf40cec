"""The doctor says of right stacks of another shape than the solution that they are healthy."""

import pytest

from tests.graders.submission import submissions
from tests.solutions.deployed import fresh_account, target_in
from workshop.doctor import asking
from workshop.doctor.asking import Wish

REQUESTS = [
    ("POST", "/users", '{"userId": "ada"}', "201"),
    ("POST", "/users", '{"userId": "ada"}', "409"),
    ("GET", "/users/ada", None, "200"),
    ("PATCH", "/users/ada", '{"age": 36}', "200"),
    ("GET", "/users", None, "200"),
    ("GET", "/health", None, "200"),
    ("DELETE", "/users/ada", None, "204"),
    ("GET", "/users/ada", None, "404"),
]


@pytest.mark.parametrize("right", submissions("right", "04-api-gateway"), ids=lambda right: right.id)
def test_a_right_stack_is_healthy(right, sandbox, tmp_path):
    target = target_in(sandbox, fresh_account())
    right.deploy(right.write(tmp_path), target)
    bases = asking.urls_of(target, "workshop", "/")
    assert len(bases) == 2
    for base in bases:
        for method, path, data, status in REQUESTS:
            report = asking.diagnose(target, base.rstrip("/") + path, Wish(method, data))
            said = report.cause or [(one.layer, one.says) for one in report.examined]
            assert report.verdict == "healthy", said
            assert report.answer.startswith(status), said
            assert {one.state for one in report.examined} == {"sound"}, said
