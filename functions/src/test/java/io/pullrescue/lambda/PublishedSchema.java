package io.pullrescue.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import io.pullrescue.report.BusEvent;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What subscribers of the bus are told to expect: one schema for each detail-type. */
final class PublishedSchema {
  static final Path FOLDER = Path.of("../events/published");

  private static final JsonSchemaFactory FACTORY =
      JsonSchemaFactory.getInstance(VersionFlag.V202012);
  private static final Map<String, JsonSchema> SCHEMAS = new ConcurrentHashMap<>();

  private PublishedSchema() {}

  static void check(BusEvent event) {
    var schema = SCHEMAS.computeIfAbsent(event.detailType(), PublishedSchema::read);

    assertThat(schema.validate(event.detail(), InputFormat.JSON))
        .extracting(ValidationMessage::getMessage)
        .as(event.detailType())
        .isEmpty();
  }

  /** {@code Retry Refused} is described by {@code retry-refused.schema.json}. */
  private static JsonSchema read(String detailType) {
    var name = detailType.toLowerCase(Locale.ROOT).replace(' ', '-') + ".schema.json";
    return FACTORY.getSchema(SchemaLocation.of(FOLDER.resolve(name).toUri().toString()));
  }
}
