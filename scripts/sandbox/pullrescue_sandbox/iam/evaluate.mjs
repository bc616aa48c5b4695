// Evaluates whether policies allow a call. Reads one line of JSON, {"policies", "principal", "action", "resource", "account",
// "context"}, and writes one line, {"allowed", "error"}. Unknown actions and resources are errors, and not allowed.
import {createInterface} from 'node:readline';
import {runSimulation} from '@cloud-copilot/iam-simulate';

// Keys and roles decide for themselves who may use them; here they leave it to the policies of the account's roles, as the
// default policy of a key does. Without this, no policy of a role could allow these actions, and denials would prove nothing.
const delegating = account => ({
  Version: '2012-10-17',
  Statement: [{Effect: 'Allow', Principal: {AWS: `arn:aws:iam::${account}:root`}, Action: '*', Resource: '*'}],
});
const usesResourcePolicy = action => action.startsWith('kms:') || action === 'sts:AssumeRole';

async function evaluate({policies, principal, action, resource, account, context}) {
  const identityPolicies = policies.map((policy, number) => ({name: String(number), policy}));
  const request = {principal, action, resource: {resource, accountId: account}, contextVariables: context};
  const resourcePolicy = usesResourcePolicy(action) ? delegating(account) : undefined;
  const simulation = {request, identityPolicies, resourcePolicy, serviceControlPolicies: [], resourceControlPolicies: []};
  const found = await runSimulation(simulation, {});
  const error = found.resultType === 'error' ? JSON.stringify(found.errors) : undefined;
  return {allowed: (found.analysis?.result ?? found.overallResult) === 'Allowed', error};
}

for await (const line of createInterface({input: process.stdin})) {
  console.log(JSON.stringify(await evaluate(JSON.parse(line))));
}
