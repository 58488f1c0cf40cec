"""Lab 5, Troubleshooting: the checks.

They judge the ticket that you opened last and have not given up. What you have sealed is read from
incidents.json; the rest is asked of what runs. A ticket that passes is closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.labs import standing
from tests.labs.dynamodb.table import UsersTable
from tests.labs.troubleshooting import closing, evidence, same, sealed, symptom, tickets, wider, works
from tests.labs.troubleshooting.closing import counts
from tests.labs.troubleshooting.tickets import Watched
from workshop.checking import check, not_shown
from workshop.incidents.places import read
from workshop.incidents.record import Ticket


@pytest.fixture(scope="module")
def known() -> set[str]:
    """The names of those of this run's checks that have passed."""
    return set()


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What the checks of one run have asked already."""
    return {}


@pytest.fixture
def ticket(lab: Any) -> Ticket:
    """The ticket that is judged; the check ends where there is none."""
    return tickets.last_ticket(lab)


@pytest.fixture
def stack(lab: Any, ticket: Ticket, seen: dict[str, Any]) -> Watched:
    """The learner's stack; the check ends as not shown where the ticket is about another one."""
    tickets.demand_live(lab, ticket)
    if "stack" not in seen:
        seen["stack"] = tickets.stack_of(lab)
    return seen["stack"]


@pytest.fixture
def now(stack: Watched, seen: dict[str, Any]) -> Mapping[str, Any]:
    """All that tickets look at of the stack, as it is now."""
    if "now" not in seen:
        seen["now"] = read(stack)
    return seen["now"]


@pytest.fixture
def table(lab: Any) -> Iterator[UsersTable]:
    """The learner's table, without the check's users at the end."""
    table = UsersTable(lab)
    yield table
    table.clean()


@check(
    "The stack that tickets are about stands: table, role, function and both APIs",
    points=0,
    guide="troubleshooting#layers-below",
)
def test_layers_below(lab):
    standing.layers_below(lab)


@check("A ticket is open, or closed", points=0, guide="troubleshooting#ticket", needs=["layers-below"])
def test_ticket(lab):
    tickets.last_ticket(lab)


@check(
    "The diagnosis was sealed while the request still failed",
    guide="troubleshooting#sealed",
    needs=["ticket"],
)
@counts
def test_sealed(lab, ticket, known):
    sealed.check_sealed(lab, ticket)


@check("The diagnosis names the layer that was broken", guide="troubleshooting#layer", needs=["sealed"])
@counts
def test_layer(ticket, known):
    sealed.check_layer(ticket)


@check("It names the cause", points=2, guide="troubleshooting#cause", needs=["layer"])
@counts
def test_cause(ticket, known):
    sealed.check_cause(ticket)


@check("Its evidence shows this cause", points=2, guide="troubleshooting#evidence", needs=["cause"])
@counts
def test_evidence(ticket, known):
    evidence.check_evidence(ticket)


@check(
    "The request of the ticket is answered as before",
    points=2,
    guide="troubleshooting#symptom-gone",
    needs=["sealed"],
)
@counts
def test_symptom_gone(lab, stack, table, ticket, known):
    symptom.check_gone(lab, stack, table, ticket)


@check(
    "It is the same stack: nothing was deleted and made again",
    guide="troubleshooting#same-stack",
    needs=["ticket"],
)
@counts
def test_same_stack(ticket, stack, now, known):
    same.check_same(stack, ticket.before, now)


@check(
    "Nobody may do more than before the ticket",
    points=2,
    guide="troubleshooting#no-wider",
    needs=["ticket"],
)
@counts
def test_no_wider(lab, ticket, stack, now, known):
    wider.check_no_wider(lab, stack, ticket.before, now)


@check(
    "All of the API works on both APIs: nothing was switched off",
    points=2,
    guide="troubleshooting#still-works",
    needs=["sealed"],
)
@counts
def test_still_works(lab, stack, table, known):
    if "test_symptom_gone" not in known:
        not_shown("as long as the request of the ticket fails: see `symptom-gone`")
    works.check_contract(lab, table)


@check(
    "Three tickets with different causes are closed",
    points=3,
    guide="troubleshooting#three-tickets",
    needs=["ticket"],
)
def test_three_tickets(lab, ticket, known):
    closing.close(lab, ticket, known)
    closing.check_three(lab)
