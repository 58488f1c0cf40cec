"""The verbs of `workshop`, thin: each imports what it does when it is called, so that `--help` is fast.

options.py  what several verbs have in common
running.py  preflight, start, up, down
begin.py    begin, and what is asked then
labs.py     hint, reset, solve
classroom.py lock
status.py   status, and what `workshop` alone says
"""
