"""Milestones of a petition."""

from bisect import bisect_right

MILESTONES = (100, 500, 1_000, 5_000, 10_000, 25_000, 50_000, 75_000, 100_000)
BEYOND = 100_000


def next_goal(count: int, author_goal: int | None) -> int:
    """Return the goal to show above `count` signatures: the next milestone, or the author's goal if it is nearer."""
    at = bisect_right(MILESTONES, count)
    milestone = MILESTONES[at] if at < len(MILESTONES) else (count // BEYOND + 1) * BEYOND
    return author_goal if author_goal and count < author_goal < milestone else milestone


def percent_of(count: int, goal: int) -> int:
    """Return how much of the goal is reached: 0 to 100, and at least 1 once somebody signed."""
    return min(100, max(count * 100 // goal, 1 if count > 0 else 0))
