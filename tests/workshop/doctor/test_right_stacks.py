"""The doctor says of right stacks of another shape than the solution that they are healthy."""

from functools import cache

import pytest

from tests.graders.submission import submissions
from tests.solutions.deployed import fresh_account, target_in
from tests.workshop.doctor.by_hand import APIS, Hand, mock_health
from tests.workshop.doctor.shapes import SHAPES
from tests.workshop.doctor.stack import KINDS
from workshop.doctor import asking
from workshop.doctor.asking import Clients, Wish
from workshop.doctor.layers import LAYERS
from workshop.doctor.walk import walk

DIFFERENT = 20
RIGHT = submissions("right", "04-api-gateway")
USER = '{"userId": "%s"}'
REQUESTS = [
    ("POST", "/users", USER % "ada", "201"),
    ("PATCH", "/users/ada", '{"age": 36}', "200"),
    ("GET", "/health", None, "200"),
    ("DELETE", "/users/ada", None, "204"),
]


def is_healthy(target, clients, url, method="GET", data=None, status="200"):
    context = asking.ask_once(target, url, Wish(method, data), clients)
    report = walk(context, clients.recorder)
    said = report.cause or [(one.layer, one.says) for one in report.examined]
    assert report.verdict == "healthy", said
    assert report.answer.startswith(status), said
    assert {one.state for one in report.examined} == {"sound"}, said
    if context.integration.function:
        # Not only because the answer is fine: no layer has anything to say against the stack.
        assert [cause for layer in LAYERS for cause in layer.examine(context)] == []
    return report


@pytest.mark.parametrize("right", RIGHT, ids=lambda right: right.id)
def test_a_right_stack_is_healthy(right, sandbox, tmp_path):
    target = target_in(sandbox, fresh_account())
    right.deploy(right.write(tmp_path), target)
    clients = Clients(target)
    bases = asking.urls_of(target, "workshop", "/", clients)
    assert len(bases) == 2
    for base in bases:
        for method, path, data, status in REQUESTS:
            is_healthy(target, clients, base.rstrip("/") + path, method, data, status)


@pytest.mark.parametrize("name", SHAPES)
def test_a_solution_of_another_shape_is_healthy(stack_in, name):
    language, change = SHAPES[name]
    stack = stack_in(language)
    with change(stack):
        for kind in KINDS:
            url, user = f"{stack.outputs[kind]}/users", f"{name}-{kind}"
            is_healthy(stack.target, stack.clients, url, "POST", USER % user, "201")
            is_healthy(stack.target, stack.clients, f"{url}/{user}")


@pytest.fixture(scope="session")
def hand_in(sandbox):
    return cache(lambda language: Hand(target_in(sandbox, fresh_account()), language))


@pytest.mark.parametrize("name", APIS)
def test_an_api_made_by_hand_is_healthy(hand_in, name):
    language, make = APIS[name]
    hand = hand_in(language)
    url, clients = f"{make(hand)}/users", Clients(hand.target)
    is_healthy(hand.target, clients, url, "POST", USER % name, "201")
    is_healthy(hand.target, clients, f"{url}/{name}")
    is_healthy(hand.target, clients, f"{url}/nobody", status="404")


def test_an_answer_that_an_api_gives_by_itself_is_healthy(hand_in):
    hand = hand_in("python")
    report = is_healthy(hand.target, Clients(hand.target), mock_health(hand))
    assert "no function" in report.examined[-1].says


def test_so_many_shapes_are_healthy():
    assert len(RIGHT) + len(SHAPES) + len(APIS) >= DIFFERENT
