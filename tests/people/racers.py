"""Run as a program of its own: three people do the same act at the same moment, ROUNDS times.

`confirm` one invitation, `invite` one address, `accept` one link, `accept two` invitations of one address, `give role`,
`create account`.
"""

import json
import sys
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import django

ROUNDS = 3
PEOPLE = 3


def main(act: str) -> None:
    """Prints how many succeeded and were refused in each round, and what the journal has of them."""
    django.setup()
    from django.db import transaction
    from tests import trees
    from tests.trees import of

    from tiwizi.database import scope
    from tiwizi.journal.models import Entry

    with transaction.atomic():
        tree = trees.tree()
        people = [trees.account(f"chair{number}@example.org") for number in range(PEOPLE)]
    done, refused = [], []
    for number in range(ROUNDS):
        with transaction.atomic(), scope.within(of(tree.province)):
            acting = acts(act, tree, people, f"new{number}@example.org")
        outcomes = at_once(acting, of(tree.province))
        done.append(outcomes.count("done"))
        refused.append(outcomes.count("refused"))
    with scope.everything():
        entries = Counter(Entry.objects.exclude(command="change rows").values_list("command", flat=True))
    sys.stdout.write(json.dumps({"done": done, "refused": refused, "entries": entries}))


def acts(act: str, tree: Any, people: list[Any], email: str) -> list[Callable[[], object]]:
    """What each of the people does in one round."""
    from tests import trees
    from tests.trees import AT, MACHINE, ON

    from tiwizi.people import commands

    phrase = "cedar-falcon-olive-71"

    def invite(kind: str, account: Any = people[0]) -> commands.Invited:
        return commands.invite(email=email, name="N", kind=kind, place=tree.near, by=MACHINE, account=account, at=AT)

    def accept(token: str) -> object:
        return commands.accept(token, passphrase=phrase, on=ON, at=AT)

    if act == "confirm":
        inviter = trees.account(f"inviter-of-{email}")
        invitation = invite("chair", inviter).invitation
        return [lambda one=one: commands.confirm(invitation, by=MACHINE, account=one, at=AT) for one in people]  # type: ignore[misc]
    if act == "invite":
        return [lambda one=one: invite("reader", one) for one in people]  # type: ignore[misc]
    if act == "accept":
        token = str(invite("reader").token)
        return [lambda: accept(token)] * PEOPLE
    if act == "accept two":
        tokens = [str(invite("reader").token), str(invite("analyst").token)]
        return [lambda: accept(tokens[0]), lambda: accept(tokens[1]), lambda: accept(tokens[1])]
    if act == "give role":
        who = trees.account(email)
        return [lambda: commands.give_role(who, kind="reader", place=tree.near, since=ON, by=MACHINE, at=AT)] * PEOPLE
    return [lambda: commands.create_account(email=email, name="N", passphrase=phrase, at=AT, by=MACHINE)] * PEOPLE


def at_once(acting: list[Callable[[], object]], scope_of: Any) -> list[str]:
    """What came of acts that were let go at the same moment, each by a thread with a connection of its own."""
    from django.db import connection

    from tiwizi.core.errors import Refused
    from tiwizi.database import scope

    start = threading.Barrier(len(acting))
    outcomes: list[str] = []

    def run(one: Callable[[], object]) -> None:
        connection.ensure_connection()
        start.wait()
        try:
            with scope.within(scope_of):
                one()
            outcomes.append("done")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[one]) for one in acting]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


if __name__ == "__main__":
    main(sys.argv[1])
