/** Creates the metrics, alarms and the dashboard. */
@NullMarked
package io.pullrescue.infra.monitoring;

import org.jspecify.annotations.NullMarked;
