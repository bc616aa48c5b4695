"""Calls that the service models do not allow, with strict and with lax models."""

import contextlib
import io
import os
import unittest
from unittest import mock

from pullrescue_sandbox.emulators.core import model


class Models(unittest.TestCase):
    CALLS = [
        (model.validate, ("batch", "DescribeJobs", {"jobs": ["1"], "verbose": True}), "verbose"),
        (model.validate_answer, ("batch", "DescribeJobs", {"jobs": [], "page": 1}), "page"),
        (model.validate_error, ("batch", "DescribeJobs", "ThrottlingException"), "ThrottlingException"),
    ]

    def test_strict_models_reject_what_they_do_not_know(self):
        for check, arguments, word in self.CALLS:
            with self.subTest(check.__name__), self.assertRaisesRegex((model.InvalidInput, model.InvalidAnswer), word):
                check(*arguments)

    def test_lax_models_print_what_they_do_not_know(self):
        for check, arguments, word in self.CALLS:
            printed = io.StringIO()
            with self.subTest(check.__name__), mock.patch.dict(os.environ, {model.LAX_VARIABLE: "1"}):
                with contextlib.redirect_stderr(printed):
                    check(*arguments)
                self.assertIn(word, printed.getvalue())

    def test_lax_models_print_nothing_for_calls_that_they_know(self):
        printed = io.StringIO()
        with mock.patch.dict(os.environ, {model.LAX_VARIABLE: "1"}), contextlib.redirect_stderr(printed):
            model.validate("batch", "DescribeJobs", {"jobs": ["1"]})
        self.assertEqual("", printed.getvalue())
