"""Puts the notebooks, which live beside docs/, on the site, and keeps their pages off the network.

A copy of the notebooks in docs/ would go stale, and a symbolic link breaks in clones on Windows.
"""

from __future__ import annotations

import re
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.plugins import event_priority
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

NOTEBOOKS = "notebooks"
# nbconvert's page loads MathJax and Mermaid from a CDN; no notebook here needs either.
FROM_A_CDN = re.compile(
    r"<!-- Load mathjax -->.*?<!-- End of mathjax configuration -->"
    r"|<script type=\"module\">(?:(?!</script>).)*?mermaid.*?<!-- End of mermaid configuration -->",
    re.DOTALL,
)
SEARCH = 'data-md-component="search" role="dialog"'


@event_priority(100)  # before mkdocs-jupyter, which turns the notebooks among the files into pages
def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Adds notebooks/*.ipynb of the repository to the site's files, at the same path."""
    root = Path(config.config_file_path).parent
    for notebook in sorted((root / NOTEBOOKS).glob("*.ipynb")):
        path = notebook.relative_to(root).as_posix()
        files.append(File(path, str(root), config.site_dir, config.use_directory_urls))
    return files


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Cuts out of a notebook's page what it would load from the network."""
    return FROM_A_CDN.sub("", html) if page.file.src_uri.startswith(f"{NOTEBOOKS}/") else html


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Names the theme's search for screen readers, to whom a dialog without a name says nothing."""
    return output.replace(SEARCH, f'{SEARCH} aria-label="Search"')


def on_post_template(output_content: str, template_name: str, config: MkDocsConfig) -> str:
    """The same in 404.html, which is no page to MkDocs."""
    return output_content.replace(SEARCH, f'{SEARCH} aria-label="Search"')
