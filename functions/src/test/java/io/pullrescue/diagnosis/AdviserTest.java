package io.pullrescue.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.diagnosis.Advice.Remedy;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.Evidence.Certainty;
import io.pullrescue.failure.Excerpt.Place;
import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class AdviserTest {
  private static final Circumstances KNOWN =
      new Circumstances("123456789012", "eu-west-1", "build-role", Set.of("docker.io"));
  private static final String ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1";
  private static final String THEIR_ECR = "210987654321.dkr.ecr.eu-west-1.amazonaws.com/app:1";

  @ParameterizedTest
  @EnumSource(Cause.class)
  void hasASentenceForEveryCauseAndActsOnlyWhereACopyHelps(Cause cause) {
    var advice = advise(cause, "ruby:2.7", Place.FAILING_COMMAND, "x");

    assertThat(advice.summary()).contains("ruby:2.7");
    assertThat(advice.rescued())
        .isEqualTo(Set.of(Cause.RATE_LIMITED, Cause.NETWORK, Cause.UPSTREAM_ERROR).contains(cause));
  }

  @Test
  void saysWhyItDoesNotActForAnImageFromElsewhere() {
    var advice = advise(Cause.RATE_LIMITED, "nvcr.io/a/b:1", Place.FAILING_COMMAND, "x");

    assertThat(advice.rescued()).isFalse();
    assertThat(advice.summary()).contains("does not copy from that registry");
  }

  @Test
  void keepsDockerHubCredentialsInSecretsManagerOrParameterStoreForBuilds() {
    assertThat(texts(advise(Cause.RATE_LIMITED, "ruby:2.7", Place.FAILING_COMMAND, "x")))
        .contains("aws secretsmanager create-secret --region eu-west-1 --name docker-hub")
        .contains("arn:aws:secretsmanager:eu-west-1:123456789012:secret:docker-hub-??????")
        .contains("kms:Decrypt")
        .contains("secrets-manager:\n    REGISTRY_USERNAME: docker-hub:username")
        .contains("arn:aws:ssm:eu-west-1:123456789012:parameter/docker-hub/*")
        .contains("parameter-store:\n    REGISTRY_USERNAME: /docker-hub/username");
  }

  @Test
  void givesTheEnvironmentImageARegistryCredential() {
    assertThat(texts(advise(Cause.RATE_LIMITED, "ruby:2.7", Place.PHASE_CONTEXT, "x")))
        .contains("registryCredential")
        .contains("\"imagePullCredentialsType\": \"SERVICE_ROLE\"");
  }

  @Test
  void givesTheExecutionRoleOfATaskTheSecret() {
    assertThat(texts(advise(Cause.RATE_LIMITED, "ruby:2.7", Place.STOPPED_REASON, "x")))
        .contains("repositoryCredentials")
        .contains("secretsmanager:GetSecretValue");
  }

  @Test
  void logsInToEcrPublicInItsOnlyRegion() {
    assertThat(texts(advise(Cause.RATE_LIMITED, "public.ecr.aws/a/b:1", Place.MESSAGE, "x")))
        .contains("ecr-public get-login-password --region us-east-1")
        .contains("sts:GetServiceBearerToken");
  }

  @Test
  void namesTheEndpointsThatAPullFromEcrNeeds() {
    assertThat(texts(advise(Cause.NETWORK, ECR, Place.MESSAGE, "Failed to pull image \"x\"")))
        .contains("com.amazonaws.eu-west-1.ecr.api")
        .contains("com.amazonaws.eu-west-1.ecr.dkr")
        .contains("com.amazonaws.eu-west-1.s3");
  }

  @Test
  void givesNodesAndPodsOnFargateTheirPolicies() {
    var node = "Failed to pull image \"x\": no basic auth credentials";
    var fargate = "kubelet, fargate-ip-10-0-1-2 " + node;

    assertThat(texts(advise(Cause.UNAUTHENTICATED, ECR, Place.MESSAGE, node)))
        .contains("policy/AmazonEC2ContainerRegistryReadOnly");
    assertThat(texts(advise(Cause.UNAUTHENTICATED, ECR, Place.MESSAGE, fargate)))
        .contains("policy/AmazonEKSFargatePodExecutionRolePolicy");
  }

  @Test
  void printsTheRepositoryPolicyForTheRoleInTheMessage() {
    var line =
        "denied: User: arn:aws:sts::123456789012:assumed-role/nodes/i-1 is not authorized to"
            + " perform: ecr:BatchGetImage";

    assertThat(texts(advise(Cause.ACCESS_DENIED, THEIR_ECR, Place.MESSAGE, line)))
        .contains("aws ecr set-repository-policy --region eu-west-1 --repository-name app")
        .contains("\"AWS\": \"arn:aws:iam::123456789012:role/nodes\"");
  }

  @Test
  void needsNoRepositoryPolicyInOneAccount() {
    assertThat(texts(advise(Cause.ACCESS_DENIED, ECR, Place.FAILING_COMMAND, "x")))
        .contains("ecr:GetDownloadUrlForLayer")
        .doesNotContain("set-repository-policy");
  }

  @Test
  void findsTheRepositoryInTheRefusalWhereTheImageCannotBeRead() {
    var line =
        "not authorized to perform: ecr:BatchGetImage on resource:"
            + " arn:aws:ecr:eu-west-1:210987654321:repository/app";
    var failed = failed(Cause.ACCESS_DENIED, List.of(), Place.MESSAGE, line);

    assertThat(texts(new Adviser().advise(failed, KNOWN)))
        .contains("arn:aws:ecr:eu-west-1:210987654321:repository/app")
        .contains("set-repository-policy");
  }

  @Test
  void saysPlaceholdersForWhatItDoesNotKnow() {
    var unknown = new Circumstances(null, null, null, Set.of());
    var failed =
        failed(Cause.RATE_LIMITED, List.of(ImageReference.of("a")), Place.STOPPED_REASON, "x");

    assertThat(texts(new Adviser().advise(failed, unknown)))
        .contains("arn:aws:secretsmanager:REGION:ACCOUNT:secret:docker-hub");
  }

  @Test
  void advisesOnDockerHubWhereOnlyItsLimitIsNamed() {
    var line = "toomanyrequests: https://www.docker.com/increase-rate-limit";
    var failed = failed(Cause.RATE_LIMITED, List.of(), Place.PHASE_CONTEXT, line);

    assertThat(texts(new Adviser().advise(failed, KNOWN))).contains("registryCredential");
  }

  @Test
  void writesPoliciesThatAreJson() throws JsonProcessingException {
    var repository = EcrRepository.of(ImageReference.of(ECR)).orElseThrow();
    for (var policy :
        List.of(
            Policies.pull(repository),
            Policies.letIn(new PullingRole("1", "r")),
            Policies.letCodeBuildIn(),
            Policies.readSecret("arn", "r", "1"),
            Policies.readParameters("/p", "r", "1"),
            Policies.ecrPublic())) {
      assertThat(new ObjectMapper().readTree(policy).path("Statement")).isNotEmpty();
    }
  }

  private static Advice advise(Cause cause, String image, Place place, String line) {
    var images = List.of(ImageReference.of(image));
    return new Adviser().advise(failed(cause, images, place, line), KNOWN);
  }

  private static PullFailed failed(
      Cause cause, List<ImageReference> images, Place place, String line) {
    return new PullFailed(
        cause, images, new Evidence(place, line, 1, Certainty.NAMED_BY_ERROR), true);
  }

  private static String texts(Advice advice) {
    return advice.remedies().stream()
        .map(Remedy::text)
        .filter(Objects::nonNull)
        .collect(Collectors.joining("\n"));
  }
}
