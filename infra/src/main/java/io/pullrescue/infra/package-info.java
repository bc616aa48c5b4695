/**
 * Deploys pull-rescue: the CDK app and its stack, which is made of one construct for each step from
 * a failure to its retry.
 */
@NullMarked
package io.pullrescue.infra;

import org.jspecify.annotations.NullMarked;
