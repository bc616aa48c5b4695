package io.pullrescue.diagnosis.pattern;

/** What a phrase tells of the work going on, and where beside it a reference stands. */
public record ContextPattern(Activity activity, ReferencePosition position) implements LogPattern {
  /** What the work is. */
  public enum Activity {
    /** An image is about to be read. */
    PULLING,
    /** One more image is about to be read; others may still be. */
    ALSO_PULLING,
    /** An image was read well. */
    PULLED,
    /** An image could not be read. */
    FAILED,
    /** Some image could not be read, even where no reason follows. */
    PULL_FAILED,
    /** Something is said of a pull. */
    PULL_RELATED,
    /** An image is being written. */
    PUSH,
    /** Credentials are being stored or fetched. */
    LOGIN,
    /** A build cache is being read or written. */
    CACHE,
    /** A configuration names an image. */
    CONFIGURED,
    /** Any other work. */
    OTHER,
    /** A short name was tried nowhere: it stands for no image. */
    UNRESOLVED_SHORT_NAME,
    /** Whatever else the line says, it is no pull. */
    NOT_A_PULL
  }

  /** Where the reference stands. */
  public enum ReferencePosition {
    /** There is none. */
    NONE,
    /** {@code load metadata for REFERENCE}. */
    AFTER,
    /** {@code manifest for REFERENCE not found}. */
    AFTER_IF_NOT_FOUND,
    /** {@code failed to solve: REFERENCE: why}. */
    AFTER_COLON,
    /** {@code REFERENCE: not found}. */
    BEFORE,
    /** As {@link #BEFORE}, where a name with a registry is no address. */
    BEFORE_IF_QUALIFIED,
    /** {@code reading manifest TAG in REPOSITORY}. */
    TAG_IN,
    /** {@code TAG: Pulling from REPOSITORY}. */
    TAG_BEFORE,
    /** {@code Error pulling image (TAG) from REPOSITORY}. */
    TAG_FROM,
    /** {@code Tag TAG not found in repository REPOSITORY}. */
    TAG_NOT_FOUND,
    /** {@code /distribution/REFERENCE/json}, of Docker's own API. */
    API_PATH,
    /** {@code Pulling SERVICE (REFERENCE)...}. */
    IN_PARENTHESES,
    /** As {@link #AFTER}, where nothing else can stand. */
    AFTER_STRICT,
    /** {@code fromImage=REPOSITORY&tag=TAG}. */
    QUERY,
    /** {@code Image REFERENCE Pulling}. */
    AFTER_IF_PULLING,
    /** As {@link #AFTER}, where only whole names are printed, unless the terminal is too narrow. */
    AFTER_FULL_NAME,
    /** As {@link #AFTER}, where only names with a registry are printed. */
    AFTER_QUALIFIED,
    /** {@code Pulling REFERENCE}, where a name with a registry is no other word. */
    AFTER_IF_QUALIFIED,
    /** As {@link #AFTER}, where a name with a tag or a digest is no other word. */
    AFTER_IF_PINNED,
    /** A container tool's name: a command may follow. */
    TOOL,
    /** The path of a request to a registry. */
    URL;

    /** Whether the phrase says its part even where no reference stands beside it. */
    boolean matchesWithoutReference() {
      return this == NONE
          || this == AFTER
          || this == AFTER_STRICT
          || this == AFTER_FULL_NAME
          || this == AFTER_QUALIFIED
          || this == TAG_IN;
    }
  }
}
