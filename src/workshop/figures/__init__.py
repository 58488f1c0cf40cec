"""Plots for notebooks: each is an object that draws itself as inline SVG, and has a text form.

    from workshop.figures import capacity_modes
    capacity_modes(peak=100, average=8)

capacity.py   what both capacity modes of DynamoDB cost
drawing.py    matplotlib's plots, made fit for a page
"""

from __future__ import annotations

from workshop.figures.capacity import CapacityModes, capacity_modes

__all__ = ["CapacityModes", "capacity_modes"]
