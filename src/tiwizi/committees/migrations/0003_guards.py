"""What holds the tables of committees: constraints, what may only be added to, and the walls around them."""

from django.db import migrations, models

from tiwizi.database.scope import AppendOnly, Wall


class Migration(migrations.Migration):
    """Constraints, indexes, append-only triggers, row-level security."""

    dependencies = [("committees", "0002_sessions")]

    operations = [
        migrations.AddConstraint(
            model_name="body",
            constraint=models.CheckConstraint(
                condition=models.Q(("until", None), ("until__gt", models.F("since")), _connector="OR"), name="body_lifetime"
            ),
        ),
        migrations.AddConstraint(
            model_name="attendance",
            constraint=models.UniqueConstraint(fields=("activity", "body"), name="attendance_once"),
        ),
        migrations.AddConstraint(
            model_name="activity",
            constraint=models.CheckConstraint(
                condition=models.Q(("held_on", None), ("given_up_on", None), _connector="OR"), name="activity_held_or_given_up"
            ),
        ),
        migrations.AddConstraint(
            model_name="carrier",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name_ar", ""), _negated=True), models.Q(("name_fr", ""), _negated=True), _connector="OR"
                ),
                name="carrier_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="ceilinguse",
            constraint=models.UniqueConstraint(fields=("act", "year"), name="ceiling_once"),
        ),
        migrations.AddConstraint(
            model_name="ceilinguse",
            constraint=models.CheckConstraint(condition=models.Q(("used__gte", 0)), name="ceiling_used"),
        ),
        migrations.AddConstraint(
            model_name="ceilinguse",
            constraint=models.CheckConstraint(
                condition=models.Q(("ceiling", None), ("used__lte", models.F("ceiling")), _connector="OR"), name="ceiling_held"
            ),
        ),
        migrations.AddConstraint(
            model_name="amendment",
            constraint=models.UniqueConstraint(fields=("item", "number"), name="amendment_once"),
        ),
        migrations.AddIndex(
            model_name="matter",
            index=models.Index(fields=["state", "position"], name="matter_by_state"),
        ),
        migrations.AddConstraint(
            model_name="matter",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="matter_amount"),
        ),
        migrations.AddConstraint(
            model_name="matter",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("title_ar", ""), _negated=True), models.Q(("title_fr", ""), _negated=True), _connector="OR"
                ),
                name="matter_titled",
            ),
        ),
        migrations.AddConstraint(
            model_name="document",
            constraint=models.UniqueConstraint(fields=("matter", "sha256"), name="document_once"),
        ),
        migrations.AddConstraint(
            model_name="person",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("name_ar", ""), _negated=True), models.Q(("name_fr", ""), _negated=True), _connector="OR"
                ),
                name="person_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.CheckConstraint(
                condition=models.Q(("until", None), ("until__gt", models.F("since")), _connector="OR"), name="mandate_lifetime"
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until", None)), fields=("body", "person"), name="mandate_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="mandate",
            constraint=models.UniqueConstraint(
                condition=models.Q(("chair", True), ("until", None)), fields=("body",), name="one_chair"
            ),
        ),
        migrations.AddConstraint(
            model_name="deputy",
            constraint=models.CheckConstraint(
                condition=models.Q(("until", None), ("until__gt", models.F("since")), _connector="OR"), name="deputy_lifetime"
            ),
        ),
        migrations.AddConstraint(
            model_name="deputy",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until", None)), fields=("mandate", "person"), name="deputy_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="poll",
            constraint=models.UniqueConstraint(fields=("item", "number"), name="poll_number_once"),
        ),
        migrations.AddConstraint(
            model_name="poll",
            constraint=models.UniqueConstraint(condition=models.Q(("result", "")), fields=("item",), name="poll_open_once"),
        ),
        migrations.AddIndex(
            model_name="resolution",
            index=models.Index(fields=["position", "-decided_on"], name="resolution_by_day"),
        ),
        migrations.AddConstraint(
            model_name="resolution",
            constraint=models.CheckConstraint(
                condition=models.Q(("result__in", ("adopted", "rejected"))), name="resolution_result"
            ),
        ),
        migrations.AddConstraint(
            model_name="resolution",
            constraint=models.UniqueConstraint(fields=("matter",), name="resolved_once"),
        ),
        migrations.AddConstraint(
            model_name="callback",
            constraint=models.UniqueConstraint(fields=("matter", "body"), name="called_back_once"),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.CheckConstraint(condition=models.Q(("amount__gte", 0)), name="approval_amount"),
        ),
        migrations.AddConstraint(
            model_name="act",
            constraint=models.CheckConstraint(
                condition=models.Q(("until", None), ("until__gt", models.F("since")), _connector="OR"), name="act_lifetime"
            ),
        ),
        migrations.AddConstraint(
            model_name="act",
            constraint=models.CheckConstraint(
                condition=models.Q(("since__gte", models.F("signed_on"))), name="act_not_before_signed"
            ),
        ),
        migrations.AddConstraint(
            model_name="act",
            constraint=models.CheckConstraint(condition=models.Q(("last__gte", models.F("first"))), name="act_territory"),
        ),
        migrations.AddConstraint(
            model_name="revocation",
            constraint=models.CheckConstraint(
                condition=models.Q(("since__gte", models.F("signed_on"))), name="revocation_not_before_signed"
            ),
        ),
        migrations.AddIndex(
            model_name="session",
            index=models.Index(fields=["body", "-day"], name="session_by_day"),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.UniqueConstraint(fields=("body", "number"), name="session_number_once"),
        ),
        migrations.AddConstraint(
            model_name="session",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "cancelled"), _negated=True), fields=("repeats",), name="repeated_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="minutes",
            constraint=models.UniqueConstraint(fields=("session", "language", "number", "media"), name="minutes_once"),
        ),
        migrations.AddConstraint(
            model_name="minutes",
            constraint=models.UniqueConstraint(fields=("code", "language", "media"), name="minutes_code"),
        ),
        migrations.AddConstraint(
            model_name="letter",
            constraint=models.UniqueConstraint(fields=("session", "mandate", "way"), name="letter_once"),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.UniqueConstraint(fields=("session", "number"), name="item_number_once"),
        ),
        migrations.AddConstraint(
            model_name="item",
            constraint=models.UniqueConstraint(fields=("session", "matter"), name="item_matter_once"),
        ),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.UniqueConstraint(fields=("session", "number", "capacity"), name="signature_once"),
        ),
        migrations.AddConstraint(
            model_name="tie",
            constraint=models.CheckConstraint(
                condition=models.Q(("until", None), ("until__gt", models.F("since")), _connector="OR"), name="tie_lifetime"
            ),
        ),
        migrations.AddConstraint(
            model_name="tie",
            constraint=models.UniqueConstraint(
                condition=models.Q(("until", None)), fields=("person", "carrier", "kind"), name="tie_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="vote",
            constraint=models.UniqueConstraint(fields=("poll", "mandate"), name="vote_once"),
        ),
        migrations.AddConstraint(
            model_name="vote",
            constraint=models.CheckConstraint(condition=models.Q(("choice__in", ("yes", "no", "abstain"))), name="vote_choice"),
        ),
        AppendOnly("committees_document"),
        AppendOnly("committees_presence"),
        AppendOnly("committees_vote"),
        AppendOnly("committees_papers"),
        AppendOnly("committees_resolution"),
        AppendOnly("committees_act"),
        AppendOnly("committees_revocation"),
        AppendOnly("committees_callback"),
        AppendOnly("committees_approval"),
        AppendOnly("committees_minutes"),
        AppendOnly("committees_signature"),
        AppendOnly("committees_letter"),
        Wall("committees_person"),
        Wall("committees_mandate"),
        Wall("committees_deputy"),
        Wall("committees_carrier"),
        Wall("committees_tie"),
        Wall("committees_activity"),
        Wall("committees_attendance"),
        Wall("committees_session"),
        Wall("committees_matter"),
        Wall("committees_document"),
        Wall("committees_item"),
        Wall("committees_presence"),
        Wall("committees_amendment"),
        Wall("committees_poll"),
        Wall("committees_vote"),
        Wall("committees_papers"),
        Wall("committees_ceilinguse"),
        Wall("committees_approval"),
        Wall("committees_minutes"),
        Wall("committees_signature"),
        Wall("committees_letter"),
        Wall("committees_body", published=True),
        Wall("committees_resolution", published=True),
        Wall("committees_act", published=True),
        Wall("committees_revocation", published=True),
        Wall("committees_callback", published=True),
    ]
