package io.pullrescue.testing;

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
public final class FullyPopulatedModel {
  private int count;

  private FullyPopulatedModel() {}

  public static Object of(SdkPojo builder) {
    return new FullyPopulatedModel().fill(builder);
  }

  private Object fill(SdkPojo builder) {
    builder.sdkFields().forEach(field -> field.set(builder, value(field)));
    return ((Buildable) builder).build();
  }

  private Object value(SdkField<?> field) {
    var type = field.marshallingType();
    count++;
    if (type.equals(MarshallingType.SDK_POJO)) {
      return fill(field.constructor().get());
    } else if (type.equals(MarshallingType.LIST)) {
      return List.of(value(field.getTrait(ListTrait.class).memberFieldInfo()));
    } else if (type.equals(MarshallingType.MAP)) {
      return Map.of("key-" + count, value(field.getTrait(MapTrait.class).valueFieldInfo()));
    } else if (type.equals(MarshallingType.STRING)) {
      return field.memberName() + "-" + count;
    } else if (type.equals(MarshallingType.INTEGER)) {
      return count;
    } else if (type.equals(MarshallingType.LONG)) {
      return (long) count;
    } else if (type.equals(MarshallingType.BOOLEAN)) {
      return true;
    } else if (type.equals(MarshallingType.INSTANT)) {
      return Instant.ofEpochSecond(count);
    }
    throw new AssertionError("no value for a " + type.getTargetClass() + ": " + field.memberName());
  }
}
