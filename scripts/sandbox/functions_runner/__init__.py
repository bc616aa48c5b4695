"""AWS Lambda and its event source mappings for functions deployed into the sandbox.

The handlers run in a real JVM under the real Lambda runtime client. What stands in for AWS here is the Runtime API
that the client talks to, and the poller between a queue and a function. Left out: more than one execution environment
of a function at a time, asynchronous invocation, versions and aliases, layers, SnapStart.
"""
