"""Notebooks on pages of the guide: with outputs where current ones are kept, else with how to get them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

import executed_notebooks
from tests.repository.sources import ROOT


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
def small_site(tmp_path_factory):
    """A guide with the settings of the real one, of three notebooks only, built strictly."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "tools", folder / "tools")
    shutil.copytree(ROOT / "docs" / "assets", folder / "docs" / "assets")
    shutil.copy(ROOT / "requirements.txt", folder)
    settings, _, _ = (ROOT / "mkdocs.yml").read_text().partition("\nnav:\n")
    nav = "".join(f"  - {name}: notebooks/{name}.ipynb\n" for name in PROBES)
    (folder / "mkdocs.yml").write_text(f"{settings}\nnav:\n  - index.md\n{nav}")
    (folder / "docs" / "index.md").write_text("# Notebooks\n")
    (folder / "notebooks").mkdir()
    for name, notebook in PROBES.items():
        nbformat.write(notebook, folder / "notebooks" / f"{name}.ipynb")
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


def test_notebooks_are_pages_with_the_outputs_that_are_kept(small_site):
    """One test, as the site is built for it: a current copy, one of yesterday's notebook, and none."""
    executed = notebook_page(small_site, "97-executed")
    assert "42 was computed" in executed
    assert "Executed on the sandbox." in executed
    for name in ("98-changed", "99-plain"):
        page = notebook_page(small_site, name)
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
