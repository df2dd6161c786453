"""Names of months and weekdays in the languages of European clusters, full and short, to their numbers."""

from __future__ import annotations

# English, German, French, Italian, Spanish, Portuguese, Dutch, Polish, Czech, Slovak, Hungarian, Swedish, Norwegian,
# Danish and Finnish; nominative, and genitive where a date takes it; with and without accents where both occur.
_MONTHS = (
    """january jan januar januari jän jänner janvier janv gennaio gen enero ene janeiro stycznia styczeń sty ledna
    leden január januára tammikuuta tammikuu""",
    """february feb februar februari feber février fevrier févr fevr fév febbraio febrero fevereiro fev lutego luty lut
    února únor február februára febr helmikuuta helmikuu""",
    """march mar märz maerz mär mrz mars marzo março marco maart mrt marca marzec března březen marec március márc marts
    maaliskuuta maaliskuu""",
    """april apr avril avr aprile abril abr kwietnia kwiecień kwi dubna duben apríl apríla április ápr huhtikuuta
    huhtikuu""",
    "may mai maggio mag mayo maio maj maja mei května květen máj mája május toukokuuta toukokuu",
    """june jun juni juin giugno giu junio junho czerwca czerwiec cze června červen jún júna június kesäkuuta
    kesäkuu""",
    """july jul juli juillet juil luglio lug julio julho lipca lipiec lip července červenec júl júla július heinäkuuta
    heinäkuu""",
    """august aug août aout agosto ago augustus augusti sierpnia sierpień sie srpna srpen augusta augusztus elokuuta
    elokuu""",
    """september sep sept septembre settembre set septiembre setiembre setembro września wrzesień wrz září septembra
    szeptember szept syyskuuta syyskuu""",
    """october oct oktober okt octobre ottobre ott octubre outubro out października październik paź října říjen októbra
    október lokakuuta lokakuu""",
    """november nov novembre noviembre novembro listopada listopad lis listopadu novembra marraskuuta marraskuu""",
    """december dec dezember dez décembre decembre déc dicembre dic diciembre dezembro desember des grudnia grudzień gru
    prosince prosinec decembra joulukuuta joulukuu""",
)
# Romanian, Slovene, Croatian (whose listopada is October, and the Pole's November, so it is left out), Lithuanian,
# Latvian, Estonian, Turkish, Catalan, Maltese, Irish, Greek, Bulgarian, Russian and Ukrainian.
_MORE_MONTHS = (
    "ianuarie ian januarja siječnja sausio janvāris janvārī janvāra jaanuar ocak gener jannar eanáir ιανουαρίου ιανουάριος януари января январь січня",
    "februarie februarja veljače vasario februāris februārī februāra veebruar şubat febrer frar feabhra φεβρουαρίου февруари февраля лютого",
    "martie ožujka kovo marts märts mart març marzu márta μαρτίου март марта березня",
    "aprilie aprila travnja balandžio aprīlis aprīlī aprīļa aprill nisan aibreán απριλίου април апреля квітня",
    "svibnja gegužės maijs maijā maija mayıs maig mejju bealtaine μαΐου май мая травня",
    "iunie iun junija lipnja birželio jūnijs jūnijā jūnija juuni haziran juny ġunju meitheamh ιουνίου юни июня червня",
    "iulie iul julija srpnja liepos jūlijs jūlijā jūlija juuli temmuz juliol lulju iúil ιουλίου юли июля липня",
    "avgusta kolovoza rugpjūčio augusts augustā ağustos agost awwissu lúnasa αυγούστου август августа серпня",
    "septembrie rujna rugsėjo septembris septembrī eylül settembru σεπτεμβρίου септември сентября вересня",
    "octombrie oktobra spalio oktobris oktobrī oktoober ekim ottubru οκτωβρίου октомври октября жовтня",
    "noiembrie studenoga studenog lapkričio novembris novembrī kasım novembru samhain νοεμβρίου ноември ноября листопада",
    "decembrie gruodžio decembris decembrī detsember aralık diċembru nollaig δεκεμβρίου декември декабря грудня",
)
MONTHS = {
    name: number
    for names in (_MONTHS, _MORE_MONTHS)
    for number, words in enumerate(names, start=1)
    for name in words.split()
}
# Words of some language besides: in small letters they name a month only beside a year.
AMBIGUOUS_MONTHS = frozenset(
    {
        "may", "march", "mar", "marco", "mars", "set", "out", "ago", "des", "gen", "mag", "sty", "lut", "kwi", "cze",
        "lip", "sie", "wrz", "lis", "gru", "led", "maj", "mai", "mei", "abr",
    }
)  # fmt: skip

_WEEKDAYS = (
    """monday mon montag mo lundi lun lunedì lunedi lunes segunda poniedziałek pon maandag måndag mandag pondělí hétfő
    maanantai""",
    """tuesday tue tues dienstag di mardi mar martedì martedi martes terça wtorek wt dinsdag tisdag tirsdag úterý kedd
    tiistai""",
    """wednesday wed weds mittwoch mi mercredi mer mercoledì mercoledi miércoles quarta środa śr woensdag onsdag středa
    szerda keskiviikko""",
    """thursday thu thur thurs donnerstag do jeudi jeu giovedì giovedi gio jueves quinta czwartek czw donderdag torsdag
    čtvrtek csütörtök torstai""",
    """friday fri freitag fr vendredi ven venerdì venerdi viernes sexta piątek pt vrijdag fredag pátek péntek
    perjantai""",
    """saturday sat samstag sonnabend sa samedi sam sabato sáb sábado sobota sob zaterdag lördag lørdag szombat
    lauantai""",
    """sunday sun sonntag so dimanche dim domenica dom domingo niedziela niedz ndz zondag söndag søndag neděle vasárnap
    sunnuntai""",
)
WEEKDAYS = {name: number for number, names in enumerate(_WEEKDAYS) for name in names.split()}
