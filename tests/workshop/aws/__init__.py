"""The AWS account as a target, tested behind the host names of AWS (tests/aws_door.py)."""
