"""The minutes of a session: what the secretary adds to the record, the files, who signed, the seal, and corrections."""

from typing import Any

from tiwizi.committees.models import Scan
from tiwizi.committees.pages.minutes import minutes_acts
from tiwizi.office.answers import language


class MinutesPage(minutes_acts.MinutesRoom):
    """GET shows the texts, the files and what comes next; POST writes, signs or corrects, for who may."""

    template = "committees/pages/minutes/minutes.html"
    acts = (
        minutes_acts.WriteMinutes,
        minutes_acts.SignAsSecretary,
        minutes_acts.SignAsChair,
        minutes_acts.ConfirmScan,
        minutes_acts.AttachScan,
        minutes_acts.CorrectMinutes,
        minutes_acts.WriteTexts,
    )

    def context(self) -> dict[str, Any]:
        chair, session = self.chair, self.object
        scans = Scan.objects.filter(session=session.pk, number=self.number).defer("content").order_by("-pk")
        return {
            "session": session,
            "body": self.body,
            "code": next((row.code for row in self.files if row.number == self.number), ""),
            "chair": chair.name(language()) if chair else "",
            "somebody_else": chair is not None and self.request.user.name.strip() not in (chair.name_ar, chair.name_fr),
            "scans": [(scan, self.acts_on(scan, "scan")) for scan in scans],
        }


minutes = MinutesPage.view()
