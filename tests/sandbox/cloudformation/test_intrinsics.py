"""The functions of templates, as pure functions."""
# ruff: noqa: E501 (AWS's sentences stand in one line)

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.cloudformation.graph import check_circles, references
from sandbox.cloudformation.intrinsics import NO_VALUE, UNKNOWN, Scope, is_known, resolve
from sandbox.cloudformation.reading import read
from sandbox.errors import AwsError

VALUES = {"Name": "ada", "List": ["x", "y"], "AWS::Region": "us-east-1", "AWS::NoValue": NO_VALUE}


def scope(**conditions):
    made = {"Table": "users-1"}
    return Scope(
        VALUES,
        {"Sizes": {"us-east-1": {"small": "t1", "both": ["a", "b"]}}},
        conditions,
        lambda name: made.get(name, UNKNOWN),
        lambda name, attribute: f"{name}:{attribute}" if name in made else UNKNOWN,
        lambda name: f"import {name}",
        ("us-east-1a", "us-east-1b"),
    )


def computed(value, **conditions):
    return resolve(value, scope(**conditions))


def refused(value, **conditions):
    with pytest.raises(AwsError) as caught:
        computed(value, **conditions)
    assert caught.value.code == "ValidationError"
    return caught.value.message


TRUE, FALSE = {"Fn::Equals": ["a", "a"]}, {"Fn::Equals": ["a", "b"]}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"Ref": "Name"}, "ada"),
        ({"Ref": "Table"}, "users-1"),
        ({"Fn::GetAtt": ["Table", "Arn"]}, "Table:Arn"),
        ({"Fn::GetAtt": "Table.Stream.Arn"}, "Table:Stream.Arn"),
        ({"Fn::Sub": "${Name} ${Table} ${Table.Arn} ${AWS::Region} ${!Literal} $"}, "ada users-1 Table:Arn us-east-1 ${Literal} $"),
        ({"Fn::Sub": ["${A}-${Name}", {"A": {"Ref": "Table"}}]}, "users-1-ada"),
        ({"Fn::Sub": ["${Flag} ${Number}", {"Flag": True, "Number": 5}]}, "true 5"),
        ({"Fn::Join": ["-", ["a", {"Ref": "Name"}, 1, True]]}, "a-ada-1-true"),
        ({"Fn::Join": [",", {"Ref": "List"}]}, "x,y"),
        ({"Fn::Select": [1, {"Ref": "List"}]}, "y"),
        ({"Fn::Select": ["0", ["a", "b"]]}, "a"),
        ({"Fn::Split": ["|", "a|b"]}, ["a", "b"]),
        ({"Fn::FindInMap": ["Sizes", {"Ref": "AWS::Region"}, "small"]}, "t1"),
        ({"Fn::FindInMap": ["Sizes", "us-east-1", "both"]}, ["a", "b"]),
        ({"Fn::If": ["Yes", "then", "else"]}, "then"),
        ({"Fn::If": ["No", "then", "else"]}, "else"),
        ({"a": {"Fn::If": ["No", "x", {"Ref": "AWS::NoValue"}]}, "b": 1}, {"b": 1}),
        ([{"Ref": "AWS::NoValue"}, "a"], ["a"]),
        ({"Fn::Base64": "hello"}, "aGVsbG8="),
        ({"Fn::ImportValue": {"Fn::Sub": "${Name}-vpc"}}, "import ada-vpc"),
        ({"Fn::GetAZs": ""}, ["us-east-1a", "us-east-1b"]),
        ({"Fn::Select": [0, {"Fn::GetAZs": {"Ref": "AWS::Region"}}]}, "us-east-1a"),
        ({"Statement": [{"Effect": "Allow", "Condition": {"Bool": {"a": "b"}}}]}, {"Statement": [{"Effect": "Allow", "Condition": {"Bool": {"a": "b"}}}]}),
        ("${Name}", "${Name}"),
        ({"plain": [1, {"x": None}]}, {"plain": [1, {"x": None}]}),
    ],
)  # fmt: skip
def test_values(value, expected):
    assert computed(value, Yes=TRUE, No=FALSE) == expected


@pytest.mark.parametrize(
    ("expression", "holds"),
    [
        (TRUE, True),
        (FALSE, False),
        ({"Fn::Equals": [{"Ref": "Name"}, "ada"]}, True),
        ({"Fn::Equals": [True, "true"]}, True),
        ({"Fn::Not": [TRUE]}, False),
        ({"Fn::And": [TRUE, {"Condition": "Other"}]}, True),
        ({"Fn::And": [TRUE, FALSE]}, False),
        ({"Fn::Or": [FALSE, {"Fn::Not": [FALSE]}]}, True),
        ({"Condition": "Other"}, True),
    ],
)
def test_conditions(expression, holds):
    assert scope(C=expression, Other=TRUE).holds("C") is holds


@pytest.mark.parametrize(
    "value",
    [
        {"Ref": "New"},
        {"Fn::GetAtt": ["New", "Arn"]},
        {"Fn::Sub": "a ${New}"},
        {"Fn::Join": ["", ["a", {"Ref": "New"}]]},
        {"Fn::Select": [0, {"Fn::Split": ["/", {"Ref": "New"}]}]},
        {"Fn::Base64": {"Ref": "New"}},
        {"Fn::ImportValue": {"Ref": "New"}},
        {"Fn::FindInMap": ["Sizes", {"Ref": "New"}, "small"]},
    ],
)
def test_what_cannot_be_known_yet_stays_unknown(value):
    assert computed(value) is UNKNOWN
    assert not is_known(computed({"deep": [value]}))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"Fn::Select": ["x", ["a"]]}, "Template error: Fn::Select requires a list argument with two elements: an integer index and a list"),
        ({"Fn::Select": [3, ["a"]]}, "Template error: Fn::Select cannot select nonexistent value at index 3"),
        ({"Fn::Split": ["|", ["a"]]}, "Template error: every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function that returns a string to be split."),
        ({"Fn::Join": ["-"]}, "Template error: every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a function that returns a list of strings (such as Fn::GetAZs) to be joined."),
        ({"Fn::FindInMap": ["Sizes", "moon", "small"]}, "Template error: Unable to get mapping for Sizes::moon::small"),
        ({"Fn::FindInMap": ["Sizes"]}, "Template error: every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value"),
        ({"Fn::GetAtt": ["Table"]}, "Template error: every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute"),
        ({"Fn::If": ["Nope", 1, 2]}, "Template error: unresolved condition dependency Nope in Fn::If"),
        ({"Fn::If": ["Nope", 1]}, "Template error: Fn::If requires a list argument with three elements"),
        ({"Fn::Base64": [1]}, "Template error: every Fn::Base64 object must have a String-typed value."),
        ({"Fn::Sub": "${a-b}"}, "Template error: variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons"),
        ({"Fn::Sub": ["a"]}, "Template error: One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and an optional second argument to specify a mapping of values to replace in the string"),
        ({"Fn::If": ["Bad", 1, 2]}, "Template error: every Fn::Equals object requires a list of 2 string parameters."),
        ({"Fn::If": ["Lone", 1, 2]}, "Template error: every Fn::And object requires a list of at least 2 and at most 10 boolean parameters."),
        ({"Fn::If": ["Lost", 1, 2]}, "Template error: unresolved condition dependency Gone"),
        ({"Fn::If": ["Odd", 1, 2]}, "Template error: every Conditions member must be a condition function (Fn::And, Fn::Equals, Fn::Not, Fn::Or)"),
    ],
)  # fmt: skip
def test_wrong_use(value, message):
    conditions = {
        "Bad": {"Fn::Equals": ["a"]},
        "Lone": {"Fn::And": [TRUE]},
        "Lost": {"Condition": "Gone"},
        "Odd": "true",
    }
    assert refused(value, **conditions) == message


@given(st.text(alphabet="ab|", max_size=20))
def test_joining_what_was_split_gives_it_back(text):
    assert computed({"Fn::Join": ["|", {"Fn::Split": ["|", text]}]}) == text


VALUE = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet="abc", max_size=3), inner, max_size=3)
    ),
    max_leaves=12,
)


@given(VALUE)
def test_what_holds_no_function_stays_as_it_is(value):
    assert computed(value) == value


def test_references_follow_the_branch_that_is_taken():
    value = {"Fn::If": ["Yes", {"Ref": "Then"}, {"Fn::GetAtt": "Else.Arn"}]}
    assert set(references(value)) == {("Ref", "Then"), ("Fn::GetAtt", "Else")}
    assert set(references(value, scope(Yes=TRUE))) == {("Ref", "Then")}


def test_references_in_sub():
    value = {"Fn::Sub": ["${A} ${B.Arn} ${Own}", {"Own": {"Ref": "C"}}]}
    assert set(references(value)) == {("Ref", "A"), ("Fn::GetAtt", "B"), ("Ref", "C")}


def test_only_the_circle_is_named():
    graph = {"A": {"B"}, "B": {"A"}, "Before": {"A"}, "After": set(), "C": {"After"}}
    with pytest.raises(AwsError, match=r"\[A, B\]"):
        check_circles({name: frozenset(needs) for name, needs in graph.items()})


def test_short_forms_of_yaml():
    document = read(
        """
        A: !Ref X
        B: !GetAtt T.Stream.Arn
        C: !Sub "${X}-${T.Arn}"
        D: !Join [":", [a, !Ref X]]
        E: !If [Yes, !Ref X, !Ref "AWS::NoValue"]
        F: !Base64
          Fn::Sub: hello
        G: !GetAtt [T, Arn]
        H: !Condition Other
        Version: 2012-10-17
        """
    )
    assert document == {
        "A": {"Ref": "X"},
        "B": {"Fn::GetAtt": ["T", "Stream.Arn"]},
        "C": {"Fn::Sub": "${X}-${T.Arn}"},
        "D": {"Fn::Join": [":", ["a", {"Ref": "X"}]]},
        "E": {"Fn::If": [True, {"Ref": "X"}, {"Ref": "AWS::NoValue"}]},  # Yes is true in YAML 1.1
        "F": {"Fn::Base64": {"Fn::Sub": "hello"}},
        "G": {"Fn::GetAtt": ["T", "Arn"]},
        "H": {"Condition": "Other"},
        "Version": "2012-10-17",
    }


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("{", "JSON not well-formed. (line 1, column 2)"),
        ('{"a": 1, "a": 2}', "JSON not well-formed. The key 'a' comes twice."),
        ("a: 1\na: 2", "YAML not well-formed. (line 2, column 1)"),
        ("a: [1", "YAML not well-formed. (line 1, column 6)"),
        ("a: !Foo x", "YAML not well-formed. (line 1, column 4)"),
        ("a: &x 1\nb: *x", "YAML aliases are not allowed in CloudFormation templates"),
        ("just text", "unsupported structure."),
        ("- a", "unsupported structure."),
    ],
)
def test_text_that_is_no_template(body, message):
    with pytest.raises(AwsError) as caught:
        read(body)
    assert caught.value.message == f"Template format error: {message}"
