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
<<<<<<< HEAD
    assert not [asset for asset in (*config["extra_css"], *config["extra_javascript"]) if "//" in asset]
=======
    assert "extra_javascript" not in config


def probe(title, source):
    """A notebook of two cells."""
    return new_notebook(
        cells=[new_markdown_cell(f"# {title}\n\nWords."), new_code_cell(source)],
        metadata={"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}},
    )


PROBES = {
    "97-executed": probe("Executed", "print(6 * 7, 'was computed')"),
    "98-changed": probe("Executed, and changed since", "print(40 + 2, 'was computed')"),
    "99-plain": probe("Never executed", "print(42, 'was computed')"),
}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The guide, built strictly, with three notebooks more than the repository has."""
    folder = tmp_path_factory.mktemp("site")
    for name in ("docs", "tools", "notebooks"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    shutil.copy(ROOT / "requirements.txt", folder)
    config = (ROOT / "mkdocs.yml").read_text()
    for name, notebook in PROBES.items():
        nbformat.write(notebook, folder / "notebooks" / f"{name}.ipynb")
        config = config.replace("nav:\n", f"nav:\n  - {name}: notebooks/{name}.ipynb\n")
    (folder / "mkdocs.yml").write_text(config)
    executed, changed = (folder / "notebooks" / f"{name}.ipynb" for name in ("97-executed", "98-changed"))
    executed_notebooks.bring_up_to_date([executed], folder)
    shutil.copy(executed_notebooks.place(executed, folder), executed_notebooks.place(changed, folder))
    executed_notebooks.place(changed, folder).with_suffix(".key").write_text("of yesterday's notebook")
    mkdocs = Path(sys.executable).with_name("mkdocs")
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    command = [mkdocs, "build", "--strict"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stderr
    return folder / "site"


def notebook_page(site, name):
    return (site / "notebooks" / name / "index.html").read_text()


def test_notebooks_are_pages_with_the_outputs_that_are_kept(site):
    """One test, as the site is built for it: a current copy, one of yesterday's notebook, and none."""
    assert (site / "notebooks" / "00-tour" / "index.html").exists()
    executed = notebook_page(site, "97-executed")
    assert "42 was computed" in executed
    assert "Executed on the sandbox." in executed
    for name in ("98-changed", "99-plain"):
        page = notebook_page(site, name)
        assert "42 was computed" not in page
        assert "make notebooks" in re.search(r'<p class="notebook-note">(.*?)</p>', page)[1]


class TestKeptOutputs:
    """They are current as long as nothing changes that they come from."""

    @pytest.fixture
    def root(self, tmp_path):
        (tmp_path / "src" / "sandbox").mkdir(parents=True)
        (tmp_path / "notebooks").mkdir()
        (tmp_path / "requirements.txt").write_text("boto3==1\n")
        (tmp_path / "src" / "sandbox" / "server.py").write_text("PORT = 4566\n")
        notebook = tmp_path / "notebooks" / "a.ipynb"
        nbformat.write(PROBES["99-plain"], notebook)
        executed_notebooks.keep(notebook, PROBES["99-plain"], executed_notebooks.code_key(tmp_path), tmp_path)
        return tmp_path

    def is_current(self, root):
        code = executed_notebooks.code_key(root)
        return executed_notebooks.is_current(root / "notebooks" / "a.ipynb", code, root)

    def test_nothing_changed(self, root):
        assert self.is_current(root)

    @pytest.mark.parametrize("name", ["notebooks/a.ipynb", "requirements.txt", "src/sandbox/server.py"])
    def test_something_changed(self, root, name):
        with (root / name).open("a") as file:
            file.write(" ")
        assert not self.is_current(root)

    def test_the_copy_is_gone(self, root):
        executed_notebooks.place(root / "notebooks" / "a.ipynb", root).unlink()
        assert not self.is_current(root)


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
>>>>>>> site
