"""Whole numbers beside quotas, water-filling, levelling down, shares in millionths."""

from collections.abc import Sequence
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tiwizi.core.arithmetic import in_proportion, largest_remainder, largest_share, level_down, smallest_share, water_fill

counts = st.lists(st.integers(0, 60), min_size=1, max_size=8)


# Examples


def test_largest_remainders_are_served_first() -> None:
    assert in_proportion(10, [145, 340, 515]) == [2, 3, 5]  # 1.45, 3.40, 5.15


def test_equal_remainders_are_served_in_the_order_given() -> None:
    assert in_proportion(4, [1, 1, 1]) == [2, 1, 1]


def test_water_filling_by_hand() -> None:
    # 100 by 1:2:7 is 10, 20, 70; the cap of 50 frees 20, shared 1:2, and the low of 18 takes from the second.
    numerators, denominator = water_fill(100, [1, 2, 7], [18, 0, 0], [50, 50, 50])
    assert [Fraction(numerator, denominator) for numerator in numerators] == [18, 32, 50]


def test_a_weight_of_zero_gets_its_low() -> None:
    numerators, denominator = water_fill(10, [0, 1], [3, 0], [10, 10])
    assert [Fraction(numerator, denominator) for numerator in numerators] == [3, 7]


def test_levelling_down_by_hand() -> None:
    # Two people lacking 10 and three lacking 4: 17 brings the two from 10 to 4 (12), then all five down by 1 (5).
    numerators, denominator, level = level_down(17, [2, 3], [10, 4])
    assert [Fraction(numerator, denominator) for numerator in numerators] == [14, 3]
    assert level == 3


def test_shares_are_found_to_the_millionth() -> None:
    assert smallest_share(lambda share: share * 3 >= 1) == Fraction(333334, 10**6)
    assert largest_share(lambda share: share * 3 <= 1) == Fraction(333333, 10**6)
    assert smallest_share(lambda share: share >= 1) == 1
    assert largest_share(lambda share: share <= 0) == 0


def test_nothing_to_share_is_over_one() -> None:
    assert water_fill(3, [0], [3], [9]) == ([3], 1)
    assert level_down(0, [], []) == ([], 1, Fraction(0))


# Laws


@given(counts, st.integers(0, 10**9))
def test_numbers_stand_beside_their_quotas_and_keep_the_sum(weights: list[int], total: int) -> None:
    assume(any(weights))
    numbers = in_proportion(total, weights)
    quotas = [Fraction(total * weight, sum(weights)) for weight in weights]
    assert sum(numbers) == total
    assert all(abs(number - quota) < 1 for number, quota in zip(numbers, quotas, strict=True))
    rounded_up = [quota % 1 for number, quota in zip(numbers, quotas, strict=True) if number > quota]
    rounded_down = [quota % 1 for number, quota in zip(numbers, quotas, strict=True) if number < quota]
    assert not rounded_up or not rounded_down or min(rounded_up) >= max(rounded_down)


@given(st.data())
def test_a_quota_that_rises_alone_never_loses_whatever_the_others_lose(data: st.DataObject) -> None:
    denominator = data.draw(st.integers(1, 40))
    before = data.draw(st.lists(st.integers(0, 200), min_size=2, max_size=8))
    before[0] += -sum(before) % denominator
    losses = [data.draw(st.integers(0, quota)) for quota in before[1:]]
    after = [before[0] + sum(losses), *(quota - loss for quota, loss in zip(before[1:], losses, strict=True))]
    place = data.draw(st.integers(0, len(before) - 1))  # ties are broken by order, so its position matters

    def moved(quotas: list[int]) -> list[int]:
        return [*quotas[1 : place + 1], quotas[0], *quotas[place + 1 :]]

    assert largest_remainder(moved(after), denominator)[place] >= largest_remainder(moved(before), denominator)[place]


@given(st.data())
def test_water_finds_one_level(data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 20), st.integers(0, 40)), min_size=1, max_size=8))
    weights, lows = [row[0] for row in rows], [row[1] for row in rows]
    highs = [low + extra for _, low, extra in rows]
    most = sum(high if weight else low for weight, low, high in zip(weights, lows, highs, strict=True))
    total = data.draw(st.integers(sum(lows), most))
    numerators, denominator = water_fill(total, weights, lows, highs)
    amounts = [Fraction(numerator, denominator) for numerator in numerators]
    assert sum(amounts) == total
    assert all(low <= amount <= high for low, amount, high in zip(lows, amounts, highs, strict=True))
    _assert_one_level(amounts, weights, lows, highs)


def _assert_one_level(amounts: list[Fraction], weights: list[int], lows: list[int], highs: list[int]) -> None:
    """The optimality of clip(level * weight, low, high): who is above its low is at the level or below it, and conversely."""
    rows = [row for row in zip(amounts, weights, lows, highs, strict=True) if row[1]]
    above_low = [amount / weight for amount, weight, low, _ in rows if amount > low]
    below_high = [amount / weight for amount, weight, _, high in rows if amount < high]
    assert not above_low or not below_high or max(above_low) <= min(below_high)
    assert all(amount == low for amount, weight, low in zip(amounts, weights, lows, strict=True) if not weight)


@given(counts, st.data())
def test_levelling_down_leaves_nobody_deeper_than_the_level(depths: list[int], data: st.DataObject) -> None:
    sizes = data.draw(st.lists(st.integers(0, 9), min_size=len(depths), max_size=len(depths)))
    total = data.draw(st.integers(0, sum(size * depth for size, depth in zip(sizes, depths, strict=True))))
    numerators, denominator, level = level_down(total, sizes, depths)
    left = [
        depth - Fraction(amount, denominator * size)
        for amount, size, depth in zip(numerators, sizes, depths, strict=True)
        if size
    ]
    assert sum(numerators) == total * denominator
    assert left == [min(depth, level) for size, depth in zip(sizes, depths, strict=True) if size]


# Refusals


def test_quotas_without_a_whole_sum_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^the quotas do not sum to a whole number$"):
        largest_remainder([1, 1], 3)


@pytest.mark.parametrize(("lows", "highs"), [([6, 6], [9, 9]), ([0, 0], [4, 4])])
def test_a_total_out_of_reach_is_refused(lows: Sequence[int], highs: Sequence[int]) -> None:
    with pytest.raises(ValueError, match=r"^no level gives the total$"):
        water_fill(10, [1, 1], lows, highs)


def test_each_size_has_its_depth() -> None:
    with pytest.raises(ValueError, match="shorter"):
        level_down(1, [1, 2], [1])
