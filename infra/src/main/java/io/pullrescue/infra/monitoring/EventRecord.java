package io.pullrescue.infra.monitoring;

import io.pullrescue.config.EventNames;
import io.pullrescue.infra.messaging.EncryptionKey;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.ArnComponents;
import software.amazon.awscdk.ArnFormat;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.events.CfnRule;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.logs.CfnQueryDefinition;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.ResourcePolicy;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

/**
 * Records every published event in a log group, from which reports are made, and saves the usual
 * queries.
 *
 * <p>Nothing is started by the record, and nobody is notified from it: every principal that may put
 * events can publish with the source of pull-rescue.
 */
public final class EventRecord extends Construct {
  /** EventBridge delivers only to log groups whose names begin with {@code /aws/events/}. */
  private static final String LOG_GROUP = "/aws/events/" + EventNames.SOURCE;

  /**
   * Creates the record.
   *
   * @param encryptionKey encrypts the log group
   * @param retention how long events are kept
   */
  public EventRecord(
      Construct scope, String id, EncryptionKey encryptionKey, RetentionDays retention) {
    super(scope, id);
    var log =
        LogGroup.Builder.create(this, "Log")
            .logGroupName(LOG_GROUP)
            .retention(retention)
            .encryptionKey(encryptionKey.key())
            .removalPolicy(RemovalPolicy.DESTROY)
            .build();
    var rule =
        CfnRule.Builder.create(this, "Rule")
            .description("Records the events of pull-rescue; starts no work")
            .eventPattern(
                Map.of(
                    "source",
                    List.of(EventNames.SOURCE),
                    // Other accounts may send events to this bus.
                    "account",
                    List.of(Stack.of(this).getAccount())))
            .targets(
                List.of(CfnRule.TargetProperty.builder().id("Log").arn(logGroupArn(log)).build()))
            .build();
    allowDelivery(log, rule);
    SavedQuery.ALL.forEach(query -> query.create(this, log));
  }

  /**
   * Returns the ARN without the {@code :*} that CloudFormation puts at its end, which EventBridge
   * does not accept.
   */
  private String logGroupArn(LogGroup log) {
    return Stack.of(this)
        .formatArn(
            ArnComponents.builder()
                .service("logs")
                .resource("log-group")
                .resourceName(log.getLogGroupName())
                .arnFormat(ArnFormat.COLON_RESOURCE_NAME)
                .build());
  }

  /**
   * Lets EventBridge write. The target of the CDK for log groups would create a function that
   * writes this policy.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html#eb-cloudwatchlogs-permissions">CloudWatch
   *     Logs permissions</a>
   */
  private void allowDelivery(LogGroup log, CfnRule rule) {
    ResourcePolicy.Builder.create(this, "Delivery")
        .resourcePolicyName(EventNames.SOURCE + "-events")
        .policyStatements(
            List.of(
                allow(log, "logs:CreateLogStream").build(),
                allow(log, "logs:PutLogEvents")
                    .conditions(Map.of("ArnEquals", Map.of("aws:SourceArn", rule.getAttrArn())))
                    .build()))
        .build();
  }

  private static PolicyStatement.Builder allow(LogGroup log, String action) {
    return PolicyStatement.Builder.create()
        .principals(
            List.of(
                new ServicePrincipal("events.amazonaws.com"),
                new ServicePrincipal("delivery.logs.amazonaws.com")))
        .actions(List.of(action))
        .resources(List.of(log.getLogGroupArn()));
  }

  /**
   * A query of CloudWatch Logs Insights, in the folder {@code pull-rescue} of its saved queries.
   *
   * @see <a
   *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html">Query
   *     syntax</a>
   */
  private record SavedQuery(String id, String name, String text) {
    private static final List<SavedQuery> ALL =
        List.of(
            new SavedQuery(
                "FailuresByCause",
                "Pull failures by cause",
                """
                filter `detail-type` = "Pull Failure Diagnosed"
                | stats count_distinct(detail.trigger.id) as failures, latest(detail.summary) as latestSummary by detail.cause as cause, detail.images.0 as image
                | sort failures desc
                """),
            new SavedQuery(
                "PersonNeeded",
                "Rescues that need a person",
                """
                fields @timestamp, `detail-type` as event, detail.trigger.id as failure, coalesce(detail.reason, detail.nextAction) as reason
                | filter `detail-type` in ["Retry Skipped", "Image Replication Failed"] or detail.plan = "REPORT_ONLY"
                | sort @timestamp desc
                """),
            new SavedQuery(
                "NotEnded",
                "Rescues without an end",
                """
                # A task, service, job or pipeline stage stays here: its success is not recorded.
                filter detail.trigger.type in ["build", "task", "job"]
                | stats min(@timestamp) as since, latest(`detail-type`) as latestEvent, latest(detail.summary) as latestSummary by detail.trigger.id as failure
                | filter latestEvent in ["Pull Failure Diagnosed", "Image Replicated", "Workload Retried"]
                | sort since asc
                """),
            new SavedQuery(
                "ImagesMirrored",
                "Images mirrored and bytes copied",
                """
                filter `detail-type` = "Image Replicated"
                | stats sum(detail.stats.bytes) as bytes, sum(detail.stats.rateLimitedRequests) as rateLimitedRequests, count(*) as events by detail.image as image
                | sort bytes desc
                """),
            new SavedQuery(
                "Projects",
                "Projects, services and jobs by failures",
                """
                fields coalesce(detail.trigger.project, detail.trigger.group, detail.trigger.definition) as workload
                | filter detail.trigger.type in ["build", "task", "job"]
                | stats count_distinct(detail.trigger.id) as failures, count_distinct(detail.started) as retries, sum(detail.stats.bytes) as bytes by workload
                | sort failures desc
                """),
            new SavedQuery(
                "OneRescue",
                "All events of one rescue",
                """
                # Put in the id of the failed build or job, or the ARN of the task.
                fields @timestamp, `detail-type` as event, detail.summary as summary
                | filter @message like "shop:00000000-0000-0000-0000-000000000000"
                | sort @timestamp asc
                """));

    void create(Construct scope, LogGroup log) {
      CfnQueryDefinition.Builder.create(scope, id)
          .name(EventNames.SOURCE + "/" + name)
          .logGroupNames(List.of(log.getLogGroupName()))
          .queryString(text)
          .build();
    }
  }
}
