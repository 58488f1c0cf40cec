"""Which lab a resource came with, by its logical id: what our answers to the labs call it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from workshop.catalogue import LANGUAGES, labs
from workshop.deploy.template import read

TEMPLATE = "template.yaml"


def origins(clone: Path) -> Mapping[str, int]:
    """The number of the first lab whose answer has the resource, by its logical id.

    A learner may call a resource as they like, and SAM makes more of them: of these nothing is known. This is
    a read-only operation.
    """
    found: dict[str, int] = {}
    for lab in labs(clone):
        for file in (lab.solution / TEMPLATE, lab.solution / LANGUAGES[0] / TEMPLATE):
            for name in read(file).resources() if file.is_file() else ():
                found.setdefault(name, lab.number)
    return found
