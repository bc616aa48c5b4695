package io.pullrescue.infra;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

/** Settings in a file of YAML, read as nodes: each knows its line. */
record SettingsFile(Path path) {
  /** By name; what a name means is not known here. */
  Map<String, Setting> read() {
    Optional<Node> document = parse();
    Map<String, Setting> settings = new LinkedHashMap<>();
    if (document.isPresent()) {
      for (NodeTuple entry : entries(document.get())) {
        String name = text(entry.getKeyNode());
        Setting setting = new Setting(value(entry.getValueNode()), place(entry.getKeyNode()));
        if (settings.put(name, setting) != null) {
          throw new SettingRefused(name, "it is there twice").at(setting.place());
        }
      }
    }
    return settings;
  }

  private Optional<Node> parse() {
    try {
      return new Compose(LoadSettings.builder().setLabel(path.toString()).build())
          .composeString(Files.readString(path));
    } catch (MarkedYamlEngineException notYaml) {
      throw SettingRefused.unreadable(
          place(notYaml.getProblemMark()), "this is no YAML: " + notYaml.getProblem());
    } catch (IOException unreadable) {
      throw SettingRefused.unreadable(path.toString(), "there is no such file that can be read");
    }
  }

  private Object value(Node node) {
    return switch (node) {
      case SequenceNode sequence -> sequence.getValue().stream().map(this::text).toList();
      case MappingNode mapping -> map(mapping);
      default -> text(node);
    };
  }

  private Map<String, String> map(MappingNode mapping) {
    Map<String, String> map = new LinkedHashMap<>();
    for (NodeTuple entry : mapping.getValue()) {
      String key = text(entry.getKeyNode());
      if (map.put(key, text(entry.getValueNode())) != null) {
        throw SettingRefused.unreadable(place(entry.getKeyNode()), key + " is there twice");
      }
    }
    return map;
  }

  private List<NodeTuple> entries(Node document) {
    if (document instanceof MappingNode mapping) {
      return mapping.getValue();
    }
    throw SettingRefused.unreadable(
        place(document), "settings are written as 'name: value', one a line");
  }

  private String text(Node node) {
    if (node instanceof ScalarNode scalar) {
      return scalar.getValue();
    }
    throw SettingRefused.unreadable(
        place(node), "one value is expected here, and there are several");
  }

  private String place(Node node) {
    return place(node.getStartMark());
  }

  private String place(Optional<Mark> mark) {
    return mark.map(it -> "%s, line %d".formatted(path, it.getLine() + 1)).orElse(path.toString());
  }
}
