"""Which target this clone has chosen: the file `.sandbox/target.json`, written by `workshop target`.

It holds names only: no key, no token. A profile that was chosen once is kept when the sandbox is chosen
again, so that `--target aws` on a verb knows it.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from workshop.errors import Problem, unwritable
from workshop.whole_files import write_whole

FILE = Path(".sandbox") / "target.json"


@dataclass(frozen=True)
class Chosen:
    """kind: `sandbox` or `aws`. profile, region: of the account that was chosen last, else "".

    boundary: the ARN of the permissions boundary that every role gets, "" for none.
    """

    kind: str = "sandbox"
    profile: str = ""
    region: str = ""
    boundary: str = ""


def read(clone: Path) -> Chosen:
    """What was chosen; the sandbox where nothing was. Raises Problem for a record that makes no sense.

    A record that cannot be read is no reason to guess: what was meant may have been an account.
    """
    file = clone / FILE
    try:
        said = json.loads(file.read_bytes())
        found = Chosen(**{name: str(value) for name, value in said.items()})
        if found.kind not in ("sandbox", "aws"):
            raise ValueError(f"no target is called {found.kind}")
    except FileNotFoundError:
        return Chosen()
    except (OSError, ValueError, TypeError, AttributeError) as error:
        raise Problem(
            f"the file {file}",
            f"it cannot be understood: {error}",
            "the target as `workshop target` noted it",
            "choose again: workshop target sandbox, or workshop target aws --profile PROFILE --region REGION",
        ) from error
    return found


def write(clone: Path, choice: Chosen) -> None:
    """Puts the record in place, whole. Raises Problem where that cannot be."""
    file = clone / FILE
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        write_whole(file, json.dumps(asdict(choice)))
    except OSError as error:
        raise unwritable(file.parent, error, "a folder for what the workshop notes") from error
