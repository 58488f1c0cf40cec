"""The records as JUnit XML, as GitHub's and GitLab's readers take it: a suite for each submission.

Source: JUnit's schema as documented by testmoapp/junitxml, and GitLab's *Unit test reports*.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence
from typing import Any

from workshop.grading.record import STATES, Record, seen

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that no XML 1.0 document may hold (XML 1.0, section 2.2)."""

_KINDS = {"failed": "failure", "error": "error", "skipped": "skipped", "not_shown": "skipped"}


def as_text(records: Sequence[Record]) -> str:
    """A document with one suite for each submission, and one case for each of its checks."""
    root = ET.Element("testsuites", name="workshop grade")
    for one in records:
        root.append(_suite(one))
    for name in ("tests", "failures", "errors", "skipped"):
        root.set(name, str(sum(int(suite.get(name, "0")) for suite in root)))
    root.set("time", f"{sum(float(suite.get('time', '0')) for suite in root):.3f}")
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _suite(one: Record) -> ET.Element:
    suite = ET.Element("testsuite", name=_text(one.name))
    cases = [_case(one.name, test) for test in one.tests]
    if one.state not in ("passed", "short"):
        cases.append(_state(one))
    suite.extend(cases)
    suite.set("tests", str(len(cases)))
    for name, kind in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(name, str(sum(case.find(kind) is not None for case in cases)))
    suite.set("time", f"{one.use.get('seconds', 0.0):.3f}")
    if one.at:
        suite.set("timestamp", one.at)
    return suite


def _case(learner: str, test: Mapping[str, Any]) -> ET.Element:
    name = f"{test['id']}: {test['name']}"
    case = ET.Element("testcase", classname=_text(f"{learner}.{test['lab']}"), name=_text(name))
    case.set("time", f"{test['seconds']:.3f}")
    kind = _KINDS.get(test["outcome"])
    if kind == "failure" and test["stretch"]:
        kind = "skipped"  # no part of the verdict
    if kind:
        told = ET.SubElement(case, kind, message=_text(seen(test)))
        told.text = _text(test["traceback"] or test["message"] or "")
    return case


def _state(one: Record) -> ET.Element:
    """What became of a submission whose checks do not say it."""
    _, word, meaning = STATES[one.state]
    case = ET.Element("testcase", classname=_text(one.name), name="the submission", time="0.000")
    kind = "error" if one.status == "error" else "failure"
    ET.SubElement(case, kind, message=_text(f"{word}: {one.reason or meaning}"))
    return case


def _text(text: str) -> str:
    return _NOT_XML.sub("\ufffd", text)
