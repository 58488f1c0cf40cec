"""What `workshop check` does around a run of checks: reports, files, watching, exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from workshop.checking import command
from workshop.checking.files import refuse_unwritable
from workshop.checking.live import Live
from workshop.checking.order import BrokenGraders
from workshop.checking.reports import json_report, markdown, terminal, words
from workshop.checking.results import Results
from workshop.clone import clone_folder
from workshop.errors import OURS, Problem
from workshop.status import not_deployed
from workshop.target import Target, choose, prefix
from workshop.whole_files import replace, write_whole

if TYPE_CHECKING:
    from rich.console import Console

INTERRUPTED = 130
"""What shells give a command that Ctrl-C ended."""

STANDARD_OUTPUT = "-"


@dataclass(frozen=True)
class Options:
    """What was typed. json, junit, markdown: files for reports; json may be `-`."""

    lab: str | None = None
    all_labs: bool = False
    watch: bool = False
    json: str | None = None
    junit: Path | None = None
    markdown: Path | None = None
    work: Path | None = None
    target: str | None = None

    @property
    def only_json(self) -> bool:
        """Whether standard output belongs to the JSON."""
        return self.json == STANDARD_OUTPUT


def check(options: Options, clone: Path | None = None, environ: Mapping[str, str] = os.environ) -> int:
    """Checks and reports; returns the exit code. Raises Problem where that cannot begin."""
    from rich.console import Console

    clone = clone or clone_folder()
    summary = _summary(environ)
    _refuse(options, summary)
    work = (options.work or clone / "work").resolve()
    order = command.order(clone, work, options.lab, options.all_labs)
    target = choose(options.target, environ, clone)
    run = _Run(options, order, target, summary, environ, Console(file=sys.stdout), Console(file=sys.stderr))
    try:
        return run.watch() if options.watch else run.once()
    except KeyboardInterrupt:
        run.aside.print("Stopped. Nothing was noted of this run.", highlight=False)
        return INTERRUPTED
    except BrokenGraders as problem:
        run.aside.print(f"{words.OUR_FAULT}\n{problem}", markup=False, highlight=False, soft_wrap=True)
        return OURS


@dataclass(frozen=True)
class _Run:
    options: Options
    order: command.Order
    target: Target
    summary: Path | None
    environ: Mapping[str, str]
    console: Console
    aside: Console

    def once(self) -> int:
        """One run and its reports."""
        if self.order.left_out:
            self.aside.print(f"Not begun, so not checked: {', '.join(self.order.left_out)}.", highlight=False)
        if self.target.arn and self.target.kind != "aws":
            self.aside.print(
                f"Checked with the permissions of {self.target.arn}. What they do not allow is an error; "
                "to check as the administrator: unset AWS_ACCESS_KEY_ID",
                highlight=False,
                soft_wrap=True,
            )
        self._say_what_is_not_deployed()
        with _whole(self.options.junit) as junit, Live(self.aside) as live:
            results = command.carry_out(self.order, self.target, live, junit, self.environ)
        self._report(results)
        return results.exit_code

    def _say_what_is_not_deployed(self) -> None:
        for key in self.order.keys:
            name = not_deployed(self.order.work, key)
            if name:
                self.aside.print(
                    f"{name} was changed after the deployment, and what is checked is what runs. "
                    f"To deploy it first: workshop deploy {int(key[:2])}",
                    highlight=False,
                    soft_wrap=True,
                )

    def watch(self) -> int:
        """One run after the other, until Ctrl-C, which is how it ends well."""
        from workshop.checking.watching import Watch, stack_of

        name = prefix(self.environ)
        folders = [self.order.work / key for key in self.order.keys]
        try:
            watch = Watch(folders, stack_of(self.target, name))
            self.once()
            self._say_what_is_watched(folders, name)
            for change in watch.changes():
                self.console.rule(f"{change}: checking again", characters="─")
                self.once()
                self._say_what_is_watched(folders, name)
        except KeyboardInterrupt:
            pass
        self.console.print("\nNo longer watching.", highlight=False)
        return 0

    def _say_what_is_watched(self, folders: list[Path], name: str) -> None:
        watched = ", ".join(map(str, folders))
        self.console.print(
            f"\nWatching {watched} and the stack {name}; Ctrl-C ends it.", highlight=False, soft_wrap=True
        )

    def _report(self, results: Results) -> None:
        if self.options.only_json:
            print(json_report.as_text(results, self.order.clone), end="", flush=True)
        elif self.console.is_terminal:
            terminal.write(results, self.console, self.order.clone, self.order.log)
        else:
            print(terminal.as_text(results, self.order.clone, self.order.log), end="", flush=True)
        if self.options.json and not self.options.only_json:
            write_whole(Path(self.options.json), json_report.as_text(results, self.order.clone))
        if self.options.markdown:
            write_whole(self.options.markdown, markdown.as_text(results))
        if self.summary:
            with self.summary.open("a", encoding="utf-8") as file:
                file.write(markdown.as_text(results))


def _summary(environ: Mapping[str, str]) -> Path | None:
    """The summary page of the CI run, if there is one."""
    named = environ.get("GITHUB_STEP_SUMMARY")
    return Path(named) if named else None


def _refuse(options: Options, summary: Path | None) -> None:
    """Raises Problem for options that go not together, and for files that cannot be written."""
    if options.watch and options.only_json:
        raise Problem("--watch and --json -", "both", "one document, or many reports", "leave out one")
    named: list[tuple[str, Path | None]] = [
        ("--json", Path(options.json) if options.json and not options.only_json else None),
        ("--junit", options.junit),
        ("--markdown", options.markdown),
        ("GITHUB_STEP_SUMMARY", summary),
    ]
    for option, file in named:
        if file is not None:
            refuse_unwritable(file, option)


@contextmanager
def _whole(file: Path | None) -> Iterator[Path | None]:
    """Where pytest may write what becomes `file` at the end, if all goes well."""
    if file is None:
        yield None
        return
    being_made = file.resolve().with_name(f".{file.name}.{os.getpid()}")
    try:
        yield being_made
        replace(being_made, file)
    finally:
        being_made.unlink(missing_ok=True)
