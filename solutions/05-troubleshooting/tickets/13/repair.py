"""Seed 13: somebody has released code whose body is an object. Yours goes up again.

A deployment would change nothing: CloudFormation compares templates and addresses of code, not what runs.
"""

import io
import os
import zipfile
from pathlib import Path

import boto3

CODE = Path(os.environ.get("CODE", "work/05-troubleshooting"))

(stack,) = boto3.client("cloudformation").describe_stacks(StackName="workshop")["Stacks"]
name = next(one["OutputValue"] for one in stack["Outputs"] if one["OutputKey"] == "UsersFunctionName")

package = io.BytesIO()
with zipfile.ZipFile(package, "w") as archive:
    for module in ("app", "proxy", "routes", "users"):
        for file in CODE.glob(f"{module}.*"):
            archive.write(file, file.name)

functions = boto3.client("lambda")
functions.update_function_code(FunctionName=name, ZipFile=package.getvalue())
functions.get_waiter("function_updated_v2").wait(FunctionName=name)
