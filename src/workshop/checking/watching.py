"""`workshop check --watch`: when to check again."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from workshop.target import Target

LOOK_MILLISECONDS = 1000
"""How often the stack is looked at."""

QUIET_MILLISECONDS = 300
"""Files that change within this time are one change: an editor writes several."""

Stack = tuple[str, ...] | None


def changes(
    folders: Sequence[Path],
    stack: Callable[[], Stack],
    look: int = LOOK_MILLISECONDS,
    quiet: int = QUIET_MILLISECONDS,
) -> Iterator[str]:
    """What changed, in words, each time that files of `folders` or the stack did. Ends on Ctrl-C.

    Notebooks are not waited for: they write themselves. An update of the stack counts once it is over.
    """
    from watchfiles import watch

    before = stack()
    options: Any = {"rust_timeout": look, "yield_on_timeout": True, "raise_interrupt": False}
    for seen in watch(*folders, watch_filter=_matters(), debounce=quiet, **options):
        now = stack()
        stack_changed = now is not None and now != before
        before = before if now is None else now
        files = sorted({Path(path).name for _, path in seen})
        if files:
            yield f"{', '.join(files)} changed"
        elif stack_changed:
            yield "the stack changed"


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


def _matters() -> Any:
    from watchfiles import DefaultFilter

    class Matters(DefaultFilter):
        def __call__(self, change: Any, path: str) -> bool:
            return not path.endswith(".ipynb") and super().__call__(change, path)

    return Matters()
