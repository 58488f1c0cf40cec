"""What the checks of lab 1 are made of.

table.py      the learner's table, filled, read and cleaned
deployed.py   the table that runs, and the template
requests.py   what a function's requests say of it
freshness.py  what its results say of it, right after writes
judging.py    what several checks judge alike
pages.py      all users, page by page
numbers.py    numbers in and out
capacity.py   the answers in capacity.yaml
messages.py   what is said when a check fails
"""
