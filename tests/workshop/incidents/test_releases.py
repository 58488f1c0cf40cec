"""A release is packaged so that the Handler string finds it, whatever the learner's code looks like."""

import io
import zipfile

import pytest

from tests.repository.sources import ROOT
from workshop.errors import Problem
from workshop.incidents.defined.code import INCIDENTS, RENAMED, SYNTAX
from workshop.incidents.releases import language_of, package, sources, table_variable

NO_CHANGE = {"python": ("import json", "import json"), "nodejs": ("async", "async")}


def files(handler, language, variable="TABLE_NAME"):
    ending = {"python": ".py", "nodejs": ".mjs"}[language]
    content = package(sources(ROOT, language, NO_CHANGE), handler, variable, "users-1", ending)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


@pytest.mark.parametrize(
    ("handler", "language", "names"),
    [
        ("app.handler", "python", {"app.py", "proxy.py", "routes.py", "users.py"}),
        ("src/app.handler", "python", {"src/app.py", "proxy.py", "routes.py", "users.py"}),
        ("src.api.main.run", "python", {"src/api/main.py", "proxy.py", "routes.py", "users.py"}),
        ("users.handler", "python", {"users.py", "proxy.py", "routes.py", "users_of_api.py"}),
        ("app.handler", "nodejs", {"app.mjs", "proxy.mjs", "routes.mjs", "users.mjs"}),
        ("dist/index.run", "nodejs", {f"dist/{one}.mjs" for one in ("index", "proxy", "routes", "users")}),
        (
            "src/routes.handler",
            "nodejs",
            {f"src/{n}.mjs" for n in ("routes", "proxy", "routes_of_api", "users")},
        ),
    ],
)
def test_the_files_lie_where_the_handler_is_looked_for(handler, language, names):
    found = files(handler, language)
    assert found.keys() == names
    main = handler.rpartition(".")[0]
    main = main.replace(".", "/") if language == "python" else main
    called = handler.rpartition(".")[2]
    ending = ".py" if language == "python" else ".mjs"
    keyword = "def" if language == "python" else "export async function"
    assert f"{keyword} {called}(" in found[f"{main}{ending}"]


def test_modules_that_made_way_are_imported_by_their_new_name():
    found = files("users.handler", "python")
    assert "import users_of_api as users" in found["routes.py"]
    assert "from users_of_api import UserExists" in found["users.py"]
    assert '"./users_of_api.mjs"' in files("users.handler", "nodejs")["routes.mjs"]


@pytest.mark.parametrize(
    ("language", "variable", "line"),
    [
        ("python", "USERS", 'os.environ["USERS"]'),
        ("python", "", '.Table("users-1")'),
        ("nodejs", "USERS", "process.env.USERS)"),
        ("nodejs", "", '("users-1")'),
    ],
)
def test_the_table_is_the_one_that_the_function_knows(language, variable, line):
    text = files("app.handler", language, variable)["app.py" if language == "python" else "app.mjs"]
    assert line in text
    assert "TABLE_NAME" not in text


def test_the_variable_is_the_one_that_holds_the_name_or_the_arn():
    def told(variables):
        return table_variable({"Environment": {"Variables": variables}}, "users-1")

    assert told({"A": "b", "USERS": "users-1"}) == "USERS"
    assert told({"ARN": "arn:aws:dynamodb:us-east-1:123456789012:table/users-1"}) == "ARN"
    assert told({"TABLE_NAME": "users-2"}) == ""
    assert table_variable({}, "users-1") == ""


def test_the_same_release_is_the_same_bytes():
    made = [package(sources(ROOT, "python", SYNTAX), "app.handler", "T", "users", ".py") for _ in range(2)]
    assert made[0] == made[1]


@pytest.mark.parametrize("told", [{"Runtime": "java21"}, {"PackageType": "Image"}])
def test_other_languages_are_refused(told):
    with pytest.raises(Problem, match=r"Python or Node\.js"):
        language_of(told)


def test_an_answer_that_was_changed_is_no_answer(tmp_path):
    with pytest.raises(Problem, match="No such file"):
        sources(tmp_path, "python", RENAMED)
    folder = tmp_path / "solutions" / "04-api-gateway" / "python"
    folder.mkdir(parents=True)
    for name in ("app", "proxy", "routes", "users"):
        (folder / f"{name}.py").write_text("")
    with pytest.raises(Problem, match="not as the workshop came"):
        sources(tmp_path, "python", RENAMED)


def test_each_release_is_of_one_place():
    assert all(one.places == {"code"} for one in INCIDENTS)
