/** Holds the configuration of the functions, and the rules that follow from it alone. */
@NullMarked
package io.pullrescue.config;

import org.jspecify.annotations.NullMarked;
