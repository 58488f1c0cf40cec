"""`workshop check --watch`: when to check again."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from workshop.folders import files_in
from workshop.target import Target

LOOK_MILLISECONDS = 1000
"""How often the stack is looked at."""

QUIET_MILLISECONDS = 300
"""Files that change within this time are one change: an editor writes several."""

Stack = tuple[str, ...] | None


class Watch:
    """Notices what changes from its making on, also while a check runs.

    folders: of the labs. stack: looks at the stack. look, quiet: see above, in milliseconds.
    The system says at once that something happened; what it was is found by looking, so that nothing is
    missed where the system says nothing (a folder of Windows under WSL).
    """

    def __init__(
        self,
        folders: Sequence[Path],
        stack: Callable[[], Stack],
        look: int = LOOK_MILLISECONDS,
        quiet: int = QUIET_MILLISECONDS,
    ) -> None:
        self._folders, self._look_at_stack = folders, stack
        self._options: Any = {"rust_timeout": look, "debounce": quiet, "yield_on_timeout": True}
        self._files, self._stack = _files(folders), stack()

    def changes(self) -> Iterator[str]:
        """What changed, in words, each time that something did. Ends on Ctrl-C.

        Notebooks are not waited for: they write themselves. An update of the stack counts once it is over.
        """
        from watchfiles import watch

        for _ in watch(*self._folders, raise_interrupt=False, **self._options):
            change = self._difference()
            if change:
                yield change

    def _difference(self) -> str:
        files, stack = _files(self._folders), self._look_at_stack()
        names = sorted(
            {path.name for path in {*files, *self._files} if files.get(path) != self._files.get(path)}
        )
        stack_changed = stack is not None and stack != self._stack
        self._files, self._stack = files, stack if stack is not None else self._stack
        if names:
            return f"{', '.join(names)} changed"
        return "the stack changed" if stack_changed else ""


def _files(folders: Sequence[Path]) -> dict[Path, tuple[int, int]]:
    """When each file that matters was written, and its size."""
    found = {}
    for folder in folders:
        for path in files_in(folder).values():
            with contextlib.suppress(FileNotFoundError):  # an editor puts another in its place
                if path.suffix != ".ipynb":
                    found[path] = (path.stat().st_mtime_ns, path.stat().st_size)
    return found


def stack_of(target: Target, prefix: str) -> Callable[[], Stack]:
    """Looks at the stack: a tuple that differs once it was changed; None while that is not known.

    It is not known while an update is under way, or nothing answers. This is a read-only operation.
    """
    from botocore.config import Config

    bounded = Config(connect_timeout=1, read_timeout=5, retries={"total_max_attempts": 1})
    client = target.session().client("cloudformation", config=bounded)

    def look() -> Stack:
        try:
            (stack,) = client.describe_stacks(StackName=prefix)["Stacks"]
        except ClientError:
            return ("not there",)
        except BotoCoreError:
            return None
        if stack["StackStatus"].endswith("_IN_PROGRESS"):
            return None
        return (stack["StackId"], stack["StackStatus"], str(stack.get("LastUpdatedTime", "")))

    return look
