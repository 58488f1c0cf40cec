"""Puts the notebooks, which live beside docs/, on the site, and keeps their pages off the network.

A copy of the notebooks in docs/ would go stale, and a symbolic link breaks in clones on Windows. A notebook
is shown with its outputs where a current executed copy is kept (executed_notebooks.py); the build runs none.
"""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority, get_plugin_logger
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from executed_notebooks import KEPT, NOTEBOOKS, all_notebooks, code_key, is_current

log = get_plugin_logger("notebooks")
# nbconvert's page loads MathJax and Mermaid from a CDN; no notebook here needs either.
FROM_A_CDN = re.compile(
    r"<!-- Load mathjax -->.*?<!-- End of mathjax configuration -->"
    r"|<script type=\"module\">(?:(?!</script>).)*?mermaid.*?<!-- End of mermaid configuration -->",
    re.DOTALL,
)
WITH_OUTPUTS = (
    "Executed on the sandbox. Yours is a copy to run, and to change: open it with <code>make start</code>."
)
WITHOUT_OUTPUTS = (
    "Shown without outputs. Run it yourself with <code>make start</code>; or let <code>make notebooks</code> "
    "do so for this page, then build or serve the guide again."
)
SEARCH = 'data-md-component="search" role="dialog"'


@event_priority(100)  # before mkdocs-jupyter, which turns the notebooks among the files into pages
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds notebooks/*.ipynb of the repository to the site's files, at the same path."""
    root = Path(config.config_file_path).parent
    code = code_key(root)
    for notebook in all_notebooks(root):
        current = is_current(notebook, code, root)
        path = notebook.relative_to(root).as_posix()
        source = root / KEPT if current else root
        files.append(File(path, str(source), config.site_dir, config.use_directory_urls))
        if not current:
            log.info(f"{path} is shown without outputs. For outputs: make notebooks")
    return files


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Cuts what a notebook's page would load from the network, and says where its outputs come from."""
    if not page.file.src_uri.startswith(f"{NOTEBOOKS}/"):
        return html
    kept = Path(config.config_file_path).parent / KEPT
    executed = Path(page.file.abs_src_path or "").is_relative_to(kept)
    note = WITH_OUTPUTS if executed else WITHOUT_OUTPUTS
    return f'<p class="notebook-note">{note}</p>\n' + FROM_A_CDN.sub("", html)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Names the theme's search for screen readers, to whom a dialog without a name says nothing."""
    return output.replace(SEARCH, f'{SEARCH} aria-label="Search"')


def on_post_template(output_content: str, template_name: str, config: MkDocsConfig) -> str:
    """The same in 404.html, which is no page to MkDocs."""
    return output_content.replace(SEARCH, f'{SEARCH} aria-label="Search"')
