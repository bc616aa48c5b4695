"""Demonstrations, inside a sandbox that is up: each starts one piece of work that must fail, and watches.

They start that work and do nothing else; what follows is done by the deployed functions. They then check what they claim,
and fail when any of it is not so.
"""
