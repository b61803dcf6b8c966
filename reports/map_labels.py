"""Place the names of territories so that they cover neither each other nor a home."""

from __future__ import annotations

import numpy as np

from reports.map_projection import Floats

MANY_TERRITORIES = 16
LETTER_EM = 0.58
"""Mean width of a letter, in ems of a bold sans serif."""


def label_em(count: int) -> float:
    """Return the size of the labels of `count` territories in drawing units."""
    return 12.0 if count > MANY_TERRITORIES else 15.0


class Labels:
    """Keep labels apart: the first one stays, a later one that would cover it is left out."""

    def __init__(self, count: int) -> None:
        self.em = label_em(count)
        self._taken: list[tuple[float, float, float]] = []

    def _half_width(self, text: str) -> float:
        return LETTER_EM / 2 * self.em * len(text)

    def beside(self, homes: Floats, text: str, x: float, y: float) -> float:
        """Return `y`, raised above a home that the label would cover."""
        near = homes[np.abs(homes[:, 0] - x) < self._half_width(text)]
        covered = near[np.abs(near[:, 1] - y) < self.em]
        return round(float(covered[:, 1].min()) - 1.2 * self.em, 1) if len(covered) else y

    def fit(self, text: str, x: float, y: float) -> str:
        """Return the label, or nothing where it would cover another."""
        half = self._half_width(text)
        for other_x, other_y, other_half in self._taken:
            if abs(x - other_x) < half + other_half and abs(y - other_y) < 1.3 * self.em:
                return ""
        self._taken.append((x, y, half))
        return text
