"""From the URL in the outputs to the API that is meant, and to its stage.

An API's id is a part of its URL, whatever the host: `https://{id}.execute-api.{region}.amazonaws.com/prod` on
AWS, `http://127.0.0.1:4566/_aws/execute-api/{id}/prod` on the sandbox.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from tests.labs.gateway.api import Api, HttpApi, RestApi
from tests.labs.gateway.messages import CHECK, DEPLOY
from tests.labs.gateway.routes import DEFAULT
from tests.labs.saved import saved_template
from tests.labs.standing import TEMPLATE, find_resource
from workshop.checking.find import REST_STAGE, Found
from workshop.checking.finding import CheckFailed
from workshop.checking.message import Message

NO_URL = Message(
    saw="the {how} is `{value}`, which is no URL",
    expected="the URL of the {kind}, with https:// in front",
    why="The output {output} says where the {kind} is called; everybody who uses it sends requests there.",
    next_step=f"Write the whole URL into the output {{output}} of template.yaml, then: {DEPLOY}",
)
NOT_BUILT = Message(
    saw="the stack has no output {output}, and the lab has no {kind} yet; others here: {there}",
    expected="{a_kind}, and its URL in the output {output}",
    why="The function has no URL of its own. APIs named nb-… belong to a notebook, which removes them.",
    next_step=f"Put {{a_kind}} (its type is {{type}}) and the output {{output}} into template.yaml, then: "
    f"{DEPLOY}",
)
SAVED_NOT_DEPLOYED = Message(
    saw="the stack {prefix} has no output {output}; your template.yaml has it already",
    expected="a stack as your template.yaml describes it",
    why="What you save does not run. The stack changes when you deploy.",
    next_step=DEPLOY,
)
NO_SUCH_API = Message(
    saw="the {how} is {value}; in {region} no {kind} has an id that is in it (there: {there})",
    expected="the URL of {a_kind} that is there",
    why="The id of the API is the first part of its host name. A URL typed by hand, or one of an API that "
    "was deleted, leads nowhere.",
    next_step="Let the output {output} name the API by !Ref or !GetAtt. If the API was deleted by hand: aws "
    f"cloudformation delete-stack --stack-name workshop. Then: {DEPLOY}",
)
OTHER_KIND = Message(
    saw="the {how} is {value}, which leads to {other}",
    expected="the URL of {a_kind}",
    why="The two kinds differ in what they send to the function and in how they refuse a request. This lab "
    "asks for one of each.",
    next_step=f"Let the output {{output}} name the {{kind}}, then: {DEPLOY}",
)
NO_STAGE_YET = Message(
    saw="the {kind} {id} has no stage",
    expected="a stage that serves it",
    why="What you configure is a draft. It is live when it is deployed to a stage, and not before.",
    next_step=f"Make a stage for it (`aws apigateway create-deployment … --stage-name prod`, `aws "
    f"apigatewayv2 create-stage … --auto-deploy`), then: {CHECK}",
)
NOTHING_DEPLOYED = Message(
    saw="the stage `{stage}` of the {kind} {id} serves no deployment: nothing of the API is live",
    expected="a stage that serves the API as it is configured",
    why="A stage without auto-deploy serves only what you deploy to it. Until then every request is "
    "answered 404.",
    next_step="Switch AutoDeploy of the stage on, or deploy: aws apigatewayv2 create-deployment --api-id "
    "{id} "
    f"--stage-name '{{stage}}'. Then: {CHECK}",
)
STAGE_UNKNOWN = Message(
    saw="the {how} is {value}: it leads to the stage `{stage}`, and the {kind} {id} has: {stages}",
    expected="a URL that names a stage of the API, letter by letter",
    why="The first part of the path is the stage. Upper and lower case are different stages; only an HTTP "
    "API has one that needs no name, `$default`.",
    next_step=f"Make output {{output}} and stage agree, then: {DEPLOY}",
)
STAGE_MISSING = Message(
    saw="the {how} is {value}, without a stage; the {kind} {id} has: {stages}",
    expected="a URL with the stage in it: {example}",
    why="Without the stage a request leads to a path that nobody serves: a REST API answers 403 Forbidden, "
    "an HTTP API without a $default stage 404.",
    next_step=f"Put the stage at the end of the output {{output}}, then: {DEPLOY}",
)
STAGE_OTHER = Message(
    saw="the {how} is {value}: the REST API {id} is served by the stage `{stage}`",
    expected="the stage `{wanted}`, in small letters",
    why="Who calls an API has its stage in every URL. `Prod` and `prod` are two stages.",
    next_step=f"Name the stage `{{wanted}}` and let the output {{output}} end with it, then: {DEPLOY}",
)
PATH_IN_URL = Message(
    saw="the {how} is {value}; behind the stage it goes on with `{rest}`",
    expected="a URL that ends with the stage, without a path",
    why="Callers add the path themselves: to this URL they would send /{rest}/users.",
    next_step=f"Take `{{rest}}` off the output {{output}}, then: {DEPLOY}",
)

HTTP, REST = "HttpApiUrl", "RestApiUrl"
KINDS: dict[str, type[Api]] = {HTTP: HttpApi, REST: RestApi}
WITH_ARTICLE = {HTTP: "an HTTP API", REST: "a REST API"}
TYPES = {HTTP: "AWS::Serverless::HttpApi", REST: "AWS::Serverless::Api"}


@cache
def find_api(lab: Any, output: str) -> Api:
    """The learner's API that this output leads to; the check ends where there is none, or no stage."""
    found = _found(lab, output)
    kind = KINDS[output].kind
    said = {
        "how": found.how,
        "value": found.name,
        "kind": kind,
        "a_kind": WITH_ARTICLE[output],
        "output": output,
    }
    if not re.match(r"https?://[^/\s]+\.?[^/\s]*", found.name):
        NO_URL.fail(**said)
    api_id = _id_in(found.name, _ids(lab, output))
    if api_id is None:
        _fail_without_api(lab, output, found, said)
    stage, rest = _behind(found.name, api_id)
    stages = _stages(lab, output, api_id)
    said |= {"stage": stage, "stages": ", ".join(f"`{one}`" for one in stages) or "none", "id": api_id}
    if not stages:
        NO_STAGE_YET.fail(**said)
    if output == REST:
        _judge_rest_stage(stage, stages, said)
    elif stage and stage not in stages:
        STAGE_UNKNOWN.fail(**said)
    elif not stage and DEFAULT not in stages:
        STAGE_MISSING.fail(example=f"{found.name.rstrip('/')}/{next(iter(stages))}", **said)
    if rest:
        PATH_IN_URL.fail(rest=rest, **said)
    stage = stage or DEFAULT
    if not stages[stage]:
        NOTHING_DEPLOYED.fail(**{**said, "stage": stage})
    return KINDS[output](lab, api_id, found.name.rstrip("/"), stage, found.how)


def _found(lab: Any, output: str) -> Found:
    try:
        return find_resource(lab, output)
    except CheckFailed:
        if output in outputs_saved(lab.folder / TEMPLATE):
            SAVED_NOT_DEPLOYED.fail(output=output, prefix=lab.prefix)
        names = _names(lab, output)
        if not [name for name in names if not name.startswith("nb-")]:
            there = ", ".join(names) or "none"
            kind, a_kind = KINDS[output].kind, WITH_ARTICLE[output]
            NOT_BUILT.fail(output=output, kind=kind, a_kind=a_kind, there=there, type=TYPES[output])
        raise


def outputs_saved(file: Path) -> list[str]:
    """The names of the outputs in a template; none if it cannot be read."""
    try:
        return list(saved_template(file)["Outputs"])
    except (LookupError, TypeError):
        return []  # what the template says is of help, and nothing more, where a stack is judged


def _judge_rest_stage(stage: str, stages: dict[str, str], said: dict[str, Any]) -> None:
    if not stage:
        STAGE_MISSING.fail(example=f"{said['value'].rstrip('/')}/{REST_STAGE}", **said)
    if stage not in stages:
        STAGE_UNKNOWN.fail(**said)
    if stage != REST_STAGE:
        STAGE_OTHER.fail(wanted=REST_STAGE, **said)


def _fail_without_api(lab: Any, output: str, found: Found, said: dict[str, Any]) -> None:
    other = REST if output == HTTP else HTTP
    if _id_in(found.name, _ids(lab, other)):
        OTHER_KIND.fail(other=WITH_ARTICLE[other], **said)
    there = ", ".join(_ids(lab, output)) or "none"
    NO_SUCH_API.fail(region=lab.target.region, there=there, **said)


def _ids(lab: Any, output: str) -> list[str]:
    return [api_id for api_id, _ in _all(lab, output)]


def _names(lab: Any, output: str) -> list[str]:
    return [name for _, name in _all(lab, output)]


def _all(lab: Any, output: str) -> list[tuple[str, str]]:
    """Ids and names of all APIs of the output's kind."""
    if output == HTTP:
        pages = lab.client("apigatewayv2").get_paginator("get_apis").paginate()
        apis = [one for page in pages for one in page["Items"] if one["ProtocolType"] == "HTTP"]
        return [(one["ApiId"], one["Name"]) for one in apis]
    pages = lab.client("apigateway").get_paginator("get_rest_apis").paginate()
    return [(one["id"], one["name"]) for page in pages for one in page["items"]]


def _stages(lab: Any, output: str, api_id: str) -> dict[str, str]:
    """The API's stages, and the id of the deployment that each serves ("" for none)."""
    if output == HTTP:
        stages = lab.client("apigatewayv2").get_stages(ApiId=api_id)["Items"]
        return {one["StageName"]: one.get("DeploymentId") or _by_itself(one) for one in stages}
    stages = lab.client("apigateway").get_stages(restApiId=api_id)["item"]
    return {one["stageName"]: one.get("deploymentId", "") for one in stages}


def _by_itself(stage: dict[str, Any]) -> str:
    """What stands for the deployment of a stage that deploys itself, where the API does not name it."""
    return "automatic" if stage.get("AutoDeploy") else ""


def _id_in(url: str, ids: list[str]) -> str | None:
    words = re.findall(r"[a-z0-9]+", url)
    return next((one for one in ids if one in words), None)


def _behind(url: str, api_id: str) -> tuple[str, str]:
    """The stage in a URL, and what follows it.

    >>> _behind("https://a1.execute-api.eu-west-1.amazonaws.com/prod/users", "a1")
    ('prod', 'users')
    >>> _behind("http://127.0.0.1:4566/_aws/execute-api/a1/prod/", "a1")
    ('prod', '')
    """
    stage, _, rest = url.partition(api_id)[2].partition("/")[2].strip("/").partition("/")
    return stage, rest
