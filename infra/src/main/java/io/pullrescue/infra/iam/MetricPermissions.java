package io.pullrescue.infra.iam;

import static io.pullrescue.infra.iam.Statements.allow;
import static io.pullrescue.infra.iam.Statements.grant;

import java.util.List;
import software.amazon.awscdk.services.iam.IGrantable;

/** Grants reading metrics. */
public final class MetricPermissions {
  private MetricPermissions() {}

  /**
   * Grants reading statistics. IAM can limit them neither to a resource nor to a namespace.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatch.html">Actions
   *     of CloudWatch</a>
   */
  public static void grantReadStatistics(IGrantable grantee) {
    grant(grantee, allow("ReadBytesCopied", List.of("*"), "cloudwatch:GetMetricStatistics"));
  }
}
