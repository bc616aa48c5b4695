"""Proves in a real AWS account what only an account can prove. The command is scripts/acceptance."""
