"""The notebooks with their outputs, for the guide: executed once, kept in `.sandbox/guide/`.

Notebooks are committed without outputs. `make notebooks` executes each on a sandbox of its own; the site's
hook shows such a copy while nothing has changed that its outputs come from, else the notebook as it is.
"""

from __future__ import annotations

import argparse
import asyncio
import copy
import hashlib
import os
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = "notebooks"
KEPT = Path(".sandbox") / "guide"
"""Below the clone; a copy lies in it at the notebook's own path."""
OUTPUTS_COME_FROM = (".py", ".mjs", ".toml", ".json")
"""Which files of src/ decide what a cell shows."""
CELL_SECONDS = 30
NOTEBOOK_SECONDS = 120
"""A notebook takes a third of it on an idle machine."""


def all_notebooks(root: Path = ROOT) -> list[Path]:
    """The notebooks of the clone, in their order."""
    return sorted((root / NOTEBOOKS).glob("*.ipynb"))


def code_key(root: Path) -> str:
    """One hash of the code and the packages that notebooks run with."""
    files = sorted(path for path in (root / "src").rglob("*") if path.suffix in OUTPUTS_COME_FROM)
    digest = hashlib.sha256()
    for path in (root / "requirements.txt", *(one for one in files if "node_modules" not in one.parts)):
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def key(notebook: Path, code: str) -> str:
    """One hash of all that the outputs of a notebook come from. code: see `code_key`."""
    return hashlib.sha256(code.encode() + notebook.read_bytes()).hexdigest()


def place(notebook: Path, root: Path = ROOT) -> Path:
    """Where the copy with outputs is kept."""
    return root / KEPT / notebook.relative_to(root)


def is_current(notebook: Path, code: str, root: Path = ROOT) -> bool:
    """Whether a copy is kept whose outputs are those of today's notebook and code."""
    stamp = place(notebook, root).with_suffix(".key")
    return stamp.exists() and stamp.read_text() == key(notebook, code) and place(notebook, root).exists()


def execute(
    notebook: NotebookNode, sandbox_url: str, folder: Path, *, allow_errors: bool = False
) -> NotebookNode:
    """A copy of the notebook, executed against a sandbox.

    folder: takes the place of the home folder and of the temporary one. allow_errors: go on after a cell that
    fails; else CellExecutionError is raised, unless the cell is tagged `raises-exception`.
    """
    from nbclient import NotebookClient

    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
        "SANDBOX_URL": sandbox_url,
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "IPYTHONDIR": str(folder / "ipython"),
    }
    executed = copy.deepcopy(notebook)
    client = NotebookClient(
        executed,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        allow_errors=allow_errors,
        # No word on unencrypted ports: the kernel listens on loopback.
        extra_arguments=["--IPKernelApp.log_level=40"],
    )
    asyncio.run(asyncio.wait_for(client.async_execute(env=environment), NOTEBOOK_SECONDS))
    return executed


def keep(notebook: Path, executed: NotebookNode, code: str, root: Path = ROOT) -> None:
    """Keeps the executed copy, and what its outputs come from; the stamp is written last."""
    from nbformat import write

    copied = place(notebook, root)
    copied.parent.mkdir(parents=True, exist_ok=True)
    stamp = copied.with_suffix(".key")
    stamp.unlink(missing_ok=True)
    write(executed, copied)  # type: ignore[no-untyped-call]
    stamp.write_text(key(notebook, code))


def bring_up_to_date(notebooks: Iterable[Path], root: Path = ROOT) -> None:
    """Executes each of these notebooks on a sandbox of its own, and keeps it.

    Raises CellExecutionError at a cell that fails; those before it are kept.
    """
    from nbformat import read

    from sandbox import Sandbox

    code = code_key(root)
    for notebook in notebooks:
        started = time.monotonic()
        with tempfile.TemporaryDirectory() as folder, Sandbox(port=0) as sandbox:
            committed = read(notebook, as_version=4)  # type: ignore[no-untyped-call]
            executed = execute(committed, sandbox.url, Path(folder))
        keep(notebook, executed, code, root)
        print(f"  {notebook.name} executed in {time.monotonic() - started:.0f} s", flush=True)


def main(arguments: list[str] | None = None) -> int:
    """Executes the notebooks whose kept copy is not current; all of them with --again."""
    parser = argparse.ArgumentParser(description="Execute the notebooks for the guide, where they changed.")
    parser.add_argument("--again", action="store_true", help="all of them, current or not")
    chosen = parser.parse_args(arguments)
    code = code_key(ROOT)
    due = [path for path in all_notebooks() if chosen.again or not is_current(path, code)]
    if not due:
        print("The outputs of all notebooks are current.")
        return 0
    print(f"Please wait: executing {len(due)} notebooks, each on a local AWS of its own …", flush=True)
    bring_up_to_date(due)
    return 0


if __name__ == "__main__":
    sys.exit(main())
