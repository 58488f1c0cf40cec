"""The same request as two events, and who answered what."""

import xml.etree.ElementTree as ET

import pytest

from workshop.figures.answers import answer_grid
from workshop.figures.events import event_pair

CONTEXT = {"stage": "prod", "identity": {"sourceIp": "127.0.0.1"}}
FROM_REST = {
    "resource": "/users/{userId}",
    "path": "/users/a%20b",
    "httpMethod": "GET",
    "headers": {"Host": "x", "X-Team": "b", "Cookie": "theme=dark"},
    "multiValueHeaders": {"Host": ["x"], "X-Team": ["a", "b"], "Cookie": ["theme=dark"]},
    "queryStringParameters": None,
    "multiValueQueryStringParameters": None,
    "pathParameters": {"userId": "a%20b"},
    "stageVariables": None,
    "requestContext": CONTEXT,
    "body": None,
    "isBase64Encoded": False,
}
FROM_HTTP = {
    "version": "2.0",
    "routeKey": "GET /users/{userId}",
    "rawPath": "/users/a b",
    "rawQueryString": "",
    "cookies": ["theme=dark"],
    "headers": {"host": "x", "x-team": "a,b", "x-forwarded-for": "127.0.0.1"},
    "pathParameters": {"userId": "a b"},
    "requestContext": {"stage": "prod", "http": {"method": "GET", "sourceIp": "127.0.0.1"}},
    "isBase64Encoded": False,
}


@pytest.fixture
def rows():
    return {row.name: row for row in event_pair(FROM_REST, FROM_HTTP).rows}


class TestEventPair:
    @pytest.mark.parametrize(
        ("name", "sign", "first", "second"),
        [
            ("version", "≠", ("version", "no such key"), ("version", '"2.0"')),
            ("method", "↔", ("httpMethod", '"GET"'), ("requestContext.http.method", '"GET"')),
            ("route", "≠", ("resource", '"/users/{userId}"'), ("routeKey", '"GET /users/{userId}"')),
            ("path", "≠", ("path", '"/users/a%20b"'), ("rawPath", '"/users/a b"')),
            ("headers, all values", "≠", ..., ("-", "no such key")),
            ("cookies", "≠", ("-", "no such key"), ("cookies", '["theme=dark"]')),
            ("body", "≠", ("body", "null"), ("body", "no such key")),
            ("is it base64?", "=", ("isBase64Encoded", "false"), ("isBase64Encoded", "false")),
            ("stage", "=", ("requestContext.stage", '"prod"'), ("requestContext.stage", '"prod"')),
        ],
    )
    def test_what_is_where(self, rows, name, sign, first, second):
        assert rows[name].sign == sign
        assert rows[name].second == second
        if first is not ...:
            assert rows[name].first == first

    def test_headers_that_come_by_themselves_are_left_out(self, rows):
        assert rows["headers"].first.value == '{"X-Team": "b", "Cookie": "theme=dark"}'
        assert rows["headers"].second.value == '{"x-team": "a,b"}'
        assert rows["headers, all values"].first.value == '{"X-Team": ["a", "b"], "Cookie": ["theme=dark"]}'

    def test_the_text_form_says_all(self):
        lines = repr(event_pair(FROM_REST, FROM_HTTP)).splitlines()
        assert lines[0] == "payload 1.0, REST API and payload 2.0, HTTP API"
        at = next(number for number, line in enumerate(lines) if line.startswith("≠ path parameters"))
        assert lines[at].split() == [
            *["≠", "path", "parameters", "1.0", "pathParameters"],
            '{"userId":',
            '"a%20b"}',
        ]
        assert lines[at + 1].split() == ["2.0", "pathParameters", '{"userId":', '"a', 'b"}']
        assert lines[-2] == "= the same · ↔ the same value under another key · ≠ another value"
        assert lines[-1] == "2 of these 15 parts are the same in both events."

    def test_payload_1_of_an_http_api_is_told_by_its_version(self):
        pair = event_pair(FROM_REST, {**FROM_REST, "version": "1.0"})
        assert pair.titles == ("payload 1.0, REST API", "payload 1.0, HTTP API")
        assert [row.name for row in pair.rows if row.sign != "="] == ["version"]

    def test_the_drawing_says_what_the_text_says(self):
        root = ET.fromstring(event_pair(FROM_REST, FROM_HTTP)._repr_html_())
        said = "".join(root.itertext())
        for row in event_pair(FROM_REST, FROM_HTTP).rows:
            for text in (row.name, row.first.value, row.second.value):
                assert text in said
        assert [th.text for th in root.iter("th") if th.get("scope") == "col"][2:] == [
            "payload 1.0, REST API",
            "payload 2.0, HTTP API",
        ]

    def test_text_of_others_is_text(self):
        html = event_pair({**FROM_REST, "body": "<b>"}, FROM_HTTP)._repr_html_()
        assert "<b>" not in html

    @pytest.mark.parametrize("event", [{}, {"version": "3.0"}, {"Records": []}])
    def test_what_is_no_event_is_refused(self, event):
        with pytest.raises(ValueError, match="no event of API Gateway"):
            event_pair(event, FROM_HTTP)
        with pytest.raises(ValueError, match="no event of API Gateway"):
            event_pair(FROM_REST, event)


ANSWERS = [
    ("GET /users/ada", "HTTP API", 200, "ok", "function"),
    ("GET /user/ada", "HTTP API", 404, "Not Found", "gateway"),
    ("GET /user/ada", "REST API", 403, "Missing Authentication Token", "gateway"),
]


class TestAnswerGrid:
    def test_the_text_form(self):
        assert repr(answer_grid(ANSWERS)).splitlines() == [
            "                HTTP API         REST API",
            "GET /users/ada  ● 200 ok",
            "GET /user/ada   ▲ 404 Not Found  ▲ 403 Missing Authentication Token",
            "▲ said by the gateway: the function did not run · ● said by the function",
            "Of 3 answers the gateway gave 2, the function 1.",
        ]

    def test_the_drawing(self):
        root = ET.fromstring(answer_grid(ANSWERS)._repr_html_())
        rows = [["".join(cell.itertext()) for cell in row] for row in root.iter("tr")]
        assert rows == [
            ["", "HTTP API", "REST API"],
            ["GET /users/ada", "● 200 ok", ""],
            ["GET /user/ada", "▲ 404 Not Found", "▲ 403 Missing Authentication Token"],
        ]

    def test_the_last_answer_counts(self):
        grid = answer_grid([*ANSWERS, ("GET /users/ada", "HTTP API", 500, "oh", "gateway")])
        assert grid.at("GET /users/ada", "HTTP API").status == 500
        assert len(grid.answers) == 3

    def test_text_of_others_is_text(self):
        assert "<b>" not in answer_grid([("GET /<b>", "<b>", 200, "<b>", "function")])._repr_html_()

    def test_no_answers_are_refused(self):
        with pytest.raises(ValueError, match="no answers"):
            answer_grid([])
