"""AWS Lambda and its event source mappings for functions deployed into the sandbox.

The handlers run in a real JVM under the real Lambda runtime client. Emulated are the Runtime API, to which that client
connects, and the poller between a queue and a function.

Not emulated: more than one execution environment of a function at a time, asynchronous invocation, versions and aliases,
layers, SnapStart.
"""
