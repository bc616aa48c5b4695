"""Tests of metrics in log lines, with moto's CloudWatch."""

import json
import logging
import tempfile
import unittest
from datetime import datetime, timedelta, timezone
from pathlib import Path

import boto3
from moto.server import ThreadedMotoServer

from pullrescue_sandbox.lambda_runtime.embedded_metrics import EmbeddedMetrics

NOW = datetime.now(timezone.utc)


def line(value, **entry):
    directive = {
        "Namespace": "PullRescue",
        "Dimensions": [["Service"]],
        "Metrics": [{"Name": "BytesCopied", "Unit": "Bytes"}],
    }
    aws = {"Timestamp": int(NOW.timestamp() * 1000), "CloudWatchMetrics": [directive]}
    return json.dumps({"_aws": aws, "Service": "pull-rescue", "BytesCopied": value, **entry}) + "\n"


class EmbeddedMetricsTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        moto = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
        moto.start()
        cls.addClassCleanup(moto.stop)
        host, port = moto.get_host_and_port()
        cls.cloudwatch = boto3.client(
            "cloudwatch",
            endpoint_url=f"http://{host}:{port}",
            region_name="us-east-1",
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    def setUp(self):
        self.log = Path(self.enterContext(tempfile.TemporaryDirectory())) / "function.log"

    def sum(self):
        day = NOW.replace(hour=0, minute=0, second=0, microsecond=0)
        points = self.cloudwatch.get_metric_statistics(
            Namespace="PullRescue",
            MetricName="BytesCopied",
            Dimensions=[{"Name": "Service", "Value": "pull-rescue"}],
            StartTime=day,
            EndTime=day + timedelta(days=1),
            Period=86_400,
            Statistics=["Sum"],
        )["Datapoints"]
        return sum(point["Sum"] for point in points)

    def test_publishes_each_complete_line_once(self):
        self.log.write_text(line(1e9))
        metrics = EmbeddedMetrics(self.log, self.cloudwatch)
        before = self.sum()

        with self.log.open("a") as log:
            log.write("plain text\n{}\n[]\n7\n" + line(3) + line([4, 5]) + line(100)[:-9])
            log.flush()
            metrics.publish()
            self.assertEqual(before + 12, self.sum())
            log.write(line(100)[-9:])
        metrics.publish()
        metrics.publish()

        self.assertEqual(before + 112, self.sum())

    def test_waits_for_the_log(self):
        EmbeddedMetrics(self.log, self.cloudwatch).publish()


if __name__ == "__main__":
    unittest.main()
