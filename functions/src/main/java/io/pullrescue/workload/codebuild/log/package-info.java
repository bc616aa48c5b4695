/** Reads the logs of builds from CloudWatch Logs and Amazon S3. */
@NullMarked
package io.pullrescue.workload.codebuild.log;

import org.jspecify.annotations.NullMarked;
