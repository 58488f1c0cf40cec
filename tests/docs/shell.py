"""A small shell: runs what the guide tells to type, in this process where it can.

A start of `aws` or `workshop` costs a second; there are dozens. Known are commands, variables,
`NAME=$(command)` and `eval "$(sandbox env)"`; anything else is an error, so that nothing passes that was not
run.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time

from typer.testing import CliRunner

from sandbox.cli import app as sandbox_app
from tests.docs import aws_cli
from tests.docs.typed import first_word, words
from tests.repository.sources import ROOT
from tests.workshop.small_clone import in_clone
from workshop.cli import app as workshop_app
from workshop.errors import OURS, USAGE, NotRunning, Problem

APPS = {"workshop": workshop_app, "sandbox": sandbox_app}
LINKED = ("docs", "labs", "notebooks", "solutions", "src", "tests", "pyproject.toml", "mkdocs.yml")
STRANGERS = ("AWS_", "WORKSHOP_", "SANDBOX_URL", "GITHUB_")
AWS_CLI_S_OWN = "AWS_DATA_PATH"
"""The CLI finds its files by it, and sets it when it is imported."""
_SUBSTITUTED = re.compile(r"(\w+)=\$\((.*)\)", re.S)
_SET = re.compile(r"(\w+)=(\S*)")


class Shell:
    """A terminal in a clone. url, account: the sandbox, and as whom.

    variables: what was set in it. places: what a page's words in capitals stand for, such as ROLE_ARN.
    """

    def __init__(self, monkeypatch, folder, url, account, capfd):
        self.monkeypatch, self.clone, self.url, self.account, self.capfd = (
            monkeypatch,
            folder,
            url,
            account,
            capfd,
        )
        self.variables = {}
        self.places = {}
        for name in LINKED:
            (folder / name).symlink_to(ROOT / name)
        (folder / ".venv").mkdir()
        (folder / ".venv" / "setup-stamp.json").write_text("{}")
        in_clone(folder, monkeypatch)
        for name in [one for one in os.environ if one.startswith(STRANGERS) and one != AWS_CLI_S_OWN]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("SANDBOX_URL", url)
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", account)
        monkeypatch.chdir(folder)

    def run(self, command):
        """(exit code, what was said) of a line."""
        if found := _SUBSTITUTED.fullmatch(command):
            code, said = self.run(found[2])
            self.variables[found[1]] = said.strip()
            return code, said
        if found := _SET.fullmatch(command):
            self.variables.setdefault(found[1], found[2])
            return 0, ""
        if found := re.fullmatch(r'eval "\$\((sandbox env.*)\)"', command):
            return self._evaluate(found[1])
        name, full = first_word(command), self._filled(command)
        if name in APPS:
            return self._ours(APPS[name], words(full.removeprefix("$ "))[1:])
        if name == "aws":
            return self._aws(full)
        if name in ("curl", "python"):
            return self._process(words(full))
        raise NotImplementedError(f"tests/docs/shell.py cannot run {command!r}: give a reason in blocks.yaml")

    def _filled(self, command):
        """The line with its variables; between single quotes a $ is one."""
        command = command.replace("$(($(date +%s) - 10))", str(int(time.time()) - 10))
        command = re.sub(r"127\.0\.0\.1:4\d{3}\b", self.url.removeprefix("http://"), command)
        for place, value in self.places.items():
            command = re.sub(rf"(?<![\w$/-]){place}(?![\w-])|(?<=execute-api/){place}(?=/)", value, command)
        parts = command.split("'")
        names = "|".join(sorted(self.variables, key=len, reverse=True)) or "(?!)"
        filled = [
            re.sub(rf"\$\{{?({names})\b\}}?", lambda found: self.variables[found[1]], one) for one in parts
        ]
        return "'".join(part if place % 2 else filled[place] for place, part in enumerate(parts))

    def _ours(self, app, arguments):
        result = CliRunner().invoke(app, arguments)
        if isinstance(result.exception, Problem):
            return (OURS if isinstance(result.exception, NotRunning) else USAGE), str(result.exception)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code, result.output

    def _aws(self, command):
        self.capfd.readouterr()
        code = aws_cli.run(self.monkeypatch, self.clone, self.url, self.account, command)
        said = self.capfd.readouterr()
        return code, said.out if code == 0 else said.err

    def _process(self, command):
        program = [sys.executable, *command[1:]] if command[0] == "python" else command
        done = subprocess.run(
            program, cwd=self.clone, capture_output=True, text=True, timeout=60, check=False
        )
        return done.returncode, done.stdout + done.stderr

    def _evaluate(self, command):
        code, said = self.run(command)
        wrong = [line for line in said.splitlines() if not re.match(r"unset \w+$|export \w+=", line)]
        return (code, said) if not wrong else (1, f"not for a shell: {wrong}")
