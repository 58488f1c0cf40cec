"""`workshop check`: options, files, exit codes, Ctrl-C."""

import io
import json
import os
import pty
import re
import signal
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET

import pytest
from rich.console import Console
from typer.testing import CliRunner

from tests.workshop.checking.test_outcomes import ALL_FIVE
from tests.workshop.unprivileged import bound_by_permissions, open_to_all
from tests.workshop.waiting import wait_until
from workshop import progress
from workshop.checking import verb
from workshop.checking.declare import Check
from workshop.checking.files import refuse_unwritable, write_whole
from workshop.checking.grading import Began, CheckBegan
from workshop.checking.live import Live
from workshop.cli import app
from workshop.errors import NotRunning, Problem

PASSES = "@check('It is', guide='dynamodb#one')\ndef test_one(lab): pass"
FAILS = "@check('It is', guide='dynamodb#one')\ndef test_one(lab): lab.find('UsersTableName')"


class TestAsWhom:
    def test_a_user_is_named_and_what_to_type_instead(self, clone, capsys):
        iam = clone.target.session().client("iam")
        iam.create_user(UserName="ada")
        key = iam.create_access_key(UserName="ada")["AccessKey"]
        clone.environ |= {
            "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
        }
        clone.check()
        said = capsys.readouterr().err
        assert said.startswith(f"Checked with the permissions of arn:aws:iam::{clone.account}:user/ada.")
        assert "unset AWS_ACCESS_KEY_ID" in said

    def test_of_the_administrator_nothing_is_said(self, clone, capsys):
        clone.check()
        assert "permissions of" not in capsys.readouterr().err


class TestWhatIsNotDeployed:
    """A file that was saved and not deployed is the commonest riddle: what is checked is what runs."""

    @pytest.fixture
    def template(self, clone):
        file = clone.work / "01-dynamodb" / "template.yaml"
        file.write_text("Resources: {F: {Type: AWS::Lambda::Function, Properties: {Code: .}}}")
        (file.parent / "app.py").write_text("")
        for path in file.parent.iterdir():
            os.utime(path, (0, 0))
        progress.record_deploy(clone.work, "01-dynamodb", progress.now())
        return file

    @pytest.mark.parametrize("name", ["template.yaml", "app.py"])
    def test_it_is_said_before_the_checks(self, clone, template, capsys, name):
        later = time.time() + 5
        os.utime(template.with_name(name), (later, later))
        assert clone.check() == 0
        assert capsys.readouterr().err.startswith(
            f"{name} was changed after the deployment, and what is checked is what runs. "
            "To deploy it first: workshop deploy 1\n"
        )

    def test_where_all_is_deployed_nothing_is_said(self, clone, template, capsys):
        clone.check()
        assert "after the deployment" not in capsys.readouterr().err

    def test_nor_of_code_that_no_deployment_takes_along(self, clone, template, capsys):
        template.write_text("Resources: {}")
        os.utime(template, (0, 0))
        later = time.time() + 5
        os.utime(template.with_name("app.py"), (later, later))
        clone.check()
        assert "after the deployment" not in capsys.readouterr().err

    def test_nor_where_nothing_is_known_of_a_deployment(self, clone, template, capsys):
        (clone.work / progress.FILE).unlink()
        clone.check()
        assert "after the deployment" not in capsys.readouterr().err


class TestExitCode:
    def test_nothing_falls_short(self, clone, capsys):
        assert clone.check(lab="1") == 0
        assert "Everything this lab asks for is there." in capsys.readouterr().out

    def test_nothing_is_deployed(self, clone, capsys):
        clone.write_checks(FAILS)
        assert clone.check(lab="1") == 1
        out = capsys.readouterr().out
        assert "no stack named workshop and no table named workshop-users" in out
        assert "Do next:  workshop deploy 1" in out

    def test_our_own_fault(self, clone, capsys):
        clone.write_checks(ALL_FIVE)
        assert clone.check() == 3
        log = clone.folder / ".sandbox" / "logs" / "check.log"
        assert f"The details are in {log}." in capsys.readouterr().out
        assert "01-dynamodb, breaks: AssertionError: the grader is wrong\nTraceback" in log.read_text()

    def test_graders_that_cannot_be_loaded(self, clone, capsys):
        clone.write_checks("1 / 0")
        assert clone.check() == 3
        assert "cannot be loaded: ZeroDivisionError" in capsys.readouterr().out
        assert "1 / 0" in (clone.folder / ".sandbox" / "logs" / "check.log").read_text()
        assert progress.load(clone.work).labs["01-dynamodb"].checked_at is None

    def test_graders_that_contradict_themselves(self, clone, capsys):
        clone.write_checks("@check('x', guide='d#a', needs=['nobody'])\ndef test_a(lab): pass")
        assert clone.check() == 3
        assert "'a' needs 'nobody', which is no check" in capsys.readouterr().err

    @pytest.mark.parametrize("options", [{}, {"lab": "1"}, {"all_labs": True}])
    def test_nothing_is_begun(self, clone, options):
        (clone.work / "01-dynamodb").rmdir()
        with pytest.raises(Problem, match="workshop begin 1") as problem:
            clone.check(**options)
        assert not isinstance(problem.value, NotRunning)

    def test_no_sandbox_runs(self, clone):
        clone.environ["SANDBOX_URL"] = "http://127.0.0.1:1"
        with pytest.raises(NotRunning, match="workshop up"):
            clone.check()

    def test_through_the_command(self, monkeypatch):
        seen = []
        monkeypatch.setattr(verb, "check", lambda options: seen.append(options) or 1)
        arguments = ["check", "1", "--watch", "--json", "a", "--junit", "b", "--markdown", "c", "--work", "d"]
        assert CliRunner().invoke(app, [*arguments, "--target", "t", "--all"]).exit_code == 1
        (options,) = seen
        assert (options.lab, options.json, str(options.junit), str(options.markdown)) == ("1", "a", "b", "c")
        assert (str(options.work), options.target, options.watch, options.all_labs) == ("d", "t", True, True)


class TestWhichLab:
    def test_the_last_begun_unless_said(self, clone, capsys):
        clone.add_lab("02-iam")
        clone.begin("02-iam")
        clone.check()
        assert "Lab 2 (02-iam)" in capsys.readouterr().out  # nothing is noted: the later one
        progress.record_begin(clone.work, "02-iam", "python", "2026-01-01T00:00:00+00:00")
        progress.record_begin(clone.work, "01-dynamodb", "python", "2026-01-02T00:00:00+00:00")
        clone.check()
        assert "Lab 1 (01-dynamodb)" in capsys.readouterr().out

    def test_all_that_have_begun(self, clone, capsys):
        for key in ("02-iam", "03-lambda"):
            clone.add_lab(key)
        clone.begin("03-lambda")
        assert clone.check(all_labs=True) == 0
        said = capsys.readouterr()
        assert re.findall(r"^Lab (\d) .*checked at", said.out, re.M) == ["1", "3"]
        assert "Not begun, so not checked: 02-iam." in said.err

    def test_one_and_all_is_too_much(self, clone):
        with pytest.raises(Problem, match="both: 1 and --all"):
            clone.check(lab="1", all_labs=True)

    def test_in_another_folder(self, clone, capsys):
        other = clone.folder / "theirs"
        (other / "01-dynamodb").mkdir(parents=True)
        seen = "'/'.join(lab.folder.parts[-2:])"  # the whole of it may be cut short in the report
        clone.write_checks(f"@check('x', guide='d#a')\ndef test_a(lab): fail({seen}, '', '', '')")
        clone.check(work=other)
        assert "theirs/01-dynamodb" in capsys.readouterr().out
        assert progress.load(other).labs["01-dynamodb"].outcomes == {"a": "failed"}


class TestFiles:
    def test_each_kind(self, clone, capsys):
        clone.write_checks(ALL_FIVE)
        files = [clone.folder / name for name in ("r.json", "r.xml", "r.md")]
        clone.check(json=str(files[0]), junit=files[1], markdown=files[2])
        assert json.loads(files[0].read_text())["version"] == 3
        assert ET.parse(files[1]).find("testsuite").get("failures") == "2"
        assert files[2].read_text().startswith("## Lab 1")
        assert sorted(one.name for one in clone.folder.glob("*r.*")) == ["r.json", "r.md", "r.xml"]
        assert {file.stat().st_mode & 0o777 for file in files} == {0o666 & ~current_mask()}
        assert "Lab 1 (01-dynamodb)" in capsys.readouterr().out

    def test_json_alone_on_standard_output(self, clone, capsys):
        clone.write_checks("print('import')\n@check('x', guide='d#a')\ndef test_a(lab): print('noise')")
        assert clone.check(json="-") == 0
        assert json.loads(capsys.readouterr().out)["tests"][0]["output"] == "noise\n"

    def test_the_summary_of_ci_is_appended_to(self, clone):
        summary = clone.folder / "summary.md"
        summary.write_text("before\n")
        clone.environ["GITHUB_STEP_SUMMARY"] = str(summary)
        clone.check()
        assert summary.read_text().startswith("before\n## Lab 1 (01-dynamodb)\n")

    @pytest.mark.parametrize("option", ["json", "junit", "markdown"])
    @pytest.mark.parametrize(("name", "found"), [("none/r", "no folder"), ("work", "a folder")])
    def test_a_file_that_cannot_be_written_is_refused_first(self, clone, capsys, option, name, found):
        file = clone.folder / name
        with pytest.raises(Problem) as problem:
            clone.check(**{option: str(file) if option == "json" else file})
        assert found in problem.value.found
        assert f"--{option}" in problem.value.do_next
        assert capsys.readouterr().out == ""

    def test_a_summary_of_ci_that_cannot_be_written(self, clone):
        clone.environ["GITHUB_STEP_SUMMARY"] = str(clone.work)
        with pytest.raises(Problem, match="GITHUB_STEP_SUMMARY"):
            clone.check()

    def test_places_where_one_may_not_write(self, tmp_path):
        open_to_all(tmp_path)
        folder, file = tmp_path / "folder", tmp_path / "file"
        folder.mkdir(mode=0o555)
        file.touch(mode=0o444)
        closed = tmp_path / "closed"
        closed.mkdir(mode=0o600)
        with bound_by_permissions():
            for locked in (folder / "r", file, closed / "r"):
                with pytest.raises(Problem, match="you may not write"):
                    refuse_unwritable(locked, "--json")

    def test_a_file_is_written_whole_or_not_at_all(self, tmp_path):
        file = tmp_path / "r"
        file.write_text("before")
        with pytest.raises(UnicodeEncodeError):
            write_whole(file, "after" * 10_000 + "\ud800")
        assert file.read_text() == "before"
        assert [one.name for one in tmp_path.iterdir()] == ["r"]

    def test_watching_prints_no_json(self, clone):
        with pytest.raises(Problem, match="--watch and --json -"):
            clone.check(watch=True, json="-")


class TestProgress:
    def test_outcomes_are_noted_in_their_order(self, clone):
        clone.write_checks(ALL_FIVE)
        clone.check()
        noted = progress.load(clone.work).labs["01-dynamodb"]
        assert list(noted.outcomes.items())[:3] == [
            ("passes", "passed"),
            ("fails", "failed"),
            ("is-skipped", "skipped"),
        ]
        assert noted.checked_at is not None

    def test_an_interrupt_notes_nothing_and_leaves_no_file(self, clone, capsys):
        clone.write_checks("@check('x', guide='d#a')\ndef test_a(lab): raise KeyboardInterrupt")
        assert clone.check(junit=clone.folder / "r.xml") == 130
        assert "Stopped. Nothing was noted of this run." in capsys.readouterr().err
        assert progress.load(clone.work).labs["01-dynamodb"].checked_at is None
        assert not list(clone.folder.glob("*r.xml*"))


class TestLive:
    CHECK = Check("one", "It [is]", 1, "d#one", (), False)

    def test_a_pipe_gets_a_line_once_it_takes_long(self):
        page = io.StringIO()
        with Live(Console(file=page, width=200), patience=0.01) as live:
            live(Began(3))
            live(CheckBegan("01-dynamodb", self.CHECK, 2))
            wait_until(lambda: "Checking" in page.getvalue(), "the line is said")
        assert page.getvalue().splitlines()[-1] == "Checking 2 of 3: It [is] …"
        assert page.getvalue().count("Checking") == 1

    def test_a_pipe_gets_nothing_where_it_is_quick(self):
        page = io.StringIO()
        with Live(Console(file=page), patience=60) as live:
            live(CheckBegan("01-dynamodb", self.CHECK, 1))
        assert page.getvalue() == ""

    def test_a_terminal_gets_a_line_that_goes(self):
        page = io.StringIO()
        with Live(Console(file=page, force_terminal=True, width=100)) as live:
            live(Began(1))
            live(CheckBegan("01-dynamodb", self.CHECK, 1))
        assert "Checking 1 of 1: It [is] …" in page.getvalue()
        assert page.getvalue().rstrip().endswith("\x1b[2K")  # the line is erased

    def test_it_stays_one_line_in_a_narrow_terminal(self):
        page = io.StringIO()
        with Live(Console(file=page, force_terminal=True, width=20)) as live:
            live(CheckBegan("01-dynamodb", self.CHECK, 1))
        assert "Checking 1 of 0:…" in page.getvalue()


SLOW = """
    import time
    @check("It takes its time", guide="dynamodb#one")
    def test_one(lab):
        time.sleep(60)
"""
RUN = """
import sys
from pathlib import Path
from workshop.checking.verb import Options, check
sys.exit(check(Options(watch="--watch" in sys.argv), Path(sys.argv[1])))
"""


@pytest.fixture
def in_a_terminal(clone):
    """`in_a_terminal(*arguments)`: `workshop check` of the made-up clone in a pseudo-terminal."""
    started = []

    def start(*arguments):
        leader, follower = pty.openpty()
        process = subprocess.Popen(
            [sys.executable, "-c", RUN, clone.folder, *arguments],
            env={"PATH": os.environ["PATH"], "HOME": str(clone.folder), "TERM": "xterm", **clone.environ},
            stdin=follower,
            stdout=follower,
            stderr=follower,
            start_new_session=True,
        )
        os.close(follower)
        terminal = Terminal(process, leader)
        started.append(terminal)
        return terminal

    yield start
    for terminal in started:
        terminal.end()


class Terminal:
    """What a person sees, and Ctrl-C."""

    def __init__(self, process, leader):
        self.process, self._leader, self.seen = process, leader, ""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self):
        while True:
            try:
                read = os.read(self._leader, 65536)
            except OSError:  # Linux says so when the other end has gone
                return
            self.seen += read.decode(errors="replace")

    def wait_for(self, words):
        wait_until(lambda: words in self.seen or self.process.poll() is not None, f"it says: {words}", 60)
        assert words in self.seen, self.seen

    def ctrl_c(self):
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(timeout=60)

    def end(self):
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(timeout=60)
        self._reader.join(timeout=10)
        os.close(self._leader)


def test_ctrl_c_in_the_middle_of_a_check_is_clean(clone, in_a_terminal):
    clone.write_checks(SLOW)
    terminal = in_a_terminal()
    terminal.wait_for("Checking 1 of 1: It takes its time …")
    assert terminal.ctrl_c() == 130
    terminal.wait_for("Stopped. Nothing was noted of this run.")
    assert "Traceback" not in terminal.seen


def test_watching_until_ctrl_c(clone, in_a_terminal):
    file = clone.work / "01-dynamodb" / "template.yaml"
    file.write_text("before")
    clone.write_checks(
        """
        @check("It is new", guide="dynamodb#one")
        def test_one(lab):
            if (lab.folder / "template.yaml").read_text() != "after":
                fail("it is as before", "after", "w", "n")
        """
    )
    terminal = in_a_terminal("--watch")
    terminal.wait_for(f"Watching {file.parent} and the stack workshop; Ctrl-C ends it.")
    assert "it is as before" in terminal.seen
    file.write_text("after")
    terminal.wait_for("template.yaml changed: checking again")
    terminal.wait_for("Everything this lab asks for is there.")
    clone.target.session().client("cloudformation").create_stack(
        StackName="workshop", TemplateBody="Resources: {B: {Type: 'AWS::S3::Bucket'}}"
    )
    terminal.wait_for("the stack changed: checking again")
    assert terminal.ctrl_c() == 0
    terminal.wait_for("No longer watching.")
    assert "Traceback" not in terminal.seen


def current_mask():
    mask = os.umask(0)
    os.umask(mask)
    return mask
