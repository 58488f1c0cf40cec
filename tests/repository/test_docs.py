"""The guide is complete and needs no network."""

import inspect
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import typer
import yaml

from sandbox.cli import app as sandbox_app
from tests.repository.sources import ROOT
from workshop.cli import app as workshop_app

CLI_PAGE = (ROOT / "docs" / "reference" / "cli.md").read_text()


def verbs(name, app):
    """Each verb of a typer application, with its visible options."""
    for verb, command in typer.main.get_command(app).commands.items():
        if not command.hidden:
            options = [
                option
                for parameter in command.params
                if parameter.param_type_name == "option" and not getattr(parameter, "hidden", False)
                for option in (*parameter.opts, *parameter.secondary_opts)
                if option != "--help"
            ]
            yield f"{name} {verb}", options, command


ALL = [*verbs("workshop", workshop_app), *verbs("sandbox", sandbox_app)]


def section(verb):
    """The part of the page about one verb."""
    found = re.search(rf"^### {verb}$(.*?)(?=^###? |\Z)", CLI_PAGE, re.M | re.S)
    assert found, f"docs/reference/cli.md has no heading '### {verb}': python -m tests.reference"
    return found[1]


@pytest.mark.parametrize(("verb", "options"), [(verb, options) for verb, options, _ in ALL])
def test_every_verb_and_option_is_documented(verb, options):
    text = section(verb)
    missing = [
        option
        for option in options
        if not re.search(rf"^- `.*(?<![\w-]){re.escape(option)}[ ,`]", text, re.M)
    ]
    assert not missing, f"docs/reference/cli.md, {verb}: nothing about {missing}: python -m tests.reference"


@pytest.mark.parametrize(("verb", "command"), [(verb, command) for verb, _, command in ALL])
def test_every_verb_teaches_by_example(verb, command):
    first, blank, example = inspect.cleandoc(command.help).splitlines()[:3]
    assert first.endswith(".")
    assert blank == ""
    assert verb in example


def test_no_verb_is_documented_that_does_not_exist():
    headings = set(re.findall(r"^### (.+)$", CLI_PAGE, re.M))
    assert headings == {verb for verb, _, _ in ALL}


def test_the_theme_takes_nothing_from_the_network():
    config = yaml.safe_load((ROOT / "mkdocs.yml").read_text())
    assert config["theme"]["font"] is False
    assert "extra_javascript" not in config


NOTEBOOK = {
    "cells": [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["# A probe\n", "Words."]}],
    "metadata": {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The guide, built strictly, with one notebook more than the repository has."""
    folder = tmp_path_factory.mktemp("site")
    for name in ("docs", "tools", "notebooks"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    (folder / "notebooks" / "99-probe.ipynb").write_text(json.dumps(NOTEBOOK))
    config = (ROOT / "mkdocs.yml").read_text()
    with_probe = config.replace("nav:\n", "nav:\n  - Probe: notebooks/99-probe.ipynb\n")
    (folder / "mkdocs.yml").write_text(with_probe)
    mkdocs = Path(sys.executable).with_name("mkdocs")
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    command = [mkdocs, "build", "--strict"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stderr
    return folder / "site"


def test_notebooks_are_pages(site):
    assert "A probe" in (site / "notebooks" / "99-probe" / "index.html").read_text()
    assert (site / "notebooks" / "00-tour" / "index.html").exists()


def test_no_page_loads_anything_from_the_network(site):
    loads = re.compile(r'<(?:script|img|iframe|link)\b[^>]*\b(?:src|href)=["\']?https?://[^"\' >]+')
    code = re.compile(r"import\(\s*[\"']https?://")
    found = [
        f"{page.relative_to(site)}: {match[0]}"
        for page in site.rglob("*.html")
        for match in [loads.search(page.read_text()) or code.search(page.read_text())]
        if match and 'rel="canonical"' not in match[0]
    ]
    assert not found, "\n".join(found)
