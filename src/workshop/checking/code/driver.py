"""Runs in the learner's process: imports the Python module and calls its functions, as it is told.

    python -I driver.py SETTINGS      (JSON, see languages.py)

What the code prints goes to standard output; every message to the grader, one line of JSON each, through
the socket `fd`. This file is loaded alone: it knows the workshop's values.py beside it, and boto3.
"""

from __future__ import annotations

import gc
import importlib
import importlib.util
import inspect
import io
import json
import os
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import suppress
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, SourceFileLoader
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any, NoReturn

_MOST_TEXT = 8000
_MOST_FRAMES = 30
_to_json = json.JSONEncoder(separators=(",", ":")).encode  # kept: the learner's code may replace json's own
_from_json = json.JSONDecoder().decode


def main() -> None:
    gc.disable()  # there is no garbage yet, and the search for it is a sixth of the start
    settings = _from_json(sys.argv[1])
    sys.argv = [settings["file"]]
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)  # what was printed before a crash is not lost
    channel = Channel(socket.socket(fileno=settings["fd"]), settings["lost"])
    values = load_values()
    recorder = Recorder(channel, values)
    table = make_table(settings, recorder)
    code = Code(Path(settings["file"]))
    signal.signal(signal.SIGUSR1, lambda _, frame: channel.send({"kind": "where", **code.where(frame)}))
    gc.freeze()
    gc.enable()
    channel.send({"kind": "started"})
    signal.alarm(settings["alarm"])  # ends this process if the grader is gone by then
    try:
        module = code.load(settings["name"])
    except BaseException as error:
        flush()
        channel.send({"kind": "failed", "error": code.describe(error)})
        return
    signal.alarm(0)
    flush()
    channel.send({"kind": "ready"})
    for line in channel.lines():
        request = _from_json(line)
        recorder.call = request["call"]
        signal.alarm(settings["alarm"])
        answer = run(module, table, request, code, values)
        signal.alarm(0)
        flush()
        text = _to_json({"kind": "answer", "call": request["call"], **answer})
        if len(text) > settings["answer"]:
            text = _to_json({"kind": "answer", "call": request["call"], "too_large": len(text)})
        channel.write(text)


def run(
    module: ModuleType, table: Any, request: dict[str, Any], code: Code, values: ModuleType
) -> dict[str, Any]:
    """Call one function; the answer as a message."""
    function = getattr(module, request["function"], None)
    if not callable(function):
        return {"missing": [name for name, one in vars(module).items() if inspect.isfunction(one)]}
    try:
        arguments = [values.decode(one) for one in request["arguments"]]
        named = {name: values.decode(one) for name, one in request["named"].items()}
        value = function(table, *arguments, **named)
        return {"value": values.encode(value), "not_json": values.not_json(value)}
    except BaseException as error:
        return {"error": code.describe(error, function)}


def flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        with suppress(Exception):  # closed or replaced by the learner's code
            stream.flush()


class Channel:
    """The socket to the grader. A process that the learner's code forks does not have it."""

    def __init__(self, end: socket.socket, lost: int) -> None:
        end.set_inheritable(False)
        self._end = end
        self._lost = lost
        self._lock = threading.RLock()
        os.register_at_fork(after_in_child=lambda: os.close(end.detach()))

    def send(self, message: dict[str, Any]) -> None:
        self.write(_to_json(message))

    def write(self, text: str) -> None:
        try:
            with self._lock:
                self._end.sendall(text.encode() + b"\n")
        except OSError:
            os._exit(self._lost)  # the learner's code closed it, or forked the process that this is

    def lines(self) -> Iterator[str]:
        try:
            with self._end.makefile("rb") as lines:
                yield from (line.decode() for line in lines)
        except OSError:
            os._exit(self._lost)


class Recorder:
    """Tells the grader of every AWS operation that boto3 calls in this process, on whatever client.

    By botocore's own hook for new sessions, and by its events: before-parameter-build, last of all,
    has the parameters in DynamoDB's types; before-call comes when they are valid, once however often
    the request is tried.
    """

    def __init__(self, channel: Channel, values: ModuleType) -> None:
        self.call = 0
        self._channel = channel
        self._values = values
        self._count = 0

    def watch(self, session: Any) -> None:
        session.get_component("event_emitter").register_last("before-parameter-build", self._parameters)
        session.register("before-call", self._sent)
        session.register("after-call", self._answered)
        session.register("after-call-error", self._failed)

    def _parameters(self, params: Any, context: dict[str, Any], **_: Any) -> None:
        context["workshop"] = {"parameters": self._values.encode(params)}

    def _sent(self, model: Any, context: dict[str, Any], **_: Any) -> None:
        self._count += 1
        context["workshop"]["number"] = self._count
        self._channel.send(
            {
                "kind": "sent",
                "call": self.call,
                "number": self._count,
                "operation": model.name,
                "parameters": context["workshop"]["parameters"],
            }
        )

    def _answered(self, http_response: Any, parsed: Any, context: dict[str, Any], **_: Any) -> None:
        if http_response.status_code >= 300:
            self._refused(context, parsed.get("Error", {}).get("Code", str(http_response.status_code)))

    def _failed(self, exception: Exception, context: dict[str, Any], **_: Any) -> None:
        self._refused(context, type(exception).__name__)

    def _refused(self, context: dict[str, Any], code: str) -> None:
        number = context["workshop"]["number"]
        self._channel.send({"kind": "refused", "call": self.call, "number": number, "code": code})


def make_table(settings: dict[str, Any], recorder: Recorder) -> Any:
    """The boto3 Table resource that every function gets first."""
    import boto3
    import botocore.session
    from botocore.config import Config

    botocore.register_initializer(recorder.watch)
    config = Config(
        connect_timeout=3,
        read_timeout=8,
        retries={"mode": "standard", "total_max_attempts": 3},
        proxies={} if settings["url"] else None,  # an account may be behind the network's proxy
    )
    core = botocore.session.get_session()
    # It would look through the folders of all 400 services whether there is this one.
    core.get_component("data_loader").list_available_services = lambda type_name: ["dynamodb"]
    session = boto3.Session(region_name=settings["region"], botocore_session=core)
    return session.resource("dynamodb", endpoint_url=settings["url"] or None, config=config).Table(
        settings["table"]
    )


class Code:
    """The learner's files."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.folder = str(file.parent)

    def load(self, name: str) -> ModuleType:
        """Import the module `name`; modules beside it can be imported too."""
        sys.path.insert(0, self.folder)
        sys.path_hooks.insert(0, self._finder)
        return importlib.import_module(name)

    def _finder(self, path: str) -> FileFinder:
        if path != self.folder and not path.startswith(self.folder + os.sep):
            raise ImportError
        return FileFinder(path, (Fresh, SOURCE_SUFFIXES))

    def describe(self, error: BaseException, function: Any = None) -> dict[str, Any]:
        """An error, and the innermost place in the learner's own files."""
        frames = traceback.extract_tb(error.__traceback__)
        own = [(frame.filename, frame.lineno) for frame in frames if self._is_own(frame.filename)]
        if isinstance(error, SyntaxError) and error.filename and self._is_own(error.filename):
            own.append((error.filename, error.lineno))
        if not own and isinstance(error, TypeError):  # called with arguments it does not take
            code = getattr(function, "__code__", None)
            own += (
                [(code.co_filename, code.co_firstlineno)] if code and self._is_own(code.co_filename) else []
            )
        file, line = own[-1] if own else (None, None)
        kind, message = type(error).__name__, text_of(error)
        if isinstance(error, SystemExit):
            kind, message = "Exited", f"it called sys.exit({error.code!r})"[:_MOST_TEXT]
        return {
            "kind": kind,
            "message": message,
            "file": os.path.relpath(file, self.folder) if file else None,
            "line": line,
            "traceback": self._traceback(error),
            "code": aws_code(error),
        }

    def where(self, frame: FrameType | None) -> dict[str, Any]:
        """Where the code is now: the innermost place in the learner's own files."""
        stack = traceback.extract_stack(frame)
        own = [at for at in stack if self._is_own(at.filename)]
        if not own:
            return {"file": None, "line": None, "traceback": ""}
        lines = traceback.format_list(stack[stack.index(own[0]) :])[-_MOST_FRAMES:]
        return {
            "file": os.path.relpath(own[-1].filename, self.folder),
            "line": own[-1].lineno,
            "traceback": self._shown("".join(lines)),
        }

    def _is_own(self, filename: str) -> bool:
        return filename.startswith(self.folder + os.sep) and "site-packages" not in filename

    def _traceback(self, error: BaseException) -> str:
        at = error.__traceback__
        while at is not None and not self._is_own(at.tb_frame.f_code.co_filename):
            at = at.tb_next  # this file's own frames, and the import system's
        try:
            lines = traceback.format_exception(type(error), error, at, limit=-_MOST_FRAMES)
        except Exception:  # the learner's own __str__
            return text_of(error)
        return self._shown("".join(lines))

    def _shown(self, text: str) -> str:
        return text.replace(self.folder + os.sep, "")[-_MOST_TEXT:]


class Fresh(SourceFileLoader):
    """Imports what the file says now: bytecode can be of another version written in the same second."""

    def path_stats(self, path: str) -> NoReturn:
        raise OSError


def text_of(error: BaseException) -> str:
    try:
        return str(error)[:_MOST_TEXT]
    except Exception as other:  # the learner's own __str__
        return f"(its __str__ raises {type(other).__name__})"


def aws_code(error: BaseException) -> str | None:
    response = getattr(error, "response", None)
    code = response.get("Error", {}).get("Code") if isinstance(response, dict) else None
    return code if isinstance(code, str) else None


def load_values() -> ModuleType:
    """The module values.py beside this file, which is not on the path."""
    loader = SourceFileLoader("workshop_values", str(Path(__file__).with_name("values.py")))
    spec = importlib.util.spec_from_loader(loader.name, loader)
    assert spec is not None
    module = sys.modules[loader.name] = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


if __name__ == "__main__":
    main()
