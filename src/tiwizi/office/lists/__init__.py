"""A list page from one declaration: its table, filters, sorts and pages, and the same columns as CSV, XLSX, JSON and Parquet."""

from tiwizi.office.lists.columns import (
    Cell,
    Coded,
    Column,
    Day,
    Flag,
    Link,
    Moment,
    Money,
    Name,
    Number,
    PerPage,
    Template,
    Text,
    Words,
    in_language,
    in_words,
)
from tiwizi.office.lists.filters import Choice, Filter, Search, Typed, Year
from tiwizi.office.lists.page import Action, ListPage, Sort

__all__ = [
    "Action",
    "Cell",
    "Choice",
    "Coded",
    "Column",
    "Day",
    "Filter",
    "Flag",
    "Link",
    "ListPage",
    "Moment",
    "Money",
    "Name",
    "Number",
    "PerPage",
    "Search",
    "Sort",
    "Template",
    "Text",
    "Typed",
    "Words",
    "Year",
    "in_language",
    "in_words",
]
