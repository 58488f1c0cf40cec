"""Who is calling, and may they?"""

from sandbox.iam.authorise import Denied, authorise
from sandbox.iam.caller import Caller
from sandbox.iam.judge import told

__all__ = ["Caller", "Denied", "authorise", "told"]
