"""What a learner's template says: of help where what runs is judged, and nothing more."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


def saved_template(file: Path) -> dict[str, Any]:
    """The template, without CloudFormation's short forms; empty if it cannot be read as one."""
    try:
        template = yaml.load(file.read_text(encoding="utf-8"), Loader=_Template)
    except (OSError, ValueError, yaml.YAMLError):
        return {}
    return template if isinstance(template, dict) else {}


class _Template(yaml.SafeLoader):
    """YAML with `!Ref` and others, which are not looked into."""


_Template.add_multi_constructor("!", lambda loader, suffix, node: None)
