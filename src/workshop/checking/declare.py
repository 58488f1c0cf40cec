"""The words graders are written in: `@check`, `fail`, `not_shown`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from workshop.checking.finding import Call, CheckFailed, Finding, NotShown

ATTRIBUTE = "__workshop_check__"

Test = TypeVar("Test", bound=Callable[..., None])


@dataclass(frozen=True)
class Check:
    """What `@check` says of one check. guide: page and anchor, `dynamodb#partition-key`."""

    id: str
    statement: str
    points: int
    guide: str
    needs: tuple[str, ...]
    stretch: bool


def check(
    statement: str, *, points: int = 1, guide: str, needs: Sequence[str] = (), stretch: bool = False
) -> Callable[[Test], Test]:
    """Makes a test function a check; its id is the function's name, without `test_`, `_` as `-`.

    statement: what is right, in the learner's words. needs: ids of checks of the same lab that must have
    passed. stretch: shown apart, never part of the verdict. Raises TypeError where `needs` is one string.

    >>> @check("A user can be read", guide="dynamodb#get-user")
    ... def test_get_user(lab): ...
    >>> declared(test_get_user).id
    'get-user'
    """
    if isinstance(needs, str):
        raise TypeError(f"needs is a list of ids, not the string {needs!r}")

    def decorate(test: Test) -> Test:
        check_id = test.__name__.removeprefix("test_").replace("_", "-")
        setattr(test, ATTRIBUTE, Check(check_id, statement, points, guide, tuple(needs), stretch))
        return test

    return decorate


def declared(test: Any) -> Check | None:
    """What `@check` says of this function; None if it is no check."""
    found = getattr(test, ATTRIBUTE, None)
    return found if isinstance(found, Check) else None


def fail(
    saw: str,
    expected: str,
    why: str,
    next_step: str,
    *,
    evidence: Sequence[Call] | None = None,
    where: str = "",
) -> NoReturn:
    """Ends the check: the learner's work falls short.

    evidence: the AWS calls to show; None shows those the check has made so far.
    where: file and line, as `users.py:12`, where they are known. Raises CheckFailed, always.
    """
    from workshop.checking.session import recorded

    calls = recorded() if evidence is None else tuple(evidence)
    raise CheckFailed(Finding(saw, expected, why, next_step, calls, where))


def not_shown(reason: str) -> NoReturn:
    """Ends the check: this target cannot show it, and `reason` says why. Raises NotShown, always."""
    raise NotShown(reason)
