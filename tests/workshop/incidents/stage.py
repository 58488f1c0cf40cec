"""A clone with a folder of lab 5, and a deployed stack that is broken and mended from it."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
import weakref
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import requests

from tests.repository.sources import ROOT
from workshop.doctor import asking
from workshop.doctor.asking import Wish
from workshop.figures.decisions import leaf
from workshop.incidents import INCIDENTS, breaking, mending, places, record
from workshop.incidents.pick import seed_of
from workshop.incidents.places.function import keep_package
from workshop.incidents.stack import locate
from workshop.incidents.symptom import observe
from workshop.target import Target

PREFIX = "workshop"


@dataclass
class Stage:
    """target: where the stack is. clone: with the workshop's answers, and a folder of lab 5."""

    target: Target
    clone: Path

    @property
    def folder(self):
        return self.clone / "work" / record.LAB

    @cached_property
    def stack(self):
        return locate(self.target, PREFIX, self.clone)

    def break_by(self, *ids, kind):
        """The ticket of these incidents, on a stack that is known to be well."""
        incidents = [INCIDENTS[one] for one in ids]
        seed = seed_of(incidents, kind)
        return breaking.open_on(self.stack, self.folder, seed, len(incidents))

    def as_of(self, ticket, kind):
        """The same ticket, as if it were about the other API."""
        incident = ticket.parts[0].incident
        answer = ticket.answer if incident.load else observe(self.stack, kind, incident.request).as_dict()
        request = ticket.request | {"api": kind, "url": self.stack.url(kind, incident.request.path)}
        return replace(ticket, request=request, answer=answer)

    def mend(self):
        return mending.mend(self.target, PREFIX, self.clone)

    def diagnose(self, ticket):
        """What the doctor says of the ticket's request."""
        data = ticket.shown_by.data()
        return asking.diagnose(self.target, ticket.request["url"], Wish(ticket.request["method"], data))

    def decision(self, ticket):
        """Where the decision tree leads with what the ticket's request shows."""
        moment = int(time.time() * 1000)
        asked, data = ticket.request, ticket.shown_by.data()
        headers = {"content-type": "application/json"}
        answer = requests.request(asked["method"], asked["url"], data=data, headers=headers, timeout=30)
        logs = self.target.session().client("logs")
        group = ticket.before["configuration"]["LogGroup"]
        told = logs.filter_log_events(logGroupName=group, startTime=moment)["events"]
        lines = [event["message"] for event in told]
        return leaf(answer.status_code, any(line.startswith("START") for line in lines), lines)

    def write(self, layer, cause, **evidence):
        """diagnosis.yaml; names of evidence with _ for -."""
        lines = [f"layer: {layer}", f"cause: {cause}", "evidence:"]
        lines += [f"  {name.replace('_', '-')}: {json.dumps(text)}" for name, text in evidence.items()]
        (self.folder / "diagnosis.yaml").write_text("\n".join(lines))


def stage(target) -> Stage:
    """A stage with a clone of its own, which goes with it."""
    clone = Path(tempfile.mkdtemp(prefix="clone-"))
    (clone / "work" / record.LAB).mkdir(parents=True)
    (clone / "solutions").symlink_to(ROOT / "solutions")
    made = Stage(target, clone)
    weakref.finalize(made, shutil.rmtree, clone, ignore_errors=True)
    return made


@contextmanager
def broken_by(target, incident_id):
    """The stack of a target, broken by an incident as long as this lasts."""
    kept, incident = stage(target), INCIDENTS[incident_id]
    there = kept.stack
    before = places.read(there)
    keep_package(there, before["code"])
    try:
        incident.break_it(there, incident.kinds[0])
        yield
    finally:
        places.restore(kept.stack, before, incident.places)
