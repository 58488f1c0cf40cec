"""Local AWSs side by side: black-box probes of facts recorded on AWS, and what each costs to have."""
