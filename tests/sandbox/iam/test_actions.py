"""What holds for the permissions of every service: nothing left out, nothing that crashes, and quick."""

from __future__ import annotations

import re
import time

import botocore.session
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.backend import protocols
from sandbox.backend.services import MODELLED
from sandbox.errors import NotModelled
from sandbox.iam.actions import Ask, NothingKnown, asks, refused, rules

REGION, ACCOUNT = "us-east-1", "111111111111"
USERS = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/users"


SERVICES = MODELLED


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_is_either_mapped_or_refused(service):
    known = set(botocore.session.get_session().get_service_model(service).operation_names)
    known |= set(protocols.service_model(service).operation_names)
    mapped, refusing = set(rules(service)), refused(service)
    assert known - mapped - refusing == set()
    assert (mapped | refusing) - known == set()
    assert mapped & refusing == set()


@pytest.mark.parametrize(
    ("service", "operation", "said"),
    [
        ("lambda", "CreateCapacityProvider", "the permissions of lambda:CreateCapacityProvider"),
        ("dynamodb", "NoSuchOperation", "the permissions of dynamodb:NoSuchOperation"),
        ("ec2", "RunInstances", "the permissions of the service 'ec2'"),
    ],
)
def test_what_is_not_modelled_is_said(service, operation, said):
    with pytest.raises(NotModelled, match=re.escape(said)):
        asks(service, operation, {}, REGION, ACCOUNT)


MAPPED = [(service, operation) for service in SERVICES for operation in sorted(rules(service))]
_JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("arn:aws:s3:::x"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=6,
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_no_call_crashes_however_odd_its_parameters(data):
    service, operation = data.draw(st.sampled_from(MAPPED))
    shape = botocore_shape(service, operation)
    names = list(shape.members) if shape else []
    parameters = {name: data.draw(_JUNK) for name in names if data.draw(st.booleans())}
    for ask in asks(service, operation, parameters, REGION, ACCOUNT):
        assert re.fullmatch(r"[a-z0-9]+:[A-Za-z]+", ask.action)
        assert all(key == key.lower() and values for key, values in ask.context.items())


@pytest.mark.parametrize(("service", "operation"), MAPPED)
def test_every_call_can_be_asked_about_without_any_parameter(service, operation):
    for ask in asks(service, operation, {}, REGION, ACCOUNT):
        assert isinstance(ask.resource, str)
        assert "{" not in ask.resource
        assert dict(ask.context) == {key: ask.context[key] for key in ask.context}


def botocore_shape(service, operation):
    return protocols.service_model(service).operation_model(operation).input_shape


class Noting(dict):
    """No parameters; which ones are asked for is noted."""

    def __init__(self):
        self.read = set()

    def get(self, key, default=None):
        self.read.add(key)
        return default


@pytest.mark.parametrize("service", SERVICES)
def test_parameters_that_the_rules_read_exist(service):
    """A misspelt parameter would always be empty."""
    operations = protocols.service_model(service).operation_names
    every = {
        name
        for operation in operations
        for name in getattr(botocore_shape(service, operation), "members", ())
    }
    noting = Noting()
    for operation in rules(service):
        for ask in asks(service, operation, noting, REGION, ACCOUNT):
            dict(ask.context)
    of_any_service = {"Tags", "tags", "TagKeys", "tagKeys"}
    assert noting.read - every - of_any_service == set()


class Tagged(NothingKnown):
    """Every resource has a tag; how often it was asked is counted."""

    def __init__(self):
        self.asked = []

    def tags(self, arn):
        self.asked.append(arn)
        return {"Team": "a"}


def test_the_tags_of_a_resource_are_looked_up_when_a_policy_wants_them():
    known = Tagged()
    (ask,) = asks("dynamodb", "DescribeTable", {"TableName": "users"}, REGION, ACCOUNT, lookup=known)
    assert "dynamodb:attributes" not in ask.context
    assert known.asked == []
    assert ask.context["aws:resourcetag/team"] == ("a",)
    assert ask.context.get("aws:resourcetag/other") is None
    assert known.asked == [USERS]


def test_a_global_key_works_nothing_out():
    class Untold(NothingKnown):
        def key_name(self, arn):
            raise AssertionError("nothing had to be looked up")

    parameters = {"TableName": "users", "Item": {"a": {"S": "b"}}}
    (ask,) = asks("dynamodb", "PutItem", parameters, REGION, ACCOUNT, lookup=Untold())
    assert ask.context.get("aws:username") is None


def test_iam_and_systems_manager_have_a_tag_key_of_their_own():
    (ask,) = asks("iam", "GetRole", {"RoleName": "r"}, REGION, ACCOUNT, lookup=Tagged())
    assert dict(ask.context) == {"aws:resourcetag/team": ("a",), "iam:resourcetag/team": ("a",)}
    assert len(ask.context) == 2
    assert repr(ask.context) == repr(dict(ask.context))


def test_no_tags_are_looked_up_where_there_is_no_resource():
    known = Tagged()
    (ask,) = asks("lambda", "ListFunctions", {}, REGION, ACCOUNT, lookup=known)
    assert (dict(ask.context), known.asked) == ({}, [])


def test_asks_are_equal_when_what_they_ask_for_is():
    (ask,) = asks("dynamodb", "DescribeTable", {"TableName": "users"}, REGION, ACCOUNT)
    assert ask == Ask("dynamodb:DescribeTable", USERS, {})


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("GetItem", {"TableName": "users", "Key": {"userId": {"S": "ada"}}}),
        ("PutItem", {"TableName": "users", "Item": {"userId": {"S": "ada"}, "age": {"N": "36"}}}),
    ],
)
def test_asking_is_quick(operation, parameters):
    """Microseconds of processor time a call, the best of several rounds: the machine may be busy."""
    rounds = []
    for _ in range(7):
        began = time.thread_time()
        for _ in range(2000):
            asks("dynamodb", operation, parameters, REGION, ACCOUNT)
        rounds.append((time.thread_time() - began) / 2000 * 1e6)
    assert min(rounds) < 15
