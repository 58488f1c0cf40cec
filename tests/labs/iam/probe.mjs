// The function that lab 2's last check runs under your role, for a second. It tries each call and says what became of it.
import {
  DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand, QueryCommand, ScanCommand, UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";

const client = new DynamoDBClient({ maxAttempts: 2 });

export async function handler({ TableName, id, line }, { logGroupName, logStreamName }) {
  console.log(line);
  const userId = { S: id };
  const set = { UpdateExpression: "SET #n = :v", ExpressionAttributeNames: { "#n": "name" } };
  const query = { KeyConditionExpression: "userId = :v", ExpressionAttributeValues: { ":v": userId } };
  const commands = [
    new PutItemCommand({ TableName, Item: { userId } }),
    new GetItemCommand({ TableName, Key: { userId } }),
    new UpdateItemCommand({ TableName, Key: { userId }, ...set, ExpressionAttributeValues: { ":v": { S: "Ada" } } }),
    new ScanCommand({ TableName, Limit: 1 }),
    new DeleteItemCommand({ TableName, Key: { userId } }),
    new QueryCommand({ TableName, ...query }),
  ];
  const refused = {};
  for (const command of commands) {
    const operation = command.constructor.name.replace("Command", "");
    try {
      await client.send(command);
    } catch (error) {
      refused[operation] = `${error.name}: ${error.message}`;
    }
  }
  return { refused, logGroupName, logStreamName };
}
