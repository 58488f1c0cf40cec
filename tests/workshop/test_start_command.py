"""Which ports are chosen, what is started, and what is said."""

import os
import socket
from dataclasses import replace
from pathlib import Path

import pytest

from workshop import sandbox_record
from workshop.errors import Problem
from workshop.start import command
from workshop.start.command import choose_ports, welcome
from workshop.start.ports import free_port, is_free
from workshop.start.services import Ports, services, without_aws

CLONE = Path("/clone")


@pytest.fixture
def clone(tmp_path):
    """A folder with what `workshop start` copies."""
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "notebooks" / "00-tour.ipynb").write_text("the tour")
    return tmp_path


def on(sandbox, clone, ports):
    """The services, with the running sandbox's address in place of a new one's."""
    first, *others = services(clone, ports)
    return (replace(first, address=sandbox.url), *others)


@pytest.fixture
def taken():
    """A port of 127.0.0.1 that something listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


class TestPorts:
    def test_a_taken_port_is_not_free(self, taken):
        assert not is_free(taken)
        assert is_free(free_port(0))

    def test_the_next_free_one_and_none_twice(self):
        assert free_port(8888, is_free=lambda port: port > 8889) == 8890
        assert free_port(8888, avoid=[8888, 8889], is_free=lambda port: True) == 8890

    def test_any_port_avoids_those_in_use_by_us(self):
        first = free_port(0)
        assert free_port(0, avoid=[first]) not in (0, first)

    def test_none_free_is_a_problem_with_what_to_type(self):
        with pytest.raises(Problem) as problem:
            free_port(65530, is_free=lambda port: False)
        assert "65530 to 65535" in str(problem.value)
        assert "lsof" in str(problem.value)

    def test_a_fallback_is_said_aloud(self, taken):
        said = []
        ports = choose_ports(Ports(taken, 0, 0), said.append)
        assert said == [f"Port {taken} is taken: the local AWS uses {ports.sandbox} instead."]
        assert len({ports.sandbox, ports.lab, ports.guide}) == 3

    def test_free_ports_are_taken_in_silence(self):
        said = []
        wanted = Ports(free_port(0), 0, 0)
        assert choose_ports(wanted, said.append).sandbox == wanted.sandbox
        assert said == []


AMBIENT = {
    "AWS_PROFILE": "work",
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SESSION_TOKEN": "t",
    "AWS_ENDPOINT_URL_S3": "https://example.com",
    "NO_PROXY": "intranet",
    "PATH": "/bin",
    "HOME": "/home/learner",
}


class TestServices:
    @pytest.fixture
    def three(self):
        return services(CLONE, Ports(4600, 8900, 8100), AMBIENT, Path("/clone/.venv/bin"), token="secret")

    def test_no_service_sees_ambient_credentials(self, three):
        for service in three:
            left = {name: value for name, value in service.environment.items() if value in AMBIENT.values()}
            assert left.keys() <= {"NO_PROXY", "HOME"}
            assert "AWS_PROFILE" not in service.environment
            assert "AWS_SESSION_TOKEN" not in service.environment
            assert "AWS_ENDPOINT_URL_S3" not in service.environment

    def test_jupyter_is_pointed_at_the_sandbox(self, three):
        environment = three[1].environment
        expected = {
            "SANDBOX_URL": "http://127.0.0.1:4600",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:4600",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        assert expected.items() <= environment.items()
        assert {"intranet", "127.0.0.1"} <= set(environment["NO_PROXY"].split(","))

    def test_commands_of_the_clone_come_first_on_the_path(self, three):
        assert all(s.environment["PATH"].split(os.pathsep) == ["/clone/.venv/bin", "/bin"] for s in three)

    def test_only_loopback_and_the_chosen_ports(self, three):
        sandbox, lab, guide = (" ".join(service.command) for service in three)
        assert sandbox.endswith("sandbox serve --port 4600 --state /clone/.sandbox/state")
        assert "--ServerApp.ip=127.0.0.1 --ServerApp.port=8900 --ServerApp.port_retries=0" in lab
        assert "--ServerApp.root_dir=/clone/work " in lab
        assert "--dev-addr 127.0.0.1:8100" in guide

    def test_an_ephemeral_sandbox_has_no_state(self):
        sandbox, _, _ = services(CLONE, Ports(4600), {}, Path("/clone/.venv/bin"), ephemeral=True)
        assert " ".join(sandbox.command).endswith("sandbox serve --port 4600 --ephemeral")

    def test_the_token_is_in_the_address_but_not_on_the_command_line(self, three):
        lab = three[1]
        assert lab.address.endswith("/lab/tree/00-tour.ipynb?token=secret")
        assert lab.environment["JUPYTER_TOKEN"] == "secret"
        assert "secret" not in " ".join(lab.command)
        assert "JUPYTER_TOKEN" not in repr(lab)

    def test_the_persons_own_jupyter_configuration_cannot_switch_the_token_off(self, three):
        assert three[1].environment["JUPYTER_CONFIG_DIR"] == "/clone/.sandbox/jupyter"

    def test_a_token_is_random_and_long(self):
        tokens = {services(CLONE, Ports(), {}, Path("/b"))[1].environment["JUPYTER_TOKEN"] for _ in range(3)}
        assert len(tokens) == 3
        assert all(len(token) >= 32 for token in tokens)

    def test_without_aws(self):
        assert without_aws({"AWS_REGION": "x", "HOME": "/h"}) == {"HOME": "/h"}


class TestCommand:
    @pytest.fixture
    def calls(self, monkeypatch):
        seen = {}

        def run(started, logs, say, when_ready):
            seen.update(services=started, logs=logs)
            when_ready()
            return 7

        monkeypatch.setattr(command, "run", run)
        return seen

    def test_addresses_and_next_steps_are_said(self, calls, clone):
        said, browsed = [], []
        assert command.start(clone, Ports(0, 0, 0), False, said.append, browsed.append) == 7
        text = "\n".join(said)
        for service in calls["services"]:
            assert service.address in text
        assert [service.key for service in calls["services"]] == ["sandbox", "jupyterlab", "guide"]
        assert calls["logs"] == clone / ".sandbox" / "logs"
        assert browsed == []

    def test_open_opens_jupyterlab(self, calls, clone):
        browsed = []
        command.start(clone, Ports(0, 0, 0), True, lambda line: None, browsed.append)
        assert browsed == [calls["services"][1].address]
        assert not sandbox_record.read(clone), "no sandbox answered, so none is noted"

    def test_the_tour_is_copied_once_and_never_over_the_learners(self, calls, clone):
        command.start(clone, Ports(0, 0, 0), False, lambda line: None)
        mine = clone / "work" / "00-tour.ipynb"
        assert mine.read_text() == (clone / "notebooks" / "00-tour.ipynb").read_text()
        mine.write_text("my own")
        command.start(clone, Ports(0, 0, 0), False, lambda line: None)
        assert mine.read_text() == "my own"

    def test_work_as_a_file_is_a_problem_before_anything_starts(self, calls, clone):
        (clone / "work").write_text("")
        with pytest.raises(Problem, match=r"work\.old"):
            command.start(clone, Ports(0, 0, 0), False, lambda line: None)
        assert calls == {}

    def test_its_sandbox_is_noted_while_it_runs(self, clone, monkeypatch, sandbox):
        monkeypatch.setattr(command, "services", lambda clone, ports, **options: on(sandbox, clone, ports))
        seen = []

        def run(started, logs, say, when_ready):
            when_ready()
            seen.append(sandbox_record.read(clone))
            return 0

        monkeypatch.setattr(command, "run", run)
        command.start(clone, Ports(0, 0, 0), False, lambda line: None)
        assert [(note.pid, note.url, note.by) for note in seen] == [(sandbox.pid, sandbox.url, "start")]
        assert sandbox_record.read(clone) is None

    def test_a_sandbox_of_workshop_up_is_used_and_goes_on(self, calls, clone, sandbox):
        note = sandbox_record.of_process(sandbox.pid, sandbox.url)
        sandbox_record.write(clone, note)
        said = []
        command.start(clone, Ports(0, 0, 0), False, said.append)
        assert f"The local AWS is up already, at {sandbox.url}: it is used, and goes on afterwards." in said
        assert [service.key for service in calls["services"]] == ["jupyterlab", "guide"]
        assert calls["services"][0].environment["SANDBOX_URL"] == sandbox.url
        assert f"--port {sandbox.url.rpartition(':')[2]}" in said[-1]
        assert sandbox_record.read(clone) == note

    def test_the_note_of_another_start_stays(self, clone, monkeypatch, sandbox):
        other = sandbox_record.of_process(os.getpid(), "http://127.0.0.1:1", by="start")
        sandbox_record.write(clone, other)
        monkeypatch.setattr(command, "services", lambda clone, ports, **options: on(sandbox, clone, ports))
        monkeypatch.setattr(command, "run", lambda started, logs, say, when_ready: when_ready())
        command.start(clone, Ports(0, 0, 0), False, lambda line: None)
        assert sandbox_record.read(clone) == other

    def test_welcome_says_what_to_type_in_a_second_terminal(self):
        text = welcome(CLONE, Ports(4600), "L", "G", "S")
        assert "cd /clone" in text
        assert "source .venv/bin/activate" in text
        assert 'eval "$(sandbox env --port 4600)"' in text
        assert "00-tour.ipynb" in text
        assert "folder work/" in text
        assert "Ctrl-C" in text

    def test_aloud_writes_at_once(self, capsys):
        command.aloud("x")
        assert capsys.readouterr().out == "x\n"
