"""The learner's code, run in a process of its own; the same for Python and Node.js.

with load_module(folder, "users", target, table_name) as users:
    answer = users.call("create_user", {"userId": "ada"})

The code is not trusted: it may hang, exit, print megabytes or leave processes behind, and the grader goes
on. It is no jail, though: the process has the rights of whoever runs the check.
"""

from workshop.checking.code.answers import (
    ANSWER_TOO_LARGE,
    EXITED,
    LOST_CONTACT,
    NO_SUCH_FILE,
    NO_SUCH_FUNCTION,
    OUT_OF_MEMORY,
    TIMED_OUT,
    Answer,
    CannotLoad,
    Limits,
    Raised,
    SdkRequest,
)
from workshop.checking.code.module import LearnerModule, load_module
from workshop.checking.code.values import Opaque

__all__ = [
    "ANSWER_TOO_LARGE",
    "EXITED",
    "LOST_CONTACT",
    "NO_SUCH_FILE",
    "NO_SUCH_FUNCTION",
    "OUT_OF_MEMORY",
    "TIMED_OUT",
    "Answer",
    "CannotLoad",
    "LearnerModule",
    "Limits",
    "Opaque",
    "Raised",
    "SdkRequest",
    "load_module",
]
