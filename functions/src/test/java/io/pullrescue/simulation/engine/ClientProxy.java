package io.pullrescue.simulation.engine;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkRequest;
import software.amazon.awssdk.services.codebuild.model.StartBuildRequest;
import software.amazon.awssdk.services.codebuild.model.StartBuildResponse;
import software.amazon.awssdk.services.codebuild.model.UpdateProjectResponse;
import software.amazon.awssdk.services.eventbridge.model.PutEventsRequest;
import software.amazon.awssdk.services.eventbridge.model.PutEventsResponse;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;

/** Passes the calls of an SDK client to a service in memory, with faults. */
public final class ClientProxy implements InvocationHandler {
  private static final Set<String> EFFECTS =
      Set.of(
          "StartBuild",
          "UpdateProject",
          "RetryBuildBatch",
          "RetryStageExecution",
          "RegisterTaskDefinition",
          "UpdateService",
          "RunTask",
          "RegisterJobDefinition",
          "SubmitJob",
          "SendMessage",
          "ChangeMessageVisibility",
          "PutEvents");

  /** The answers that AWS describes as eventually consistent, or that the product takes as such. */
  private static final Set<String> STALE =
      Set.of(
          "ListBuildsForProject",
          "BatchGetBuilds",
          "DescribeImages",
          "DescribeTasks",
          "ListTasks",
          "DescribeJobs",
          "ListJobs",
          "GetLogEvents",
          "GetPipelineState",
          "LookupEvents");

  private static final Map<Method, World.Api> APIS = new ConcurrentHashMap<>();

  private final World world;
  private final Object service;
  private final Function<AwsErrorDetails, AwsServiceException> throttled;

  private ClientProxy(
      World world, Object service, Function<AwsErrorDetails, AwsServiceException> throttled) {
    this.world = world;
    this.service = service;
    this.throttled = throttled;
  }

  /**
   * Returns a client of a service in memory.
   *
   * @param throttled creates the exception of the service for an error
   */
  public static <T> T of(
      Class<T> client,
      T service,
      World world,
      Function<AwsErrorDetails, AwsServiceException> throttled) {
    return client.cast(
        Proxy.newProxyInstance(
            client.getClassLoader(),
            new Class<?>[] {client},
            new ClientProxy(world, service, throttled)));
  }

  @Override
  public @Nullable Object invoke(Object proxy, Method method, Object @Nullable [] arguments)
      throws Throwable {
    if (arguments == null
        || arguments.length != 1
        || !(arguments[0] instanceof SdkRequest request)) {
      return method.isDefault()
          ? InvocationHandler.invokeDefault(proxy, method, arguments)
          : method.invoke(service, arguments);
    }
    if (method.getName().endsWith("Paginator")) {
      return InvocationHandler.invokeDefault(proxy, method, arguments);
    }
    var api = APIS.computeIfAbsent(method, ClientProxy::describe);
    return world.call(
        api,
        () -> {
          var changed = BugInjection.change(world, request);
          return BugInjection.change(
              world,
              BugInjection.isDropped(world, changed)
                  ? emptyResponse(changed)
                  : invokeService(method, changed));
        },
        this::error);
  }

  private static World.Api describe(Method method) {
    var name = method.getName();
    var operation = Character.toUpperCase(name.charAt(0)) + name.substring(1);
    return new World.Api(operation, EFFECTS.contains(operation), STALE.contains(operation));
  }

  private Object invokeService(Method method, SdkRequest request) {
    try {
      return method.invoke(service, request);
    } catch (InvocationTargetException failed) {
      if (failed.getCause() instanceof RuntimeException error) {
        throw error;
      }
      if (failed.getCause() instanceof Error error) {
        throw error;
      }
      throw new IllegalStateException(failed.getCause());
    } catch (IllegalAccessException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static Object emptyResponse(SdkRequest request) {
    return switch (request) {
      case PutEventsRequest _ -> PutEventsResponse.builder().failedEntryCount(0).build();
      case SendMessageRequest _ -> SendMessageResponse.builder().build();
      case StartBuildRequest start ->
          StartBuildResponse.builder()
              .build(build -> build.id(start.projectName() + ":nothing"))
              .build();
      default -> UpdateProjectResponse.builder().build();
    };
  }

  private AwsServiceException error() {
    return throttled.apply(
        AwsErrorDetails.builder()
            .errorCode("ThrottlingException")
            .errorMessage("Rate exceeded")
            .build());
  }
}
