package io.pullrescue.diagnosis.remediation;

import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

/**
 * An AWS partition, such as {@code aws} or {@code aws-us-gov}.
 *
 * @param id the second part of an ARN
 * @param dnsSuffix the end of the host names of its services
 */
record AwsPartition(String id, String dnsSuffix) {
  /** Stands for the partition of an unknown Region. */
  static final AwsPartition UNKNOWN = new AwsPartition("PARTITION", "amazonaws.com");

  /** Returns the partition of this Region; {@link #UNKNOWN} if no partition has such Regions. */
  static AwsPartition ofRegion(@Nullable String region) {
    if (region == null || region.isBlank()) {
      return UNKNOWN;
    }
    // For the name of no Region the SDK returns the partition aws.
    var partition = PartitionMetadata.of(Region.of(region));
    return region.matches(partition.regionRegex())
        ? new AwsPartition(partition.id(), partition.dnsSuffix())
        : UNKNOWN;
  }
}
