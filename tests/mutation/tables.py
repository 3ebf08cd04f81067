"""Asked for before the tests of a group: what serves the whole session, and the tables, are made once, for all mutants."""


def test_what_serves_the_session_is_made() -> None:
    """It is, or this fails."""


def test_the_tables_are_made(db: None) -> None:
    """They are, or this fails."""
