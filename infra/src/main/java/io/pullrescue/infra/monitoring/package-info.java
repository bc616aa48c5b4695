/** Creates the metrics, alarms, the record of events and the dashboard. */
@NullMarked
package io.pullrescue.infra.monitoring;

import org.jspecify.annotations.NullMarked;
