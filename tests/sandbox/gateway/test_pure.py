"""The pure parts: routers, paths, integration URIs, templates, examples in docstrings."""

from __future__ import annotations

import doctest
import importlib

import pytest

from sandbox.gateway import headers, paths, responses, targets, templates
from sandbox.gateway.router import HttpRouter, RestRouter, route_key_problem
from sandbox.gateway.templates import Inputs

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:f"
INVOCATIONS = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{}/invocations"


@pytest.mark.parametrize("name", ["router", "responses", "paths", "permission"])
def test_examples_in_docstrings(name):
    result = doctest.testmod(importlib.import_module(f"sandbox.gateway.{name}"))
    assert result.attempted > 0
    assert result.failed == 0


@pytest.mark.parametrize(
    ("method", "path", "route"),
    [
        ("GET", "/a/b/c", "GET /a/{x}/c"),
        ("GET", "/a/b/d", "GET /{y}/b/d"),
        ("GET", "/a/z/d", "GET /a/{rest+}"),
        ("GET", "/a/b/c/d/e", "GET /a/{rest+}"),
        ("POST", "/a/b/c", "ANY /{all+}"),
        ("GET", "/", "$default"),
        ("GET", "", "$default"),
        ("BREW", "/pot", "ANY /{all+}"),
    ],
)
def test_http_router_tries_all_ways(method, path, route):
    keys = ["GET /a/{x}/c", "GET /{y}/b/d", "GET /a/{rest+}", "ANY /{all+}", "$default"]
    router = HttpRouter({key: key for key in keys})
    found = router.match(method, path)
    assert found is not None
    assert found.target == route


def test_http_router_without_a_fit():
    assert HttpRouter({"GET /a": 1}).match("GET", "/b") is None
    assert HttpRouter({}).match("GET", "/") is None


def test_rest_router_prefers_literals_to_variables_to_greedy_ones():
    router = RestRouter(
        {("GET", "/"): "/", ("GET", "/{id}"): "id", ("GET", "/me"): "me", ("GET", "/a/{p+}"): "p"}
    )
    chosen = {path: router.match("GET", path) for path in ("/", "/me/", "/7", "/a/b//c/")}
    assert [m and m.target for m in chosen.values()] == ["/", "me", "id", "p"]
    assert chosen["/a/b//c/"].variables == {"p": "b//c"}
    assert router.match("GET", "/7/8") is None


def test_good_route_keys():
    good = ("$default", "GET /", "ANY /{proxy+}", "DELETE /users/{userId}", "GET /a.b/c-d/e_f")
    assert [route_key_problem(key) for key in good] == [""] * len(good)


@pytest.mark.parametrize(
    ("uri", "name", "qualifier"),
    [
        (FUNCTION, "f", None),
        (f"{FUNCTION}:live", "f", "live"),
        (f"{FUNCTION}:$LATEST", "f", "$LATEST"),
        (INVOCATIONS.format(FUNCTION), "f", None),
        (INVOCATIONS.format(f"{FUNCTION}:3"), "f", "3"),
    ],
)
def test_functions_of_uris(uri, name, qualifier):
    target = targets.function_of(uri)
    assert target is not None
    assert (target.name, target.qualifier, target.account) == (name, qualifier, "123456789012")


@pytest.mark.parametrize(
    "uri", ["", "f", "arn:aws:s3:::b", FUNCTION.replace("123456789012", "1"), f"{FUNCTION}:"]
)
def test_uris_of_no_function(uri):
    assert targets.function_of(uri) is None


def test_variables_in_uris():
    uri = FUNCTION.removesuffix("f") + "${stageVariables.fn}"
    assert targets.fill(uri, {"fn": "g"}).endswith(":g")
    assert targets.function_of(targets.fill(uri, {})) is None
    assert targets.is_invocations_arn(INVOCATIONS.format(uri))


@pytest.mark.parametrize("path", ["/%", "/a%2", "/%zz", "/%25zz", "/percent%25"])
def test_broken_escapes(path):
    with pytest.raises(paths.BadPath):
        paths.decoded(path)


def test_template():
    inputs = Inputs(
        body='{"a": {"b": [1, "x"]}, "s": "t"}',
        parameters={"q": "1"},
        context={"stage": "test", "identity": {"sourceIp": "127.0.0.1"}},
        stage_variables={"v": "w"},
    )
    text = (
        "$context.stage ${context.identity.sourceIp} $stageVariables.v $input.params('q')"
        " $input.json('$.a') $input.path('$.s') $input.params('none')."
    )
    assert templates.problem(text) == ""
    assert templates.render(text, inputs) == 'test 127.0.0.1 w 1 {"b":[1,"x"]} t .'
    assert templates.render("$input.body", inputs) == inputs.body


@pytest.mark.parametrize("template", ["price: $5", "100%", "# heading", "$", "$$"])
def test_texts_that_only_look_like_templates(template):
    assert templates.problem(template) == ""


def test_header_names_and_values():
    assert headers.safe("X-A", "b\r\nc") == ("X-A", "b  c")
    assert headers.safe("X A", "b") is None
    assert headers.rest_out([("Date", "d"), ("Transfer-Encoding", "chunked"), ("X-A", "b")]) == [
        ("x-amzn-Remapped-Date", "d"),
        ("X-A", "b"),
    ]


@pytest.mark.parametrize("payload", [b"", b"not json", b"\xff\xfe"])
def test_results_that_are_not_json(payload):
    for convert in (responses.http_2, responses.http_1, lambda p: responses.rest(p, binary=False)):
        with pytest.raises(responses.Malformed, match="not JSON"):
            convert(payload)
