"""Tests of scripts/cost: what it counts, and that its total follows from the prices."""

import json
import subprocess
import tempfile
import unittest

from pullrescue_sandbox import paths

PRICES = paths.PROJECT / "scripts" / "lib" / "prices.json"
TEMPLATE = paths.PROJECT / "infra/src/test/resources/template.json"


def cost(*arguments, template=TEMPLATE):
    return subprocess.run(
        [paths.PROJECT / "scripts" / "cost", "--template", template, *arguments],
        check=True,
        capture_output=True,
        text=True,
    ).stdout


def totals(text):
    """Of a rescue, of an idle month, and of a month of refreshes where they are configured."""
    return [float(line.split()[-1]) for line in text.splitlines() if line.startswith("  total")]


class Cost(unittest.TestCase):
    def test_counts_the_resources_of_the_template(self):
        rescue, idle = cost().split("An idle month")
        self.assertEqual(rescue.count("GB-seconds"), 3)
        self.assertRegex(idle, r"metrics with an alarm +14\.0")
        self.assertRegex(idle, r"dashboards +1\.0")
        self.assertEqual(idle.count("polls of"), 3)
        self.assertNotIn("e-mails", rescue)

    def test_counts_builds_and_every_metric_of_a_rescue(self):
        rescue = cost().split("An idle month")[0]
        self.assertRegex(rescue, r"minutes of the retried build +1\.0")
        self.assertRegex(rescue, r"minutes of the probe build.* 1\.0")
        names = paths.PROJECT / "functions/src/main/java/io/pullrescue/config/MetricNames.java"
        metrics = json.loads(PRICES.read_text())["rescue"]["custom_metrics"]
        self.assertRegex(rescue, rf"custom metrics, an hour +{len(metrics)}\.0")
        for name in metrics:
            self.assertIn(f'"{name}"', names.read_text())

    def test_counts_mails_only_with_a_subscription(self):
        template = json.loads(TEMPLATE.read_text())
        template["Resources"]["Mail"] = {"Type": "AWS::SNS::Subscription", "Properties": {"Protocol": "email"}}
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(template, file)
            file.flush()
            self.assertIn("e-mails", cost(template=file.name))

    def test_rejects_unusable_files_in_one_sentence(self):
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            for content, message in (("{", "is not valid JSON"), ("{}", "is not a CloudFormation template")):
                file.seek(0)
                file.truncate()
                file.write(content)
                file.flush()
                with self.subTest(content), self.assertRaises(subprocess.CalledProcessError) as rejected:
                    cost(template=file.name)
                self.assertEqual(rejected.exception.returncode, 2)
                self.assertIn(message, rejected.exception.stderr)
                self.assertNotIn("Traceback", rejected.exception.stderr)

    def test_counts_refreshes_only_with_a_schedule(self):
        template = json.loads(TEMPLATE.read_text())
        self.assertNotIn("refresh", cost())
        for resource in list(template["Resources"].values()):
            if resource["Properties"].get("FunctionName") == "pull-rescue-diagnose":
                template["Resources"]["Refresh"] = {
                    **resource,
                    "Properties": {**resource["Properties"], "FunctionName": "pull-rescue-refresh"},
                }
        template["Resources"]["Clock"] = {
            "Type": "AWS::Events::Rule",
            "Properties": {"ScheduleExpression": "rate(2 days)"},
        }
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(template, file)
            file.flush()
            text = cost(template=file.name)
        self.assertIn("A month of 15 refreshes", text)
        self.assertEqual(text.count("GB-seconds"), 5)
        self.assertEqual(len(totals(text)), 3)

    def test_total_follows_the_prices(self):
        prices = json.loads(PRICES.read_text())
        before = totals(cost())
        prices["prices"]["dashboard_month"]["dollars"] += 5
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(prices, file)
            file.flush()
            after = totals(cost("--prices", file.name))
        self.assertEqual(after[0], before[0])
        self.assertAlmostEqual(after[1], before[1] + 5)

    def test_price_names_its_source(self):
        for name, price in json.loads(PRICES.read_text())["prices"].items():
            self.assertTrue(price["source"].startswith("https://aws.amazon.com/"), name)
