"""`workshop deploy`: a lab's folder becomes what runs, through CloudFormation.

template.py   reads template.yaml, as far as packaging and pointing at lines needs it
package.py    local code → archives; archive.py: one folder → one zip; artifacts.py: the bucket
stack.py      what there is: state, events, outputs; events.py: which event says why it failed
change_set.py what will change; plan.py: said beforehand; losses.py: what would be lost by it
origin.py     which lab a resource came with
obstacles.py  states in which AWS takes no update, and the way out
reasons.py    what is answered, in plain words; table_reasons.py: by DynamoDB; explain.py: with the line
view.py       what is seen meanwhile
run.py        the whole walk; verb.py: what the command does around it
"""

from __future__ import annotations

from workshop.errors import Problem


class FellShort(Problem):
    """The learner's template or code cannot be deployed as it is: exit code 1.

    headline: what came of it, in one sentence.
    """

    def __init__(
        self,
        looked_at: str,
        found: str,
        expected: str,
        do_next: str,
        headline: str = "Nothing was deployed: your files have to change first.",
    ) -> None:
        super().__init__(looked_at, found, expected, do_next)
        self.headline = headline


class NotAnswered(Problem):
    """A question that nobody was there to answer, or that was answered with no: exit code 2."""
