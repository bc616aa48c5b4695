package io.pullrescue.aws;

import static java.util.stream.Collectors.toMap;

import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;

/** What AWS describes and what it registers have members of the same names. */
final class SameMembers {
  private SameMembers() {}

  /** By the model, so that what a later SDK can describe and register is kept as well. */
  static void copy(SdkPojo described, SdkPojo request) {
    var members =
        described.sdkFields().stream().collect(toMap(SdkField::memberName, member -> member));
    for (var member : request.sdkFields()) {
      var same = members.get(member.memberName());
      if (same != null) {
        member.set(request, same.getValueOrDefault(described));
      }
    }
  }
}
