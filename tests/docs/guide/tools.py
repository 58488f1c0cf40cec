"""The tools that look at the guide: each an add-on of the clone, from a lock file with hashes."""

import os
import shutil
from pathlib import Path

from workshop.addons import npm
from workshop.addons.install import Addon, installed, run

HERE = Path(__file__).parent
CHROMIUM = "chromium"
# The package unpacks its libraries only where it takes the machine for Lambda's; any bare Linux needs them.
AS_ON_LAMBDA = "AWS_Lambda_nodejs24.x"
UNPACK = "import('@sparticuz/chromium').then(({default: chromium}) => chromium.executablePath())"


def checks(clone, say):
    """A folder whose node_modules holds axe-core and playwright-core."""
    return installed(addon("checks", "axe and Playwright", "5 MB to fetch, 18 MB on disk"), clone, say)


def spelling(clone, say):
    """A folder whose node_modules holds cspell with its dictionaries."""
    return installed(addon("spelling", "cspell", "5 MB to fetch, 15 MB on disk"), clone, say)


def chromium(clone, say):
    """A folder with `chromium`, a headless one for Linux on x86-64, the libraries it needs, and a font."""
    size = "70 MB to fetch, 220 MB on disk"
    return installed(addon(CHROMIUM, "a headless Chromium", size, unpacked), clone, say) / CHROMIUM


def addon(name, title, size, after=lambda folder: None):
    """The npm project in the folder `name` beside this file; after: what is done with its packages."""

    def make(folder):
        npm.install(title, HERE / name, folder)
        after(folder)

    return Addon(f"guide-{name}", title, size, HERE / name / "package-lock.json", make)


def unpacked(folder):
    """Unpacks what the package brings, into `folder`/chromium, and removes the package."""
    home = folder / CHROMIUM
    home.mkdir()
    environment = {**os.environ, "TMPDIR": str(home), "AWS_EXECUTION_ENV": AS_ON_LAMBDA}
    run("a headless Chromium", [str(npm.node()), "--eval", UNPACK], folder, environment)
    shutil.rmtree(folder / "node_modules")
