"""The real SAM CLI, started fast: on Linux it is forked from a process that has imported its commands.

They take two seconds of processor time to import, each time that somebody types `sam`.
"""

import atexit
import functools
import subprocess
import sys

from tests.forking import Forks

PRELOAD = """
import samcli.cli.main
import samcli.commands.build.build_context
import samcli.commands.build.command
import samcli.commands.delete.delete_context
import samcli.commands.deploy.command
import samcli.commands.deploy.deploy_context
import samcli.commands.list.stack_outputs.stack_outputs_context
import samcli.commands.logs.logs_context
import samcli.commands.package.package_context
import samcli.commands.remote.remote_invoke_context
"""


@functools.cache
def _forks(command):
    forks = Forks(command.with_name("python"), [], PRELOAD)
    atexit.register(forks.end)
    return forks


def sam(command, arguments, folder, environ, seconds):
    """Exit code, and all that was said. command: the path of `sam`, in an environment of its own."""
    if sys.platform == "linux":
        return _forks(command).run([str(command), *arguments], folder, environ, seconds)
    done = subprocess.run(
        [command, *arguments],
        cwd=folder,
        env=environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=seconds,
        check=False,
    )
    return done.returncode, done.stdout
