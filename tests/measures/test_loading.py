"""The published figures of Khénifra loaded into an office: places, census, distances, one run."""

from datetime import date

import pytest
from tests.measures.trees import AT, OFFICER

from tiwizi.core.errors import BadData
from tiwizi.database.scope import everything
from tiwizi.measures import commands, loading
from tiwizi.measures.models import Figure, Run
from tiwizi.sources import hcp_douars, morocco
from tiwizi.territories.models import Place


def plant(codes: list[tuple[str, str, str]]) -> None:
    """Places in the order of their codes, under one another by position."""
    for slot, (code, level, arabic) in enumerate(codes):
        position = 0 if slot == 0 else slot * 10
        Place.objects.create(
            code=code, level=level, slot=slot, position=position, last=10**6 if slot == 0 else position, name_ar=arabic,
            since=date(2015, 3, 5), source="HCP", folded="", sort_ar=arabic, sort_fr="",
        )  # fmt: skip


@pytest.fixture
def khenifra_places(db: None) -> None:
    """The province with its cercles and communes, and one of its douars only."""
    rows = morocco.places("05.301").select("place", "level", "name_ar").rows()
    province = [row for row in rows if row[1] == "province"]
    rest = [row for row in rows if row[1] != "province"]
    douar = hcp_douars.douars("05.301").select("place", "level", "name_ar").rows()[:1]
    with everything():
        plant([*province, *rest, *douar])


def test_the_census_of_a_province_is_loaded_measured_and_replayed(khenifra_places: None) -> None:
    with everything():
        run = loading.census_run("05.301", by=OFFICER, account=None, at=AT)
        assert (run.status, run.problem) == ("done", None)
        communes = Figure.objects.filter(run=run, measure="illiterate_people", level="commune")
        assert communes.count() == 22
        province = Figure.objects.get(run=run, measure="illiterate_people", level="province")
        assert province.value == sum(communes.values_list("value", flat=True))
        years = Figure.objects.filter(run=run, measure="electricity_share", level="province").values_list(
            "as_of__year", flat=True
        )
        assert sorted(years) == [2014, 2024]
        assert Figure.objects.filter(run=run, level="douar", measure="population").count() == 1
        assert commands.replay(run).same
        again = loading.census_run("05.301", by=OFFICER, account=None, at=AT)
        assert (again.pk, Run.objects.count()) == (run.pk, 1)


def test_a_place_that_the_office_does_not_know_is_refused(db: None) -> None:
    with everything(), pytest.raises(BadData, match="the office has no place"):
        loading.census_run("05.301", by=OFFICER, account=None, at=AT)
