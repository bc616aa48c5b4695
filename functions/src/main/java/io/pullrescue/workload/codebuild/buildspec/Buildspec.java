package io.pullrescue.workload.codebuild.buildspec;

import io.pullrescue.workload.codebuild.ImageSubstitutionScript;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A buildspec's text, edited in place: the YAML is read only to find where to write, so every byte
 * that is not ours stays as it was (numbers such as {@code 3.10}, anchors, comments, JSON).
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html">Buildspec
 *     reference</a>
 */
public final class Buildspec {
  /** The order in which CodeBuild runs them. */
  private static final List<String> PHASES = List.of("install", "pre_build", "build", "post_build");

  /** Deeper than any buildspec, and far from the end of a thread's stack. */
  private static final int MAX_DEPTH = 100;

  private static final LoadSettings LOAD_SETTINGS =
      LoadSettings.builder().setLabel("buildspec").build();

  private final String text;
  private final MappingNode root;

  private Buildspec(String text, MappingNode root) {
    this.text = text;
    this.root = root;
  }

  /** The buildspec in this text; empty where it is no inline buildspec but a path or an ARN. */
  public static Optional<Buildspec> parse(String text) {
    return compose(text)
        .filter(root -> value(root, "phases").isPresent())
        .map(root -> new Buildspec(text, root));
  }

  /** Why there is no buildspec to edit in a text that should hold one. */
  public static String invalidReason(String text) {
    return countDocuments(text) > 1
        ? "its buildspec is more than one YAML document"
        : "its buildspec is no YAML document that has phases";
  }

  /** Whether the text is a mapping, as CodeBuild tells a buildspec from a path. */
  static boolean isMapping(String text) {
    return compose(text).isPresent();
  }

  private static long countDocuments(String text) {
    try {
      return events(text).filter(event -> event.getEventId() == Event.ID.DocumentStart).count();
    } catch (YamlEngineException notYaml) {
      return 0;
    }
  }

  /** Nodes are composed by recursion, and events are not: the depth is looked at before. */
  private static boolean isTooDeep(String text) {
    var depth = new AtomicInteger();
    return events(text)
        .mapToInt(event -> depth.addAndGet(depthChange(event)))
        .anyMatch(number -> number > MAX_DEPTH);
  }

  private static int depthChange(Event event) {
    return switch (event.getEventId()) {
      case SequenceStart, MappingStart -> 1;
      case SequenceEnd, MappingEnd -> -1;
      default -> 0;
    };
  }

  private static Stream<Event> events(String text) {
    return StreamSupport.stream(new Parse(LOAD_SETTINGS).parseString(text).spliterator(), false);
  }

  private static Optional<MappingNode> compose(String text) {
    try {
      if (isTooDeep(text)) {
        return Optional.empty();
      }
      return new Compose(LOAD_SETTINGS)
          .composeString(text)
          .filter(MappingNode.class::isInstance)
          .map(MappingNode.class::cast);
    } catch (YamlEngineException notYaml) {
      return Optional.empty();
    }
  }

  /** Why our commands must not be put in; empty where they may. */
  public Optional<String> blockingReason() {
    if (scalar(root, "version").filter("0.2"::equals).isEmpty()) {
      return Optional.of("its buildspec is not of version 0.2: each command runs in its own shell");
    }
    var shell = mapping(root, "env").flatMap(env -> scalar(env, "shell")).orElse("sh");
    if (!shell.equals("sh") && !shell.equals("bash")) {
      return Optional.of("its buildspec runs in " + shell + ", and the rescue commands are for sh");
    }
    return countUsers() > 1
        ? Optional.of("its phases run as different users, and docker keeps logins by user")
        : Optional.empty();
  }

  /**
   * How many users the commands run as; a phase without one runs as the buildspec says, or root.
   */
  private long countUsers() {
    var defaultUser = scalar(root, "run-as").orElse("root");
    return phases().stream()
        .filter(phase -> value(phase, "commands").isPresent())
        .map(phase -> scalar(phase, "run-as").orElse(defaultUser))
        .distinct()
        .count();
  }

  /** The same text with this command before all others; empty where no phase runs commands. */
  public Optional<String> withFirstCommand(String command) {
    return phases().stream()
        .map(phase -> value(phase, "commands"))
        .flatMap(Optional::stream)
        .filter(SequenceNode.class::isInstance)
        .map(SequenceNode.class::cast)
        .filter(commands -> !commands.getValue().isEmpty())
        .findFirst()
        .map(commands -> insert(commands, command))
        .filter(edited -> startsWith(edited, command));
  }

  private String insert(SequenceNode commands, String command) {
    var first = commands.getValue().getFirst();
    if (isManaged(first)) {
      return text.substring(0, start(first)) + quoted(command) + text.substring(end(first));
    }
    var position = start(commands);
    return commands.getFlowStyle() == FlowStyle.FLOW
        ? text.substring(0, position + 1) + quoted(command) + ", " + text.substring(position + 1)
        : text.substring(0, position)
            + "- "
            + quoted(command)
            + lineBreakAt(position)
            + text.substring(position);
  }

  /** The text as it was before {@link #withFirstCommand}; the same where it has none of ours. */
  String withoutSubstitutionCommand() {
    return phases().stream()
        .map(phase -> value(phase, "commands"))
        .flatMap(Optional::stream)
        .filter(SequenceNode.class::isInstance)
        .map(SequenceNode.class::cast)
        .filter(
            commands -> commands.getValue().size() > 1 && isManaged(commands.getValue().getFirst()))
        .findFirst()
        .map(this::remove)
        .orElse(text);
  }

  private String remove(SequenceNode commands) {
    var end = end(commands.getValue().getFirst());
    var position = start(commands);
    return commands.getFlowStyle() == FlowStyle.FLOW
        ? text.substring(0, position + 1) + text.substring(end + ", ".length())
        : text.substring(0, position) + text.substring(end + lineBreakAt(position).length());
  }

  /** Where YAML's marks and ours disagree (an anchor before the list), nothing is changed. */
  private static boolean startsWith(String edited, String command) {
    return parse(edited).stream()
        .flatMap(spec -> spec.phases().stream())
        .map(phase -> value(phase, "commands"))
        .flatMap(Optional::stream)
        .filter(SequenceNode.class::isInstance)
        .map(node -> ((SequenceNode) node).getValue())
        .filter(commands -> !commands.isEmpty())
        .findFirst()
        .filter(commands -> text(commands.getFirst()).filter(command::equals).isPresent())
        .isPresent();
  }

  private static boolean isManaged(Node command) {
    return text(command)
        .filter(value -> value.startsWith(ImageSubstitutionScript.SCRIPT_MARKER + "\n"))
        .isPresent();
  }

  /** A line break, and what stands before this place in its line. */
  private String lineBreakAt(int position) {
    var lineStart = text.lastIndexOf('\n', position - 1) + 1;
    return "\n" + " ".repeat(position - lineStart);
  }

  /** A JSON string is a YAML scalar, in block style, in flow style and in a JSON buildspec. */
  private static String quoted(String command) {
    return '"' + command.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }

  private List<MappingNode> phases() {
    return mapping(root, "phases").stream()
        .flatMap(phases -> PHASES.stream().map(name -> mapping(phases, name)))
        .flatMap(Optional::stream)
        .toList();
  }

  private int start(Node node) {
    return offset(node.getStartMark().orElseThrow().getIndex());
  }

  private int end(Node node) {
    return offset(node.getEndMark().orElseThrow().getIndex());
  }

  /** YAML counts code points, Java counts UTF-16 units. */
  private int offset(int codePoints) {
    return text.offsetByCodePoints(0, codePoints);
  }

  private static Optional<MappingNode> mapping(MappingNode parent, String key) {
    return value(parent, key).filter(MappingNode.class::isInstance).map(MappingNode.class::cast);
  }

  private static Optional<String> scalar(MappingNode parent, String key) {
    return value(parent, key).flatMap(Buildspec::text);
  }

  private static Optional<Node> value(MappingNode parent, String key) {
    return parent.getValue().stream()
        .filter(entry -> text(entry.getKeyNode()).filter(key::equals).isPresent())
        .findFirst()
        .map(entry -> entry.getValueNode());
  }

  private static Optional<String> text(Node node) {
    return node instanceof ScalarNode scalar ? Optional.of(scalar.getValue()) : Optional.empty();
  }
}
