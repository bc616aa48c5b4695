"""Emulators of the AWS services that moto does not run for real."""
