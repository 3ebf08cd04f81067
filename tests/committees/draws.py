"""What the machine of procedures draws from: amounts about the ceilings, halls full and thin, whole sessions."""

from datetime import date

from hypothesis import strategies as some

PROJECT = 300_000_00
"""The ceiling a project of the first act of the local committee; that of the year is twice and a half as much."""
AMOUNTS = (PROJECT, PROJECT, PROJECT - 1, PROJECT + 1, 150_000_00, 150_000_01, 900_000_00)
START = date(2026, 11, 20)
FULL, MIXED, THIN = ["present"], ["present", "present", "deputy", "none"], ["present", "none", "none"]
ATTENDANCE = some.sampled_from([FULL, FULL, MIXED, THIN]).flatmap(
    lambda crowd: some.lists(some.sampled_from(crowd), min_size=5, max_size=5)
)
MOVES = some.lists(
    some.tuples(
        some.integers(0, 4),
        some.sampled_from(["left", "left", "absent", "away", "proxy", "deputy", "present"]),
        some.integers(0, 4),
    ),
    min_size=1,
    max_size=4,
)
EXODUS = [(seat, "left", 0) for seat in (2, 3, 4)]
"""More than half leave, the chair and the second stay."""
PROJECTS = some.lists(
    some.tuples(some.sampled_from(AMOUNTS), some.sampled_from(["water", "water", "road", "school"])), min_size=1, max_size=3
)
CHOICES = some.sampled_from([*["yes"] * 5, "no", "no", "abstain", ""])
MEETINGS = some.fixed_dictionaries(
    {
        "there": ATTENDANCE,
        "choices": some.lists(CHOICES, min_size=5, max_size=5),
        "recused": some.sampled_from([None, None, 0, 1, 4]),
        "secret": some.sampled_from([False, False, False, True]),
        "moves": some.sampled_from([some.just([]), some.just([]), MOVES, some.just(EXODUS)]).flatmap(lambda drawn: drawn),
        "amended": some.sampled_from([False, False, False, True]),
        "closes": some.sampled_from([True, True, False]),
    }
)
SITTINGS = some.fixed_dictionaries(
    {
        "asks": some.sampled_from(
            ["project", "project", "project", "revocation", "revocation", "call_back", "delegation", "nothing"]
        ),
        "projects": PROJECTS,
        "which": some.sampled_from([0, 0, 1, 2]),
        "meeting": MEETINGS,
    }
)
