"""What a person is told when a command cannot go on."""

from __future__ import annotations


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
