package io.pullrescue.diagnosis;

/** What a phrase of a log means. */
sealed interface Sign permits Symptom, Clue {}
