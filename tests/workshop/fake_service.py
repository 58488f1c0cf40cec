"""A stand-in for one service of `workshop start`: answers HTTP, may start a child, ends as it is told to.

    python fake_service.py PORT [--ignore-signals] [--child] [--die WORDS] [--never-answer]

It writes its process ids to its output, a line each.
"""

import http.server
import os
import signal
import subprocess
import sys
import time


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        if self.path == "/die":
            print("about to fail", flush=True)
            os._exit(9)

    def log_message(self, *args):
        pass


def main(port, *options):
    if "--die" in options:
        print(options[options.index("--die") + 1], flush=True)
        sys.exit(5)
    if "--ignore-signals" in options:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
    print(f"pid {os.getpid()}", flush=True)
    if "--child" in options:
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        print(f"pid {child.pid}", flush=True)
    if "--never-answer" in options:
        time.sleep(600)
    http.server.ThreadingHTTPServer(("127.0.0.1", int(port)), Handler).serve_forever()


main(*sys.argv[1:])
