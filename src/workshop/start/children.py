"""The processes of `workshop start`, each behind a lifeline."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from workshop.start import lifeline
from workshop.start.services import Service

GRACE_SECONDS = 8.0
"""How long a service may take to end before it is killed."""


class Child:
    """One running service. Its output goes to `log`."""

    def __init__(self, service: Service, log: Path, grace: float = GRACE_SECONDS) -> None:
        self.service = service
        self.log = log
        log.parent.mkdir(parents=True, exist_ok=True)
        log.write_bytes(b"")
        reading, self._lifeline = os.pipe()
        wrapper = (sys.executable, "-I", "-S", lifeline.__file__)
        how = (str(reading), str(int(service.stop_signal)), str(grace))
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [*wrapper, *how, *service.command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=dict(service.environment),
                cwd=service.folder,
                pass_fds=(reading,),
                start_new_session=True,
            )
        os.close(reading)

    def ask_to_end(self) -> None:
        """Closes the lifeline; the wrapper does the rest. A second call does nothing."""
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1

    def wait(self) -> int:
        """The exit code of the service, once it has ended; 128 + n after signal n."""
        return self._process.wait()

    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def last_lines(self, count: int = 15) -> list[str]:
        """The last lines of what the service wrote."""
        return self.log.read_text(errors="replace").splitlines()[-count:]
