package io.pullrescue.testing;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.EvaluationResult;
import software.amazon.awssdk.services.iam.model.IamException;
import software.amazon.awssdk.services.iam.model.PolicyEvaluationDecisionType;
import software.amazon.awssdk.services.iam.model.SimulatePrincipalPolicyRequest;
import software.amazon.awssdk.services.iam.model.SimulatePrincipalPolicyResponse;
import software.amazon.awssdk.services.iam.paginators.SimulatePrincipalPolicyIterable;

/** IAM, which allows every action unless a test says otherwise. */
public final class FakeIam implements IamClient {
  /** The results of actions that are not allowed, without action and resource. */
  public final Map<String, EvaluationResult> results = new HashMap<>();

  public final List<SimulatePrincipalPolicyRequest> requests = new ArrayList<>();

  /** The code of the error with which all calls fail; empty for none. */
  public String errorCode = "";

  /** Whether all calls fail with an error that has details without a code. */
  public boolean failsWithoutCode;

  @Override
  public SimulatePrincipalPolicyIterable simulatePrincipalPolicyPaginator(
      SimulatePrincipalPolicyRequest request) {
    return new SimulatePrincipalPolicyIterable(this, request);
  }

  @Override
  public SimulatePrincipalPolicyResponse simulatePrincipalPolicy(
      SimulatePrincipalPolicyRequest request) {
    requests.add(request);
    if (failsWithoutCode) {
      throw IamException.builder().awsErrorDetails(AwsErrorDetails.builder().build()).build();
    }
    if (!errorCode.isEmpty()) {
      throw IamException.builder()
          .awsErrorDetails(AwsErrorDetails.builder().errorCode(errorCode).build())
          .build();
    }
    return SimulatePrincipalPolicyResponse.builder()
        .evaluationResults(
            request.actionNames().stream()
                .flatMap(action ->
                    request.resourceArns().stream().map(resource -> result(action, resource)))
                .toList())
        .isTruncated(false)
        .build();
  }

  private EvaluationResult result(String action, String resource) {
    return results
        .getOrDefault(
            action,
            EvaluationResult.builder().evalDecision(PolicyEvaluationDecisionType.ALLOWED).build())
        .toBuilder()
        .evalActionName(action)
        .evalResourceName(resource)
        .build();
  }

  /** Denies an action. */
  public void deny(String action, PolicyEvaluationDecisionType decision) {
    results.put(action, EvaluationResult.builder().evalDecision(decision).build());
  }

  @Override
  public String serviceName() {
    return SERVICE_NAME;
  }

  @Override
  public void close() {}
}
