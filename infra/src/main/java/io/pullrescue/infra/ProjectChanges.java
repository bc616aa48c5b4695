package io.pullrescue.infra;

/** What may be done to projects whose builds take no overrides: those of pipelines and batches. */
enum ProjectChanges implements Choice {
  /** Nothing. */
  OFF,
  /** The copy is put into the project, and taken out after the next green build. */
  UNTIL_GREEN,
  /** The copy is put into the project, and stays there. */
  KEPT
}
