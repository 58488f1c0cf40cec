"""What the checks of lab 1 are made of.

table.py      the learner's table, filled, read and cleaned
deployed.py   the template, where it says something else than what runs
requests.py   what a function's requests say of it
freshness.py  what its results say of it, right after writes
judging.py    what several checks judge alike
pages.py      all users, page by page
numbers.py    numbers in and out
capacity.py   the answers in capacity.yaml
messages.py   what is said when a check fails
"""

from tests.labs import learner_code, standing

SHARED = (learner_code, standing)
"""Where the other messages of this lab are, which it shares with other labs."""
NEVER_SAID = frozenset({"BELOW"})
"""Messages there that are none of this lab's: there is no layer below."""
