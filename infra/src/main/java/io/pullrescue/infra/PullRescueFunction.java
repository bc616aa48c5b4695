package io.pullrescue.infra;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.LoggingFormat;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.lambda.eventsources.SqsEventSource;
import software.amazon.awscdk.services.logs.LogGroup;
import software.amazon.awscdk.services.logs.RetentionDays;
import software.constructs.Construct;

/** One function with its log group and a role of its own, which may do nothing until told so. */
final class PullRescueFunction extends Construct {
  private final Function function;
  private final Role role;

  PullRescueFunction(Construct scope, Job job, Configuration configuration) {
    super(scope, job.title());
    // Not AWSLambdaBasicExecutionRole: that lets a function write to every log group there is.
    role =
        Role.Builder.create(this, "Role")
            .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
            .description(job.description())
            .build();
    LogGroup log =
        LogGroup.Builder.create(this, "Log")
            .logGroupName("/aws/lambda/" + job.functionName())
            .retention(RetentionDays.ONE_MONTH)
            .removalPolicy(RemovalPolicy.DESTROY)
            .build();
    log.grantWrite(role);
    function =
        Function.Builder.create(this, "Function")
            .functionName(job.functionName())
            .description(job.description())
            .runtime(Runtime.JAVA_25)
            .architecture(Architecture.ARM_64)
            .handler(job.handler())
            .code(Code.fromAsset(configuration.functionsJar().toString()))
            .memorySize(job.memoryMegabytes())
            .timeout(job.timeout())
            .loggingFormat(LoggingFormat.JSON)
            .logGroup(log)
            .role(role)
            .environment(environment(configuration))
            .build();
  }

  /** One message an invocation: a failed one never takes others along. */
  PullRescueFunction readsFrom(WorkQueue source) {
    function.addEventSource(eventSource(source).build());
    return this;
  }

  /** The same, with a limit on how many invocations there are at a time. */
  PullRescueFunction readsFrom(WorkQueue source, int maximumConcurrency) {
    function.addEventSource(eventSource(source).maxConcurrency(maximumConcurrency).build());
    return this;
  }

  PullRescueFunction sendsTo(WorkQueue target, String variable) {
    function.addEnvironment(variable, target.queue().getQueueUrl());
    return may(
        List.of(
            PolicyStatement.Builder.create()
                .actions(List.of("sqs:SendMessage"))
                .resources(List.of(target.queue().getQueueArn()))
                .build()));
  }

  PullRescueFunction knows(String variable, String value) {
    function.addEnvironment(variable, value);
    return this;
  }

  PullRescueFunction may(List<PolicyStatement> statements) {
    statements.forEach(role::addToPolicy);
    return this;
  }

  private static SqsEventSource.Builder eventSource(WorkQueue source) {
    return SqsEventSource.Builder.create(source.queue()).batchSize(1).reportBatchItemFailures(true);
  }

  private Map<String, String> environment(Configuration configuration) {
    Stack stack = Stack.of(this);
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PULL_RESCUE_MODE", configuration.mode().word());
    environment.put("PULL_RESCUE_UPSTREAMS", configuration.upstreamsSetting());
    environment.put(
        "PULL_RESCUE_REGISTRY",
        "%s.dkr.ecr.%s.%s".formatted(stack.getAccount(), stack.getRegion(), stack.getUrlSuffix()));
    environment.put("PULL_RESCUE_BUS", Permissions.BUS);
    environment.put("POWERTOOLS_SERVICE_NAME", "pull-rescue");
    environment.put("POWERTOOLS_METRICS_NAMESPACE", "PullRescue");
    return environment;
  }
}
