"""The command `sandbox`."""

from __future__ import annotations

import os
import re
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from sandbox.dynamodb.replicas import Lag, parse_lag
from sandbox.settings import DEFAULT_ACCOUNT, DEFAULT_PORT, DEFAULT_REGION, DEFAULT_STATE, Settings

if TYPE_CHECKING:
    from sandbox.house import House

app = typer.Typer(
    name="sandbox",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="A local AWS: DynamoDB, IAM, STS, Lambda, CloudWatch Logs, S3, API Gateway.\n\n"
    "    sandbox serve --port 4566\n\n"
    '    eval "$(sandbox env)" && aws dynamodb list-tables',
)

# What would lead AWS tools elsewhere, or refuse an endpoint of one's own.
_LEADING_ELSEWHERE = (
    "AWS_PROFILE",
    "AWS_DEFAULT_PROFILE",
    "AWS_SESSION_TOKEN",
    "AWS_SECURITY_TOKEN",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
    "AWS_USE_FIPS_ENDPOINT",
    "AWS_USE_DUALSTACK_ENDPOINT",
)
_SERVICE_ENDPOINT = re.compile(r"AWS_ENDPOINT_URL_[A-Z0-9_]+")

Port = Annotated[int, typer.Option(help="TCP port on 127.0.0.1; 0 takes a free one.", min=0, max=65535)]


@app.command()
def serve(
    port: Port = DEFAULT_PORT,
    state: Annotated[
        Path | None,
        typer.Option(
            help=f"Folder in which everything is kept, and is there at the next start [{DEFAULT_STATE}]."
        ),
    ] = None,
    ephemeral: Annotated[
        bool, typer.Option("--ephemeral", help="Keep nothing: what was made is gone at the end.")
    ] = False,
    replication_lag: Annotated[
        str,
        typer.Option(
            metavar="MEDIAN,LONGEST",
            help="How long DynamoDB's second follower lacks a write, in milliseconds; 0: never.",
        ),
    ] = str(Lag()),
    seed: Annotated[int, typer.Option(help="What is left to chance goes by it.")] = 0,
) -> None:
    """Run the sandbox until Ctrl-C.

    sandbox serve --port 4600
    """
    from concurrent.futures import ThreadPoolExecutor

    from sandbox.functions.runtimes import describe_runtimes
    from sandbox.serving import CannotServe, run

    try:
        lag = parse_lag(replication_lag)
    except ValueError as error:
        _fail(f"--replication-lag: {error}", 2)
    if ephemeral and state is not None:
        _fail("--ephemeral keeps nothing, --state says where to keep it: leave one of them out.", 2)
    kept = None if ephemeral else state or DEFAULT_STATE
    settings = Settings(port=port, state=kept, replication_lag=lag, seed=seed)
    # The interpreters are asked for their versions (0.5 s) while moto is imported.
    with ThreadPoolExecutor(1) as pool:
        runtimes = pool.submit(describe_runtimes)
        try:
            run(settings, lambda house: _announce(house, runtimes.result()))
        except CannotServe as error:
            _fail(str(error), 2)


def _announce(house: House, runtimes: list[str]) -> None:
    for note in runtimes:
        print(f"  {note}", file=sys.stderr)
    path = house.store.path
    about = f"state in {path}, {house.store.size() / 1e6:.1f} MB" if path else "nothing is kept: --ephemeral"
    print(f"  {about}", file=sys.stderr)
    settings = house.settings
    print(
        f"sandbox ready on {settings.url} (account {settings.account}, region {settings.region}, "
        f"keys test/test); Ctrl-C ends it",
        flush=True,
    )


@app.command()
def env(
    port: Port = DEFAULT_PORT,
    account: Annotated[str, typer.Option(help="The account to be administrator of.")] = DEFAULT_ACCOUNT,
) -> None:
    """Print shell exports that point AWS tools at the sandbox.

    eval "$(sandbox env --port 4600)"
    """
    if not (account.isdigit() and len(account) == 12):
        _fail(f"An account is twelve digits; --account is '{account}'.", 2)
    url = Settings(port=port).url
    endpoints = sorted(name for name in os.environ if _SERVICE_ENDPOINT.fullmatch(name))
    for name in (*_LEADING_ELSEWHERE, *endpoints):
        print(f"unset {name}")
    hosts = [h for h in os.environ.get("NO_PROXY", "").split(",") if h]
    hosts += [h for h in ("127.0.0.1", "localhost") if h not in hosts]
    values = {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "test" if account == DEFAULT_ACCOUNT else account,
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": DEFAULT_REGION,
        "AWS_DEFAULT_REGION": DEFAULT_REGION,
        "AWS_PAGER": "",
        "NO_PROXY": ",".join(hosts),
        "no_proxy": ",".join(hosts),
    }
    for name, value in values.items():
        print(f"export {name}={shlex.quote(value)}")


@app.command()
def logs(
    function: Annotated[str, typer.Argument(help="A function's name, or a log group's.")] = "",
    port: Port = DEFAULT_PORT,
    follow: Annotated[
        bool, typer.Option("--follow", "-f", help="Go on with new lines until Ctrl-C.")
    ] = False,
) -> None:
    """Print the log lines of a function; without a name, the log groups there are.

    sandbox logs workshop-users --follow
    """
    from sandbox import log_view

    try:
        log_view.show(Settings(port=port).url, function, follow=follow, write=print)
    except log_view.NothingToShow as error:
        _fail(str(error), 1)
    except KeyboardInterrupt:  # how one ends --follow
        return


@app.command()
def explain(
    request: Annotated[
        str, typer.Argument(metavar="[ID|last]", help="A request's id, or a trace's.", show_default=False)
    ] = "last",
    port: Port = DEFAULT_PORT,
    json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Say why IAM allowed or denied what a request asked for, the last one or the one named.

    sandbox explain last

    This is a read-only operation.
    """
    from sandbox import explain_view
    from sandbox.decisions import NothingToExplain

    try:
        explain_view.show(Settings(port=port).url, request, json, print)
    except (explain_view.NoSandbox, NothingToExplain) as error:
        _fail(str(error), 1)


@app.command()
def reset(
    port: Port = DEFAULT_PORT,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Empty the running sandbox: all accounts, on disk too. It goes on as if just made.

    sandbox reset --port 4600
    """
    from sandbox.emptying import NotEmptied, empty

    url = Settings(port=port).url
    if not yes:
        typer.confirm(
            f"Everything in the sandbox at {url} goes: tables, functions, stacks, logs. Go on?", abort=True
        )
    try:
        empty(url)
    except NotEmptied as error:
        _fail(str(error), 1)
    print(f"The sandbox at {url} is empty.")


@app.command()
def setup() -> None:
    """Install what the Node.js runtime needs: the AWS SDK for JavaScript, once.

    sandbox setup
    """
    from sandbox.functions import node_sdk

    try:
        print(f"AWS SDK for JavaScript v3: {node_sdk.install()}")
    except node_sdk.InstallError as error:
        _fail(str(error), 1)


def _fail(message: str, code: int) -> NoReturn:
    print(message, file=sys.stderr)
    raise typer.Exit(code)


def main() -> None:
    """Entry point of the console script."""
    app()
