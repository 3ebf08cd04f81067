"""A place in a table of places: what lies above it, and all below."""

import polars as pl


def below(code: str, places: pl.DataFrame) -> list[str]:
    """Codes of the place and of all below it; a parent stands before its children in the table."""
    found = {code}
    for place, parent in places.select("place", "parent").iter_rows():
        if parent in found:
            found.add(place)
    return list(found)


def above(code: str, places: pl.DataFrame) -> pl.DataFrame:
    """The places above this one, from the top down."""
    parent = dict(places.select("place", "parent").iter_rows())
    chain: list[str] = []
    upper = parent[code]
    while upper is not None:
        chain.append(upper)
        upper = parent[upper]
    order = {place: index for index, place in enumerate(reversed(chain))}
    return places.filter(pl.col("place").is_in(chain)).sort(
        pl.col("place").replace_strict(order, return_dtype=pl.Int64, default=-1)
    )
