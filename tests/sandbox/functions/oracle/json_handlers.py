"""Handlers of functions whose log format is JSON, for the two runtimes that are compared.

What Lambda itself filters by level is not compared: no handler logs below the level of its function.
"""

from __future__ import annotations

from tests.sandbox.functions.oracle.handlers import LOGGED, Given, given

IN_JSON: tuple[Given, ...] = (
    given("json-logged", LOGGED, {}, {"n": 1}, level="INFO"),
    given(
        "json-printed",
        """
        import json, logging, sys
        print("while loading")
        logging.warning("below no handler of its own")
        def handler(event, context):
            print("plain", {"a": 1})
            print(json.dumps({"level": "INFO", "message": "by hand"}))
            print("no end", end="")
            logging.getLogger(__name__).info("after it")
            print("to stderr", file=sys.stderr)
            context.log("by the context")
        """,
        level="INFO",
    ),
    given(
        "json-levels",
        """
        import logging
        log = logging.getLogger()
        def handler(event, context):
            for level in (1, 5, 9, 10, 15, 25, 30, 39, 50, 60, 1000):
                log.log(level, "at %d", level)
            logging.addLevelName(25, "NOTICE")
            log.log(25, "named")
            logging.getLogger("lazy").setLevel(logging.ERROR)
            logging.getLogger("lazy").warning("not shown")
            return logging.getLevelName(log.level)
        """,
        level="TRACE",
    ),
    given(
        "json-level-of-the-function",
        """
        import logging
        log = logging.getLogger("a.b")
        logging.getLogger().info("not shown")
        def handler(event, context):
            log.warning("not shown")
            log.error("shown")
            logging.disable(logging.CRITICAL)
            log.error("not shown")
            logging.disable(logging.NOTSET)
            return logging.getLogger().level
        """,
        level="ERROR",
    ),
    given(
        "json-messages",
        """
        import datetime, decimal, logging
        log = logging.getLogger("messages")
        class Own:
            def __str__(self): return "own words"
        def handler(event, context):
            log.info({"user": "ada", "n": [1, None], "when": datetime.date(2026, 1, 2)})
            log.info({"a": 1}, {"b": 2})
            log.info("%(name)s", {"name": "ada"})
            log.info(Own())
            log.info(None)
            log.info([1, 2])
            log.info("ü 漢 😀 \\u2028 \\x00\\n\\tend \\"quoted\\"")
            extra = {"user": "ada", "sum": decimal.Decimal("1.10"), "own": Own(), "none": None}
            more = {"deep": {"a": {1}}, "level": "mine", "tenant": 0, "taskName": "t"}
            log.info("extra", extra=extra | more)
            log.info("stack", stack_info=True)
            log.info({1: "one", None: "none"})
        """,
        level="INFO",
    ),
    given(
        "json-exceptions",
        """
        import logging
        log = logging.getLogger()
        class Own(Exception):
            def __str__(self): return "own words"
        def inner(): raise Own(1)
        def handler(event, context):
            try:
                inner()
            except Own as error:
                log.exception("caught %s", "it")
                log.error("by name", exc_info=error)
                log.warning({"dict": True}, exc_info=True)
                log.info("extra", exc_info=True, extra={"errorType": "mine", "more": 1})
            log.error("outside", exc_info=False)
            if event: return event["missing"]
            raise ExceptionGroup("several", [ValueError("ü"), Own()])
        """,
        {"a": 1},
        {},
        level="INFO",
    ),
    given("json-fails-while-loading", "import nothing_of_this_name\ndef handler(e, c): pass", level="INFO"),
    given(
        "json-own-formatter",
        """
        import logging
        root = logging.getLogger()
        root.handlers[0].setFormatter(logging.Formatter("%(levelname)s %(aws_request_id)s %(message)s"))
        def handler(event, context):
            root.warning("as text")
            return [type(one).__name__ for one in root.handlers][1:]
        """,
        level="INFO",
    ),
)
