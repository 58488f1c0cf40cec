"""What the checks of lab 2 are made of.

role.py       the role that runs, and whom it trusts
policies.py   the policies it holds, to say which of them decided
simulator.py  what they say to an action on a resource
nearest.py    the statement that came closest, and where its ARN differs
places.py     the ARNs the checks ask about: the table, other tables, log groups
judging.py    what must be allowed, and what must be denied
logs.py       the function's log group
probe.py      a short-lived function under the role (its code is probe.mjs)
deployed.py   the template, where it is no longer what was deployed
messages.py   what is said when a check fails
"""

from tests.labs import standing

SHARED = (standing,)
"""Where the other messages of this lab are, which it shares with other labs."""
NEVER_SAID = frozenset[str]()
"""Messages there that are none of this lab's."""
