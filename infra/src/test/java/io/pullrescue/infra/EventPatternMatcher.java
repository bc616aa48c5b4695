package io.pullrescue.infra;

import com.fasterxml.jackson.databind.JsonNode;
import software.amazon.event.ruler.Ruler;

/** Matches patterns with the engine of EventBridge, in the account of the sample events. */
final class EventPatternMatcher {
  /** The account as the template refers to it. */
  private static final String OWN_ACCOUNT = "{\"Ref\":\"AWS::AccountId\"}";

  private EventPatternMatcher() {}

  static boolean matches(String event, JsonNode pattern) {
    try {
      return Ruler.matchesRule(event, pattern.toString().replace(OWN_ACCOUNT, "\"123456789012\""));
    } catch (Exception e) {
      throw new AssertionError("invalid pattern: " + pattern, e);
    }
  }
}
