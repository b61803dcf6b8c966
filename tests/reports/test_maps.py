"""The map: places keep their distances, neighbours differ in colour, nobody is lost unseen."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outcome_builders import make_empty_outcome, make_outcome
from outcome_territories import make_territories

from geodata.areas import Shapes
from reports.format import Formats
from reports.labels import Texts
from reports.map_colours import COLOURS, greedy_colours, rep_colours
from reports.map_labels import Labels
from reports.map_paths import rings_of, svg_path
from reports.map_projection import EARTH_RADIUS_KM, conic_for, frame_around
from reports.maps import map_view


def view(outcome):
    formats = Formats(language=outcome.language, currency=outcome.currency)
    return map_view(outcome, Texts(outcome.language), formats)


def great_circle_km(lat, lon):
    a, b = np.radians(lat), np.radians(lon)
    cosine = np.sin(a[0]) * np.sin(a[1]) + np.cos(a[0]) * np.cos(a[1]) * np.cos(b[0] - b[1])
    return EARTH_RADIUS_KM * np.arccos(cosine)


@pytest.mark.parametrize(
    ("south", "north", "west", "east"),
    [(42, 51, -5, 8), (-44, -10, 113, 153), (-3, 3, 9, 14), (60, 70, 20, 30), (0, 9, 10, 20)],
)
def test_distances_in_the_middle_are_true_to_three_percent(south, north, west, east):
    lat, lon = np.array([south, north], float), np.array([west, east], float)
    conic = conic_for(lat, lon)
    middle = np.array([(south + north) / 2] * 2)
    near = np.array([(west + east) / 2, (west + east) / 2 + 0.5])
    plane = conic.apply(middle, near)
    drawn = float(np.hypot(*(plane[0] - plane[1])))
    assert drawn == pytest.approx(great_circle_km(middle, near), rel=0.03)


@pytest.mark.parametrize("lat", [-40.0, 0.5, 47.0])
def test_north_is_up_and_east_is_right_in_both_hemispheres(lat):
    conic = conic_for(np.array([lat - 2, lat + 2]), np.array([10.0, 14.0]))
    origin, north, east = conic.apply(np.array([lat, lat + 1, lat]), np.array([12.0, 12.0, 13.0]))
    assert north[1] > origin[1]
    assert east[0] > origin[0]


def test_a_country_across_the_180th_meridian_stays_in_one_piece():
    lat, lon = np.array([-18.0, -17.0, -16.0]), np.array([178.0, 179.9, -179.9])
    plane = conic_for(lat, lon).apply(lat, lon)
    assert np.ptp(plane[:, 0]) < 300


def test_a_cone_becomes_mercator_at_the_equator_without_a_jump():
    lat, lon = np.array([-1.0, 1.0]), np.array([10.0, 12.0])
    assert conic_for(lat, lon).n == 0.0
    assert conic_for(lat + 4, lon).n > 0.0
    flat = conic_for(lat, lon).apply(np.array([0.0, 0.0]), np.array([10.5, 11.5]))
    assert abs(flat[1, 0] - flat[0, 0]) == pytest.approx(111.2, rel=0.01)


def test_a_frame_holds_all_points_when_they_lie_together():
    plane = np.random.default_rng(1).uniform(0, 500, size=(200, 2))
    frame = frame_around(plane)
    assert frame.holds(frame.place(plane)).all()
    assert max(frame.width, frame.height) == pytest.approx(1000, abs=0.2)


def test_a_few_places_far_away_do_not_shrink_the_others():
    plane = np.random.default_rng(1).uniform(0, 500, size=(400, 2))
    frame = frame_around(np.vstack([plane, [[7000.0, 5000.0]]]))
    held = frame.holds(frame.place(np.vstack([plane, [[7000.0, 5000.0]]])))
    assert not held[-1]
    assert held[:-1].mean() > 0.95


def test_a_single_place_can_be_framed():
    frame = frame_around(np.array([[3.0, 4.0]]))
    assert frame.holds(frame.place(np.array([[3.0, 4.0]]))).all()


def test_north_lies_above_south_on_the_page():
    frame = frame_around(np.array([[0.0, 0.0], [0.0, 100.0]]))
    south, north = frame.place(np.array([[0.0, 0.0], [0.0, 100.0]]))
    assert north[1] < south[1]


def absolute(path):
    """Read a path back as absolute points."""
    rings = []
    for start, steps in re.findall(r"M([^l]+)l([^z]+)z", path):
        points = [np.array(start.split(), float)]
        numbers = np.array(steps.split(), float).reshape(-1, 2)
        rings.append(np.vstack([points, points[0] + np.cumsum(numbers, axis=0)]))
    return rings


@given(
    st.lists(
        st.tuples(st.integers(0, 1000), st.integers(0, 1000)), min_size=4, max_size=30, unique=True
    )
)
@settings(max_examples=40, deadline=None)
def test_a_path_read_back_gives_the_ring(points):
    ring = np.array([*points, points[0]], float)
    (read,) = absolute(svg_path([ring]))
    assert np.allclose(read, ring[:-1], atol=0.05)


def test_points_that_fall_together_are_dropped_and_so_are_rings_that_vanish():
    ring = np.array([[0, 0], [10, 0], [10.01, 0.01], [10, 10], [0, 0]], float)
    assert svg_path([ring]) == "M0 0l10 0 0 10z"
    assert svg_path([ring / 1000]) == ""


def test_holes_and_islands_are_kept():
    outer = [[0, 0], [9, 0], [9, 9], [0, 9], [0, 0]]
    hole = [[3, 3], [3, 6], [6, 6], [6, 3], [3, 3]]
    island = [[20, 0], [21, 0], [21, 1], [20, 0]]
    geometry = {"type": "MultiPolygon", "coordinates": [[outer, hole], [island]]}
    feature = {"type": "Feature", "properties": {}, "geometry": geometry}
    shapes = Shapes.from_features([feature], crs="EPSG:4326")
    assert [len(ring) for ring in rings_of(shapes.geometry.iloc[0])] == [5, 5, 4]
    assert rings_of(None) == []


@given(
    st.integers(2, 30).flatmap(
        lambda n: st.lists(
            st.tuples(st.integers(0, n - 1), st.integers(0, n - 1)), max_size=3 * n
        ).map(lambda pairs: (n, pairs))
    )
)
@settings(max_examples=80, deadline=None)
def test_neighbours_differ_in_colour_where_no_rep_has_too_many(case):
    count, pairs = case
    degree = np.zeros(count, int)
    for a, b in {(min(p), max(p)) for p in pairs if p[0] != p[1]}:
        degree[[a, b]] += 1
    colours = greedy_colours(count, pairs)
    assert all(0 <= c < COLOURS for c in colours)
    for a, b in pairs:
        if a != b and min(degree[a], degree[b]) < COLOURS:
            assert colours[a] != colours[b]


def test_more_neighbours_than_colours_still_gets_a_colour():
    everybody = [(a, b) for a in range(12) for b in range(a)]
    colours = greedy_colours(12, everybody)
    assert sorted(set(colours)) == list(range(COLOURS))


def test_territories_that_touch_get_different_colours():
    outcome = make_outcome()
    colours = rep_colours(outcome.reps, outcome.territory_shapes)
    assert len(set(colours.values())) == 4


def test_every_account_with_a_place_is_drawn_once_and_the_small_ones_last():
    drawn = view(make_outcome())
    assert len(drawn.spots) == 48
    sizes = [int(spot.classes[1]) for spot in drawn.spots]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) > 1


def test_moved_accounts_carry_both_colours_and_the_previous_owner():
    outcome = make_outcome()
    drawn = view(outcome)
    moved = [spot for spot in drawn.spots if spot.moved]
    assert len(moved) == int(outcome.territories["moved"].sum())
    assert all(re.fullmatch(r"s\d k\d m b\d", spot.classes) for spot in moved)
    assert all("before: " in spot.tip for spot in moved)
    assert not any(" m " in spot.classes for spot in drawn.spots if not spot.moved)


def test_a_point_and_its_territory_have_one_colour():
    outcome = make_outcome()
    drawn = view(outcome)
    colour = {t.rep_id: t.colour for t in drawn.territories}
    assert colour == drawn.colour_of_rep
    first = max(range(48), key=lambda i: outcome.territories["potential_eur"][i])
    row = outcome.territories.iloc[first]
    spot = next(s for s in drawn.spots if s.tip.startswith(str(row["name"]) + "\n"))
    assert f"k{colour[row['rep_id']]}" in spot.classes


def test_an_account_without_coordinates_is_counted_and_not_drawn():
    territories = make_territories()
    territories.loc[3, "lat_deg"] = np.nan
    drawn = view(make_outcome(territories=territories))
    assert len(drawn.spots) == 47
    assert drawn.notes == ("1 account has no coordinates and is not drawn.",)


def test_an_account_overseas_is_counted_and_does_not_shrink_the_map():
    territories = make_territories(400)
    territories.loc[3, ["lat_deg", "lon_deg"]] = [-21.1, 55.5]
    drawn = view(make_outcome(territories=territories))
    assert len(drawn.spots) == 399
    assert any("outside the frame" in note for note in drawn.notes)


def test_an_account_that_nobody_serves_is_drawn_in_grey():
    territories = make_territories()
    territories.loc[0, ["rep_id", "rep_name"]] = ""
    grey = [s for s in view(make_outcome(territories=territories)).spots if "kx" in s.classes]
    assert len(grey) == 1
    assert "nobody" in grey[0].tip


def test_without_polygons_the_points_are_still_coloured_by_rep():
    empty = Shapes({"rep_id": [], "geometry": []}, geometry="geometry")
    drawn = view(make_outcome(territory_shapes=empty, country_shape=empty))
    assert drawn.territories == ()
    assert drawn.outline == ""
    assert len({spot.classes[3:5] for spot in drawn.spots}) == 4


def test_a_table_of_polygons_without_rows_may_lack_its_columns():
    drawn = view(make_outcome(territory_shapes=Shapes(), country_shape=Shapes()))
    assert drawn.territories == ()
    assert len(drawn.spots) == 48


def test_without_any_place_there_is_no_map():
    empty = Shapes({"rep_id": [], "geometry": []}, geometry="geometry")
    assert view(make_empty_outcome(territory_shapes=empty)) is None


def test_a_label_that_would_cover_another_is_left_out():
    shapes = make_outcome().territory_shapes
    twice = make_outcome(territory_shapes=shapes.iloc[[0, 0, 1]])
    assert [bool(t.label) for t in view(twice).territories] == [True, False, True]


@pytest.mark.parametrize(("away", "makes_way"), [(-9.0, True), (0.0, True), (15.0, False)])
def test_a_label_makes_way_for_a_home_it_would_cover(away, makes_way):
    labels = Labels(4)
    home = np.array([[100.0, 100.0 + away]])
    y = labels.beside(home, "Alice Martin", 100.0, 100.0)
    assert y == (home[0, 1] - 1.2 * labels.em if makes_way else 100.0)
    assert labels.beside(home, "Alice Martin", 300.0, 100.0) == 100.0


def test_the_scale_bar_has_a_round_length_that_fits():
    drawn = view(make_outcome())
    assert drawn.scale_label in {"50 km", "100 km"}
    assert 0 < drawn.scale_units <= 0.2 * drawn.width


def test_equal_outcomes_give_equal_maps():
    assert view(make_outcome()) == view(make_outcome())


def test_accounts_cut_off_are_marked_and_tied_to_the_home_of_their_rep():
    outcome = make_outcome()
    drawn = view(outcome)
    away = outcome.territories[outcome.territories["stray_after"]]
    marked = [spot for spot in drawn.spots if " o" in spot.classes]
    assert len(marked) == len(away) == sum(tie.path.count("M") for tie in drawn.ties) > 0
    assert sum(" p" in spot.classes for spot in drawn.spots) == 1
    assert all(spot.tip.endswith("cut off from the rest of the territory") for spot in marked)
    paths = "".join(tie.path for tie in drawn.ties)
    ends = {(float(x), float(y)) for x, y in re.findall(r"L(\S+) ([\d.]+)", paths)}
    homes = {(home.x, home.y) for home in drawn.homes}
    assert ends <= homes
    assert drawn.stray_label.startswith(f"Cut off ({len(away)})")


@pytest.mark.parametrize("known", [True, False], ids=["none is cut off", "an older run, not told"])
def test_without_accounts_cut_off_there_is_no_such_choice(known):
    table = make_territories().drop(columns=["stray_before", "stray_after"])
    if known:
        table = table.assign(stray_before=False, stray_after=False)
    drawn = view(make_outcome(territories=table))
    assert (drawn.stray_label, drawn.ties) == ("", ())


def test_an_account_cut_off_has_no_tie_where_its_rep_has_no_home():
    outcome = make_outcome()
    homeless = outcome.reps.assign(lat_deg=np.nan, lon_deg=np.nan)
    assert view(make_outcome(reps=homeless)).ties == ()
