"""The page that compares local AWSs: its tables are what was measured, and our column is true today."""

import json

import pytest

from benchmarks.peers import results
from benchmarks.peers.all_probes import all_probes
from benchmarks.peers.probe import LAYERS, Differs, Probe, ask, expect, refused
from benchmarks.peers.world import NotOurs, World, request
from tests.sandbox.cases import all_cases

ACCOUNT = "888877776666"
PROBES = all_probes()
PAGE = results.PAGE.read_text()
RECORDED = json.loads(results.RESULTS.read_text())
OURS = "this sandbox"


@pytest.fixture(scope="session")
def world(sandbox):
    return World(sandbox.url, ACCOUNT)


@pytest.mark.parametrize("probe", PROBES, ids=[probe.case for probe in PROBES])
def test_the_sandbox_answers_as_aws_does(probe, world):
    assert ask(probe, world) is None


def test_each_probe_asks_a_fact_that_was_recorded_on_aws():
    recorded = all_cases()
    asked = [probe.case for probe in PROBES]
    assert set(asked) <= recorded.keys()
    assert len(set(asked)) == len(asked)
    assert {probe.layer for probe in PROBES} == set(LAYERS)


def test_the_results_are_of_these_probes():
    told = [(entry["case"], entry["layer"], entry["says"]) for entry in RECORDED["probes"]]
    assert told == [(probe.case, probe.layer, probe.says) for probe in PROBES]
    assert not [entry["case"] for entry in RECORDED["probes"] if entry["seen"][OURS]]
    names = {peer["name"] for peer in RECORDED["peers"]}
    assert all(entry["seen"].keys() == names for entry in RECORDED["probes"])


def test_the_tables_of_the_page_are_what_was_measured():
    block = results.block(RECORDED)
    assert block in PAGE
    assert results.with_block(PAGE, block) == PAGE


def test_no_probe_is_passed_by_a_server_that_is_not_there():
    nowhere = World("http://127.0.0.1:1")
    assert [probe.case for probe in PROBES if ask(probe, nowhere) is None] == []


def test_whatever_is_raised_is_a_difference(world):
    def crashes(_):
        raise KeyError("Stacks")

    seen = ask(Probe("x", "iam", "x", crashes), world)
    assert seen == "KeyError: 'Stacks'"


def test_what_differs_is_said(world):
    with pytest.raises(Differs, match="200 ok"):
        expect(False, "200 ok")
    with pytest.raises(Differs, match="the call succeeds"):
        refused("AccessDenied", "", world.client("sts").get_caller_identity)
    with pytest.raises(Differs, match="NoSuchEntity"):
        refused("AccessDenied", "", world.client("iam").get_role, RoleName="none")


def test_a_probe_never_leaves_this_machine():
    for url in (
        "https://abc.execute-api.us-east-1.amazonaws.com/",
        "http://192.0.2.1/",
        "http://notlocalhost/",
    ):
        with pytest.raises(NotOurs, match="leads elsewhere"):
            request("GET", url)


def test_results_hold_nothing_of_one_run():
    seen = results.tidy("no route to abcd1234.execute-api.us-east-1.amazonaws.com for peer-0123456789")
    assert seen == "no route to ….execute-api.us-east-1.amazonaws.com for …"
    assert results.tidy(None) is None
