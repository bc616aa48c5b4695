/** Reads the settings of a deployment, with an error message for every mistake in them. */
@NullMarked
package io.pullrescue.infra.config;

import org.jspecify.annotations.NullMarked;
