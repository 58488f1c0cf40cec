"""`Transform: AWS::Serverless-2016-10-31`, expanded by aws-sam-translator: the code that AWS runs for it.

Its import takes half a second (two without bytecode), so it is imported when a template first asks for it,
in the thread that expands the template: the event loop goes on meanwhile.
"""

from __future__ import annotations

import asyncio
import copy
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sandbox.backend import lean_imports
from sandbox.cloudformation.template import transforms
from sandbox.cloudformation.wording import invalid
from sandbox.errors import AwsError, NotModelled

log = logging.getLogger(__name__)

SERVERLESS = "AWS::Serverless-2016-10-31"
_OF_AWS = ("AWS::Include", "AWS::LanguageExtensions", "AWS::CodeDeployBlueGreen", "AWS::SecretsManager")
_APPLICATION = "AWS::Serverless::Application"

# The translator keeps the region of its caller in a class.
_one_at_a_time = threading.Lock()


class TransformFailed(AwsError):
    """A transform refuses a template: a stack or change set fails by it, the call does not."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__("ValidationError", f"Transform {name} failed with: {reason}", 400)


async def expanded(
    document: dict[str, Any], parameters: Mapping[str, Any], account: str, region: str
) -> dict[str, Any]:
    """The document after its transforms; the one given is left as it is.

    Raises TransformFailed for what SAM refuses, NotModelled for other transforms of AWS, AwsError for
    macros that there are not.
    """
    for name in transforms(document):
        if name.startswith(_OF_AWS):
            raise NotModelled(f"the transform {name}")
        if name != SERVERLESS:
            raise invalid(f"No transform named {account}::{name} found.")
    for logical_id, resource in document["Resources"].items():
        if isinstance(resource, dict) and resource.get("Type") == _APPLICATION:
            raise NotModelled(f"{_APPLICATION} ({logical_id})")
    return await asyncio.to_thread(_expand, document, dict(parameters), region)


@dataclass(frozen=True)
class _Region:
    """Stands in for a boto3 session, of which the translator reads the region only."""

    region_name: str


@cache
def _translator_class() -> Any:
    """SAM's Translator, which reads its list of policy templates, and checks it by a schema, only once.

    It would for every template: a third of what it takes to expand one.
    """
    with lean_imports.without_grammar():
        from samtranslator.translator import translator

    translator.make_policy_template_for_function_plugin = cache(  # it keeps nothing of a template
        translator.make_policy_template_for_function_plugin
    )
    return translator.Translator


def _expand(document: dict[str, Any], parameters: dict[str, Any], region: str) -> dict[str, Any]:
    """As `samtranslator.translator.transform.transform`, which takes its region from the environment."""
    with lean_imports.without_grammar():
        from samtranslator.model.exceptions import InvalidDocumentException
        from samtranslator.parser.parser import Parser
        from samtranslator.utils.py27hash_fix import (
            to_py27_compatible_template,
            undo_mark_unicode_str_in_template,
        )

    # Warns of its own metrics, which go nowhere, and of features that AWS has not switched on yet.
    for name in ("samtranslator.metrics", "samtranslator.feature_toggle"):
        logging.getLogger(name).setLevel(logging.ERROR)
    fragment = copy.deepcopy(document)
    with _one_at_a_time:
        try:
            to_py27_compatible_template(fragment, parameters)  # logical ids hold hashes of its texts
            translator = _translator_class()(None, Parser(), boto_session=_Region(region))
            made = translator.translate(fragment, parameters, get_managed_policy_map=dict)
        except InvalidDocumentException as error:
            reasons = " ".join([error.message, *(cause.message for cause in error.causes)])
            raise TransformFailed(SERVERLESS, reasons) from error
        except Exception as error:  # AWS tells no more of what its translator did not expect
            log.exception("the SAM transform failed")
            raise TransformFailed(SERVERLESS, "Internal transform failure.") from error
    result: dict[str, Any] = undo_mark_unicode_str_in_template(made)
    result.pop("Transform", None)
    return result
