"""The words of other languages by which websites say that something ended, moved or goes on, and those like them.

The patterns run over lower-case text with single spaces. Every repetition is bounded, so a hostile page costs no more
than a long one.
"""

from __future__ import annotations

import re

from crawler.model import NoticeKind
from crawler.reading.patterns import any_of

# What every notice has a part of; a page without any of them is passed over.
TRIGGERS = (
    "dissol", "wound up", "disband", "ceas", "closed", "shut down", "clos", "no longer", "not continue", "ended",
    "come to an end", "terminated", "abolished", "disestablished", "stopped", "is over", "came to an end",
    "completed", "finished", "concluded", "discontinued", "archive", "moved", "new address", "new website",
    "new site", "new home", "merged",
    "succeeded by", "replaced by", "renamed", "stopped", "retired", "no longer", "relocated", "voted to",
    "resolved to", "taken over", "now part of",
    "now called", "known as", "suspended",
    "aufgelöst", "auflösung", "eingestellt", "nicht mehr", "geschlossen", "abgeschaltet",
    "beendet", "abgeschlossen", "umgezogen", "cess", "dissout", "dissous", "fermé", "n'est plus", "terminé", "achevé",
    "déménagé", "nouveau site",
    "chiuso", "scioglie", "sciolt", "non è più", "concluso", "trasferit", "cerrad", "disuelt", "cesad", "ya no",
    "finalizado", "trasladado",
    "działalnoś", "zamknięt", "rozwiązan", "nie jest już", "zakończ", "przeniesion", "gesloten", "gestopt",
    "opgeheven", "niet meer", "verhuisd",
    "encerrad", "extint", "já não", "frozen", "beëindigd", "gestaakt", "ontbonden", "afgerond", "niet langer",
    "upplös", "lagts ne", "upphört", "uppdateras inte", "underhålls inte", "stängd", "stängts", "avveckl", "avslutat",
    "will end", "will finish", "not be updated", "not been updated", "any longer", "any more", "anymore", "nicht weiter", "nicht länger", "come to an end",
)  # fmt: skip

# ---- Who.
_ORG = (
    r"(?:association|society|network|cluster|organi[sz]ation|council|consortium|federation|foundation|institute"
    r"|trust|club|forum"
    r"|initiative|charity|centre|center|alliance|chamber|union|partnership|platform)"
)
_ORG_OTHER = (
    r"(?:vereins?|verband(?:es)?|verbund(?:es)?|netzwerks?|clusters?|clubs?|gesellschaft|stiftung|initiative|bündnis(?:ses)?|konsortiums?"
    r"|organisation|forums?|plattform|allianz|zentrums?|genossenschaft|association|réseau|pôle|fédération|fondation|société|structure"
    r"|consortium|groupement|plateforme|collectif|associazione|rete|consorzio|fondazione|federazione|società|organizzazione|distretto"
    r"|polo|asociación|red|clúster|fundación|consorcio|federación|organización|agrupación|sociedad|stowarzyszeni[ea]|fundacj[ai]"
    r"|klastra?|klaster|organizacj[ai]|sieć|izba|vereniging|stichting|netwerk|organisatie|förening(?:en)?|nätverk|kluster|stiftelse|associação|rede|fundação)"
)
SITE = r"(?:web ?site|web-site|site|blog|web ?portal|portal|home ?page|web ?page)"
SELF = re.compile(
    rf"\b(?:we|our {_ORG}|this {_ORG}|the {_ORG}|our (?:\w+ )?{_ORG})\b"
    rf"|\b(?:wir|unser(?:e[mnrs]?)? {_ORG_OTHER}|der verein|(?:auflösung|tätigkeit|aktivitäten|arbeit|mitglieder(?:versammlung)?) des vereins|der verband|das netzwerk|nous|notre {_ORG_OTHER}"
    r"|l'association|cette association|(?:le|notre) (?:cluster|pôle|réseau)"
    rf"|abbiamo|(?:la nostra|il nostro) {_ORG_OTHER}|l'associazione|nosotros|hemos|nuestr[ao] {_ORG_OTHER}|la asociación|el clúster"
    rf"|stowarzyszenie|fundacja|klaster|nasz[ae]? {_ORG_OTHER}|uns|wij|we|onze {_ORG_OTHER}|de vereniging|de stichting|het (?:netwerk|cluster)|a associação"
    rf"|nossa {_ORG_OTHER}|vi har|vår[at]? {_ORG_OTHER}|föreningen|nätverket|klustret|stiftelsen)\b"
)
# Not the host but somebody near to it: "our former society", "our partner network".
NOT_SELF = re.compile(
    r"\b(?:our|the|this) (?:former|old|previous|first|original|partner|member|sister|parent|umbrella|daughter|youth|local|national|other) "
)
SELF_SITE = re.compile(
    rf"\b(?:this|our|the present|these) (?:\w+ )?{SITE}\b|(?:^|[\"“(] ?)the {SITE}\b"
    r"|\b(?:diese|unsere|die) (?:web|internet|home)?-?(?:seite|site|präsenz|page)|\b(?:ce|le|notre) (?:site|portail"
    r"|blog)|\b(?:il|questo|il nostro) (?:sito|portale)|\b(?:este|el|nuestro|o) (?:sitio|portal|site|blog)"
    r"|\b(?:ten |ta |nasz |nasza )?(?:serwis|portal|wortal|strona)\b|\b(?:deze|onze) (?:web)?site\b|\bthese (?:web ?)?pages\b"
    r"|\b(?:denna|den här|vår) (?:webbplats|hemsida|sajt)\b|\b(?:webbplatsen|hemsidan|sajten)\b"
)
WEB = re.compile(r"site|web|url|blog|address|portal|online|seite|unter |strona|sitio|sito|adresse")
OF_THE_SITE = re.compile(
    r" (?:service|operator|user|owner|admin|maintenance|section|visitor|editor|team|manager|search|language)"
)
# "This project" is the host where it stands on a front page; "our project" only where the host is one.
SELF_WORK = re.compile(
    r"\bthis (?:\w+ )?(?:project|programme|initiative)\b|\bdit project\b|\bdetta projekt\b|\bdieses projekt\b|\bce projet\b|\bquesto progetto\b|\beste proyecto\b"
    r"|\bten projekt\b"
)
OUR_WORK = re.compile(
    r"\bour (?:\w+ )?(?:project|programme)\b|\bunser projekt\b|\bnotre projet\b|\bil nostro progetto\b|\bnuestro proyecto\b"
    r"|\bnasz projekt\b"
)
SOME_WORK = re.compile(
    r"\b(?:this|our|the) (?:project|programme)\b|\bdas projekt\b|\ble projet\b|\bil progetto\b|\bel proyecto\b"
)
# Words of a page that cannot mean the whole site, and those of which a page down in the site is meant.
PAGE = re.compile(r"\b(?:web ?page|these (?:web ?)?pages|(?:diese|unsere|die) seite|(?:ten |ta )?strona)$")
THE_WORK = re.compile(
    r"^the (?:[\w\-]+ ){0,2}(?:project|programme)\b|^das projekt\b|^le projet\b|^il progetto\b|^el proyecto\b"
    r"|^projekt\b"
)

# ---- What happened: kind, whether it is over, pattern. Announcements have over=False.
ENDED: tuple[tuple[NoticeKind, bool, re.Pattern[str]], ...] = (
    (
        NoticeKind.ORG_ENDED,
        True,
        any_of(
            r"(?:has|have|was|were|had)(?: now| since| already)?(?: been)?(?: formally| officially| voluntarily"
            r"| finally)? (?:dissolved|wound up|disbanded|liquidated|disestablished|abolished|terminated)",
            r"ceased(?: all| its| our)? (?:operations?|activit(?:y|ies)|trading|to (?:operate|exist|function))"
            r"|(?:has|have) closed (?:its|our) doors",
            r"(?:concluded|decided|agreed)(?: that)? (?:it|we|they)? ?(?:could|can) (?:not|no longer) continue"
            r"|(?:ended|stopped|concluded|terminated) (?:all |its |our )+(?:activities|operations)"
            r"|stopped operating|wound up (?:its|our) affairs|have (?:now )?(?:shut|closed) down(?= for good| permanently|[.,!;]|$)"
            rf"|dissolved (?:the|our) {_ORG}|(?:is|are) no longer active(?=[.,;!]|$)",
            r"activities (?:of (?:the|our) (?:\w+ ){1,3})?(?:have |has )?(?:ended|ceased|come to an end"
            r"|came to an end)",
            rf"no longer (?:exists?|operates|in (?:operation|existence))|(?:has|have) (?:now )?come to (?:an|its) end|has been discontinued"
            rf"|(?:voted|resolved|decided|agreed) to (?:close|dissolve|wind up|disband) (?:the|our) {_ORG}"
            r"|closed (?:down )?(?:in|on|as of|at the end of) [^.]{0,24}\b(?:19|20)\d\d\b|closed (?:its|our) doors",
            r"(?:wurde|ist|hat sich|haben uns|haben den verein)\b.{0,80}?\baufgelöst|(?:wurde|hat"
            r"|haben)\b.{0,120}?auflösung (?:des|unseres) (?:vereins|verbandes|netzwerks) beschlossen",
            r"haben (?:unsere|die) (?:tätigkeit|arbeit|aktivitäten|vereinsarbeit)\b.{0,40}?(?:eingestellt|beendet)"
            r"|hat (?:seine|ihre) (?:tätigkeit|arbeit)\b.{0,40}?(?:eingestellt|beendet)",
            r"(?:avons|a) (?:définitivement )?cessé (?:nos|ses|toutes nos|toutes ses|toute) activités?"
            r"|a été (?:dissous|dissoute?)|est (?:dissous|dissoute?)\b|avons dissous",
            r"(?:abbiamo|ha) cessato (?:le|la|ogni|le nostre|le sue|la propria) attività|(?:è stata|si è) sciolt[ao]",
            r"(?:hemos|ha) cesado (?:nuestras|sus|las) (?:operaciones|actividades)|(?:se ha disuelto"
            r"|ha sido disuelt[ao]|fue disuelt[ao])",
            r"(?:zakończył[aoy]?|zakończyliśmy|zaprzestał[ao]?)(?: swoją| naszą| swą)? działalnoś(?:ć|ci)"
            r"|został[ao]? rozwiązan[aey]",
            r"(?:is|zijn|werd) (?:[\w.]+ ){0,6}?(?:opgeheven|ontbonden|ermee gestopt|gestopt)"
            r"|heeft (?:haar|zijn|al haar) (?:activiteiten|werkzaamheden)\b.{0,40}?(?:beëindigd|gestaakt)"
            r"|(?:har|är|blev) (?:[\w.]+ ){0,4}?(?:upplösts?|lagts ne[rd]|avvecklats|upphört)|foi (?:extint|dissolvid)a"
            r"|encerrou as (?:suas )?atividades",
        ),
    ),
    (
        NoticeKind.ORG_ENDED,
        False,
        any_of(
            r"(?:will|shall|is to|are to|is going to|is being)(?: be)?(?: formally| officially)? (?:dissolved"
            r"|wound up|disbanded|cease (?:operations?|trading|to exist|to operate|its activities|activities)"
            r"|close (?:its|our) doors)",
            r"wird (?:zum|am|mit)\b.{0,60}?aufgelöst|sera dissoute?|cessera ses activités|cesserons nos activités"
            r"|sarà sciolta|será disuelta|cesará sus actividades|zostanie rozwiązan[ae]|zakończy działalność",
        ),
    ),
    (
        NoticeKind.PROJECT_ENDED,
        True,
        any_of(
            r"(?:has|was|have) (?:now |successfully |officially )?(?:been )?(?:ended|concluded|finished|completed"
            r"|come to (?:an|its) end)|(?:ended|came to (?:an|its) end) (?:in|on|after)|is now (?:closed|complete)|is (?:now )?(?:over|finished"
            r"|completed)(?=[ .,;!]|$)|has (?:now )?closed(?=[.,;!]|$)",
            r"is (?:[\w.]+ ){0,4}?(?:afgerond|beëindigd)|(?:har|är) (?:[\w.]+ ){0,4}?avslutat"
            r"|(?:ist|wurde) (?:[\w.]+ ){0,4}?(?:beendet|abgeschlossen)|(?:est"
            r"|a été) (?:désormais )?(?:terminé|achevé|clôturé)|(?:è|si è) (?:concluso|terminato)|(?:ha"
            r"|está) (?:finalizado|concluido)|(?:został )?zakończony",
        ),
    ),
    (
        NoticeKind.PROJECT_ENDED,
        False,
        any_of(
            r"will (?:end|finish|be (?:concluded|completed|terminated)|come to (?:an|its) end)|endet (?:am|zum|im)\b"
            r"|prendra fin|se terminera"
        ),
    ),
    (
        NoticeKind.SITE_CLOSED,
        True,
        any_of(
            r"(?:has|have|was) (?:now )?(?:been )?(?:closed(?: down)?|shut down|taken offline|retired"
            r"|decommissioned|discontinued|archived)|is (?:now )?(?:closed|shut down|an archive|archived"
            r"|offline)(?=[ .,!]|$)|closed (?:down )?(?:in|on|as of|at the end of) [^.]{0,24}\b(?:19|20)\d\d\b",
            rf"this is an? archived? (?:version|copy) of (?:the|our|this) (?:\w+ ){{0,2}}{SITE}",
            r"(?:wurde|ist) (?:nun |jetzt |endgültig )?(?:geschlossen|abgeschaltet|eingestellt|stillgelegt)|(?:a"
            r"|est) (?:définitivement |désormais )?(?:fermé|cessé)|ha chiuso|è stato chiuso|ha cessato"
            r"|ha (?:sido )?cerrado",
            r"(?:został[ao]?|jest) zamknięt[aey]|is (?:gesloten|gestopt|opgeheven|offline gehaald)"
            r"|(?:är|har) (?:nu )?(?:stängd|stängts|lagts ne[rd])|foi encerrado",
        ),
    ),
    (
        NoticeKind.SITE_CLOSED,
        False,
        any_of(
            r"will (?:be )?(?:closed?(?: down)?|shut down|taken offline|discontinued|go offline|retired)"
            r"|wird (?:zum|am|ab)\b.{0,50}?(?:geschlossen|abgeschaltet|eingestellt)|fermera|sera fermé|chiuderà"
            r"|cerrará|zostanie zamknięt[aey]",
        ),
    ),
    (
        NoticeKind.UPDATES_ENDED,
        True,
        any_of(
            rf"\b(?:we|i)(?: are| will| can)? no longer (?:updat(?:e|ing)|maintain(?:ing)?) (?:this|our|the) {SITE}",
            rf"\b(?:we|i) (?:have )?(?:stopped|ceased) (?:updating|maintaining) (?:this|our|the|these) (?:{SITE}|(?:web ?)?pages)",
            r"(?:is|are|will be|being)? ?no longer (?:being )?(?:updated?|maintained?|active|in use|supported"
            r"|operated|kept up to date)|will not be updated(?: any ?more| any longer)?"
            r"|is not (?:being )?(?:updated|maintained) any ?(?:more|longer)|has not been updated since"
            r"|will no longer be (?:updated|maintained)",
            r"(?:wird|werden) nicht (?:mehr|länger|weiter) (?:aktualisiert|betrieben|gepflegt|fortgeführt)"
            r"|n'est plus (?:mis à jour|mise à jour|actualisé|maintenu|alimenté)|non (?:è|viene) più aggiornato"
            r"|ya no se actualiza|ya no está (?:activo|actualizado)|nie jest już aktualizowan[aey]"
            r"|wordt niet (?:meer|langer) (?:bijgewerkt|onderhouden)|(?:uppdateras|underhålls) inte längre|já não é atualizado",
        ),
    ),
    (
        NoticeKind.SERVICE_ENDED,
        True,
        any_of(
            r"\b(?:this|our) (?:\w+ )?services? (?:has been|have been|was|were|is|are) (?:discontinued|terminated"
            r"|shut down|closed down)"),
    ),
)  # fmt: skip
MOVED = any_of(
    rf"\b(?:this|our|the) (?:\w+ )?{SITE} (?:has|have) (?:been )?(?:now )?(?:permanently )?(?:moved|relocated"
    rf"|migrated)|\b(?:we|this site) (?:have|has|'ve) moved(?: permanently)? to\b|\bour new (?:{SITE}|web address)"
    rf"|has a new (?:home|web ?site|address)|new (?:{SITE}|url) is\b",
    r"(?:diese|unsere|die) (?:web|internet|home)?-?seite ist umgezogen|wir sind umgezogen|sie finden uns (?:jetzt"
    r"|nun|ab sofort|künftig) unter|(?:ce|le|notre) site a (?:déménagé|changé d'adresse)|(?:il|questo) sito (?:è"
    r"|si è) (?:stato )?trasferito|(?:este|el) sitio (?:se ha|ha sido) trasladado|strona został[ao] przeniesiona"
    r"|deze (?:web)?site is verhuisd",
)
OFFICE = re.compile(
    r"\b(?:office|offices|premises|building|street|floor|headquarters|location|address is|büro|räume|bureaux|locaux"
    r"|oficina|ufficio|biuro)\b"
)
JOINED = any_of(
    r"(?:has|have|was|were)(?: now| been)* (?:merged (?:with|into)|been (?:succeeded|replaced|taken over|absorbed"
    r"|renamed)|changed (?:its|our) name|renamed|become part of|integrated into)|(?:is|are) now (?:called|known as"
    r"|part of)|is succeeded by",
    r"(?:ist|sind|wurde) (?:in|mit)\b.{0,60}?(?:aufgegangen|fusioniert|verschmolzen)|a fusionné avec|ont fusionné"
    r"|si è fus[ao] con|se ha fusionado con|połączył[ao]? się z",
)
TO_WHOM = re.compile(
    r"(?:merged (?:with|into)|succeeded by|replaced by|taken over by|absorbed (?:by|into)|renamed(?: to| as)?"
    r"|name to|part of|integrated into|called|known as|fusionné avec|aufgegangen in)\s+(?:the\s+)?[\"“„«]?\s?"
    r"((?:[A-ZÀ-Ž][\w\-À-ž&.]*)(?:\s+(?:(?:of|for|and|de|des|für|und|in)\s+)?[A-ZÀ-Ž][\w\-À-ž&]*){0,6})"
)
FAREWELL = re.compile(
    r"thank (?:you|all)|farewell|goodbye|good-bye|grateful to|abschied|begräbnis|danken (?:allen|ihnen)|au revoir"
    r"|merci (?:à tous|pour)|grazie a tutti|gracias a todos|pożegnani|dziękujemy|bedankt"
)
# A part of the host, where it stands behind the host's name or "our association": its working group, its shop.
PART = re.compile(
    r"^(?:'s?)? ?(?:(?!(?:has|have|had|was|were|is|are|be|been|will|and|but|or|its|our|their|the|an?|in|on|at|of|to|for|with|after|which|who|that)\b)"
    r"[\w\-&/]{1,30} ){0,4}(?:working group|working party|group|committee|subcommittee|section|branch|chapter|division|department|office"
    r"|team|task ?force|taskforce|unit|school|academy|fund|shop|store|subsidiary|lab|laboratory|panel|board|commission|scheme|prize|award"
    r"|project|programme|program|conference|event|festival|mailing list|newsletter|journal|magazine|forum|app|service|helpdesk"
    r"|arbeitsgruppe|arbeitskreis|ausschuss|abteilung|fachgruppe|sektion|commission|comité|groupe|section|comitato|gruppo|sezione"
    r"|comité|grupo|sección|komisja|grupa|sekcja|werkgroep|afdeling)\b"
)
# What the host does or is governed by, in its own right: "the cluster's activities".
OWN_SIDE = re.compile(r"^'s? (?:\w+ )?(?:activit|operation|work\b)")
# A second subject on the way from the host to the verb: "... after the former society", "... and the shop".
OTHER_SUBJECT = re.compile(
    r"(?:\b(?:and|but|while|after|when|because|since|before|as|that|where|whose|und|aber|nachdem|weil|dass|et|mais|quand|après que|puisque"
    r"|que|e|ed|ma|quando|dopo che|y|pero|cuando|después de que|oraz|ale|gdy)|;) "
    r"(?:the|an?|its|their|his|her|our|this|that|these|those|another|some|all|many|most|several|one|two|der|die|das|eine?|seine?|ihre?"
    r"|les?|la|l'|son|sa|ses|une?|il|lo|gli|una?|el|los|las|sus?) ?"
    r"(?!(?:members?|board|general|assembly|activities|operations|mitglied|vorstand|membres|assemblée|soci|socios)\b)[\w\-]+"
    r"|\w.*\b(?:that|which|who)(?: later| then| finally)? ?$"
)
ASIDE = re.compile(r", (?:after|when|because|since|while|which|who|founded|established|created|born)\b[^,]{0,120},")
# What "of" may lead from to the host: the activities of the cluster.
OF_THE_HOST = re.compile(
    r"\b(?:activities|dissolution|closure|work|operations|behalf|auflösung|activités|attività|actividades)"
    r" (?:of|des|der|de|du|di|del|della) (?:the |la |l'|el )?$"
)
# "HCC Germany" is another body than HCC, "HCC Association" is not.
LONGER_NAME = re.compile(
    rf"^[ -](?!(?:{_ORG}|{_ORG_OTHER}|project|programme|e|ev|inc|ltd|gmbh|ag|llc)\b)(?-i:[A-ZÀ-Ž])", re.IGNORECASE
)
BEHIND_OF = re.compile(
    r"\b(?:of|in|into|at|by|from|with|for|to|within|von|vom|im|bei|de|du|di|del|della|dell'|dans|en) (?:the |la |le |l'|el )?$"
)
_TIME = (
    r"(?:\d|january|february|march|april|may\b|june|july|august|september|october|november|december|the (?:near|foreseeable|coming|last|next|end|course|spring|summer|autumn"
    r"|fall|winter|year|month|beginning|middle|wake)|early|mid|late|spring|summer|autumn|order|view|accordance|full|its entirety|entirety"
    r"|response|general|principle|januar|februar|märz|mai\b|juni|juli|oktober|dezember|jahr|janvier|février|mars|avril|juin|juillet"
    r"|août|septembre|octobre|novembre|décembre|raison|fin|gennaio|febbraio|marzo|aprile|maggio|giugno|luglio|agosto|settembre"
    r"|ottobre|novembre|dicembre|data|enero|febrero|abril|mayo|junio|julio|septiembre|octubre|noviembre|diciembre|roku|the (?:association"
    r"|cluster|network|society)|(?:lack|want|good|ever|now)\b|(?:\w+ ){1,2}reasons?)"
)
# An object or a place behind the verb: what ended is a part.
OF_A_PART = re.compile(
    r"^ (?:with (?:regard|respect) to|related to|regarding|concerning) "
    rf"|^ (?:in|of|within|outside|for|im|für|von|pour|dans|en|sur|nel|nella|in|per|di|del|w|we|para|dla) (?!{_TIME})\w"
    rf"|^ (?:our|its|their|the|an?|one|some|le|la|les|nos|notre) (?!{_TIME}|(?:following|next|same|day|year|month)\b)\w"
)
OWN_OBJECT = re.compile(
    rf"^ (?:of )?(?:our|the|this|le|la|notre|l') ?(?:\w+ )?(?:{_ORG}|{_ORG_OTHER})\b(?!'s| \w*(?:group|committee|shop|office|section|team))"
)
PLACE_WITHIN = re.compile(
    rf"\b(?:in|im|für|von|am standort) (?!{_TIME}|existence|operation|dem|den|diesem|folge|[^.]{{0,30}}(?:versammlung|sitzung))\w"
)
# What happens every year, or is done by an archive for the sake of keeping: no end.
HABIT = re.compile(
    r"^[^.;]{0,24}\b(?:every|each|daily|weekly|monthly|yearly|annually|regularly|periodically|automatically|once a)\b"
    r"|^ (?:\w+ )?(?:by|in|at|with) (?:the |an? )?(?:[\w.\-]+ ){0,3}(?:librar|archive|wayback|bibliothe|bibliothè|museum)"
)
MAYBE = re.compile(
    r"\b(?:if|unless|in the event|should (?:the|it)|in case|(?<!in )(?<!\d )may(?! \d)|might|shall|whether|would|when(?:ever)?|as soon as"
    r"|falls|wenn|kann|können|soll|sofern|si la|si le|en cas|peut|può|qualora|en caso|puede|pourra|jeśli|może"
    r"|entscheidet|beschließt|until|possible)\b|n't been|not (?:yet )?(?:been )?(?:dissolved|closed)|\d+(?:st|nd|rd"
    r"|th)? (?:edition|session)"
)
OTHER = re.compile(
    r"for the (?:holidays?|day|night|weekend|summer|winter)|temporarily|"
    r"\b(?:registration|applications?|booking|call|submission|deadline|enrol+ment|survey|poll|conference|edition"
    r"|edycj\w+|konferencj\w+|seminar|webinar|workshop|meeting|office|border|road|agm|archiving period|version"
    r"|page updated|weekends?|saturdays?|sundays?|mondays?|anmeldung|bewerbung|inscriptions?|candidatures?)\b"
)
QUOTING = re.compile(
    r"^\W{0,3}(?:warning|note|n\.?b\.?|caution|attention)\W|^\(|\b\d{4}\b.{0,12} version of\b|\[(?:dead"
    r"|broken) link"
)
# What an organisation does, where somebody else goes on with it.
OWN_WORK = re.compile(r"\b(?:our|its) (?:activities|work|tasks|operations)\b")
# An address that the host has left is not the one that speaks.
FORMER = re.compile(r"\b(?:old|former|previous|earlier|first|alte|ehemalige|ancien|ancienne)\b")
# Where an end is resolved: no meeting that ended.
AT_A_MEETING = re.compile(
    r"\b(?:at|by|during) (?:its|our|the|an?) (?:[\w\-]+ ){0,4}(?:meeting|assembly|agm|conference)\b"
)
