"""Python handlers that two runtimes are given: AWS's own, and the sandbox's.

Each has its files, its handler string and the events it is invoked with, in this order, in one execution
environment where it survives them.
"""

from __future__ import annotations

from dataclasses import dataclass
from textwrap import dedent
from typing import Any

from tests.sandbox.functions.conftest import OWN_PYTHON


@dataclass(frozen=True)
class Given:
    """One function. files: by name; handler: module.function; events: the payloads of its invocations.

    runtime: the one that is declared; the answers of python3.12 and later are not ASCII. level: the
    application log level, which makes the log's format JSON; "" for text.
    """

    name: str
    files: dict[str, str]
    handler: str
    events: tuple[Any, ...]
    runtime: str = OWN_PYTHON
    level: str = ""

    def __str__(self) -> str:
        return self.name


def given(
    name: str,
    source: str,
    *events: Any,
    handler: str = "index.handler",
    runtime: str = OWN_PYTHON,
    level: str = "",
) -> Given:
    text = dedent(source).lstrip("\n")
    return Given(name, {"index.py": text}, handler, events or ({},), runtime, level)


RETURNED = """
    import collections, datetime, decimal, enum, uuid
    Point = collections.namedtuple("Point", "x y")
    class Colour(str, enum.Enum):
        RED = "red"
    class Number(enum.IntEnum):
        ONE = 1
    class Dictionary(dict):
        pass
    class Rows(list):
        def _asdict(self):
            return {}
    class Row:
        def _asdict(self):
            return {"a": b"row"}
    circle = []
    circle.append(circle)
    deep = []
    for _ in range(5000):
        deep = [deep]
    VALUES = {
        "none": None, "true": True, "text": "ü – 漢 😀 \\u2028 \\x00 </script>", "number": 0.1 + 0.2,
        "big": 10**30, "list": [1, (2, 3)], "bytes": b"raw", "decimal": decimal.Decimal("1.10"),
        "nan": float("nan"), "infinite": [float("inf"), float("-inf")], "empty": {},
        "decimal-nan": decimal.Decimal("NaN"), "decimal-in": {"a": [decimal.Decimal("1E+3")]},
        "set": {1}, "date": datetime.date(2026, 1, 2), "uuid": uuid.UUID(int=5), "range": range(2),
        "enum": Colour.RED, "int-enum": Number.ONE, "dictionary": Dictionary(a=1), "rows": Rows([1]),
        "row": [Row()], "named": Point(1, [2]), "named-in": [{"p": (Point(1, Point(2, b"3")),)}],
        "keys": {1: "a", None: "b", True: "c", 1.5: "d"}, "tuple-key": {(1, 2): 3},
        "float-keys": {0.1: 1, float("nan"): 2}, "object": object,
        "generator": (n for n in "ab"), "complex": 1j, "ellipsis": ..., "exception": ValueError("x"),
        "bytearray": bytearray(b"x"), "bytes-in": {b"k": [b"v", "ü".encode()]}, "bad-bytes": [b"\\xff"],
        "deep": deep, "circle": circle,
    }
    def handler(event, context):
        return VALUES[event]
"""
RETURNS = (
    *("none", "true", "text", "number", "big", "list", "bytes", "decimal", "nan", "infinite", "empty"),
    *("decimal-nan", "decimal-in", "set", "date", "uuid", "range", "enum", "int-enum", "dictionary", "rows"),
    *("row", "named", "named-in", "keys", "tuple-key", "float-keys", "object", "generator"),
    *("complex", "ellipsis", "exception", "bytearray", "bytes-in", "bad-bytes", "deep", "circle"),
)

LOGGED = """
    import logging, sys
    log = logging.getLogger()
    log.setLevel(logging.INFO)
    def handler(event, context):
        logging.info("root %s", event)
        logging.getLogger("a.b").warning("named: %d of %d", 1, 2)
        log.debug("not shown")
        log.error("over\\nlines\\n")
        log.critical("ü 漢")
        log.log(25, "odd level")
        try:
            1 / 0
        except ZeroDivisionError:
            log.exception("caught")
        log.info("with stack", stack_info=False, extra={"user": "ada", "n": {"a": 1}})
        log.info({"a": 1})
        log.info("")
        return len(log.handlers)
"""

GIVEN = (
    given("returned-unicode", RETURNED, *RETURNS, runtime="python3.13"),
    given("returned-ascii", RETURNED, *RETURNS, runtime="python3.11"),
    given(
        "printed",
        """
        import sys, os
        print("while loading")
        def handler(event, context):
            print("one")
            print("two\\nlines")
            print("no end", end="")
            print()
            print("")
            print("  indented\\tand tab  ")
            print("ü 漢 😀")
            sys.stdout.write("written\\n")
            print("carriage\\rreturn")
            print(event)
        """,
        {"a": [1, None, True]},
        "text",
        None,
    ),
    given(
        "printed-to-stderr",
        """
        import sys, warnings
        def handler(event, context):
            print("to stderr", file=sys.stderr)
            sys.stderr.write("written\\n")
        """,
    ),
    given("logged", LOGGED, {}, {"n": 1}),
    given(
        "logged-by-default",
        """
        import logging
        logging.warning("while loading")
        logging.info("below the level")
        def handler(event, context):
            logging.getLogger(__name__).warning("warned %s", __name__)
            logging.getLogger("x").info("not shown")
        """,
    ),
    given(
        "logging-configured",
        """
        import logging
        logging.basicConfig(level=logging.DEBUG, format="%(message)s")
        own = logging.getLogger("own")
        own.propagate = False
        own.addHandler(logging.StreamHandler())
        def handler(event, context):
            logging.debug("basicConfig changes nothing here")
            own.error("by a handler of its own")
            return [type(h).__name__ for h in logging.getLogger().handlers][1:]
        """,
    ),
    given(
        "raised",
        """
        import json
        class Own(Exception):
            def __str__(self):
                return "own words"
        def deep(n):
            if n:
                return deep(n - 1)
            raise ValueError("at the bottom")
        def chained():
            try:
                {}["key"]
            except KeyError as error:
                raise RuntimeError("from a key") from error
        def handler(event, context):
            if event == "deep": return deep(3)
            if event == "own": raise Own(1, 2)
            if event == "empty": raise Exception
            if event == "key": return {}["userId"]
            if event == "none": return event["a"]
            if event == "chained": return chained()
            if event == "json": return json.loads(None)
            if event == "lines": raise ValueError("two\\n  lines")
            if event == "unicode": raise ValueError("ü 漢 😀")
            if event == "group": raise ExceptionGroup("several", [ValueError(1), TypeError("b")])
            if event == "stop": raise StopIteration("x")
            if event == "assert": assert 1 == 2, "one is not two"
            if event == "os": open("/nowhere/at/all")
            if event == "number": raise ValueError(42)
            if event == "eval": exec("raise ValueError('in a string')")
            return event.missing
        """,
        *("deep", "own", "empty", "key", "none", "chained", "json", "lines", "unicode", "group", "stop"),
        *("assert", "os", "number", "eval", "else"),
    ),
    given(
        "raised-unicode",
        """
        def handler(event, context):
            raise ValueError("ü 漢 😀 \\x00")
        """,
        runtime="python3.13",
    ),
    given(
        "surrogate",
        """
        def handler(event, context):
            return "\\ud800"
        """,
        runtime="python3.13",
    ),
    given(
        "signature",
        """
        def handler(event):
            return event
        """,
    ),
    given(
        "asynchronous",
        """
        async def handler(event, context):
            return 1
        """,
    ),
    given(
        "a-class",
        """
        class handler:
            def __init__(self, event, context):
                self.event = event
        """,
    ),
    given("missing-module", "import requests_of_nobody\ndef handler(event, context): pass"),
    given("missing-name", "from os import nothing_such\ndef handler(event, context): pass"),
    given("no-such-file", "def handler(event, context): pass", handler="elsewhere.handler"),
    given("no-such-function", "def other(event, context): pass"),
    given("no-dot", "def handler(event, context): pass", handler="index"),
    given("built-in", "def handler(event, context): pass", handler="sys.handler"),
    given("syntax", "def handler(event, context)\n    return 1\n"),
    given("indentation", "def handler(event, context):\n    a = 1\n      return a\n"),
    given("not-callable", "handler = {}\n"),
    given(
        "fails-while-loading",
        """
        import os
        def table():
            return os.environ["TABLE_NAME_OF_NOBODY"]
        TABLE = table()
        def handler(event, context):
            return TABLE
        """,
    ),
    Given(
        "packages",
        {
            "app/__init__.py": "print('package')\n",
            "app/users/__init__.py": "",
            "app/users/api.py": "from app import shared\n\ndef handler(e, c):\n    return shared.name()\n",
            "app/shared.py": "def name():\n    return [__name__, __file__]\n",
        },
        "app/users/api.handler",
        ({},),
    ),
    Given(
        "dotted",
        {"app/api.py": "def handler(e, c):\n    return e['missing']\n"},
        "app.api.handler",
        ({},),
    ),
    given(
        "context",
        """
        def handler(event, context):
            left = context.get_remaining_time_in_millis()
            names = sorted(name for name in dir(context) if not name.startswith("_"))
            return [names, type(context).__name__, context.function_name, context.function_version,
                    context.memory_limit_in_mb, context.client_context, context.identity.cognito_identity_id,
                    isinstance(left, int), 0 < left <= 3000, context.tenant_id]
        """,
    ),
    given(
        "state-between-invocations",
        """
        import os, sys
        seen = []
        def handler(event, context):
            seen.append(event)
            return [seen, os.getcwd() == os.environ["LAMBDA_TASK_ROOT"], __name__]
        """,
        1,
        2,
        3,
    ),
    given("exits", "import sys\ndef handler(event, context):\n    print('before')\n    sys.exit(3)\n"),
)
