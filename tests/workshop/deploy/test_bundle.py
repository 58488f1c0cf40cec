"""Node.js functions that esbuild bundles, as `sam build` does."""

import io
import zipfile

import pytest

from tests.addons import on_demand
from workshop.addons.bundler import esbuild
from workshop.deploy import FellShort
from workshop.deploy.package import packages
from workshop.deploy.template import read

TEMPLATE = """\
Resources:
  F:
    Type: AWS::Serverless::Function
    Metadata:
      BuildMethod: esbuild
      BuildProperties: %s
    Properties:
      CodeUri: src
      Handler: app.handler
      Runtime: nodejs22.x
"""
APP = "import { greet } from './greet.mjs';\nexport const handler = async () => greet();\n"


@pytest.fixture(scope="session")
def bundler():
    return on_demand(esbuild)


@pytest.fixture
def bundled(tmp_path, bundler):
    """`bundled(properties)`: the files of the archive, by name."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.mjs").write_text(APP)
    (tmp_path / "src" / "greet.mjs").write_text("export const greet = () => 'hello from elsewhere';\n")

    def bundle(properties):
        (tmp_path / "template.yaml").write_text(TEMPLATE % properties)
        (package,) = packages(read(tmp_path / "template.yaml"), lambda: bundler)
        archive = zipfile.ZipFile(io.BytesIO(package.content))
        return {name: archive.read(name).decode() for name in archive.namelist()}

    bundle.folder = tmp_path / "src"
    return bundle


def test_one_file_holds_all_and_is_minified_common_js(bundled):
    files = bundled("{EntryPoints: [app.mjs]}")
    assert list(files) == ["app.js"]
    assert "hello from elsewhere" in files["app.js"]
    assert "exports" in files["app.js"]
    assert len(files["app.js"].splitlines()) == 1


def test_build_properties_are_esbuilds_options(bundled):
    properties = (
        "{EntryPoints: [app.mjs], Format: esm, Minify: false, Sourcemap: true, OutExtension: [.js=.mjs]}"
    )
    files = bundled(properties)
    assert sorted(files) == ["app.mjs", "app.mjs.map"]
    assert "export {" in files["app.mjs"]


def test_the_same_code_makes_the_same_archive(bundled):
    assert bundled("{EntryPoints: [app.mjs]}") == bundled("{EntryPoints: [app.mjs]}")


def test_an_entry_point_without_ending_may_be_typescript(bundled):
    (bundled.folder / "typed.ts").write_text("export const handler = async (event: object) => event;\n")
    assert list(bundled("{EntryPoints: [typed]}")) == ["typed.js"]


def test_what_the_runtime_brings_can_be_bundled_or_left_out(bundled):
    source = "import { DynamoDBClient } from '@aws-sdk/client-dynamodb';\nexport const c = DynamoDBClient;\n"
    (bundled.folder / "sdk.mjs").write_text(source)
    whole = bundled("{EntryPoints: [sdk.mjs]}")["sdk.js"]
    left_out = bundled('{EntryPoints: [sdk.mjs], External: ["@aws-sdk/*"]}')["sdk.js"]
    assert len(whole) > 100_000
    assert 'require("@aws-sdk/client-dynamodb")' in left_out
    assert len(left_out) < 2_000


@pytest.mark.parametrize(
    ("properties", "found"),
    [
        ("{Minify: true}", "EntryPoints: None"),
        ("{EntryPoints: [none.mjs]}", "no file none.mjs"),
        ("{EntryPoints: [broken.mjs]}", "esbuild says"),
        ("{EntryPoints: [needs.mjs]}", 'Could not resolve "left-pad-of-nowhere"'),
    ],
)
def test_what_cannot_be_bundled_is_told(bundled, properties, found):
    (bundled.folder / "broken.mjs").write_text("export const handler = (\n")
    (bundled.folder / "needs.mjs").write_text("import 'left-pad-of-nowhere';\n")
    with pytest.raises(FellShort) as problem:
        bundled(properties)
    assert found in problem.value.found
