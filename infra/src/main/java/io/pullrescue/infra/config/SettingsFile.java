package io.pullrescue.infra.config;

import io.pullrescue.infra.config.SettingValue.Entry;
import io.pullrescue.infra.config.SettingValue.Mapping;
import io.pullrescue.infra.config.SettingValue.Place;
import io.pullrescue.infra.config.SettingValue.Scalar;
import io.pullrescue.infra.config.SettingValue.Sequence;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/** Reads a YAML file of settings as nodes, because nodes know their lines. */
final class SettingsFile {
  private final Path path;
  private final List<SettingProblem> problems;

  SettingsFile(Path path, List<SettingProblem> problems) {
    this.path = path;
    this.problems = problems;
  }

  /** Returns the values by the name of their setting; mistakes go to the list of problems. */
  Map<String, SettingValue> read() {
    var settings = new LinkedHashMap<String, SettingValue>();
    for (var entry : parse().map(this::entries).orElse(List.of())) {
      var place = place(entry.getKeyNode());
      if (!(entry.getKeyNode() instanceof ScalarNode key)) {
        problems.add(new SettingProblem(place, null, "the name of a setting must be one word"));
        continue;
      }
      var name = key.getValue();
      var previous = settings.put(name, value(name, entry.getValueNode(), place));
      if (previous != null) {
        problems.add(
            new SettingProblem(
                place, name, "set twice, first on line %d".formatted(previous.place().line())));
      }
    }
    return settings;
  }

  private Optional<Node> parse() {
    try {
      return new Compose(LoadSettings.builder().setLabel(path.toString()).build())
          .composeString(Files.readString(path));
    } catch (MarkedYamlEngineException e) {
      throw unreadable(place(e.getProblemMark()), "invalid YAML: " + e.getProblem());
    } catch (NoSuchFileException e) {
      throw unreadable(place(Optional.empty()), "there is no such file");
    } catch (CharacterCodingException e) {
      throw unreadable(place(Optional.empty()), "the file is not UTF-8 text");
    } catch (IOException e) {
      throw unreadable(place(Optional.empty()), "the file cannot be read: " + e);
    }
  }

  private List<NodeTuple> entries(Node document) {
    if (document instanceof MappingNode mapping) {
      return mapping.getValue();
    }
    throw unreadable(place(document), "expected lines of the form 'name: value'");
  }

  private SettingValue value(String name, Node node, Place place) {
    return switch (node) {
      case SequenceNode sequence -> {
        var items = new ArrayList<Scalar>();
        sequence.getValue().forEach(item -> scalar(name, item).ifPresent(items::add));
        yield new Sequence(items, place);
      }
      case MappingNode mapping -> {
        var entries = new ArrayList<Entry>();
        for (var entry : mapping.getValue()) {
          scalar(name, entry.getKeyNode())
              .flatMap(
                  key -> scalar(name, entry.getValueNode()).map(value -> new Entry(key, value)))
              .ifPresent(entries::add);
        }
        yield new Mapping(entries, place);
      }
      case ScalarNode scalar ->
          new Scalar(scalar.getValue(), scalar.getTag().equals(Tag.NULL), place);
      default -> throw unreadable(place, "unexpected YAML node");
    };
  }

  /** Returns an item of a list, or a key or value of a map. */
  private Optional<Scalar> scalar(String name, Node node) {
    var place = place(node);
    if (!(node instanceof ScalarNode scalar)) {
      problems.add(
          new SettingProblem(place, name, "expected one value here, found a list or a map"));
      return Optional.empty();
    }
    if (scalar.getTag().equals(Tag.NULL)) {
      problems.add(new SettingProblem(place, name, "there is no value here"));
      return Optional.empty();
    }
    return Optional.of(new Scalar(scalar.getValue(), place));
  }

  private Place place(Node node) {
    return place(node.getStartMark());
  }

  private Place place(Optional<Mark> mark) {
    return new Place(path.toString(), mark.map(it -> it.getLine() + 1).orElse(0));
  }

  private static InvalidSettingsException unreadable(Place place, String message) {
    return new InvalidSettingsException(List.of(new SettingProblem(place, null, message)));
  }
}
