"""`workshop deploy --sam`: the real `sam build` and `sam deploy`, and what was typed for you."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from workshop.addons.sam_cli import environment, sam
from workshop.deploy import FellShort, NotAnswered, guard, stack
from workshop.deploy.artifacts import bucket_name, make_bucket
from workshop.deploy.run import Interrupted, Order, confirm
from workshop.deploy.template import read
from workshop.errors import Problem
from workshop.target import AwsAccount

Run = Callable[[list[str], Path, Mapping[str, str]], int]
"""Runs a command in a folder and an environment, its output as it comes; its exit code."""


def deploy(order: Order, run: Run | None = None) -> Mapping[str, str]:
    """Builds and deploys the folder of `order`'s template with the SAM CLI; the stack's outputs.

    SAM asks itself whether the changes may be made, but for `--yes`. Raises FellShort where SAM fails,
    NotAnswered if nobody is there to be asked, Interrupted on Ctrl-C.
    """
    if not order.in_terminal and not order.yes:
        raise NotAnswered(
            f"the stack {order.prefix}",
            "nobody is there to answer what `sam deploy` asks (no terminal)",
            "a yes",
            f"if its changes may be made unasked: {order.again} --yes",
        )
    if isinstance(order.target, AwsAccount):
        _prepare(order, order.target)
    folder = order.template.resolve().parent
    command, environ = sam(order.clone, order.say), environment(order.target)
    order.say(f"These are the commands; to type them yourself, first: {_before(order, folder)}")
    for arguments in (["build"], _deploy(order)):
        order.say(f"\n$ sam {shlex.join(arguments)}")
        _step([str(command), *arguments], folder, environ, order, run or _run)
    now = stack.state(order.target.session().client("cloudformation"), order.prefix)
    return now.outputs if now else {}


def _deploy(order: Order) -> list[str]:
    return [
        "deploy",
        "--stack-name",
        order.prefix,
        *_bucket(order),
        "--capabilities",
        "CAPABILITY_IAM",
        "--no-confirm-changeset" if order.yes else "--confirm-changeset",
        "--no-fail-on-empty-changeset",
        "--tags",
        f"workshop={order.prefix}",
    ]


def _bucket(order: Order) -> list[str]:
    """Where the code goes: on AWS to the learner's own bucket, as SAM's is one for the whole account."""
    if order.target.kind != "aws":
        return ["--resolve-s3"]
    return ["--s3-bucket", bucket_name(order.prefix, order.target)]


def _prepare(order: Order, account: AwsAccount) -> None:
    """What stands before an account; then the bucket. Raises Problem, NotAnswered."""
    if account.boundary:
        raise Problem(
            f"the target, {account.where}",
            "it asks for a permissions boundary, which `sam deploy` cannot put into roles",
            "a deployment without SAM",
            order.again.replace(" --sam", ""),
        )
    session = account.session()
    guard.refuse_stranger(account, order.prefix, stack.state(session.client("cloudformation"), order.prefix))
    confirm(order, read(order.template))
    make_bucket(session, account, order.prefix)


def _before(order: Order, folder: Path) -> str:
    """What a shell needs before the commands: the folder, and the environment of the target."""
    if isinstance(order.target, AwsAccount):
        choice = f"AWS_PROFILE={shlex.quote(order.target.profile)} AWS_REGION={order.target.region}"
        return f"cd {shlex.quote(str(folder))} && export {choice} AWS_IGNORE_CONFIGURED_ENDPOINT_URLS=true"
    port = order.target.url.rpartition(":")[2]
    return f'cd {shlex.quote(str(folder))} && eval "$(sandbox env --port {port})"'


def _step(command: list[str], folder: Path, environ: Mapping[str, str], order: Order, run: Run) -> None:
    try:
        ended = run(command, folder, environ)
    except KeyboardInterrupt as error:
        raise Interrupted(
            "You have stopped SAM. If it had begun to deploy, CloudFormation goes on by itself with the "
            f"stack {order.prefix}.\nTo deploy again: {order.again}"
        ) from error
    if ended != 0:
        what = shlex.join(["sam", *command[1:2]])
        raise FellShort(
            f"{what}, in {folder}",
            f"it ended with exit code {ended}; its own words are above",
            "exit code 0",
            f"mend what it names, then: {order.again}",
        )


def _run(command: list[str], folder: Path, environ: Mapping[str, str]) -> int:
    return subprocess.run(command, cwd=folder, env=dict(environ), check=False).returncode
