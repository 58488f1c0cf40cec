"""Decisions found in traces, and their text."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest

from sandbox.decisions import NothingToExplain, find
from sandbox.decisions_text import text
from sandbox.iam import judge
from tests.sandbox.iam.explaining import (
    ACCOUNT,
    FUNCTION,
    ROLE,
    ROLE_ARN,
    ROOT,
    USERS,
    allow,
    judged,
    policy,
    trust_of,
)

MISSPELT = USERS.replace("users-table", "users-tabel")
REFUSED = "AccessDeniedException: User: … is not authorized"


def hop(*judgements, request_id="r-1", caller=ROLE.arn, offset=1.0, **facts):
    facts = {
        "service": "dynamodb",
        "operation": "PutItem",
        "caller": caller,
        "request_id": request_id,
        **facts,
    }
    if judgements:
        facts["iam"] = [judge.told(each) for each in judgements]
    denied = any(not each.decision.allowed for each in judgements)
    error = REFUSED if denied else None
    return {"name": "aws-api", "offset_ms": offset, "took_ms": 1, "error": error, "facts": facts}


def permission(allowed):
    facts = {"function": FUNCTION, "allowed": allowed, "because": "the function's resource policy is empty"}
    return {"name": "permission", "offset_ms": 0, "took_ms": 1, "error": None, "facts": facts}


def trace(*hops, root="1-a", title="dynamodb PutItem", started=1000.0):
    return {"trace_id": root, "kind": "aws-api", "title": title, "started": started, "hops": list(hops)}


ALLOWED, DENIED = judged(allow()), judged(allow(resource=MISSPELT))


class TestFind:
    def test_last_is_the_newest_that_was_decided_about(self):
        old = trace(hop(DENIED), root="1-old")
        new = trace(hop(DENIED), root="1-new", started=2000.0)
        undecided = trace(hop(), root="1-none", started=3000.0)
        assert find([old, new, undecided], "last").trace_id == "1-new"

    def test_a_trace_that_was_used_again_is_new(self):
        long = trace(hop(DENIED, offset=9_000_000), root="1-long")
        assert find([long, trace(hop(DENIED), root="1-b", started=2000.0)], "last").trace_id == "1-long"

    def test_an_allowed_last_one_points_to_the_denied_one_before(self):
        found = find(
            [trace(hop(DENIED), root="1-b"), trace(hop(ALLOWED), root="1-c", started=2000.0)], "last"
        )
        assert (found.trace_id, found.denied, found.earlier) == ("1-c", False, "1-b")
        assert text(found).splitlines()[-1] == "Nothing was denied here. The last denial: explain 1-b"

    def test_where_nothing_was_denied_nothing_earlier_is_named(self):
        found = find([trace(hop(ALLOWED))], "last")
        assert found.earlier == ""
        assert "denied" not in text(found).lower()

    def test_last_keeps_to_an_account(self):
        traces = [trace(hop(DENIED))]
        assert find(traces, "last", ACCOUNT).denied
        with pytest.raises(NothingToExplain, match="a request of account 999988887777: the administrator"):
            find(traces, "last", "999988887777")

    def test_a_request_id_names_its_call_alone(self):
        traces = [trace(hop(ALLOWED, request_id="ABC"), hop(DENIED, request_id="def"))]
        assert [d.allowed for d in find(traces, "abc").decisions] == [True]
        assert [d.allowed for d in find(traces, "def").decisions] == [False]

    def test_a_trace_id_names_all_its_calls_denials_first(self):
        found = find([trace(hop(ALLOWED), hop(DENIED))], "1-a")
        assert [decision.allowed for decision in found.decisions] == [False, True]

    def test_the_id_of_an_invocation_names_all_on_its_way(self):
        invoked = {"name": "lambda", "offset_ms": 0, "error": None, "facts": {"request_id": "i-1"}}
        assert len(find([trace(invoked, hop(DENIED), hop(ALLOWED))], "i-1").decisions) == 2

    def test_so_does_the_id_of_an_invoke_that_was_itself_decided_about(self):
        invoked = {"name": "lambda", "offset_ms": 0, "error": None, "facts": {"request_id": "i-1"}}
        traces = [trace(hop(ALLOWED, request_id="i-1"), invoked, hop(DENIED))]
        assert [decision.allowed for decision in find(traces, "i-1").decisions] == [False, True]

    def test_a_gateway_that_may_not_invoke(self):
        found = find([trace(permission(False), title="GET /users")], "last")
        assert (found.denied, found.decisions[0].caller) == (True, "apigateway.amazonaws.com")
        assert "why        the function's resource policy is empty" in text(found)

    def test_nothing_at_all(self):
        with pytest.raises(NothingToExplain, match="IAM has decided nothing yet about a request: ") as caught:
            find([], "last")
        assert caught.value.do_next.startswith("Call something under a role")

    def test_an_id_nobody_knows(self):
        with pytest.raises(
            NothingToExplain, match=r"None of the last 1 requests has the id nope\. Copy it whole"
        ):
            find([trace(hop(DENIED))], "nope")

    def test_the_administrator_was_asked_nothing(self):
        root = f"arn:aws:iam::{ACCOUNT}:root"
        with pytest.raises(
            NothingToExplain, match="as its caller is the administrator, whom no policy limits"
        ):
            find([trace(hop(caller=root))], "r-1")

    def test_a_call_that_needs_no_permission(self):
        with pytest.raises(
            NothingToExplain, match=r"\(dynamodb PutItem\) IAM was asked nothing\. Name another"
        ):
            find([trace(hop())], "1-a")

    def test_it_is_plain_data(self):
        data = find([trace(hop(DENIED))], "last").as_dict()
        assert json.loads(json.dumps(data)) == data
        assert data["decisions"][0]["explanation"]["shape"] == "resource-letters"


class TestText:
    def test_a_denial_in_full(self):
        said = text(find([trace(hop(DENIED))], "last"))
        assert f"Denied dynamodb:PutItem on {USERS}\n  asked by   {ROLE.arn}\n" in said
        assert "  call       dynamodb PutItem r-1\n" in said
        assert f"  AWS says   {REFUSED}\n" in said
        assert (
            "  why        Statement `CrudOnUsers` of policy `users` allows dynamodb:PutItem, but on" in said
        )
        assert '    "Sid": "CrudOnUsers",' in said.replace("      ", "    ")
        assert "  do next    If the request is right" in said
        assert "  look       aws iam get-role-policy --role-name users-role --policy-name users" in said

    def test_the_letters_that_differ_are_pointed_at(self):
        lines = text(find([trace(hop(DENIED))], "last")).splitlines()
        for shown, letters in ((MISSPELT, "el"), (USERS, "le")):
            at = lines.index(f"    {shown}")
            pointers = re.search(r"\^+", lines[at + 1])
            assert lines[at][pointers.start() : pointers.end()] == letters
        assert "  it is on" in lines

    def test_in_a_narrow_terminal_the_pointers_stay_below(self):
        said = text(find([trace(hop(DENIED))], "last"), width=40)
        lines = said.splitlines()
        above, below = next((a, b) for a, b in pairwise(lines) if "^" in b)
        assert len(above) <= 40
        assert above[below.index("^") : below.rindex("^") + 1] == "el"

    def test_colour_is_beside_the_words_only_where_it_is_asked_for(self):
        found = find([trace(hop(DENIED), hop(ALLOWED))], "last")
        assert "\033[" not in text(found)
        coloured = text(found, colour=True)
        assert "\033[31;1mDenied\033[0m" in coloured
        assert re.sub(r"\033\[[\d;]*m", "", coloured) == text(found)

    def test_an_allow_names_its_statement(self):
        said = text(find([trace(hop(ALLOWED))], "last"))
        assert f"Allowed dynamodb:PutItem on {USERS}" in said
        assert "  by         statement CrudOnUsers of users" in said

    def test_an_allow_without_a_statement(self):
        said = text(find([trace(hop(judged(who=ROOT)))], "last"))
        assert "Allowed" in said
        assert "  by " not in said

    def test_a_gateway_that_may_invoke(self):
        assert "  by         the function's" in text(find([trace(permission(True))], "last"))

    def test_a_denial_without_a_statement(self):
        said = text(find([trace(hop(judged()))], "last"))
        assert "Role `users-role` has no policy at all." in said
        assert "look       aws iam list-role-policies --role-name users-role" in said
        assert "statement" not in said.lower()

    def test_a_session_policy_cannot_be_looked_at(self):
        limited = judged(allow(), session=(policy(allow("dynamodb:GetItem"), name="session policy"),))
        assert "\n  look" not in text(find([trace(hop(limited))], "last"))

    def test_a_policy_without_a_name(self):
        limited = judged(allow(), session=(policy(allow("dynamodb:Putitems"), name=""),))
        said = text(find([trace(hop(limited))], "last"))
        assert "  it allows\n    dynamodb:Putitems\n" in said
        assert "  statement CrudOnUsers of the policy\n" in said

    def test_a_role_that_trusts_another(self):
        other = judged(action="sts:AssumeRole", resource=ROLE_ARN, trust=trust_of(ROLE_ARN + "s"))
        said = text(find([trace(hop(other))], "last"))
        assert "  it trusts\n" in said
        assert "look       aws iam get-role --role-name users-role" in said
