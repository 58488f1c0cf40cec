"""The whole walk of `workshop deploy`: read, package, clear the way, ask, execute, watch, report."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from workshop.addons.bundler import esbuild
from workshop.deploy import FellShort, NotAnswered, change_set, guard, losses, stack
from workshop.deploy.artifacts import bucket_name, upload, upload_template
from workshop.deploy.boundary import with_boundary
from workshop.deploy.change_set import ChangeSet
from workshop.deploy.events import Event, Failure, first_failure
from workshop.deploy.explain import explain, plain
from workshop.deploy.obstacles import Obstacle, WayOut, obstacle
from workshop.deploy.origin import origins
from workshop.deploy.package import packaged_text, packages
from workshop.deploy.plan import custom_named, plan
from workshop.deploy.template import Template, read
from workshop.deploy.view import Say, watching
from workshop.target import TAG, Target

Ask = Callable[[str], bool]
SUCCEEDED = ("CREATE_COMPLETE", "UPDATE_COMPLETE")


class Interrupted(Exception):
    """Ctrl-C while CloudFormation works; the message says what goes on by itself."""


@dataclass(frozen=True)
class Order:
    """What is to be deployed, where, and how people are talked to.

    prefix: the stack's name, too. again: the command to type for the same once more. ask: None where
    nobody can answer; it returns whether the answer was yes. clone: where tools are installed on demand.
    yes: whether every question has its yes already. lab: its number; 0 where it is none.
    """

    template: Path
    target: Target
    prefix: str
    again: str
    say: Say
    ask: Ask | None
    clone: Path
    in_terminal: bool = False
    yes: bool = False
    lab: int = 0


class Deployment:
    """One deployment, from the template to the outputs."""

    def __init__(self, order: Order) -> None:
        self.order = order
        self.stack = order.prefix
        self.session = order.target.session()
        self.cloudformation = self.session.client("cloudformation")

    def run(self) -> Mapping[str, str]:
        """Deploys, and returns the stack's outputs.

        Raises FellShort if the template or the deployment fails, NotAnswered without a yes, Interrupted on
        Ctrl-C once CloudFormation works.
        """
        template = read(self.order.template)
        # Whatever is wrong with files is said before anything is sent.
        made = packages(template, lambda: esbuild(self.order.clone, self.order.say))
        confirm(self.order, template)
        try:
            was = self.clear_the_way(template)
            uploaded = upload(self.session, self.order.target, self.order.prefix, made)
            if uploaded:
                self.order.say(f"Uploaded {len(uploaded)} package(s) of code.")
            text = packaged_text(template, made, bucket_name(self.order.prefix, self.order.target))
            self.change(template, with_boundary(text, self.order.target), was)
        except ClientError as error:
            raise self.refused(template, error) from error
        now = stack.state(self.cloudformation, self.stack)
        return now.outputs if now else {}

    def clear_the_way(self, template: Template) -> stack.State | None:
        """Brings the stack into a state that takes a change set; returns it, None if it is to be created."""
        while True:
            state = stack.state(self.cloudformation, self.stack)
            guard.refuse_stranger(self.order.target, self.order.prefix, state)
            found = obstacle(state)
            if found.way_out is WayOut.UPDATE:
                return state
            if state is None or found.way_out is WayOut.CREATE:
                return state
            self.take(found, state, template)

    def take(self, found: Obstacle, state: stack.State, template: Template) -> None:
        """Takes the way out, after asking where it has to be asked."""
        if found.way_out is WayOut.WAIT:
            self.order.say(found.why)
            self.watch(state.id, stack.before_this_operation(self.cloudformation, state.id))
            return
        known = frozenset(
            event.id for event in stack.events_after(self.cloudformation, state.id, frozenset())
        )
        if found.way_out is WayOut.DELETE:
            if state.protected:
                reason = f"Stack [{state.name}] cannot be deleted while TerminationProtection is enabled"
                raise self.failed(template, Failure("", "", state.status, reason), "Nothing was changed.")
            self.ask([found.why], found.question)
            self.cloudformation.delete_stack(StackName=state.id)
            wanted = "DELETE_COMPLETE"
        else:
            self.ask([found.why], found.question)
            self.cloudformation.continue_update_rollback(StackName=state.id)
            wanted = "UPDATE_ROLLBACK_COMPLETE"
        events = self.watch(state.id, known)
        if events[-1].status != wanted:
            raise self.failed(template, _first(events), _stuck(state.name, _first(events)))

    def change(self, template: Template, text: str, was: stack.State | None) -> None:
        """Makes the change set, asks what has to be asked, and executes it."""
        made = change_set.create(
            self.cloudformation,
            self.stack,
            is_new=was is None or was.status == "REVIEW_IN_PROGRESS",
            stack_was_there=was is not None,
            template=self.body(text),
            tags={TAG: self.order.prefix},
        )
        if made.is_empty:
            change_set.put_away(self.cloudformation, made, stack_was_there=True)
            self.order.say(f"No change: the stack {self.stack} is what {template.file} says already.")
            return
        try:
            self.agree(template, made)
        except BaseException:  # Ctrl-C at the question too
            change_set.put_away(self.cloudformation, made, was is not None)
            raise
        known = frozenset(
            event.id for event in stack.events_after(self.cloudformation, made.stack_id, frozenset())
        )
        self.cloudformation.execute_change_set(ChangeSetName=made.id, StackName=made.stack_id)
        events = self.watch(made.stack_id, known)
        if events[-1].status not in SUCCEEDED:
            raise self.failed(template, _first(events), self.headline(events))
        for event in events:
            if event.status == "DELETE_FAILED":  # in the clean-up, which does not fail an update
                self.order.say(f"{event.physical_id} could not be deleted and stays: {plain(event.reason)}")

    def body(self, text: str) -> dict[str, str]:
        """The template as CreateChangeSet takes it: in the call, or by way of the bucket if it is long."""
        if len(text.encode()) <= change_set.INLINE_BYTES:
            return {"TemplateBody": text}
        return {"TemplateURL": upload_template(self.session, self.order.target, self.order.prefix, text)}

    def agree(self, template: Template, made: ChangeSet) -> None:
        """Says what will change. Raises FellShort if it cannot be, NotAnswered if it may not be."""
        if made.failed:
            raise self.failed(template, Failure("", "", "", made.reason), "Nothing was changed.")
        refusal = custom_named(template, made.changes, self.order.again)
        if refusal:
            raise refusal
        for line in plan(made.changes):
            self.order.say(line)
        dynamodb = self.session.client("dynamodb") if losses.tables(made.changes) else None
        lost = losses.losses(made.changes, lambda table: losses.count_items(dynamodb, table))
        said = [losses.sentence(loss) for loss in lost if not loss.must_be_asked]
        for sentence in (*said, *losses.kept(made.changes)):
            self.order.say(sentence)
        asked = [loss for loss in lost if loss.must_be_asked]
        if asked:
            came_with = origins(self.order.clone)
            keep = losses.way_to_keep(asked, came_with, self.order.lab)
            self.ask([*losses.sentences(asked, came_with), *keep], "Deploy, and lose this?")

    def ask(self, why: list[str], question: str) -> None:
        """Says why, and asks. Raises NotAnswered without a yes, or if there is nobody to ask."""
        ask(self.order, why, question)

    def watch(self, stack_id: str, known: frozenset[str]) -> list[Event]:
        """Shows what CloudFormation does until it is done. Raises Interrupted on Ctrl-C."""
        try:
            with watching(self.order.say, self.order.in_terminal) as show:
                return stack.follow(self.cloudformation, stack_id, known, show)
        except KeyboardInterrupt as error:
            raise Interrupted(
                f"You have stopped looking; CloudFormation goes on by itself with the stack {self.stack}.\n"
                f"To look again: aws cloudformation describe-stack-events --stack-name {self.stack} "
                "--query 'StackEvents[].[LogicalResourceId,ResourceStatus]' --output table\n"
                f"To wait until it is over and deploy again: {self.order.again}"
            ) from error

    def headline(self, events: list[Event]) -> str:
        """What became of the stack, and what that means for the next time."""
        status = events[-1].status
        words = {
            "ROLLBACK_COMPLETE": "what was made is taken back, and only the stack's name is left. "
            "The next deployment deletes that first, and asks you",
            "UPDATE_ROLLBACK_COMPLETE": "everything is as it was before",
        }
        return f"The deployment failed. The stack {self.stack} is {status}" + (
            f": {words[status]}." if status in words else "."
        )

    def failed(self, template: Template, failure: Failure, headline: str) -> FellShort:
        return explain(template, failure, headline, self.order.again, self.stack)

    def refused(self, template: Template, error: ClientError) -> FellShort:
        """What is told of an error that an API call answered. Raises it again if the service is at fault."""
        said: dict[str, Any] = error.response["Error"]
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 400)
        if status >= 500 and said.get("Code") != "NotImplemented":
            raise error
        reason = f"{error.operation_name}: {said.get('Code')}: {said.get('Message', '')}"
        return self.failed(template, Failure("", "", "", reason), f"{error.operation_name} was refused.")


def confirm(order: Order, template: Template) -> None:
    """Shows what will be made in an account, and asks. Raises NotAnswered; an emulator needs no yes."""
    lines = list(guard.what_is_made(order.target, order.prefix, template))
    if lines:
        ask(order, lines, guard.QUESTION)


def ask(order: Order, why: list[str], question: str) -> None:
    """Says why, and asks. Raises NotAnswered without a yes, or if there is nobody to ask."""
    if order.ask is None:
        found = "\n             ".join([*why, f"{question} Nobody is there to answer (no terminal)"])
        do_next = f"if that is what you want: {order.again} --yes"
        raise NotAnswered(f"the stack {order.prefix}", found, "a yes", do_next)
    for line in why:
        order.say(line)
    if not order.ask(question):
        found = f"{question} You did not say yes"
        do_next = f"to be asked again: {order.again}"
        raise NotAnswered(f"the stack {order.prefix}", found, "a yes", do_next)


def _first(events: list[Event]) -> Failure:
    """The first reason; where no event has one, the state that the stack ended in."""
    return first_failure(events) or Failure("", "", events[-1].status, events[-1].reason)


def _stuck(stack_name: str, failure: Failure) -> str:
    """What is said of a way out that did not lead out."""
    told = f"{failure.logical_id} stands in the way: the stack {stack_name} is stuck."
    if failure.status != "DELETE_FAILED":
        return told
    return (
        f"{told} If it is to stay, leave it behind:\n"
        f"aws cloudformation delete-stack --stack-name {stack_name} --retain-resources {failure.logical_id}"
    )
