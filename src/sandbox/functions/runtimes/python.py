"""The Python runtime: takes events from the Runtime API and gives them to the handler.

Started as `python -I -S python.py` inside an execution environment; what it needs to know is in the
environment variables that Lambda documents. It speaks the public Runtime API only (Lambda Developer
Guide, *Using the Lambda runtime API*) and imports little, since every import is part of each cold start.
"""

from __future__ import annotations

import gc
import logging
import os
import sys
import time
import traceback
from importlib import import_module
from importlib.machinery import (
    EXTENSION_SUFFIXES,
    SOURCE_SUFFIXES,
    ExtensionFileLoader,
    FileFinder,
    SourceFileLoader,
)
from io import TextIOWrapper
from socket import IPPROTO_TCP, TCP_NODELAY, create_connection

TYPE_CHECKING = False  # what type checkers take for true; importing typing would cost each cold start 5 ms
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

sys.path.insert(0, os.path.dirname(__file__))  # noqa: PTH120 - pathlib would cost each cold start 10 ms
from lambda_context import Fault, LambdaContext  # type: ignore[import-not-found] # noqa: E402
from marshaller import Encoder, marshal, unmarshal  # type: ignore[import-not-found] # noqa: E402

levels: Any = None
if "AWS_LAMBDA_LOG_FORMAT" in os.environ or "AWS_LAMBDA_LOG_LEVEL" in os.environ:
    import leveled_logging as levels  # type: ignore[import-not-found,no-redef]

    del sys.modules["leveled_logging"]

# The handler's code may have modules of these names, and finds nothing of ours.
del sys.path[0], sys.modules["lambda_context"], sys.modules["marshaller"]

TASK_ROOT = os.environ["LAMBDA_TASK_ROOT"]
SHOWN_ROOT = "/var/task"  # where the code is on AWS: what tracebacks show
RUNTIME = "/2018-06-01/runtime"
FRAME = b"\xa5\x5a\x00\x03"  # the type of a text frame, see `write_frame`
SHOWN_LIBRARY = "/var/lang/lib/python{}.{}".format(*sys.version_info[:2])
LIBRARY = os.path.dirname(os.__file__)  # noqa: PTH120
# Where AWS's runtime calls the handler, as tracebacks show that hold no line of the function's own.
CALL = (
    "/var/runtime/bootstrap.py",
    178,
    "handle_event_request",
    "response = request_handler(event, lambda_context)",
)
UNHANDLED = (
    "LAMBDA_WARNING: Unhandled exception. The most likely cause is an issue in the function code. "
    "However, in rare cases, a Lambda runtime update can cause unexpected function behavior. For "
    "functions using managed runtimes, runtime updates can be triggered by a function change, or can "
    "be applied automatically. To determine if the runtime has been updated, check the runtime "
    "version in the INIT_START log entry. If this error correlates with a change in the runtime "
    "version, you may be able to mitigate this error by temporarily rolling back to the previous "
    "runtime version. For more information, see "
    "https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html\r"
)  # awslambdaric logs it before it reports that the init phase has failed
NO_BREAK_SPACE = "\u00a0"  # what Lambda indents a traceback's lines with, so that no log viewer trims them


class RuntimeApi:
    """A keep-alive HTTP connection to the Runtime API."""

    def __init__(self, address: str) -> None:
        self.host, _, prefix = address.partition("/")
        self.prefix = f"/{prefix}{RUNTIME}" if prefix else RUNTIME
        host, _, port = self.host.partition(":")
        self.socket = create_connection((host, int(port or 80)))
        self.socket.setsockopt(IPPROTO_TCP, TCP_NODELAY, 1)
        self.received = bytearray()
        self.unsent = b""
        self.unanswered = 0

    def post(self, path: str, body: bytes) -> None:
        """Put a message in the outbox. It travels with the next request, in one write."""
        self._put("POST", path, body)

    def next_event(self) -> tuple[dict[str, str], bytes]:
        """Send what is in the outbox and wait for an event: its headers (lower case) and its body."""
        self._put("GET", "/invocation/next")
        return self.send()

    def send(self) -> tuple[dict[str, str], bytes]:
        """Empty the outbox; the answer to the last message in it."""
        self.socket.sendall(self.unsent)
        self.unsent = b""
        for _ in range(self.unanswered - 1):
            self._read_answer()
        self.unanswered = 0
        return self._read_answer()

    def _put(self, method: str, path: str, body: bytes = b"") -> None:
        head = f"{method} {self.prefix}{path} HTTP/1.1\r\nHost: {self.host}\r\n"
        if method == "POST":
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        self.unsent += head.encode() + b"\r\n" + body
        self.unanswered += 1

    def _read_answer(self) -> tuple[dict[str, str], bytes]:
        while (end := self.received.find(b"\r\n\r\n")) < 0:
            self._receive()
        head = self.received[:end].decode("latin-1").split("\r\n")
        headers = {}
        for line in head[1:]:
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        stop = end + 4 + int(headers.get("content-length", 0))
        while len(self.received) < stop:
            self._receive()
        body = bytes(self.received[end + 4 : stop])
        del self.received[:stop]
        return headers, body

    def _receive(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            os._exit(0)  # the Lambda service is gone, and with it the reason to exist
        self.received += data


# ---- the handler's code ----------------------------------------------------------------------------


class TaskLoader(SourceFileLoader):
    """Loads the function's own modules, under the file names that they have on AWS."""

    def source_to_code(self, data: Any, path: Any, *, _optimize: int = -1) -> Any:  # type: ignore[override]
        shown = SHOWN_ROOT + os.fsdecode(path)[len(TASK_ROOT) :]
        return super().source_to_code(data, shown, _optimize=_optimize)

    def set_data(self, path: str, data: Any, *, _mode: int = 0o666) -> None:
        """Keep no bytecode: the code folder is read-only, as on AWS."""


def _task_finder(path: str) -> FileFinder:
    if path != TASK_ROOT and not path.startswith(f"{TASK_ROOT}/"):
        raise ImportError(path)
    return FileFinder(path, (ExtensionFileLoader, EXTENSION_SUFFIXES), (TaskLoader, SOURCE_SUFFIXES))


def set_import_path() -> None:
    """The function's code first, the standard library, and the SDK that Lambda brings."""
    sys.path_hooks.insert(0, _task_finder)
    sys.path.insert(0, TASK_ROOT)
    sys.path += [p for p in os.environ.get("PYTHONPATH", "").split(os.pathsep) if p]


def load_handler(name: str) -> Callable[[Any, LambdaContext], Any]:
    """The function that `module.function` names. Raises Fault, or what the module itself raises."""
    module_name, dot, function_name = name.rpartition(".")
    if not dot:
        text = f"Bad handler '{name}': not enough values to unpack (expected 2, got 1)"
        raise Fault("Runtime.MalformedHandlerName", text)
    if module_name.split(".")[0] in sys.builtin_module_names:
        text = f"Cannot use built-in module {module_name} as a handler module"
        raise Fault("Runtime.BuiltInModuleConflict", text)
    try:
        module = import_module(module_name.replace("/", "."))
    except ImportError as error:
        text = f"Unable to import module '{module_name}': {error}"
        raise Fault("Runtime.ImportModuleError", text) from error
    except SyntaxError as error:
        text = f"Syntax error in module '{module_name}': {error}"
        trace = [f'  File "{error.filename}" Line {error.lineno}\n    {error.text}']
        raise Fault("Runtime.UserCodeSyntaxError", text, trace) from error
    try:
        handler: Callable[[Any, LambdaContext], Any] = getattr(module, function_name)
    except AttributeError as error:
        text = f"Handler '{function_name}' missing on module '{module_name}'"
        raise Fault("Runtime.HandlerNotFound", text) from error
    return handler


# ---- errors ------------------------------------------------------------------------------------------


def describe(error: Exception, request_id: str = "") -> dict[str, Any]:
    """An exception as the Runtime API takes it."""
    if isinstance(error, Fault):
        kind, trace = error.error_type, error.trace
    else:
        kind = type(error).__name__
        found = traceback.extract_tb(error.__traceback__)
        # Without columns, so that no line of carets follows: Lambda's runtime has none.
        frames = [(shown(f.filename), f.lineno or 0, f.name, f.line) for f in found if f.filename != __file__]
        trace = traceback.format_list(frames or [CALL])
    return {"errorMessage": str(error), "errorType": kind, "requestId": request_id, "stackTrace": trace}


def shown(file: str) -> str:
    """Where a file of the standard library lies on AWS."""
    return SHOWN_LIBRARY + file[len(LIBRARY) :] if file.startswith(LIBRARY) else file


# ---- output ------------------------------------------------------------------------------------------


def write_frame(message: str, kind: bytes = FRAME) -> None:
    """Write one log event that may span lines.

    A frame, as Lambda's runtimes send it: type (4 bytes), length (4), microseconds since 1970 (8), text.
    It goes to standard output, so that it keeps its place among printed lines.
    """
    sys.stdout.flush()
    text = message.encode("utf-8", "replace")
    data = kind + len(text).to_bytes(4, "big") + (time.time_ns() // 1000).to_bytes(8, "big") + text
    while data:
        data = data[os.write(1, data) :]


def log_error(error: dict[str, Any]) -> None:
    if levels and levels.IS_JSON:
        write_frame(Encoder().encode(levels.of_error(error)), levels.ERROR)
        return
    words = ": ".join(word for word in (error["errorType"], error["errorMessage"]) if word)
    lines = [f"[ERROR] {words}", "Traceback (most recent call last):"]
    for entry in error["stackTrace"]:
        for line in entry.splitlines():
            text = line.lstrip(" ")
            lines.append(NO_BREAK_SPACE * (len(line) - len(text)) + text)
    write_frame("\n".join(lines))


class LogHandler(logging.Handler):
    """Sends the records of `logging` to the log, each with the request id it belongs to."""

    request_id = ""

    def emit(self, record: logging.LogRecord) -> None:
        record.aws_request_id = self.request_id
        write_frame(self.format(record))


def set_up_output() -> LogHandler:
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    logging.Formatter.converter = time.gmtime
    handler = levels.LevelHandler(write_frame) if levels else LogHandler()
    line = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s\n"
    text = logging.Formatter(line, "%Y-%m-%dT%H:%M:%S")
    handler.setFormatter(levels.JsonFormatter() if levels and levels.IS_JSON else text)
    if levels and levels.LEVEL in logging._nameToLevel:
        logging.getLogger().setLevel(levels.LEVEL)
    logging.getLogger().addHandler(handler)
    return handler


# ---- the two phases ----------------------------------------------------------------------------------


def initialise(api: RuntimeApi) -> Callable[[Any, LambdaContext], Any]:
    """The init phase: load the handler. What fails here is reported, and the environment ends."""
    try:
        return load_handler(os.environ["_HANDLER"])
    except Exception as error:
        failure = describe(error)
        logging.warning(UNHANDLED)
        log_error(failure)
        api.post("/init/error", Encoder().encode(failure).encode())
        api.send()
        sys.exit(1)


def invoke(
    handler: Callable[[Any, LambdaContext], Any], headers: dict[str, str], body: bytes
) -> tuple[str, str | bytes]:
    """The invoke phase: `(path, body)` of what is to be posted."""
    request_id = headers["lambda-runtime-aws-request-id"]
    try:
        result = marshal(handler(unmarshal(body), LambdaContext(headers)))
        return f"/invocation/{request_id}/response", result
    except Exception as error:
        failure = describe(error, request_id)
        log_error(failure)
        return f"/invocation/{request_id}/error", Encoder().encode(failure)


def main() -> None:
    if os.environ.get("LC_CTYPE") == "C.UTF-8":
        del os.environ["LC_CTYPE"]  # set by the interpreter, where the machine lacks the locale of LANG
    log_handler = set_up_output()
    set_import_path()
    api = RuntimeApi(os.environ["AWS_LAMBDA_RUNTIME_API"])
    # What is imported is no garbage: to look for some every 700 objects is a seventh of a start with boto3.
    usual = gc.get_threshold()
    gc.set_threshold(100_000)
    raised = gc.get_threshold()
    handler = initialise(api)
    if gc.get_threshold() == raised:  # else the function has set its own
        gc.set_threshold(*usual)
    while True:
        headers, body = api.next_event()
        log_handler.request_id = headers["lambda-runtime-aws-request-id"]
        os.environ["_X_AMZN_TRACE_ID"] = headers.get("lambda-runtime-trace-id", "")
        path, result = invoke(handler, headers, body)
        sys.stdout.flush()
        sys.stderr.flush()
        # What no encoding has, half of a surrogate pair, ends AWS's runtime, too.
        api.post(path, result.encode() if isinstance(result, str) else result)


if __name__ == "__main__":
    main()
