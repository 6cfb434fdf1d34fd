import pytest

from daemon.watch.score import Pair, interval, plot, points, tables


@pytest.mark.parametrize(
    ("hits", "total", "low", "high"),
    [(0, 456, 0.0, 0.0081), (1, 300, 0.0001, 0.0184), (50, 100, 0.3983, 0.6017), (10, 10, 0.6915, 1.0), (0, 0, 0, 1)],
)
def test_the_interval_is_the_exact_one(hits: int, total: int, low: float, high: float) -> None:
    assert interval(hits, total) == pytest.approx((low, high), abs=2e-4)


def pair(intent: str, answer: str, confidence: float, **more: object) -> Pair:
    """A labelled message beside an answer."""
    sides = {"lang": "ru", "also": [], "offensive": "none", "missing": []}
    label = {"id": "x", "subject": "s", "body": "b", "note": "", "intent": intent, **sides, **more}
    action = "decline" if answer.startswith("oos_") else "register"
    return label, {"intent": answer, "confidence": confidence, "action": action, **sides}


PAIRS = [
    pair("oos_legal", "oos_legal", 0.97),
    pair("oos_legal", "oos_legal", 0.6),
    pair("oos_workstation", "oos_legal", 0.7),
    pair("defect", "oos_legal", 0.55),
    pair("defect", "defect", 0.9),
]


def test_the_trade_off_counts_right_and_wrong_declines() -> None:
    at = {point.threshold: point for point in points(PAIRS)}
    assert (at[0.0].decided.hits, at[0.0].decided.total) == (2, 3)
    assert (at[0.0].wrong.hits, at[0.0].wrong.total) == (2, 4)
    assert (at[0.0].refused.hits, at[0.0].refused.total) == (1, 2)
    assert (at[0.9].decided.hits, at[0.9].wrong.hits, at[0.9].refused.hits) == (1, 0, 0)


def test_a_decline_with_a_wish_in_scope_beside_it_is_no_decline() -> None:
    label, answer = pair("oos_legal", "oos_legal", 0.99)
    assert points([(label, {**answer, "also": ["defect"]})])[0].decided.hits == 0


def test_the_tables_hold_every_part() -> None:
    told = tables(PAIRS)
    for part in ("Accuracy by language", "Confusion", "Alone", "Deciding alone", "worst errors"):
        assert part in told
    assert "0.600" in told


def test_the_plot_is_a_picture() -> None:
    assert plot(PAIRS).startswith("<svg")
