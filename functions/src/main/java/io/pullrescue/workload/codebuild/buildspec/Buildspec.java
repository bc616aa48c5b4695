package io.pullrescue.workload.codebuild.buildspec;

import io.pullrescue.text.TextSanitizer;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Edits the text of a buildspec in place. The YAML nodes are used only to find the position of an
 * edit, so that every other byte stays the same (numbers such as {@code 3.10}, anchors, comments,
 * JSON).
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html">Buildspec
 *     reference</a>
 */
public final class Buildspec {
  /**
   * The first line of the command that {@link #withCommand} inserts, by which a later edit
   * recognizes it.
   */
  public static final String SUBSTITUTION_MARKER = ": pull-rescue";

  /** In the order in which CodeBuild runs them. */
  private static final List<String> PHASES = List.of("install", "pre_build", "build", "post_build");

  /**
   * The longest buildspec that StartBuild and UpdateProject accept: "Max buildspec length is
   * 25600". It is in no document of AWS.
   *
   * @see <a href="https://github.com/aws/aws-cdk/pull/14974">The limit in AWS CDK</a>
   */
  public static final int MAX_CHARACTERS = 25_600;

  /** The nesting limit: composing nodes is recursive, and each level makes the scanner slower. */
  private static final int MAX_DEPTH = 100;

  private static final LoadSettings LOAD_SETTINGS =
      LoadSettings.builder().setLabel("buildspec").build();

  private final String text;
  private final MappingNode root;

  private Buildspec(String text, MappingNode root) {
    this.text = text;
    this.root = root;
  }

  /**
   * Parses an inline buildspec; empty if the text is a path, an ARN, too long or not valid YAML.
   */
  public static Optional<Buildspec> parse(String text) {
    return read(text).buildspec(text).filter(spec -> value(spec.root, "phases").isPresent());
  }

  /** Explains why {@link #parse} rejects a text that should be a buildspec. */
  public static String invalidReason(String text) {
    return "its buildspec "
        + Objects.requireNonNullElse(read(text).problem(), "is not a YAML document with `phases`");
  }

  /** Returns whether a configured buildspec is the text itself and not the location of a file. */
  public static boolean isInline(String buildspec) {
    return BuildspecLocation.parse(buildspec) instanceof BuildspecLocation.Inline;
  }

  /**
   * Removes the command that {@link #withCommand} has inserted; returns the same text if it
   * contains none.
   */
  public static String removeSubstitution(String buildspec) {
    return parse(buildspec).map(Buildspec::withoutSubstitutionCommand).orElse(buildspec);
  }

  /**
   * Returns whether the text is a YAML mapping, which is how CodeBuild tells a buildspec from a
   * path.
   */
  static boolean isMapping(String text) {
    return read(text).root() != null;
  }

  private static Reading read(String text) {
    return text.length() <= MAX_CHARACTERS
        ? compose(text)
        : Reading.failed(
            "has %,d characters, and CodeBuild accepts at most %,d in a retry; move commands to a script in the source"
                .formatted(text.length(), MAX_CHARACTERS));
  }

  /**
   * Composes the text as YAML. It may come from anybody, and parsers have bugs: whatever they throw
   * means that the text cannot be read.
   */
  private static Reading compose(String text) {
    try {
      var problem = structuralProblem(text);
      return problem == null
          ? Reading.of(new Compose(LOAD_SETTINGS).composeString(text))
          : Reading.failed(problem);
    } catch (MarkedYamlEngineException invalid) {
      var line = invalid.getProblemMark().map(mark -> "line " + (mark.getLine() + 1) + ": ");
      return Reading.failed(
          "cannot be read as YAML: "
              + line.orElse("")
              + TextSanitizer.sanitize(String.valueOf(invalid.getProblem())));
    } catch (RuntimeException | StackOverflowError unreadable) {
      return Reading.failed(
          "cannot be read: the YAML parser reports " + unreadable.getClass().getSimpleName());
    }
  }

  /** Checks by events what composing nodes would be too deep for; null if there is no problem. */
  private static @Nullable String structuralProblem(String text) {
    var depth = 0;
    var documents = 0;
    for (var event : new Parse(LOAD_SETTINGS).parseString(text)) {
      depth += depthChange(event);
      documents += event.getEventId() == Event.ID.DocumentStart ? 1 : 0;
      if (depth > MAX_DEPTH) {
        return "is nested more than " + MAX_DEPTH + " levels deep; flatten it";
      }
      if (documents > 1) {
        return "has more than one YAML document; CodeBuild reads one";
      }
    }
    return null;
  }

  private static int depthChange(Event event) {
    return switch (event.getEventId()) {
      case SequenceStart, MappingStart -> 1;
      case SequenceEnd, MappingEnd -> -1;
      default -> 0;
    };
  }

  /** Explains why no command can be inserted; empty if one can. */
  public Optional<String> blockingReason() {
    if (scalar(root, "version").filter("0.2"::equals).isEmpty()) {
      return Optional.of(
          "its buildspec is not version 0.2, so each command runs in its own shell and the image"
              + " substitution would have no effect; change `version` to 0.2");
    }
    var shell = mapping(root, "env").flatMap(env -> scalar(env, "shell")).orElse("sh");
    if (!shell.equals("sh") && !shell.equals("bash")) {
      return Optional.of(
          "its buildspec uses the shell "
              + TextSanitizer.sanitize(shell, 20)
              + ", but the image substitution needs sh or bash");
    }
    return countUsers() > 1
        ? Optional.of(
            "its phases run as different users (`run-as`), and Docker stores credentials per user")
        : Optional.empty();
  }

  /** Counts the users that commands run as: the phase's, else the buildspec's, else root. */
  private long countUsers() {
    var defaultUser = scalar(root, "run-as").orElse("root");
    return phases().stream()
        .filter(phase -> value(phase, "commands").isPresent())
        .map(phase -> scalar(phase, "run-as").orElse(defaultUser))
        .distinct()
        .count();
  }

  /**
   * Returns the text with this command at the start of a phase, in place of the one that an earlier
   * call inserted; empty if no phase has a list of commands. Where the phase has none, an earlier
   * phase gets the command. The command is never moved to a later phase than it was in.
   *
   * @param phase such as {@code build}; an unknown phase means the first of all commands
   */
  public Optional<String> withCommand(String command, String phase) {
    var earlier = commandLists().filter(list -> isManaged(list.commands())).findFirst();
    if (earlier.isPresent()) {
      var index = Math.min(PHASES.indexOf(phase), earlier.get().phase());
      return parse(withoutSubstitutionCommand())
          .flatMap(original -> original.withNewCommand(command, index));
    }
    return withNewCommand(command, PHASES.indexOf(phase));
  }

  private Optional<String> withNewCommand(String command, int phase) {
    return commandLists()
        .takeWhile(list -> list.phase() <= phase)
        .reduce((_, last) -> last)
        .or(() -> commandLists().findFirst())
        .flatMap(list ->
            Optional.of(insert(list.commands(), command))
                .filter(edited -> startsWith(edited, list.phase(), command)));
  }

  /** The commands of a phase, which is an index of {@link #PHASES}. */
  private record CommandList(int phase, SequenceNode commands) {}

  /** Returns the lists that are not empty, in the order in which they run. */
  private Stream<CommandList> commandLists() {
    return IntStream.range(0, PHASES.size())
        .boxed()
        .flatMap(index ->
            mapping(root, "phases")
                .flatMap(phases -> mapping(phases, PHASES.get(index)))
                .flatMap(phase -> value(phase, "commands"))
                .filter(SequenceNode.class::isInstance)
                .map(SequenceNode.class::cast)
                .filter(commands -> !commands.getValue().isEmpty())
                .map(commands -> new CommandList(index, commands))
                .stream());
  }

  private String insert(SequenceNode commands, String command) {
    var position = start(commands);
    return commands.getFlowStyle() == FlowStyle.FLOW
        ? text.substring(0, position + 1) + quoted(command) + ", " + text.substring(position + 1)
        : text.substring(0, position)
            + "- "
            + quoted(command)
            + lineBreakAt(position)
            + text.substring(position);
  }

  private String withoutSubstitutionCommand() {
    return commandLists()
        .map(CommandList::commands)
        .filter(commands -> commands.getValue().size() > 1 && isManaged(commands))
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

  /** Verifies an edit: an anchor before the list, for example, shifts the YAML marks. */
  private static boolean startsWith(String edited, int phase, String command) {
    return compose(edited).buildspec(edited).stream()
        .flatMap(Buildspec::commandLists)
        .filter(list -> list.phase() == phase)
        .anyMatch(list ->
            text(list.commands().getValue().getFirst()).filter(command::equals).isPresent());
  }

  private static boolean isManaged(SequenceNode commands) {
    return text(commands.getValue().getFirst())
        .filter(value -> value.startsWith(SUBSTITUTION_MARKER + "\n"))
        .isPresent();
  }

  /** Returns a line break and the indentation of a position. */
  private String lineBreakAt(int position) {
    var lineStart = text.lastIndexOf('\n', position - 1) + 1;
    return "\n" + " ".repeat(position - lineStart);
  }

  /** Returns a JSON string, which is a valid YAML scalar in block style and in flow style. */
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

  /** Converts code points, which YAML marks count, to UTF-16 units. */
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

  /**
   * The result of reading a text.
   *
   * @param root the mapping at its top; null if it has none
   * @param problem why it was not read, as a clause; null if it was
   */
  private record Reading(@Nullable MappingNode root, @Nullable String problem) {
    static Reading of(Optional<Node> node) {
      return new Reading(node.orElse(null) instanceof MappingNode root ? root : null, null);
    }

    static Reading failed(String problem) {
      return new Reading(null, problem);
    }

    Optional<Buildspec> buildspec(String text) {
      return Optional.ofNullable(root).map(mapping -> new Buildspec(text, mapping));
    }
  }
}
