package io.pullrescue.lambda;

import io.pullrescue.replication.Deadline;
import io.pullrescue.replication.Progress;
import io.pullrescue.replication.Replication;

/** What the workers need of the copy engine. */
interface Copier {
  Replication replicate(CopyOrder order, Deadline deadline, Progress progress);
}
