package io.pullrescue.event;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes events and queue messages as records. Absent texts and lists are read as empty
 * ones, absent objects as null; unknown properties are ignored.
 */
public final class EventJson {
  private static final JsonSetter.Value EMPTY_FOR_NULL =
      JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY);

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .withConfigOverride(String.class, type -> type.setSetterInfo(EMPTY_FOR_NULL))
          .withConfigOverride(List.class, type -> type.setSetterInfo(EMPTY_FOR_NULL))
          .build();

  private static final JsonMapper STRICT_MAPPER =
      MAPPER
          .rebuild()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .build();

  private EventJson() {}

  /** Returns the JSON of a record. */
  public static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("cannot be written as JSON: " + value.getClass(), e);
    }
  }

  /** Parses text without any expectation of what it contains. */
  static JsonNode readTree(String json) throws JsonProcessingException {
    return MAPPER.readTree(json);
  }

  /**
   * Returns the record that a text contains; null for the text {@code null}.
   *
   * @throws JsonProcessingException if the text is not JSON or does not fit the record
   */
  public static <T> @Nullable T read(String json, Class<T> type) throws JsonProcessingException {
    return MAPPER.readValue(json, type);
  }

  /**
   * Does the same as {@link #read}, but accepts no unknown properties and no other types than those
   * of the record.
   *
   * @throws JsonProcessingException if the text is not JSON or does not fit the record
   */
  public static <T> @Nullable T readStrictly(String json, Class<T> type)
      throws JsonProcessingException {
    return STRICT_MAPPER.readValue(json, type);
  }
}
