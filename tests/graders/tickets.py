"""Submissions of lab 5: a ticket, its diagnosis as it was sealed, and what was done to the stack since.

What a submission (tests/graders/submission.py) says below `ticket:`; all of it may be left out:

    incident: put-item-missing      what was broken; a list of two for a ticket with `--together 2`
    kind: RestApiUrl                the API it is about
    layer, cause                    as sealed, where they are not right; of two causes, of the second
    evidence: {form: …}             as `workshop seal` has verified it, where it is not right: log evidence
                                    has text and lines, a call text, service, operation, parameters, shows
    seal: in time                   or `never`, `late`, `first` (of two causes the first only)
    file: {layer: …}                diagnosis.yaml, where it says something else than what was sealed
    closed: [incident, …]           other tickets, closed before; three of different causes
    by: check                       who closed this one: check or mend; open if left out
    answered: 404                   what the request was answered
    opened: false                   no ticket is open
    record: "…"                     incidents.json, whole
    was: {place: {…}}               what the record says was there before, where it is not what is there
    live: true                      what runs is judged too; else the ticket is about another account's stack
    prepare: [calls]                AWS calls before the incident
    mended: false                   the incident is left as it is; else all is put back
    (calls, edits: after that, as in every submission; {package} is the code with the edits)
    built: [calls]                  a stack built by these calls, with the conventional names
    own: true                       in an account of its own: it leaves something that cannot be put back

All others share one stack for each language in a worker, and put it back at the end.
"""

from __future__ import annotations

import atexit
import json
import secrets
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from botocore.exceptions import ClientError

from tests.graders.calls import Calls
from tests.graders.submission import Language, Submission, copy_of, deploy
from tests.repository.sources import ROOT
from workshop.errors import Problem
from workshop.incidents import INCIDENTS, Incident, places, record
from workshop.incidents.diagnosis import FILE, Diagnosis
from workshop.incidents.incident import KINDS
from workshop.incidents.pick import seed_of
from workshop.incidents.places import PLACES
from workshop.incidents.places.function import keep_package
from workshop.incidents.record import LAB, Part, Ticket
from workshop.incidents.stack import Stack, locate
from workshop.progress import now
from workshop.target import Target

Plain = Mapping[str, Any]
STACK = "workshop"
DEFAULT = "put-item-missing"
CLOSED = ("route-path-wrong", "no-status-code", "reserved-concurrency-zero")
SHOWN = {"status": 500, "body": '{"message": "Internal server error"}', "counts": {}, "left": []}
DENIED = (
    '{{"level": "ERROR", "error": "An error occurred (AccessDeniedException) when calling the PutItem '
    "operation: User: arn:aws:sts::1:assumed-role/r/f is not authorized to perform: dynamodb:PutItem on "
    'resource: {arn} because no identity-based policy allows the dynamodb:PutItem action"}}'
)
QUIET = ("START RequestId: 1 Version: $LATEST", '{"level": "INFO", "route": "GET /users", "status": 200}')
LINES: Mapping[str, tuple[str, ...]] = {
    "put-item-missing": (DENIED,),
    "arn-of-another-region": (DENIED,),
    "arn-one-letter-off": (DENIED,),
    "explicit-deny": ("[ERROR] AccessDeniedException: … with an explicit deny in an identity-based policy",),
    "boundary-without-the-table": ("AccessDeniedException: no permissions boundary allows the action",),
    "body-not-a-string": QUIET,
    "no-status-code": QUIET,
    "unhandled-exception": ("[ERROR] KeyError: 'x-tenant'",),
    "syntax-error": ("[ERROR] Runtime.UserCodeSyntaxError: Syntax error in module 'app'",),
    "handler-renamed": ("[ERROR] Runtime.HandlerNotFound: Handler 'handler' missing on module 'app'",),
    "key-name-wrong": (
        "[ERROR] ValidationException: One or more parameter values were invalid: Missing the key",
    ),
    "one-write-unit": ("[ERROR] ProvisionedThroughputExceededException: exceeded",),
    "table-name-wrong": ("AccessDeniedException: on resource: arn:aws:dynamodb:r:1:table/t-users",),
}
"""Lines that show an incident, in the function's log; `{arn}` is the table's."""

CALLS: Mapping[str, tuple[str, str, str]] = {
    "route-path-wrong": ("apigatewayv2", "GetRoutes", '"RouteKey": "POST /user"'),
    "route-method-wrong": ("apigatewayv2", "GetRoutes", '"RouteKey": "PUT /users"'),
    "change-not-deployed": ("apigateway", "GetExport", '"paths": {'),
    "invoke-permission-missing": ("lambda", "GetPolicy", "ResourceNotFoundException"),
    "permission-of-another-api": ("lambda", "GetPolicy", "execute-api"),
    "trust-of-another-service": ("iam", "GetRole", "ec2.amazonaws.com"),
    "integration-by-a-role": ("apigatewayv2", "GetIntegrations", '"CredentialsArn": "arn:aws:iam'),
    "integration-to-a-missing-alias": ("apigatewayv2", "GetIntegrations", ":function:f:live"),
    "reserved-concurrency-zero": ("lambda", "GetFunctionConcurrency", '"ReservedConcurrentExecutions": 0'),
}
"""Calls that show an incident of which no log tells: service, operation, and words of its answer."""


@dataclass
class Standing:
    """A deployed stack, and what it is like when nobody has broken it."""

    target: Target
    outputs: Mapping[str, str]
    stack: Stack
    whole: Plain

    def put_back(self) -> bool:
        """Whether everything is again what it was."""
        with suppress(ClientError, Problem):  # what is gone cannot be put back
            places.restore(self.stack, self.whole, frozenset(PLACES))
            return places.read(self.stack) == self.whole
        return False


def build(url: str, language: Language, by: Sequence[Plain] = ()) -> Standing:
    """The stack of lab 5, in an account of its own; deployed, or built by calls."""
    account = f"{secrets.randbelow(9 * 10**11) + 10**11}"
    target = Target("sandbox", url, account, "us-east-1", access_key=account)
    with tempfile.TemporaryDirectory() as work:
        folder = copy_of(ROOT / "labs" / LAB, Path(work, LAB), language)
        if by:
            outputs: Mapping[str, str] = {}
            Calls(target, outputs, folder).make(by)
        else:
            outputs = deploy(folder / "template.yaml", target)
    stack = locate(target, STACK, clone())
    whole = places.read(stack)
    keep_package(stack, whole["code"])
    return Standing(target, outputs, stack, whole)


@cache
def clone() -> Path:
    """A clone in which incidents find the answers, and keep packages aside; it goes with the process."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    (Path(folder.name) / "solutions").symlink_to(ROOT / "solutions")
    return Path(folder.name)


_standing: dict[tuple[str, str], Standing] = {}


@contextmanager
def standing_for(url: str, language: Language, said: Plain) -> Iterator[Standing]:
    """The one stack of this language in this process, put back at the end; or one for it alone."""
    if said.get("own") or "built" in said:
        yield build(url, language, said.get("built", ()))
        return
    there = _standing.pop((url, language), None) or build(url, language)
    yield there
    if not said.get("live") or there.put_back():
        _standing[url, language] = there


def grade(submission: Submission, target: Target, work: Path) -> Any:
    """The results of lab 5's checks for a submission."""
    from tests.graders.proving import check

    said = submission.ticket or {}
    with standing_for(target.url, submission.language, said) as standing:
        folder = submission.write(work)
        calls, before = calls_on(standing, folder), standing.whole
        if "prepare" in said:
            calls.make(said["prepare"])
            before = places.read(standing.stack)
        ticket = ticket_of(said, before, standing.target)
        note(folder, said, ticket)
        if said.get("live"):
            _break_and_mend(standing, said, before, ticket)
            calls.make(submission.calls)
        return check(LAB, standing.target, work)


def _break_and_mend(standing: Standing, said: Plain, before: Plain, ticket: Ticket) -> None:
    """What happened to the stack, but for the submission's own calls."""
    for part in reversed(ticket.parts):
        part.incident.break_it(standing.stack, ticket.kind)
    if said.get("mended", True):
        changed = [part.incident.places for part in ticket.parts]
        places.restore(standing.stack, before, frozenset().union(*changed))


def calls_on(standing: Standing, folder: Path) -> Calls:
    """Calls that may also speak of what a REST and an HTTP API hold."""
    calls = Calls(standing.target, standing.outputs, folder)
    http, rest = standing.whole["http"], standing.whole["rest"]
    for key, one in http["Routes"].items():
        name = one["RouteKey"].replace(" /", "_").replace("/{userId}", "_one")
        calls.names[f"route_{name}"] = key
        calls.names[f"integration_{name}"] = one["Target"].rpartition("/")[2]
    for key, one in rest["Resources"].items():
        calls.names[f"resource_{one['path'].strip('/').replace('/{userId}', '_one')}"] = key
    calls.names |= {
        "LogGroup": standing.whole["configuration"]["LogGroup"],
        "TableArn": standing.whole["table"]["TableArn"],
        "FunctionArn": standing.whole["configuration"]["FunctionArn"],
        "deployment": standing.whole["rest"]["Stages"]["prod"]["deploymentId"],
    }
    return calls


@cache
def _seed(names: tuple[str, ...], kind: str) -> int:
    return seed_of([INCIDENTS[name] for name in names], kind)


def ticket_of(said: Plain, before: Plain, target: Target) -> Ticket:
    """The ticket that a submission tells of."""
    given = said.get("incident", DEFAULT)
    names = (given,) if isinstance(given, str) else tuple(given)
    incidents = tuple(INCIDENTS[name] for name in names)
    kind = said.get("kind") or next(one for one in KINDS if all(one in each.kinds for each in incidents))
    was = {name: {**before[name], **said.get("was", {}).get(name, {})} for name in before}
    sealed = {"in time": len(names), "late": len(names), "first": 1, "never": 0}[said.get("seal", "in time")]
    parts = tuple(
        _part(one, said if one is incidents[-1] else {}, was) if number < sealed else Part(one)
        for number, one in enumerate(incidents)
    )
    asked = incidents[0].request
    return Ticket(
        seed=_seed(names, kind),
        together=len(names),
        opened_at=now(),
        target={
            "kind": target.kind,
            "account": target.account if said.get("live") else "111111111111",
            "region": target.region,
        },
        prefix=STACK,
        request={
            "method": asked.method,
            "path": asked.path,
            "api": kind,
            "url": f"…{asked.path}",
            "load": incidents[0].load,
        },
        before=was,
        parts=parts,
        answer={**SHOWN, "status": said.get("answered", SHOWN["status"])},
        closed_at=now() if "by" in said else None,
        closed_by=said.get("by"),
    )


def _part(incident: Incident, said: Plain, before: Plain) -> Part:
    found = _found(incident, before) | said.get("evidence", {})
    form = "call" if found["form"] == "call" else found["form"]
    written = Diagnosis(
        said.get("layer", incident.layer),
        said.get("cause", incident.causes[0]),
        form,
        found["text"],
        found.get("shows", ""),
    )
    fine = {"at": now(), "status": incident.request.status, "body": '{"users": [], "userId": "ada"}'}
    seen = {**fine, "shows": False} if said.get("seal") == "late" else {**SHOWN, "shows": True}
    return Part(incident, written.as_dict(), found, seen, now())


def _found(incident: Incident, before: Plain) -> dict[str, Any]:
    """Evidence that shows the incident, as `workshop seal` notes it."""
    if incident.id in CALLS:
        service, operation, words = CALLS[incident.id]
        text = f"{service} {operation}"
        asked = {"service": service, "operation": operation, "parameters": {}}
        return {"form": "call", "text": text, "shows": words, **asked}
    lines = [
        line.format(arn=before["table"]["TableArn"]) if "{arn}" in line else line
        for line in LINES[incident.id]
    ]
    return {"form": "request-id", "text": "1", "request-id": "1", "line": "", "lines": lines}


def note(folder: Path, said: Plain, ticket: Ticket) -> None:
    """Write the record and diagnosis.yaml into the learner's folder."""
    if "record" in said:
        (folder / record.FILE).write_text(said["record"])
        return
    for number, name in enumerate(said.get("closed", CLOSED)):
        given = {"incident": name, "by": "check"}
        other = ticket_of(given, ticket.before, Target("sandbox", "", "1", "us-east-1", "1"))
        record.add(folder, replace(other, opened_at=f"2026-01-01T00:00:{number:02}.000+00:00"))
    if said.get("opened", True):
        record.add(folder, ticket)
    last = next((part.diagnosis for part in reversed(ticket.parts) if part.diagnosis), {})
    written = {**last, **said.get("file", {})}
    (folder / FILE).write_text(yaml.safe_dump(json.loads(json.dumps(written))))


def note_three(folder: Path) -> None:
    """Three closed tickets in a learner's folder, of a stack in another account."""
    arn = "arn:aws:iam::111111111111:role/workshop-users-role"
    before = {
        "configuration": {"FunctionName": "workshop-users", "FunctionArn": "", "Role": arn},
        "role": {"Arn": arn, "RoleId": "AROA"},
        "table": {"TableName": "workshop-users", "TableArn": "", "TableId": ""},
    }
    elsewhere = Target("sandbox", "", "111111111111", "us-east-1", "111111111111")
    for number, name in enumerate(CLOSED):
        ticket = ticket_of({"incident": name, "by": "check"}, before, elsewhere)
        record.add(folder, replace(ticket, opened_at=f"2026-01-01T00:00:{number:02}.000+00:00"))
