from datetime import date, timedelta

from ofrecord.web.drawing import Bar, Drawing, Lane, Period, history, lane, term

TODAY = date(2026, 11, 22)
DAY = timedelta(days=1)


def until_near_expiration() -> list[Period]:
    return [
        Period("Self-service", date(2026, 5, 1), date(2027, 1, 29), "good"),
        Period("With the renewal", date(2027, 1, 30), date(2027, 5, 30), "warn"),
    ]


def ends(bar: Bar) -> float:
    return bar.x + bar.width


def test_a_term_shows_how_much_of_it_is_over() -> None:
    drawn = term(date(2026, 11, 20), date(2026, 11, 23), TODAY)
    assert (drawn.done, drawn.now) == (50, 50)


def test_a_term_that_is_over_or_yet_to_begin_has_no_today() -> None:
    over = term(date(2025, 1, 1), TODAY - DAY, TODAY)
    ahead = term(TODAY + DAY, date(2027, 12, 31), TODAY)
    assert (over.done, over.now) == (100, None)
    assert (ahead.done, ahead.now) == (0, None)


def test_a_term_includes_its_last_day() -> None:
    assert term(TODAY, TODAY, TODAY).now == 0


def test_bars_follow_one_another_without_gap_and_fill_the_lane() -> None:
    first, second = lane(until_near_expiration(), TODAY).bars
    assert first.x == 0
    assert abs(ends(first) - second.x) < 0.02
    assert abs(ends(second) - 100) < 0.02


def test_today_lies_in_the_period_that_contains_it() -> None:
    drawn = lane(until_near_expiration(), TODAY)
    first, second = drawn.bars
    assert drawn.now is not None
    assert first.x < drawn.now < second.x


def test_a_period_without_an_end_leaves_room_after_what_is_known() -> None:
    periods = [*until_near_expiration(), Period("Expired", date(2027, 5, 31), None)]
    last = lane(periods, TODAY).bars[-1]
    assert last.width > 5
    assert abs(ends(last) - 100) < 0.02


def test_every_boundary_and_today_is_marked_once() -> None:
    drawn = lane(until_near_expiration(), TODAY, [(date(2027, 4, 30), "ends")])
    assert [(mark.day, mark.label, mark.now) for mark in drawn.marks] == [
        (TODAY, "", True),
        (date(2027, 1, 30), "", False),
        (date(2027, 4, 30), "ends", False),
    ]


def test_the_year_is_written_where_it_changes_only() -> None:
    drawn = lane(until_near_expiration(), TODAY, [(date(2027, 4, 30), "ends")])
    assert [mark.with_year for mark in drawn.marks] == [False, True, False]


def test_labels_that_would_touch_go_on_different_lines() -> None:
    close = [(TODAY + 3 * DAY, ""), (TODAY + 6 * DAY, "")]
    drawn = lane(until_near_expiration(), TODAY, close)
    near = [mark for mark in drawn.marks if mark.day <= TODAY + 6 * DAY]
    assert sorted(mark.wide for mark in near) == [0, 1, 2]
    assert drawn.lines["narrow"] >= drawn.lines["wide"] >= 3


def test_todays_line_does_not_cross_a_label() -> None:
    started = [Period("Self-service", TODAY - 10 * DAY, TODAY + 300 * DAY, "good")]
    drawn = lane(started, TODAY)
    bar = drawn.bars[0]
    assert drawn.now is not None
    assert bar.x + bar.indent * bar.width / 100 >= drawn.now - 0.02


def test_a_label_too_long_for_its_bar_is_left_to_the_words_beneath() -> None:
    short = Period("With the next financial transaction", TODAY + DAY, TODAY + 4 * DAY)
    assert lane([Period("A", None, TODAY), short], TODAY).bars[1].fits == "never"


def history_of(*periods: Period) -> Drawing:
    return history([Lane("Distributor", periods)], TODAY)


def test_a_role_that_nobody_held_is_drawn_as_none() -> None:
    drawn = history_of(
        Period("Halden", date(2022, 1, 1), date(2023, 1, 31)),
        Period("Brightline", date(2023, 3, 1), date(2024, 12, 31)),
    )
    told = [(bar.period.label, bar.period.start, bar.period.end) for bar in drawn.bars]
    assert told[1] == ("none", date(2023, 2, 1), date(2023, 2, 28))
    assert told[3] == ("none", date(2025, 1, 1), None)


def test_partners_who_follow_one_another_have_nothing_between_them() -> None:
    drawn = history_of(
        Period("Halden", date(2022, 1, 1), date(2023, 1, 31)),
        Period("Brightline", date(2023, 2, 1), None),
    )
    assert [bar.period.label for bar in drawn.bars] == ["Halden", "Brightline"]


def test_an_agreement_without_history_is_an_empty_lane() -> None:
    assert history([], TODAY).bars == ()
