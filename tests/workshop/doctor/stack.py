"""A deployed solution of lab 4 that is broken and mended through AWS APIs."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from functools import cache, cached_property

import requests

from tests.solutions.deployed import Deployed
from workshop.doctor import asking
from workshop.doctor.asking import Clients, Wish

KINDS = ("HttpApiUrl", "RestApiUrl")
MAIN = {"python": "app.py", "nodejs": "app.mjs"}
SECONDS = 60


@dataclass
class Stack:
    """A stack, and what it takes to break it."""

    deployed: Deployed
    target: object

    @cached_property
    def client(self):
        """From the name of a service to the administrator's client of it."""
        return cache(self.deployed.session.client)

    @cached_property
    def clients(self):
        return Clients(self.target)

    @property
    def language(self):
        return self.deployed.language

    @property
    def outputs(self):
        return self.deployed.outputs

    @property
    def function(self):
        return self.outputs["UsersFunctionName"]

    @property
    def table(self):
        return self.outputs["UsersTableName"]

    @property
    def role(self):
        return self.outputs["UsersRoleArn"].rpartition("/")[2]

    @cached_property
    def ids(self):
        """The ids of both APIs, by the names of their outputs."""
        return {
            name: self.outputs[name].partition("/_aws/execute-api/")[2].partition("/")[0] for name in KINDS
        }

    @cached_property
    def files(self):
        """The function's package as it was deployed."""
        link = self.client("lambda").get_function(FunctionName=self.function)["Code"]["Location"]
        with zipfile.ZipFile(io.BytesIO(requests.get(link, timeout=SECONDS).content)) as archive:
            return {name: archive.read(name).decode() for name in archive.namelist()}

    def put_code(self, **changed):
        """Deploy the package with other files: by their names without ending."""
        ending = MAIN[self.language].removeprefix("app")
        files = {**self.files, **{f"{name}{ending}": text for name, text in changed.items()}}
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            for name, text in files.items():
                archive.writestr(name, text)
        self.client("lambda").update_function_code(FunctionName=self.function, ZipFile=content.getvalue())

    def source(self, name):
        """The text of a file, by its name without ending."""
        return self.files[name + MAIN[self.language].removeprefix("app")]

    def configure(self, **settings):
        self.client("lambda").update_function_configuration(FunctionName=self.function, **settings)

    def policy(self, name="users-table"):
        return self.client("iam").get_role_policy(RoleName=self.role, PolicyName=name)["PolicyDocument"]

    def put_policy(self, document, name="users-table"):
        text = document if isinstance(document, str) else json.dumps(document)
        self.client("iam").put_role_policy(RoleName=self.role, PolicyName=name, PolicyDocument=text)

    def send(self, kind, user_id, method="POST", path="/users", body=None):
        """A request; its status."""
        url = f"{self.outputs[kind]}{path}"
        value = {"userId": user_id} if body is None else body
        return requests.request(method, url, json=value, timeout=SECONDS).status_code

    def diagnose(self, kind, user_id="ada", path="/users", method="POST", invoke=False, url=None):
        """What the doctor says of a request that makes a user, or of another one."""
        data = json.dumps({"userId": user_id}) if method == "POST" else None
        wish = Wish(method, data, invoke)
        return asking.diagnose(self.target, url or f"{self.outputs[kind]}{path}", wish, self.clients)
