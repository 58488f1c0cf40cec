"""`workshop deploy --sam`: which commands, in whose environment, and how failures are told."""

from types import SimpleNamespace

import pytest

from tests.addons import on_demand
from tests.workshop.deploy.templates import USERS
from workshop.addons.sam_cli import environment, sam
from workshop.deploy import FellShort, NotAnswered, with_sam
from workshop.deploy.run import Interrupted, Order
from workshop.target import Target

TARGET = Target("sandbox", "http://127.0.0.1:4999", "111122223333", "us-east-1", "111122223333")


@pytest.fixture
def order(tmp_path, monkeypatch):
    (tmp_path / "template.yaml").write_text(USERS)
    monkeypatch.setattr(with_sam, "sam", lambda clone, say: tmp_path / "bin" / "sam")
    monkeypatch.setattr(with_sam.stack, "state", lambda client, name: SimpleNamespace(outputs={"A": "b"}))
    said = []

    def make(**other):
        return Order(
            tmp_path / "template.yaml",
            TARGET,
            "workshop",
            "workshop deploy 1 --sam",
            said.append,
            None,
            tmp_path,
            **other,
        )

    make.said = said
    return make


def test_it_builds_then_deploys_in_the_labs_folder(order, tmp_path):
    ran = []
    outputs = with_sam.deploy(order(yes=True), lambda *step: ran.append(step) or 0)
    assert outputs == {"A": "b"}
    assert [command[1] for command, _, _ in ran] == ["build", "deploy"]
    assert {folder for _, folder, _ in ran} == {tmp_path}
    assert "--no-confirm-changeset" in ran[1][0]
    shown = "\n".join(order.said)
    assert "$ sam build" in shown
    assert "$ sam deploy --stack-name workshop --resolve-s3 --capabilities CAPABILITY_IAM" in shown
    assert "sandbox env --port 4999" in shown


def test_sam_itself_asks_in_a_terminal(order):
    ran = []
    with_sam.deploy(order(in_terminal=True), lambda *step: ran.append(step) or 0)
    assert "--confirm-changeset" in ran[1][0]


def test_without_a_terminal_somebody_has_to_have_said_yes(order):
    with pytest.raises(NotAnswered) as problem:
        with_sam.deploy(order(), lambda *step: pytest.fail("ran"))
    assert problem.value.do_next.endswith("workshop deploy 1 --sam --yes")


def test_a_failed_step_is_the_last(order):
    ran = []
    with pytest.raises(FellShort) as problem:
        with_sam.deploy(order(yes=True), lambda *step: ran.append(step) or 3)
    assert len(ran) == 1
    assert problem.value.found.startswith("it ended with exit code 3")


def test_ctrl_c_says_what_goes_on(order):
    def interrupted(*step):
        raise KeyboardInterrupt

    with pytest.raises(Interrupted, match="CloudFormation goes on by itself"):
        with_sam.deploy(order(yes=True), interrupted)


def test_sam_talks_to_the_target_and_to_nobody_else():
    mine = {
        "AWS_PROFILE": "company",
        "AWS_SESSION_TOKEN": "t",
        "AWS_ENDPOINT_URL_S3": "https://elsewhere",
        "NO_PROXY": "intranet",
        "HOME": "/home/ada",
    }
    environ = environment(TARGET, mine)
    assert environ["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4999"
    assert environ["AWS_ACCESS_KEY_ID"] == "111122223333"
    assert environ["SAM_CLI_TELEMETRY"] == "0"
    assert environ["NO_PROXY"] == "intranet,127.0.0.1,localhost"
    assert environ["HOME"] == "/home/ada"
    assert not {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL_S3"} & environ.keys()


def test_the_real_one_deploys_a_learners_lab(learner, capfd):
    on_demand(sam)
    ended = learner.deploy(USERS, yes=True, sam=True)
    assert ended.code == 0, ended.text + capfd.readouterr().out
    assert learner.outputs()["UsersTableName"] in ended.out
    assert "Successfully created/updated stack - workshop in us-east-1" in capfd.readouterr().out
    assert learner.deploy(yes=True, sam=True).code == 0
    assert "No changes to deploy" in "".join(capfd.readouterr())
