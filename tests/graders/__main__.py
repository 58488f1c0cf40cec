"""How much is proven of each lab's graders.

python -m tests.graders        prints the counts, and writes docs/instructor/graders.md anew
"""

from __future__ import annotations

from collections import Counter

from tests.graders.proving import LABS, messages_of
from tests.graders.submission import submissions


def line(lab: str) -> str:
    """The counts of one lab."""
    mistakes = submissions("mistakes", lab)
    kinds = Counter(mistake.id.partition("-")[0] for mistake in mistakes)
    python, node = kinds["python"], kinds["node"]
    return (
        f"{lab}: {len(mistakes)} mistakes ({python} in Python, {node} in Node.js, "
        f"{len(mistakes) - python - node} in what runs or is answered), "
        f"{len({mistake.check for mistake in mistakes})} checks, {len(messages_of(lab))} messages, "
        f"{len(submissions('right', lab))} right answers of another shape"
    )


def main() -> None:
    from tests.instructor.graders import PAGE, page

    for lab in LABS:
        print(line(lab))
    PAGE.write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
