package io.pullrescue.lambda;

import io.pullrescue.config.FunctionConfig;
import io.pullrescue.credentials.WorkloadPullSecretsPort;
import io.pullrescue.registry.http.Deadline;
import io.pullrescue.replication.CopyProgressListener;
import io.pullrescue.replication.ImageReplicator;
import io.pullrescue.replication.ReplicationResult;
import io.pullrescue.text.TextSanitizer;

/** The copy engine, set up as each order asks: how much of the image, at what pace, and as whom. */
record CopyJobRunner(
    ImageReplicator replicator,
    FunctionConfig.PlatformSelection platforms,
    WorkloadPullSecretsPort pullSecrets)
    implements CopyJobRunnerPort {
  @Override
  public ReplicationResult run(CopyJob job, Deadline deadline, CopyProgressListener listener) {
    var jobReplicator = replicatorFor(job);
    var image = job.image();
    var pullSecret = job.pullSecret();
    if (pullSecret == null) {
      return jobReplicator.replicate(image, deadline, listener);
    }
    return switch (pullSecrets.findPullSecret(pullSecret)) {
      case WorkloadPullSecretsPort.Found found ->
          jobReplicator
              .withCredentials(image.registry(), found.credentials())
              .replicate(image, deadline, listener)
              .withNote(
                  "the login was the secret "
                      + TextSanitizer.sanitize(pullSecret)
                      + " of its definition");
      case WorkloadPullSecretsPort.NotAllowed notAllowed ->
          jobReplicator.replicate(image, deadline, listener).withNote(notAllowed.reason());
    };
  }

  private ImageReplicator replicatorFor(CopyJob job) {
    var configured =
        replicator
            .withReducedConcurrency(job.concurrencyReductions())
            .withPullReserve(job.reservedPulls());
    var platform = job.platform();
    return platforms == FunctionConfig.PlatformSelection.NEEDED && platform != null
        ? configured.forPlatform(platform)
        : configured;
  }
}
