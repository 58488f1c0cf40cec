"""The guide is complete and needs no network."""

import inspect
import re

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
    assert not [asset for asset in (*config["extra_css"], *config["extra_javascript"]) if "//" in asset]
