"""IAM for the functions in the sandbox.

A function calls AWS with the session of its own role. A call is answered only if the policies that CloudFormation gave
that role allow it. Calls of others do not come here. @cloud-copilot/iam-simulate evaluates the policies, with resources
and with the condition keys that `api_calls` provides.

Not emulated: signatures, trust policies, resource policies, session policies, permission boundaries, organizations.
"""
