"""What measures declare: words of runs in the journal, runs that wait, the section of measures."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from tiwizi.core.errors import mark, say
from tiwizi.measures.models import Dataset, Run
from tiwizi.registration import App, Case, Question, Row, Section, Task
from tiwizi.territories.models import Place

RUN = Row(Run, where={"kind": "census"})
POOR = Row(Run, where={"kind": "households"})


def runs(_account: int, _at: datetime) -> Iterator[Task]:
    """Figures to compute, and runs under way."""
    if not Run.objects.held().filter(status="done").exists():
        yield Task(say("Run the measures"), say("No figures were computed for your places yet."), reverse("run_new"))
    for run in Run.objects.held().filter(status__in=("waiting", "running"))[:5]:
        yield Task(
            say("Run {number} is under way", number=run.pk),
            say("Its figures appear when it is done."),
            reverse("run", args=[run.pk]),
        )


APP = App(
    acts={
        "measures.store_dataset": mark("stored a table"),
        "measures.request_run": mark("asked for a run"),
        "measures.begin": mark("began to compute a run"),
        "measures.perform": mark("computed a run"),
        "measures.stop": mark("stopped a run"),
    },
    kinds={
        "dataset": mark("table"),
        "run": mark("run"),
    },
    sections=(Section(20, "measures.see", "explorer", _("Measures")),),
    questions=(Question(40, "measures.run", runs),),
    cases={
        **dict.fromkeys(("place", "place_chart"), Case((Row(Place, "code"),))),
        **dict.fromkeys(("run", "run_replay", "run_stop"), Case((RUN,))),
        **dict.fromkeys(("poverty", "poverty_chart"), Case((POOR,))),
        "dataset": Case((Row(Dataset),)),
    },
)
