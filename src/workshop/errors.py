"""What a person is told when a command cannot go on.

Exception
  x Problem        the person can do something about it: exit code 2
    - NotRunning   no sandbox runs, or it has ended: exit code 3
"""

from __future__ import annotations

from pathlib import Path

FELL_SHORT, USAGE, OURS = 1, 2, 3
"""Exit codes of `workshop`: the learner's work falls short; not understood; the workshop's own fault."""


class Problem(Exception):
    """A reason to stop: what was looked at, what was found and expected, what to type next.

    >>> print(Problem("the folder /tmp", "no pyproject.toml", "a clone", "cd into the clone"))
      Looked at: the folder /tmp
      Found:     no pyproject.toml
      Expected:  a clone
      Do next:   cd into the clone
    """

    def __init__(self, looked_at: str, found: str, expected: str, do_next: str) -> None:
        super().__init__(looked_at, found, expected, do_next)
        self.looked_at = looked_at
        self.found = found
        self.expected = expected
        self.do_next = do_next

    def __str__(self) -> str:
        return (
            f"  Looked at: {self.looked_at}\n"
            f"  Found:     {self.found}\n"
            f"  Expected:  {self.expected}\n"
            f"  Do next:   {self.do_next}"
        )


class NotRunning(Problem):
    """Nothing is there to talk to: no sandbox runs, or it has ended.

    >>> print(NotRunning("port 4566"))
      Looked at: port 4566
      Found:     no sandbox that answers
      Expected:  a running sandbox
      Do next:   type `workshop up`, then the same command again
    """

    def __init__(
        self,
        looked_at: str,
        found: str = "no sandbox that answers",
        expected: str = "a running sandbox",
        do_next: str = "type `workshop up`, then the same command again",
    ) -> None:
        super().__init__(looked_at, found, expected, do_next)


def unwritable(folder: Path, error: OSError, expected: str) -> Problem:
    """What to say of a folder that cannot be written to: a file stands in its place, or it may not be."""
    if folder.exists() and not folder.is_dir():
        do_next = f"move the file away, then the same command again: mv {folder} {folder}.old"
        return Problem(f"the folder {folder}", "it is a file", expected, do_next)
    what = f" ({error.filename})" if error.filename else ""
    return Problem(
        f"the folder {folder}",
        f"it cannot be written to: {error.strerror or error}{what}",
        expected,
        f"see whose it is (ls -ld {folder}), and mend its permissions: chmod u+rwx {folder}",
    )
