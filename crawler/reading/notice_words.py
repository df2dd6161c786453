"""The words of notices that are looked for in every language at once, and the address that one may spell out.

Those of one language are in `notice_words_japanese` and `notice_words_latin`. Every repetition in a pattern is bounded,
so a hostile page costs no more than a long one.
"""

from __future__ import annotations

import re

# An address written out in a text.
ADDRESS = re.compile(r"https?://[\w.\-]{3,80}(?::\d{2,5})?(?:/[\w./~%\-?=&]{0,200})?", re.ASCII)
AGENDA = re.compile(
    r"規約|会則|定款|規程|規則|利用規約|約款|satzung|statut|by-?laws|constitution|terms (?:of|and)|privacy"
    r"|プライバシー|impressum|faq|よくある",
    re.IGNORECASE,
)
NEW_PLACE = re.compile(
    r"新しい(?:web|ウェブ)?(?:サイト|ホームページ|url|アドレス|ページ|ブログ)|新(?:サイト|ホームページ|hp|url"
    r"|アドレス)|移転|引っ越|引越|移行|new (?:web ?site|site|address|home|page)|moved|umgezogen|nouveau site"
    r"|nuevo sitio|nuovo sito|now (?:available )?at"
)
# Where to look from now on; not where the past or the details are to be read.
SEE_ELSEWHERE = re.compile(
    r"最新の?(?:情報|ニュース|活動)|今後(?:は|の)|(?:ご覧|御覧|ご参照|ご確認|フォロー)(?:になって)?(?:ください|下さい|いただ)"
    r"|follow us|find us|see our new|visit our new|(?:latest|current|up-to-date|recent) (?:news|information|updates)"
    r"|please (?:visit|see|refer to|go to|check)|instead|folgen sie uns|finden sie uns|aktuelle (?:informationen|neuigkeiten)"
    r"|besuchen sie|suivez[ -]nous|retrouvez[ -]nous|seguici|s[ií]guenos|encuéntrenos|obserwuj|zapraszamy na"
)
LOOK_BACK = re.compile(
    r"過去|これまで|成果|報告書|アーカイブ|記録|詳細|詳しく|経緯|バックナンバー|archive|previous|past |older|details|results"
)
LATEST = re.compile(
    r"最新|今後|follow us|find us|latest|our new|current|up-to-date|aktuelle|folgen|suivez|seguici|guenos"
)
PROJECT_NAME = re.compile(
    r"プロジェクト|事業|プログラム|構想|\bproje[ck]t|\bprogramme?\b|\bproyecto|\bprogetto|\bprojet\b", re.IGNORECASE
)
HISTORY = re.compile(r"沿革|歴史|あゆみ|歩み|年表|経緯|history|geschichte|historique|storia|historia", re.IGNORECASE)
