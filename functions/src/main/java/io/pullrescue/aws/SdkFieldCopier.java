package io.pullrescue.aws;

import static java.util.stream.Collectors.toMap;

import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;

/** Copies fields between SDK models whose fields have the same names. */
public final class SdkFieldCopier {
  private SdkFieldCopier() {}

  /**
   * Copies all fields that both models have in common, including those added by future SDK
   * versions.
   */
  public static void copyFields(SdkPojo described, SdkPojo request) {
    var describedFields =
        described.sdkFields().stream().collect(toMap(SdkField::memberName, field -> field));
    for (var field : request.sdkFields()) {
      var describedField = describedFields.get(field.memberName());
      if (describedField != null) {
        field.set(request, describedField.getValueOrDefault(described));
      }
    }
  }
}
