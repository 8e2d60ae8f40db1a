"""Figures hold nobody: who entered one, and hashes by which people are counted once."""

from core.subject_access import WORK, give_not

give_not(WORK, "impact.ManualFigure", "impact.KpiSnapshot")
give_not("Hashes by which people are counted once: they lead to nobody.", "impact.KpiEntry", "impact.CountingSalt")
