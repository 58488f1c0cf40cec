"""`workshop start`: the sandbox, JupyterLab and the guide, in the foreground, until Ctrl-C.

ports.py     which ports are free
services.py  what is started: command, environment, address, how to see that it is ready
children.py  the processes, each behind a lifeline
lifeline.py  ends a process when this one ends, however that happens
running.py   starts them together, says what happens, ends them together
command.py   the verb: chooses ports, prints addresses and what to do next
"""
