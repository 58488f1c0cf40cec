"""The verb `workshop cost`."""

from __future__ import annotations

from typing import Annotated

import typer

from workshop.verbs.options import TargetOption


def cost(
    peak_writes: Annotated[
        float, typer.Option("--peak-writes", min=0, metavar="N", help="Writes a second at the peak, of 1 KB.")
    ] = 100,
    peak_reads: Annotated[
        float, typer.Option("--peak-reads", min=0, metavar="N", help="Reads a second at the peak, of 4 KB.")
    ] = 400,
    storage_gb: Annotated[
        float, typer.Option("--storage-gb", min=0, metavar="GB", help="What the table stores.")
    ] = 10,
    target: TargetOption = None,
    json: Annotated[bool, typer.Option("--json", help="Print it as JSON.")] = False,
) -> None:
    """Show what your work would have cost on AWS, and what a table costs a month in both capacity modes.

    workshop cost --peak-writes 20 --peak-reads 50

    This is a read-only operation.
    """
    from workshop.clone import clone_folder
    from workshop.cost.verb import Options, show

    show(Options(peak_writes, peak_reads, storage_gb, target, json), clone_folder())
