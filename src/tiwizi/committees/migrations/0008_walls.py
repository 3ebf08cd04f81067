"""What is over stays as it was: closed sessions, settled matters, declared votes, ceilings that were used."""

from django.db import migrations

from tiwizi.database.walls import ALWAYS, Refuse, changed

OVER = "('closed', 'lapsed', 'cancelled')"
SETTLED = "('adopted', 'rejected', 'withdrawn')"
SESSION_OVER = f"EXISTS (SELECT 1 FROM committees_session WHERE id = {{row}}.session_id AND state IN {OVER})"
ITEM_OVER = (
    "EXISTS (SELECT 1 FROM committees_item JOIN committees_session ON committees_session.id = committees_item.session_id "
    f"WHERE committees_item.id = NEW.item_id AND state IN {OVER})"
)
DECLARED = "EXISTS (SELECT 1 FROM committees_poll WHERE id = NEW.poll_id AND result <> '')"
IDENTITY = "id position body_id number repeats_id by_id at"
COURSE = "day hour hall_ar hall_fr state sitting rulebook_version sent_on opened_at closed_at presiding_id lacking"
MATTER = "id position code kind place_id place_code by_id at"
TEXT = (
    "title_ar title_fr text_ar text_fr programme axis project_kind amount carrier_id fulfils state majority secret reserved "
    "rulebook_version subject payload opened"
)


class Migration(migrations.Migration):
    """Triggers of both engines, on rows that may change until something settles them."""

    dependencies = [("committees", "0007_seal_by_two")]

    operations = [
        Refuse(
            "committees_session",
            "a session that is over is frozen, and none is removed",
            update=f"{changed(IDENTITY)} OR (OLD.state IN {OVER} AND {changed(COURSE)})",
            delete=ALWAYS,
        ),
        Refuse(
            "committees_matter",
            "a settled matter is frozen, and none is removed",
            update=f"{changed(MATTER)} OR (OLD.state IN {SETTLED} AND {changed(TEXT)})",
            delete=ALWAYS,
        ),
        Refuse(
            "committees_item",
            "the agenda of a session that is over, and an item taken up, are frozen",
            insert=SESSION_OVER.format(row="NEW"),
            update=f"{changed('id position session_id matter_id')} OR ({changed('number taken_up')} AND "
            f"(OLD.taken_up OR {SESSION_OVER.format(row='OLD')}))",
            delete=f"OLD.taken_up OR {SESSION_OVER.format(row='OLD')}",
        ),
        Refuse(
            "committees_amendment",
            "a settled amendment is frozen, and none is removed",
            insert=ITEM_OVER,
            update=f"OLD.state <> 'waiting' OR {changed('id position item_id number by_mandate_id')}",
            delete=ALWAYS,
        ),
        Refuse("committees_poll", "a vote of a session that is over is frozen", insert=ITEM_OVER),
        Refuse("committees_vote", "a declared vote is frozen", insert=DECLARED),
        Refuse("committees_papers", "a declared vote is frozen", insert=DECLARED),
        Refuse(
            "committees_presence",
            "the register of a session that is over is frozen",
            insert=SESSION_OVER.format(row="NEW"),
        ),
        Refuse(
            "committees_ceilinguse",
            "what was used of a ceiling is frozen, and only grows",
            update=f"NEW.used < OLD.used OR {changed('id position act_id year ceiling')}",
            delete=ALWAYS,
        ),
        Refuse("committees_body", "a committee is never removed", update=changed("id position code"), delete=ALWAYS),
        Refuse("committees_person", "a person of the register is never removed", update=changed("id position"), delete=ALWAYS),
        Refuse("committees_carrier", "a carrier of the register is never removed", update=changed("id position"), delete=ALWAYS),
        Refuse(
            "committees_activity",
            "an activity held or given up is frozen, and none is removed",
            update=f"{changed('id position body_id kind year')} OR ((OLD.held_on IS NOT NULL OR OLD.given_up_on IS NOT NULL) "
            f"AND {changed('title planned_on planned_people held_on given_up_on why_given_up')})",
            delete=ALWAYS,
        ),
    ]
