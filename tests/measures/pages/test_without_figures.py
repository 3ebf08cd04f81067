"""Pages of an office that has no run yet: they say what to do next. The files of their own tests share runs."""

from tests.measures.pages.test_explorer import Tree, client_of


def test_an_office_without_figures_says_what_to_do(tree: Tree) -> None:
    page = client_of(tree["P1"]).get("/measures/").content.decode()
    assert 'href="/measures/runs/new/"' in page
    assert client_of(tree["P1"], "reader").get("/measures/values.json").json() == {"classes": [], "values": {}}


def test_a_place_without_a_run_says_so(tree: Tree) -> None:
    answer = client_of(tree["P1"]).get("/measures/places/P1.1.1/")
    assert answer.status_code == 200
    assert "tw-empty" in answer.content.decode()
    assert 'href="/measures/runs/new/"' in answer.content.decode(), "and what to do"
    assert "/measures/runs/new/" not in client_of(tree["P1"], "reader").get("/measures/places/P1.1.1/").content.decode()
    assert client_of(tree["P1.1"]).get("/measures/places/P1.1.1/chart.svg").status_code == 404
