"""What the checks of lab 4 are made of.

find.py        from the URL in the outputs to the API, its stage and its routes
api.py         one API: what is configured in it, and what its stage serves
routes.py      routes and integrations, of either kind of API
reply.py       an HTTP request and its answer
function.py    the function itself: its log, and the events that it understands
diagnosis.py   whose answer is it, and why is it not the right one?
users.py       create, read, change and delete a user through an API
unknown.py     paths and methods that no route has
permission.py  who may invoke the function
current.py     what is configured, beside what is served
cors.py        what a browser asks before a page may call an API
messages.py    what is said when a check fails
"""

from tests.labs import standing

SHARED = (standing,)
NEVER_SAID = ("ELSEWHERE", "ONLY_OTHERS", "TEMPLATE_BROKEN", "GONE", "BELOW")
"""Said where nothing stands: the mistakes of the labs before prove them."""
