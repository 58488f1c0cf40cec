"""One call: what it gives back, raises, prints, and asks of AWS; in both languages."""

from decimal import Decimal

import pytest

from tests.workshop.checking_code.conftest import SHORT
from workshop.checking.code import NO_SUCH_FUNCTION, SdkRequest
from workshop.checking.code.module import camel_case

NOTHING = {"python": "def nothing(table): pass", "nodejs": "export function nothing() {}"}

CREATE = {
    "python": """
        class UserExists(Exception):
            pass

        def create_user(table, user):
            try:
                table.put_item(Item=user, ConditionExpression="attribute_not_exists(userId)")
            except table.meta.client.exceptions.ConditionalCheckFailedException:
                raise UserExists(f"user {user['userId']} exists")
            return user
    """,
    "nodejs": """
        import { PutCommand } from "@aws-sdk/lib-dynamodb";

        export class UserExists extends Error {}

        export async function createUser({ client, TableName }, user) {
          try {
            await client.send(new PutCommand({
              TableName, Item: user, ConditionExpression: "attribute_not_exists(userId)" }));
          } catch (error) {
            if (error.name !== "ConditionalCheckFailedException") throw error;
            throw new UserExists(`user ${user.userId} exists`);
          }
          return user;
        }
    """,
}


def test_value_and_request(load, language):
    answer = load(**{language: CREATE[language]}).call("create_user", {"userId": f"v-{language}", "age": 41})
    assert answer.value == {"userId": f"v-{language}", "age": 41}
    assert (answer.error, answer.not_json, answer.unawaited, answer.output) == (None, None, None, "")
    item = {"userId": {"S": f"v-{language}"}, "age": {"N": "41"}}
    put = {"TableName": "users", "Item": item, "ConditionExpression": "attribute_not_exists(userId)"}
    assert answer.requests == (SdkRequest("PutItem", put),)
    assert 0 < answer.seconds < 5


def test_the_learners_own_error(load, language):
    module = load(**{language: CREATE[language]})
    module.call("create_user", {"userId": f"e-{language}"})
    answer = module.call("create_user", {"userId": f"e-{language}"})
    assert answer.value is None
    error = answer.error
    assert (error.kind, error.message, error.code) == ("UserExists", f"user e-{language} exists", None)
    assert (error.file, error.line) == (module.file.name, {"python": 9, "nodejs": 12}[language])
    assert f"user e-{language} exists" in error.traceback
    assert "driver" not in error.traceback
    assert str(error) == f"UserExists: user e-{language} exists ({error.file}, line {error.line})"
    assert [request.error_code for request in answer.requests] == ["ConditionalCheckFailedException"]


def test_an_sdks_error_names_the_learners_line(run, language):
    answer = run(
        "put",
        python="""
            def put(table):
                table.put_item(Item={"id": "wrong key"})
        """,
        nodejs="""
            import { PutCommand } from "@aws-sdk/lib-dynamodb";
            export async function put({ client, TableName }) {
              await client.send(new PutCommand({ TableName, Item: { id: "wrong key" } }));
            }
        """,
    )
    kind = {"python": "ClientError", "nodejs": "ValidationException"}[language]
    assert (answer.error.kind, answer.error.code) == (kind, "ValidationException")
    assert answer.error.line == {"python": 3, "nodejs": 4}[language]
    assert answer.requests[0].error_code == "ValidationException"


def test_a_request_the_sdk_refuses_was_not_sent(run, language):
    answer = run(
        "put",
        python='def put(table): table.put_item(Item={"userId": "x", "score": 1.5})',
        nodejs="""
            import { PutCommand } from "@aws-sdk/lib-dynamodb";
            export const put = ({ client, TableName }) =>
              client.send(new PutCommand({ TableName, Item: { userId: "x", score: Infinity } }));
        """,
    )
    assert answer.error.kind == {"python": "TypeError", "nodejs": "Error"}[language]
    assert answer.requests == ()


def test_clients_of_the_codes_own_go_to_the_target_and_are_recorded(run):
    answer = run(
        "tables",
        python="""
            import boto3
            def tables(table):
                return boto3.session.Session().client("dynamodb").list_tables()["TableNames"]
        """,
        nodejs="""
            import { DynamoDB } from "@aws-sdk/client-dynamodb";
            const client = new DynamoDB({});
            export const tables = async () => (await client.listTables({})).TableNames;
        """,
    )
    assert answer.value == ["users"]
    assert answer.requests == (SdkRequest("ListTables", {}),)


def test_other_services_are_recorded_too(run, target):
    answer = run(
        "who",
        python="""
            import boto3
            def who(table):
                return boto3.client("sts").get_caller_identity()["Account"]
        """,
        nodejs="""
            import { STSClient, GetCallerIdentityCommand } from "@aws-sdk/client-sts";
            const client = new STSClient({});
            export const who = async () => (await client.send(new GetCallerIdentityCommand({}))).Account;
        """,
    )
    assert answer.value == target.account
    assert [request.operation for request in answer.requests] == ["GetCallerIdentity"]


def test_output_of_a_call_is_its_own(load, language):
    source = {
        "python": """
            import sys
            print("at import")
            def say(table, text):
                print(text)
                print("oops", file=sys.stderr)
        """,
        "nodejs": """
            console.log("at import");
            export function say(table, text) { console.log(text); console.error("oops"); }
        """,
    }
    module = load(**{language: source[language]})
    assert module.call("say", "one").output == "one\noops\n"
    assert module.call("say", "zwö").output == "zwö\noops\n"


def test_state_lasts_from_call_to_call(load, language):
    source = {
        "python": "calls = []\ndef count(table):\n    calls.append(1)\n    return len(calls)",
        "nodejs": "let calls = 0;\nexport const count = () => ++calls;",
    }
    module = load(**{language: source[language]})
    assert [module.call("count").value for _ in range(3)] == [1, 2, 3]


@pytest.mark.parametrize(("function", "meant"), [("get_user", "getUser"), ("getuser", "getUser")])
def test_no_such_function_names_the_one_that_is_meant_in_python(load, function, meant):
    error = load(python=f"class User: pass\ndef {meant}(table): pass").call(function).error
    assert error.kind == NO_SUCH_FUNCTION
    assert error.message == f"users.py has no function {function}; it has {meant}: is that the one?"


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("export function get_user() {}", "it has get_user: is that the one?"),
        ("export class User {}\nexport const listUsers = 1;", "it has no function at all"),
        ("function getUser() {}", "it has one, but does not export it"),
        ("export function a() {}\nexport function b() {}", "it has a, b"),
    ],
)
def test_no_such_function_in_node(load, source, said):
    error = load(nodejs=source).call("get_user").error
    assert error.message == f"users.mjs exports no function getUser; {said}"


def test_arguments_that_the_function_does_not_take(load):
    error = load(python="x = 1\ndef get_user(table): pass").call("get_user", "ada").error
    assert (error.kind, error.line) == ("TypeError", 2)


def test_named_arguments(load, language):
    source = {
        "python": "def page(table, limit=25, start=None): return [limit, start]",
        "nodejs": "export function page({ client }, limit = 25, start = null) { return [limit, start]; }",
    }
    module = load(**{language: source[language]})
    assert module.call("page", start="x").value == [25, "x"]
    assert module.call("page", 3).value == [3, None]
    assert module.call("page", 3, None).value == [3, None]
    assert module.call("page", limit=4, start=None).value == [4, None]


def test_named_arguments_as_options_in_node(load):
    module = load(nodejs="export const page = (table, { limit = 25, startKey } = {}) => [limit, startKey];")
    assert module.call("page", start_key="x").value == [25, "x"]


def test_a_page_of_users_has_one_shape(run):
    answer = run(
        "list_users",
        python="def list_users(table): return [{'userId': 'ada'}], None",
        nodejs="export const listUsers = async () => ({ users: [{ userId: 'ada' }], next: undefined });",
    )
    assert answer.value == ([{"userId": "ada"}], None)
    assert answer.not_json is None


def test_a_page_with_its_next(load, language):
    source = {
        "python": "def list_users(table, start=None): return [], start",
        "nodejs": "export const listUsers = (table, start) => ({ users: [], next: start });",
    }
    module = load(**{language: source[language]})
    users, following = module.call("list_users", {"userId": "ada"}).value
    assert (users, following) == ([], {"userId": "ada"})


def test_decimals_are_named(load):
    source = """
        def get_user(table):
            table.put_item(Item={"userId": "dec", "score": 3})
            return table.get_item(Key={"userId": "dec"})["Item"]
    """
    answer = load(python=source).call("get_user")
    assert answer.value == {"userId": "dec", "score": Decimal(3)}
    assert answer.not_json == "answer.score is a Decimal"


def test_a_thrown_value_that_is_no_error(load):
    error = load(nodejs="export function get() { throw 'oops'; }").call("get").error
    assert (error.kind, error.message) == ("string", "oops")


def test_an_error_with_a_name_but_no_class(load):
    source = "export function get() { throw Object.assign(new Error('x'), { name: 'UserNotFound' }); }"
    assert load(nodejs=source).call("get").error.kind == "UserNotFound"


FLOATING = """
    import { PutCommand } from "@aws-sdk/lib-dynamodb";
    export async function createUser({ client, TableName }, user) {
      client.send(new PutCommand({ TableName, Item: user }));
      return user;
    }
"""


def test_a_request_nobody_awaited_is_pending(load, client):
    answer = load(nodejs=FLOATING).call("create_user", {"userId": "floating"})
    assert [(one.operation, one.pending, one.error_code) for one in answer.requests] == [
        ("PutItem", True, None)
    ]
    assert (answer.error, answer.unawaited) == (None, None)
    stored = client.get_item(TableName="users", Key={"userId": {"S": "floating"}}, ConsistentRead=True)
    assert "Item" in stored  # the answer waits for it


def test_an_error_nobody_awaited(load):
    module = load(nodejs=FLOATING)
    answer = module.call("create_user", {"id": "wrong"})
    assert answer.value == {"id": "wrong"}
    assert answer.error is None
    assert answer.unawaited.kind == "ValidationException"
    assert answer.requests[0].pending
    assert module.call("create_user", {"userId": "f2"}).unawaited is None


def test_an_error_thrown_outside_of_any_promise(load):
    source = """
        export const hang = () => new Promise(() => setTimeout(() => { throw new Error("late"); }, 1));
        export function leave() { setImmediate(() => { throw new Error("later"); }); }
    """
    module = load(nodejs=source, limits=SHORT)
    error = module.call("hang").error
    assert (error.kind, error.message, error.line) == ("Error", "late", 2)
    assert module.call("leave").unawaited.message == "later"


def test_camel_case():
    assert camel_case("create_user") == "createUser"
    assert camel_case("page") == "page"
