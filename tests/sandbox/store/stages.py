"""What stages of APIs are set to, told before each end of a sandbox and asked after it."""

from __future__ import annotations

import requests

FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:none"
TEMPLATE = {"application/json": '{"statusCode": 200}'}


def limits_and_logs_of_stages(tenant):
    """A stage that lets nothing through, and one whose requests are logged."""
    rest, http, group = tenant.client("apigateway"), tenant.client("apigatewayv2"), "/apis"
    tenant.client("logs").create_log_group(logGroupName=group)
    api = rest.create_rest_api(name="a")
    place = {"restApiId": api["id"], "resourceId": api["rootResourceId"], "httpMethod": "GET"}
    rest.put_method(**place, authorizationType="NONE")
    rest.put_integration(**place, type="MOCK", requestTemplates=TEMPLATE)
    rest.create_deployment(restApiId=api["id"], stageName="test")
    nothing = {"op": "replace", "path": "/*/*/throttling/burstLimit", "value": "0"}
    rest.update_stage(restApiId=api["id"], stageName="test", patchOperations=[nothing])
    other = http.create_api(Name="b", ProtocolType="HTTP", RouteKey="GET /", Target=FUNCTION)["ApiId"]
    arn = f"arn:aws:logs:us-east-1:{tenant.account}:log-group:{group}"
    access = {"DestinationArn": arn, "Format": "$context.requestId $context.status"}
    http.create_stage(ApiId=other, StageName="test", AutoDeploy=True, AccessLogSettings=access)
    for _ in range(3):
        assert requests.get(tenant.url(f"{api['id']}/test/"), timeout=30).status_code == 429
        request_id = requests.get(tenant.url(f"{other}/test/"), timeout=30).headers["apigw-requestid"]
        lines = tenant.client("logs").filter_log_events(logGroupName=group)["events"]
        assert lines[-1]["message"] == f"{request_id} 500"
        yield
