/**
 * The configuration and the names that the functions and the CDK app share. Depends on nothing but
 * the JDK and Jackson's annotations: infra gets this package alone, as the jar with the classifier
 * {@code config}.
 */
@NullMarked
package io.pullrescue.config;

import org.jspecify.annotations.NullMarked;
