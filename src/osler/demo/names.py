"""Names of the demo clinic's people, streets and towns. Names are common ones; streets and towns are made up."""

from __future__ import annotations

from typing import NamedTuple


class NameGroup(NamedTuple):
    """People who tend to share names, with their OMB race and ethnicity codes and a second language, if any."""

    weight: int
    race: tuple[str, str]
    hispanic: bool
    families: tuple[str, ...]
    women: tuple[str, ...]
    men: tuple[str, ...]
    language: tuple[str, str] = ("", "")


_WHITE = ("2106-3", "White")
_BLACK = ("2054-5", "Black or African American")
_ASIAN = ("2028-9", "Asian")
_NATIVE = ("1002-5", "American Indian or Alaska Native")


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GROUPS: tuple[NameGroup, ...] = (
    NameGroup(
        46, _WHITE, False,
        _words(
            "Abbott Anderson Baker Bennett Brandt Campbell Carlson Collins Cooper Donnelly Ellis Fischer Foster Gallagher "
            "Hansen Hayes Hughes Jensen Keller Kowalski Larsen Lindgren Lombardi Mancini McBride Miller Murphy Nelson Novak "
            "Olson Palmer Petrov Reilly Rossi Russo Schmidt Sullivan Thompson Turner Wagner Walsh Weber Wilson Zimmerman"
        ),
        _words(
            "Abigail Alice Amelia Anna Barbara Beth Carol Catherine Charlotte Claire Deborah Diane Eleanor Emily Emma Frances "
            "Grace Hannah Helen Irene Jean Joan Julia Karen Laura Linda Lucy Margaret Martha Megan Nancy Nora Olivia Patricia "
            "Rachel Rebecca Rose Ruth Sarah Sophie Susan Theresa Vivian"
        ),
        _words(
            "Adam Alan Andrew Anthony Benjamin Brian Charles Christopher Daniel David Dennis Edward Eric Frank George Gerald "
            "Harold Henry Jack Jacob James Jason John Joseph Keith Kevin Lawrence Liam Mark Matthew Michael Nathan Oliver Owen "
            "Patrick Paul Peter Raymond Richard Robert Samuel Scott Stephen Theodore Thomas Walter William"
        ),
    ),
    NameGroup(
        18, _BLACK, False,
        _words(
            "Adeyemi Banks Barnes Bryant Carter Coleman Davis Dixon Edwards Freeman Gaines Grant Greene Harris Howard Jackson "
            "Jefferson Johnson Jones Lewis Mensah Moore Okoro Powell Reed Robinson Simmons Tucker Washington Watkins Williams Young"
        ),
        _words(
            "Aaliyah Alicia Angela Brianna Candace Chantel Denise Dorothy Ebony Evelyn Gloria Imani Jada Jasmine Keisha Latoya "
            "Loretta Maya Monique Naomi Nia Renee Shanice Tamara Tiana Vanessa Yvonne Zora"
        ),
        _words(
            "Andre Calvin Cedric Clarence Curtis Darnell Darius Dwayne Elijah Ernest Isaiah Jamal Jerome Kwame Leon Malcolm "
            "Marcus Marvin Maurice Otis Reginald Terrence Tyrone Vernon Willie Xavier"
        ),
    ),
    NameGroup(
        20, ("2131-1", "Other Race"), True,
        _words(
            "Acosta Alvarez Castillo Castro Cruz Díaz Domínguez Espinoza Fernández Flores García Gómez González Guerrero "
            "Gutiérrez Hernández Jiménez López Martínez Medina Mendoza Morales Muñoz Navarro Ortiz Peña Pérez Ramírez Ramos "
            "Reyes Ríos Rivera Rodríguez Romero Ruiz Salazar Sánchez Santiago Soto Torres Vargas Vásquez Vega"
        ),
        _words(
            "Adriana Alejandra Ana Beatriz Camila Carmen Catalina Claudia Daniela Elena Esperanza Gabriela Guadalupe Isabel "
            "Josefina Juana Lourdes Lucía Luisa Marisol Marta Mercedes Mónica Natalia Paloma Pilar Rosa Silvia Sofía Teresa "
            "Valentina Verónica Ximena Yolanda"
        ),
        _words(
            "Alejandro Andrés Antonio Arturo Carlos César Diego Eduardo Emilio Enrique Ernesto Esteban Felipe Fernando "
            "Francisco Gabriel Guillermo Héctor Hugo Ignacio Javier Jesús Joaquín Jorge Juan Julio Luis Manuel Mateo Miguel "
            "Pablo Pedro Rafael Ramón Raúl Ricardo Roberto Salvador Santiago Tomás Vicente"
        ),
        ("es", "Spanish"),
    ),
    NameGroup(
        6, _ASIAN, False,
        _words("Chan Chen Cheng Huang Kim Kwon Lee Li Lin Liu Nakamura Park Sato Tanaka Tran Nguyen Pham Wang Wong Wu Yang Zhang"),
        _words("Amy Grace Hana Hui Jia Jin Kim Lan Linh Mei Min Mai Naoko Soo Thuy Wei Xin Yan Yuki Yun"),
        _words("Bao Chen Daniel Duc Hao Hiroshi Huy Jae Jun Kenji Kevin Long Minh Ming Sang Takeshi Tuan Wei Yong Zhi"),
    ),
    NameGroup(
        6, _ASIAN, False,
        _words("Agarwal Ahmed Banerjee Chaudhry Desai Gupta Iyer Joshi Kapoor Khan Kumar Malhotra Mehta Nair Patel Rao Reddy Shah Sharma Singh"),
        _words("Aisha Anjali Anita Deepa Divya Fatima Kavita Lakshmi Leela Meera Nisha Padma Pooja Priya Radha Saanvi Sunita Uma Zara"),
        _words("Aarav Ajay Amit Anil Arjun Dev Farhan Imran Karthik Kiran Manoj Naveen Prakash Rahul Raj Ravi Rohan Sanjay Vijay Vikram"),
    ),
    NameGroup(
        3, _WHITE, False,
        _words("Abdallah Aziz Darwish Farah Haddad Hakimi Ibrahim Karimi Khoury Mansour Nasser Rahimi Saleh Tehrani"),
        _words("Amina Dalia Farah Hala Layla Leila Maryam Nadia Noor Rania Salma Samira Yasmin Zahra"),
        _words("Ali Bilal Hassan Hussein Ibrahim Karim Khalid Mahmoud Omar Reza Sami Tariq Yusuf Ziad"),
        ("ar", "Arabic"),
    ),
    NameGroup(
        1, _NATIVE, False,
        _words("Begay Benally Bigcrow Cloud Hill Jemison Oakes Parker Redhouse Tsosie Whitefeather Yazzie"),
        _words("Aiyana Dawn Joann Kaya Lena Lorraine Mary Shawna Tala Winona"),
        _words("Aaron Clayton Dakota Delbert Elias Leonard Lyle Raymond Tahoma Wyatt"),
    ),
)  # fmt: skip

STREETS = _words(
    "Alder Bayview Birch Cedar Chestnut Cove Dogwood Elmwood Fernhill Foundry Garnet Harbor Hawthorne Heron Hickory "
    "Juniper Kestrel Landing Larch Linden Maple Meadow Mill Orchard Pebble Pier Pinecrest Quarry Ridge Sandpiper "
    "Schoolhouse Spruce Station Sycamore Tamarack Thistle Walnut Wharf Willow Windmill"
)
STREET_KINDS = _words("Street Street Avenue Road Lane Court Drive Way")

TOWNS: tuple[tuple[str, str], ...] = (
    ("Lakeside", "14701"),
    ("Lakeside", "14701"),
    ("Lakeside", "14701"),
    ("Lakeside", "14702"),
    ("North Lakeside", "14703"),
    ("Harborton", "14722"),
    ("Harborton", "14722"),
    ("Millbrook Falls", "14738"),
    ("Cedar Point", "14756"),
)
"""Town and ZIP; weighted by repetition. The towns are made up, the ZIPs are of the region they would lie in."""

STATE = "NY"
