package io.pullrescue.aws;

import static java.util.stream.Collectors.toMap;

import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;

/** What AWS describes and what it registers have members of the same names. */
public final class SdkFieldCopier {
  private SdkFieldCopier() {}

  /** By the model, so that what a later SDK can describe and register is kept as well. */
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
