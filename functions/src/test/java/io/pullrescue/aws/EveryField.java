package io.pullrescue.aws;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.utils.builder.Buildable;

/** Models of the SDK with every field set, all the way down; no two values are alike. */
final class EveryField {
  private int values;

  private EveryField() {}

  static Object of(SdkPojo builder) {
    return new EveryField().fill(builder);
  }

  private Object fill(SdkPojo builder) {
    builder.sdkFields().forEach(field -> field.set(builder, value(field)));
    return ((Buildable) builder).build();
  }

  private Object value(SdkField<?> field) {
    var type = field.marshallingType();
    values++;
    if (type.equals(MarshallingType.SDK_POJO)) {
      return fill(field.constructor().get());
    } else if (type.equals(MarshallingType.LIST)) {
      return List.of(value(field.getTrait(ListTrait.class).memberFieldInfo()));
    } else if (type.equals(MarshallingType.MAP)) {
      return Map.of("key-" + values, value(field.getTrait(MapTrait.class).valueFieldInfo()));
    } else if (type.equals(MarshallingType.STRING)) {
      return field.memberName() + "-" + values;
    } else if (type.equals(MarshallingType.INTEGER)) {
      return values;
    } else if (type.equals(MarshallingType.LONG)) {
      return (long) values;
    } else if (type.equals(MarshallingType.BOOLEAN)) {
      return true;
    } else if (type.equals(MarshallingType.INSTANT)) {
      return Instant.ofEpochSecond(values);
    }
    throw new AssertionError("no value for a " + type.getTargetClass() + ": " + field.memberName());
  }
}
