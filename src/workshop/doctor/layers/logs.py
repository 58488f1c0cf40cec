"""The log of this request: how did the function end?

What AWS services said to the function is for the layers behind this one.
"""

from __future__ import annotations

import re

from workshop.doctor import loglines, tables, variables
from workshop.doctor.aws import Unread
from workshop.doctor.aws_errors import find_error
from workshop.doctor.cause import Cause
from workshop.doctor.context import Context
from workshop.doctor.layers import function
from workshop.doctor.loglines import Invocation, Trouble

NAME = "log of the request"
SERVER_ERROR = 500
GAVE_UP = (503, 504)
"""An HTTP API's and a REST API's answer where the integration is too slow."""
TIMED_OUT = "Task timed out"
TIMED_OUT_JSON = '{ $.record.status = "timeout" }'
_TOLD = (TIMED_OUT, '"platform.report"')
"""What the one line has that each such invocation has."""
_MODULE = re.compile(
    r"No module named '(?P<python>[\w.]+)'|Cannot find (?:module|package) '(?P<node>[^']+)'"
    r"|cannot import name '(?P<name>\w+)'"
)
_SYNTAX = re.compile(r"\((?P<file>[\w./-]+), line (?P<line>\d+)\)")
_OF_2_0 = re.compile(
    r"'(?:http|rawPath|routeKey|rawQueryString)'|reading '(?:method|sourceIp)'|requestContext\.http"
)
_OF_1_0 = re.compile(r"'(?:httpMethod|resource|path|resourcePath)'|reading '(?:toUpperCase|toLowerCase)'")
_READS_2_0 = re.compile(r"\brouteKey\b|\brawPath\b|requestContext\W+(?:get\W+)?http\b")
_READS_1_0 = re.compile(r"\bhttpMethod\b|\bresourcePath\b|\bevent\W{1,3}(?:path|resource)\b")
_VARIABLE = re.compile(r"^'(?P<name>[A-Z][A-Z0-9_]+)'$")


def examine(context: Context) -> list[Cause]:
    """Broken where the log shows that the function failed, for a reason of its own."""
    said = context.invocation
    if said is None:
        return []
    if said.timed_out:
        return [] if _throttled(context) else [_timed_out(context, _line_of(said, TIMED_OUT))]
    if not said.ended and context.reply.status in GAVE_UP and context.reply.by_gateway:
        return [_api_gave_up(context)]
    runtime = _by_runtime(context, said)
    if runtime:
        return [runtime]
    trouble = said.trouble
    if trouble is None or find_error(said.words) is not None:
        return []
    return _by_error(context, trouble) if _has_failed(context, trouble) else []


def sound(context: Context) -> str:
    said = context.invocation
    if context.events is None:
        return f"there is no log group {context.log_group}: what the function does leaves no trace"
    if said is None:
        unsaid = (
            "; at the function's SystemLogLevel, WARN, Lambda writes none" if context.logs_no_frame else ""
        )
        return f"{context.log_group} has no line of this request{unsaid}"
    error = find_error(said.words)
    how = f"and was told {error.code} by a service" if error else "and ended without an error of its own"
    return f"{context.log_group} shows that the function ran (RequestId {said.request_id}), {how}"


def earlier_timeout(context: Context) -> Cause | None:
    """The cause, where requests before this one ran out of time under the configuration as it is now.

    Raises Unread.
    """
    lines = [one for one in context.recent(TIMED_OUT, TIMED_OUT_JSON) if _tells(str(one["message"]))]
    since = loglines.milliseconds(str(context.settings.get("LastModified", "")))
    found = [str(one["message"]) for one in lines if int(one["timestamp"]) >= since]
    if not found:
        return None
    return _timed_out(context, found[-1], len(found))


def _tells(message: str) -> bool:
    return any(sign in message for sign in _TOLD)


def _has_failed(context: Context, trouble: Trouble) -> bool:
    return not trouble.caught or (context.reply.status or 0) >= SERVER_ERROR


def _throttled(context: Context) -> bool:
    """Whether the time went by while the SDK repeated what DynamoDB refused."""
    try:
        return bool(tables.throttled(context))
    except Unread:
        return False


def _line_of(said: Invocation, phrase: str) -> str:
    """The last line with this phrase; without one, the last."""
    return next((line for line in reversed(said.lines) if phrase in line), said.lines[-1])


def _timed_out(context: Context, line: str, earlier: int = 0) -> Cause:
    name = context.function.name
    timeout = float(context.settings.get("Timeout", 3))
    before = f"{earlier} of the last requests were" if earlier else "it was"
    return Cause(
        "timeout",
        f"The function takes longer than its Timeout of {timeout:g} s: {before} ended by Lambda before there "
        "was an answer.",
        "Timeout: 10",
        f"aws lambda update-function-configuration --function-name {name} --timeout 10",
        (loglines.shortened(line), *_slow_table(context)),
        despite_answer=bool(earlier),
    )


def _slow_table(context: Context) -> tuple[str, ...]:
    """That a provisioned table may be what takes the time."""
    try:
        one = tables.asked(context)
        table = tables.described(context, one) if one and one.name else None
    except Unread:
        return ()
    if table is None or not tables.is_provisioned(table):
        return ()
    repeats = "the SDK repeats what it refuses, until the time is over"
    return (f"the table {table['TableName']} is {tables.capacity(table)}: {repeats}",)


def _api_gave_up(context: Context) -> Cause:
    made = context.integration
    seconds = f"{made.seconds:g} s" if made else "about 30 s"
    return Cause(
        "integration-timeout",
        f"The function was still at work when API Gateway stopped waiting for it, after {seconds}.",
        "TimeoutInMillis: 29000   # the most an HTTP API waits is 30 s; leave slow work to a queue",
        context.log_command,
        (f"the answer: {context.reply.shown}",),
    )


def _by_runtime(context: Context, said: Invocation) -> Cause | None:
    """The cause of an error that Lambda's runtime names by a type of its own."""
    kind, text = said.runtime_error, said.trouble.text if said.trouble else ""
    if "UserCodeSyntaxError" in kind:
        found = _SYNTAX.search(text)
        place = f"{found['file']}:{found['line']}" if found else _place_of_syntax(said)
        return function.syntax_error(context, place, text)
    if "HandlerNotFound" in kind or "MalformedHandlerName" in kind:
        handler = str(context.settings.get("Handler", ""))
        file = handler.rpartition(".")[0]
        return function.handler_missing(context, file, handler.rpartition(".")[2], ())
    if "ImportModuleError" in kind or "No module named" in text:
        return _module(context, text, said)
    size, used = said.memory
    if "OutOfMemory" in kind or (size and used >= size and "signal: killed" in said.text):
        return _memory(context, size, used)
    if "ResponseSizeTooLarge" in kind:
        return _too_large(context)
    if "ExitError" in kind:
        return _exited(context, said)
    return None


def _module(context: Context, text: str, said: Invocation) -> Cause:
    found = _MODULE.search(text)
    name = (found["python"] or found["node"] or found["name"]) if found else "a module"
    handler = str(context.settings.get("Handler", ""))
    if name.rpartition("/")[2] == handler.rpartition(".")[0]:
        return function.file_missing(context, handler, ())
    place = said.trouble.place if said.trouble else ""
    return Cause(
        "module-missing",
        f"The code imports `{name}`, which is neither in the function's package nor part of the runtime, so "
        "it does not start.",
        "CodeUri: .   # with the module in it: sam build, or pip install --target, or npm install",
        f"aws lambda update-function-code --function-name {context.function.name} --zip-file fileb://code.zip",
        tuple(filter(None, (loglines.shortened(text), place))),
    )


def _place_of_syntax(said: Invocation) -> str:
    found = re.search(r"/var/task/(?P<file>[\w./-]+):(?P<line>\d+)", said.text)
    return f"{found['file']}:{found['line']}" if found else ""


def _memory(context: Context, size: int, used: int) -> Cause:
    size = size or int(context.settings.get("MemorySize", 128))
    return Cause(
        "out-of-memory",
        f"The function used up its {size} MB of memory and was ended by Lambda.",
        f"MemorySize: {2 * size}",
        f"aws lambda update-function-configuration --function-name {context.function.name} --memory-size "
        f"{2 * size}",
        (f"REPORT: Memory Size {size} MB, Max Memory Used {used} MB",),
    )


def _exited(context: Context, said: Invocation) -> Cause:
    last = said.own[-1] if said.own else said.lines[-1]
    return Cause(
        "process-exited",
        "The function's process ended by itself in the middle of the request, without an answer.",
        "CodeUri: .   # take the call out that ends the process: sys.exit, process.exit",
        context.log_command,
        (loglines.shortened(last),),
    )


def _too_large(context: Context) -> Cause:
    return Cause(
        "malformed-result",
        "The function's result is larger than the 6 MB that Lambda passes on.",
        "CodeUri: .   # answer in pages: limit and next",
        context.log_command,
    )


def _by_error(context: Context, trouble: Trouble) -> list[Cause]:
    """The cause of an error of the code's own."""
    made = context.integration
    payload = made.payload if made else ""
    other = {"1.0": ("2.0", _OF_2_0), "2.0": ("1.0", _OF_1_0)}.get(payload)
    if (
        other
        and trouble.type in ("KeyError", "TypeError", "AttributeError")
        and other[1].search(trouble.text)
        and _is_written_for(context, other[0])
    ):
        return [_payload(context, payload, other[0], trouble)]
    variable = _VARIABLE.match(trouble.text)
    known = context.settings.get("Environment", {}).get("Variables", {})
    if trouble.type == "KeyError" and variable and variable["name"] not in known:
        return [variable_missing(context, variable["name"], trouble.line, trouble.place)]
    if trouble.type == "MemoryError":
        return [_memory(context, 0, 0)]
    where = f" in {trouble.place}" if trouble.place else ""
    how = (
        "the handler caught it and answered an error itself"
        if trouble.caught
        else "nothing in the code catches it"
    )
    return [
        Cause(
            "handled-error" if trouble.caught else "unhandled-exception",
            f"The function's own code fails with {trouble.type}: {trouble.text.rstrip('.')}{where}; {how}.",
            "CodeUri: .   # mend that line, then: workshop deploy",
            context.log_command,
            (trouble.line,),
        )
    ]


def _is_written_for(context: Context, payload: str) -> bool:
    """Whether the source reads events of this payload format and not of the other. Raises Unread."""
    source = context.package.source
    reads = {"1.0": bool(_READS_1_0.search(source)), "2.0": bool(_READS_2_0.search(source))}
    return reads.pop(payload) and not any(reads.values())


def _payload(context: Context, sent: str, expected: str, trouble: Trouble) -> Cause:
    made = context.integration
    return Cause(
        "payload-format",
        f"The {context.api.kind} sends its events in payload format {sent}, and the code reads them as "
        f"format {expected}.",
        f'PayloadFormatVersion: "{expected}"',
        f"aws apigatewayv2 update-integration --api-id {context.api.id} --integration-id "
        f"{made.id if made else 'ID'} --payload-format-version {expected}",
        tuple(filter(None, (trouble.line, trouble.place))),
    )


def variable_missing(context: Context, name: str, *seen: str) -> Cause:
    return Cause(
        "variable-missing",
        f"The code reads the environment variable {name}, and the function has none of that name.",
        f"Environment: {{Variables: {{{name}: !Ref UsersTable}}}}",
        variables.command(context, name, "VALUE"),
        tuple(filter(None, seen)),
    )
