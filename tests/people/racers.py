"""Run as a program of its own: several people confirm the same invitation at the same moment, eight times over."""

import json
import sys
import threading

import django

ROUNDS = 8


def main() -> None:
    """Prints how many confirmations held in each round, and how many entries the journal has of them."""
    django.setup()
    from django.db import connection, transaction
    from tests import trees
    from tests.trees import AT, MACHINE, of

    from tiwizi.core.errors import Refused
    from tiwizi.database import scope
    from tiwizi.journal.models import Entry
    from tiwizi.people import commands
    from tiwizi.people.models import Account, Invitation

    with transaction.atomic():
        tree = trees.tree()
        admin = trees.account("admin@example.org")
        others = [trees.account(f"chair{number}@example.org") for number in range(3)]
    confirmed = []
    for number in range(ROUNDS):
        with scope.within(of(tree.province)):
            email = f"new{number}@example.org"
            made = commands.invite(email=email, name="N", kind="chair", place=tree.near, by=MACHINE, account=admin, at=AT)
        start = threading.Barrier(len(others))
        won: list[str] = []

        def confirm(
            account: Account, invitation: Invitation = made.invitation, start: threading.Barrier = start, won: list[str] = won
        ) -> None:
            connection.ensure_connection()
            start.wait()
            try:
                with scope.within(of(tree.province)):
                    won.append(str(commands.confirm(invitation, by=MACHINE, account=account, at=AT).token))
            except Refused:
                pass
            finally:
                connection.close()

        threads = [threading.Thread(target=confirm, args=[account]) for account in others]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        confirmed.append(len(won))
    with scope.everything():
        entries = Entry.objects.filter(command="confirm invitation").count()
    sys.stdout.write(json.dumps({"confirmed": confirmed, "entries": entries}))


if __name__ == "__main__":
    main()
