package io.pullrescue.lambda;

import io.pullrescue.registry.http.Deadline;
import io.pullrescue.replication.CopyProgressListener;
import io.pullrescue.replication.ReplicationResult;

/** What the workers need of the copy engine. */
interface CopyJobRunnerPort {
  ReplicationResult run(CopyJob job, Deadline deadline, CopyProgressListener listener);
}
