"""LoggingConfig in Lambda's control plane.

Answers: localstack/localstack, tests/aws/services/lambda_/test_lambda_api, TestLoggingConfig (recorded on
AWS).
"""

from __future__ import annotations

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

NOTHING = "def handler(event, context): pass"


@pytest.fixture
def update(deploy, client):
    """`update({…}, {…})`: what a function's LoggingConfig is after these updates."""

    def make(*configs):
        function, api = deploy(NOTHING), client("lambda")
        for config in configs:
            told = api.update_function_configuration(FunctionName=function.name, LoggingConfig=config)
        kept = api.get_function(FunctionName=function.name)["Configuration"]["LoggingConfig"]
        assert told["LoggingConfig"] == kept
        return {**kept, "LogGroup": kept["LogGroup"].replace(function.name, "NAME")}

    return make


JSON = {"LogFormat": "JSON"}
DEFAULTS = {**JSON, "ApplicationLogLevel": "INFO", "SystemLogLevel": "INFO", "LogGroup": "/aws/lambda/NAME"}


@pytest.mark.parametrize(
    ("configs", "wanted"),
    [
        ([JSON], DEFAULTS),
        ([{**JSON, "ApplicationLogLevel": "DEBUG"}], {**DEFAULTS, "ApplicationLogLevel": "DEBUG"}),
        ([{**JSON, "SystemLogLevel": "DEBUG"}], {**DEFAULTS, "SystemLogLevel": "DEBUG"}),
        ([{"LogGroup": "cool_lambda"}], {"LogFormat": "Text", "LogGroup": "cool_lambda"}),
        ([JSON, {"LogFormat": "Text"}], {"LogFormat": "Text", "LogGroup": "/aws/lambda/NAME"}),
        # What is given replaces all of it.
        (
            [{**JSON, "LogGroup": "mine"}, {**JSON, "SystemLogLevel": "WARN"}],
            {**DEFAULTS, "SystemLogLevel": "WARN"},
        ),
    ],
)
def test_updates(update, configs, wanted):
    assert update(*configs) == wanted


def test_a_new_function_and_its_version(deploy, client):
    function = deploy(NOTHING, LoggingConfig=JSON, Publish=True)
    wanted = {**DEFAULTS, "LogGroup": f"/aws/lambda/{function.name}"}
    assert function.created["LoggingConfig"] == wanted
    api = client("lambda")
    api.update_function_configuration(FunctionName=function.name, LoggingConfig={"LogFormat": "Text"})
    versions = api.list_versions_by_function(FunctionName=function.name)["Versions"]
    assert [one["LoggingConfig"]["LogFormat"] for one in versions] == ["Text", "JSON"]


def test_a_change_of_the_format_takes_the_next_invocation(deploy, client):
    function = deploy("def handler(event, context): print('x')")
    function.invoke()
    client("lambda").update_function_configuration(
        FunctionName=function.name, LoggingConfig={**JSON, "SystemLogLevel": "WARN"}
    )
    assert function.invoke().log == "x\n"


WORDS = (
    'LogLevel is not supported when LogFormat is set to "Text". Remove LogLevel from your request or change '
    'the LogFormat to "JSON" and try again.'
)


@pytest.mark.parametrize(
    ("config", "code", "words"),
    [
        ({"LogFormat": "Text", "SystemLogLevel": "INFO"}, "InvalidParameterValueException", WORDS),
        ({"ApplicationLogLevel": "INFO"}, "InvalidParameterValueException", WORDS),
        ({"LogFormat": "Json"}, "ValidationException", "Value 'Json' at 'loggingConfig.logFormat' failed"),
        ({**JSON, "SystemLogLevel": "ERROR"}, "ValidationException", "enum value set: [DEBUG, INFO, WARN]"),
        ({"LogGroup": "a b"}, "ValidationException", "Value 'a b' at 'loggingConfig.logGroup' failed"),
        ({"LogGroup": "a" * 513}, "ValidationException", "length less than or equal to 512"),
    ],
)
def test_what_is_refused(client, account, config, code, words):
    api = client("lambda", config=Config(parameter_validation=False))
    with pytest.raises(ClientError) as caught:
        api.create_function(
            FunctionName="f",
            Runtime="python3.13",
            Role=f"arn:aws:iam::{account}:role/any",
            Handler="index.handler",
            Code={"ZipFile": b"x"},
            LoggingConfig=config,
        )
    assert caught.value.response["Error"]["Code"] == code
    assert words in caught.value.response["Error"]["Message"]
