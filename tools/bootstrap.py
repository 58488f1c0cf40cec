"""Makes .venv and installs what requirements.txt locks: `make setup`. `make lock` writes that file anew.

Standard library only, and it must parse on Python 3.6, so that a Python that is too old is named
instead of failing with a SyntaxError. Safe to run again at any time: a setup that was cut short is
finished, a finished one is recognised by its stamp in well under a second. Where a bundle came with the
clone (unbundle.py), all is taken from it and no network is asked.
"""

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Optional

from pythons import OLDEST_PYTHON, Interpreter, SetupError, candidates, choose_python, dotted, find_uv, probe
from unbundle import Bundle, find_bundle

ROOT = Path(__file__).resolve().parent.parent
STAMP = "setup-stamp.json"
LOCK_HEAD = """\
# Every package of the workshop's environment, by version and hash. Written by `make lock`; do not edit.
"""
SAM_LOCK = "src/workshop/addons/sam-requirements.txt"
SAM_LOCK_HEAD = """\
# The AWS SAM CLI's environment, by version and hash. Written by `make lock`; do not edit.
"""


def locked_package(requirements: str, name: str) -> str:
    """The lines of a hash lock that pin `name`, with their hashes."""
    found = re.search(r"^{}==(?:.*\\\n)*.*\n".format(re.escape(name)), requirements, re.M)
    if not found:
        expected = "a line that pins {}".format(name)
        raise SetupError("requirements.txt", "no such line", expected, "git checkout requirements.txt")
    return found.group(0)


def fingerprint(root: Path) -> str:
    """One hash of all that decides what is installed."""
    inputs = [root / "requirements.txt", root / "pyproject.toml", root / "tools" / "bootstrap.py"]
    inputs += sorted(
        path for path in (root / "src").glob("**/package-lock.json") if "node_modules" not in path.parts
    )
    digest = hashlib.sha256()
    for path in inputs:
        digest.update(str(path.relative_to(root)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def aloud(line: str) -> None:
    """Prints at once, so that the lines stand in order with those of the commands that are run."""
    print(line, flush=True)


class Setup:
    """The environment of one clone. `run` starts a command and raises CalledProcessError if it fails."""

    def __init__(
        self,
        root: Path = ROOT,
        run: Callable[..., object] = subprocess.check_call,
        say: Callable[[str], object] = aloud,
        probe: Callable[[str], Optional[Interpreter]] = probe,
        environ: Optional[Dict[str, str]] = None,
        bundle: Optional[Bundle] = None,
    ) -> None:
        self.root, self.say, self.probe, self.bundle = root, say, probe, bundle
        self.venv = root / ".venv"
        self.python = self.venv / "bin" / "python"
        self.stamp = self.venv / STAMP
        self._run = run
        environ = dict(os.environ if environ is None else environ)
        for name in ("VIRTUAL_ENV", "PYTHONHOME", "PYTHONPATH", "PIP_USER", "PIP_TARGET"):
            environ.pop(name, None)
        self.environ = {**environ, **bundle.environment()} if bundle else environ

    def run(self, *command: object) -> None:
        self._run([str(part) for part in command], cwd=str(self.root), env=self.environ)

    def stamp_now(self) -> Dict[str, str]:
        return {"inputs": fingerprint(self.root), "venv": str(self.venv)}

    def read_stamp(self) -> Dict[str, str]:
        try:
            stamp = json.loads(self.stamp.read_text())
        except (OSError, ValueError):
            return {}
        return stamp if isinstance(stamp, dict) else {}

    def why_rebuild(self, wanted: Optional[str] = None) -> Optional[str]:
        """Why the .venv that is there cannot be kept, or None. `wanted` is the Python asked for."""
        if not self.venv.exists() or not any(self.venv.iterdir()):
            return None
        python = self.probe(str(self.python))
        if python is None:
            return "its Python does not start (another machine's, or a Python that was removed)"
        if python.version[:2] < OLDEST_PYTHON:
            return "it is a Python {}".format(dotted(python.version))
        made_at = self.read_stamp().get("venv", str(self.venv))
        if made_at != str(self.venv):
            return "it was made in {}, and the folder has moved since".format(made_at)
        asked = self.probe(wanted) if wanted else None
        if asked and asked.version[:2] != python.version[:2]:
            return "it is a Python {}, asked for is {}".format(dotted(python.version), dotted(asked.version))
        return None

    @property
    def home(self) -> Path:
        """Where the sandbox keeps the packages of its Node.js runtime."""
        return Path(self.environ.get("SANDBOX_HOME") or self.root / ".sandbox")

    def up_to_date(self) -> bool:
        whole = (self.home / "node").is_dir() and self.probe(str(self.python)) is not None
        return whole and self.read_stamp() == self.stamp_now()

    def make(self, wanted: Optional[str]) -> None:
        """Brings .venv to what the lock says. `wanted` is PYTHON= or None."""
        if wanted and not self.bundle:
            choose_python([wanted], needs_venv_module=False, probe=self.probe)
        if self.bundle and (wanted or not self.up_to_date()):
            wanted = self.bundle.choose_python(wanted, self.probe).path
            self.say("Taking all from {}, and nothing from the network …".format(self.bundle.folder))
            self.bundle.check(self.root)
        why = self.why_rebuild(wanted)
        if why:
            self.say("The folder .venv is made anew: {}.".format(why))
            empty(self.venv)
        elif self.up_to_date():
            return
        started = time.time()
        if self.stamp.exists():
            self.stamp.unlink()
        uv = self.make_venv(wanted)
        self.say("[2/4] Installing the packages that requirements.txt locks …")
        self.run(uv, "pip", "sync", "--python", self.python, "--require-hashes", "requirements.txt")
        self.say("[3/4] Installing the workshop itself …")
        itself = ("--no-deps", "--no-build-isolation", "--editable", ".")
        self.run(uv, "pip", "install", "--python", self.python, *itself)
        self.say("[4/4] Installing what the Node.js runtime of the sandbox offers …")
        if self.bundle:
            self.bundle.place(self.home, self.root / ".sandbox")
        self.run(self.venv / "bin" / "sandbox", "setup")
        if self.bundle:
            self.say("Installing what else comes at its first use, while it is at hand …")
            self.run(self.python, "-m", "workshop.addons")
        self.stamp.write_text(json.dumps(self.stamp_now(), indent=1))
        self.say("Set up in {:.0f} s.".format(time.time() - started))

    def make_venv(self, wanted: Optional[str]) -> str:
        """Makes .venv where there is none, and returns the uv to install with."""
        uv = find_uv([shutil.which("uv"), str(self.venv / "bin" / "uv")])
        if self.bundle and not uv:
            uv = str(self.bundle.uv(self.root / ".sandbox" / "uv"))
        if uv and self.probe(str(self.python)):
            self.say("[1/4] Using the .venv that is there …")
            return uv
        python = choose_python(list(candidates(wanted)), needs_venv_module=not uv, probe=self.probe)
        self.say("[1/4] Making .venv with Python {} ({}) …".format(dotted(python.version), python.path))
        if uv:
            self.run(uv, "venv", "--quiet", "--allow-existing", "--python", python.path, self.venv)
            return uv
        self.run(python.path, "-m", "venv", "--clear", self.venv)
        return self.install_uv()

    def install_uv(self) -> str:
        """Installs the locked uv into .venv with the pip that came with it."""
        with tempfile.TemporaryDirectory() as folder:
            lock = Path(folder) / "uv.txt"
            lock.write_text(locked_package((self.root / "requirements.txt").read_text(), "uv"))
            self.run(self.python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", lock)
        return str(self.venv / "bin" / "uv")

    def lock(self) -> None:
        """Resolves pyproject.toml anew into requirements.txt, and the SAM CLI's version into its own lock."""
        self.resolve("requirements.txt", LOCK_HEAD, "pyproject.toml", "--group", "dev")
        self.resolve(SAM_LOCK, SAM_LOCK_HEAD, "tools/sam-cli.in")
        self.say("requirements.txt and {} are written. Now: make setup && make test".format(SAM_LOCK))

    def resolve(self, lock: str, head: str, *what: str) -> None:
        """Writes one lock: names, versions, hashes, no addresses."""
        options = "--universal --generate-hashes --upgrade --quiet"
        leave_out = "--no-annotate --no-header --no-emit-index-url --no-emit-find-links"
        with tempfile.TemporaryDirectory() as folder:
            out = Path(folder) / "requirements.txt"
            self.run(
                self.venv / "bin" / "uv", "pip", "compile", *what,
                "--constraints", "tools/constraints.txt", "--python-version", dotted(OLDEST_PYTHON),
                *options.split(), *leave_out.split(), "--output-file", out
            )  # fmt: skip
            (self.root / lock).write_text(head + out.read_text())


def empty(folder: Path) -> None:
    """Removes what is in `folder`, but not the folder: it may be a mounted volume."""
    for child in folder.iterdir():
        if child.is_dir() and not child.is_symlink():
            shutil.rmtree(str(child))
        else:
            child.unlink()


def one_at_a_time(root: Path, say: Callable[[str], object] = aloud) -> Any:
    """Waits until no other setup of this clone is under way; the lock ends with the process."""
    import fcntl

    folder = root / ".sandbox"
    folder.mkdir(exist_ok=True)
    handle = (folder / "setup.lock").open("w")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        say("Another setup of this folder is under way; waiting for it …")
        fcntl.flock(handle, fcntl.LOCK_EX)
    return handle


def main(arguments: Optional[List[str]] = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("verb", nargs="?", choices=("setup", "lock"), default="setup")
    parser.add_argument("--python", help="the Python to build .venv with", default=None)
    parser.add_argument("--bundle", help="a bundle's folder, in place of bundle/ of the clone", default=None)
    options = parser.parse_args(arguments)
    held = one_at_a_time(ROOT)
    try:
        if options.verb == "lock":
            Setup().lock()
        else:
            Setup(bundle=find_bundle(ROOT, options.bundle)).make(options.python or None)
    except SetupError as error:
        sys.stderr.write("\nThe setup cannot go on.\n{}\n".format(error))
        return 1
    except subprocess.CalledProcessError as error:
        command = " ".join(error.cmd)
        problem = SetupError(
            command,
            "it ended with exit code {}; its own words are above".format(error.returncode),
            "exit code 0",
            "if it speaks of the network, look at HTTPS_PROXY; then type the same command again:"
            " it goes on where it stopped",
        )
        sys.stderr.write("\nThe setup cannot go on.\n{}\n".format(problem))
        return 1
    except OSError as error:
        problem = SetupError(
            error.filename or str(ROOT),
            error.strerror or str(error),
            "a folder that can be written to, on a disk with room",
            "mend that, then type the same command again: it goes on where it stopped",
        )
        sys.stderr.write("\nThe setup cannot go on.\n{}\n".format(problem))
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped. Type the same command again: it goes on where it stopped.\n")
        return 130
    finally:
        del held
    return 0


if __name__ == "__main__":
    sys.exit(main())
