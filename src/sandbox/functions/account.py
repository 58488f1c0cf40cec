"""The account's concurrency: GetAccountSettings, and what functions reserve of it."""

from __future__ import annotations

from sandbox.api_call import ApiCall
from sandbox.backend import functions as kept
from sandbox.backend.moto_backend import MotoBackend
from sandbox.errors import AwsError
from sandbox.functions import named, names
from sandbox.functions.concurrency import least_unreserved, unreserved
from sandbox.functions.names import FunctionName
from sandbox.functions.options import FunctionOptions
from sandbox.iam.caller import Caller
from sandbox.messages import Reply

_SIZES = {"TotalCodeSize": 80_530_636_800, "CodeSizeUnzipped": 262_144_000, "CodeSizeZipped": 52_428_800}
"""Bytes: 75 GB, 250 MB and 50 MB (Lambda quotas)."""


class Account:
    """The operations on an account's limits."""

    def __init__(self, backend: MotoBackend, options: FunctionOptions) -> None:
        self._backend = backend
        self._options = options
        self.operations = {
            ("lambda", "GetAccountSettings"): self.settings,
            ("lambda", "PutFunctionConcurrency"): self.put_concurrency,
        }

    async def settings(self, call: ApiCall, caller: Caller) -> Reply:
        limit = self._options.account_concurrency
        free = unreserved(limit, kept.reserved_in(caller.account, call.region))
        functions, code_bytes = kept.usage(caller.account, call.region)
        limits = {**_SIZES, "ConcurrentExecutions": limit, "UnreservedConcurrentExecutions": free}
        usage = {"TotalCodeSize": code_bytes, "FunctionCount": functions}
        return named.answer({"AccountLimit": limits, "AccountUsage": usage})

    async def put_concurrency(self, call: ApiCall, caller: Caller) -> Reply:
        """Answers: localstack/localstack, tests/aws/services/lambda_, test_lambda_api,
        TestLambdaReservedConcurrency (recorded on AWS)."""
        function = named.read(call, caller)
        if not kept.exists(function.account, function.region, function.name, names.LATEST):
            raise names.not_found(
                FunctionName(function.account, function.region, function.name), qualified=True
            )
        named.check_unqualified(function)
        limit = self._options.account_concurrency
        wanted = int(call.parameters["ReservedConcurrentExecutions"])
        elsewhere = kept.reserved_in(function.account, function.region, but=function.name)
        if wanted and limit - elsewhere - wanted < least_unreserved(limit):
            text = (
                "Specified ReservedConcurrentExecutions for function decreases account's "
                f"UnreservedConcurrentExecution below its minimum value of [{least_unreserved(limit)}]."
            )
            raise AwsError("InvalidParameterValueException", text, message_key="message")
        return named.answer(await named.ask(self._backend, call, caller))
