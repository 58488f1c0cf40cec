"""The Lambda service: execution environments as processes, fed over the public Runtime API."""
