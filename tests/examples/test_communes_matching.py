"""The rules by which a commune of the demo finds its place, on planted towns."""

import importlib
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "examples" / "communes"))
sources = importlib.import_module("sources")
matching = importlib.import_module("matching")

DEGREE_KM = matching.KM_PER_DEGREE


def commune(code, name, *, department="01", epci="E1", population=3000, seat_name=""):
    return sources.Commune(
        code=code,
        name=name,
        department=department,
        region="84",
        epci=epci,
        group=epci,
        population=population,
        seat_name=seat_name,
    )


def place(
    geonameid, name, *, km_north=0.0, lon_deg=5.0, population=3000, region="84", other_names=()
):
    return sources.Place(
        geonameid=geonameid,
        name=name,
        other_names=other_names,
        region=region,
        population=population,
        lat_deg=45 + km_north / DEGREE_KM,
        lon_deg=lon_deg,
    )


# Two neighbours vouch for each other; on the meridian the first is always the nearer one.
NEIGHBOURS = [commune("01900", "Neighbour"), commune("01901", "Eastern Neighbour")]
NEIGHBOUR_PLACES = [place(900, "Neighbour"), place(901, "Eastern Neighbour", lon_deg=5.02)]


def match_of(subject, *places, others=()):
    communes = [subject, *NEIGHBOURS, *others]
    return matching.match_all(communes, [*NEIGHBOUR_PLACES, *places])[subject.code]


@pytest.mark.parametrize(
    ("written", "same_as"),
    [
        ("L'Haÿ-les-Roses", "L’HAY LES ROSES"),
        ("St-Lô", "Saint-Lô"),
        ("Ste Foy", "Sainte-Foy"),
        ("Plœuc", "Ploeuc"),
        ("Le Mans", "le-mans"),
    ],
)
def test_accents_hyphens_apostrophes_and_saint_do_not_part_names(written, same_as):
    assert matching.normalise(written) == matching.normalise(same_as)


def test_article_and_word_order_do_part_names():
    assert matching.normalise("Le Mans") != matching.normalise("Mans")
    assert matching.normalise("Mont Saint") != matching.normalise("Saint-Mont")


def test_distance_of_a_degree_of_latitude():
    north = place(1, "North", km_north=DEGREE_KM)
    assert matching.distance_km(place(2, "South"), north) == pytest.approx(111.195, abs=1e-3)


def far_strangers(km_north):
    """Return eight communes of another EPCI within 2 km of a point, and their places."""
    names = [f"Stranger {i}" for i in range(8)]
    communes = [commune(f"0180{i}", name, epci="E2") for i, name in enumerate(names)]
    return communes, [place(800 + i, n, km_north=km_north + i / 4) for i, n in enumerate(names)]


@pytest.mark.parametrize(("km_off", "is_found"), [(14.9, True), (15.1, False)])
def test_in_settled_country_a_neighbour_vouches_up_to_15_km(km_off, is_found):
    communes, places = far_strangers(km_off)
    match = match_of(
        commune("01001", "Bourg"), place(1, "Bourg", km_north=km_off), *places, others=communes
    )
    assert (match.place is not None) == is_found
    assert match.method == ("name" if is_found else "none")


@pytest.mark.parametrize(("strangers", "is_found"), [(6, True), (7, True), (8, False)])
def test_in_empty_country_a_neighbour_among_the_eight_nearest_vouches(strangers, is_found):
    communes, places = far_strangers(40)
    match = match_of(
        commune("01001", "Bourg"),
        place(1, "Bourg", km_north=40),
        *places[:strangers],
        others=communes[:strangers],
    )
    assert (match.place is not None) == is_found


@pytest.mark.parametrize(("km_off", "is_found"), [(29.9, True), (30.1, False)])
def test_without_epci_the_department_vouches_up_to_30_km(km_off, is_found):
    match = match_of(commune("01001", "Isle", epci=""), place(1, "Isle", km_north=km_off))
    assert (match.place is not None) == is_found


def test_a_homonym_far_from_the_neighbours_is_rejected_and_named():
    communes, places = far_strangers(90)
    far = place(2, "Bourg", km_north=90)
    match = match_of(commune("01001", "Bourg"), far, *places, others=communes)
    assert match.place is None
    assert match.reason == "name: Bourg (2) is 90 km off"


@pytest.mark.parametrize(
    ("population", "is_found"),
    [(149, False), (150, True), (9000, True), (9001, False), (49, True), (50, False), (0, True)],
)
def test_population_must_be_plausible_unless_it_was_not_counted(population, is_found):
    match = match_of(commune("01001", "Bourg"), place(1, "Bourg", population=population))
    assert (match.place is not None) == is_found


@pytest.mark.parametrize(("second_km", "is_found"), [(4.1, True), (3.9, False)])
def test_of_two_places_one_must_be_twice_as_near(second_km, is_found):
    match = match_of(
        commune("01001", "Bourg"),
        place(1, "Bourg", km_north=2),
        place(2, "Bourg", km_north=-second_km),
    )
    assert (match.place.geonameid if match.place else None) == (1 if is_found else None)
    assert is_found or "none clearly nearer" in match.reason


def test_a_place_claimed_by_two_communes_goes_to_neither():
    twin = commune("01002", "Bourg", epci="E2")
    beside = commune("01003", "Beside", epci="E2")
    match = match_of(
        commune("01001", "Bourg"),
        place(1, "Bourg", km_north=2),
        place(3, "Beside", km_north=4),
        others=[twin, beside],
    )
    assert match.place is None
    assert "claimed by another commune" in match.reason


def test_other_names_are_tried_after_the_name():
    old = place(1, "Cherbourg", other_names=("Cherbourg-en-Cotentin",))
    subject = commune("01001", "Cherbourg-en-Cotentin")
    assert match_of(subject, old).method == "other name"
    own = place(2, "Cherbourg-en-Cotentin", km_north=1)
    found = match_of(subject, old, own)
    assert (found.method, found.place.geonameid) == ("name", 2)


def test_a_merged_commune_is_found_by_the_name_of_its_seat():
    subject = commune("01001", "Val-Neuf", seat_name="Vieux-Bourg", population=9000)
    match = match_of(subject, place(1, "Vieux-Bourg", km_north=3, population=800))
    assert (match.method, match.place.geonameid) == ("seat", 1)


def test_a_place_of_another_region_is_never_taken():
    assert match_of(commune("01001", "Bourg"), place(1, "Bourg", region="27")).place is None


def test_a_match_vouches_in_the_next_round():
    # Twin names are no vouchers at first; placed by round one, they vouch for the third.
    first, third = commune("01001", "Bourg"), commune("01002", "Third")
    twin = commune("38001", "Bourg", department="38", epci="E9")
    strangers, stranger_places = far_strangers(28)
    unplaced = commune("38002", "Unplaced", department="38", epci="E9")
    communes = [*NEIGHBOURS, first, twin, unplaced, third, *strangers]
    places = [
        *NEIGHBOUR_PLACES,
        place(1, "Bourg", km_north=14),
        place(3, "Third", km_north=28),
        *stranger_places,
    ]
    matches = matching.match_all(communes, places)
    assert matches["01002"].place.geonameid == 3
    alone = matching.match_all([c for c in communes if c.code != "01001"], places)
    assert alone["01002"].place is None


def test_a_commune_alone_in_its_department_needs_no_voucher():
    capital = commune("75056", "Capital", department="75", epci="")
    assert match_of(capital, place(1, "Capital", km_north=300)).place.geonameid == 1
    suburb = commune("75057", "Suburb", department="75", epci="")
    match = match_of(capital, place(1, "Capital", km_north=300), others=[suburb])
    assert match.place is None
    assert match.reason == "name: Capital (1) has no placed neighbour"


def test_order_of_the_input_changes_nothing():
    communes, places = far_strangers(20)
    subject = commune("01001", "Bourg")
    everything = [*NEIGHBOUR_PLACES, place(1, "Bourg", km_north=2), *places]
    one_way = matching.match_all([subject, *NEIGHBOURS, *communes], everything)
    other_way = matching.match_all([*communes[::-1], *NEIGHBOURS, subject], everything[::-1])
    assert one_way == other_way
