package io.pullrescue.infra;

import com.fasterxml.jackson.databind.JsonNode;
import software.amazon.event.ruler.Ruler;

/** The engine that EventBridge uses, in the account of the sample events. */
final class RuleEngine {
  /** The template leaves it to CloudFormation. */
  private static final String OWN_ACCOUNT = "{\"Ref\":\"AWS::AccountId\"}";

  private RuleEngine() {}

  static boolean matches(String event, JsonNode pattern) {
    try {
      return Ruler.matchesRule(event, pattern.toString().replace(OWN_ACCOUNT, "\"123456789012\""));
    } catch (Exception e) {
      throw new AssertionError("the rule engine refused " + pattern, e);
    }
  }
}
