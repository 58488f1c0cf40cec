"""CloudFormation's answers in the form that AWS documents, and a client that gives them.

The fields: CloudFormation API Reference, *StackEvent* and *ResourceChange*.
"""

from datetime import UTC, datetime, timedelta

from botocore.exceptions import ClientError

STACK_ID = "arn:aws:cloudformation:us-east-1:123456789012:stack/workshop/8b0e"
STACK, TABLE = "AWS::CloudFormation::Stack", "AWS::DynamoDB::Table"
NOON = datetime(2026, 11, 1, 12, tzinfo=UTC)


def event(number, status, reason="", name="UsersTable", kind=TABLE):
    """Event `number`, as many seconds after noon."""
    said = {
        "EventId": f"event-{number}",
        "StackId": STACK_ID,
        "StackName": "workshop",
        "LogicalResourceId": name,
        "PhysicalResourceId": STACK_ID if kind == STACK else f"workshop-{name}-1",
        "ResourceType": kind,
        "Timestamp": NOON + timedelta(seconds=number),
        "ResourceStatus": status,
    }
    return {**said, "ResourceStatusReason": reason} if reason else said


def of_stack(number, status, reason=""):
    return event(number, status, reason, "workshop", STACK)


def change(action, name="UsersTable", kind=TABLE, **more):
    """A ResourceChange. Keywords: replacement, policy, and properties as {name: RequiresRecreation}."""
    properties = more.pop("properties", {})
    said = {"Action": action, "LogicalResourceId": name, "ResourceType": kind, "Scope": [], "Details": []}
    if action != "Add":
        said["PhysicalResourceId"] = more.pop("physical_id", f"workshop-{name}-1")
    for key, field in (("replacement", "Replacement"), ("policy", "PolicyAction")):
        if key in more:
            said[field] = more.pop(key)
    for property_name, recreation in properties.items():
        target = {"Attribute": "Properties", "Name": property_name, "RequiresRecreation": recreation}
        said["Details"].append(
            {"Target": target, "Evaluation": "Static", "ChangeSource": "DirectModification"}
        )
    assert not more
    return said


def client_error(code, message, operation="DescribeStacks", status=400):
    said = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(said, operation)


NO_STACK = client_error("ValidationError", "Stack with id workshop does not exist")


class Client:
    """Answers from lists, one by one, the last for ever; exceptions are raised. `calls` keeps the calls."""

    def __init__(self, **answers):
        self.answers = {name: list(given) for name, given in answers.items()}
        self.calls = []

    def __getattr__(self, operation):
        if operation.startswith("_") or operation not in self.answers:
            raise AttributeError(operation)
        return lambda **parameters: self._answer(operation, parameters)

    def _answer(self, operation, parameters):
        self.calls.append((operation, parameters))
        answers = self.answers[operation]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def called(self, operation):
        return [parameters for name, parameters in self.calls if name == operation]

    def get_paginator(self, operation):
        return Pages(self, operation)


class Pages:
    """As a paginator of boto3."""

    def __init__(self, client, operation):
        self.client, self.operation = client, operation

    def paginate(self, **parameters):
        yield from self.client._answer(self.operation, parameters)


def pages(*events):
    """DescribeStackEvents' answer: oldest given first, newest answered first, in one page."""
    return [{"StackEvents": list(reversed(events))}]
