"""EventInvokeConfigs, and asynchronous invocations that fail. Recorded on AWS: localstack/localstack,
test_lambda_api.py, TestLambdaEventInvokeConfig; test_lambda.py, TestRequestIdHandling."""

from __future__ import annotations

import json
import time

import pytest
from botocore.exceptions import ClientError

from tests.sandbox.roles import allow
from tests.workshop.waiting import wait_until

FAILS = "def handler(event, context):\n    print('try', context.aws_request_id)\n    raise ValueError('no')"


@pytest.fixture
def api(client):
    return client("lambda")


@pytest.fixture
def function(deploy):
    return deploy("def handler(event, context): return event").name


def refused(operation, **parameters):
    with pytest.raises(ClientError) as caught:
        operation(**parameters)
    error = caught.value.response
    return error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Code"], error["Error"]["Message"]


def told(answer):
    """A config without what is other each time."""
    return {key: value for key, value in answer.items() if key not in ("ResponseMetadata", "LastModified")}


def test_put_replaces_and_update_adds(api, function):
    def config(**settings):
        arn = f"{api.get_function(FunctionName=function)['Configuration']['FunctionArn']}:$LATEST"
        return {"FunctionArn": arn, "DestinationConfig": {"OnSuccess": {}, "OnFailure": {}}, **settings}

    named = {"FunctionName": function}
    put = api.put_function_event_invoke_config(**named, MaximumRetryAttempts=0)
    assert told(put) == config(MaximumRetryAttempts=0)
    assert abs(put["LastModified"].timestamp() - time.time()) < 10
    put = api.put_function_event_invoke_config(**named, MaximumEventAgeInSeconds=60)
    assert told(put) == config(MaximumEventAgeInSeconds=60)
    both = config(MaximumEventAgeInSeconds=60, MaximumRetryAttempts=1)
    assert told(api.update_function_event_invoke_config(**named, MaximumRetryAttempts=1)) == both
    assert told(api.get_function_event_invoke_config(**named)) == both
    assert told(api.get_function_event_invoke_config(**named, Qualifier="$LATEST")) == both
    (listed,) = api.list_function_event_invoke_configs(**named)["FunctionEventInvokeConfigs"]
    assert told(listed) == both


def test_each_qualifier_has_its_own(api, function):
    version = api.publish_version(FunctionName=function)["Version"]
    api.create_alias(FunctionName=function, Name="live", FunctionVersion=version)
    for name, more in ((function, {}), (f"{function}:live", {}), (function, {"Qualifier": version})):
        api.put_function_event_invoke_config(FunctionName=name, MaximumRetryAttempts=1, **more)

    def listed(**more):
        page = api.list_function_event_invoke_configs(FunctionName=function, **more)
        found = [one["FunctionArn"].rpartition(":")[2] for one in page["FunctionEventInvokeConfigs"]]
        return found, page.get("NextMarker")

    assert listed() == (["$LATEST", "1", "live"], None)
    first, marker = listed(MaxItems=2)
    assert (first, listed(Marker=marker)) == (["$LATEST", "1"], (["live"], None))
    answer = api.delete_function_event_invoke_config(FunctionName=function, Qualifier="$LATEST")
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 204
    api.delete_alias(FunctionName=function, Name="live")
    assert listed() == (["1"], None)


def test_what_is_not_there(api, function):
    put, get = api.put_function_event_invoke_config, api.get_function_event_invoke_config
    update, delete = api.update_function_event_invoke_config, api.delete_function_event_invoke_config
    missing = (404, "ResourceNotFoundException", "The function doesn't exist.")
    assert refused(put, FunctionName="nobody", MaximumRetryAttempts=1) == missing
    assert refused(put, FunctionName=function, Qualifier="none", MaximumRetryAttempts=1) == missing
    assert refused(update, FunctionName="nobody", MaximumRetryAttempts=1) == missing
    assert refused(api.list_function_event_invoke_configs, FunctionName="nobody") == missing
    arn = api.get_function(FunctionName=function)["Configuration"]["FunctionArn"]
    none = (404, "ResourceNotFoundException", f"The function {arn}:$LATEST doesn't have an EventInvokeConfig")
    assert refused(get, FunctionName=function) == none
    assert refused(delete, FunctionName=function) == none
    assert refused(update, FunctionName=function, MaximumRetryAttempts=1) == none
    assert refused(get, FunctionName=f"{function}:live")[2].startswith(f"The function {arn}:live doesn't")


def test_what_cannot_be_set(api, function):
    put, invalid = api.put_function_event_invoke_config, (400, "InvalidParameterValueException")
    text = "You must specify at least one of error handling or destination setting."
    assert refused(put, FunctionName="nobody") == (*invalid, text)
    text = "The derived qualifier from the function name does not match the specified qualifier."
    both = {"FunctionName": f"{function}:1", "Qualifier": "$LATEST"}
    assert refused(put, **both, MaximumRetryAttempts=1) == (*invalid, text)
    status, code, text = refused(put, FunctionName=function, MaximumRetryAttempts=3)
    assert (status, code) == (400, "ValidationException")
    assert text.endswith("at 'maximumRetryAttempts' failed to satisfy constraint: Member must have value "
                         "less than or equal to 2")  # fmt: skip
    assert (
        "'maximumEventAgeInSeconds'" in refused(put, FunctionName=function, MaximumEventAgeInSeconds=21601)[2]
    )


def test_destinations_are_refused_by_name(api, function):
    queue = {"OnFailure": {"Destination": "arn:aws:sqs:us-east-1:123456789012:failed"}}
    status, code, text = refused(
        api.put_function_event_invoke_config, FunctionName=function, DestinationConfig=queue
    )
    assert (status, code) == (501, "NotImplemented")
    assert "does not model destinations of asynchronous invocations (DestinationConfig.OnFailure)" in text
    put = api.put_function_event_invoke_config(FunctionName=function, DestinationConfig={"OnFailure": {}})
    assert put["DestinationConfig"] == {"OnSuccess": {}, "OnFailure": {}}


def test_who_may_not(sandbox, client, function):
    iam = client("iam")
    iam.create_user(UserName="reader")
    policy = {"PolicyName": "reads", "PolicyDocument": allow("lambda:GetFunctionEventInvokeConfig")}
    iam.put_user_policy(UserName="reader", **policy)
    key = iam.create_access_key(UserName="reader")["AccessKey"]
    api = client("lambda", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"])
    assert refused(api.get_function_event_invoke_config, FunctionName=function)[0] == 404
    status, code, text = refused(
        api.put_function_event_invoke_config, FunctionName=function, MaximumRetryAttempts=1
    )
    assert (status, code) == (403, "AccessDeniedException")
    assert "lambda:PutFunctionEventInvokeConfig on resource: arn:aws:lambda:us-east-1:" in text
    assert refused(api.get_account_settings)[0] == 403


# ---- what becomes of an event ----------------------------------------------------------------------------


@pytest.fixture
def at_once(sandbox):
    """Retries after errors come 30 and 60 ms later."""
    before = sandbox.settings()["event_retry_ms"]
    sandbox.settings(event_retry_ms=30)
    yield
    sandbox.settings(event_retry_ms=before)


def attempts(function):
    """The request ids of the attempts that its log tells of."""
    try:
        return [line.split()[1] for line in function.log() if line.startswith("try ")]
    except ClientError:
        return []  # no environment has made the log group yet


def discarded(raw, request_id):
    """What the traces say of an event that was given up, or None."""
    hops = [hop for trace in raw.request("GET", "/_sandbox/traces").json()["traces"] for hop in trace["hops"]]
    said = [hop["error"] for hop in hops if hop["facts"].get("request_id") == request_id and hop["error"]]
    return next((error for error in said if "discarded" in error), None)


@pytest.mark.parametrize("retries", [None, 0])
def test_an_event_that_fails(at_once, deploy, api, raw, retries):
    function = deploy(FAILS)
    if retries is not None:
        api.put_function_event_invoke_config(FunctionName=function.name, MaximumRetryAttempts=retries)
    answer = api.invoke(FunctionName=function.name, InvocationType="Event", Payload=b"{}")
    request_id = answer["ResponseMetadata"]["RequestId"]
    made = 3 if retries is None else 1
    wait_until(lambda: discarded(raw, request_id), "the event is discarded")
    assert discarded(raw, request_id) == (
        f"The event is discarded, attempt {made} was the last: RetriesExhausted"
    )
    assert attempts(function) == [request_id] * made


def test_an_event_of_an_alias_goes_by_the_config_of_the_alias(at_once, deploy, api, raw):
    function = deploy(FAILS)
    version = api.publish_version(FunctionName=function.name)["Version"]
    api.create_alias(FunctionName=function.name, Name="live", FunctionVersion=version)
    alias = {"FunctionName": function.name, "Qualifier": "live"}
    api.put_function_event_invoke_config(**alias, MaximumRetryAttempts=1)
    answer = api.invoke(**alias, InvocationType="Event")
    request_id = answer["ResponseMetadata"]["RequestId"]
    wait_until(lambda: discarded(raw, request_id), "the event is discarded")
    assert attempts(function) == [request_id] * 2


WAITS = """
import pathlib, time
def handler(event, context):
    folder = pathlib.Path(event)
    (folder / context.aws_request_id).touch()
    while not (folder / "door").exists():
        time.sleep(0.01)
"""


def test_a_throttled_event_is_run_once_there_is_room(deploy, api, tmp_path):
    function = deploy(WAITS, Timeout=20)
    api.put_function_concurrency(FunctionName=function.name, ReservedConcurrentExecutions=1)
    payload = json.dumps(str(tmp_path)).encode()

    def event():
        answer = api.invoke(FunctionName=function.name, InvocationType="Event", Payload=payload)
        return tmp_path / answer["ResponseMetadata"]["RequestId"]

    first = event()
    wait_until(first.exists, "the first event runs")
    second = event()
    with pytest.raises(ClientError, match="Rate Exceeded"):
        function.invoke(str(tmp_path))
    assert not second.exists()
    (tmp_path / "door").touch()
    wait_until(second.exists, "the second event runs")


def test_the_client_context_is_for_synchronous_invocations(at_once, deploy, client, raw):
    function = deploy("def handler(event, context): return context.client_context.custom")
    given = {"FunctionName": function.name, "ClientContext": "eyJjdXN0b20iOiB7ImEiOiAxfX0="}
    assert json.load(client("lambda").invoke(**given)["Payload"]) == {"a": 1}
    answer = client("lambda").invoke(**given, InvocationType="Event")
    wait_until(lambda: discarded(raw, answer["ResponseMetadata"]["RequestId"]), "the event is discarded")
    assert any("'NoneType' object has no attribute 'custom'" in line for line in function.log())
