"""What pictures show: what exists, what is missing, what is refused, what is new, what has gone."""

from dataclasses import replace

import pytest

from tests.workshop.picture_scenes import (
    BARE_ROLE,
    GROWTH,
    HTTP,
    LIVE_PYTHON,
    NODE,
    NOTHING,
    PYTHON,
    REST,
    ROLE,
    TABLE,
    WRONG,
    permission,
)
from workshop.picture.arrows import may_invoke
from workshop.picture.compose import compose
from workshop.picture.snapshot import Permission, Route, Snapshot, Stage
from workshop.picture.text import write


def box(scene, name):
    (found,) = [box for box in scene.boxes if name in (box.name, box.kind)]
    return found


def texts(scene, name):
    return [line.text for line in box(scene, name).lines]


def arrow(scene, start, end):
    ids = {b.name or b.kind: b.id for b in scene.boxes} | {"client": "client"}
    found = [a for a in scene.arrows if (a.start, a.end) == (ids[start], ids[end])]
    assert len(found) < 2
    return found[0] if found else None


def test_of_nothing_all_is_planned():
    scene = compose(NOTHING)
    assert [b.kind for b in scene.boxes if not b.exists] == [
        "HTTP API",
        "REST API",
        "Lambda function, Python",
        "IAM role",
        "Lambda function, Node.js",
        "table",
    ]
    assert scene.existing == []
    assert {a.state for a in scene.arrows} == {"planned"}
    assert len(scene.arrows) == 9


def test_a_plan_says_what_is_drawn_while_it_is_missing():
    scene = compose(NOTHING, plan=["table"])
    assert [b.kind for b in scene.boxes] == ["client", "table"]
    assert scene.arrows == ()


def test_what_exists_takes_the_place_of_what_was_planned():
    for name, snapshot in GROWTH.items():
        scene = compose(snapshot)
        kinds = [b.kind for b in scene.boxes]
        assert kinds.count("table") == 1, name
        assert kinds.count("HTTP API") == 1, name
        assert len({b.id for b in scene.boxes}) == len(scene.boxes), name
        known = {b.id for b in scene.boxes}
        assert all({a.start, a.end} <= known for a in scene.arrows), name
        assert len({(a.start, a.end) for a in scene.arrows}) == len(scene.arrows), name


def test_of_the_finished_backend_nothing_is_planned():
    scene = compose(GROWTH["deployed"])
    assert all(b.exists for b in scene.boxes)
    assert {a.state for a in scene.arrows} == {"open"}


def test_a_table_says_its_keys_and_its_mode():
    assert texts(compose(Snapshot((TABLE,))), "nb-users") == ["key userId (S)", "on-demand", "ACTIVE"]
    sorted_table = replace(TABLE, keys=("userId (S)", "day (N)"), on_demand=False, status="CREATING")
    scene = compose(Snapshot((sorted_table,)))
    assert texts(scene, "nb-users") == ["key userId (S)", "sort key day (N)", "provisioned", "CREATING"]
    assert [line.warn for line in box(scene, "nb-users").lines] == [False, False, False, True]


def test_a_role_says_whom_it_trusts_and_what_it_allows():
    assert texts(compose(Snapshot((TABLE,), (ROLE,))), "nb-role") == [
        "trusts lambda.amazonaws.com",
        "PutItem, GetItem,",
        "UpdateItem, DeleteItem,",
        "Scan",
        "on table/nb-users",
    ]
    scene = compose(Snapshot((TABLE,), (BARE_ROLE,)))
    assert texts(scene, "nb-role") == ["trusts ec2.amazonaws.com", "allows nothing yet"]
    assert box(scene, "nb-role").lines[0].warn


@pytest.mark.parametrize(
    ("resource", "state"),
    [
        ("arn:aws:dynamodb:us-east-1:123456789012:table/nb-users", "open"),
        ("arn:aws:dynamodb:us-east-1:123456789012:table/*", "open"),
        ("*", "open"),
        ("arn:aws:dynamodb:us-east-1:123456789012:table/nb-users2", "shut"),
        ("arn:aws:dynamodb:us-east-1:123456789012:table/other/index/nb-users", "shut"),
    ],
)
def test_a_role_reaches_the_table_its_policy_names(resource, state):
    role = replace(ROLE, allows=(("dynamodb:Scan", resource),))
    assert arrow(compose(Snapshot((TABLE,), (role,))), "nb-role", "nb-users").state == state


def test_a_function_runs_as_its_role_and_reaches_its_table():
    scene = compose(GROWTH["python"])
    assert arrow(scene, "nb-python", "nb-role").label == "runs as"
    assert arrow(scene, "nb-python", "nb-users").label == "TABLE_NAME"
    elsewhere = replace(PYTHON, role="other-role", table="other-table")
    scene = compose(Snapshot((TABLE,), (ROLE,), (elsewhere,)))
    assert arrow(scene, "nb-python", "nb-role") is None
    assert arrow(scene, "nb-python", "nb-users") is None
    assert "runs as other-role" in texts(scene, "nb-python")


def test_a_function_that_is_no_neighbour_of_its_role_says_it_in_a_line():
    scene = compose(GROWTH["wrong"])
    assert "runs as nb-role" in texts(scene, "nb-wrong")
    assert arrow(scene, "nb-wrong", "nb-role") is None


def test_an_api_may_invoke_with_the_permission_only():
    refused = arrow(compose(GROWTH["http"]), "nb-http", "nb-python")
    assert (refused.state, refused.label, refused.note) == ("shut", "no permission", "event 2.0")
    allowed = arrow(compose(GROWTH["permission"]), "nb-http", "nb-python")
    assert (allowed.state, allowed.label) == ("open", "may invoke")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (permission("http1"), True),
        (permission("http2"), False),
        (permission("*"), True),
        (Permission("apigateway.amazonaws.com", ""), True),
        (Permission("*", ""), True),
        (Permission("s3.amazonaws.com", ""), False),
        (Permission("123456789012", "arn:aws:execute-api:us-east-1:123456789012:http1/*"), False),
    ],
)
def test_whom_a_permission_is_for(given, expected):
    assert may_invoke(HTTP, replace(PYTHON, permissions=(given,))) is expected


def test_an_api_is_reached_once_it_is_deployed():
    scene = compose(GROWTH["rest"])
    assert arrow(scene, "client", "nb-rest").state == "shut"
    assert texts(scene, "nb-rest")[-1] == "nothing deployed yet"
    scene = compose(GROWTH["deployed"])
    assert arrow(scene, "client", "nb-rest").state == "open"
    assert texts(scene, "nb-rest")[-1] == "stage prod: live"
    empty = replace(HTTP, stages=(Stage("test", False, False),))
    scene = compose(Snapshot(apis=(empty,)))
    assert texts(scene, "nb-http")[-2:] == ["stage test: empty", "nothing deployed yet"]


def test_many_routes_are_counted_and_those_that_lead_nowhere_underlined():
    routes = tuple(Route(f"GET /{n}", "" if n == 1 else "nb-python", "2.0") for n in range(12))
    scene = compose(Snapshot(apis=(replace(HTTP, routes=routes),)))
    assert texts(scene, "nb-http")[:7] == [*(f"GET /{n}" for n in range(6)), "and 6 more"]
    assert [line.warn for line in box(scene, "nb-http").lines[:3]] == [False, True, False]


def test_a_route_to_a_function_of_others_draws_no_arrow():
    scene = compose(Snapshot(apis=(HTTP,)))
    assert arrow(scene, "nb-http", "Lambda function, Python").state == "planned"


def test_a_log_group_that_outlives_its_function_is_shown():
    assert box(compose(GROWTH["log group"]), "/aws/lambda/nb-python").exists


class TestNews:
    def test_in_the_first_picture_nothing_is_new(self):
        scene = compose(GROWTH["deployed"])
        assert not any(b.new or any(line.new for line in b.lines) for b in scene.boxes)
        assert not any(a.new for a in scene.arrows)

    def test_a_resource_is_new_once(self):
        first = compose(GROWTH["table"], compose(NOTHING))
        assert [b.name for b in first.boxes if b.new] == ["nb-users"]
        again = compose(GROWTH["table"], first)
        assert not any(b.new for b in again.boxes)

    def test_of_a_resource_that_changed_the_lines_are_new(self):
        scene = compose(GROWTH["role"], compose(GROWTH["bare role"]))
        role = box(scene, "nb-role")
        assert not role.new
        assert all(line.new for line in role.lines)
        assert arrow(scene, "nb-role", "nb-users").new

    def test_an_arrow_that_opened_is_new(self):
        scene = compose(GROWTH["permission"], compose(GROWTH["http"]))
        assert [a.label for a in scene.arrows if a.new] == ["may invoke"]
        shut = compose(GROWTH["http"], compose(GROWTH["python"]))
        assert not arrow(shut, "nb-http", "nb-python").new

    def test_an_api_made_anew_under_its_name_is_new_and_the_other_gone(self):
        anew = Snapshot(apis=(replace(HTTP, id="http2"),))
        scene = compose(anew, compose(Snapshot(apis=(HTTP,))))
        assert box(scene, "nb-http").new
        assert scene.gone == ("HTTP API nb-http",)

    def test_what_has_gone_is_named(self):
        scene = compose(NOTHING, compose(GROWTH["http"]))
        assert scene.gone == (
            "HTTP API nb-http",
            "Lambda function, Python nb-python",
            "IAM role nb-role",
            "table nb-users",
        )
        assert not any(b.new for b in scene.boxes)


class TestText:
    def test_says_it_all_from_the_client_inwards(self):
        scene = compose(
            Snapshot((TABLE,), (BARE_ROLE,), (LIVE_PYTHON, NODE), (HTTP, REST)), compose(GROWTH["http"])
        )
        assert write(scene, "nb-") == (
            """\
What exists (names that begin with nb-): client -> API Gateway -> Lambda -> DynamoDB
  HTTP API                  nb-http
                            POST /users
                            GET /users
                            GET /users/{userId}
                            PATCH /users/{userId}
                            DELETE /users/{userId}
                            stage $default: live
                            deploys by itself
*                           -> Lambda function, Python nb-python (may invoke, event 2.0)
* REST API                  nb-rest
                            POST /users
                            GET /users
                            GET /users/{userId}
                            PATCH /users/{userId}
                            DELETE /users/{userId}
                            nothing deployed yet
*                           -> Lambda function, Node.js nb-node (may invoke, event 1.0)
  Lambda function, Python   nb-python
                            python3.13
                            users.handler
*                           has written logs
                            -> IAM role nb-role (runs as)
                            -> table nb-users (TABLE_NAME)
  IAM role                  nb-role
*                           trusts ec2.amazonaws.com
*                           allows nothing yet
                            -x table nb-users (allows nothing)
* Lambda function, Node.js  nb-node
                            nodejs24.x
                            users.handler
*                           -> IAM role nb-role (runs as)
*                           -> table nb-users (TABLE_NAME)
  table                     nb-users
                            key userId (S)
                            on-demand
                            ACTIVE
6 resources exist. * new since the picture before."""
        )

    def test_counts_one_and_none_and_names_what_has_gone(self):
        assert write(compose(GROWTH["table"]), "nb-").endswith("\n1 resource exists.")
        assert write(compose(NOTHING, compose(GROWTH["table"])), "nb-").endswith(
            "\nNothing with a name that begins with nb- exists. Gone since then: table nb-users."
        )

    def test_is_plain_ascii(self):
        assert all(write(compose(snapshot), "nb-").isascii() for snapshot in GROWTH.values())


def test_the_extra_function_stands_below():
    scene = compose(GROWTH["wrong"])
    assert [b.name for b in scene.column("lambda")] == ["nb-python", "nb-role", "nb-node", WRONG.name]
