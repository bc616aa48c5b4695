package io.pullrescue.workload.ecs;

import static org.assertj.core.api.Assertions.assertThat;

import io.pullrescue.testing.MotoServer;
import io.pullrescue.workload.ContainerStatus;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.ecs.EcsClient;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.LaunchType;

/** Describes a task in the Amazon ECS of moto. */
final class TaskClientIT {
  @RegisterExtension static final MotoServer MOTO = MotoServer.start();

  private static final String REASON = "CannotPullContainerError: toomanyrequests";

  private final EcsClient ecs = MOTO.client(EcsClient.builder());

  @Test
  void readsStoppedTask() {
    var cluster = ecs.createCluster(request -> request.clusterName("shop")).cluster().clusterArn();
    ecs.registerTaskDefinition(request ->
        request
            .family("web")
            .executionRoleArn("arn:aws:iam::123456789012:role/shop-execution")
            .containerDefinitions(
                List.of(
                    ContainerDefinition.builder()
                        .name("web")
                        .image("ruby:2.7")
                        .memory(128)
                        .build())));
    var started =
        ecs.runTask(request ->
                request.cluster(cluster).taskDefinition("web").launchType(LaunchType.FARGATE))
            .tasks()
            .getFirst()
            .taskArn();
    ecs.stopTask(request -> request.cluster(cluster).task(started).reason(REASON));

    var tasks = new TaskClient(ecs, new TaskDefinitionClient(ecs));
    var task = tasks.find(cluster, started).orElseThrow();

    assertThat(task.task().lastStatus()).isEqualTo("STOPPED");
    assertThat(task.task().stoppedReason()).isEqualTo(REASON);
    assertThat(task.executionRole()).endsWith("role/shop-execution");
    assertThat(task.containers()).extracting(ContainerStatus::name).startsWith("web");
    assertThat(tasks.find(cluster, started.replaceAll(".$", "x"))).isEmpty();
    assertThat(tasks.find(cluster + "-gone", started)).isEmpty();
  }
}
