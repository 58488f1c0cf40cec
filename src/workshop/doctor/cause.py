"""What the doctor finds: the cause of an answer that is not right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from workshop.checking.finding import Call
from workshop.doctor.checklist import CAUSES, ENTRIES


@dataclass(frozen=True)
class Cause:
    """A broken layer, and how it is mended.

    id: of checklist.CAUSES. says: one sentence, understood without the code. seen: what shows it, a line
    each. template: what to write, as lines of a template. command: the same by hand. calls: the calls that
    were made to see it. despite_answer: it counts although the answer at hand is fine.
    """

    id: str
    says: str
    template: str
    command: str
    seen: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()
    layer: str = ""
    despite_answer: bool = False

    def __post_init__(self) -> None:
        if self.id not in CAUSES:
            raise KeyError(f"the cause {self.id} is not in the checklist")

    @property
    def entry(self) -> str:
        """The entry of the guide's checklist, such as `5.2 AccessDeniedException: …`."""
        return f"{CAUSES[self.id]} {ENTRIES[CAUSES[self.id]]}"

    @property
    def guide(self) -> str:
        """The page of the guide, and the place in it, that explains the cause."""
        return f"troubleshooting/symptoms.md#{self.id}"

    def at(self, layer: str, calls: tuple[Call, ...]) -> Cause:
        """The same cause, with its layer and the calls that show it."""
        return replace(self, layer=layer, calls=calls)

    def as_dict(self) -> dict[str, Any]:
        """Plain data, for JSON."""
        return {
            "id": self.id,
            "layer": self.layer,
            "cause": self.says,
            "checklist": self.entry,
            "guide": self.guide,
            "seen": list(self.seen),
            "template": self.template,
            "command": self.command,
            "evidence": [call.as_dict() for call in self.calls],
        }
