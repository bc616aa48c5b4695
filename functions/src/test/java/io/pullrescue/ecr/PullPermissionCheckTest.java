package io.pullrescue.ecr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.pullrescue.ecr.PullPermissionCheck.Result;
import io.pullrescue.testing.FakeIam;
import io.pullrescue.testing.TestFixtures;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.iam.model.EvaluationResult;
import software.amazon.awssdk.services.iam.model.PermissionsBoundaryDecisionDetail;
import software.amazon.awssdk.services.iam.model.PolicyEvaluationDecisionType;

/** Whether the role of a build may pull from the mirror. */
class PullPermissionCheckTest {
  private static final String ROLE = "arn:aws:iam::123456789012:role/service-role/shop";
  private static final String POLICY = "arn:aws:iam::123456789012:policy/pull";
  private static final String GET_TOKEN = "ecr:GetAuthorizationToken";
  private static final String GET_IMAGE = "ecr:BatchGetImage";

  private final FakeIam iam = new FakeIam();

  @Test
  void simulatesTokenAndRepositoriesOfImages() {
    assertThat(check(ROLE, false)).isEqualTo(new Result.Allowed());

    assertThat(iam.requests)
        .extracting(request -> request.actionNames() + " " + request.resourceArns())
        .containsExactly(
            "[ecr:GetAuthorizationToken] [*]",
            "[ecr:BatchGetImage, ecr:GetDownloadUrlForLayer]"
                + " [arn:aws:ecr:us-east-1:123456789012:repository/docker-hub/library/ruby]");
    assertThat(iam.requests).allMatch(request -> request.policySourceArn().equals(ROLE));
  }

  @Test
  void namesCommandForRoleWithoutPolicy() {
    iam.deny(GET_TOKEN, PolicyEvaluationDecisionType.IMPLICIT_DENY);
    iam.deny(GET_IMAGE, PolicyEvaluationDecisionType.IMPLICIT_DENY);

    assertDenied(
        check(ROLE, false),
        "its role shop may not pull from the mirror",
        "no policy allows ecr:GetAuthorizationToken, ecr:BatchGetImage;",
        "aws iam attach-role-policy --role-name shop --policy-arn " + POLICY);
  }

  @Test
  void repositoryPolicyReplacesPolicyOfRole() {
    iam.deny(GET_IMAGE, PolicyEvaluationDecisionType.IMPLICIT_DENY);

    assertThat(check(ROLE, true)).isEqualTo(new Result.Allowed());
    assertDenied(check(ROLE, false), "no policy allows ecr:BatchGetImage;");
  }

  @Test
  void repositoryPolicyGrantsNoToken() {
    iam.deny(GET_TOKEN, PolicyEvaluationDecisionType.IMPLICIT_DENY);

    assertDenied(check(ROLE, true), "no policy allows ecr:GetAuthorizationToken;");
  }

  @Test
  void repositoryPolicyDoesNotOverruleDenial() {
    iam.deny(GET_IMAGE, PolicyEvaluationDecisionType.EXPLICIT_DENY);

    assertDenied(
        check(ROLE, true), "a policy of the role or the organization denies ecr:BatchGetImage");
  }

  @Test
  void namesPermissionsBoundary() {
    iam.results.put(
        GET_TOKEN,
        EvaluationResult.builder()
            .evalDecision(PolicyEvaluationDecisionType.IMPLICIT_DENY)
            .permissionsBoundaryDecisionDetail(
                PermissionsBoundaryDecisionDetail.builder()
                    .allowedByPermissionsBoundary(false)
                    .build())
            .build());

    assertDenied(check(ROLE, false), "its permissions boundary does not allow " + GET_TOKEN);
  }

  @Test
  void doesNotGuessValuesOfConditions() {
    iam.results.put(
        GET_TOKEN,
        EvaluationResult.builder()
            .evalDecision(PolicyEvaluationDecisionType.IMPLICIT_DENY)
            .missingContextValues("aws:SourceVpc")
            .build());

    assertUnknown(check(ROLE, false), "its policies depend on aws:SourceVpc");
  }

  @Test
  void doesNotKnowWithoutPermissionToSimulate() {
    iam.errorCode = "AccessDenied";

    assertUnknown(check(ROLE, false), "IAM answers AccessDenied");
  }

  /** A load balancer answers 502 without a code. */
  @Test
  void doesNotKnowWhatAnErrorWithoutCodeMeans() {
    iam.failsWithoutCode = true;

    assertUnknown(check(ROLE, false), "IAM answers not at all");
  }

  @Test
  void doesNotKnowRoleWithoutArn() {
    assertUnknown(check("shop", false), "CodeBuild does not tell its ARN");
    assertUnknown(check(null, false), "CodeBuild does not tell its ARN");
    assertThat(iam.requests).isEmpty();
  }

  @Test
  void doesNotCheckUnlessConfigured() {
    var off = new PullPermissionCheck(null, TestFixtures.MIRROR, false, POLICY);

    assertUnknown(off.check(ROLE, images()), "`checkRoles` is false");
  }

  private Result check(@Nullable String role, boolean pullFromAccount) {
    return new PullPermissionCheck(() -> iam, TestFixtures.MIRROR, pullFromAccount, POLICY)
        .check(role, images());
  }

  private static List<MirroredImage> images() {
    return List.of(TestFixtures.mirroredImage(TestFixtures.RUBY));
  }

  private static void assertDenied(Result result, String... parts) {
    assertThat(result)
        .asInstanceOf(type(Result.Denied.class))
        .extracting(Result.Denied::reason)
        .asString()
        .contains(parts);
  }

  private static void assertUnknown(Result result, String part) {
    assertThat(result)
        .asInstanceOf(type(Result.Unknown.class))
        .extracting(Result.Unknown::reason)
        .asString()
        .contains("it is not known whether its role may pull from the mirror: " + part);
  }
}
