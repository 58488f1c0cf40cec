"""Figures for notebooks: each is an object that draws itself, and has a text form.

    from workshop.figures import capacity_modes
    capacity_modes(peak=100, average=8)

answers.py     what several APIs answered, and who said it: the gateway or the function
arn.py         an ARN's six parts, and two ARNs letter by letter
capacity.py    what both capacity modes of DynamoDB cost
cost.py        what the work so far would have cost on AWS
decisions.py   from a failing answer to the layer that is broken
denied.py      an AccessDenied, taken apart and explained
events.py      the same request as an event of payload 1.0 and of payload 2.0
grid.py        what a role may do: actions × resources
packages.py    what an SDK costs in a deployment package, as measured
results.py     what becomes of a function's results on each kind of API
staleness.py   stale reads over the age of the write
starts.py      cold and warm starts, from REPORT lines
throttling.py  units consumed, burst credit left, requests refused
drawing.py     matplotlib's plots, made fit for a page
page.py        what tables and cards have in common
"""

from __future__ import annotations

from workshop.figures.answers import AnswerGrid, answer_grid
from workshop.figures.arn import Anatomy, arn_anatomy
from workshop.figures.capacity import CapacityModes, capacity_modes
from workshop.figures.cost import CostSheet, cost
from workshop.figures.decisions import DecisionTree, decision_tree
from workshop.figures.denied import Denial, denial
from workshop.figures.events import EventPair, event_pair
from workshop.figures.grid import PermissionGrid, permission_grid
from workshop.figures.packages import Packages, package_sizes
from workshop.figures.results import ResultMatrix, result_matrix
from workshop.figures.staleness import Staleness, staleness
from workshop.figures.starts import Starts, starts
from workshop.figures.throttling import Throttling, throttling

__all__ = [
    "Anatomy",
    "AnswerGrid",
    "CapacityModes",
    "CostSheet",
    "DecisionTree",
    "Denial",
    "EventPair",
    "Packages",
    "PermissionGrid",
    "ResultMatrix",
    "Staleness",
    "Starts",
    "Throttling",
    "answer_grid",
    "arn_anatomy",
    "capacity_modes",
    "cost",
    "decision_tree",
    "denial",
    "event_pair",
    "package_sizes",
    "permission_grid",
    "result_matrix",
    "staleness",
    "starts",
    "throttling",
]
