"""A real request, its way as text, as JSON and as a picture."""

import json
import xml.etree.ElementTree as ET

import pytest
import requests

from tests.solutions.deployed import deploy, fresh_account, target_in
from workshop.tracing.show import show, trace


@pytest.fixture(scope="module")
def target(sandbox):
    return target_in(sandbox, fresh_account())


@pytest.fixture(scope="module")
def outputs(target):
    return deploy("04-api-gateway", "nodejs", target, say=lambda line: None)


def kinds(steps):
    return [(step["kind"], kinds(step["children"])) for step in steps]


WHOLE = ["gateway", "permission", ("lambda", [("aws-api", [("dynamodb", [])])]), "mapping", "answered"]


@pytest.mark.parametrize("api", ["HttpApiUrl", "RestApiUrl"])
def test_the_way_of_a_request(target, outputs, api):
    answer = requests.get(f"{outputs[api]}/users/nobody", timeout=30)
    way = trace(target=target).way
    assert (way.status, answer.status_code) == (404, 404)
    wanted = [one if isinstance(one, tuple) else (one, []) for one in WHOLE]
    assert kinds(way.as_dict()["steps"]) == wanted
    by_kind = {step.kind: step for step in way.walk()}
    assert by_kind["lambda"].facts[1].startswith("event ")
    assert by_kind["dynamodb"].facts == ("replica 0, 1 read unit",)
    assert by_kind["answered"].title == f"answered 404, {len(answer.content)} bytes"
    request_id = answer.headers.get("apigw-requestid") or answer.headers["x-amzn-requestid"]
    assert trace(request_id, target).way == way


def test_a_path_without_a_route(target, outputs):
    requests.get(f"{outputs['RestApiUrl']}/nothing", timeout=30)
    way = trace(target=target).way
    assert way.status == 403
    assert way.first_trouble.trouble == "the deployment has no method GET of a resource for /nothing"


def test_text_json_and_picture_say_the_same(target, outputs):
    requests.get(f"{outputs['HttpApiUrl']}/users", timeout=30)
    drawn, said = trace(target=target), []
    for as_json in (False, True):
        show(target.url, drawn.way.trace_id, as_json, said.append)
    assert said[0] == repr(drawn)
    assert json.loads(said[1]) == json.loads(json.dumps(drawn.way.as_dict()))
    picture = ET.fromstring(drawn._repr_html_())
    words = "".join(picture.itertext())
    for step in drawn.way.walk():
        assert step.title in words
    bars = [one for one in picture.iter("div") if one.get("role") == "img"]
    assert len(bars) == len(list(drawn.way.walk()))
