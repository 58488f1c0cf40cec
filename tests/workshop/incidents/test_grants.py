"""A policy rewritten: only what it allows on the table changes."""

from workshop.incidents.grants import USED, rewritten

TABLE = "arn:aws:dynamodb:us-east-1:123456789012:table/users"
OTHER = "arn:aws:dynamodb:eu-west-1:123456789012:table/users"


def allow(action, resource, **others):
    return {**others, "Effect": "Allow", "Action": action, "Resource": resource}


def changed(*statements):
    """What becomes of statements whose permission on the table moves to another one."""
    return rewritten(
        {"Version": "2012-10-17", "Statement": list(statements)}, TABLE, lambda one: one.on(OTHER)
    )


def without_put(*statements):
    def edit(one):
        return one.with_actions([action for action in one.actions if action != "dynamodb:PutItem"])

    return rewritten({"Statement": list(statements)}, TABLE, edit)["Statement"]


def test_a_statement_on_the_table_changes():
    told = changed(allow(["dynamodb:GetItem"], TABLE, Sid="Table"))
    assert told == {
        "Version": "2012-10-17",
        "Statement": [allow(["dynamodb:GetItem"], [OTHER], Sid="Table")],
    }


def test_what_is_not_about_the_table_stays():
    held = [
        allow(["logs:PutLogEvents"], "*"),
        allow("dynamodb:GetItem", f"{TABLE}-old"),
        {"Effect": "Deny", "Action": "dynamodb:*", "Resource": TABLE},
        {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"},
    ]
    assert changed(*held)["Statement"] == held


def test_a_statement_for_several_services_is_taken_apart():
    assert changed(allow(["logs:PutLogEvents", "dynamodb:Scan"], "*"))["Statement"] == [
        allow(["dynamodb:Scan"], [OTHER]),
        allow(["logs:PutLogEvents"], ["*"]),
    ]


def test_a_wildcard_becomes_what_the_function_uses():
    (one,) = without_put(allow("dynamodb:*", TABLE))
    assert one["Action"] == [name for name in USED if name != "dynamodb:PutItem"]


def test_everything_becomes_what_the_function_uses_and_its_log():
    of_table, rest = without_put(allow("*", "*"))
    assert "dynamodb:PutItem" not in of_table["Action"]
    assert rest == allow(["logs:*"], ["*"])


def test_a_statement_that_allows_nothing_else_goes():
    assert without_put(allow("dynamodb:PutItem", TABLE), allow("dynamodb:GetItem", TABLE)) == [
        allow(["dynamodb:GetItem"], [TABLE])
    ]


def test_a_single_statement_may_stand_without_a_list():
    told = rewritten({"Statement": allow("dynamodb:Scan", TABLE)}, TABLE, lambda one: one.on(OTHER))
    assert told["Statement"] == [allow(["dynamodb:Scan"], [OTHER])]
