package io.pullrescue.infra.config;

import java.util.List;

/** Holds what the operator wrote for one setting, and where. */
sealed interface SettingValue {
  /** Returns where the operator finds the value. */
  Place place();

  /** Describes the kind of value in an error message. */
  String kind();

  /**
   * Holds one value as text.
   *
   * @param isNull whether the file has nothing, {@code null} or {@code ~} here
   */
  record Scalar(String text, boolean isNull, Place place) implements SettingValue {
    Scalar(String text, Place place) {
      this(text, false, place);
    }

    @Override
    public String kind() {
      return "one value";
    }
  }

  /** Holds a list. */
  record Sequence(List<Scalar> items, Place place) implements SettingValue {
    public Sequence {
      items = List.copyOf(items);
    }

    @Override
    public String kind() {
      return "a list";
    }
  }

  /** Holds a map in its order; a key may occur twice. */
  record Mapping(List<Entry> entries, Place place) implements SettingValue {
    public Mapping {
      entries = List.copyOf(entries);
    }

    @Override
    public String kind() {
      return "a map";
    }
  }

  /** Holds one entry of a map. */
  record Entry(Scalar key, Scalar value) {}

  /**
   * Locates a value.
   *
   * @param source a file, or the command line
   * @param line from 1 on; 0 where there are no lines
   */
  record Place(String source, int line) {
    static final Place COMMAND_LINE = new Place("command line", 0);

    /** Returns the form that editors and terminals make a link of. */
    @Override
    public String toString() {
      return line == 0 ? source : source + ":" + line;
    }
  }
}
