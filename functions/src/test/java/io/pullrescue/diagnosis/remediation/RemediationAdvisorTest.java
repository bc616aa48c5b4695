package io.pullrescue.diagnosis.remediation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.diagnosis.Diagnosis.ImageCause;
import io.pullrescue.diagnosis.Diagnosis.PullFailed;
import io.pullrescue.diagnosis.Evidence;
import io.pullrescue.diagnosis.Evidence.Confidence;
import io.pullrescue.diagnosis.LogExcerpt.TextSource;
import io.pullrescue.diagnosis.pattern.Cause;
import io.pullrescue.diagnosis.remediation.Remediation.Step;
import io.pullrescue.image.ImageReference;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class RemediationAdvisorTest {
  private static final AccountContext CONTEXT =
      new AccountContext(
          "123456789012",
          "eu-west-1",
          "arn:aws:iam::123456789012:role/build-role",
          Set.of("docker.io"));
  private static final String ECR = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1";
  private static final String OTHER_ACCOUNT_ECR =
      "210987654321.dkr.ecr.eu-west-1.amazonaws.com/app:1";

  @ParameterizedTest
  @EnumSource(Cause.class)
  void summarizesEveryCauseAndActsOnlyIfMirroringHelps(Cause cause) {
    var remediation = advise(cause, "ruby:2.7", TextSource.FAILING_COMMAND, "x");

    assertThat(remediation.summary()).contains("ruby:2.7");
    assertThat(remediation.automatic())
        .isEqualTo(Set.of(Cause.RATE_LIMITED, Cause.NETWORK, Cause.UPSTREAM_ERROR).contains(cause));
  }

  @Test
  void explainsInactionForUnsupportedRegistry() {
    var remediation = advise(Cause.RATE_LIMITED, "nvcr.io/a/b:1", TextSource.FAILING_COMMAND, "x");

    assertThat(remediation.automatic()).isFalse();
    assertThat(remediation.summary()).contains("does not copy from that registry");
  }

  @Test
  void suggestsSecretsManagerOrParameterStoreForBuilds() {
    assertThat(snippets(advise(Cause.RATE_LIMITED, "ruby:2.7", TextSource.FAILING_COMMAND, "x")))
        .contains("aws secretsmanager create-secret --region eu-west-1 --name docker-hub")
        .contains("arn:aws:secretsmanager:eu-west-1:123456789012:secret:docker-hub-??????")
        .contains("kms:Decrypt")
        .contains("secrets-manager:\n    REGISTRY_USERNAME: docker-hub:username")
        .contains("arn:aws:ssm:eu-west-1:123456789012:parameter/docker-hub/*")
        .contains("parameter-store:\n    REGISTRY_USERNAME: /docker-hub/username");
  }

  @Test
  void suggestsRegistryCredentialForEnvironmentImage() {
    assertThat(snippets(advise(Cause.RATE_LIMITED, "ruby:2.7", TextSource.PHASE_CONTEXT, "x")))
        .contains("registryCredential")
        .contains("\"imagePullCredentialsType\": \"SERVICE_ROLE\"");
  }

  @Test
  void suggestsRepositoryCredentialsForTask() {
    assertThat(snippets(advise(Cause.RATE_LIMITED, "ruby:2.7", TextSource.STOPPED_REASON, "x")))
        .contains("repositoryCredentials")
        .contains("secretsmanager:GetSecretValue");
  }

  @Test
  void logsInToEcrPublicInUsEast1() {
    assertThat(
            snippets(advise(Cause.RATE_LIMITED, "public.ecr.aws/a/b:1", TextSource.MESSAGE, "x")))
        .contains("ecr-public get-login-password --region us-east-1")
        .contains("sts:GetServiceBearerToken");
  }

  @Test
  void listsVpcEndpointsForEcrPull() {
    assertThat(
            snippets(advise(Cause.NETWORK, ECR, TextSource.MESSAGE, "Failed to pull image \"x\"")))
        .contains("com.amazonaws.eu-west-1.ecr.api")
        .contains("com.amazonaws.eu-west-1.ecr.dkr")
        .contains("com.amazonaws.eu-west-1.s3");
  }

  @Test
  void suggestsManagedPoliciesForEksNodesAndFargate() {
    var node = "Failed to pull image \"x\": no basic auth credentials";
    var fargate = "kubelet, fargate-ip-10-0-1-2 " + node;

    assertThat(snippets(advise(Cause.UNAUTHENTICATED, ECR, TextSource.MESSAGE, node)))
        .contains("policy/AmazonEC2ContainerRegistryReadOnly");
    assertThat(snippets(advise(Cause.UNAUTHENTICATED, ECR, TextSource.MESSAGE, fargate)))
        .contains("policy/AmazonEKSFargatePodExecutionRolePolicy");
  }

  @Test
  void printsRepositoryPolicyForRoleInMessage() {
    var line =
        "denied: User: arn:aws:sts::123456789012:assumed-role/nodes/i-1 is not authorized to"
            + " perform: ecr:BatchGetImage";

    assertThat(snippets(advise(Cause.ACCESS_DENIED, OTHER_ACCOUNT_ECR, TextSource.MESSAGE, line)))
        .contains("aws ecr set-repository-policy --region eu-west-1 --repository-name app")
        .contains("\"AWS\" : \"arn:aws:iam::123456789012:role/nodes\"");
  }

  @Test
  void omitsRepositoryPolicyInSameAccount() {
    assertThat(snippets(advise(Cause.ACCESS_DENIED, ECR, TextSource.FAILING_COMMAND, "x")))
        .contains("ecr:GetDownloadUrlForLayer")
        .doesNotContain("set-repository-policy");
  }

  @Test
  void findsRepositoryArnInErrorIfImageIsUnknown() {
    var line =
        "not authorized to perform: ecr:BatchGetImage on resource:"
            + " arn:aws:ecr:eu-west-1:210987654321:repository/app";
    var failed = failed(Cause.ACCESS_DENIED, List.of(), TextSource.MESSAGE, line);

    assertThat(snippets(new RemediationAdvisor().advise(failed, CONTEXT)))
        .contains("arn:aws:ecr:eu-west-1:210987654321:repository/app")
        .contains("set-repository-policy");
  }

  @Test
  void printsPlaceholdersForUnknownValues() {
    var emptyContext = new AccountContext(null, null, null, Set.of());
    var failed =
        failed(Cause.RATE_LIMITED, List.of(ImageReference.of("a")), TextSource.STOPPED_REASON, "x");

    assertThat(snippets(new RemediationAdvisor().advise(failed, emptyContext)))
        .contains("arn:PARTITION:secretsmanager:REGION:ACCOUNT:secret:docker-hub");
  }

  @Test
  void recognizesDockerHubByItsRateLimitMessage() {
    var line = "toomanyrequests: https://www.docker.com/increase-rate-limit";
    var failed = failed(Cause.RATE_LIMITED, List.of(), TextSource.PHASE_CONTEXT, line);

    assertThat(snippets(new RemediationAdvisor().advise(failed, CONTEXT)))
        .contains("registryCredential");
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
          ACCESS_DENIED     => ECR             => PHASE_CONTEXT   => x                                    => "Service" : "codebuild.amazonaws.com"
          NETWORK           => ECR             => MESSAGE         => x                                    => --vpc-endpoint-type Gateway --route-table-ids rtb-ID
          NETWORK           => ECR             => MESSAGE         => x                                    => --vpc-endpoint-type Interface --subnet-ids subnet-ID
          """)
  void printsExactCommandOrSetting(
      Cause cause, String image, TextSource source, String line, String snippet) {
    var named = image.equals("ECR") ? ECR : image;

    assertThat(snippets(advise(cause, named, source, line))).contains(snippet);
  }

  @Test
  void logsInToEcrOnlyIfUnauthenticated() {
    assertThat(snippets(advise(Cause.ACCESS_DENIED, ECR, TextSource.FAILING_COMMAND, "denied")))
        .doesNotContain("get-login-password");
    assertThat(
            snippets(
                advise(Cause.UNAUTHENTICATED, ECR, TextSource.STOPPED_REASON, "no credentials")))
        .doesNotContain("get-login-password");
  }

  @Test
  void omitsRegistryInDockerHubLogin() {
    assertThat(snippets(advise(Cause.RATE_LIMITED, "ruby", TextSource.FAILING_COMMAND, "x")))
        .contains("--password-stdin")
        .doesNotContain("docker.io");
  }

  @Test
  void namesRoleThatPullsForTask() {
    assertThat(descriptions(advise(Cause.ACCESS_DENIED, ECR, TextSource.STOPPED_REASON, "x")))
        .contains("Allow the task execution role build-role to pull from the repository.");
    assertThat(descriptions(advise(Cause.ACCESS_DENIED, ECR, TextSource.FAILING_COMMAND, "x")))
        .contains("Allow the role build-role to pull from the repository.");
  }

  @Test
  void explainsNetworkAccessToExternalRegistry() {
    assertThat(descriptions(advise(Cause.NETWORK, "quay.io/a/b:1", TextSource.MESSAGE, "x")))
        .contains("quay.io has no VPC endpoint")
        .contains("port 443");
  }

  @Test
  void advisesOnEachRegistry() {
    var images = List.of(ImageReference.of("ruby"), ImageReference.of("public.ecr.aws/a/b:1"));
    var remediation =
        new RemediationAdvisor()
            .advise(failed(Cause.RATE_LIMITED, images, TextSource.MESSAGE, "x"), CONTEXT);

    assertThat(snippets(remediation))
        .contains("docker login --username NAME")
        .contains("ecr-public get-login-password");
  }

  @Test
  void ignoresDockerHubIfErrorIsUnrelated() {
    var networkError =
        failed(Cause.NETWORK, List.of(), TextSource.PHASE_CONTEXT, "https://www.docker.com/x");
    var otherRegistry =
        failed(Cause.RATE_LIMITED, List.of(), TextSource.PHASE_CONTEXT, "quay.io: 429");

    assertThat(new RemediationAdvisor().advise(networkError, CONTEXT).steps()).isEmpty();
    assertThat(new RemediationAdvisor().advise(otherRegistry, CONTEXT).steps()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"public.ecr.aws/docker/library/python:3", "ghcr.io/team/app:1"})
  void removesOldCredentialsOfPublicRegistry(String image) {
    var steps = advise(Cause.ACCESS_DENIED, image, TextSource.MESSAGE, "403 Forbidden").steps();

    assertThat(steps.getFirst().snippet())
        .isEqualTo("docker logout " + ImageReference.of(image).registry());
  }

  @Test
  void logsInToEcrPublicWithTokenOfAws() {
    var steps =
        advise(Cause.ACCESS_DENIED, "public.ecr.aws/a/b:1", TextSource.MESSAGE, "403").steps();

    assertThat(steps.toString())
        .contains("ecr-public get-login-password --region us-east-1")
        .contains("ecr-public:GetAuthorizationToken")
        .doesNotContain("--username NAME");
  }

  @Test
  void suggestsOnlyNewTokenIfTokenExpired() {
    var steps =
        advise(
                Cause.ACCESS_DENIED,
                "763104351884.dkr.ecr.us-west-2.amazonaws.com/pytorch-training:2",
                TextSource.MESSAGE,
                "denied: Your authorization token has expired. Reauthenticate and try again.")
            .steps();

    assertThat(steps)
        .singleElement()
        .asString()
        .contains("aws ecr get-login-password --region us-west-2");
  }

  @Test
  void changesNoPolicyOfAccountOfAws() {
    var steps =
        advise(
                Cause.ACCESS_DENIED,
                "602401143452.dkr.ecr.us-west-2.amazonaws.com/eks/pause:3.5",
                TextSource.MESSAGE,
                "Failed to pull image: 403 Forbidden")
            .steps();

    assertThat(steps.toString())
        .contains("Account 602401143452 belongs to AWS")
        .doesNotContain("set-repository-policy");
  }

  @Test
  void suggestsAuthorityForUntrustedCertificate() {
    var steps =
        advise(
                Cause.NETWORK,
                "registry.example.com/app:1",
                TextSource.MESSAGE,
                "x509: certificate signed by unknown authority")
            .steps();

    assertThat(steps)
        .singleElement()
        .asString()
        .contains("/etc/docker/certs.d/registry.example.com/ca.crt")
        .doesNotContain("NAT gateway");
  }

  @Test
  void explainsLocalhost() {
    var steps =
        advise(Cause.NETWORK, "localhost:5000/app:1", TextSource.MESSAGE, "connection refused")
            .steps();

    assertThat(steps.toString()).contains("no registry listens there").doesNotContain("VPC");
  }

  @Test
  void suggestsRoutesToTaskWithoutNamedImage() {
    var timeout =
        failed(
            Cause.NETWORK,
            List.of(),
            TextSource.MESSAGE,
            "CannotPullContainerError: dial tcp 192.0.2.1:443: i/o timeout");

    var remediation = new RemediationAdvisor().advise(timeout, CONTEXT);

    assertThat(remediation.steps().toString())
        .contains("assignPublicIp=ENABLED")
        .contains("AWSSupport-TroubleshootECSTaskFailedToStart");
  }

  @ParameterizedTest
  @CsvSource({
    "FAILING_COMMAND, larger compute type",
    "STOPPED_REASON, ephemeralStorage",
    "MESSAGE, docker system prune"
  })
  void suggestsDiskSpaceOfClient(TextSource source, String expected) {
    assertThat(advise(Cause.DISK_FULL, "ruby:2.7", source, "no space left").steps().toString())
        .contains(expected);
  }

  @Test
  void explainsEachImageByItsOwnCause() {
    var denied = ImageReference.of("ghcr.io/team/cache:1");
    var limited = ImageReference.of("ruby:2.7");
    var diagnosis =
        new PullFailed(
            Cause.RATE_LIMITED,
            List.of(denied, limited),
            new Evidence(TextSource.MESSAGE, "x", "x", 1, Confidence.NAMED_BY_ERROR),
            true,
            Map.of(denied, new ImageCause(Cause.ACCESS_DENIED, false)));

    var remediation = new RemediationAdvisor().advise(diagnosis, CONTEXT);

    assertThat(remediation.summary())
        .contains("denied the client access to ghcr.io/team/cache:1")
        .contains("it did not serve ruby:2.7");
    assertThat(remediation.steps().getFirst().snippet()).isEqualTo("docker logout ghcr.io");
    assertThat(remediation.automatic()).isTrue();
  }

  @Test
  void takesNoActionForFailureOfClient() {
    var ruby = ImageReference.of("ruby:2.7");
    var diagnosis =
        new PullFailed(
            Cause.UPSTREAM_ERROR,
            List.of(ruby),
            new Evidence(TextSource.MESSAGE, "x", "x", 1, Confidence.NAMED_BY_ERROR),
            true,
            Map.of(ruby, new ImageCause(Cause.UPSTREAM_ERROR, true)));

    var remediation = new RemediationAdvisor().advise(diagnosis, CONTEXT);

    assertThat(remediation.automatic()).isFalse();
    assertThat(remediation.summary())
        .contains("The client or its host failed to pull ruby:2.7")
        .contains("a mirrored image would not help");
  }

  @Test
  void explainsInaction() {
    var unnamed = failed(Cause.RATE_LIMITED, List.of(), TextSource.MESSAGE, "x");
    var notCausal =
        new PullFailed(
            Cause.RATE_LIMITED,
            List.of(ImageReference.of("ruby")),
            new Evidence(TextSource.EARLIER_COMMANDS, "x", "x", 1, Confidence.NAMED_BY_ERROR),
            false);

    assertThat(new RemediationAdvisor().advise(unnamed, CONTEXT).summary())
        .contains("the image (not named in the text)")
        .contains("does not know which image to copy");
    assertThat(new RemediationAdvisor().advise(notCausal, CONTEXT).summary())
        .contains("the workload continued and failed for another reason");
    assertThat(advise(Cause.DISK_FULL, "ruby", TextSource.MESSAGE, "x").summary())
        .contains("a mirrored image would not help");
    assertThat(advise(Cause.IMAGE_NOT_FOUND, "ruby", TextSource.MESSAGE, "x").summary())
        .contains("pull-rescue takes no action, because there is no image to copy");
  }

  @Test
  void saysThatMissingMirroredImagesAreCopied() {
    var copies = "If this repository belongs to pull-rescue's mirror, pull-rescue copies the image";

    assertThat(advise(Cause.IMAGE_NOT_FOUND, ECR, TextSource.MESSAGE, "x").summary())
        .contains(copies);
    assertThat(advise(Cause.ACCESS_DENIED, ECR, TextSource.PHASE_CONTEXT, "x").summary())
        .contains(copies);
    assertThat(advise(Cause.ACCESS_DENIED, ECR, TextSource.FAILING_COMMAND, "x").summary())
        .contains("a mirrored image would not help");
  }

  @Test
  void namesSettingsThatDecideOnRetryOfTask() {
    assertThat(advise(Cause.RATE_LIMITED, "ruby", TextSource.STOPPED_REASON, "x").summary())
        .contains("pull-rescue copies the image to Amazon ECR.", "`ecsRetry`", "`batchRetry`");
  }

  @Test
  void claimsNoActionOfLocalCommand() {
    var local = new AccountContext(null, null, null, Set.of("docker.io"));
    var failed =
        failed(Cause.RATE_LIMITED, List.of(ImageReference.of("a")), TextSource.MESSAGE, "x");

    assertThat(new RemediationAdvisor().advise(failed, local).summary())
        .contains("Where pull-rescue is deployed, it copies the image to Amazon ECR");
  }

  @ParameterizedTest
  @CsvSource({
    "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn,     arn:aws-cn:ecr:cn-north-1",
    "123456789012.dkr.ecr.us-gov-west-1.amazonaws.com,     arn:aws-us-gov:ecr:us-gov-west-1",
    "123456789012.dkr.ecr-fips.us-gov-east-1.amazonaws.com, arn:aws-us-gov:ecr:us-gov-east-1",
    "123456789012.dkr.ecr.us-iso-east-1.c2s.ic.gov,        arn:aws-iso:ecr:us-iso-east-1",
    "123456789012.dkr.ecr.us-isob-east-1.sc2s.sgov.gov,    arn:aws-iso-b:ecr:us-isob-east-1",
    "123456789012.dkr.ecr.eusc-de-east-1.amazonaws.eu,     arn:aws-eusc:ecr:eusc-de-east-1",
    "123456789012.dkr-ecr.eu-west-1.on.aws,                arn:aws:ecr:eu-west-1",
    "123456789012.dkr-ecr-fips.us-east-1.on.aws,           arn:aws:ecr:us-east-1",
    "123456789012.dkr.ecr.REGION.amazonaws.com,            arn:PARTITION:ecr:REGION",
  })
  void printsPartitionOfRegistry(String host, String arn) {
    assertThat(
            snippets(advise(Cause.ACCESS_DENIED, host + "/app:1", TextSource.FAILING_COMMAND, "x")))
        .contains('"' + arn + ":123456789012:repository/app\"");
  }

  @ParameterizedTest
  @CsvSource({
    "cn-northwest-1, arn:aws-cn:secretsmanager:cn-northwest-1:123456789012:secret:",
    "us-gov-west-1,  arn:aws-us-gov:secretsmanager:us-gov-west-1:123456789012:secret:",
    "eusc-de-east-1, arn:aws-eusc:secretsmanager:eusc-de-east-1:123456789012:secret:",
  })
  void printsPartitionOfAccount(String region, String arn) {
    var context = new AccountContext("123456789012", region, null, Set.of());
    var failed =
        failed(Cause.RATE_LIMITED, List.of(ImageReference.of("a")), TextSource.STOPPED_REASON, "x");

    assertThat(snippets(new RemediationAdvisor().advise(failed, context)))
        .contains(arn)
        .doesNotContain("arn:aws:");
  }

  @ParameterizedTest
  @CsvSource({
    "cn-north-1.amazonaws.com.cn, cn.com.amazonaws.cn-north-1.ecr.dkr",
    "eusc-de-east-1.amazonaws.eu, eu.amazonaws.eusc-de-east-1.ecr.dkr",
    "us-gov-west-1.amazonaws.com, com.amazonaws.us-gov-west-1.ecr.dkr",
  })
  void printsEndpointServiceNameOfPartition(String host, String service) {
    var image = "123456789012.dkr.ecr." + host + "/app:1";

    assertThat(snippets(advise(Cause.NETWORK, image, TextSource.MESSAGE, "x")))
        .contains(" --service-name " + service);
  }

  @Test
  void keepsPathAndPartitionOfRole() {
    var line = "arn:aws-us-gov:iam::210987654321:role/service-role/team/nodes is not authorized";
    var context =
        CONTEXT.withRole("arn:aws-us-gov:iam::210987654321:role/service-role/codebuild-shop");

    assertThat(
            PullRole.of(
                new Evidence(TextSource.MESSAGE, line, line, 1, Confidence.UNNAMED), CONTEXT))
        .returns("nodes", PullRole::name)
        .returns("arn:aws-us-gov:iam::210987654321:role/service-role/team/nodes", PullRole::arn);
    assertThat(PullRole.of(context))
        .returns("codebuild-shop", PullRole::name)
        .returns(
            "arn:aws-us-gov:iam::210987654321:role/service-role/codebuild-shop", PullRole::arn);
    assertThat(PullRole.of(CONTEXT.withRole("shop"))).returns("shop", PullRole::name);
    assertThat(CONTEXT.withRole(null)).isEqualTo(CONTEXT);
  }

  @Test
  void writesPoliciesAsValidJson() throws JsonProcessingException {
    var repository = EcrRepository.of(ImageReference.of(ECR)).orElseThrow();
    for (var policy :
        List.of(
            PolicyTemplates.repositoryPull(repository),
            PolicyTemplates.crossAccountPull(PullRole.of(CONTEXT)),
            PolicyTemplates.codeBuildServicePull(),
            PolicyTemplates.readSecret("arn", "key"),
            PolicyTemplates.readParameters("arn"),
            PolicyTemplates.ecrPublicPull())) {
      assertThat(new ObjectMapper().readTree(policy).path("Statement")).isNotEmpty();
    }
  }

  private static Remediation advise(Cause cause, String image, TextSource source, String line) {
    var images = List.of(ImageReference.of(image));
    return new RemediationAdvisor().advise(failed(cause, images, source, line), CONTEXT);
  }

  private static PullFailed failed(
      Cause cause, List<ImageReference> images, TextSource source, String line) {
    return new PullFailed(
        cause, images, new Evidence(source, line, line, 1, Confidence.NAMED_BY_ERROR), true);
  }

  private static String descriptions(Remediation remediation) {
    return remediation.steps().stream().map(Step::description).collect(Collectors.joining("\n"));
  }

  private static String snippets(Remediation remediation) {
    return remediation.steps().stream()
        .map(Step::snippet)
        .filter(Objects::nonNull)
        .collect(Collectors.joining("\n"));
  }
}
