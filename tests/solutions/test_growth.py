"""Each solution grows out of the one before it, so that the difference of two is one step."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess
import sys
from typing import Any

import pytest
import yaml

from tests.repository.sources import ROOT
from tests.solutions.deployed import LABS, LANGUAGES, files_of

ONLY_IN_LAB_1 = {"capacity.yaml"}
RUNTIMES = {"python": "python3.13", "nodejs": "nodejs24.x"}
OUTPUTS = {
    "01-dynamodb": ["UsersTableName"],
    "02-iam": ["UsersRoleArn"],
    "03-lambda": ["UsersFunctionName"],
    "04-api-gateway": ["HttpApiUrl", "RestApiUrl"],
}
"""What each lab adds to the outputs by which checkers find resources (DESIGN: *Contracts*)."""

CUSTOM_NAMES = {"TableName", "RoleName", "FunctionName", "LogGroupName", "Name", "PolicyName", "BucketName"}


class Loader(yaml.SafeLoader):
    """Reads `!Ref x` as {"!Ref": x}."""


def short_form(loader: Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    return {f"!{suffix}": loader.construct_scalar(node)}


Loader.add_multi_constructor("!", short_form)


def template(lab: str, language: str) -> dict[str, Any]:
    return dict(yaml.load(files_of(lab, language)["template.yaml"].read_text(), Loader))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("lab", "following"), list(itertools.pairwise(LABS)))
def test_files_and_resources_stay(lab: str, following: str, language: str) -> None:
    before, after = files_of(lab, language), files_of(following, language)
    assert before.keys() - after.keys() <= ONLY_IN_LAB_1
    old, new = template(lab, language)["Resources"], template(following, language)["Resources"]
    for name, resource in old.items():
        kept = {**new[name], "Properties": dict(new[name]["Properties"])}
        kept["Properties"].pop("Events", None)  # what lab 4 adds to the function of lab 3
        assert kept == resource


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_module_of_lab_1_is_never_rewritten(language: str) -> None:
    names = [name for name in files_of("01-dynamodb", language) if "users" in name]
    assert len(names) == 2
    for name in names:
        assert len({files_of(lab, language)[name].read_bytes() for lab in LABS}) == 1


@pytest.mark.parametrize("lab", LABS[2:])
def test_the_templates_of_two_languages_differ_by_the_runtime(lab: str) -> None:
    texts = {language: files_of(lab, language)["template.yaml"].read_text() for language in LANGUAGES}
    python, nodejs = (texts[language].replace(RUNTIMES[language], "RUNTIME") for language in LANGUAGES)
    assert python == nodejs
    assert "RUNTIME" in python


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("lab", LABS)
def test_outputs_and_names(lab: str, language: str) -> None:
    said = template(lab, language)
    assert list(said["Outputs"]) == [name for one in LABS[: LABS.index(lab) + 1] for name in OUTPUTS[one]]
    named = {f"{name}.{key}" for name, one in said["Resources"].items() for key in one.get("Properties", {})}
    assert not [one for one in named if one.partition(".")[2] in CUSTOM_NAMES]


@pytest.mark.parametrize("lab", LABS[2:])
def test_the_python_of_a_solution_keeps_its_type_hints(lab: str, tmp_path) -> None:
    folder = shutil.copytree(ROOT / "solutions" / lab / "python", tmp_path / "work")
    options = [
        "--strict",
        "--no-warn-return-any",
        "--ignore-missing-imports",
        "--cache-dir",
        str(tmp_path / "cache"),
    ]
    done = subprocess.run(
        [sys.executable, "-m", "mypy", *options, "app.py"],
        cwd=folder,
        env={**os.environ, "MYPYPATH": ""},
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
