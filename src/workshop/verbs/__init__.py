"""The verbs of `workshop`, thin: each imports what it does when it is called, so that `--help` is fast.

options.py  what several verbs have in common
running.py  preflight, start, up, down
labs.py     begin, hint, reset, solve
status.py   status, and what `workshop` alone says
"""
