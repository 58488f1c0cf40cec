"""A class of thirty: what each has handed in, and what their row has to say.

python -m tests.workshop.grading.handed_in DIR     writes all of them into DIR
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.graders.submission import COMMON, Language, copy_of, submissions
from tests.repository.sources import ROOT
from tests.workshop.grading import hostile

LAB_1 = "01-dynamodb"
LABS = (LAB_1, "02-iam", "03-lambda", "04-api-gateway")

Make = Callable[[Path], None]


@dataclass(frozen=True)
class HandedIn:
    """One learner's. make: writes it into its folder, which is there.

    state: of its row. failed: `lab check`, the first that must not have passed. words: in its row.
    """

    name: str
    make: Make
    state: str = "short"
    failed: str = ""
    words: str = ""


def solutions(labs: tuple[str, ...] = LABS, language: Language = "python") -> Make:
    """Our answers."""

    def make(folder: Path) -> None:
        for lab in labs:
            copy_of(ROOT / "solutions" / lab, folder / lab, language)

    return make


def starters(labs: tuple[str, ...] = LABS, language: Language = "python") -> Make:
    """The labs as they come."""

    def make(folder: Path) -> None:
        for lab in labs:
            copy_of(ROOT / "labs" / lab, folder / lab, language)

    return make


def mistake(lab: str, name: str) -> Make:
    """A submission with one mistake, as tests/graders has it."""
    return lambda folder: _write(next(one for one in submissions("mistakes", lab) if one.id == name), folder)


def right(lab: str, name: str) -> Make:
    """A right answer of another shape."""
    return lambda folder: _write(next(one for one in submissions("right", lab) if one.id == name), folder)


def _write(one: object, folder: Path) -> None:
    one.write(folder)  # type: ignore[attr-defined]


def before_users(code: str, language: Language = "python") -> Make:
    """The solution of lab 1, with code at the head of its module."""

    def make(folder: Path) -> None:
        solutions((LAB_1,), language)(folder)
        file = folder / LAB_1 / ("users.py" if language == "python" else "users.mjs")
        file.write_text(code + file.read_text().replace("from __future__ import annotations\n", ""))

    return make


def in_work(make: Make) -> Make:
    """In the folder `work` of a repository of their own."""

    def wrapped(folder: Path) -> None:
        (folder / "work").mkdir()
        (folder / "README.md").write_text("My labs\n")
        (folder / "labs" / LAB_1).mkdir(parents=True)
        make(folder / "work")

    return wrapped


def lab_alone(lab: str) -> Make:
    """The files of one lab, without a folder around them: the brief says which it is."""

    def make(folder: Path) -> None:
        whole = folder / lab
        copy_of(ROOT / "solutions" / lab, whole, "python")
        for path in list(whole.iterdir()):
            path.rename(folder / path.name)
        whole.rmdir()
        shutil.copy(ROOT / "labs" / lab / "README.md", folder / "README.md")
        assert "README.md" in COMMON

    return make


def broken_yaml(folder: Path) -> None:
    solutions((LAB_1,))(folder)
    (folder / LAB_1 / "template.yaml").write_text("Resources:\n  Table:\n\tType: AWS::DynamoDB::Table\n")


def bundled(folder: Path) -> None:
    """A function of Node.js that esbuild bundles, as SAM's templates say it."""
    solutions(("03-lambda",), "nodejs")(folder)
    file = folder / "03-lambda" / "template.yaml"
    function = "    Type: AWS::Serverless::Function\n"
    asked = "    Metadata:\n      BuildMethod: esbuild\n      BuildProperties: {EntryPoints: [app.mjs]}\n"
    text = file.read_text()
    assert text.count(function) == 1
    file.write_text(text.replace(function, function + asked))


def forged(folder: Path) -> None:
    """A table, and the starter's code, which fails; and all that might say otherwise."""
    starters((LAB_1,))(folder)
    shutil.copy(ROOT / "solutions" / LAB_1 / "template.yaml", folder / LAB_1)
    file = folder / LAB_1 / "users.py"
    file.write_text(hostile.FORGE + file.read_text().replace("from __future__ import annotations\n", ""))
    for name, text in hostile.FORGED_FILES.items():
        for place in (folder, folder / LAB_1):
            (place / name).write_text(text)


def link_out(folder: Path) -> None:
    solutions((LAB_1,))(folder)
    (folder / LAB_1 / "passwords").symlink_to("../../../../../../../../etc/passwd")


def huge_file(folder: Path) -> None:
    solutions((LAB_1,))(folder)
    with (folder / LAB_1 / "data.bin").open("wb") as file:
        file.truncate(3 << 30)  # sparse: it takes no room


def pipe(folder: Path) -> None:
    solutions((LAB_1,))(folder)
    os.mkfifo(folder / LAB_1 / "data.txt")


def nothing(folder: Path) -> None:
    """An empty folder."""


def class_of_thirty(outside: Path) -> list[HandedIn]:
    """Thirty submissions. outside: a folder that none of them may reach."""
    users = f"{LAB_1} create-user"
    return [
        HandedIn("ada", solutions(), "passed"),
        HandedIn("bela", in_work(solutions(language="nodejs")), "passed"),
        HandedIn("cem", lab_alone("03-lambda"), "passed"),
        HandedIn("dora", right(LAB_1, "python-query-and-tokens"), "passed"),
        HandedIn("emil", starters(), failed=f"{LAB_1} table-active"),
        HandedIn("fay", starters(("02-iam",), "nodejs"), failed="02-iam role"),
        HandedIn("gus", mistake(LAB_1, "key-is-id"), failed=f"{LAB_1} partition-key", words="`id`"),
        HandedIn("hana", mistake(LAB_1, "python-get-eventual"), failed=f"{LAB_1} get-user"),
        HandedIn("ivo", mistake(LAB_1, "python-put-without-condition"), failed=f"{LAB_1} create-duplicate"),
        HandedIn("jana", mistake(LAB_1, "python-get-eventual"), failed=f"{LAB_1} get-user"),
        HandedIn("kim", mistake("02-iam", "arn-one-letter-off"), failed="02-iam table-calls"),
        HandedIn("leo", mistake("02-iam", "all-of-dynamodb"), failed="02-iam no-other-actions"),
        HandedIn("mia", mistake("03-lambda", "python-body-as-an-object"), failed="03-lambda proxy-response"),
        HandedIn("nils", mistake("03-lambda", "python-syntax-error"), failed="03-lambda handler"),
        HandedIn("olga", mistake("04-api-gateway", "route-user"), failed="04-api-gateway http-crud"),
        HandedIn("pia", mistake("04-api-gateway", "node-query-not-read"), failed="04-api-gateway http-crud"),
        HandedIn("quin <img src=x onerror=alert(1)>", broken_yaml, failed=f"{LAB_1} table-active"),
        HandedIn("rob", before_users(hostile.LOOP), failed=users, words="did not end within"),
        HandedIn("sam", before_users(hostile.LOOP_IN_NODE, "nodejs"), failed=users, words="did not end"),
        HandedIn("tina", before_users(hostile.FORK_BOMB), "stopped", words="processes at once"),
        HandedIn("udo", before_users(hostile.MEMORY), "stopped", words="of memory"),
        HandedIn("vera", before_users(hostile.DISK), "stopped", words="of its folder"),
        HandedIn("wim", before_users(hostile.writes_to(outside / "written")), failed=users),
        HandedIn("xaver", forged, failed=users),
        HandedIn("yara", before_users(hostile.KILL_THE_GRADER), "stopped", words="ended from within"),
        HandedIn("zoe", before_users(hostile.STOP_THE_GRADER), "stopped", words="had not ended after"),
        HandedIn("zz-empty", nothing, "refused", words="It is empty"),
        HandedIn("zz-huge", huge_file, "refused", words="data.bin alone is 3072.0 MB"),
        HandedIn("zz-link", link_out, "refused", words="passwords is a link out of its folder"),
        HandedIn("zz-pipe", pipe, "refused", words="a pipe, a socket or a device"),
    ]


def hand_in(handed_in: list[HandedIn], folder: Path) -> None:
    """Writes submissions into a folder."""
    for one in handed_in:
        (folder / one.name).mkdir(parents=True)
        one.make(folder / one.name)


if __name__ == "__main__":
    there = Path(sys.argv[1])
    (there.parent / "outside").mkdir(exist_ok=True)
    hand_in(class_of_thirty(there.parent / "outside"), there)
