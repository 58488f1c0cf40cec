"""All rooms of one sandbox, put together."""

from __future__ import annotations

import os
from typing import Any

from sandbox import __version__
from sandbox.aws_api import AwsApi, find_secret
from sandbox.backend import services
from sandbox.backend.moto_backend import MotoBackend
from sandbox.cloudformation import CloudFormation
from sandbox.dynamodb.adjusting import Adjustable
from sandbox.dynamodb.options import Options
from sandbox.dynamodb.replicas import Replication
from sandbox.dynamodb.service import DynamoDB
from sandbox.errors import AwsError
from sandbox.functions.logs import Records
from sandbox.functions.service import FunctionService
from sandbox.gateway import Gateway
from sandbox.iam.authenticate import Authenticator
from sandbox.iam.sessions import Sessions
from sandbox.iam.simulator import PolicySimulator
from sandbox.iam.sts import Sts
from sandbox.keeping import Keeping, Room
from sandbox.log_history import LogHistory
from sandbox.logs.ingestion import Ingestion
from sandbox.own_door import OwnDoor
from sandbox.server import Server
from sandbox.settings import Settings
from sandbox.store import NotKept, StateStore
from sandbox.trace import Tracer
from sandbox.usage import Usage


class House:
    """All rooms of one sandbox, put together."""

    def __init__(self, settings: Settings, store: StateStore) -> None:
        self.settings = settings
        self.store = store
        self.tracer = Tracer(settings.traces)
        self.usage = Usage()
        self.backend = MotoBackend()
        self.sessions = Sessions()
        self.logs = LogHistory(self.backend, self.store)
        records = Records(self.logs, self.usage)
        self.functions = FunctionService(settings, self.backend, self.sessions, self.tracer, records)
        self.gateway = Gateway(settings, self.backend, self.functions, self.tracer, self.usage)
        operations: dict[tuple[str, str], Any] = {
            **Sts(self.sessions).operations,
            **PolicySimulator().operations,
            **self.functions.operations,
            **self.gateway.operations,
            **Ingestion(self.backend, self.usage, self.logs).operations,
        }
        authenticator = Authenticator(settings.account, self.sessions, find_secret)
        replication = Replication(settings.replication_lag, settings.seed)
        self.dynamodb = DynamoDB(self.backend, store, Options(replication))
        self.adjustable = Adjustable(self.dynamodb.options, self.functions.options)
        self.usage.add("tables", self.dynamodb.tables.usages)
        rooms = {"dynamodb": self.dynamodb.answer, "dynamodbstreams": self.dynamodb.answer_streams}
        kept: list[Room] = []
        self.keeping = Keeping(self.store, self.backend, kept)
        aws = AwsApi(authenticator, self.backend, self.tracer, operations, self.keeping, rooms)
        self.cloudformation = CloudFormation(aws.call)
        kept += [self.sessions, self.usage, self.dynamodb, self.cloudformation]
        operations.update(self.cloudformation.operations)
        own = OwnDoor(
            self.about, self.tracer, self.usage, self.adjustable, self.reset, self.functions.downloads.answer
        )
        self.server = Server(aws, self.gateway, own, self.backend.loaded)

    def about(self) -> dict[str, Any]:
        """What `/_sandbox/health` says. Since when the state is there is known once it was taken up."""
        return {
            "version": __version__,
            "url": self.settings.url,
            "pid": os.getpid(),
            "services": list(services.MODELLED),
            "state": {
                "file": None if self.store.path is None else str(self.store.path.absolute()),
                "bytes": self.store.size(),
                "since": self.usage.since if self.backend.loaded.is_set() else None,
            },
        }

    async def reset(self) -> None:
        """Forget all state, as if just started. Raises AwsError if the disk takes nothing."""
        await self.cloudformation.reset()
        await self.functions.reset()
        self.logs.reset()
        self.gateway.reset()
        await self.backend.reset()
        self.dynamodb.reset()
        self.adjustable.reset()
        self.sessions.clear()
        self.tracer.clear()
        self.usage.clear()
        try:
            self.keeping.clear()
        except NotKept as error:
            raise AwsError("InternalFailure", str(error), 507) from error

    async def close(self) -> None:
        """Bring everything to disk, and let go of the state folder."""
        self.usage.is_due()
        await self.keeping.close()

    def restore(self) -> None:
        """Take up what was kept, before the first request. Raises store.StateUnusable."""
        self.functions.clear_away()
        self.keeping.restore()
        self.logs.restore()
        self.keeping.start()
