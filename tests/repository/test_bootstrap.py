"""tools/bootstrap.py and tools/pythons.py, with the commands they would run recorded instead of run."""

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

import bootstrap
import pythons
from bootstrap import Setup, locked_package
from pythons import Interpreter, SetupError, choose_python, find_uv, how_to_install

ROOT = Path(__file__).parents[2]
GOOD = Interpreter("/usr/bin/python3.12", (3, 12, 4), True)
OLD = Interpreter("/usr/bin/python3", (3, 9, 2), True)
BARE = Interpreter("/usr/bin/python3.11", (3, 11, 2), False)
KNOWN = {python.path: python for python in (GOOD, OLD, BARE)}


@pytest.mark.parametrize("name", ["bootstrap.py", "pythons.py"])
def test_parses_on_a_python_that_is_too_old(name):
    ast.parse((ROOT / "tools" / name).read_text(), feature_version=(3, 6))


class TestChoosingAPython:
    def test_the_first_that_will_do(self):
        chosen = choose_python([OLD.path, BARE.path, GOOD.path], needs_venv_module=True, probe=KNOWN.get)
        assert chosen == GOOD

    def test_with_uv_the_venv_module_is_not_needed(self):
        assert choose_python([BARE.path, GOOD.path], needs_venv_module=False, probe=KNOWN.get) == BARE

    def test_too_old_is_named_with_what_to_type(self):
        with pytest.raises(SetupError) as error:
            choose_python([OLD.path], needs_venv_module=True, probe=KNOWN.get)
        text = str(error.value)
        assert "Python 3.9.2 at /usr/bin/python3" in text
        assert "Python 3.11 or newer" in text
        assert "make setup PYTHON=" in text

    def test_none_at_all_is_named(self):
        with pytest.raises(SetupError) as error:
            choose_python([], needs_venv_module=True, probe=KNOWN.get)
        assert "none that starts" in str(error.value)

    def test_a_missing_venv_module_is_named_with_its_package(self):
        with pytest.raises(SetupError) as error:
            choose_python([OLD.path, BARE.path], needs_venv_module=True, probe=KNOWN.get)
        text = str(error.value)
        assert "modules venv and ensurepip are not installed" in text
        assert "/usr/bin/python3.11" in text

    @pytest.mark.parametrize(
        ("system", "tool", "package", "expected"),
        [
            ("Darwin", None, "", "brew install"),
            ("Linux", "apt-get", "python3.11-venv", "apt-get install -y python3.11-venv"),
            ("Linux", "apt-get", "", "python3 python3-venv"),
            ("Linux", "dnf", "", "dnf install -y python3.13"),
            ("Linux", None, "", "your package manager"),
        ],
    )
    def test_how_to_install(self, system, tool, package, expected):
        found = how_to_install(package, lambda: system, lambda name: name if name == tool else None)
        assert expected in found

    def test_python_is_obeyed_alone(self):
        assert list(pythons.candidates("/opt/python")) == ["/opt/python"]
        assert pythons.candidates(None).__next__() == sys.executable

    def test_probe_of_a_real_python_and_of_none(self, tmp_path):
        assert pythons.probe(sys.executable).version == sys.version_info[:3]
        assert pythons.probe(str(tmp_path / "python")) is None

    def test_uv_too_old_or_broken_is_passed_over(self):
        versions = {"/old/uv": (0, 1, 3), "/broken/uv": (), "/new/uv": (0, 9, 1)}
        assert find_uv([None, "/old/uv", "/broken/uv", "/new/uv"], versions.get) == "/new/uv"
        assert find_uv([None, "/old/uv"], versions.get) is None


class TestLock:
    LOCK = (
        "uuid==1 \\\n    --hash=sha256:aa\n"
        "uv==0.9.1 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n"
        "zz==2\n"
    )

    def test_one_package_with_its_hashes(self):
        expected = "uv==0.9.1 \\\n    --hash=sha256:bb \\\n    --hash=sha256:cc\n"
        assert locked_package(self.LOCK, "uv") == expected

    def test_a_lock_without_it_is_an_error(self):
        with pytest.raises(SetupError, match=r"requirements\.txt"):
            locked_package("zz==2\n", "uv")

    def test_the_real_lock_pins_uv(self):
        assert "--hash=sha256:" in locked_package((ROOT / "requirements.txt").read_text(), "uv")


class Commands:
    """Stands for subprocess.check_call: remembers, makes what the real command would, fails on request."""

    def __init__(self, venv):
        self.venv, self.ran, self.fail_at = venv, [], None

    def __call__(self, command, cwd, env):
        self.ran.append(" ".join(command))
        if self.fail_at and self.fail_at in self.ran[-1]:
            raise subprocess.CalledProcessError(1, command)
        if " venv " in f" {self.ran[-1]} ":
            (self.venv / "bin").mkdir(parents=True, exist_ok=True)
            (self.venv / "bin" / "python").touch()
        if self.ran[-1].endswith("sandbox setup"):
            (self.venv.parent / ".sandbox" / "node").mkdir(parents=True, exist_ok=True)


@pytest.fixture
def clone(tmp_path, monkeypatch):
    monkeypatch.setattr(bootstrap, "find_uv", lambda paths: None)
    monkeypatch.setattr(bootstrap, "candidates", lambda wanted: [wanted or GOOD.path])
    (tmp_path / "tools").mkdir()
    (tmp_path / "src").mkdir()
    (tmp_path / "requirements.txt").write_text(TestLock.LOCK)
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "tools" / "bootstrap.py").touch()
    return tmp_path


class Machine:
    """A clone, the commands that were run in it, what was said, and the Pythons there are."""

    def __init__(self, root):
        self.said = []
        self.commands = Commands(root / ".venv")
        self.pythons = dict(KNOWN)
        self.setup = Setup(root, self.commands, self.said.append, self.probe, {"PYTHONPATH": "/x", "A": "b"})

    def probe(self, path):
        in_venv = Path(path) == self.setup.python and self.setup.python.exists()
        return self.pythons.get("venv", GOOD._replace(path=path)) if in_venv else self.pythons.get(path)

    def make(self, wanted=None):
        """Runs the setup; returns the commands of this run."""
        self.commands.ran.clear()
        self.said.clear()
        self.setup.make(wanted)
        return list(self.commands.ran)


@pytest.fixture
def machine(clone):
    return Machine(clone)


class TestSetup:
    def test_the_first_time_all_steps_in_order(self, machine):
        venv, uv, sync, itself, node = machine.make()
        assert venv.startswith(f"{GOOD.path} -m venv --clear")
        assert "pip install --quiet --require-hashes" in uv
        assert "pip sync" in sync
        assert "--require-hashes requirements.txt" in sync
        assert "--no-deps --no-build-isolation --editable ." in itself
        assert node.endswith("bin/sandbox setup")
        assert machine.said[-1].startswith("Set up in")

    def test_a_second_time_runs_nothing_and_says_nothing(self, machine):
        machine.make()
        assert machine.make() == []
        assert machine.said == []

    @pytest.mark.parametrize("name", ["requirements.txt", "pyproject.toml", "src/sdk/package-lock.json"])
    def test_a_changed_input_installs_again_into_the_same_venv(self, machine, clone, name):
        machine.make()
        (clone / name).parent.mkdir(exist_ok=True)
        (clone / name).write_text(TestLock.LOCK + "# changed\n")
        assert any("pip sync" in command for command in machine.make())

    def test_an_install_that_was_cut_short_is_finished(self, machine):
        machine.commands.fail_at = "--editable"
        with pytest.raises(subprocess.CalledProcessError):
            machine.make()
        machine.commands.fail_at = None
        assert any("--editable" in command for command in machine.make())
        assert machine.make() == []

    def test_what_node_offers_is_installed_again_if_it_is_gone(self, machine, clone):
        machine.make()
        (clone / ".sandbox" / "node").rmdir()
        assert machine.make()[-1].endswith("sandbox setup")
        machine.setup.environ["SANDBOX_HOME"] = str(clone / "elsewhere")
        assert machine.make() != []

    def test_a_damaged_stamp_counts_as_none(self, machine):
        machine.make()
        machine.setup.stamp.write_text("{")
        assert machine.make() != []
        machine.setup.stamp.write_text("[]")
        assert machine.make() != []

    def test_a_venv_whose_python_is_gone_is_made_anew_and_said(self, machine, clone):
        machine.make()
        machine.setup.python.unlink()
        (clone / ".venv" / "old").mkdir()
        assert "-m venv" in machine.make()[0]
        assert "made anew: its Python does not start" in machine.said[0]
        assert not (clone / ".venv" / "old").exists()

    def test_a_venv_of_an_old_python_is_made_anew_and_said(self, machine):
        machine.make()
        machine.pythons["venv"] = OLD
        machine.make()
        assert "made anew: it is a Python 3.9.2" in machine.said[0]

    def test_a_clone_that_moved_is_made_anew_and_said(self, machine):
        machine.make()
        stamp = json.loads(machine.setup.stamp.read_text())
        machine.setup.stamp.write_text(json.dumps({**stamp, "venv": "/somewhere/.venv"}))
        machine.make()
        assert "it was made in /somewhere/.venv, and the folder has moved since" in machine.said[0]

    def test_another_python_asked_for_makes_it_anew(self, machine):
        machine.make()
        machine.pythons["/opt/python3.13"] = Interpreter("/opt/python3.13", (3, 13, 0), True)
        assert machine.make("/opt/python3.13")[0].startswith("/opt/python3.13 -m venv")
        assert "asked for is 3.13.0" in machine.said[0]

    def test_the_same_python_asked_for_changes_nothing(self, machine):
        machine.make()
        assert machine.make(GOOD.path) == []

    def test_an_old_python_asked_for_is_refused_and_the_venv_kept(self, machine):
        machine.make()
        with pytest.raises(SetupError, match="Pythons that can be started"):
            machine.make(OLD.path)
        assert machine.setup.up_to_date()

    def test_with_a_uv_on_the_machine_no_pip_is_needed(self, machine, monkeypatch):
        monkeypatch.setattr(bootstrap, "find_uv", lambda paths: "/bin/uv")
        first, second, *_ = machine.make()
        assert first.startswith("/bin/uv venv")
        assert second.startswith("/bin/uv pip sync")

    def test_an_empty_venv_folder_is_no_venv(self, machine, clone):
        (clone / ".venv").mkdir()  # a mounted volume, as in the devcontainer
        machine.make()
        assert machine.said[0].startswith("[1/4]")

    def test_commands_do_not_see_another_environment(self, machine):
        assert machine.setup.environ == {"A": "b"}


class TestMain:
    def test_what_is_wrong_is_said_on_stderr(self):
        command = [sys.executable, ROOT / "tools" / "bootstrap.py", "--python", "/no/such/python"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60)
        assert done.returncode == 1
        assert "The setup cannot go on." in done.stderr
        assert "Do next:" in done.stderr

    @pytest.mark.parametrize(
        ("raised", "code", "words"),
        [
            (
                subprocess.CalledProcessError(7, ["uv", "sync"]),
                1,
                "uv sync\n  Found:     it ended with exit code 7",
            ),
            (KeyboardInterrupt(), 130, "goes on where it stopped"),
        ],
    )
    def test_a_step_that_fails_and_ctrl_c(self, monkeypatch, capsys, raised, code, words):
        def fail(self, wanted):
            raise raised

        monkeypatch.setattr(Setup, "make", fail)
        assert bootstrap.main([]) == code
        assert words in capsys.readouterr().err

    def test_two_at_once_take_turns(self, tmp_path):
        said = []
        held = bootstrap.one_at_a_time(tmp_path, said.append)
        code = f"import bootstrap, pathlib; bootstrap.one_at_a_time(pathlib.Path({str(tmp_path)!r}))"
        other = subprocess.Popen([sys.executable, "-uc", code], cwd=ROOT / "tools", stdout=subprocess.PIPE)
        assert b"Another setup" in other.stdout.readline()
        assert other.poll() is None
        held.close()
        assert other.wait(10) == 0
        other.stdout.close()
        assert said == []
