"""Several tables in memory, and the requests that name them with each item."""

import asyncio
import json

from sandbox.dynamodb.items import Tokens, prepare, prepare_many
from sandbox.dynamodb.requests import check
from sandbox.errors import AwsError
from tests.sandbox.dynamodb.items.shop import Shop


class Mall:
    """`mall.ask("BatchGetItem", RequestItems={…})`: the answer as a dict; AwsError where it is refused."""

    def __init__(self, **shops):
        self.shops = shops or {"things": Shop()}
        self.clock = next(iter(self.shops.values())).clock
        self.tokens = Tokens(self.clock)

    def find(self, name):
        if name not in self.shops:
            raise AwsError("ResourceNotFoundException", "Requested resource not found", 400)
        return self.shops[name]

    async def asked(self, operation, **parameters):
        given = check(operation, parameters)
        return json.loads(await prepare_many(operation, given, self.tokens, 0.001).answer(self.find))

    async def written(self, operation, name, **parameters):
        given = check(operation, {"TableName": name, **parameters})
        return json.loads(await prepare(operation, given).answer(self.find(name)))

    def ask(self, operation, **parameters):
        return asyncio.run(self.asked(operation, **parameters))

    def transact(self, *actions, **more):
        """`transact(("Put", {"Item": …}))` on the table things."""
        entries = [{kind: {"TableName": "things", **given}} for kind, given in actions]
        return self.ask("TransactWriteItems", TransactItems=entries, **more)
