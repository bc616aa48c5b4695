package io.pullrescue.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import io.pullrescue.image.Digest;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.mockito.ArgumentMatchers;
import software.amazon.awssdk.services.ecr.EcrClient;
import software.amazon.awssdk.services.ecr.model.BatchCheckLayerAvailabilityRequest;
import software.amazon.awssdk.services.ecr.model.BatchCheckLayerAvailabilityResponse;
import software.amazon.awssdk.services.ecr.model.EcrException;
import software.amazon.awssdk.services.ecr.model.Layer;
import software.amazon.awssdk.services.ecr.model.LayerAvailability;

/** Which blobs ECR has, from the one API of it that no stand-in knows. */
class EcrMirrorRepositoriesTest {
  private final EcrClient ecr = mock(EcrClient.class);
  private final EcrMirrorRepositories repositories =
      new EcrMirrorRepositories(ecr, "123456789012", "us-east-1");

  @Test
  void asksForAHundredBlobsAtATimeAndTakesThoseThatAreAvailable() {
    var blobs =
        IntStream.rangeClosed(1, 230).mapToObj(number -> Digest.of(new byte[number])).toList();
    when(ecr.batchCheckLayerAvailability(anyRequest()))
        .thenAnswer(call -> answer(call.getArgument(0)));

    var held = repositories.holdings("docker-hub/library/ruby", blobs);

    assertThat(held).hasValueSatisfying(known -> assertThat(known).hasSize(115));
    verify(ecr, times(3)).batchCheckLayerAvailability(anyRequest());
  }

  @Test
  void leavesItToTheRegistryWhereTheApiDoesNotAnswer() {
    when(ecr.batchCheckLayerAvailability(anyRequest()))
        .thenThrow(EcrException.builder().message("AccessDeniedException").build());

    assertThat(repositories.holdings("quay/app", List.of(Digest.of(new byte[1])))).isEmpty();
  }

  /** Every other blob is there; of the rest, ECR knows some that were archived. */
  private static BatchCheckLayerAvailabilityResponse answer(
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
                .mapToObj(at ->
                    Layer.builder()
                        .layerDigest(request.layerDigests().get(at))
                        .layerAvailability(availabilities.get(at % 4))
                        .build())
                .toList())
        .build();
  }

  private static Consumer<BatchCheckLayerAvailabilityRequest.Builder> anyRequest() {
    return ArgumentMatchers.<Consumer<BatchCheckLayerAvailabilityRequest.Builder>>any();
  }
}
