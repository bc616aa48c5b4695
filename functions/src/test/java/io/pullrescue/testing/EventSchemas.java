package io.pullrescue.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import io.pullrescue.event.publish.PublishedEvent;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Validates published events with the schemas that subscribers use, one for each detail-type. */
public final class EventSchemas {
  static final Path FOLDER = Path.of("../events/schemas");

  private static final JsonSchemaFactory FACTORY =
      JsonSchemaFactory.getInstance(
          VersionFlag.V202012,
          factory ->
              factory.schemaMappers(schemas ->
                  schemas.mappings(
                      Map.of("urn:pull-rescue:event:trigger:1", location("trigger")))));
  private static final Map<String, JsonSchema> SCHEMAS = new ConcurrentHashMap<>();

  private EventSchemas() {}

  public static void validate(PublishedEvent event) {
    validate(event.detailType(), event.detail());
  }

  /** Validates the JSON of a rescue report. */
  public static void validateReport(String json) {
    validate("Rescue Report", json);
  }

  private static void validate(String title, String json) {
    var schema = SCHEMAS.computeIfAbsent(title, EventSchemas::load);

    assertThat(schema.validate(json, InputFormat.JSON))
        .extracting(ValidationMessage::getMessage)
        .as(title)
        .isEmpty();
  }

  /** {@code Retry Skipped} is described by {@code retry-skipped.schema.json}. */
  private static JsonSchema load(String detailType) {
    var name = detailType.toLowerCase(Locale.ROOT).replace(' ', '-');
    return FACTORY.getSchema(SchemaLocation.of(location(name)));
  }

  private static String location(String name) {
    return FOLDER.resolve(name + ".schema.json").toUri().toString();
  }
}
