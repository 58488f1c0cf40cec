"""`workshop clean`: all that the workshop made under a prefix is found, shown, deleted, and looked for again.

ours.py     whether a resource is the workshop's: by its tag, or by the name agreed upon. Pure.
kinds.py    each kind of resource: how it is listed, and how it is deleted
stacks.py   stacks: deleted by CloudFormation, and waited for
clean.py    the walk: find, show, ask, delete, prove
"""
