package io.pullrescue.ecr;

/**
 * What becomes of copies that nobody pulls: they go into the archive, and after its least time are
 * deleted. A pull of an archived copy fails like that of a missing one, and is rescued like it.
 *
 * @param archiveAfterDays without a pull
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonECR/latest/userguide/lifecycle_policy_parameters.html">Lifecycle
 *     policy properties</a>
 */
record LifecyclePolicy(int archiveAfterDays) {
  /** ECR deletes nothing sooner by rule, and would charge for the rest of the time. */
  private static final int MIN_DAYS_IN_ARCHIVE = 90;

  String text() {
    return """
    {"rules": [
      {"rulePriority": 1, "description": "Archive what nobody pulls",
       "selection": {"tagStatus": "any", "countType": "sinceImagePulled", "countUnit": "days", "countNumber": %d},
       "action": {"type": "transition", "targetStorageClass": "archive"}},
      {"rulePriority": 2, "description": "Delete what stayed in the archive",
       "selection": {"tagStatus": "any", "storageClass": "archive", "countType": "sinceImageTransitioned", "countUnit": "days", "countNumber": %d},
       "action": {"type": "expire"}}
    ]}
    """
        .formatted(archiveAfterDays, MIN_DAYS_IN_ARCHIVE);
  }
}
