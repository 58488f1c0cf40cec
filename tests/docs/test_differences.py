"""The page on what the sandbox does not prove: what of it a table of the code says too."""

import re

import pytest

from sandbox.cloudformation.providers import PROVIDERS
from sandbox.dynamodb.replicas import Lag
from tests.repository.sources import ROOT

PAGE = (ROOT / "docs" / "sandbox" / "differences.md").read_text()


def part(heading):
    """The text of the page below a heading, up to the next."""
    return re.search(rf"^###? {heading}\b.*?\n(.*?)(?=^##)", PAGE, re.M | re.S)[1]


def test_the_resource_types_are_those_that_are_made():
    assert sorted(re.findall(r"`(AWS::\w+::\w+)`", part("Resource types"))) == sorted(PROVIDERS)


def test_the_lag_is_that_of_the_code():
    assert f"half of the writes take up to {Lag().median:g} ms, none over {Lag().longest:g} ms" in PAGE


@pytest.mark.parametrize("service", ["IAM and STS", "DynamoDB", "Lambda and CloudWatch Logs", "API Gateway"])
def test_each_service_says_what_is_otherwise_and_what_is_not_there(service):
    text = re.search(rf"^## {service}\n(.*?)(?=^## )", PAGE, re.M | re.S)[1]
    headings = re.findall(r"^### (.+?) \{#[a-z-]+\}$", text, re.M)
    assert "Otherwise" in headings
    assert "Not modelled" in headings
