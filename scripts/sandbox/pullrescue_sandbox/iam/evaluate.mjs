// Evaluates whether policies allow a call. Reads one line of JSON, {"policies", "principal", "action", "resource", "account",
// "context"}, and writes one line, {"allowed", "error"}. Unknown actions and resources are errors, and not allowed.
import {createInterface} from 'node:readline';
import {runSimulation} from '@cloud-copilot/iam-simulate';

async function evaluate({policies, principal, action, resource, account, context}) {
  const identityPolicies = policies.map((policy, number) => ({name: String(number), policy}));
  const request = {principal, action, resource: {resource, accountId: account}, contextVariables: context};
  const simulation = {request, identityPolicies, serviceControlPolicies: [], resourceControlPolicies: []};
  const found = await runSimulation(simulation, {});
  const error = found.resultType === 'error' ? JSON.stringify(found.errors) : undefined;
  return {allowed: (found.analysis?.result ?? found.overallResult) === 'Allowed', error};
}

for await (const line of createInterface({input: process.stdin})) {
  console.log(JSON.stringify(await evaluate(JSON.parse(line))));
}
