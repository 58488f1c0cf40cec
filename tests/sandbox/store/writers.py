"""Who writes while the sandbox is killed, and knows afterwards what must be there."""

from __future__ import annotations

import base64
import hashlib
import io
import itertools
import json
import threading
import zipfile

GONE = None


class Writer:
    """known: by name, what was acknowledged; under_way: the name and value of the call that has no answer.
    began: set by the first call after a start that is acknowledged.

    A value is whatever `read` gives for a name; GONE where there is nothing.
    """

    numbers = itertools.count()

    def __init__(self, client, chance) -> None:
        self.client = client
        self.chance = chance
        self.known: dict[str, object] = {}
        self.under_way: tuple[str, object] | None = None
        self.acknowledged = 0
        self.began = threading.Event()
        self.prepare()

    def prepare(self) -> None:
        """What is there before the first kill."""

    def step(self) -> None:
        """One call."""
        raise NotImplementedError

    def read_all(self) -> dict[str, object]:
        """What is there."""
        raise NotImplementedError

    def done(self, name: str, value: object, call) -> object:
        """Make a call that gives `name` a value."""
        self.under_way = (name, value)
        answer = call()
        self.known[name] = value
        self.under_way = None
        self.acknowledged += 1
        self.began.set()
        return answer

    def look(self) -> None:
        """Compare what is there with what was acknowledged. Raises AssertionError."""
        there = self.read_all()
        name, value = self.under_way or (None, None)
        for one in self.known.keys() | there.keys() | ({name} if name else set()):
            wanted = [self.known.get(one), *([value] if one == name else ())]
            found = there.get(one)
            assert found in wanted, f"{type(self).__name__} {one}: {found!r} is there, not one of {wanted!r}"
            self.known[one] = found
        self.known = {one: value for one, value in self.known.items() if value is not GONE}
        self.under_way = None

    def __str__(self) -> str:
        return f"{type(self).__name__}: {self.acknowledged} acknowledged, {len(self.known)} there at the end"

    def some_known(self) -> str | None:
        return self.chance.choice(sorted(self.known)) if self.known else None


class Items(Writer):
    """Puts, changes and deletes items, one by one and in transactions."""

    def prepare(self) -> None:
        self.api = self.client("dynamodb")
        self.table = f"items-{next(self.numbers)}"
        self.api.create_table(
            TableName=self.table,
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        self.api.get_waiter("table_exists").wait(TableName=self.table)

    def step(self) -> None:
        name, value = f"i{next(self.numbers)}", self.chance.randrange(10**9)
        old = self.some_known()
        item = {"id": {"S": name}, "v": {"N": str(value)}, "pad": {"S": "x" * self.chance.randrange(2000)}}
        kind = self.chance.random()
        if old is None or kind < 0.5:
            self.done(name, value, lambda: self.api.put_item(TableName=self.table, Item=item))
        elif kind < 0.7:
            self.done(old, GONE, lambda: self.api.delete_item(TableName=self.table, Key={"id": {"S": old}}))
            del self.known[old]
        elif kind < 0.9:
            change = {":v": {"N": str(value)}}
            self.done(
                old,
                value,
                lambda: self.api.update_item(
                    TableName=self.table,
                    Key={"id": {"S": old}},
                    UpdateExpression="SET v = :v",
                    ExpressionAttributeValues=change,
                ),
            )
        else:
            puts = [{"Put": {"TableName": self.table, "Item": item}}]
            self.done(name, value, lambda: self.api.transact_write_items(TransactItems=puts))

    def read_all(self) -> dict[str, object]:
        pages = self.api.get_paginator("scan").paginate(TableName=self.table, ConsistentRead=True)
        return {item["id"]["S"]: int(item["v"]["N"]) for page in pages for item in page["Items"]}


class Functions(Writer):
    """Makes functions, changes their code, publishes versions; a value is hash and number of versions."""

    role = "arn:aws:iam::123456789012:role/crash"

    def prepare(self) -> None:
        self.api = self.client("lambda")
        trust = {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
        document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
        self.client("iam").create_role(RoleName="crash", AssumeRolePolicyDocument=document)

    def step(self) -> None:
        old, kind = self.some_known(), self.chance.random()
        code, sha256 = _package(f"# {self.chance.random()}\ndef handler(event, context): return event\n")
        if old is None or (kind < 0.3 and len(self.known) < 12):
            name = f"f{next(self.numbers)}"
            self.done(name, (sha256, 0), lambda: self._create(name, code))
        elif kind < 0.6:
            versions = self.known[old][1]
            changed = (sha256, versions)
            self.done(old, changed, lambda: self.api.update_function_code(FunctionName=old, ZipFile=code))
        elif kind < 0.85:
            # Publishing what was published already makes no new version: so change the code with it.
            published = (sha256, self.known[old][1] + 1)
            self.done(
                old,
                published,
                lambda: self.api.update_function_code(FunctionName=old, ZipFile=code, Publish=True),
            )
        else:
            self.done(old, GONE, lambda: self.api.delete_function(FunctionName=old))
            del self.known[old]

    def _create(self, name: str, code: bytes) -> None:
        self.api.create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=self.role,
            Handler="app.handler",
            Code={"ZipFile": code},
        )

    def read_all(self) -> dict[str, object]:
        found: dict[str, object] = {}
        for function in self.api.list_functions()["Functions"]:
            name = function["FunctionName"]
            versions = self.api.list_versions_by_function(FunctionName=name)["Versions"]
            found[name] = (function["CodeSha256"], len(versions) - 1)
        return found


class Routes(Writer):
    """Makes routes of HTTP APIs; a value is the route's target."""

    def prepare(self) -> None:
        self.api = self.client("apigatewayv2")
        self.home = self.api.create_api(Name="crash", ProtocolType="HTTP")["ApiId"]
        self.api.create_stage(ApiId=self.home, StageName="$default", AutoDeploy=True)
        self.ids: dict[str, str] = {}

    def step(self) -> None:
        old = self.some_known()
        if old is not None and len(self.known) > 15:
            route = self.ids[old]
            self.done(old, GONE, lambda: self.api.delete_route(ApiId=self.home, RouteId=route))
            del self.known[old]
            return
        key = f"GET /r{next(self.numbers)}"
        made = self.done(key, True, lambda: self.api.create_route(ApiId=self.home, RouteKey=key))
        self.ids[key] = made["RouteId"]

    def read_all(self) -> dict[str, object]:
        routes = self.api.get_routes(ApiId=self.home)["Items"]
        self.ids = {route["RouteKey"]: route["RouteId"] for route in routes}
        return dict.fromkeys(self.ids, True)


def _package(text: str) -> tuple[bytes, str]:
    """A zip file with app.py, and its hash as Lambda gives it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("app.py", text)
    return file.getvalue(), base64.b64encode(hashlib.sha256(file.getvalue()).digest()).decode()
