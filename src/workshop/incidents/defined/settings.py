"""Incidents in the function's settings."""

from __future__ import annotations

from workshop.doctor.layers import function, logs, table
from workshop.incidents.defined.code import at_start
from workshop.incidents.incident import LIST, Incident
from workshop.incidents.places.function import configure
from workshop.incidents.releases import release, table_variable
from workshop.incidents.stack import Stack

CONFIGURATION = frozenset({"configuration"})
_SLOW = at_start("__import__('time').sleep(2)", "await new Promise((done) => setTimeout(done, 2000));")
_WRONG_TABLE = "users"


def _timeout(stack: Stack, kind: str) -> None:
    """A release that waits, and less time than it waits."""
    release(stack, _SLOW)
    configure(stack, Timeout=1)


def _no_concurrency(stack: Stack, kind: str) -> None:
    stack.client("lambda").put_function_concurrency(
        FunctionName=stack.function, ReservedConcurrentExecutions=0
    )


def _table_name(stack: Stack, kind: str) -> None:
    """The table's variable names another one, which is not there."""
    told = stack.client("lambda").get_function_configuration(FunctionName=stack.function)
    known = dict(told.get("Environment", {}).get("Variables", {}))
    known[table_variable(told, stack.table) or "TABLE_NAME"] = f"{stack.table}-{_WRONG_TABLE}"
    configure(stack, Environment={"Variables": known})


def _handler(stack: Stack, kind: str) -> None:
    """The Handler names a file that is not in the package."""
    told = stack.client("lambda").get_function_configuration(FunctionName=stack.function)
    configure(stack, Handler=f"lambda_function.{told['Handler'].rpartition('.')[2]}")


INCIDENTS = (
    Incident(
        "timeout-too-short",
        logs.NAME,
        ("timeout",),
        _timeout,
        CONFIGURATION | {"code"},
        "start",
        LIST,
        also=(function.NAME,),
    ),
    Incident(
        "reserved-concurrency-zero",
        function.NAME,
        ("no-concurrency",),
        _no_concurrency,
        frozenset({"concurrency"}),
        "gateway",
        LIST,
    ),
    Incident("table-name-wrong", table.NAME, ("table-name-wrong",), _table_name, CONFIGURATION, "call"),
    Incident(
        "handler-of-another-file",
        function.NAME,
        ("handler-file-missing",),
        _handler,
        CONFIGURATION,
        "start",
        also=(logs.NAME,),
    ),
)
