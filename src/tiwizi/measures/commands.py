"""Storing tables, asking for runs, performing and replaying them."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import polars as pl
from django.db import IntegrityError, transaction
from django.utils import timezone

from tiwizi import __version__, store
from tiwizi.core.errors import BadData, Problem, Refused, Sentence, TiwiziError, packed, refuse, say, say_count
from tiwizi.core.rulebook.rulebook import Rulebook
from tiwizi.core.tables import MEASURES, TABLES
from tiwizi.database import states
from tiwizi.journal.commands import Actor
from tiwizi.measures import households, results, rules, surveys
from tiwizi.measures.models import Dataset, Figure, Run
from tiwizi.office.commands import record
from tiwizi.people.models import Account
from tiwizi.sources import texts
from tiwizi.territories.models import Place

ABANDONED = timedelta(minutes=15)
"""A run that has not ended after this time was stopped with its server: it may be requested again."""
BATCH = 5000
SERVER = Actor(account="server", role="")
"""The actor when no person asked: the office itself."""


def store_dataset(
    content: pl.DataFrame | bytes,
    *,
    table: str,
    name: str,
    source: str,
    licence: str,
    place: Place,
    by: Actor,
    account: Account | None,
    at: datetime,
) -> Dataset:
    """A table of core.tables (a frame, or Parquet) stored as bytes for runs of this place; the same bytes are stored once.
    Raises BadData where it is not such a table, with every problem.
    """
    if table not in TABLES:
        raise Refused(
            _problem(say("no table is called {table}.", table=table), say("Name one of: {known}.", known=", ".join(TABLES)))
        )
    frame = (
        results.frame_of(content, table)
        if isinstance(content, bytes)
        else texts.frame_checked(TABLES[table].check(content), name)
    )
    credit = {"name": name[:200], "source": source[:300], "licence": licence[:60]}
    return _stored(results.as_bytes(frame), frame.height, table, credit, place, by=by, account=account, at=at)


def store_households(
    mapped: households.MappedFile | surveys.OnServer,
    *,
    name: str,
    source: str,
    licence: str,
    place: Place,
    by: Actor,
    account: Account | None,
    at: datetime,
) -> Dataset:
    """Mapped households (see `households.mapped`) stored as bytes for runs of this place; the same bytes are stored once. Of
    a file on the server only the reference is stored: its rows stay where they are.
    """
    if isinstance(mapped, surveys.OnServer):
        content, rows = mapped.packed(), mapped.rows or 0
    else:
        content, rows = results.as_bytes(mapped.frame), mapped.frame.height
    credit = {"name": name[:200], "source": source[:300], "licence": licence[:60]}
    return _stored(content, rows, rules.HOUSEHOLDS, credit, place, by=by, account=account, at=at)


def stop(run: Run, *, by: Actor, at: datetime) -> Run:
    """The stopped run: a waiting one never begins, one under way discards its results.

    Raises Refused where it has ended by itself.
    """
    with states.held(run, lambda live: rules.why_not_stop(live.status)) as live:
        Run.objects.filter(pk=live.pk).update(status=rules.STOPPED, finished_at=at)
        _recorded("measures.stop", live, by=by, at=at, before={"status": live.status}, after={"status": rules.STOPPED})
    return _fresh(run)


def _stored(
    content: bytes,
    rows: int,
    table: str,
    credit: Mapping[str, str],
    place: Place,
    *,
    by: Actor,
    account: Account | None,
    at: datetime,
) -> Dataset:
    sha256 = hashlib.sha256(content).hexdigest()
    same = Dataset.objects.filter(place=place, table=table, sha256=sha256)
    known: Dataset | None = same.defer("content").first()
    if known is not None:
        return known
    made = Dataset(
        position=place.position, place=place, table=table, content=content, sha256=sha256, rows=rows, by=account, at=at
    )
    made.name, made.source, made.licence = credit["name"], credit["source"], credit["licence"]
    try:
        with transaction.atomic():
            made.save(force_insert=True)
            after = {"table": table, "name": made.name, "rows": rows, "sha256": sha256}
            record("measures.store_dataset", made, by=by, at=at, place=place.code, after=after)
    except IntegrityError:
        # Another request stored the same bytes in between.
        there: Dataset = same.get()
        return there
    return made


def request_run(
    place: Place,
    *,
    on: date,
    datasets: Sequence[Dataset],
    by: Actor,
    account: Account | None,
    at: datetime,
    kind: str = "census",
    rulebook: Rulebook | None = None,
    seed: int = rules.SEED,
) -> Run:
    """A run waiting to be performed; or an existing one that is, or will be, identical to the last bit.

    `on` is the day whose rules hold. Raises Refused with every reason, BadRulebook for rules that have no value on that day.
    """
    elsewhere = [dataset.name for dataset in datasets if dataset.place_id != place.pk]
    inputs_of = _named(datasets, kind)
    refuse(rules.why_not_request(kind=kind, tables=[table for table, _one in inputs_of], elsewhere=elsewhere))
    book = rulebook or store.own()
    book.on(on)
    with transaction.atomic():
        credit = {"name": book.name, "source": "Tiwizi", "licence": ""}
        rulebook_dataset = _stored(
            results.rulebook_bytes(book), len(book.texts), rules.RULEBOOK, credit, place, by=by, account=account, at=at
        )
        inputs = {
            table: _input(dataset)
            for table, dataset in sorted([*inputs_of, (rules.RULEBOOK, rulebook_dataset)], key=lambda pair: pair[0])
        }
        fingerprint = rules.fingerprint(
            kind=kind,
            place=place.code,
            inputs={table: facts["sha256"] for table, facts in inputs.items()},
            rulebook_version=book.version,
            code_version=__version__,
            seed=seed,
            on=on,
        )
        return _same(place, fingerprint, at) or _requested(
            Run(
                position=place.position,
                reach=place.last,
                place=place,
                place_code=place.code,
                kind=kind,
                on=on,
                rulebook=book.name,
                rulebook_version=book.version,
                code_version=__version__,
                seed=seed,
                inputs=inputs,
                fingerprint=fingerprint,
                status=rules.WAITING,
                by=account,
                at=at,
            ),
            by,
        )


def _named(datasets: Sequence[Dataset], kind: str) -> list[tuple[str, Dataset]]:
    """Each dataset by the name of its table; of two rounds of households, the one of the earlier day is the first."""
    rounds = [dataset for dataset in datasets if dataset.table == rules.HOUSEHOLDS]
    if kind != "change" or len(rounds) != 2:
        return [(dataset.table, dataset) for dataset in datasets]
    first = min(rounds, key=lambda dataset: surveys.as_of(bytes(dataset.content)))
    return [(rules.EARLIER if dataset is first else dataset.table, dataset) for dataset in datasets]


def _same(place: Place, fingerprint: str, at: datetime) -> Run | None:
    alike = Run.objects.held().filter(place=place, fingerprint=fingerprint)
    done: Run | None = alike.filter(status=rules.DONE).first()
    return done or alike.filter(status__in=(rules.WAITING, rules.RUNNING), at__gt=at - ABANDONED).first()


def _requested(run: Run, by: Actor) -> Run:
    run.save(force_insert=True)
    after = {"kind": run.kind, "on": run.on.isoformat(), "fingerprint": run.fingerprint, "status": run.status}
    _recorded("measures.request_run", run, by=by, at=run.at, after=after)
    return run


def _input(dataset: Dataset) -> dict[str, Any]:
    facts = {
        "id": dataset.pk,
        "name": dataset.name,
        "source": dataset.source,
        "licence": dataset.licence,
        "rows": dataset.rows,
        "sha256": dataset.sha256,
    }
    file = surveys.on_server(bytes(dataset.content)) if dataset.table == rules.HOUSEHOLDS else None
    return facts if file is None else facts | {"file": {"name": file.name, "size_bytes": file.size_bytes, "sha256": file.sha256}}


def perform(run: Run, *, by: Actor, now: Callable[[], datetime] = timezone.now) -> Run:
    """The run done or failed, with its figures; one begun by another worker is left to it.

    Figures and the word `done` come in one transaction: a result is never partial. After a failure only the problem is
    stored with the run.
    """
    begun = now()
    with transaction.atomic():
        if not Run.objects.filter(pk=run.pk, status=rules.WAITING).update(status=rules.RUNNING):
            return _fresh(run)
        before, after = {"status": rules.WAITING}, {"status": rules.RUNNING}
        _recorded("measures.begin", run, by=by, at=begun, before=before, after=after)
    try:
        contents = _contents(run)
        made = results.computed(
            contents,
            kind=run.kind,
            place=run.place_code,
            on=run.on,
            seed=run.seed,
            progress=lambda share: _note_progress(run, share),
        )
        _finish(run, made, by=by, now=now)
    except TiwiziError as error:
        _fail(run, error.problems, by=by, at=now())
    except Exception:
        _fail(run, [_problem(say("the program stopped."), say("Tell who looks after the server."))], by=by, at=now())
        raise
    return _fresh(run)


def leave(run: Run, *, at: datetime) -> None:
    """A run under way whose program died becomes failed, with its reason; one that has ended is left as it is."""
    reason = _problem(
        say("the program that computed this run was stopped before its end; nothing of it was kept."),
        say("Ask for the run again: the tables that it reads are still there."),
    )
    _fail(run, [reason], by=SERVER, at=at)


def _note_progress(run: Run, share: float) -> None:
    """Notes the progress of a run. Raises Refused when it was stopped."""
    if not Run.objects.filter(pk=run.pk, status=rules.RUNNING).update(progress=share):
        raise Refused(_problem(say("this run was ended by somebody else.")))


def _fresh(run: Run) -> Run:
    current: Run = Run.objects.get(pk=run.pk)
    return current


def _contents(run: Run) -> dict[str, bytes]:
    """The stored bytes of the inputs. Raises BadData for bytes other than those that the run named."""
    contents, problems = {}, []
    stored = {dataset.pk: dataset for dataset in Dataset.objects.filter(pk__in=[facts["id"] for facts in run.inputs.values()])}
    for table, facts in {rules.RULEBOOK: {"id": 0, "sha256": ""}, **run.inputs}.items():
        dataset = stored.get(facts["id"])
        content = bytes(dataset.content) if dataset is not None else b""
        if hashlib.sha256(content).hexdigest() == facts["sha256"]:
            contents[table] = content
        else:
            problems.append(_problem(say("the bytes of the table {table} are not those that the run read.", table=table)))
    if problems:
        raise BadData(problems)
    return contents


def _finish(run: Run, made: results.Computed, *, by: Actor, now: Callable[[], datetime]) -> None:
    # As much as possible is done beforehand: during the transaction SQLite blocks other writers.
    rows = _figures(run, made)
    done = {
        "status": rules.DONE,
        "result_sha256": rules.result_sha256(made.figures, made.flags),
        "figures": len(rows),
        "notes": [packed(note) for note in made.notes],
        "finished_at": now(),
    }
    with transaction.atomic():
        # Locked until its figures are stored: once it is done none can be added.
        if not Run.objects.select_for_update().filter(pk=run.pk, status=rules.RUNNING).exists():
            raise Refused(_problem(say("this run was ended by somebody else.")))
        Figure.objects.bulk_create(rows, batch_size=BATCH)
        Run.objects.filter(pk=run.pk).update(**done)
        after = {"status": rules.DONE, "result_sha256": done["result_sha256"], "figures": len(rows)}
        _recorded("measures.perform", run, by=by, at=now(), before={"status": rules.RUNNING}, after=after)


def _figures(run: Run, made: results.Computed) -> list[Figure]:
    """The rows to write. Raises BadData for a place inside the run's that the office does not know."""
    places = _places(run)
    figures = made.figures.join(made.flags, on=MEASURES.key, how="left", maintain_order="left")
    missing = [code for code in figures["place"].unique().sort() if code not in places]
    if missing:
        raise BadData(
            _problem(
                say_count(
                    "{count} place of the result is not among the office's: {code}.",
                    "{count} places of the result are not among the office's, the first is {code}.",
                    count=len(missing),
                    code=missing[0],
                ),
                say("Import these places first, or leave their rows out of the tables."),
            )
        )
    names = figures.columns
    rows = []
    for values in figures.iter_rows():
        row = dict(zip(names, values, strict=True))
        place_id, position, level = places[row.pop("place")]
        rows.append(Figure(run_id=run.pk, place_id=place_id, position=position, level=level, **row))
    return rows


def _places(run: Run) -> dict[str, tuple[int, int, str]]:
    """For each code in the run's place, the place with this code on the day of the run, else the latest one with it."""
    inside = Place.objects.filter(position__gte=run.position, position__lte=run.reach).order_by("since")
    by_code: dict[str, tuple[int, int, str]] = {}
    held: set[str] = set()
    for code, pk, position, level, since, until in inside.values_list("code", "pk", "position", "level", "since", "until"):
        on_that_day = since <= run.on and (until is None or run.on < until)
        if on_that_day or code not in held:
            by_code[code] = (pk, position, level)
        if on_that_day:
            held.add(code)
    return by_code


def _fail(run: Run, problems: Sequence[Problem], *, by: Actor, at: datetime) -> None:
    with transaction.atomic():
        packed = [rules.packed_problem(problem) for problem in problems]
        if Run.objects.filter(pk=run.pk, status=rules.RUNNING).update(status=rules.FAILED, problem=packed, finished_at=at):
            after = {"status": rules.FAILED}
            _recorded("measures.perform", run, by=by, at=at, before={"status": rules.RUNNING}, after=after)


@dataclass(frozen=True)
class Replayed:
    """Whether the result was identical; if not, every difference."""

    differences: tuple[Sentence, ...]

    @property
    def same(self) -> bool:
        """Whether nothing differs."""
        return not self.differences


def replay(run: Run) -> Replayed:
    """Whether a finished run gives the same result again from its stored inputs: inputs, rules, result and stored figures
    are compared. Changes nothing."""
    run = states.asked(run, lambda live: rules.why_not_replay(live.status))
    warned = kept_flags(run)
    if rules.result_sha256(kept_figures(run), warned) == run.result_sha256:
        differences = []
    else:
        differences = [say("The figures kept are not those that were computed: a row was changed, added or removed.")]
    try:
        contents = _contents(run)
        book = results.rulebook_of(contents[rules.RULEBOOK])
        again = results.computed(contents, kind=run.kind, place=run.place_code, on=run.on, seed=run.seed)
    except TiwiziError as error:
        return Replayed((*differences, *(problem.what for problem in error.problems)))
    inputs = {table: facts["sha256"] for table, facts in run.inputs.items()}
    facts = {"rulebook_version": book.version, "code_version": run.code_version, "seed": run.seed, "on": run.on}
    if rules.fingerprint(kind=run.kind, place=run.place_code, inputs=inputs, **facts) != run.fingerprint:  # type: ignore[arg-type]
        differences.append(say("The fingerprint is not that of these inputs and rules."))
    # Runs from before warnings were stored have none: only their figures are compared.
    if rules.result_sha256(again.figures, again.flags if warned.height else None) != run.result_sha256:
        differences.append(_other_result(run))
    return Replayed(tuple(differences))


def _other_result(run: Run) -> Sentence:
    if run.code_version != __version__:
        return say(
            "Version {now} computes another result than version {then} did: the changelog says why.",
            now=__version__,
            then=run.code_version,
        )
    return say("Computed again, the result is another one.")


def kept_figures(run: Run) -> pl.DataFrame:
    """The figures of a run inside the scope, as the MEASURES table."""
    names = [name for name in MEASURES.schema if name != "place"]
    rows = Figure.objects.filter(run=run.pk).values_list("place_id", *names)
    codes = dict(Place.objects.filter(position__gte=run.position, position__lte=run.reach).values_list("pk", "code"))
    frame = pl.DataFrame(
        [(codes.get(row[0], ""), *row[1:]) for row in rows],
        schema={"place": pl.String, **{name: MEASURES.schema[name] for name in names}},
        orient="row",
    )
    return frame.select(*MEASURES.schema)


def kept_flags(run: Run) -> pl.DataFrame:
    """The warnings of a run's figures inside the scope, as FLAGS."""
    rows = Figure.objects.filter(run=run.pk, flag__isnull=False).values_list("place_id", *MEASURES.key[1:], "flag")
    codes = dict(Place.objects.filter(position__gte=run.position, position__lte=run.reach).values_list("pk", "code"))
    return pl.DataFrame([(codes.get(row[0], ""), *row[1:]) for row in rows], schema=rules.FLAGS, orient="row")


def _recorded(
    command: str,
    run: Run,
    *,
    by: Actor,
    at: datetime,
    before: Mapping[str, object] | None = None,
    after: Mapping[str, object] | None = None,
) -> None:
    record(command, run, by=by, at=at, place=run.place_code, before=before, after=after)


def _problem(what: Sentence, remedy: Sentence | None = None) -> Problem:
    return Problem(what=what, remedy=remedy)
