"""Tests of scripts/cost: what it counts, and that it uses the given prices."""

import json
import subprocess
import tempfile
import unittest

from pullrescue_sandbox import paths

PRICES = paths.PROJECT / "scripts" / "prices.json"
TEMPLATE = paths.PROJECT / "infra/src/test/resources/template.json"


def cost(*arguments):
    return subprocess.run(
        [paths.PROJECT / "scripts" / "cost", *arguments], check=True, capture_output=True, text=True
    ).stdout


def totals(text):
    """Returns the totals of a rescue, of an idle month, and of a month of refreshes if there are any."""
    return [float(line.split()[-1]) for line in text.splitlines() if "together" in line]


class Cost(unittest.TestCase):
    def test_counts_resources_of_the_template(self):
        rescue, idle = cost().split("An idle month")
        self.assertEqual(rescue.count("GB-seconds"), 3)
        self.assertRegex(idle, r"metrics with an alarm +12\.0")
        self.assertRegex(idle, r"dashboards +1\.0")
        self.assertEqual(idle.count("polls of"), 3)

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
            text = cost("--template", file.name)
        self.assertIn("A month of 15 refreshes", text)
        self.assertEqual(text.count("GB-seconds"), 5)
        self.assertEqual(len(totals(text)), 3)

    def test_higher_price_increases_total(self):
        prices = json.loads(PRICES.read_text())
        before = totals(cost())
        prices["prices"]["dashboard_month"]["dollars"] += 5
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(prices, file)
            file.flush()
            after = totals(cost("--prices", file.name))
        self.assertEqual(after[0], before[0])
        self.assertAlmostEqual(after[1], before[1] + 5)

    def test_every_price_has_a_source(self):
        for name, price in json.loads(PRICES.read_text())["prices"].items():
            self.assertTrue(price["source"].startswith("https://aws.amazon.com/"), name)
