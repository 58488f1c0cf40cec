// The example of the guide's page on IAM: node may.mjs ROLE_ARN TABLE_ARN
import { IAMClient, SimulatePrincipalPolicyCommand } from "@aws-sdk/client-iam";

const iam = new IAMClient({});

// --8<-- [start:simulate]
async function decisions(roleArn, tableArn, ...actions) {
  const answer = await iam.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: roleArn,
      ActionNames: actions,
      ResourceArns: [tableArn],
    }),
  );
  return answer.EvaluationResults.map((result) => [result.EvalActionName, result.EvalDecision]);
}
// --8<-- [end:simulate]

const [roleArn, tableArn] = process.argv.slice(2);
const found = await decisions(roleArn, tableArn, "dynamodb:GetItem", "dynamodb:DeleteItem");
for (const [action, decision] of found) console.log(`${action}\t${decision}`);
