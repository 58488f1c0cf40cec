"""Commands of the AWS CLI, in this process: read only, or sent to a sandbox."""

import shlex
from functools import cache

import awscli.clidriver
from awscli.customizations import waiters
from botocore.loaders import create_loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator

_LOADER = create_loader()


def run(monkeypatch, folder, url, account, command):
    """The exit code of a command that is sent to the sandbox at `url`, by the account's administrator."""
    _settle(monkeypatch, folder, account)
    monkeypatch.setenv("AWS_ENDPOINT_URL", url)
    return _driver(url, account).main(shlex.split(command)[1:])


@cache
def _driver(url, account):
    """The CLI; it keeps the credentials and the service models that it has read once."""
    return awscli.clidriver.create_clidriver()


def _settle(monkeypatch, folder, key):
    monkeypatch.chdir(folder)
    for name, value in {
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_CONFIG_FILE": str(folder / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(folder / "none"),
    }.items():
        monkeypatch.setenv(name, value)


class Reader:
    """Parses commands as the CLI does, and holds what it would send against the service's model."""

    def __init__(self, monkeypatch, folder):
        self.calls = []
        self._refused = ""
        _settle(monkeypatch, folder, "test")
        monkeypatch.setattr(awscli.clidriver.CLIOperationCaller, "invoke", self._call)
        monkeypatch.setattr(waiters.WaiterCaller, "invoke", self._call)
        self._driver = awscli.clidriver.create_clidriver()

    def read(self, command):
        """The problem with a command, or ""."""
        self._refused = ""
        try:
            code = self._driver.main(shlex.split(command, comments=True)[1:])
        except SystemExit as refused:
            code = refused.code
        return self._refused or (f"exit code {code}" if code else "")

    def _call(self, service, operation, parameters, parsed_globals):
        self.calls.append((service, operation))
        model = ServiceModel(_LOADER.load_service_model(service, "service-2"), service)
        found = ParamValidator().validate(parameters, model.operation_model(operation).input_shape)
        self._refused = found.generate_report()
        return 0
