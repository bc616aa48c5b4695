package io.pullrescue.ecr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.config.MirrorAccess;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import io.pullrescue.registry.DestinationRepository;
import io.pullrescue.registry.http.RegistryException;
import io.pullrescue.registry.http.RegistryException.Reason;
import io.pullrescue.testing.RecordedResponses;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.ArgumentMatchers;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.BatchCheckLayerAvailabilityRequest;
import software.amazon.awssdk.services.ecr.model.BatchCheckLayerAvailabilityResponse;
import software.amazon.awssdk.services.ecr.model.EcrException;
import software.amazon.awssdk.services.ecr.model.Layer;
import software.amazon.awssdk.services.ecr.model.LayerAvailability;

/** Features of ECR that no emulator has: layer availability and errors. */
class EcrMirrorRepositoryManagerTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String REPOSITORY = "docker-hub/acme/app";
  private static final String KEY =
      "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555";
  private static final String ABSENT = error("RepositoryNotFoundException");
  private static final String OWN =
      "{\"tags\":[{\"Key\":\"created-by\",\"Value\":\"pull-rescue\"}]}";

  @RegisterExtension final RecordedResponses aws = new RecordedResponses();

  private final EcrClient ecr = mock(EcrClient.class);
  private final EcrMirrorRepositoryManager repositories =
      new EcrMirrorRepositoryManager(
          ecr,
          "123456789012",
          "us-east-1",
          MirrorAccess.NONE,
          new PullThroughCacheRules(ecr, "123456789012.dkr.ecr.us-east-1.amazonaws.com", List.of()),
          90,
          "");

  @Test
  void checksBlobsInBatchesOfOneHundred() {
    var blobs =
        IntStream.rangeClosed(1, 230).mapToObj(number -> Digest.of(new byte[number])).toList();
    when(ecr.batchCheckLayerAvailability(anyRequest()))
        .thenAnswer(call -> layerAvailabilityResponse(call.getArgument(0)));

    var existing = repositories.existingBlobs("docker-hub/library/ruby", blobs);

    assertThat(existing).hasValueSatisfying(digests -> assertThat(digests).hasSize(115));
    verify(ecr, times(3)).batchCheckLayerAvailability(anyRequest());
  }

  @Test
  void returnsEmptyWhenApiFails() {
    when(ecr.batchCheckLayerAvailability(anyRequest()))
        .thenThrow(EcrException.builder().message("AccessDeniedException").build());

    assertThat(repositories.existingBlobs("quay/app", List.of(Digest.of(new byte[1])))).isEmpty();
  }

  @Test
  void newRepositoryGetsLifecyclePolicy() throws IOException {
    aws.respondTo("ListTagsForResource", ABSENT);

    assertThat(managed(90, "").createIfAbsent(REPOSITORY)).isTrue();

    var config =
        JSON.readTree(requestWith("lifecyclePolicyText").path("lifecyclePolicyText").asText());
    assertThat(config.findValuesAsText("countType"))
        .containsExactly("sinceImagePulled", "sinceImageTransitioned");
    assertThat(config.findValuesAsText("countNumber")).containsExactly("90", "90");
    assertThat(config.findValuesAsText("type")).containsExactly("transition", "expire");
  }

  @Test
  void createsRepositoryWhenEcrDoesNotSupportArchiving() {
    aws.respondTo("ListTagsForResource", ABSENT)
        .respondTo("PutLifecyclePolicy", error("InvalidParameterException"));

    assertThat(managed(90, "").createIfAbsent(REPOSITORY)).isTrue();
  }

  /** A message that fails is delivered again; a final result would not be. */
  @Test
  void rethrowsThrottling() {
    aws.respondTo("ListTagsForResource", ABSENT);
    for (var attempt = 0; attempt < 10; attempt++) {
      aws.respondTo("CreateRepository", error("ThrottlingException"));
    }

    assertThatThrownBy(() -> managed(90, "").createIfAbsent(REPOSITORY))
        .isInstanceOf(EcrException.class);
  }

  @Test
  void keepsLifecyclePolicyOfExistingRepository() {
    aws.respondTo("ListTagsForResource", OWN)
        .respondTo("GetRepositoryPolicy", "{\"policyText\":\"{}\"}");

    assertThat(managed(90, "").createIfAbsent(REPOSITORY)).isFalse();
    assertThat(sent()).contains("policyText").doesNotContain("lifecyclePolicyText");
  }

  @Test
  void completesRepositoryWhoseCreationWasInterrupted() {
    aws.respondTo("ListTagsForResource", OWN)
        .respondTo("GetRepositoryPolicy", error("RepositoryPolicyNotFoundException"));

    assertThat(managed(90, "").createIfAbsent(REPOSITORY)).isFalse();
    assertThat(sent()).contains("codebuild.amazonaws.com", "lifecyclePolicyText");
  }

  @Test
  void putsNoLifecyclePolicyWhenArchivingIsDisabled() {
    aws.respondTo("ListTagsForResource", ABSENT);

    managed(0, "").createIfAbsent(REPOSITORY);

    assertThat(sent()).doesNotContain("lifecyclePolicyText");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"tags\":[{\"Key\":\"created-by\",\"Value\":\"team\"}]}",
        "{\"tags\":[{\"Key\":\"team\",\"Value\":\"pull-rescue\"}]}"
      })
  void neitherFillsNorOpensRepositoryOfOthers(String tags) {
    aws.respondTo("ListTagsForResource", tags);

    assertUnusable(
        "the repository docker-hub/acme/app exists and was not created by pull-rescue",
        "give it the tag created-by = pull-rescue");
    assertThat(aws.requests())
        .first()
        .asString()
        .contains("arn:aws:ecr:us-east-1:123456789012:repository/docker-hub/acme/app");
    assertThat(sent()).doesNotContain("policyText");
  }

  @Test
  void rejectsRepositoryThatOthersCreateAtTheSameTime() {
    aws.respondTo("ListTagsForResource", ABSENT)
        .respondTo("CreateRepository", error("RepositoryAlreadyExistsException"))
        .respondTo("ListTagsForResource", "{}");

    assertUnusable("was not created by pull-rescue");
    assertThat(sent()).doesNotContain("policyText");
  }

  @Test
  void defersUntilTagOfNewRepositoryTakesEffect() {
    aws.respondTo("ListTagsForResource", ABSENT)
        .respondTo("SetRepositoryPolicy", error("AccessDeniedException"));
    var repositoryManager = managed(90, "");

    assertThatThrownBy(() -> repositoryManager.createIfAbsent(REPOSITORY))
        .asInstanceOf(type(RegistryException.class))
        .satisfies(failed -> {
          assertThat(failed.isTemporary()).isTrue();
          assertThat(failed)
              .hasMessageContaining("the tag of the new repository has no effect yet");
        });
  }

  @Test
  void reportsDeniedAccessToExistingRepository() {
    aws.respondTo("ListTagsForResource", OWN)
        .respondTo("GetRepositoryPolicy", error("AccessDeniedException"));

    assertUnusable("changing the policies of docker-hub/acme/app failed: Ecr answers AccessDenied");
  }

  @Test
  void keepsPolicyThatCannotBeRead() {
    aws.respondTo("ListTagsForResource", OWN)
        .respondTo("GetRepositoryPolicy", "{\"policyText\":\"[]\"}");

    assertUnusable(
        "the policy of the repository docker-hub/acme/app was left as it is", "not a JSON object");
    assertThat(sent()).doesNotContain("policyText");
  }

  @Test
  void encryptsNewRepositoryWithKey() {
    aws.respondTo("ListTagsForResource", ABSENT);

    managed(90, KEY).createIfAbsent(REPOSITORY);

    assertThat(requestWith("encryptionConfiguration").path("encryptionConfiguration"))
        .hasToString("{\"encryptionType\":\"KMS\",\"kmsKey\":\"%s\"}".formatted(KEY));
  }

  @Test
  void namesSettingOfKeyThatCannotBeUsed() {
    aws.respondTo("ListTagsForResource", ABSENT)
        .respondTo("CreateRepository", error("KmsException"));

    assertUnusable("cannot be encrypted with the key of `kmsKeyArn`", "check the key's policy");
  }

  /** A request by tag would import the image into a repository of a rule, or be answered by 403. */
  @Test
  void looksForImageWithoutImportingIt() {
    var digest = Digest.of(new byte[] {1});
    aws.respondTo(
        "DescribeImages",
        "{\"imageDetails\":[{\"imageDigest\":\"%s\",\"imageStatus\":\"ACTIVE\"}]}"
            .formatted(digest));

    assertThat(find()).contains(digest);
    assertThat(aws.requests()).singleElement().asString().contains("\"imageTag\":\"1\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ARCHIVED", "ACTIVATING"})
  void doesNotFindImageThatCannotBePulled(String status) {
    aws.respondTo(
        "DescribeImages",
        "{\"imageDetails\":[{\"imageDigest\":\"%s\",\"imageStatus\":\"%s\"}]}"
            .formatted(Digest.of(new byte[] {1}), status));

    assertThat(find()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ImageNotFoundException", "RepositoryNotFoundException", "AccessDeniedException"})
  void countsImageAsAbsent(String error) {
    aws.respondTo("DescribeImages", error(error));

    assertThat(find()).isEmpty();
  }

  private Optional<Digest> find() {
    return managed(90, "")
        .findDigest(
            ImageReference.of("123456789012.dkr.ecr.us-east-1.amazonaws.com/docker-hub/acme/app:1"),
            mock(DestinationRepository.class));
  }

  @Test
  void leavesRepositoriesOfCacheRuleToEcr() {
    aws.respondTo("ListTagsForResource", ABSENT)
        .respondTo("DescribePullThroughCacheRules", rule("docker-hub", "registry-1.docker.io"));

    assertUnusable(
        "the repository docker-hub/acme/app belongs to the pull-through cache rule docker-hub",
        "`mirrorPrefix`");
    assertThat(sent()).doesNotContain("scanOnPush");
  }

  @Test
  void fillsOwnRepositoryBelowPrefixOfLaterCacheRule() {
    aws.respondTo("ListTagsForResource", OWN)
        .respondTo("DescribePullThroughCacheRules", rule("docker-hub", "registry-1.docker.io"))
        .respondTo("GetRepositoryPolicy", "{\"policyText\":\"{}\"}");

    assertThat(managed(90, "").createIfAbsent(REPOSITORY)).isFalse();
  }

  @Test
  void findsReferenceByWhichRuleImportsImage() {
    aws.respondTo("DescribePullThroughCacheRules", rule("hub", "registry-1.docker.io"));
    var manager = managed(90, "");

    assertThat(manager.cachedReference(ImageReference.of("acme/app:1")))
        .hasToString("Optional[123456789012.dkr.ecr.us-east-1.amazonaws.com/hub/acme/app:1]");
    assertThat(manager.cachedReference(ImageReference.of("quay.io/acme/app:1"))).isEmpty();
    assertThat(aws.requests()).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"pullThroughCacheRules\":[]}",
        "{\"__type\":\"AccessDeniedException\",\"message\":\"no\"}",
        "{\"pullThroughCacheRules\":[{\"ecrRepositoryPrefix\":\"other\",\"upstreamRegistryUrl\":\"registry-1.docker.io\"}]}",
        "{\"pullThroughCacheRules\":[{\"ecrRepositoryPrefix\":\"hub\",\"upstreamRegistryUrl\":\"registry-1.docker.io\",\"upstreamRepositoryPrefix\":\"team\"}]}"
      })
  void usesNoCacheThatIsNotAllowedOrDoesNotCoverImage(String rules) {
    aws.respondTo("DescribePullThroughCacheRules", rules);

    assertThat(managed(90, "").cachedReference(ImageReference.of("acme/app:1"))).isEmpty();
  }

  @Test
  void mapsUpstreamPrefixOfRule() {
    aws.respondTo(
        "DescribePullThroughCacheRules",
        "{\"pullThroughCacheRules\":[{\"ecrRepositoryPrefix\":\"hub\",\"upstreamRegistryUrl\":\"registry-1.docker.io\",\"upstreamRepositoryPrefix\":\"acme\"}]}");

    assertThat(managed(90, "").cachedReference(ImageReference.of("acme/app:1")))
        .hasToString("Optional[123456789012.dkr.ecr.us-east-1.amazonaws.com/hub/app:1]");
  }

  private static String rule(String prefix, String upstream) {
    return ("{\"pullThroughCacheRules\":[{\"ecrRepositoryPrefix\":\"%s\",\"upstreamRegistryUrl\":\"%s\","
            + "\"upstreamRepositoryPrefix\":\"ROOT\"},{\"ecrRepositoryPrefix\":\"ROOT\","
            + "\"upstreamRegistryUrl\":\"quay.io\"}]}")
        .formatted(prefix, upstream);
  }

  private EcrMirrorRepositoryManager managed(int archiveAfterDays, String kmsKeyArn) {
    var client = aws.client(EcrClient.builder());
    return new EcrMirrorRepositoryManager(
        client,
        "123456789012",
        "us-east-1",
        MirrorAccess.NONE,
        new PullThroughCacheRules(
            client, "123456789012.dkr.ecr.us-east-1.amazonaws.com", List.of("hub")),
        archiveAfterDays,
        kmsKeyArn);
  }

  private void assertUnusable(String... messageParts) {
    var repositoryManager = managed(90, "");
    assertThatThrownBy(() -> repositoryManager.createIfAbsent(REPOSITORY))
        .asInstanceOf(type(RegistryException.class))
        .satisfies(failed -> {
          assertThat(failed.reason()).isEqualTo(Reason.REPOSITORY_UNUSABLE);
          assertThat(failed).hasMessageContainingAll(messageParts);
        });
  }

  private String sent() {
    return String.join("\n", aws.requests());
  }

  private JsonNode requestWith(String field) {
    return aws.requests().stream()
        .map(EcrMirrorRepositoryManagerTest::parse)
        .filter(request -> request.has(field))
        .findFirst()
        .orElseThrow();
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String error(String code) {
    return "{\"__type\":\"%s\",\"message\":\"no\"}".formatted(code);
  }

  /** Every second blob exists; some of the others are archived. */
  private static BatchCheckLayerAvailabilityResponse layerAvailabilityResponse(
      Consumer<BatchCheckLayerAvailabilityRequest.Builder> call) {
    var builder = BatchCheckLayerAvailabilityRequest.builder();
    call.accept(builder);
    var request = builder.build();
    assertThat(request.repositoryName()).isEqualTo("docker-hub/library/ruby");
    assertThat(request.layerDigests()).hasSizeLessThanOrEqualTo(100);
    var availabilities =
        List.of(
            LayerAvailability.AVAILABLE.toString(),
            LayerAvailability.UNAVAILABLE.toString(),
            LayerAvailability.AVAILABLE.toString(),
            "ARCHIVED");
    return BatchCheckLayerAvailabilityResponse.builder()
        .layers(
            IntStream.range(0, request.layerDigests().size())
                .mapToObj(index ->
                    Layer.builder()
                        .layerDigest(request.layerDigests().get(index))
                        .layerAvailability(availabilities.get(index % 4))
                        .build())
                .toList())
        .build();
  }

  private static Consumer<BatchCheckLayerAvailabilityRequest.Builder> anyRequest() {
    return ArgumentMatchers.<Consumer<BatchCheckLayerAvailabilityRequest.Builder>>any();
  }
}
