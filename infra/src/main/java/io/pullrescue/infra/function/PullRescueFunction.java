package io.pullrescue.infra.function;

import io.pullrescue.config.EnvironmentVariables;
import io.pullrescue.config.MetricNames;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.cloudwatch.IMetric;
import software.amazon.awscdk.services.cloudwatch.MetricOptions;
import software.amazon.awscdk.services.ecr.CfnPullTimeUpdateExclusion;
import software.amazon.awscdk.services.events.IRuleTarget;
import software.amazon.awscdk.services.events.targets.LambdaFunction;
import software.amazon.awscdk.services.iam.IGrantable;
import software.amazon.awscdk.services.iam.IPrincipal;
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
import software.amazon.awscdk.services.sqs.IQueue;
import software.constructs.Construct;

/**
 * Creates one function with its log group and its own role, which allows nothing but writing that
 * log until more is granted.
 */
public final class PullRescueFunction extends Construct implements IGrantable {
  /** The alias of the current version: SnapStart works for versions only. */
  private static final String ALIAS = "live";

  private final FunctionSpec spec;
  private final FunctionConfigJson config;
  private final Map<String, String> environment = new LinkedHashMap<>();
  private final Role role;
  private final Function function;
  private final IFunction invocationTarget;

  /** Creates the function. */
  public PullRescueFunction(Construct scope, FunctionSpec spec, FunctionProps props) {
    super(scope, spec.constructId());
    this.spec = spec;
    config = new FunctionConfigJson(spec, props.config());
    // AWSLambdaBasicExecutionRole would allow writing to every log group of the account.
    role =
        Role.Builder.create(this, "Role")
            .assumedBy(new ServicePrincipal("lambda.amazonaws.com"))
            .description(spec.description())
            .build();
    var log =
        LogGroup.Builder.create(this, "Log")
            .logGroupName(spec.logGroupName())
            .retention(props.logRetention())
            .encryptionKey(props.logKey())
            .removalPolicy(RemovalPolicy.DESTROY)
            .build();
    log.grantWrite(role);
    function = function(props, log);
    addEnvironment(EnvironmentVariables.CONFIG, config.text());
    addEnvironment(EnvironmentVariables.REGISTRY, registryHost(Stack.of(this)));
    addEnvironment("POWERTOOLS_SERVICE_NAME", MetricNames.SERVICE);
    addEnvironment("POWERTOOLS_METRICS_NAMESPACE", MetricNames.NAMESPACE);
    if (props.vpc().isPresent()) {
      var attachment = new VpcAttachment(props.vpc());
      attachment.attach(function);
      attachment.grant(this, Stack.of(this), spec);
    }
    invocationTarget =
        props.snapStart()
            ? Alias.Builder.create(this, "Alias")
                .aliasName(ALIAS)
                .version(function.getCurrentVersion())
                .build()
            : function;
  }

  private Function function(FunctionProps props, LogGroup log) {
    var builder =
        Function.Builder.create(this, "Function")
            .functionName(spec.functionName())
            .description(spec.description())
            .runtime(Runtime.JAVA_25)
            .architecture(Architecture.ARM_64)
            .handler(spec.handler())
            .code(Code.fromAsset(props.jar().toString()))
            .memorySize(spec.memoryMegabytes())
            .timeout(spec.timeout())
            .loggingFormat(LoggingFormat.JSON)
            .logGroup(log)
            .role(role);
    return (props.snapStart() ? builder.snapStart(SnapStartConf.ON_PUBLISHED_VERSIONS) : builder)
        .build();
  }

  private static String registryHost(Stack stack) {
    return "%s.dkr.ecr.%s.%s"
        .formatted(stack.getAccount(), stack.getRegion(), stack.getUrlSuffix());
  }

  /** Returns the role of the function. */
  @Override
  public IPrincipal getGrantPrincipal() {
    return role;
  }

  /** Returns the name of the function's role. */
  public String roleName() {
    return role.getRoleName();
  }

  /** Sets an environment variable. */
  public void addEnvironment(String name, String value) {
    environment.put(name, value);
    config.checkSize(environment);
    function.addEnvironment(name, value);
  }

  /**
   * Lets a queue invoke the function with one message at a time, so that a failed message never
   * takes others with it.
   *
   * @param maxConcurrency how many invocations run at the same time: a hundred builds that fail
   *     together must not exhaust the request rates of the AWS APIs
   */
  public void addQueueSource(IQueue queue, int maxConcurrency) {
    invocationTarget.addEventSource(
        SqsEventSource.Builder.create(queue)
            .batchSize(1)
            .reportBatchItemFailures(true)
            .maxConcurrency(maxConcurrency)
            .build());
  }

  /**
   * Excludes the role from ECR's pull-time tracking, so that the function's own reads do not count
   * as image usage.
   */
  public void excludeFromPullTimeTracking() {
    CfnPullTimeUpdateExclusion.Builder.create(this, "PullTimes")
        .principalArn(role.getRoleArn())
        .build();
  }

  /** Returns the target for a rule that invokes the function. */
  public IRuleTarget ruleTarget() {
    return new LambdaFunction(invocationTarget);
  }

  /** Returns the specification of the function. */
  public FunctionSpec spec() {
    return spec;
  }

  /** Returns the metric of failed invocations. */
  public IMetric metricErrors() {
    return function.metricErrors(
        MetricOptions.builder().label(spec.functionName()).statistic("Sum").build());
  }
}
