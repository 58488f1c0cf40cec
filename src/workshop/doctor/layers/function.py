"""The function: may it run, and does its package hold the handler that it is to call?"""

from __future__ import annotations

from workshop.doctor.aws import Plain
from workshop.doctor.cause import Cause
from workshop.doctor.context import Context

NAME = "function and its package"
ACTIVE = ("Active", "Inactive", None)
"""An inactive function is made active by a request (Lambda Developer Guide, *Lambda function states*)."""
MOST_SHOWN = 10


def examine(context: Context) -> list[Cause]:
    """Broken where it is not active, may not run at all, or its handler is not in the package."""
    settings = context.configuration or {}
    if settings.get("State") not in ACTIVE or settings.get("LastUpdateStatus") == "Failed":
        return [_not_active(context, settings)]
    if context.reply.is_fine:
        return []
    name = context.function.name
    reserved = context.aws.ask("lambda", "GetFunctionConcurrency", FunctionName=name) or {}
    if reserved.get("ReservedConcurrentExecutions") == 0:
        return [_no_concurrency(context)]
    return _package(context, settings)


def sound(context: Context) -> str:
    settings = context.settings
    return (
        f"{context.function.name} is {settings.get('State', 'there')}, "
        f"{settings.get('Runtime', 'an image')}, "
        f"handler {settings.get('Handler', 'in the image')}"
    )


def _package(context: Context, settings: Plain) -> list[Cause]:
    handler = str(settings.get("Handler", ""))
    if settings.get("PackageType") == "Image" or settings.get("Layers") or not handler:
        return []
    package = context.package
    file, name = package.handler_file(handler)
    if not file:
        return [file_missing(context, handler, package.names)]
    said = context.seen_invocation
    error = package.syntax_error()
    if error and (said is None or "UserCodeSyntaxError" in said.text):
        return [syntax_error(context, f"{error[0]}:{error[1]}", error[2])]
    exports = package.exports(file)
    if name in exports or (said is not None and "HandlerNotFound" not in said.text):
        return []
    return [] if error else [handler_missing(context, file, name, exports)]


def file_missing(context: Context, handler: str, names: tuple[str, ...]) -> Cause:
    module = handler.rpartition(".")[0]
    shown = ", ".join(sorted(names, key=lambda one: (one.count("/"), one))[:MOST_SHOWN])
    return Cause(
        "handler-file-missing",
        f"Lambda is to call `{handler}`, but the function's package has no file {module}.py, {module}.mjs or "
        f"{module}.js.",
        "Handler: app.handler   # FILE.FUNCTION, the file without its ending; CodeUri: its folder",
        _set_handler(context),
        (f"files in the package: {shown}",),
    )


def handler_missing(context: Context, file: str, name: str, exports: tuple[str, ...]) -> Cause:
    handler = context.settings.get("Handler", "")
    there = ", ".join(exports[:MOST_SHOWN])
    return Cause(
        "handler-missing",
        f"Lambda is to call `{handler}`, but {file} has no `{name}` that could be called: it was "
        "renamed there, or is not exported.",
        f"Handler: {handler.rpartition('.')[0]}.NAME   # the name in {file}; or call it {name} again",
        _set_handler(context),
        (f"{file} has: {there}",) if there else (),
    )


def syntax_error(context: Context, place: str, message: str) -> Cause:
    return Cause(
        "syntax-error",
        f"The code does not even start: {place or 'it'} has a syntax error ({message}).",
        "CodeUri: .   # mend the line, then: workshop deploy",
        f"aws lambda update-function-code --function-name {context.function.name} --zip-file fileb://code.zip",
        tuple(filter(None, (place,))),
    )


def _not_active(context: Context, settings: Plain) -> Cause:
    why = settings.get("StateReason") or settings.get("LastUpdateStatusReason") or "no reason is given"
    state = settings.get("State")
    how = "its last update failed" if state in ACTIVE else f"it is in the state {state}"
    name = context.function.name
    return Cause(
        "function-not-active",
        f"The function {name} does not run as it should, as {how}: {why}.",
        "Type: AWS::Lambda::Function   # what the reason names",
        f"aws lambda get-function-configuration --function-name {name}",
    )


def _no_concurrency(context: Context) -> Cause:
    name = context.function.name
    return Cause(
        "no-concurrency",
        f"The function {name} has a reserved concurrency of 0, so Lambda refuses every invocation of it.",
        "ReservedConcurrentExecutions: 10   # or leave the line out",
        f"aws lambda delete-function-concurrency --function-name {name}",
        (f"the answer: {context.reply.shown}", "the function's log has no line of this request"),
    )


def _set_handler(context: Context) -> str:
    name = context.function.name
    return f"aws lambda update-function-configuration --function-name {name} --handler FILE.FUNCTION"
