"""The small words that every sentence of a European language is built with, as votes for that language.

A text in capitals, a name or a technical term looks alike in many languages; its articles, prepositions and
auxiliaries do not. A word that several languages share is worth the less, the more they are.
"""

from __future__ import annotations

# Chosen by hand from the commonest words of each language. The English list ends with nouns that websites of
# organisations are full of, because English titles often have no small word that is not German or Italian too.
# "la" is Latin as found in the sample text of themes ("lorem ipsum"): nobody's language, but not English either.
_WORDS = {
    "en": """the of and to in is for that was on with as are by at from this be or an have has had which were will been
        its it their they we our us you your not but can who these those than into about also such when where how what
        through between under both other more most may should would could there here all any his her he she if while
        after during since using based new please within among over only until each many some please held click read
        industry university research development technology meeting companies company center centre member members
        laboratory news events contact access page website home workshop department welcome more inquiry""",
    "de": """der die das und in den von zu mit sich des auf für ist im dem nicht ein eine als auch es an werden aus er
        hat dass sie nach wird bei einer um am sind noch wie einem über einen so zum war haben nur oder aber vor zur
        bis mehr durch man sein wurde wir unsere unser ihre ihr uns kann können diese dieser dieses zwischen unter
        gegen sowie alle weitere seit vom beim ohne ihren unserer unseren jetzt hier""",
    "fr": """le la les de des du et un une en est pour que qui dans sur au aux par avec pas ne ce cette ces il elle nous
        vous ils son sa ses leur leurs plus ou mais comme sont ont été être fait tout tous notre nos votre vos entre
        sans sous après avant depuis afin ainsi chez aussi très dont où si à l d qu""",
    "it": """il lo la gli le di del della dei delle degli dello e che in un una per con non sono da dal dalla dalle nel
        nella nelle nei al alla alle ai si come più anche ma questo questa questi queste è ha hanno suo sua loro nostro
        nostra nostri noi tra fra sul sulla sui essere stato stata ogni presso sia dopo l d dell nell all""",
    "es": """el la los las de del y en un una que es por para con no se su sus al lo como más pero este esta estos estas
        son fue ser ha han entre sobre sin también hasta desde cuando muy todo todos nos nuestro nuestra nuestros hay
        donde porque ya está están o e""",
    "pt": """o a os as de do da dos das e em no na nos nas um uma que é por para com não se seu sua seus suas ao aos à
        às como mais mas este esta estes são foi ser tem entre sobre sem também até pelo pela pelos pelas quando muito
        todos nosso nossa nossos você está ou já""",
    "nl": """de het een en van in is dat op te zijn met voor niet aan er om ook als dan maar bij of uit nog naar door
        over ze hij wordt worden werd deze dit die wij we onze ons uw heeft hebben kan kunnen meer tot tegen onder
        tussen zich geen alle andere waar hun voor""",
    "sv": """och att det i som en på är av för med till den har de inte om ett vi var men så från kan eller också när
        ut sin han hon där detta denna dessa vid efter under mellan mot oss vår våra ska blir blev mer hos samt
        alla många genom finns år""",
    "da": """og at det i en er af på til som med for den de der har ikke et vi var men så fra kan eller også når ud sin
        han hun hvor dette denne disse ved efter under mellem mod os vores skal bliver blev mere hos samt alle mange
        gennem findes år være over kun hvad hvis
        nogle noget nogen mig dig sig uden tilbage bruge bruges nu meget andet andre blive hvordan selv kunne skulle siden
        flere hele igen""",
    "no": """og å det i en er av på til som med for den de har ikke et vi var men så fra kan eller også når ut sin han
        hun hvor dette denne disse ved etter under mellom mot oss vår våre skal blir ble mer hos samt alle mange
        gjennom finnes år være over kun hva hvis
        noen noe meg deg seg uten tilbake bruke brukes nå mye annet andre hvordan selv kunne skulle siden flere hele igjen
        ikkje eg dei ein eit frå noko kva kvar vert berre mykje desse sida""",
    "fi": """ja on ei se että joka oli myös mutta kun niin hän ovat tai kuin sen ole vain jos mukaan kanssa jotka sekä
        voi olla tämä tämän tässä ovat ollut sitä siitä jonka me meidän te ne hyvin vuoden vuonna ennen jälkeen
        kaikki uusi uuden yhteistyö osana sillä koska""",
    "pl": """i w z na do się nie jest że to jak o dla od po przez przy są był była było który która które oraz ale za co
        tym tego ten ta te jego jej ich czy lub także może nas nasz nasza nasze naszych już tylko między bez pod
        nad ze we być został zostały roku""",
    "cs": """a v se na je že s z do o k i ve pro jako to za by ale po od které který která jsou jsme byl byla bylo při
        také nebo až u co jeho její jejich tak podle mezi pod nad před naše náš bude budou může být není roku již
        pouze více další""",
    "sk": """a v sa na je že s z do o k i vo pre ako to za by ale po od ktoré ktorý ktorá sú sme bol bola bolo pri tiež
        alebo až u čo jeho jej ich tak podľa medzi pod nad pred naše náš bude budú môže byť nie roku už iba viac
        ďalší""",
    "sl": """in je v na za se da so s z ki kot pri tudi po od do ne bo ali bi ter iz pa o kar ta to še med pod nad pred
        naše naš bodo lahko biti ni leta že samo več njihov njihova kjer smo ste bil bila bilo""",
    "hr": """i u je na za se da su s od koji koja koje kao ili po do te iz ne o bi ali što sa nakon biti također više
        bio bila bilo prema između pod nad prije naše naš može nije godine već samo kako ovaj ova ovo njihov smo ste
        će""",
    "hu": """a az és hogy nem is egy van meg ez azt csak de mint ha vagy volt el már még ki be kell lesz minden más
        után között alatt szerint által valamint ezt ezek azok amely amelyek aki akik mi ön önök saját több kapcsolat
        során illetve számára""",
    "ro": """și de în la cu a pe din un o care că este pentru nu se al ale mai sunt prin dar sau fost fi ca după
        între despre fără către noi noastră nostru noastre lor această acest aceste ei el ea avea are au cele cel cea
        ani anul""",
    "et": """ja on ei et see oli ka aga kui nii ta või mis kes ning oma selle seda need siis veel meie teie nende
        pärast enne koos kõik uus uue aasta aastal saab olla olid välja kuni läbi üle järgi jaoks poolt""",
    "lv": """un ir no ar par uz ka tas kas arī bet vai pie pēc pirms kā tā šis šī to tiek bija nav būs var mēs mūsu
        jūs jūsu gada gadā visi lai līdz starp kur ja vēl jau savu""",
    "lt": """ir yra į iš su kad tai kaip bet ar prie po prieš apie buvo nėra bus gali mes mūsų jūs jūsų metų metais
        visi iki tarp kur jei dar jau savo šis ši tas ta už dėl pagal per kuris kuri kurie""",
    "tr": """ve bir bu için ile de da olarak çok daha olan ne gibi kadar sonra önce en var yok ama veya ki her biz siz
        bizim sizin olduğu tarafından üzerinde arasında göre yeni ise değil""",
    "ca": """el la els les de del dels i a en un una que és per amb no es seu seva al als com més però aquest aquesta
        són va ser ha han entre sobre sense també fins des quan molt tots ens nostre nostra hi on perquè o""",
    "gl": """o a os as de do da dos das e en no na nos nas un unha que é por para con non se seu súa seus súas ao aos á
        ás como máis pero este esta estes son foi ser ten entre sobre sen tamén ata polo pola polos polas cando moi
        todos noso nosa nosos está ou xa pode isto desde onde hai""",
    "eu": """eta da ez bat du dira dute hau hori baino edo ere bere dituzte egin izan den dela ditu behar baina zure gure
        oso beste dago daude egiten zen ziren arabera artean ondoren gabe bezala guztiak honek horiek hauek zer nola
        bidez duen duten dituen ezin nahi gehiago lehen orain""",
    "ga": """an na agus is ar le do ag i go ní níl tá bhí a seo sin leis chun nó ach mar sé sí siad muid ó faoi gach as dá
        bhfuil féidir nach gur ba raibh don den san sa chuig trí idir gan agat againn acu air aici é í iad cad conas
        bheith eile níos ár bhur""",
    "is": """og að það er í á sem við til um en ekki var með fyrir þú hann hún þeir þær þau eru af frá því þetta þessi
        hefur hafa verið eða eins ég vera upp út þegar hér þar sín sinn síðan mjög allir öll undir milli eftir einnig
        hvað hvernig verður verða geta getur""",
    "mt": """il li ta u ma fuq għal minn dan din hu hi huma kien kienet biex jew dawn għandu għandha għandhom aktar ġew se
        tiegħu tagħha tagħhom tal fil mill bil lill mal dwar meta kif kull kollha wara qabel bejn mhux ikun jista
        tista int inti aħna""",
    "id": """yang dan di ini untuk dengan dari pada dalam tidak adalah akan juga kami kita anda oleh sebagai atau telah
        dapat ke itu lebih para tentang bisa sudah karena""",
    "vi": """của và là các cho trong được với không có này một những đến từ người đã tại về khi theo như để chúng tôi
        công bạn""",
    "la": """lorem ipsum dolor sit amet consectetur adipiscing elit sed eiusmod tempor incididunt labore dolore magna
        aliqua enim minim veniam quis nostrud exercitation ullamco laboris nisi aliquip commodo consequat duis aute
        irure voluptate velit esse cillum fugiat nulla pariatur excepteur sint occaecat cupidatat proident
        culpa officia deserunt mollit anim laborum vestibulum pellentesque maecenas curabitur suspendisse tincidunt
        ultrices euismod vivamus morbi vitae""",
}

LANGUAGES: tuple[str, ...] = tuple(_WORDS)


def _votes() -> dict[str, tuple[tuple[str, float], ...]]:
    """For each word the languages that use it, each with the worth of the word as a vote."""
    users: dict[str, list[str]] = {}
    for language, words in _WORDS.items():
        for word in dict.fromkeys(words.split()):
            users.setdefault(word, []).append(language)
    return {word: tuple((language, _worth(word, users[word])) for language in users[word]) for word in users}


def _worth(word: str, languages: list[str]) -> float:
    """A whole vote shared among the languages; a single letter, which may be a unit or a label, has half a vote."""
    return (1.0 if len(word) > 1 else 0.5) / len(languages)


VOTES = _votes()
