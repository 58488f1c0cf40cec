"""Two ARNs compared, part by part and letter by letter."""

from __future__ import annotations

import pytest

from sandbox.iam.letters import PARTS, alike, carets, closeness, common_start, compare, compare_arns
from tests.sandbox.iam.explaining import USERS


def marked(text, marks):
    return [text[start:end] for start, end in marks]


def both(wanted, given):
    found = compare_arns(wanted, given)
    return found.parts, marked(wanted, found.wanted_marks), marked(given, found.given_marks)


CASES = {
    "the same": (USERS, USERS, (), [], []),
    "two letters that changed places": (
        USERS.replace("users-table", "users-tabel"),
        USERS,
        ("resource",),
        ["el"],
        ["le"],
    ),
    "a letter too many": (USERS + "s", USERS, ("resource",), ["s"], []),
    "a letter too few": (USERS[:-1], USERS, ("resource",), [], ["e"]),
    "a region": (
        USERS.replace("us-east-1", "us-east-2"),
        USERS,
        ("region",),
        ["2"],
        ["1"],
    ),
    "a region with little in common": (
        USERS.replace("us-east-1", "ap-southeast-2"),
        USERS.replace("us-east-1", "me-central-1"),
        ("region",),
        ["ap-southeast-2"],
        ["me-central-1"],
    ),
    "an account": (USERS.replace("111122223333", "111122223334"), USERS, ("account",), ["4"], ["3"]),
    "an empty account": (USERS.replace("111122223333", ""), USERS, ("account",), [], ["111122223333"]),
    "a wildcard that fits": (USERS.replace("us-east-1", "*").replace("users-", "u*-"), USERS, (), [], []),
    "letters beside a wildcard": (
        USERS.replace("users-table", "users-*-x"),
        USERS,
        ("resource",),
        ["*-x"],
        ["table"],
    ),
    "a mark for one letter": (USERS.replace("users-table", "??sers-table"), USERS, ("resource",), ["?"], []),
}


@pytest.mark.parametrize("name", CASES)
def test_arns(name):
    wanted, given, parts, left, right = CASES[name]
    found = both(wanted, given)
    assert found[0] == parts
    if name != "a mark for one letter":  # which of the two marks is too many, nobody can say
        assert found[1:] == (left, right)


def test_what_is_no_arn_is_compared_as_text():
    assert both("users", "user") == ((), ["s"], [])
    assert compare_arns("users", USERS).wanted_marks == ((0, 5),)


def test_something_is_always_marked_where_texts_differ():
    for wanted, given in [("a*a", "a"), ("?", ""), ("*b", "a"), ("x", "yyyyyyyy"), ("**?", "")]:
        found = compare(wanted, given)
        assert found.wanted_marks or found.given_marks, (wanted, given)


def test_carets_stand_below_the_marked_letters():
    found = compare_arns(USERS.replace("users", "userz"), USERS)
    line = carets(found.wanted, found.wanted_marks)
    assert found.wanted[line.index("^")] == "z"
    assert len(line) == line.index("^") + 1
    assert carets("users", ()) == ""


def test_it_is_plain_data():
    assert compare_arns(USERS + "s", USERS).as_dict() == {
        "wanted": USERS + "s",
        "given": USERS,
        "wanted_marks": [[len(USERS), len(USERS) + 1]],
        "given_marks": [],
        "parts": ["resource"],
    }


def test_likeness():
    assert closeness("", "") == 1
    assert closeness("aaa", "aa") == pytest.approx(2 / 3)
    assert closeness("abc", "xyz") == 0
    assert alike("abcd", "abce") == 0.75
    assert common_start("table/users", "table/user") == "table/user"
    assert len(PARTS) == 6
