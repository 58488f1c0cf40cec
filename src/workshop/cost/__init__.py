"""What the learner's work would have cost on AWS, and what a table would cost a month.

counting.py   what the sandbox has counted
sheet.py      counts × prices, a line each
forecast.py   both capacity modes over utilisation
report.py     all of it as text and as JSON
"""

from __future__ import annotations

from workshop.cost.counting import counts
from workshop.cost.forecast import Forecast
from workshop.cost.report import Report
from workshop.cost.sheet import Sheet

__all__ = ["Forecast", "Report", "Sheet", "counts"]
