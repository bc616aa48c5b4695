import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** Does what its event or message requests: echo, fail, throw, exit or hang. */
public final class EchoHandler implements RequestHandler<Map<String, Object>, Object> {
  private int invocations;

  @Override
  public Object handleRequest(Map<String, Object> event, Context context) {
    invocations++;
    Object wish = event.getOrDefault("wish", "echo");
    if (event.get("Records") instanceof List<?> records
        && records.get(0) instanceof Map<?, ?> record) {
      System.out.println("message " + record.get("messageId"));
      if (record.get("body").equals("refuse")) {
        return Map.of(
            "batchItemFailures", List.of(Map.of("itemIdentifier", record.get("messageId"))));
      }
      wish = record.get("body");
    }
    switch (wish.toString()) {
      case "throw" -> throw new IllegalStateException("as requested");
      case "exit" -> Runtime.getRuntime().halt(7);
      case "hang" -> hang();
      default -> {}
    }
    return Map.of(
        "event", event,
        "invocations", invocations,
        "milliseconds", context.getRemainingTimeInMillis(),
        "name", context.getFunctionName(),
        "environment", System.getenv());
  }

  private static void hang() {
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
