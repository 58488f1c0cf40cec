"""What the checks of lab 3 are made of.

events.py     the events an HTTP API sends, payload format 2.0
invoking.py   the learner's function, invoked with them
running.py    why Lambda cannot run a handler, and what becomes of one that fails
shape.py      whether a result is a proxy response
judging.py    what several checks judge alike
inside.py     what an answer tells of the inside
pages.py      all users, page by page
logs.py       the handler's own lines
package.py    what was deployed
messages.py   what is said of function, result, log and package
answers.py    what is said of the routes
"""

from tests.labs import standing

SHARED = (standing,)
"""Where the other messages of this lab are, which it shares with other labs."""
NEVER_SAID: frozenset[str] = frozenset()
"""Messages there that are none of this lab's."""
