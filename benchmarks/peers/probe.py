"""What a probe is: one fact of tests/sandbox/cases.yaml, asked through boto3 and HTTP only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from benchmarks.peers.world import NotOurs, World

LAYERS = ("dynamodb", "iam", "lambda", "gateway", "deploy")
PROBES: list[Probe] = []


@dataclass(frozen=True)
class Probe:
    """case: the recorded fact's id. says: what AWS does, in one sentence. run: raises unless it is so."""

    case: str
    layer: str
    says: str
    run: Callable[[World], None]


class Differs(Exception):
    """What was seen in place of what AWS does."""


def probe(case: str, layer: str, says: str) -> Callable[[Callable[[World], None]], Callable[[World], None]]:
    """Registers a probe."""

    def register(run: Callable[[World], None]) -> Callable[[World], None]:
        PROBES.append(Probe(case, layer, says, run))
        return run

    return register


def ask(probe: Probe, world: World) -> str | None:
    """None where the world answers as AWS does, else what was seen. Whatever is raised is a difference."""
    try:
        probe.run(world)
    except Exception as error:  # of any kind: a server that crashes or does not answer differs, too
        first = (str(error).strip() or type(error).__name__).splitlines()[0]
        return (
            first
            if isinstance(error, Differs | NotOurs | ClientError)
            else f"{type(error).__name__}: {first}"
        )
    return None


def expect(holds: Any, seen: Any) -> None:
    """Raises Differs with what was seen, unless it holds."""
    if not holds:
        raise Differs(str(seen)[:200])


def refused(code: str, words: str, call: Callable[..., Any], /, **parameters: Any) -> None:
    """Expects that a call is refused with this code and with these words in its message."""
    try:
        call(**parameters)
    except ClientError as error:
        found = error.response["Error"]
        expect(found["Code"] == code and words in found.get("Message", ""), found)
    else:
        raise Differs("the call succeeds")
