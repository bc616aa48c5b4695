/**
 * Holds the configuration of the functions, and the names that they share with the CDK app in
 * infra, which gets this package as the jar with the classifier {@code config}.
 */
@NullMarked
package io.pullrescue.config;

import org.jspecify.annotations.NullMarked;
