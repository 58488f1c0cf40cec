"""Makes, changes and deletes stacks while the sandbox is killed."""

from __future__ import annotations

import contextlib
import time

from botocore.exceptions import ClientError

from tests.sandbox.store.writers import GONE, Writer

PATIENCE = 20.0
"""Seconds in which what was under way must have come to an end."""

TEMPLATE = """\
Parameters: {{Days: {{Type: Number}}}}
Resources:
  Table:
    Type: AWS::DynamoDB::Table
    Properties:
      KeySchema: [{{AttributeName: id, KeyType: HASH}}]
      AttributeDefinitions: [{{AttributeName: id, AttributeType: S}}]
      BillingMode: PAY_PER_REQUEST
  Topmost:
    Type: AWS::Logs::LogGroup
    DependsOn: Table
    Properties: {{LogGroupName: "{name}-top", RetentionInDays: !Ref Days}}
  First:
    Type: AWS::Logs::LogGroup
    Properties: {{LogGroupName: "{name}-first", RetentionInDays: !Ref Days}}
Outputs:
  Days: {{Value: !Ref Days}}
"""
DAYS = (1, 3, 5, 7, 14, 30)
DIED = "The sandbox ended in the middle of it."
WHOLE = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")


class Stacks(Writer):
    """Makes, changes and deletes stacks. A value is its days; every stack's resources are looked at."""

    def prepare(self) -> None:
        self.api, self.logs, self.tables = (
            self.client("cloudformation"),
            self.client("logs"),
            self.client("dynamodb"),
        )
        self.seen: dict[str, int] = {}
        self.rolled_back = 0

    def step(self) -> None:
        old, days, kind = self.some_known(), self.chance.choice(DAYS), self.chance.random()
        given = [{"ParameterKey": "Days", "ParameterValue": str(days)}]
        if old is None or (kind < 0.5 and len(self.known) < 8):
            name = f"s{next(self.numbers)}"
            template = TEMPLATE.format(name=name)
            self.done(
                name,
                days,
                lambda: self.api.create_stack(StackName=name, TemplateBody=template, Parameters=given),
            )
            self._await(name, days)
        elif kind < 0.8 and days != self.known[old]:
            self.done(
                old,
                days,
                lambda: self.api.update_stack(StackName=old, UsePreviousTemplate=True, Parameters=given),
            )
            self._await(old, days)
        else:
            self.done(old, GONE, lambda: self.api.delete_stack(StackName=old))
            self._await(old, GONE)
            del self.known[old]

    def _await(self, name: str, days: int | None) -> None:
        """Until the stack says that it is done: only then has it to be so after a restart."""
        self.under_way = (name, days)
        while True:
            try:
                status = self.api.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"]
            except ClientError:
                assert days is GONE, f"{name} is gone"
                break
            if not status.endswith("_IN_PROGRESS"):
                assert status in WHOLE, f"{name} is {status}"
                break
        self.seen[name] = days
        self.under_way = None

    def look(self) -> None:
        """Each stack is whole, or rolled back to what it was, or taken down; and nothing is left over."""
        self._settle()
        wanted_groups: dict[str, int] = {}
        wanted_tables: set[str] = set()
        for stack in self.api.describe_stacks()["Stacks"]:
            name, status = stack["StackName"], stack["StackStatus"]
            assert status in (*WHOLE, "ROLLBACK_COMPLETE"), f"{name} is {status}"
            pending = self.under_way is not None and self.under_way[0] == name
            if status == "ROLLBACK_COMPLETE":
                assert pending, f"{name} was complete and is {status}"
                self._said_why(name)
                self.api.delete_stack(StackName=name)
                self.known.pop(name, None)
                continue
            days = int(next(one["ParameterValue"] for one in stack["Parameters"]))
            if status == "UPDATE_ROLLBACK_COMPLETE" and pending:
                self._said_why(name)
            outcomes = {self.seen.get(name), self.under_way[1]} if pending else {self.seen.get(name)}
            assert days in outcomes, f"{name} has {days} days, not one of {outcomes}"
            self.known[name] = self.seen[name] = days
            wanted_groups |= {f"{name}-top": days, f"{name}-first": days}
            wanted_tables.add(self._table_of(name))
        there = {stack["StackName"] for stack in self.api.describe_stacks()["Stacks"]}
        for name in [name for name in self.known if name not in there]:
            assert self.under_way == (name, GONE), f"the stack {name} is gone"
            del self.known[name]
        groups = self.logs.describe_log_groups()["logGroups"]
        assert {one["logGroupName"]: one.get("retentionInDays") for one in groups} == wanted_groups
        tables = {name for name in self.tables.list_tables()["TableNames"] if "-Table-" in name}
        assert tables == wanted_tables
        self.under_way = None

    def _settle(self) -> None:
        deadline = time.monotonic() + PATIENCE
        while True:
            stacks = self.api.describe_stacks()["Stacks"]
            moving = [one["StackName"] for one in stacks if one["StackStatus"].endswith("_IN_PROGRESS")]
            if not moving:
                return
            assert time.monotonic() < deadline, f"{moving} are still in progress"
            with contextlib.suppress(ClientError):  # gone meanwhile
                self.api.describe_stacks(StackName=moving[0])  # waits for it

    def _said_why(self, name: str) -> None:
        events = self.api.describe_stack_events(StackName=name)["StackEvents"]
        assert any(event.get("ResourceStatusReason") == DIED for event in events), f"{name} does not say why"
        self.rolled_back += 1

    def __str__(self) -> str:
        return f"{super().__str__()}, {self.rolled_back} found half done and rolled back"

    def _table_of(self, name: str) -> str:
        resource = self.api.describe_stack_resource(StackName=name, LogicalResourceId="Table")
        table: str = resource["StackResourceDetail"]["PhysicalResourceId"]
        return table
