"""What must never be in a tracked file, and how large one may be."""

import ast
import json
import re
import tomllib

import pytest

from tests.repository.sources import ROOT, python_modules, tracked

MOST_LINES_OF_A_FILE = 320
MOST_LINES_OF_A_FUNCTION = 50

FORBIDDEN = {
    "a registry's address": re.compile(
        r'"resol' + r'ved": "http|--(?:extra-)?index-' + r"url|/sim" + r"ple/?[\"' ]"
    ),
    "a machine's path": re.compile(r"(?<![\w.])/(?:ro" + r"ot|wo" + r"rk|Users/[a-z]+|home/[a-z]+)/[a-z.]+"),
    "a private key": re.compile("-----BEGIN [A-Z ]*PRIVATE" + " KEY-----"),
    "a key of a real account": re.compile(
        r"\b(?:AKIA|ASIA)(?!IOSFODNN7EXAMPLE|I44QH8DHBEXAMPLE)[A-Z0-9]{16}\b"
    ),
}
# Facts recorded from public captures quote the paths of the machines they were made on.
QUOTES = {"tests/sandbox/cases.yaml"}


def text_of(path):
    try:
        return path.read_text()
    except UnicodeDecodeError:
        return ""


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_tracked_file_holds(what):
    found = [
        f"{path.relative_to(ROOT)}: {match[0]!r}"
        for path in tracked()
        if str(path.relative_to(ROOT)) not in QUOTES and path.suffix != ".svg"
        for match in [FORBIDDEN[what].search(text_of(path))]
        if match
    ]
    assert not found, f"{what} in:\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("a registry's address", '"resolved": ' + '"https://registry.example/a.tgz"'),
        ("a registry's address", "--index-" + "url https://example"),
        ("a machine's path", "see /ro" + "ot/project/file"),
        ("a machine's path", "'/home/" + "anna/clone'"),
        ("a key of a real account", "AKIA" + "ABCDEFGHIJKLMNOP"),
        ("a private key", "-----BEGIN RSA PRIVATE" + " KEY-----"),
    ],
)
def test_the_patterns_themselves(what, text):
    assert FORBIDDEN[what].search(text)


@pytest.mark.parametrize(
    ("file", "least"), [("requirements.txt", 100), ("src/workshop/addons/sam-requirements.txt", 50)]
)
def test_a_lock_has_hashes_and_no_addresses(file, least):
    lock = (ROOT / file).read_text()
    entries = re.findall(r"^([\w.-]+)==.*((?:\\\n +--hash=sha256:[0-9a-f]{64} *)+)", lock, re.M)
    names = re.findall(r"^[\w.-]+(?===)", lock, re.M)
    assert len(entries) == len(names) > least
    assert "://" not in lock


def test_the_sam_clis_lock_has_the_version_that_was_chosen():
    chosen = re.search(r"^aws-sam-cli==\S+", (ROOT / "tools" / "sam-cli.in").read_text(), re.M)[0]
    assert f"\n{chosen} \\" in (ROOT / "src/workshop/addons/sam-requirements.txt").read_text()


def test_the_lock_has_every_direct_dependency():
    lock = (ROOT / "requirements.txt").read_text()
    missing = [name for name in direct_dependencies() if not re.search(rf"^{re.escape(name)}==", lock, re.M)]
    assert not missing, f"in pyproject.toml, not in the lock: {missing}. Do next: make lock"


def direct_dependencies():
    """The names in pyproject.toml, without extras and versions."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    lines = project["project"]["dependencies"] + project["dependency-groups"]["dev"]
    return [re.match(r"[\w.-]+", line)[0] for line in lines]


def test_every_direct_dependency_has_its_reason():
    page = (ROOT / "docs" / "reference" / "dependencies.md").read_text()
    missing = [name for name in direct_dependencies() if f"`{name}`" not in page]
    assert not missing, f"not in docs/reference/dependencies.md: {missing}"


def test_notebooks_have_no_outputs():
    notebooks = [path for path in tracked() if path.suffix == ".ipynb"]
    dirty = [
        path.name
        for path in notebooks
        for cell in json.loads(path.read_text())["cells"]
        if cell.get("outputs") or cell.get("execution_count")
    ]
    assert not dirty, f"run .venv/bin/nbstripout on: {sorted(set(dirty))}"


def test_files_are_short():
    long = [
        f"{path.relative_to(ROOT)}: {lines} lines"
        for path in tracked()
        if path.is_relative_to(ROOT / "src") and path.suffix in {".py", ".mjs"}
        if (lines := len(path.read_text().splitlines())) > MOST_LINES_OF_A_FILE
    ]
    assert not long, (
        f"over {MOST_LINES_OF_A_FILE} lines; is there more than one reason in them?\n" + "\n".join(long)
    )


def test_functions_are_short():
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {lines} lines"
        for path, tree in python_modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (lines := (node.end_lineno or 0) - node.lineno + 1) > MOST_LINES_OF_A_FUNCTION
    ]
    assert not long, f"over {MOST_LINES_OF_A_FUNCTION} lines:\n" + "\n".join(long)


def test_what_commands_make_is_ignored_by_git():
    made = [".venv/", ".sandbox/", "site/", "work/", "uv.lock", "node_modules/", "__pycache__/"]
    ignored = (ROOT / ".gitignore").read_text().splitlines()
    assert set(made) <= set(ignored)
