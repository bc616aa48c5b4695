package io.pullrescue.infra;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.ecr.CfnPullTimeUpdateExclusion;
import software.amazon.awscdk.services.events.IRuleTarget;
import software.amazon.awscdk.services.events.targets.LambdaFunction;
import software.amazon.awscdk.services.iam.PolicyStatement;
import software.amazon.awscdk.services.iam.Role;
import software.amazon.awscdk.services.iam.ServicePrincipal;
import software.amazon.awscdk.services.lambda.Alias;
import software.amazon.awscdk.services.lambda.Architecture;
import software.amazon.awscdk.services.lambda.Code;
import software.amazon.awscdk.services.lambda.Function;
import software.amazon.awscdk.services.lambda.IFunction;
import software.amazon.awscdk.services.lambda.LoggingFormat;
import software.amazon.awscdk.services.lambda.Runtime;
import software.amazon.awscdk.services.lambda.SnapStartConf;
import software.amazon.awscdk.services.lambda.eventsources.SqsEventSource;
import software.amazon.awscdk.services.logs.LogGroup;
import software.constructs.Construct;

/** One function with its log group and a role of its own, which may do nothing until told so. */
final class PullRescueFunction extends Construct {
  /** Where SnapStart's versions are called by, so that a deployment moves them on. */
  private static final String ALIAS = "live";

  private final Job job;
  private final Function function;
  private final IFunction entrance;
  private final Role role;

  PullRescueFunction(Construct scope, Job job, Configuration configuration) {
    super(scope, job.title());
    this.job = job;
    // Not AWSLambdaBasicExecutionRole: that lets a function write to every log group there is.
    role =
        Role.Builder.create(this, "Role")
            .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
            .description(job.description())
            .build();
    LogGroup log =
        LogGroup.Builder.create(this, "Log")
            .logGroupName("/aws/lambda/" + job.functionName())
            .retention(configuration.operation().logRetention().retention())
            .removalPolicy(RemovalPolicy.DESTROY)
            .build();
    log.grantWrite(role);
    boolean snapStart = configuration.operation().snapStart();
    function = function(configuration, log, snapStart);
    if (configuration.vpc().isGiven()) {
      VpcPlacement placement = new VpcPlacement(configuration.vpc(), Stack.of(this));
      placement.place(function);
      may(placement.rights(job));
    }
    entrance =
        snapStart
            ? Alias.Builder.create(this, "Alias")
                .aliasName(ALIAS)
                .version(function.getCurrentVersion())
                .build()
            : function;
  }

  private Function function(Configuration configuration, LogGroup log, boolean snapStart) {
    Function.Builder builder =
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
            .environment(environment(configuration));
    return (snapStart ? builder.snapStart(SnapStartConf.ON_PUBLISHED_VERSIONS) : builder).build();
  }

  /**
   * One message an invocation: a failed one never takes others along. And so many invocations at a
   * time: a hundred builds that fail at once must not use up the rate of the APIs behind.
   */
  PullRescueFunction readsFrom(WorkQueue source, int maximumConcurrency) {
    entrance.addEventSource(
        SqsEventSource.Builder.create(source.queue())
            .batchSize(1)
            .reportBatchItemFailures(true)
            .maxConcurrency(maximumConcurrency)
            .build());
    return this;
  }

  PullRescueFunction sendsTo(WorkQueue target, String variable) {
    function.addEnvironment(variable, target.queue().getQueueUrl());
    target.grantKey(role);
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

  void knowsHowToCopy(Configuration configuration) {
    knows("PULL_RESCUE_CREDENTIALS", configuration.copying().credentialsSetting());
    knows(
        "PULL_RESCUE_MAXIMUM_IMAGE_GIGABYTES",
        String.valueOf(configuration.copying().maximumImageGigabytes()));
    knows(
        "PULL_RESCUE_ARCHIVE_AFTER_DAYS",
        String.valueOf(configuration.copying().archiveAfterDays()));
    knows("PULL_RESCUE_PULL_ACCOUNTS", configuration.sharing().accountsSetting());
    knows("PULL_RESCUE_PULL_ORGANIZATION", configuration.sharing().organization());
  }

  PullRescueFunction may(List<PolicyStatement> statements) {
    statements.forEach(role::addToPolicy);
    return this;
  }

  /** What it reads of the mirror is no use that people make of it: ECR notes no time of a pull. */
  void pullsUnnoticed() {
    CfnPullTimeUpdateExclusion.Builder.create(this, "PullTimes")
        .principalArn(role.getRoleArn())
        .build();
  }

  IRuleTarget target() {
    return new LambdaFunction(entrance);
  }

  Job job() {
    return job;
  }

  IMetric errors() {
    return function.metricErrors(
        MetricOptions.builder().label(job.functionName()).statistic("Sum").build());
  }

  private Map<String, String> environment(Configuration configuration) {
    Stack stack = Stack.of(this);
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PULL_RESCUE_MODE", configuration.mode().word());
    environment.put("PULL_RESCUE_UPSTREAMS", configuration.copying().upstreamsSetting());
    environment.put("PULL_RESCUE_DENIED_IMAGES", configuration.copying().deniedImagesSetting());
    environment.put(
        "PULL_RESCUE_REGISTRY",
        "%s.dkr.ecr.%s.%s".formatted(stack.getAccount(), stack.getRegion(), stack.getUrlSuffix()));
    environment.put("PULL_RESCUE_BUS", Permissions.BUS);
    environment.put("POWERTOOLS_SERVICE_NAME", "pull-rescue");
    environment.put("POWERTOOLS_METRICS_NAMESPACE", "PullRescue");
    return environment;
  }
}
