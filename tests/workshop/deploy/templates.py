"""Templates for the tests of `workshop deploy`, as text."""

USERS = """\
AWSTemplateFormatVersion: "2010-09-09"
Description: A table of users

Resources:
  UsersTable:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions:
        - AttributeName: userId
          AttributeType: S
      KeySchema:
        - AttributeName: userId
          KeyType: HASH
      BillingMode: PAY_PER_REQUEST

Outputs:
  UsersTableName:
    Value: !Ref UsersTable
"""

NAMED = USERS.replace("    Properties:\n", "    Properties:\n      TableName: my-users\n")

WITH_MORE = USERS.replace(
    "\nOutputs:",
    """
  Greeting:
    Type: AWS::SSM::Parameter
    Properties:
      Type: String
      Value: hello

Outputs:""",
)
"""A later lab: the table, and one resource more."""

FUNCTION = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  UsersFunction:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src  # where the code is
      Handler: app.handler
      Runtime: python3.13
      Role: !GetAtt UsersRole.Arn
  UsersRole:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: {Service: lambda.amazonaws.com}
            Action: sts:AssumeRole
Outputs:
  UsersFunctionName:
    Value: !Ref UsersFunction
"""


def with_key(key: str, template: str = USERS) -> str:
    """The same table with another partition key."""
    return template.replace("AttributeName: userId", f"AttributeName: {key}")


def no_bundler():
    """For templates that ask for no bundle."""
    raise AssertionError("esbuild was asked for")
