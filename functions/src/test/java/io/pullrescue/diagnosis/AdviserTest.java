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
import org.junit.jupiter.params.provider.CsvSource;
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

  @ParameterizedTest(name = "{0} of {1}, {2}: {3}")
  @CsvSource(
      delimiterString = "=>",
      quoteCharacter = '\0',
      textBlock =
          """
          IMAGE_NOT_FOUND   => quay.io/a/b:1   => MESSAGE         => x                                    => skopeo list-tags docker://quay.io/a/b
          IMAGE_NOT_FOUND   => ECR             => MESSAGE         => x                                    => aws ecr list-images --region eu-west-1 --registry-id 123456789012 --repository-name app
          PLATFORM_MISMATCH => quay.io/a/b:1   => MESSAGE         => x                                    => docker buildx imagetools inspect quay.io/a/b:1
          UNAUTHENTICATED   => quay.io/a/b:1   => MESSAGE         => Failed to pull image                 => create secret docker-registry quay-io --docker-server=quay.io
          RATE_LIMITED      => ruby:2.7        => MESSAGE         => kubelet said                         => create secret docker-registry docker-hub --docker-server=https://index.docker.io/v1/
          UNAUTHENTICATED   => quay.io:443/a:1 => MESSAGE         => x                                    => docker login --username NAME quay.io:443
          ACCESS_DENIED     => a/b:1           => MESSAGE         => x                                    => docker login --username NAME
          RATE_LIMITED      => quay.io:443/a:1 => FAILING_COMMAND => x                                    => create-secret --region eu-west-1 --name quay-io-443
          RATE_LIMITED      => quay.io/a/b:1   => FAILING_COMMAND => x                                    => --password-stdin quay.io
          RATE_LIMITED      => a/b:1           => MESSAGE         => unable to pull customer's container image => registryCredential
          RATE_LIMITED      => a/b:1           => MESSAGE         => CannotPullContainerError             => repositoryCredentials
          RATE_LIMITED      => a/b:1           => MESSAGE         => a CodeBuild log                      => REGISTRY_USERNAME: docker-hub:username
          UNAUTHENTICATED   => ECR             => FAILING_COMMAND => no basic auth credentials            => aws ecr get-login-password --region eu-west-1 | docker login --username AWS --password-stdin 123456789012.dkr.ecr.eu-west-1.amazonaws.com
          ACCESS_DENIED     => ECR             => MESSAGE         => Your authorization token has expired => aws ecr get-login-password
          ACCESS_DENIED     => ECR             => PHASE_CONTEXT   => x                                    => "Service": "codebuild.amazonaws.com"
          NETWORK           => ECR             => MESSAGE         => x                                    => --vpc-endpoint-type Gateway --route-table-ids rtb-ID
          NETWORK           => ECR             => MESSAGE         => x                                    => --vpc-endpoint-type Interface --subnet-ids subnet-ID
          """)
  void givesTheExactCommandOrSetting(
      Cause cause, String image, Place place, String line, String text) {
    var named = image.equals("ECR") ? ECR : image;

    assertThat(texts(advise(cause, named, place, line))).contains(text);
  }

  @Test
  void logsInToEcrOnlyWhereALoginIsMissing() {
    assertThat(texts(advise(Cause.ACCESS_DENIED, ECR, Place.FAILING_COMMAND, "denied")))
        .doesNotContain("get-login-password");
    assertThat(texts(advise(Cause.UNAUTHENTICATED, ECR, Place.STOPPED_REASON, "no credentials")))
        .doesNotContain("get-login-password");
  }

  @Test
  void logsInToDockerHubWithoutNamingIt() {
    assertThat(texts(advise(Cause.RATE_LIMITED, "ruby", Place.FAILING_COMMAND, "x")))
        .contains("--password-stdin")
        .doesNotContain("docker.io");
  }

  @Test
  void saysWhoseRolePullsForATask() {
    assertThat(words(advise(Cause.ACCESS_DENIED, ECR, Place.STOPPED_REASON, "x")))
        .contains("it is the task's execution role that pulls");
    assertThat(words(advise(Cause.ACCESS_DENIED, ECR, Place.FAILING_COMMAND, "x")))
        .contains("Let the role build-role pull.");
  }

  @Test
  void opensTheWayToRegistriesOutside() {
    assertThat(words(advise(Cause.NETWORK, "quay.io/a/b:1", Place.MESSAGE, "x")))
        .contains("quay.io has no VPC endpoint")
        .contains("port 443");
  }

  @Test
  void advisesOnEachRegistryByItsOwnImage() {
    var images = List.of(ImageReference.of("ruby"), ImageReference.of("public.ecr.aws/a/b:1"));
    var advice =
        new Adviser().advise(failed(Cause.RATE_LIMITED, images, Place.MESSAGE, "x"), KNOWN);

    assertThat(texts(advice))
        .contains("docker login --username NAME")
        .contains("ecr-public get-login-password");
  }

  @Test
  void doesNotAdviseOnDockerHubWhereItsLimitIsNotMeant() {
    var other = failed(Cause.NETWORK, List.of(), Place.PHASE_CONTEXT, "https://www.docker.com/x");
    var elsewhere = failed(Cause.RATE_LIMITED, List.of(), Place.PHASE_CONTEXT, "quay.io: 429");

    assertThat(new Adviser().advise(other, KNOWN).remedies()).isEmpty();
    assertThat(new Adviser().advise(elsewhere, KNOWN).remedies()).isEmpty();
  }

  @Test
  void saysWhyItDoesNotAct() {
    var unnamed = failed(Cause.RATE_LIMITED, List.of(), Place.MESSAGE, "x");
    var survived =
        new PullFailed(
            Cause.RATE_LIMITED,
            List.of(ImageReference.of("ruby")),
            new Evidence(Place.EARLIER_COMMANDS, "x", 1, Certainty.NAMED_BY_ERROR),
            false);

    assertThat(new Adviser().advise(unnamed, KNOWN).summary())
        .contains("an image that the text does not name")
        .contains("does not know which image to copy");
    assertThat(new Adviser().advise(survived, KNOWN).summary())
        .contains("the work went on and failed of something else");
    assertThat(advise(Cause.DISK_FULL, "ruby", Place.MESSAGE, "x").summary())
        .contains("a copy would not help");
    assertThat(advise(Cause.IMAGE_NOT_FOUND, "ruby", Place.MESSAGE, "x").summary())
        .contains("unless the name is one of its own mirror repositories");
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

  private static String words(Advice advice) {
    return advice.remedies().stream().map(Remedy::words).collect(Collectors.joining("\n"));
  }

  private static String texts(Advice advice) {
    return advice.remedies().stream()
        .map(Remedy::text)
        .filter(Objects::nonNull)
        .collect(Collectors.joining("\n"));
  }
}
