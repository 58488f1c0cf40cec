"""Seed 17: the routes of `/users` were called `/user`. They get their path again."""

import boto3

(stack,) = boto3.client("cloudformation").describe_stacks(StackName="workshop")["Stacks"]
url = next(one["OutputValue"] for one in stack["Outputs"] if one["OutputKey"] == "HttpApiUrl")

gateway = boto3.client("apigatewayv2")
api = next(one["ApiId"] for one in gateway.get_apis()["Items"] if one["ApiId"] in url)
for route in gateway.get_routes(ApiId=api)["Items"]:
    method, _, path = route["RouteKey"].partition(" ")
    if path == "/user":
        gateway.update_route(ApiId=api, RouteId=route["RouteId"], RouteKey=f"{method} /users")
