"""Makes metrics of log lines in the embedded metric format, as CloudWatch Logs does.

See https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html.
In AWS a metric can be read up to two minutes later; here it can be read when the invocation has ended."""

import json
from datetime import datetime, timezone


class EmbeddedMetrics:
    """The metrics in the lines that are appended to a log from now on."""

    def __init__(self, log, cloudwatch):
        self._log = log
        self._cloudwatch = cloudwatch
        self._position = log.stat().st_size if log.exists() else 0

    def publish(self):
        """Publishes the metrics in the complete lines that were appended since the last call."""
        for namespace, data in metrics(self._new_lines()):
            self._cloudwatch.put_metric_data(Namespace=namespace, MetricData=data)

    def _new_lines(self):
        if not self._log.exists():
            return []
        with self._log.open("rb") as log:
            log.seek(self._position)
            complete, _, _ = log.read().rpartition(b"\n")
        self._position += len(complete) + 1 if complete else 0
        return complete.splitlines()


def metrics(lines):
    """Returns the namespace and the data of each directive in these lines."""
    for line in lines:
        entry = _entry(line)
        for directive in entry.get("_aws", {}).get("CloudWatchMetrics", []):
            yield directive["Namespace"], list(_data(entry, directive))


def _entry(line):
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}


def _data(entry, directive):
    time = datetime.fromtimestamp(entry["_aws"]["Timestamp"] / 1000, timezone.utc)
    for dimensions in directive["Dimensions"]:
        for metric in directive["Metrics"]:
            values = entry[metric["Name"]]
            for value in values if isinstance(values, list) else [values]:
                yield {
                    "MetricName": metric["Name"],
                    "Dimensions": [{"Name": name, "Value": entry[name]} for name in dimensions],
                    "Timestamp": time,
                    "Value": value,
                    "Unit": metric.get("Unit", "None"),
                }
