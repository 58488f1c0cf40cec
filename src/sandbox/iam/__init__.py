"""Who is calling, and may they?"""

from sandbox.iam.authorise import authorise
from sandbox.iam.caller import Caller

__all__ = ["Caller", "authorise"]
