package io.pullrescue.ecr;

import static java.util.stream.Collectors.joining;

import io.pullrescue.config.MirrorNaming;
import io.pullrescue.text.TextSanitizer;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iam.model.EvaluationResult;
import software.amazon.awssdk.services.iam.model.PolicyEvaluationDecisionType;

/**
 * Checks whether a role may pull mirrored images, by a simulation of its policies.
 *
 * <p>A simulation includes identity-based policies, the permissions boundary and the policies of
 * the organization. It includes no policy of a repository, which the settings tell instead.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html">SimulatePrincipalPolicy</a>
 */
public final class PullPermissionCheck {
  private static final String GET_TOKEN = "ecr:GetAuthorizationToken";
  private static final List<String> PULL_ACTIONS =
      List.of("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer");
  private static final Pattern ROLE_ARN =
      Pattern.compile(
          "arn:aws[a-z-]*:iam::[0-9]{12}:role/(?:[\\w+=,.@/-]{1,512}/)?([\\w+=,.@-]{1,64})");
  private static final Logger LOG = LoggerFactory.getLogger(PullPermissionCheck.class);

  private final @Nullable Supplier<IamClient> iam;
  private final MirrorNaming mirror;
  private final boolean pullFromAccount;
  private final @Nullable String pullPolicyArn;

  /**
   * Creates a check.
   *
   * @param iam creates the client on first use; null if roles are not checked
   * @param pullFromAccount whether the policies of the mirror repositories allow pulls by all
   *     principals of the account
   * @param pullPolicyArn the policy that allows what is checked
   */
  public PullPermissionCheck(
      @Nullable Supplier<IamClient> iam,
      MirrorNaming mirror,
      boolean pullFromAccount,
      @Nullable String pullPolicyArn) {
    this.iam = iam;
    this.mirror = mirror;
    this.pullFromAccount = pullFromAccount;
    this.pullPolicyArn = pullPolicyArn;
  }

  /** Says whether a role may pull. */
  public sealed interface Result {
    /** The role may pull. */
    record Allowed() implements Result {}

    /**
     * The role may not pull.
     *
     * @param reason what it lacks, and how to grant it
     */
    record Denied(String reason) implements Result {}

    /**
     * Nobody could tell.
     *
     * @param reason why
     */
    record Unknown(String reason) implements Result {}
  }

  /** Checks whether a role may pull these images. */
  public Result check(@Nullable String role, List<MirroredImage> images) {
    var arn = ROLE_ARN.matcher(role == null ? "" : role);
    if (iam == null) {
      return unknown("`checkRoles` is false");
    }
    if (!arn.matches()) {
      return unknown("CodeBuild does not tell its ARN");
    }
    try {
      var missing = missing(iam.get(), arn.group(), images);
      return missing.isEmpty() ? new Result.Allowed() : result(arn.group(1), missing);
    } catch (SdkException failed) {
      LOG.atWarn().setCause(failed).log("the policies of a role cannot be simulated");
      return unknown("IAM answers " + describe(failed));
    }
  }

  private static Result unknown(String reason) {
    return new Result.Unknown(
        "it is not known whether its role may pull from the mirror: " + reason);
  }

  private static String describe(SdkException failed) {
    // A proxy or a load balancer answers without a code.
    return failed instanceof AwsServiceException error
            && error.awsErrorDetails() != null
            && error.awsErrorDetails().errorCode() != null
        ? TextSanitizer.sanitize(error.awsErrorDetails().errorCode())
        : "not at all";
  }

  private List<EvaluationResult> missing(
      IamClient client, String role, List<MirroredImage> images) {
    var repositories = images.stream().map(this::repositoryArn).distinct().toList();
    return Stream.concat(
            simulate(client, role, List.of(GET_TOKEN), List.of("*"))
                .filter(result -> result.evalDecision() != PolicyEvaluationDecisionType.ALLOWED),
            simulate(client, role, PULL_ACTIONS, repositories).filter(this::isMissing))
        .toList();
  }

  private static Stream<EvaluationResult> simulate(
      IamClient client, String role, List<String> actions, List<String> resources) {
    return client
        .simulatePrincipalPolicyPaginator(
            request -> request.policySourceArn(role).actionNames(actions).resourceArns(resources))
        .evaluationResults()
        .stream();
  }

  /** What no policy of the role mentions, the policy of the repository may allow. */
  private boolean isMissing(EvaluationResult result) {
    return switch (result.evalDecision()) {
      case ALLOWED -> false;
      case IMPLICIT_DENY -> !pullFromAccount;
      case EXPLICIT_DENY, UNKNOWN_TO_SDK_VERSION -> true;
    };
  }

  private Result result(String roleName, List<EvaluationResult> missing) {
    var conditions = missing.stream().flatMap(it -> it.missingContextValues().stream()).toList();
    if (!conditions.isEmpty()) {
      return unknown("its policies depend on " + join(conditions.stream()));
    }
    var actions = join(missing.stream().map(EvaluationResult::evalActionName));
    var lacks = "its role %s may not pull from the mirror: ".formatted(roleName);
    if (missing.stream()
        .anyMatch(it -> it.evalDecision() == PolicyEvaluationDecisionType.EXPLICIT_DENY)) {
      return new Result.Denied(
          lacks + "a policy of the role or the organization denies " + actions + "; change it");
    }
    if (missing.stream().anyMatch(PullPermissionCheck::isOutsideBoundary)) {
      return new Result.Denied(
          lacks + "its permissions boundary does not allow " + actions + "; add it there");
    }
    return new Result.Denied(lacks + "no policy allows " + actions + "; " + remediation(roleName));
  }

  private static boolean isOutsideBoundary(EvaluationResult result) {
    var boundary = result.permissionsBoundaryDecisionDetail();
    return boundary != null && !boundary.allowedByPermissionsBoundary();
  }

  private String remediation(String roleName) {
    return pullPolicyArn == null
        ? "attach the policy of the stack output PullFromMirrorPolicy"
        : "run: aws iam attach-role-policy --role-name %s --policy-arn %s"
            .formatted(roleName, pullPolicyArn);
  }

  private static String join(Stream<String> names) {
    return names.map(TextSanitizer::sanitize).distinct().collect(joining(", "));
  }

  private String repositoryArn(MirroredImage image) {
    return "arn:%s:ecr:%s:%s:repository/%s"
        .formatted(
            PartitionMetadata.of(Region.of(mirror.region())).id(),
            mirror.region(),
            mirror.accountId(),
            image.mirrorReference().repository());
  }
}
