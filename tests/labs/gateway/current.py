"""What is configured in an API, beside what its stage serves."""

from __future__ import annotations

from collections.abc import Iterator

from tests.labs.gateway.api import Api
from tests.labs.gateway.messages import CHECK
from workshop.checking.message import Message

STAGE_BEHIND = Message(
    saw="the stage `{stage}` of the {kind} {id} does not serve what is configured: {differences}",
    expected="a stage that serves the API as it is configured now",
    why="A deployment is a snapshot. Whoever deploys next puts all of these changes live at once, without "
    "knowing.",
    next_step=f"{{deploy_command}}; then: {CHECK}",
)

MOST_SHOWN = 5


def check_current(api: Api) -> None:
    """End the check unless the stage serves what is configured, no more and no less."""
    differences = list(_differences(api))
    if differences:
        shown = "; ".join(differences[:MOST_SHOWN]) + ("; …" if len(differences) > MOST_SHOWN else "")
        STAGE_BEHIND.fail(
            kind=api.kind, id=api.id, stage=api.stage, differences=shown, deploy_command=api.deploy_command
        )


def _differences(api: Api) -> Iterator[str]:
    configured, serves = api.configured, api.serves
    for place in sorted(configured.keys() | serves.keys()):
        name = place[1] if place[1].startswith("$") else " ".join(place)
        if place not in serves:
            yield f"{name} is configured, and not served"
        elif place not in configured:
            yield f"{name} is served, and not configured any more"
        elif configured[place] != serves[place]:
            yield f"{name} is served by another integration than is configured"
