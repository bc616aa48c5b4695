"""Demonstrations inside a sandbox: each one starts a workload that must fail, and observes it.

They do nothing else; everything that follows is done by the deployed functions. Each one then verifies its claims, and
fails if one does not hold.
"""
