package io.pullrescue.infra;

import io.pullrescue.infra.config.OperationsConfig;
import io.pullrescue.infra.function.PullRescueFunction;
import io.pullrescue.infra.messaging.EncryptionKey;
import io.pullrescue.infra.messaging.Notifications;
import io.pullrescue.infra.messaging.QueueWithDlq;
import io.pullrescue.infra.monitoring.EventRecord;
import io.pullrescue.infra.monitoring.PullRescueAlarms;
import io.pullrescue.infra.monitoring.PullRescueDashboard;
import java.util.List;
import software.constructs.Construct;

/** Creates the notifications, the alarms, the record of events and the dashboard. */
final class Monitoring extends Construct {
  /**
   * Defines what is monitored and who is notified.
   *
   * @param operations who is notified
   * @param encryptionKey encrypts the topics
   * @param upstreams the registries whose rate limits are shown
   * @param queues all queues
   * @param functions all functions
   * @param maxGigabytesPerDay the budget of a day; 0 for none
   */
  record Props(
      OperationsConfig operations,
      EncryptionKey encryptionKey,
      List<String> upstreams,
      List<QueueWithDlq> queues,
      List<PullRescueFunction> functions,
      int maxGigabytesPerDay) {
    Props {
      upstreams = List.copyOf(upstreams);
      queues = List.copyOf(queues);
      functions = List.copyOf(functions);
    }
  }

  Monitoring(Construct scope, String id, Props props) {
    super(scope, id);
    var notifications =
        new Notifications(
            this,
            "Notifications",
            new Notifications.Props(
                props.operations().email(),
                props.operations().chatNotifications(),
                props.encryptionKey()));
    props.functions().stream()
        .filter(function -> function.spec().publishesEvents())
        .forEach(notifications::addPublisher);
    new PullRescueAlarms(
        this,
        "Alarms",
        notifications,
        props.queues(),
        props.functions(),
        props.maxGigabytesPerDay());
    new EventRecord(this, "Record", props.encryptionKey(), props.operations().logRetention());
    new PullRescueDashboard(this, "Overview", props.upstreams(), props.queues(), props.functions());
  }
}
