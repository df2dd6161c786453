"""The words of the report in each language: titles, what each table counts, and the names of its lines."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from crawler.international import International
from crawler.model import Activity, Precision
from crawler.prefectures import PREFECTURES
from pipelines.judging.programmes import name_of
from pipelines.judging.sectors import Sector
from pipelines.tabulating import NO_PLACE, NO_PROGRAMME, OTHER_PROGRAMME, Over, TableName, Website
from review.texts import N_, Texts

TITLES: Mapping[TableName, str] = {
    TableName.SECTORS: N_("Clusters by sector"),
    TableName.WEBSITES: N_("Websites"),
    TableName.ACTIVITY: N_("Overall activity"),
    TableName.INTERNATIONAL: N_("Internationalisation"),
    TableName.PLACES: N_("Clusters by prefecture"),
    TableName.PROGRAMMES: N_("Clusters by programme"),
}
# What a line is, above the first column.
HEADS: Mapping[TableName, str] = {
    TableName.SECTORS: N_("Sector"),
    TableName.WEBSITES: N_("Website"),
    TableName.ACTIVITY: N_("Activity"),
    TableName.INTERNATIONAL: N_("Relations abroad"),
    TableName.PLACES: N_("Prefecture or country"),
    TableName.PROGRAMMES: N_("Programme"),
}
DEFINITIONS: Mapping[TableName, str] = {
    TableName.SECTORS: N_(
        "The sector that the registry names, in the 13 classes of 2016. A cluster with several sectors is counted once,"
        " in the one named first. Environment alone or with energy is “Environment, Energy”; energy alone is “Energy”."
    ),
    TableName.WEBSITES: N_(
        "What the last visits found. An English website is active when its English pages carry a dated item of the last"
        " {active_days} days. A machine-translation widget or an English menu is no English website. Gone means that"
        " the absence has lasted long enough to count."
    ),
    TableName.ACTIVITY: N_(
        "The whole website in any language. Active: a dated post, event or other sign of life within {active_days}"
        " days. Static: the site answers, without such a sign. Likely ceased is a question to staff, not a fact,"
        " unless a person has said so. A person's word goes before the program's while it stands."
    ),
    TableName.INTERNATIONAL: N_(
        "What the websites say about cooperation abroad. Recent is within {partner_days} days of the day of the report."
        " A site that says nothing is “no information”. A person's word goes before the program's while it stands."
    ),
    TableName.PLACES: N_(
        "Where the registry says that a cluster is; of several prefectures the first. Clusters outside Japan are counted"
        " by country."
    ),
    TableName.PROGRAMMES: N_(
        "The public programme that the registry names; of several the first that the reference data know. That a"
        " programme ended does not mean that the cluster did."
    ),
}
_LINES: Mapping[TableName, Mapping[str, str]] = {
    TableName.SECTORS: {
        Sector.LIFE: N_("Pharmaceuticals, Biotechnology, Healthcare, Medical and Welfare"),
        Sector.ENVIRONMENT_ENERGY: N_("Environment, Energy"),
        Sector.IT: N_("IT"),
        Sector.AUTOMOBILE: N_("Automobile related"),
        Sector.ELECTRONICS: N_("Electronic components, devices and semiconductors"),
        Sector.PRECISION: N_("Precision manufacturing"),
        Sector.AEROSPACE: N_("Aerospace"),
        Sector.FOOD: N_("Food"),
        Sector.MATERIAL: N_("Material"),
        Sector.ENERGY: N_("Energy"),
        Sector.NANOTECH: N_("Nanotech"),
        Sector.ROBOTIC: N_("Robotic"),
        Sector.MARINE: N_("Marine"),
        Sector.OTHER: N_("Other: not in the 2016 scheme"),
        Sector.NOT_STATED: N_("No sector in the registry"),
    },
    TableName.WEBSITES: {
        Website.ACTIVE_ENGLISH: N_("Active English website"),
        Website.STATIC_ENGLISH: N_("Static or non-updated English website"),
        Website.JAPANESE_ONLY: N_("Japanese only"),
        Website.HOME_LANGUAGE_ONLY: N_("Home language only (clusters outside Japan)"),
        Website.GONE: N_("Website gone"),
        Website.NONE: N_("No website known"),
        Website.UNDETERMINED: N_("Undetermined"),
    },
    TableName.ACTIVITY: {
        Activity.ACTIVE: N_("Active"),
        Activity.STATIC: N_("Static"),
        Activity.LIKELY_CEASED: N_("Likely ceased"),
        Activity.UNDETERMINED: N_("Undetermined"),
    },
    TableName.INTERNATIONAL: {
        International.RECENT_EU: N_("Recent relations with the EU"),
        International.PAST_EU: N_("Past relations with the EU only"),
        International.ELSEWHERE: N_("Asia or America only"),
        International.OPEN: N_("Open, without a target"),
        International.NO_INFORMATION: N_("No information"),
        International.NOT_INTERESTED: N_("Not interested"),
    },
    TableName.PLACES: {NO_PLACE: N_("No prefecture in the registry")},
    TableName.PROGRAMMES: {
        OTHER_PROGRAMME: N_("Another programme, as the registry names it"),
        NO_PROGRAMME: N_("No programme in the registry"),
    },
}
TITLE = N_("Mapping of industrial clusters")
PROGRAMME_ENDS = N_("Programmes that have ended")
ENDS_DEFINITION = N_(
    "Clusters whose funded period is over: by the end of the period in the registry, or else by that of the programme."
    " A site is silent when its newest dated item was older than {active_days} days when it was last read."
)
REFERENCE = N_("The mapping of 2016, and why its figures cannot be compared one to one")
# What stands beside as a reference, and what keeps it from being the same measure.
REFERENCE_WORDS = (
    N_(
        "The columns “2016” are the published figures of the EU-Japan Centre for Industrial Cooperation: its mapping of"
        " 2016, for which people read the websites of {clusters} clusters by hand."
    ),
    N_("The clusters are others: those in the registry on the day of this report, not the {clusters} of 2016."),
    N_(
        "In 2016 every cluster had one of three kinds of website. Here a website may also be gone, unknown or unreadable."
    ),
    N_(
        "In 2016 people read once, and asked some of the organisations. Here a program reads every"
        " night and knows only what websites say, except where a person's word is counted."
    ),
    N_("The sector of a cluster was chosen by a person in 2016. Here it follows from the words in the registry."),
    N_(
        "The overall activity was judged in 2016 too, but its figures are not among the published ones that stand here."
    ),
    N_("Compare shares rather than numbers, and only to see a direction."),
)


def line_label(texts: Texts, table: TableName, key: str) -> str:
    """The name of a line of a table."""
    get = texts.catalogue.gettext
    if key in _LINES[table]:
        return get(_LINES[table][key])
    if table is TableName.PLACES:
        place = PREFECTURES.get(key)
        if place is not None:
            return place if texts.language == "ja" else key
        return texts.country_name(key)
    if table is TableName.PROGRAMMES:
        return name_of(key)[texts.language == "ja"] or key
    return key


def over_words(texts: Texts, over: Over) -> str:
    """When the programme of a cluster ended, and since when its site is silent."""
    get = texts.catalogue.gettext
    month = texts.month(over.on)
    if over.silent_since is None:
        return get(N_("Programme ended %(month)s.")) % {"month": month}
    told = {"month": month, "year": year(texts, over.silent_since)}
    return get(N_("Programme ended %(month)s; site silent since %(year)s.")) % told


def year(texts: Texts, on: date) -> str:
    """A year as it is written."""
    return texts.day(on, Precision.YEAR)
