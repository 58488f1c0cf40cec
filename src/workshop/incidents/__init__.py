"""Something was changed in a running stack: the incidents of lab 5, told as tickets.

incident.py    what an incident is                   defined/   the incidents, by what they change
pick.py        from a seed to incidents              releases.py, grants.py   what they change it with
stack.py       the learner's stack and its parts     places/    each part: as it was, and put back
symptom.py     the request of a ticket, sent         record.py  the tickets, in incidents.json
breaking.py    `workshop break`                      mending.py `workshop mend`
sealing.py     `workshop seal`                       diagnosis.py   diagnosis.yaml, read
evidence.py, log_evidence.py, aws_line.py   its evidence, looked up
showing.py     which incident shows now              words.py   what is said
lock.py        when the doctor is shut               health.py  whether all of the API answers as it should
refusals.py    what is said where AWS refuses a call

Stacks are changed through public AWS APIs only.
"""

from workshop.incidents.incident import HTTP, KINDS, REST, Incident, Request
from workshop.incidents.pick import INCIDENTS, pick

__all__ = ["HTTP", "INCIDENTS", "KINDS", "REST", "Incident", "Request", "pick"]
