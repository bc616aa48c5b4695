package io.pullrescue.ecr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.pullrescue.config.CrossAccountAccess;
import io.pullrescue.config.MirrorNaming;
import io.pullrescue.image.Digest;
import io.pullrescue.image.ImageReference;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentMatchers;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.BatchCheckLayerAvailabilityRequest;
import software.amazon.awssdk.services.ecr.model.BatchCheckLayerAvailabilityResponse;
import software.amazon.awssdk.services.ecr.model.CreateRepositoryRequest;
import software.amazon.awssdk.services.ecr.model.DescribeImagesRequest;
import software.amazon.awssdk.services.ecr.model.DescribeImagesResponse;
import software.amazon.awssdk.services.ecr.model.EcrException;
import software.amazon.awssdk.services.ecr.model.GetRepositoryPolicyRequest;
import software.amazon.awssdk.services.ecr.model.ImageDetail;
import software.amazon.awssdk.services.ecr.model.ImageStatus;
import software.amazon.awssdk.services.ecr.model.InvalidParameterException;
import software.amazon.awssdk.services.ecr.model.Layer;
import software.amazon.awssdk.services.ecr.model.LayerAvailability;
import software.amazon.awssdk.services.ecr.model.PutLifecyclePolicyRequest;
import software.amazon.awssdk.services.ecr.model.PutLifecyclePolicyResponse;
import software.amazon.awssdk.services.ecr.model.RepositoryAlreadyExistsException;
import software.amazon.awssdk.services.ecr.model.RepositoryPolicyNotFoundException;

/** Features of ECR that no emulator has: layer availability and archived images. */
class EcrMirrorRepositoryManagerTest {
  private final EcrClient ecr = mock(EcrClient.class);
  private final EcrMirrorRepositoryManager repositories =
      new EcrMirrorRepositoryManager(ecr, "123456789012", "us-east-1", CrossAccountAccess.NONE, 90);

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
    var lifecycles = new ArrayList<PutLifecyclePolicyRequest>();
    when(ecr.putLifecyclePolicy(anyLifecycle()))
        .thenAnswer(call -> {
          Consumer<PutLifecyclePolicyRequest.Builder> request = call.getArgument(0);
          var builder = PutLifecyclePolicyRequest.builder();
          request.accept(builder);
          lifecycles.add(builder.build());
          return PutLifecyclePolicyResponse.builder().build();
        });
    repositories.createIfAbsent("docker-hub/library/ruby");

    var config =
        new ObjectMapper().readTree(lifecycles.getFirst().lifecyclePolicyText()).path("rules");
    assertThat(config.findValuesAsText("countType"))
        .containsExactly("sinceImagePulled", "sinceImageTransitioned");
    assertThat(config.findValuesAsText("countNumber")).containsExactly("90", "90");
    assertThat(config.findValuesAsText("type")).containsExactly("transition", "expire");
  }

  @Test
  void createsRepositoryWhenEcrDoesNotSupportArchiving() {
    when(ecr.putLifecyclePolicy(anyLifecycle()))
        .thenThrow(InvalidParameterException.builder().message("no such countType").build());

    assertThat(repositories.createIfAbsent("docker-hub/library/ruby")).isTrue();
  }

  @Test
  void keepsLifecyclePolicyOfExistingRepository() {
    when(ecr.createRepository(anyCreation()))
        .thenThrow(RepositoryAlreadyExistsException.builder().build());
    when(ecr.getRepositoryPolicy(anyPolicy()))
        .thenThrow(RepositoryPolicyNotFoundException.builder().build());

    assertThat(repositories.createIfAbsent("docker-hub/library/ruby")).isFalse();
    verify(ecr, never()).putLifecyclePolicy(anyLifecycle());
  }

  @Test
  void putsNoLifecyclePolicyWhenArchivingIsDisabled() {
    new EcrMirrorRepositoryManager(ecr, "123456789012", "us-east-1", CrossAccountAccess.NONE, 0)
        .createIfAbsent("quay/app");

    verify(ecr, never()).putLifecyclePolicy(anyLifecycle());
  }

  @Test
  void lookupIgnoresArchivedImage() {
    var image = ImageReference.of("ruby:2.7");
    var mirror =
        new MirrorNaming(
            "123456789012.dkr.ecr.us-east-1.amazonaws.com", MirrorNaming.DEFAULT_PREFIXES);
    var lookup = new EcrMirrorLookup(ecr, mirror);

    when(ecr.describeImages(anyImages())).thenReturn(describeImagesResponse(ImageStatus.ARCHIVED));
    assertThat(lookup.find(image)).isEmpty();

    when(ecr.describeImages(anyImages())).thenReturn(describeImagesResponse(ImageStatus.ACTIVE));
    assertThat(lookup.find(image)).isPresent();
  }

  private static DescribeImagesResponse describeImagesResponse(ImageStatus status) {
    var detail =
        ImageDetail.builder()
            .imageDigest(Digest.of(new byte[1]).value())
            .imageStatus(status)
            .build();
    return DescribeImagesResponse.builder().imageDetails(detail).build();
  }

  private static Consumer<PutLifecyclePolicyRequest.Builder> anyLifecycle() {
    return ArgumentMatchers.<Consumer<PutLifecyclePolicyRequest.Builder>>any();
  }

  private static Consumer<CreateRepositoryRequest.Builder> anyCreation() {
    return ArgumentMatchers.<Consumer<CreateRepositoryRequest.Builder>>any();
  }

  private static Consumer<GetRepositoryPolicyRequest.Builder> anyPolicy() {
    return ArgumentMatchers.<Consumer<GetRepositoryPolicyRequest.Builder>>any();
  }

  private static Consumer<DescribeImagesRequest.Builder> anyImages() {
    return ArgumentMatchers.<Consumer<DescribeImagesRequest.Builder>>any();
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
