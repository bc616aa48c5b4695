"""IAM for the functions in the sandbox: every call that a function makes is made with its own role's session, and is answered
only where the policies that CloudFormation gave that role allow it. Everybody else's calls do not come here.

The policies are evaluated by @cloud-copilot/iam-simulate, with resources and with the conditions whose keys `calls` names.
What is left out: signatures, trust policies, resource policies, session policies, boundaries, organizations.
"""
