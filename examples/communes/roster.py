"""The invented sales force: who works where, on what contract, since when."""

from __future__ import annotations

from typing import NamedTuple

LYON, PARIS, LILLE = "Auvergne-Rhône-Alpes", "Île-de-France", "Hauts-de-France"
NANTES, TOULOUSE, STRASBOURG = "Pays de la Loire", "Occitanie", "Grand Est"
DIJON, ORLEANS, ROUEN = "Bourgogne-Franche-Comté", "Centre-Val de Loire", "Normandie"
RENNES, BORDEAUX, MARSEILLE = "Bretagne", "Nouvelle-Aquitaine", "Provence et Corse"

POOL_OF_REGION = {
    "11": PARIS,
    "24": ORLEANS,
    "27": DIJON,
    "28": ROUEN,
    "32": LILLE,
    "44": STRASBOURG,
    "52": NANTES,
    "53": RENNES,
    "75": BORDEAUX,
    "76": TOULOUSE,
    "84": LYON,
    "93": MARSEILLE,
    "94": MARSEILLE,
}
"""INSEE region -> pool; Corsica is worked from Provence."""


class Person(NamedTuple):
    """Hold one person; `home` is the INSEE code of the town, empty dates are open."""

    rep_id: str
    name: str
    pool: str
    home: str
    fte: float = 1.0
    seniority: str = "confirmed"
    max_travel_km: str = "250"
    start_date: str = ""
    end_date: str = ""


FIELD = (
    Person("F01", "Aubin Romarin", PARIS, "93048", 1.0, "senior"),
    Person("F02", "Blanche Ciboulette", PARIS, "91377"),
    Person("F03", "Cyprien Mésange", PARIS, "78551", 1.0, "senior"),
    Person("F04", "Daphné Églantine", PARIS, "95127", 1.0, "junior", "250", "2026-09-01"),
    Person("F05", "Elzéar Bouvreuil", PARIS, "77288"),
    Person("F06", "Fantine Sarriette", ORLEANS, "45234"),
    Person("F07", "Gaspard Loriot", ORLEANS, "37261", 1.0, "senior"),
    Person("F08", "Honorine Verveine", DIJON, "21231"),
    Person("F09", "Isidore Chardonneret", DIJON, "25056", 1.0, "senior"),
    Person("F10", "Joséphine Mélisse", ROUEN, "76540", 1.0, "senior"),
    Person("F11", "Killian Pinson", ROUEN, "14118", 0.8),
    Person("F12", "Léonie Capucine", ROUEN, "27229", 0.5, "confirmed", "150"),
    Person("F13", "Maxence Rouge-Gorge", LILLE, "59350", 1.0, "senior"),
    Person("F14", "Noémie Bourrache", LILLE, "62041"),
    Person("F15", "Octave Geai", LILLE, "60057"),
    Person("F16", "Philomène Camomille", STRASBOURG, "67482", 1.0, "senior"),
    Person("F17", "Quentin Verdier", STRASBOURG, "68224"),
    Person("F18", "Rosalie Aubépine", STRASBOURG, "54395"),
    Person("F19", "Sylvestre Grimpereau", STRASBOURG, "51454", 1.0, "confirmed", ""),
    Person("F20", "Théodora Pervenche", NANTES, "44109", 1.0, "senior"),
    Person("F21", "Ulysse Courlis", NANTES, "72181"),
    Person("F22", "Valentine Bruyère", RENNES, "35238", 1.0, "senior"),
    Person("F23", "Wilfrid Goéland", RENNES, "29019"),
    Person("F24", "Xavière Ajonc", RENNES, "22278", 0.8, "confirmed", "180"),
    Person("F25", "Yvon Cormoran", RENNES, "56260", 0.8),
    Person("F26", "Zélie Marjolaine", BORDEAUX, "33063", 1.0, "senior"),
    Person("F27", "Anatole Bécasseau", BORDEAUX, "86194"),
    Person("F28", "Bérénice Oseille", BORDEAUX, "87085", 1.0, "confirmed", ""),
    Person("F29", "Clovis Avocette", BORDEAUX, "17300", 0.8),
    Person("F30", "Diane Estragon", BORDEAUX, "64445", 0.8, "junior", "250", "2026-06-15"),
    Person("F31", "Edgar Palombe", TOULOUSE, "31555", 1.0, "senior"),
    Person("F32", "Flavie Thym", TOULOUSE, "34172"),
    Person("F33", "Gédéon Flamant", TOULOUSE, "30189"),
    Person("F34", "Hermine Lavande", LYON, "69123", 1.0, "senior"),
    Person("F35", "Ignace Tétras", LYON, "38185"),
    Person("F36", "Jacinthe Gentiane", LYON, "63113", 1.0, "confirmed", ""),
    Person("F37", "Léandre Bouquetin", LYON, "74010", 1.0, "junior", "250", "2026-10-01"),
    Person("F38", "Mireille Genêt", MARSEILLE, "13055", 1.0, "senior", ""),
    Person("F39", "Narcisse Guêpier", MARSEILLE, "06088", 1.0, "senior", ""),
    Person("F40", "Ophélie Sauge", MARSEILLE, "83137", 0.8, "confirmed", ""),
    Person("F41", "Prosper Rollier", MARSEILLE, "84007", 0.5, "confirmed", "150"),
    # Left in the autumn; nobody has taken the department over.
    Person(
        "F42", "Raoul Hérisson", DIJON, "58194", 1.0, "confirmed", "", "2018-04-01", "2026-10-31"
    ),
)

INSIDE = (
    Person("I01", "Agathe Tilleul", PARIS, "75056", 1.0, "senior"),
    Person("I02", "Bastien Érable", PARIS, "75056"),
    Person("I03", "Capucine Noisetier", PARIS, "75056"),
    Person("I04", "Désiré Bouleau", PARIS, "75056", 0.8),
    Person("I05", "Émilie Sorbier", LYON, "69123", 1.0, "senior"),
    Person("I06", "Fulbert Mélèze", LYON, "69123"),
    Person("I07", "Garance Cornouiller", LYON, "69123", 0.8),
    Person("I08", "Hippolyte Frêne", LYON, "69123", 1.0, "junior", "", "2026-09-15"),
    Person("I09", "Iris Saule", LILLE, "59350", 1.0, "senior"),
    Person("I10", "Jules Charme", LILLE, "59350"),
    Person("I11", "Katell Aulne", NANTES, "44109", 1.0, "senior"),
    Person("I12", "Léopold Châtaignier", NANTES, "44109"),
    Person("I13", "Manon Fusain", NANTES, "44109", 0.5),
    Person("I14", "Norbert Micocoulier", TOULOUSE, "31555", 1.0, "senior"),
    Person("I15", "Olympe Arbousier", TOULOUSE, "31555"),
    Person("I16", "Pacôme Alisier", STRASBOURG, "67482"),
    Person("I17", "Quitterie Merisier", STRASBOURG, "67482", 0.8),
    Person("I18", "Rémi Prunellier", MARSEILLE, "13055", 1.0, "junior", "", "", "2027-08-31"),
    Person("I19", "Solange Tamaris", BORDEAUX, "33063", 0.8),
)

INHERITED = {
    "02": "F13",
    "08": "F19",
    "12": "F33",
    "28": "F07",
    "36": "F06",
    "41": "F06",
    "47": "F26",
    "24": "F26",
    "48": "F33",
    "53": "F21",
    "49": "F21",
    "58": "F42",
    "60": "F15",
    "61": "F10",
    "66": "F32",
    "11": "F32",
    "07": "F35",
    "01": "F34",
    "73": "F37",
    "42": "F36",
    "43": "F36",
    "83": "F40",
    "88": "F17",
    "94": "F02",
}
"""Department -> rep, where history and not distance decided who looks after it."""
