package io.pullrescue.event;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Holds the detail of the event {@code Image Replicated}, which {@code replicate} publishes and
 * {@code retry} receives.
 *
 * @param trigger what the image was replicated for; null only in a malformed event
 * @param summary the event as a sentence for people
 * @param image the upstream image
 * @param mirroredImage the same in the mirror, with its digest
 * @param source the reference that the bytes came from
 * @param causedFailure whether the workload failed because this image could not be pulled
 * @param images all images that the workload waits for
 * @param stats what was copied; null only in a malformed event
 * @param notes further information, such as referrers that were not copied
 */
@JsonPropertyOrder({
  "trigger",
  "summary",
  "image",
  "mirroredImage",
  "source",
  "causedFailure",
  "images",
  "stats",
  "notes"
})
public record ImageReplicatedDetail(
    @Nullable Trigger trigger,
    String summary,
    String image,
    String mirroredImage,
    String source,
    boolean causedFailure,
    List<String> images,
    @Nullable Stats stats,
    List<String> notes) {
  public ImageReplicatedDetail {
    images = List.copyOf(images);
    notes = List.copyOf(notes);
  }

  /**
   * States what a replication copied.
   *
   * @param bytes of the copied blobs and manifests, compressed
   * @param blobsCopied blobs that were copied
   * @param blobsPresent blobs that the mirror already had
   * @param manifests manifests that were written
   * @param rateLimitedRequests requests that count against the rate limit of the upstream
   * @param milliseconds the time that it took
   */
  @JsonPropertyOrder({
    "bytes",
    "blobsCopied",
    "blobsPresent",
    "manifests",
    "rateLimitedRequests",
    "milliseconds"
  })
  public record Stats(
      long bytes,
      int blobsCopied,
      int blobsPresent,
      int manifests,
      int rateLimitedRequests,
      long milliseconds) {}
}
