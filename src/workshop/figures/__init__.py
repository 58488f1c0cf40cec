"""Figures for notebooks: each is an object that draws itself, and has a text form.

    from workshop.figures import capacity_modes
    capacity_modes(peak=100, average=8)

arn.py         an ARN's six parts, and two ARNs letter by letter
capacity.py    what both capacity modes of DynamoDB cost
cost.py        what the work so far would have cost on AWS
denied.py      an AccessDenied, taken apart and explained
grid.py        what a role may do: actions × resources
staleness.py   stale reads over the age of the write
throttling.py  units consumed, burst credit left, requests refused
drawing.py     matplotlib's plots, made fit for a page
page.py        what tables and cards have in common
"""

from __future__ import annotations

from workshop.figures.arn import Anatomy, arn_anatomy
from workshop.figures.capacity import CapacityModes, capacity_modes
from workshop.figures.cost import CostSheet, cost
from workshop.figures.denied import Denial, denial
from workshop.figures.grid import PermissionGrid, permission_grid
from workshop.figures.staleness import Staleness, staleness
from workshop.figures.throttling import Throttling, throttling

__all__ = [
    "Anatomy",
    "CapacityModes",
    "CostSheet",
    "Denial",
    "PermissionGrid",
    "Staleness",
    "Throttling",
    "arn_anatomy",
    "capacity_modes",
    "cost",
    "denial",
    "permission_grid",
    "staleness",
    "throttling",
]
