"""Files of households on the server: which are offered, that nothing else of the disk is reached, and what a run makes of one."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import polars as pl
import pytest
from tests.measures import trees
from tests.measures.test_households import values_of
from tests.patience import PATIENCE_S
from tests.survey.made_up import COMMUNES, households

from tiwizi import store
from tiwizi.core.errors import BadData, Refused
from tiwizi.core.rulebook.subjects import Deprivations
from tiwizi.database.scope import everything, within
from tiwizi.measures import commands, jobs, results, server_files, surveys
from tiwizi.measures.households import mapped, suggested
from tiwizi.measures.models import Dataset, Run
from tiwizi.sources import survey_files
from tiwizi.territories.models import Place

DAY = date(2024, 9, 1)
Tree = dict[str, Place]
HOSTILE = (
    "../secret.parquet",
    "below/inner.parquet",
    "link.parquet",
    "linked/inner.parquet",
    "/etc/passwd",
    "*.parquet",
    "[s]urvey.parquet",
    "survey.parquet/",
    "./survey.parquet",
    "survey.parquet\0",
    ".hidden.parquet",
    "notes.txt",
    "pipe.parquet",
    "a*.parquet",
    "",
)


@pytest.fixture(scope="module")
def rules() -> Deprivations:
    return store.deprivations("indh", DAY)


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    """The folder of the server, with one file to offer and every trap beside it."""
    settings.SURVEYS = tmp_path / "surveys"
    path = server_files.folder()
    households().write_parquet(path / "survey.parquet")
    households().write_parquet(tmp_path / "secret.parquet")
    (tmp_path / "outside").mkdir()
    for inner in (path / "below", tmp_path / "outside"):
        inner.mkdir(exist_ok=True)
        households().write_parquet(inner / "inner.parquet")
    (path / "link.parquet").symlink_to(tmp_path / "secret.parquet")
    (path / "linked").symlink_to(tmp_path / "outside")
    (path / "notes.txt").write_text("not ours", encoding="utf-8")
    households().write_parquet(path / ".hidden.parquet")
    households().write_parquet(path / "a*.parquet")
    os.mkfifo(path / "pipe.parquet")
    return path


def sha256_of(file: server_files.Listed) -> str:
    with server_files.held(file) as held:
        return held.sha256()


def reference(rules: Deprivations, name: str = "survey.parquet", **details: Any) -> surveys.OnServer:
    file = server_files.listed_file(name)
    columns, _rows = survey_files.heading(server_files.folder() / name)
    mapping = suggested(columns, rules) | details.pop("mapping", {})
    told_of: dict[str, Any] = {"rules": rules, "as_of": DAY, "synthetic": False} | details
    return surveys.reference_to(file, sha256_of(file), mapping=mapping, **told_of)


def stored(tree: Tree, file: surveys.OnServer) -> Dataset:
    credit = {"name": "survey", "source": "made up", "licence": ""}
    return commands.store_households(file, place=tree["P1"], by=trees.OFFICER, account=None, at=trees.AT, **credit)


def asked(tree: Tree, datasets: list[Dataset], kind: str = "households") -> Run:
    places = trees.stored(tree["P1"], "places", trees.places_table("P1"))
    return commands.request_run(
        tree["P1"], kind=kind, on=DAY, datasets=[places, *datasets], by=trees.OFFICER, account=None, at=trees.AT
    )


def ran(tree: Tree, file: surveys.OnServer) -> Run:
    with everything():
        return commands.perform(asked(tree, [stored(tree, file)]), by=trees.OFFICER, now=lambda: trees.AT)


def problem_of(run: Run) -> str:
    return str(run.problem) if run.problem else " ".join(str(note) for note in run.notes)


# What is offered


def test_only_plain_files_of_the_folder_itself_are_offered(folder: Path) -> None:
    assert [file.name for file in server_files.listed()] == ["survey.parquet"]
    assert folder.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize("name", HOSTILE)
def test_no_other_name_reaches_anything(folder: Path, name: str) -> None:
    with pytest.raises(Refused, match=r"no file of this name lies in the server's folder of households"):
        server_files.listed_file(name)


def test_a_link_put_in_the_place_of_a_listed_file_is_not_followed(folder: Path) -> None:
    file = server_files.listed_file("survey.parquet")
    swapped(folder)
    with pytest.raises(BadData, match=r"no longer lies on the server"):
        sha256_of(file)


def swapped(folder: Path) -> None:
    """A link to a file outside takes the place of the file that was offered."""
    (folder / "survey.parquet").unlink()
    (folder / "survey.parquet").symlink_to(folder.parent / "secret.parquet")


def test_a_link_put_there_between_the_comparing_and_the_reading_is_never_read(folder: Path) -> None:
    other = households(seed=3).with_columns(commune=pl.lit("secret"))
    other.write_parquet(folder.parent / "secret.parquet")
    sha256 = hashlib.sha256((folder / "survey.parquet").read_bytes()).hexdigest()

    def read(happens: Callable[[Path], object]) -> pl.DataFrame:
        with server_files.unchanged("survey.parquet", sha256) as path:
            happens(folder)
            assert survey_files.heading(path)[1] == households().height
            return pl.DataFrame(survey_files.open_households(path).collect("polars").to_native())

    first = read(lambda _folder: None)
    assert read(swapped).equals(first)
    with pytest.raises(BadData, match=r"no longer lies on the server"), server_files.unchanged("survey.parquet", sha256):
        pass


def test_another_file_moved_there_between_the_comparing_and_the_reading_is_never_read(folder: Path) -> None:
    sha256 = hashlib.sha256((folder / "survey.parquet").read_bytes()).hexdigest()
    with server_files.unchanged("survey.parquet", sha256) as path:
        (folder.parent / "secret.parquet").replace(folder / "survey.parquet")
        assert hashlib.sha256(path.read_bytes()).hexdigest() == sha256


def test_a_file_that_was_held_leaves_nothing_open_and_nothing_behind(folder: Path, settings: Any) -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _turn in range(3):
        sha256_of(server_files.listed_file("survey.parquet"))
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    assert list((Path(settings.HOME) / "spill").iterdir()) == []


def test_a_name_with_signs_of_a_pattern_stands_for_itself_alone(tmp_path: Path) -> None:
    for name in ("[ab].csv", "a.csv"):
        (tmp_path / name).write_text(f"place,people\n{name},1\n", encoding="utf-8")
    rows = survey_files.open_households(tmp_path / "[ab].csv").collect("polars").to_native()
    assert pl.DataFrame(rows)["place"].to_list() == ["[ab].csv"]


def test_a_file_that_is_read_whole_must_not_be_large(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "survey.dta").write_bytes(b"0" * 100)
    monkeypatch.setattr(server_files, "WHOLE_MOST", 99)
    with pytest.raises(Refused, match=r"Save it as Parquet or as CSV"):
        server_files.listed_file("survey.dta")
    assert server_files.listed_file("survey.parquet").size_bytes > 99


# What a run makes of it


def test_a_file_on_the_server_gives_the_figures_that_the_same_rows_sent_give(
    folder: Path, tree: Tree, rules: Deprivations
) -> None:
    run = ran(tree, reference(rules))
    assert run.status == "done", run.problem
    assert run.inputs["households"]["file"]["name"] == "survey.parquet"
    table = households()
    sent = mapped(table, mapping=suggested(table.columns, rules), rules=rules, known=COMMUNES, as_of=DAY)
    with everything():
        other = commands.perform(asked(tree, [trees.brought(sent, tree["P1"])]), by=trees.OFFICER, now=lambda: trees.AT)
        assert run.result_sha256 == other.result_sha256
        assert commands.replay(run).same


@pytest.mark.parametrize("kind", ["csv", "dta", "sav"])
def test_other_kinds_of_files_give_the_same_figures(folder: Path, tree: Tree, rules: Deprivations, kind: str) -> None:
    import pyreadstat

    path = folder / f"other.{kind}"
    table = households().with_columns(pl.col("disability", "electricity").cast(pl.Int64))
    if kind == "csv":
        table.with_columns(water_minutes=pl.col("water_minutes").cast(pl.String)).write_csv(path)
    else:
        getattr(pyreadstat, f"write_{kind}")(table.to_pandas(), str(path))
    run, other = ran(tree, reference(rules, f"other.{kind}")), ran(tree, reference(rules))
    assert run.status == "done", run.problem
    assert values_of(run, "adjusted_headcount") == values_of(other, "adjusted_headcount")


def test_numbers_written_as_text_are_read_and_what_is_no_number_is_missing(folder: Path, tree: Tree, rules: Deprivations) -> None:
    table = households().with_columns(
        pl.col("people").cast(pl.String), water_minutes=pl.format(" {} ", pl.col("water_minutes").cast(pl.Int64))
    )
    table.write_parquet(folder / "text.parquet")
    run, other = ran(tree, reference(rules, "text.parquet")), ran(tree, reference(rules))
    assert values_of(run, "adjusted_headcount") == values_of(other, "adjusted_headcount")
    table.with_columns(people=pl.lit("many")).write_parquet(folder / "wrong.parquet")
    assert "900 rows" in problem_of(ran(tree, reference(rules, "wrong.parquet"))).replace("{count}", "900")


def test_rows_of_other_places_are_left_out_before_anything_is_computed(folder: Path, tree: Tree, rules: Deprivations) -> None:
    own = households()
    strangers = own.head(100).with_columns(commune=pl.lit("P2.1.1"), people=pl.lit(-5), psu=pl.lit("0"), stratum=pl.lit("9"))
    pl.concat([own, strangers], how="vertical_relaxed").write_parquet(folder / "wide.parquet")
    run, other = ran(tree, reference(rules, "wide.parquet")), ran(tree, reference(rules))
    assert run.status == "done", run.problem
    assert run.result_sha256 == other.result_sha256
    assert "'{count} rows of the file {file} are of places outside this run" in problem_of(run)
    assert "'count': 100" in problem_of(run)


def test_a_file_about_other_places_alone_is_refused(folder: Path, tree: Tree, rules: Deprivations) -> None:
    households().with_columns(commune=pl.lit("P2.1.1")).write_parquet(folder / "wide.parquet")
    run = ran(tree, reference(rules, "wide.parquet"))
    assert run.status == "failed"
    assert "no household of the file lives in a place of this run" in problem_of(run)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"people": pl.lit(-1)}, "missing, negative or not finite"),
        ({"commune": pl.when(pl.col("psu") == "1").then(pl.lit(None)).otherwise("commune")}, "rows without {column}"),
        ({"psu": pl.lit("7")}, "strata"),
    ],
)
def test_rows_that_stand_for_nobody_fail_the_run_in_words(
    folder: Path, tree: Tree, rules: Deprivations, change: dict[str, pl.Expr], message: str
) -> None:
    households().with_columns(**change).write_parquet(folder / "wrong.parquet")
    run = ran(tree, reference(rules, "wrong.parquet"))
    assert run.status == "failed"
    assert message in problem_of(run)


@pytest.mark.parametrize(
    ("change", "mapping", "message"),
    [
        ({}, {"place": ""}, r"no column was chosen for: Code of the place"),
        ({}, {"people": "nobody"}, r"there is no column nobody"),
        ({"water_source": pl.lit(3)}, {}, r"column water_source: this column holds number"),
    ],
)
def test_a_wrong_mapping_is_refused_before_anything_is_counted(
    folder: Path, rules: Deprivations, change: dict[str, pl.Expr], mapping: dict[str, str], message: str
) -> None:
    households().with_columns(**change).write_parquet(folder / "wrong.parquet")
    with pytest.raises(BadData, match=message):
        reference(rules, "wrong.parquet", mapping=mapping)


def test_a_csv_that_breaks_half_way_fails_in_words(folder: Path, tree: Tree, rules: Deprivations) -> None:
    table = households(count=60_000).with_columns(pl.col("disability", "electricity").cast(pl.Int64))
    table.write_csv(folder / "broken.csv")
    with (folder / "broken.csv").open("a", encoding="utf-8") as file:
        file.write("1,P1.1.1,3,1.0,0,0,rural,1,many,few,some,well,five,no,none,wood\n")
    run = ran(tree, reference(rules, "broken.csv"))
    assert run.status == "failed"
    assert "it cannot be read" in problem_of(run)


def test_made_up_households_stay_marked(folder: Path, tree: Tree, rules: Deprivations) -> None:
    run = ran(tree, reference(rules, synthetic=True))
    assert "These households are made up" in problem_of(run)


def test_a_change_can_be_told_between_a_file_sent_and_one_on_the_server(folder: Path, tree: Tree, rules: Deprivations) -> None:
    households(seed=8, worse=0.2).write_parquet(folder / "earlier.parquet")
    with everything():
        rounds = [stored(tree, reference(rules)), stored(tree, reference(rules, "earlier.parquet", as_of=date(2014, 9, 1)))]
        run = commands.perform(asked(tree, rounds, "change"), by=trees.OFFICER, now=lambda: trees.AT)
    assert run.status == "done", run.problem
    assert run.inputs["earlier_households"]["file"]["name"] == "earlier.parquet"
    assert (values_of(run, "headcount_ratio_change")["P1"][0] or 0) < 0


# The same file to the last byte


def altered(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("happens", "message"),
    [
        (altered, "has changed: it is not the one that was read"),
        (Path.unlink, "no longer lies on the server"),
    ],
)
def test_a_replay_says_plainly_that_the_file_is_another(
    folder: Path, tree: Tree, rules: Deprivations, happens: Callable[[Path], None], message: str
) -> None:
    run = ran(tree, reference(rules))
    happens(folder / "survey.parquet")
    with everything():
        replayed = commands.replay(run)
        again = commands.perform(asked(tree, [stored(tree, surveys_of(run))]), by=trees.OFFICER, now=lambda: trees.AT)
    assert [message in difference.text() for difference in replayed.differences] == [True]
    assert again.pk == run.pk


def surveys_of(run: Run) -> surveys.OnServer:
    kept_file = surveys.on_server(bytes(Dataset.objects.get(pk=run.inputs["households"]["id"]).content))
    assert kept_file is not None
    return kept_file


def test_a_file_that_changes_while_it_is_read_gives_no_result(folder: Path, rules: Deprivations) -> None:
    content = reference(rules).packed()

    def read_while_it_changes() -> None:
        with surveys.households_of(content, COMMUNES) as read:
            read.frame.collect("polars")
            households(seed=3).write_parquet(folder / "survey.parquet")

    with pytest.raises(BadData, match=r"has changed"):
        read_while_it_changes()


def test_a_run_can_be_stopped_while_the_file_is_compared(folder: Path, tree: Tree, rules: Deprivations) -> None:
    with everything():
        run = asked(tree, [stored(tree, reference(rules))])
        contents = commands._contents(run)
        Run.objects.filter(pk=run.pk).update(status="running")
        heard: list[float] = []

        def stopping(share: float) -> None:
            """Somebody stops the run as soon as the comparing is under way, and the job tells how far it is."""
            heard.append(share)
            if share > 0.1:
                commands.stop(Run.objects.get(pk=run.pk), by=trees.OFFICER, at=trees.AT)
            commands._note_progress(run, share)

        with pytest.raises(Refused, match=r"ended by somebody else"):
            results.computed(contents, kind="households", place="P1", on=DAY, seed=1, progress=stopping)
        assert Run.objects.get(pk=run.pk).status == "stopped"
        assert max(heard) < 0.8


def test_a_file_on_the_server_is_read_for_no_place_beyond_the_scope(folder: Path, tree: Tree, rules: Deprivations) -> None:
    with everything():
        places = trees.stored(tree["P1"], "places", trees.places_table("P1"))
    facts = {"credit": {"name": "s", "source": "s", "licence": ""}, "tree": places, "place": tree["P1"], "on": DAY}
    whole, part = trees.scope_at(tree["P1"]), trees.scope_at(tree["P1.1"])
    account = trees.person(tree["P1"], "analyst")
    said_by: dict[str, Any] = {"account": account, "by": trees.OFFICER, "at": trees.AT}
    with within(part), pytest.raises(Refused, match=r"only for a place that you see whole"):
        jobs.measure_households(reference(rules), **facts, **said_by)  # type: ignore[arg-type]
    with within(whole):
        assert jobs.measure_households(reference(rules), **facts, **said_by).status == "waiting"  # type: ignore[arg-type]


# Any size


def test_rows_are_read_within_the_memory_allowed(folder: Path, rules: Deprivations, monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine is allowed less memory than the columns that are read would take at once, and refuses to hold them all."""
    many = pl.concat([households(seed=seed, count=3000) for seed in range(60)])
    pl.concat([many] * 5).with_columns(household=pl.int_range(pl.len())).write_parquet(
        folder / "many.parquet", row_group_size=20_000
    )
    monkeypatch.setattr(surveys, "MEMORY", "32MB")
    content = reference(rules, "many.parquet").packed()
    with survey_files.connection(memory="32MB", threads=1) as held:
        held.execute("SET max_temp_directory_size = '0KB'")
        with pytest.raises(duckdb.OutOfMemoryException):
            held.execute("CREATE TEMP TABLE held AS SELECT * FROM read_parquet(?)", [str(folder / "many.parquet")])
    with surveys.households_of(content, COMMUNES) as read:
        sums = read.frame.group_by("place").agg(people=nw.col("people").sum()).collect("polars")
    assert sums.shape == (3, 2)


CHILD = """
import resource, sys
resource.setrlimit(resource.RLIMIT_DATA, (int(sys.argv[3]), int(sys.argv[3])))
from datetime import date
import os
os.environ["TIWIZI_HOME"], os.environ["TIWIZI_SURVEYS"] = sys.argv[1], sys.argv[2]
os.environ["DJANGO_SETTINGS_MODULE"] = "tiwizi.web.settings"
import django
django.setup()
from tests.survey.made_up import places
from tiwizi import store
from tiwizi.measures import household_results, server_files, surveys
from tiwizi.measures.households import suggested
from tiwizi.sources import survey_files
book = store.rulebook("indh").on(date(2024, 9, 1))
one = server_files.listed_file("many.parquet")
with server_files.held(one) as held:
    columns, _rows = survey_files.heading(held.path)
    sha256 = held.sha256()
rules = book.deprivations
told = surveys.reference_to(one, sha256, mapping=suggested(columns, rules), rules=rules,
    as_of=date(2024, 9, 1), synthetic=False)
surveys.MEMORY = "256MB"
figures, _flags, _notes = household_results.poverty_of(told.packed(), places(), book, source="made up")
print(figures.filter((figures["place"] == "P1") & (figures["measure"] == "headcount_ratio"))["value"][0] is not None)
"""


@pytest.mark.long
def test_two_million_households_are_measured_within_a_gigabyte(tmp_path: Path) -> None:
    (tmp_path / "surveys").mkdir()
    some = households(count=20_000)
    path = tmp_path / "surveys" / "many.parquet"
    some.write_parquet(tmp_path / "some.parquet")
    survey_files.connection().execute(
        f"COPY (SELECT one.* FROM read_parquet('{tmp_path / 'some.parquet'}') AS one, range(100)) TO '{path}' (FORMAT parquet)"
    )
    assert survey_files.heading(path)[1] == 2_000_000
    done = subprocess.run(
        [sys.executable, "-c", CHILD, str(tmp_path / "home"), str(tmp_path / "surveys"), str(2**30)],
        capture_output=True,
        text=True,
        check=True,
        timeout=2 * PATIENCE_S,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout.strip() == "True"
