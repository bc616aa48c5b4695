package io.pullrescue.diagnosis;

import io.pullrescue.diagnosis.Clue.Role;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * All that one line says.
 *
 * @param symptom the most telling one; empty where it speaks of no error that we know
 * @param roles what it speaks of
 * @param notes the images it names, by what it says of them
 * @param urls the requests to registries that it shows
 * @param tools where it names a container tool
 */
record Signs(
    Optional<Symptom> symptom,
    Set<Role> roles,
    List<Note> notes,
    List<RegistryUrl> urls,
    List<Integer> tools) {
  /** An image, and what is said of it. */
  record Note(Role role, Mention mention, int position) {}

  private static final PhraseFinder<Sign> FINDER = new PhraseFinder<>(phrases());

  private static List<java.util.Map.Entry<String, Sign>> phrases() {
    List<java.util.Map.Entry<String, Sign>> phrases = new ArrayList<>(Symptoms.phrases());
    phrases.addAll(Clues.phrases());
    return phrases;
  }

  static Signs of(Line line) {
    var symptoms = new ArrayList<Symptom>();
    Set<Role> roles = EnumSet.noneOf(Role.class);
    var notes = new ArrayList<Note>();
    var urls = new ArrayList<RegistryUrl>();
    var tools = new ArrayList<Integer>();
    for (var hit : FINDER.find(line.lower())) {
      switch (hit.meaning()) {
        case Symptom symptom -> symptoms.add(symptom);
        case Clue clue when clue.form() == Clue.Form.TOOL -> tools.add(hit.start());
        case Clue clue when clue.form() == Clue.Form.URL ->
            RegistryUrl.around(line.text(), hit.start()).ifPresent(urls::add);
        case Clue clue -> {
          var mention = Grammar.mention(clue.form(), line.text(), hit.start(), hit.end());
          mention.ifPresent(found -> notes.add(new Note(clue.role(), found, hit.start())));
          if (mention.isPresent() || clue.form().standsAlone()) {
            roles.add(clue.role());
          }
        }
      }
    }
    if (!urls.isEmpty()) {
      roles.add(Role.PULL);
    }
    return new Signs(
        symptoms.stream().min(Comparator.comparingInt(Symptom::rank)), roles, notes, urls, tools);
  }

  boolean say(Role role) {
    return roles.contains(role);
  }
}
