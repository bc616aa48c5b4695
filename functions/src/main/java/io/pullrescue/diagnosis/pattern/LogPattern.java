package io.pullrescue.diagnosis.pattern;

/** What a phrase of a log means. */
sealed interface LogPattern permits ErrorPattern, ContextPattern {}
