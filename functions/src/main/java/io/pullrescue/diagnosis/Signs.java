package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.Clue.Form;
import io.pullrescue.diagnosis.Clue.Role;
import io.pullrescue.diagnosis.PhraseFinder.Hit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * All that one line says.
 *
 * @param symptom the most telling one; null where it speaks of no error that we know
 * @param roles what it speaks of
 * @param notes the images it names, by what it says of them
 * @param urls the requests to registries that it shows
 * @param tools where it names a container tool
 */
record Signs(
    @Nullable Symptom symptom,
    Set<Role> roles,
    List<Note> notes,
    List<RegistryUrl> urls,
    List<Integer> tools) {
  /** An image, and what is said of it. */
  record Note(Role role, Mention mention, int position) {}

  private static final PhraseFinder<Sign> FINDER = new PhraseFinder<>(phrases());

  private static final Comparator<Hit<Sign>> LONGEST_FIRST =
      Comparator.comparingInt((Hit<Sign> hit) -> hit.start()).thenComparingInt(hit -> -hit.end());

  private static final Mention CUT = new Mention.Unreadable();

  /** Real lines name few images; a line made of nothing else is not searched to its end. */
  private static final int MOST_PLACES = 64;

  private static List<Map.Entry<String, Sign>> phrases() {
    List<Map.Entry<String, Sign>> phrases = new ArrayList<>(Symptoms.phrases());
    phrases.addAll(Clues.phrases());
    return phrases;
  }

  static Signs of(Line line) {
    var reader = new Reader(line);
    List<Hit<Sign>> symptoms = new ArrayList<>();
    for (var hit : FINDER.find(line.lower())) {
      switch (hit.meaning()) {
        case Symptom symptom -> symptoms.add(hit);
        case Clue clue -> reader.read(clue, hit.start(), hit.end());
      }
    }
    reader.read(symptoms);
    return reader.signs();
  }

  boolean say(Role role) {
    return roles.contains(role);
  }

  /** Gathers the signs of one line. */
  private static final class Reader {
    private final String text;
    private final boolean last;
    private final Set<Role> roles = EnumSet.noneOf(Role.class);
    private final List<Note> notes = new ArrayList<>();
    private final List<RegistryUrl> urls = new ArrayList<>();
    private final List<Integer> tools = new ArrayList<>();
    private @Nullable Symptom symptom;
    private int places;

    Reader(Line line) {
      this.text = line.text();
      this.last = line.last();
    }

    /** Part of a longer phrase says nothing by itself: {@code gateway timeout} is no timeout. */
    void read(List<Hit<Sign>> symptoms) {
      symptoms.sort(LONGEST_FIRST);
      var end = 0;
      for (var hit : symptoms) {
        if (hit.end() > end && hit.meaning() instanceof Symptom found) {
          end = hit.end();
          symptom = symptom == null || found.rank() < symptom.rank() ? found : symptom;
        }
      }
    }

    void read(Clue clue, int start, int end) {
      if (clue.form() == Form.NONE) {
        roles.add(clue.role());
      } else if (places++ < MOST_PLACES) {
        look(clue, start, end);
      }
    }

    private void look(Clue clue, int start, int end) {
      switch (clue.form()) {
        case TOOL -> addTool(start, end);
        case URL -> RegistryUrl.around(text, start).ifPresent(urls::add);
        default -> {
          var mention = Grammar.mention(clue.form(), text, start, end);
          mention.ifPresent(found ->
              notes.add(new Note(clue.role(), isCut(found, clue.role()) ? CUT : found, start)));
          if (mention.isPresent() || clue.form().standsAlone()) {
            roles.add(clue.role());
          }
        }
      }
    }

    /** {@code docker-compose.yml} is no command. */
    private void addTool(int start, int end) {
      if (end == text.length() || !MentionReader.isReferenceCharacter(text.charAt(end))) {
        tools.add(start);
      }
    }

    /** An error goes on after the name; where nothing does, the name may not be whole. */
    private boolean isCut(Mention mention, Role role) {
      if (!(mention instanceof Mention.Named named)) {
        return false;
      }
      return switch (named.ending()) {
        case CLOSED -> false;
        case OPEN -> last && !named.pinned() && (isError(role) || role == Role.READING_TOO);
        case DOTS -> isError(role);
      };
    }

    private static boolean isError(Role role) {
      return role == Role.FAILED || role == Role.GAVE_UP;
    }

    Signs signs() {
      if (!urls.isEmpty()) {
        roles.add(Role.PULL);
      }
      return new Signs(symptom, roles, notes, urls, tools);
    }
  }
}
