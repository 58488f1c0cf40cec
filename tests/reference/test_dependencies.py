"""Each dependency, of Python and of the tools that are installed on demand, has a row with its reason."""

import json
import re
import tomllib

import pytest

from tests.repository.sources import ROOT

PAGE = ROOT / "docs" / "reference" / "dependencies.md"
PROJECTS = sorted(
    path
    for folder in ("src", "tests/docs")
    for path in (ROOT / folder).rglob("package.json")
    if "node_modules" not in path.parts
)


def rows():
    """The reason of each package."""
    found = {}
    for names, reason in re.findall(r"^\| (`.+?`) \| (.+?) \|", PAGE.read_text("utf-8"), re.M):
        found |= dict.fromkeys(re.findall(r"`([^`]+)`", names), reason)
    return found


def of_python():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    groups = [project["project"]["dependencies"], *project["dependency-groups"].values()]
    return [re.match(r"[\w.-]+", line)[0] for group in groups for line in group]


def on_demand():
    sam = re.findall(r"^([\w.-]+)==", (ROOT / "tools" / "sam-cli.in").read_text("utf-8"), re.M)
    return sam + [name for path in PROJECTS for name in json.loads(path.read_text("utf-8"))["dependencies"]]


@pytest.mark.parametrize("find", [of_python, on_demand])
def test_each_has_its_reason(find):
    missing = [name for name in find() if len(rows().get(name, "")) < 10]
    assert not missing, f"docs/reference/dependencies.md: add a row, with why, for {missing}"


def test_no_row_is_of_a_package_that_is_gone():
    gone = rows().keys() - {*of_python(), *on_demand()}
    assert not gone, f"docs/reference/dependencies.md: nothing depends on {sorted(gone)}"
