"""What the checks of lab 5 are made of.

tickets.py   the learner's tickets, and whether what runs is the stack they are about
sealed.py    the diagnosis, as it was sealed: in time, the layer, the cause
evidence.py  does the evidence show this cause?      proofs.py   what shows each cause
symptom.py   the ticket's request, sent once more
same.py      is it still the same stack?             wider.py    does anybody may more than before?
works.py     does all of the API still work?         closing.py  three tickets, closed
messages.py  what is said when a check fails
"""

from tests.labs import standing

SHARED = (standing,)
NEVER_SAID = ("ELSEWHERE", "ONLY_OTHERS", "TEMPLATE_BROKEN", "BELOW")
"""Said where nothing stands: the mistakes of the labs before prove them."""
