"""The answers of samples.yaml."""

from pathlib import Path

import yaml

_BY_REASON = yaml.safe_load((Path(__file__).parent / "samples.yaml").read_text())

SAMPLES = [(reason, text) for reason, texts in _BY_REASON.items() for text in texts]


def sample(reason, number=0):
    """One answer, by its reason."""
    return _BY_REASON[reason][number]


def handler(text, code="InvalidRequest"):
    """As CloudFormation's resource handlers wrap what a service answers."""
    return f'Resource handler returned message: "{text}" (RequestToken: 5e3c, HandlerErrorCode: {code})'
