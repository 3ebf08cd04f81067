"""Latitudes and areas on the WGS84 ellipsoid: the two formulas that outlines need, without a projection library.

Formulas: Snyder (1987), Map Projections: A Working Manual, U.S. Geological Survey, doi:10.3133/pp1395, equations 3-1 and 3-12.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
import shapely

Floats = npt.NDArray[np.float64]

SEMI_MAJOR_KM: Final = 6378.137
ECCENTRICITY_2: Final = 0.00669437999014
ECCENTRICITY: Final = float(np.sqrt(ECCENTRICITY_2))


def conformal_latitude(geodetic: Floats) -> Floats:
    """The latitude on the sphere that has the same Mercator ordinate as this one on the ellipsoid; in degrees."""
    latitude = np.radians(geodetic)
    isometric = np.arcsinh(np.tan(latitude)) - ECCENTRICITY * np.arctanh(ECCENTRICITY * np.sin(latitude))
    return np.asarray(np.degrees(np.arctan(np.sinh(isometric))))


def geodetic_latitude(conformal: Floats) -> Floats:
    """The inverse of `conformal_latitude`, to better than a millimetre; in degrees."""
    isometric = np.arcsinh(np.tan(np.radians(conformal)))
    latitude = np.radians(conformal)
    # Each iteration gains a factor of about 150: the square of the eccentricity.
    for _turn in range(7):
        latitude = np.arctan(np.sinh(isometric + ECCENTRICITY * np.arctanh(ECCENTRICITY * np.sin(latitude))))
    return np.asarray(np.degrees(latitude))


def area_km2(geometries: npt.NDArray[np.object_]) -> Floats:
    """The surface of each outline on the ellipsoid, in square kilometres.

    Outlines are projected to the equal-area cylinder, whose plane area is exact except for the curvature of the edges: under
    a part in a million for edges of some kilometres.
    """

    def cylinder(points: Floats) -> Floats:
        sine = np.sin(np.radians(points[:, 1]))
        inner = sine / (1 - ECCENTRICITY_2 * sine**2) + np.arctanh(ECCENTRICITY * sine) / ECCENTRICITY
        return np.column_stack([SEMI_MAJOR_KM * np.radians(points[:, 0]), SEMI_MAJOR_KM * (1 - ECCENTRICITY_2) / 2 * inner])

    return np.asarray(shapely.area(shapely.transform(geometries, cylinder)))
