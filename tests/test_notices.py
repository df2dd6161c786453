"""Notices of an end or a move, and everything that only sounds like one."""

from datetime import date

import pytest

from crawler.model import Notice, NoticeKind
from crawler.reading import notices
from crawler.reading.page import parse

TODAY = date(2026, 11, 25)
NAMES = ("白山炭素繊維クラスター", "Hakusan Carbon Cluster", "HCC")
HOME = "http://hakusan.example/"


def read(
    body: str,
    *,
    title: str = "白山炭素繊維クラスター",
    url: str = HOME,
    names: tuple[str, ...] = NAMES,
    today: date = TODAY,
) -> tuple[Notice, ...]:
    """The notices of a page with this body; running text is put in a paragraph."""
    inner = body if body.startswith("<") else f"<p>{body}</p>"
    html = f"<html><head><title>{title}</title></head><body>{inner}</body></html>"
    return notices.read(parse(html.encode(), url), today=today, names=names)


# Sentence or body, kind of the first notice, whether it is past, the day it names.
ENDS = [
    ("当クラスターは令和6年3月31日をもって活動を終了いたしました。", NoticeKind.ORG_ENDED, True, "2024-03-31"),
    (
        "当推進協議会は、所期の目的を達成したため、令和5年3月末をもって解散いたしました。",
        NoticeKind.ORG_ENDED,
        True,
        "2023-03-31",
    ),
    ("白山炭素繊維クラスターは、2020年3月末をもちまして活動を終了しました。", NoticeKind.ORG_ENDED, True, "2020-03-31"),
    ("本プロジェクトは平成27年度をもって終了しました。", NoticeKind.PROJECT_ENDED, True, "2016-03-31"),
    ("本事業は、平成30年3月31日をもちまして終了いたしました。", NoticeKind.PROJECT_ENDED, True, "2018-03-31"),
    ("このホームページの更新は終了しました。", NoticeKind.UPDATES_ENDED, True, ""),
    ("当サイトは平成25年3月をもって更新を停止しております。", NoticeKind.UPDATES_ENDED, True, "2013-03-31"),
    ("このサイトは現在更新しておりません。", NoticeKind.UPDATES_ENDED, True, ""),
    ("本ウェブサイトは2015年3月末で閉鎖いたしました。", NoticeKind.SITE_CLOSED, True, "2015-03-31"),
    ("当ホームページは、令和9年3月31日をもちまして閉鎖させていただきます。", NoticeKind.ANNOUNCED, False, "2027-03-31"),
    ("当会は2027年3月31日をもって解散いたします。", NoticeKind.ANNOUNCED, False, "2027-03-31"),
    (
        "2027年3月31日をもって、当クラスターの活動を終了することとなりました。",
        NoticeKind.ANNOUNCED,
        False,
        "2027-03-31",
    ),
    (
        "長年にわたるご支援、誠にありがとうございました。白山炭素繊維クラスターは2019年3月31日をもって解散しました。",
        NoticeKind.ORG_ENDED,
        True,
        "2019-03-31",
    ),
    ("当協議会は青葉会と合併し、「青葉連合会」となりました。", NoticeKind.SUCCEEDED, True, ""),
    ("Our activities have been taken over by the Aoba Foundation.", NoticeKind.SUCCEEDED, True, ""),
    ("当センターは、公益財団法人石川産業機構に統合されました。", NoticeKind.SUCCEEDED, True, ""),
    (
        "当協議会は2018年4月に「北陸先端素材機構」へ移行し、発展的に解散しました。",
        NoticeKind.SUCCEEDED,
        True,
        "2018-04-01",
    ),
    ("当研究会の事業は、一般社団法人北陸素材会議に引き継がれました。", NoticeKind.SUCCEEDED, True, ""),
    ("令和2年度総会の決議により、当会は令和3年3月31日付けで解散しました。", NoticeKind.ORG_ENDED, True, "2021-03-31"),
    ("本会は、会員の高齢化により活動を休止しております。", NoticeKind.PAUSED, True, ""),
    ("当ネットワークは令和4年12月をもちまして活動を取りやめました。", NoticeKind.ORG_ENDED, True, "2022-12-31"),
    ("本会は2021年5月30日をもって組織としての役目を終えました。", NoticeKind.ORG_ENDED, True, "2021-05-30"),
    ("白山炭素繊維クラスターは2023年3月に消滅しました。", NoticeKind.ORG_ENDED, True, "2023-03-01"),
    ("当センターは閉所しました。", NoticeKind.ORG_ENDED, True, ""),
    (
        "当会は再開の見込みが立たないため、2023年4月1日をもって会を閉じました。",
        NoticeKind.ORG_ENDED,
        True,
        "2023-04-01",
    ),
    ("本事業は全ての課題を完了し、終了しております。", NoticeKind.PROJECT_ENDED, True, ""),
    ("このサイトは2018年4月以降、更新されておりません。", NoticeKind.UPDATES_ENDED, True, "2018-04-01"),
    ("白山炭素繊維クラスターのウェブサイトは閉鎖されました。", NoticeKind.SITE_CLOSED, True, ""),
    ("Hakusan Carbon Cluster wound up its affairs on 31 March 2024.", NoticeKind.ORG_ENDED, True, "2024-03-31"),
    ("Hakusan Carbon Cluster's homepage was closed in May 2023.", NoticeKind.SITE_CLOSED, True, "2023-05-01"),
    ("We stopped updating this site in March 2020.", NoticeKind.UPDATES_ENDED, True, "2020-03-01"),
    ("These pages will not be updated any more.", NoticeKind.UPDATES_ENDED, True, ""),
    ("This project will end on 31 March 2027.", NoticeKind.ANNOUNCED, False, "2027-03-31"),
    (
        "Der Verein Carbon e. V. hat seine Tätigkeit zum 31.12.2021 eingestellt.",
        NoticeKind.ORG_ENDED,
        True,
        "2021-12-31",
    ),
    ("De vereniging heeft haar activiteiten per 31 december 2020 beëindigd.", NoticeKind.ORG_ENDED, True, "2020-12-31"),
    ("Deze website wordt niet langer bijgewerkt.", NoticeKind.UPDATES_ENDED, True, ""),
    ("Dit project is afgerond.", NoticeKind.PROJECT_ENDED, True, ""),
    ("Föreningen har upplösts.", NoticeKind.ORG_ENDED, True, ""),
    ("Webbplatsen uppdateras inte längre.", NoticeKind.UPDATES_ENDED, True, ""),
    ("Webbplatsen har stängts.", NoticeKind.SITE_CLOSED, True, ""),
    ("We have ceased our activities as of 31 March 2019.", NoticeKind.ORG_ENDED, True, "2019-03-31"),
    ("Our association was dissolved on 31 March 2019.", NoticeKind.ORG_ENDED, True, "2019-03-31"),
    ("The Hakusan Carbon Cluster ceased operations in March 2018.", NoticeKind.ORG_ENDED, True, "2018-03-01"),
    (
        "The HCC project ended on 31 December 2019 and this website is no longer updated.",
        NoticeKind.UPDATES_ENDED,
        True,
        "2019-12-31",
    ),
    ("This project ended in December 2019.", NoticeKind.PROJECT_ENDED, True, "2019-12-01"),
    ("This website has been archived and is no longer maintained.", NoticeKind.SITE_CLOSED, True, ""),
    ("This site will be closed on 31 March 2027.", NoticeKind.ANNOUNCED, False, "2027-03-31"),
    ("The cluster was dissolved at the end of 2020.", NoticeKind.ORG_ENDED, True, ""),
    ("Der Verein wurde zum 31.12.2020 aufgelöst.", NoticeKind.ORG_ENDED, True, "2020-12-31"),
    ("Diese Seite wird nicht mehr aktualisiert.", NoticeKind.UPDATES_ENDED, True, ""),
    ("Wir haben unsere Tätigkeit zum Jahresende eingestellt.", NoticeKind.ORG_ENDED, True, ""),
    ("Unser Netzwerk hat sich zum 30. Juni 2019 aufgelöst.", NoticeKind.ORG_ENDED, True, "2019-06-30"),
    ("Nous avons cessé nos activités le 31 décembre 2020.", NoticeKind.ORG_ENDED, True, "2020-12-31"),
    ("L'association a été dissoute le 12 juin 2018.", NoticeKind.ORG_ENDED, True, "2018-06-12"),
    ("Ce site n'est plus mis à jour.", NoticeKind.UPDATES_ENDED, True, ""),
    ("Ce site a fermé.", NoticeKind.SITE_CLOSED, True, ""),
    ("Abbiamo cessato le attività.", NoticeKind.ORG_ENDED, True, ""),
    ("Il sito ha chiuso.", NoticeKind.SITE_CLOSED, True, ""),
    ("Hemos cesado nuestras operaciones.", NoticeKind.ORG_ENDED, True, ""),
    ("Este sitio ha sido cerrado.", NoticeKind.SITE_CLOSED, True, ""),
    ("Este sitio ya no se actualiza.", NoticeKind.UPDATES_ENDED, True, ""),
    ("Stowarzyszenie zakończyło działalność w 2019 roku.", NoticeKind.ORG_ENDED, True, ""),
    ("Serwis został zamknięty.", NoticeKind.SITE_CLOSED, True, ""),
    ("Deze site is gesloten.", NoticeKind.SITE_CLOSED, True, ""),
    (
        "<p>当協議会は、<br>令和5年3月31日をもちまして<br>解散いたしました。</p>",
        NoticeKind.ORG_ENDED,
        True,
        "2023-03-31",
    ),
    (
        "<p>当サイトは閉鎖しました。</p><p>新しいサイトはこちら：<a href='https://new.example.org/'>https://new.example.org/</a></p>",
        NoticeKind.MOVED,
        True,
        "",
    ),
    ("<p>Our new website is <a href='https://new.example.org/'>here</a>.</p>", NoticeKind.MOVED, True, ""),
    ("<p>This site has moved to https://new.example.org/ .</p>", NoticeKind.MOVED, True, ""),
    (
        "<h1>解散のご挨拶</h1><p>白山炭素繊維クラスターは、令和4年3月31日をもちまして解散する運びとなりました。</p>",
        NoticeKind.ORG_ENDED,
        True,
        "2022-03-31",
    ),
    (
        "<ul><li>2027年1月10日　当会は3月31日をもって解散いたします。</li></ul>",
        NoticeKind.ANNOUNCED,
        False,
        "2027-03-31",
    ),
    (
        "財団法人白山産業振興財団 白山炭素繊維クラスターは平成24年度末で終了いたしました。",
        NoticeKind.ORG_ENDED,
        True,
        "2013-03-31",
    ),
    (
        "文部科学省からの支援期間が終了したため、当クラスターの活動は平成25年3月で終了しました。",
        NoticeKind.ORG_ENDED,
        True,
        "2013-03-31",
    ),
    ("当協議会は令和4年度をもちまして解散となりました。", NoticeKind.ORG_ENDED, True, "2023-03-31"),
    ("本協議会は、令和4年6月の総会をもって解散することが承認されました。", NoticeKind.ORG_ENDED, True, "2022-06-01"),
    ("誠に残念ではございますが、本会は今年度末をもって解散することといたしました。", NoticeKind.ANNOUNCED, False, ""),
    ("本法人は令和3年9月30日をもって解散し、現在清算手続き中です。", NoticeKind.ORG_ENDED, True, "2021-09-30"),
    ("白山炭素繊維クラスター（HCC）は、2016年3月31日に活動を終了しました。", NoticeKind.ORG_ENDED, True, "2016-03-31"),
    ("白山炭素繊維クラスター推進協議会は2022年3月に解散しました。", NoticeKind.ORG_ENDED, True, "2022-03-01"),
    (
        "当クラスター推進協議会の活動は、平成28年3月をもちまして終了いたしました。",
        NoticeKind.ORG_ENDED,
        True,
        "2016-03-31",
    ),
    ("なお、本サイトは平成26年3月末をもって閉鎖いたします。", NoticeKind.SITE_CLOSED, True, "2014-03-31"),
    ("本プロジェクトは終了いたしましたが、成果は引き続き公開しています。", NoticeKind.PROJECT_ENDED, True, ""),
    (
        "本プロジェクトは平成26年3月31日で終了しました。このサイトは記録として残しています。",
        NoticeKind.PROJECT_ENDED,
        True,
        "2014-03-31",
    ),
    ("このウェブサイトは、2014年3月までの活動の記録です。現在は更新していません。", NoticeKind.UPDATES_ENDED, True, ""),
    ("当ホームページは2019年3月末日をもって公開を終了しました。", NoticeKind.SITE_CLOSED, True, "2019-03-31"),
    ("本ホームページは令和2年3月31日をもちまして終了いたしました。", NoticeKind.SITE_CLOSED, True, "2020-03-31"),
    (
        "当財団は、令和元年6月30日をもって解散いたしました。長年のご厚情に感謝申し上げます。",
        NoticeKind.ORG_ENDED,
        True,
        "2019-06-30",
    ),
    ("当協会は活動を停止しました。", NoticeKind.ORG_ENDED, True, ""),
    ("当クラブは2018年をもって活動に幕を下ろしました。", NoticeKind.ORG_ENDED, True, "2018-12-31"),
    ("当団体は2020年12月末をもって、その活動を終えました。", NoticeKind.ORG_ENDED, True, "2020-12-31"),
    ("本サイトは更新を終了しています。", NoticeKind.UPDATES_ENDED, True, ""),
    ("本サイトは2013年3月で更新を停止しました。", NoticeKind.UPDATES_ENDED, True, "2013-03-31"),
    ("※本ホームページは現在更新を行っておりません。", NoticeKind.UPDATES_ENDED, True, ""),
    (
        "当プロジェクトは、平成23年度末をもって5年間の事業期間を終了いたしました。",
        NoticeKind.PROJECT_ENDED,
        True,
        "2012-03-31",
    ),
    ("As of April 2020, the consortium no longer exists.", NoticeKind.ORG_ENDED, True, "2020-04-01"),
    ("Our network has been wound up.", NoticeKind.ORG_ENDED, True, ""),
    ("The network was officially dissolved in December 2021.", NoticeKind.ORG_ENDED, True, "2021-12-01"),
    ("The HCC cluster has been discontinued.", NoticeKind.ORG_ENDED, True, ""),
    ("This is an archived version of the website.", NoticeKind.SITE_CLOSED, True, ""),
    ("This site is an archive and is not updated any more.", NoticeKind.SITE_CLOSED, True, ""),
    ("The website will no longer be updated.", NoticeKind.UPDATES_ENDED, True, ""),
    ("We have decided to close the association at the end of 2020.", NoticeKind.ORG_ENDED, True, ""),
    ("Activities of the cluster ended in 2019.", NoticeKind.ORG_ENDED, True, ""),
    ("The association ceased to exist on 31 December 2022.", NoticeKind.ORG_ENDED, True, "2022-12-31"),
    (
        "We regret to announce that our association will be dissolved on 31 March 2027.",
        NoticeKind.ANNOUNCED,
        False,
        "2027-03-31",
    ),
    ("Please visit our new website at https://www.new-hakusan.example/.", NoticeKind.MOVED, True, ""),
    (
        "Our website has moved: please update your bookmarks to https://www.new-hakusan.example/.",
        NoticeKind.MOVED,
        True,
        "",
    ),
    ("Hakusan Carbon Cluster has merged with Hokuriku Materials Alliance.", NoticeKind.SUCCEEDED, True, ""),
    ("We are now part of the Hokuriku Materials Alliance.", NoticeKind.SUCCEEDED, True, ""),
    (
        "Das Projekt endete am 31.12.2019. Diese Webseite wird nicht mehr gepflegt.",
        NoticeKind.UPDATES_ENDED,
        True,
        "2019-12-31",
    ),
    ("Der Verein hat sich aufgelöst.", NoticeKind.ORG_ENDED, True, ""),
    ("Das Netzwerk wurde Ende 2018 aufgelöst.", NoticeKind.ORG_ENDED, True, ""),
    ("Die Website wurde eingestellt.", NoticeKind.SITE_CLOSED, True, ""),
    ("Unsere Webseite ist umgezogen: https://neu.example.org/", NoticeKind.MOVED, True, ""),
    ("L'association est dissoute depuis le 1er janvier 2020.", NoticeKind.ORG_ENDED, True, "2020-01-01"),
    ("Notre site a déménagé : https://nouveau.example.org/", NoticeKind.MOVED, True, ""),
    ("Le site n'est plus actualisé.", NoticeKind.UPDATES_ENDED, True, ""),
    ("L'associazione si è sciolta nel 2019.", NoticeKind.ORG_ENDED, True, ""),
    ("Questo sito non è più aggiornato.", NoticeKind.UPDATES_ENDED, True, ""),
    ("La asociación ha cesado sus actividades.", NoticeKind.ORG_ENDED, True, ""),
    ("La asociación se ha disuelto.", NoticeKind.ORG_ENDED, True, ""),
    ("Klaster zakończył działalność w 2018 r.", NoticeKind.ORG_ENDED, True, ""),
    ("Strona nie jest już aktualizowana.", NoticeKind.UPDATES_ENDED, True, ""),
    ("Portal został zamknięty.", NoticeKind.SITE_CLOSED, True, ""),
    ("ホームページのURLが変わりました。新URL：https://new.hakusan.example/", NoticeKind.MOVED, True, ""),
    ("ホームページは<a href='https://new.example.org/'>こちら</a>に引っ越しました。", NoticeKind.MOVED, True, ""),
    (
        "当クラスターのホームページは、下記URLに変更となりました。https://www.new.example.org/",
        NoticeKind.MOVED,
        True,
        "",
    ),
    (
        "<p>当会のホームページは移転しました。</p><p><a href='https://new.example.org/'>https://new.example.org/</a></p>",
        NoticeKind.MOVED,
        True,
        "",
    ),
    ("当クラスターは2020年4月1日より「北陸素材協会」に名称を変更しました。", NoticeKind.SUCCEEDED, True, "2020-04-01"),
    (
        "当機構は、令和5年3月31日をもって解散し、全ての事業を終了いたしました。",
        NoticeKind.ORG_ENDED,
        True,
        "2023-03-31",
    ),
    (
        "このたび当連絡会は、設立の目的を果たしたことから、令和3年度末をもって活動を終えることとなりました。",
        NoticeKind.ORG_ENDED,
        True,
        "2022-03-31",
    ),
    ("当ネットワークは平成29年3月をもってその役割を終え、解散いたしました。", NoticeKind.ORG_ENDED, True, "2017-03-31"),
    (
        "平成25年3月31日をもちまして、当クラスター事業は終了いたしました。ご協力いただいた皆様に感謝申し上げます。",
        NoticeKind.PROJECT_ENDED,
        True,
        "2013-03-31",
    ),
    ("文科省事業の終了に伴い、当本部は平成24年3月末で廃止されました。", NoticeKind.ORG_ENDED, True, "2012-03-31"),
    ("このサイトは平成22年度までの記録です。更新は行っておりません。", NoticeKind.UPDATES_ENDED, True, ""),
    ("当サイトは2021年3月31日に閉鎖する予定です。", NoticeKind.SITE_CLOSED, True, "2021-03-31"),
    ("当ホームページの運営は令和元年12月をもって終了しました。", NoticeKind.SITE_CLOSED, True, "2019-12-31"),
    ("当組合は平成30年6月1日に解散の登記を完了しました。", NoticeKind.ORG_ENDED, True, "2018-06-01"),
    ("本拠点の活動は令和2年3月で終了しております。", NoticeKind.ORG_ENDED, True, "2020-03-31"),
    ("弊社は2019年5月31日をもちまして廃業いたしました。", NoticeKind.ORG_ENDED, True, "2019-05-31"),
    ("当フォーラムは、2015年度総会をもって休会となりました。", NoticeKind.PAUSED, True, "2016-03-31"),
    ("白山炭素繊維クラスターの活動は2014年度で終了しています。", NoticeKind.ORG_ENDED, True, "2015-03-31"),
    ("当協会のウェブサイトはhttps://new.example.org/に移転いたしました。", NoticeKind.MOVED, True, ""),
    ("当クラスターは公益財団法人能登産業振興機構に承継されました。", NoticeKind.SUCCEEDED, True, ""),
    ("The cluster was officially closed in 2015.", NoticeKind.ORG_ENDED, True, ""),
    ("Our organisation no longer operates.", NoticeKind.ORG_ENDED, True, ""),
    (
        "This programme was completed in March 2016 and our website will not be updated.",
        NoticeKind.PROJECT_ENDED,
        True,
        "2016-03-01",
    ),
    ("We are sorry to announce that the association has been dissolved.", NoticeKind.ORG_ENDED, True, ""),
    ("HCC was wound up on 30 June 2017.", NoticeKind.ORG_ENDED, True, "2017-06-30"),
    ("Please be informed that our website has relocated to https://new.example.org/", NoticeKind.MOVED, True, ""),
    ("The foundation has ceased all activities.", NoticeKind.ORG_ENDED, True, ""),
    ("The consortium has been disbanded.", NoticeKind.ORG_ENDED, True, ""),
    ("This website is no longer active.", NoticeKind.UPDATES_ENDED, True, ""),
    ("The members voted to dissolve the association in May 2019.", NoticeKind.ORG_ENDED, True, "2019-05-01"),
    (
        "当協会は会員数の減少により存続が困難となり、2023年3月をもって解散いたしました。",
        NoticeKind.ORG_ENDED,
        True,
        "2023-03-31",
    ),
    (
        "本コンソーシアムは設置期間の満了に伴い、令和2年3月31日をもって終了しました。",
        NoticeKind.ORG_ENDED,
        True,
        "2020-03-31",
    ),
    ("当プロジェクトは2013年度をもって全ての活動を終了しております。", NoticeKind.ORG_ENDED, True, "2014-03-31"),
    ("このホームページは2012年3月で更新を終了いたしました。", NoticeKind.UPDATES_ENDED, True, "2012-03-31"),
    (
        "諸般の事情により、当サイトは2024年6月30日をもちまして閉鎖することとなりました。",
        NoticeKind.SITE_CLOSED,
        True,
        "2024-06-30",
    ),
    ("当推進機構は、令和7年4月1日付で株式会社能登テックに統合されました。", NoticeKind.SUCCEEDED, True, "2025-04-01"),
    ("ホームページを移転しました。新しいURLは https://n.example.org/ です。", NoticeKind.MOVED, True, ""),
    ("本クラスターは国の補助期間終了後、2015年に解散しました。", NoticeKind.ORG_ENDED, True, "2015-01-01"),
    ("当会はその歴史に幕を閉じました。", NoticeKind.ORG_ENDED, True, ""),
    ("本事業は2014年3月末をもって完了しました。", NoticeKind.PROJECT_ENDED, True, "2014-03-31"),
    ("当サイトの運営を終了いたしました。長らくのご利用ありがとうございました。", NoticeKind.SITE_CLOSED, True, ""),
    ("2025年9月30日をもって本ウェブサイトの公開を停止しました。", NoticeKind.SITE_CLOSED, True, "2025-09-30"),
    ("The association was formally dissolved by its members on 3 May 2021.", NoticeKind.ORG_ENDED, True, "2021-05-03"),
    ("Our cluster ceased to exist at the end of 2018.", NoticeKind.ORG_ENDED, True, ""),
    ("We no longer update this site.", NoticeKind.UPDATES_ENDED, True, ""),
    ("The HCC network has stopped its activities.", NoticeKind.ORG_ENDED, True, ""),
    ("This site has been retired. Visit us at https://n.example.org/", NoticeKind.SITE_CLOSED, True, ""),
    ("Unser Verein wurde 2019 aufgelöst.", NoticeKind.ORG_ENDED, True, ""),
    ("Le cluster a cessé ses activités en 2017.", NoticeKind.ORG_ENDED, True, ""),
]


@pytest.mark.parametrize(("body", "kind", "past", "on"), ENDS)
def test_a_notice_of_the_host_is_read(body: str, kind: NoticeKind, past: bool, on: str) -> None:
    found = read(body)
    assert found
    assert (found[0].kind, found[0].past, found[0].first_person) == (kind, past, True)
    assert (found[0].on.isoformat() if found[0].on else "") == on


# Nothing of this is said of the host, whether its name is known or not.
NO_NOTICES = [
    "本事業の募集は終了しました。",
    "申請受付は終了しました。",
    "役割を推進部に移行し、研究会は発展的に解散しました。",
    "協議会の解散を承認しました。",
    "会員のABC協会は令和3年3月に解散しました。",
    "就職活動を終了した学生",
    "この日の活動を終了しますか",
    "現在、採用活動を休止しております。",
    "県の補助事業は昨年度をもって終了しました。",
    "研究課題ステータス 完了",
    "夜間ゲート閉鎖",
    "施設・脱衣所の閉鎖について",
    "土地の跡地利用",
    "自動更新は停止中です",
    "まだこのページは更新されていません",
    "本日の営業を終了しました。",
    "今季の営業を終了いたしました。",
    "閉館時間が21:00",
    "木曜休診",
    "事務所を移転しました。",
    "当協会事務局は下記に移転しました。",
    "当会の事務所は金沢市に移転いたしました。",
    "名称を変更しました。",
    "当法人は公益財団法人へ移行しました。",
    "当協会は平成25年4月1日をもって一般財団法人へ移行しました。",
    "第10条 本会は、総会の議決により解散する。",
    "本会は、次に掲げる事由により解散します。一 総会の決議",
    "当サイトは予告なくサービスを終了する場合があります。",
    "当サイトは予告なく閉鎖することがあります。",
    "システムメンテナンスのため、3月3日に当サイトを一時停止します。",
    "本会は盛況のうちに終了しました。",
    "本研究会は盛会のうちに終了いたしました。",
    "当会の見学会は15時に解散しました。",
    "本セミナーは終了しました。",
    "本展示会は終了いたしました。",
    "本講座は終了しました。長い間ありがとうございました。",
    "このサービスの受付は終了しました。",
    "当会は、A市とB市の協議会が合併し発足しました。",
    "前身の越前繊維産業研究会の活動を引き継ぎ、名称を改めました。",
    "2商工会は合併検討協議会を解散した。",
    "当会は平成20年度に地域再生事業を終了しました。",
    "当クラスターの旧サイトは閉鎖しました。",
    "英語版サイトは閉鎖しました。",
    "当会の部会「食品部会」は解散しました。",
    "当センターの展示室は改装のため閉鎖しました。",
    "当クラスターでは水素講習会の受付を終了しました。",
    "メールマガジンの配信を終了いたしました。",
    "当センターのメールマガジンは配信を終了しました。",
    "当クラスターは第3期の活動を終了し、第4期を開始しました。",
    "令和6年度の活動を終了しました。",
    "当会は本年度の活動を終了しました。",
    "年内の活動を終了しました。",
    "当クラスターは、国の支援が終了した後も自立して活動を続けています。",
    "オンライン相談のサービスを終了いたしました。",
    "『大橋ホール』は閉鎖いたしました。",
    "衆議院が解散しました。",
    "当協会は、解散総選挙の影響を",
    "Registration for the course is now closed.",
    "The call is closed.",
    "Our office has moved to a new building.",
    "In the event of the dissolution of the association, funds will be used",
    "If the association is dissolved, assets go to",
    "the website is no longer updated on Saturdays.",
    "This group has been dissolved",
    "The company ACME ceased operations in 2010.",
    "This project has received funding from the EU.",
    "Our seminar was closed.",
    "The 2003 version of the website is no longer updated",
    "We closed the year with a party.",
    "We have completed the first phase.",
    "The Society was dissolved in 1943.",
    "Die Auflösung des Vereins kann nur mit Mehrheit beschlossen werden.",
    "Das Projekt ist Teil der Initiative.",
    "Die Anmeldung ist geschlossen.",
    "Les inscriptions sont closes.",
    "El plazo ha finalizado.",
    "Tym spotkaniem zakończyliśmy trzecią edycję warsztatów.",
    "Konferencja została zakończona.",
    "The network switch is no longer supported.",
    "we have moved to a new office in Tokyo.",
    "Python 2 is no longer maintained.",
    "Our offices will be closed from 24 December to 3 January.",
    "We will be closed on Monday.",
    "The portal service was closed for the night.",
    "The workshop has ended.",
    "<ul><li><a href='http://x.example/'>ABC tool</a>: this site is no longer maintained.</li></ul>",
    "<ul><li>2012年3月5日 会員企業の白山化学工業が解散しました</li></ul>",
    "会員の○○株式会社様のホームページは移転しました。<a href='http://abc.example.org/'>http://abc.example.org/</a>",
    "<p>ホームページを新しくしました。新しいサイトはこちら <a href='/new/'>トップ</a></p>",
    "当クラスターは経済産業省の産業クラスター計画の終了後も活動しています。",
    "北陸クラスターは2015年3月に解散しました。",
    "当クラスターの活動は終了していません。",
    "当協会は解散しません。",
    "本会は2025年3月に閉会しました。",
    "当クラスターは2024年度の総会を終了しました。",
    "令和6年度事業は全て終了しました。",
    "補助事業は終了しましたが、当クラスターの活動は続きます。",
    "本年の受付は終了いたしました。",
    "当センターの駐車場は工事のため閉鎖しております。",
    "当クラスターのメーリングリストは停止しました。",
    "会長の退任に伴い事務局が移転しました。",
    "新規会員の受付を停止しております。",
    "本キャンペーンは終了いたしました。",
    "A社は当クラスターを退会し、解散しました。",
    "当クラスターの前会長が理事長を務めた協会は解散した。",
    "Windows 7のサポートは終了しました。",
    "当サイトではInternet Explorerのサポートを終了しました。",
    "Flash Playerは提供を終了しました。",
    "当クラスターは新名称に変更しました。",
    "当会ホームページをリニューアルしました。",
    "当サイトのURLがhttpsに変わりました。",
    "サーバー移転のため3月1日は更新を停止します。",
    "The conference is now closed.",
    "Our member company was wound up in 2020.",
    "We have moved the meeting to Tuesday.",
    "The network meeting was closed by the chair.",
    "This page is no longer available in German.",
    "Support for the old browser has ended.",
    "Our project partner closed its office.",
    "The first phase of our project has been completed.",
    "The site was closed for the holidays.",
    "Unser Projekt wurde mit einem Preis abgeschlossen und geht weiter.",
    "当クラスターの実証試験は終了しました。",
    "当研究会の第10回例会は終了しました。",
    "本クラスターの第2期は平成28年3月で終了しました。",
]


@pytest.mark.parametrize("names", [NAMES, ()], ids=["named", "nameless"])
@pytest.mark.parametrize("body", NO_NOTICES)
def test_what_only_sounds_like_an_end_is_no_notice(body: str, names: tuple[str, ...]) -> None:
    assert read(body, names=names) == ()


# The false positives that the table of signatures names, each as a sentence.
KNOWN_FALSE_ALARMS = [
    "役割を推進部に移行し、研究会は発展的に解散しました。",
    "協議会の解散を承認",
    "会員企業の解散のお知らせ",
    "官報に、ある株式会社の解散公告と清算人の氏名が載りました。",
    "この機能は新しい画面に統合されました。",
    "二つの商工会議所が合併し発足した団体です。",
    "法人としては同一性を持って存続する。",
    "就職活動を終了",
    "この日の活動を終了しますか",
    "現在、採用活動を休止しております",
    "本事業の募集は終了しました",
    "申請受付は終了",
    "市の補助制度は令和5年度をもって終了しました。",
    "省は「都市エリア産学官連携促進事業」を終了した地域を評価しました。",
    "研究課題ステータス 完了",
    "施設・ゲート・脱衣所の閉鎖",
    "土地の跡地利用",
    "自動更新は停止中",
    "レコードの更新を終了",
    "まだこのページは更新されていません",
    "ある製品のサービスを終了しました。",
    "本日の営業終了",
    "今季営業終了",
    "本営業終了(FINAL)",
    "閉館時間が21:00",
    "木曜休診",
    "事務局を移転しました。",
    "リニューアルのため新しいサイトへ移行しました。",
    "論文募集は終了しました",
    "受付は終了しました",
    "このセミナーは終了しました",
    "投票受付は終了",
    "アンケートの受付は終了",
    "本日分の受付は終了",
    "夜間ゲート閉鎖",
    "ドッグシャワーが廃止",
    "総会開催は中止",
    "当分の間閉鎖し、テレワーク",
    "合併検討協議会を解散",
    "治療は休止しています",
    "目的の達成時には解散することを前提",
    "第12条 この会は、総会の議決を経て解散する。",
    "This group has been dissolved",
    "in the event of the dissolution of the society",
    "dissolution of the association",
    "the project has ended",
    "no longer updated on Saturdays and Sundays",
    "the 2003-2018 version of the website is no longer updated",
    "archived or suspended",
    "Our office moved to the second floor.",
    "Satzung: Auflösung des Vereins",
    "Das Projekt ist abgeschlossen",
    "fusion du pôle Derbi avec un cluster voisin",
]


@pytest.mark.parametrize("body", KNOWN_FALSE_ALARMS)
def test_a_known_false_alarm_stays_silent(body: str) -> None:
    assert read(body) == ()


# A part of the host ended, a season of it, or its legal form: the host goes on.
PARTS_AND_FORMS = [
    "当協議会の航空機部会は2025年3月をもって活動を終了しました。",
    "当クラスターの人材育成分科会は2023年に活動を終了しました。",
    "白山炭素繊維クラスターの航空機部会は2023年に活動を終了しました。",
    "白山炭素繊維クラスター航空機部会は2023年に解散しました。",
    "当会は航空機部会を解散しました。",
    "当協議会は設立から順調に歩み、航空機部会は2025年に活動を終了しました。",
    "当会の2025年の活動はすべて終了しました。",
    "2025年の当会の活動はすべて終了しました。",
    "当会は令和5年の活動を終了しました。",
    "当会の今年の活動は終了しました。",
    "当会は任意団体を解散し、2024年4月に一般社団法人となりました。",
    "当会は任意団体としての活動を終了し、2024年4月に一般社団法人白山素材を設立しました。",
    "当会は任意団体としての活動を終了しました。",
    "当会は2024年3月に解散しました。4月に一般社団法人白山素材会議として新たに発足しました。",
    "当会は令和6年3月をもって活動を終了し、一般社団法人となりました。",
    "当財団の奨学金事業は2024年3月をもって終了しました。",
    "当財団奨学金事業は2024年3月をもって終了しました。",
    "本奨学金事業は2024年3月をもって終了しました。",
    "当クラスターの医工連携プロジェクトは2024年3月をもって終了しました。",
    "当サイトの掲示板は2024年3月をもって閉鎖しました。",
    "当サイトの掲示板の更新は終了しました。",
    "当協会の研修サイトは閉鎖しました。",
    "当サイトの会員情報の更新は終了しました。",
    "当サイトの英語版は更新していません。",
    "<h1>白山</h1><h2>水素活用プロジェクト</h2><p>本プロジェクトは2018年3月に終了しました。</p>",
    "白山水素プロジェクトは経産省の支援を受けました。本プロジェクトは2018年3月に終了しました。",
    "The Hakusan Carbon Cluster working group on AI was dissolved in 2024.",
    "The HCC working group on AI was dissolved in 2024.",
    "HCC's training committee was dissolved in 2024.",
    "The working group of HCC was dissolved in 2024.",
    "Our association's working group was dissolved in 2024.",
    "The cluster working group was dissolved in 2024.",
    "We dissolved our working group in 2024.",
    "We have dissolved our working group.",
    "We have dissolved the aviation committee of the cluster.",
    "We ended our activities in China.",
    "We have ceased our activities in Germany as of 2019.",
    "We have ceased operations of our online shop.",
    "HCC ceased operations in China in 2019.",
    "Our association was founded in 2001 after the former society was dissolved.",
    "Our association was founded in 2001 and the old society was dissolved.",
    "Our association founded a club that was dissolved in 2010.",
    "Our former society was dissolved in 2019.",
    "Our partner network was dissolved in 2019.",
    "Our project MOBI was completed and we started NEXT.",
    "Our project was completed in 2019.",
    "This project MOBI was completed in 2019.",
    "Notre projet MOBI est terminé et nous avons lancé NEXT.",
    "Notre projet est terminé.",
    "Il nostro progetto MOBI è concluso e abbiamo avviato NEXT.",
    "Il nostro progetto si è concluso nel 2019.",
    "Nuestro proyecto MOBI ha finalizado.",
    "Unser Projekt MOBI ist abgeschlossen.",
    "Unsere Arbeitsgruppe wurde 2020 aufgelöst.",
    "Die Arbeitsgruppe des Vereins wurde 2020 aufgelöst.",
    "Wir haben unsere Tätigkeit in China eingestellt.",
    "Nous avons cessé nos activités en Chine.",
    "Nous avons dissous le groupe de travail.",
    "Notre groupe de travail a été dissous en 2020.",
    "Abbiamo cessato le attività in Cina.",
    "Hemos cesado nuestras operaciones en China.",
    "Nuestra sección ha sido disuelta en 2019.",
    "This website is archived every year by the national library.",
    "This website is archived by the National Library.",
    "This website is archived in the UK Web Archive.",
    "This website has been archived regularly since 2010.",
    "We have closed our shop in Tokyo.",
    "Our shop closed on 31 March 2019.",
    "We moved when the shop closed in 2019.",
    "The school of our foundation closed in 2019.",
    "The board of HCC was dissolved in 2020.",
    "HCC Germany was dissolved in 2020.",
    "We have ceased our activities with regard to training.",
    "Members of our association were dissolved.",
    "Our association has decided to dissolve the working group.",
    "HCC's board was dissolved in 2020.",
]


@pytest.mark.parametrize("names", [NAMES, ()], ids=["named", "nameless"])
@pytest.mark.parametrize("body", PARTS_AND_FORMS)
def test_the_end_of_a_part_is_not_the_end_of_the_host(body: str, names: tuple[str, ...]) -> None:
    assert read(body, names=names) == ()


# The same words where the host itself ended.
WHOLES = [
    ("当クラスターの全ての活動は2024年3月をもって終了しました。", NoticeKind.ORG_ENDED, True, "2024-03-31"),
    ("当会としての活動は2024年3月をもって終了しました。", NoticeKind.ORG_ENDED, True, "2024-03-31"),
    ("当会は20年間の活動を終了しました。", NoticeKind.ORG_ENDED, True, ""),
    ("当会は、会員各社が撤退し、2020年3月に解散しました。", NoticeKind.ORG_ENDED, True, "2020-03-01"),
    (
        "当協議会は航空機部会の成果を引き継がず、2025年3月をもって活動を終了しました。",
        NoticeKind.ORG_ENDED,
        True,
        "2025-03-31",
    ),
    ("当クラスターの事業は平成25年3月をもって終了しました。", NoticeKind.PROJECT_ENDED, True, "2013-03-31"),
    ("当サイトの公式情報の更新は終了しました。", NoticeKind.UPDATES_ENDED, True, ""),
    ("当クラスターは、所期の目的が達成されたため、2020年3月に解散しました。", NoticeKind.ORG_ENDED, True, "2020-03-01"),
    ("当財団は奨学金事業を終え、2024年3月に解散しました。", NoticeKind.ORG_ENDED, True, "2024-03-01"),
    ("2020年3月31日をもって当会を解散しました。", NoticeKind.ORG_ENDED, True, "2020-03-31"),
    ("HCC's activities have ceased.", NoticeKind.ORG_ENDED, True, ""),
    ("The Hakusan Carbon Cluster (HCC) was dissolved in 2024.", NoticeKind.ORG_ENDED, True, ""),
    ("HCC, after a decade of work, was dissolved in 2024.", NoticeKind.ORG_ENDED, True, ""),
    ("HCC, which was founded in 2004, was dissolved in 2024.", NoticeKind.ORG_ENDED, True, ""),
    ("HCC was a great network and was dissolved in 2024.", NoticeKind.ORG_ENDED, True, ""),
    ("The members of HCC voted to dissolve the association in May 2019.", NoticeKind.ORG_ENDED, True, "2019-05-01"),
    ("We ceased operations in 2019.", NoticeKind.ORG_ENDED, True, ""),
    ("We ceased operations in March 2019 for financial reasons.", NoticeKind.ORG_ENDED, True, "2019-03-01"),
    ("We have ceased operations for lack of funding.", NoticeKind.ORG_ENDED, True, ""),
    ("We ended our activities at the end of 2019.", NoticeKind.ORG_ENDED, True, ""),
    ("We have dissolved our association.", NoticeKind.ORG_ENDED, True, ""),
    ("In May 2019 the association was dissolved.", NoticeKind.ORG_ENDED, True, "2019-05-01"),
    ("On 3 May 2021 HCC was dissolved.", NoticeKind.ORG_ENDED, True, "2021-05-03"),
    ("Registration is closed and this website is no longer updated.", NoticeKind.UPDATES_ENDED, True, ""),
    ("Thank you for ten great years, but the association has been dissolved.", NoticeKind.ORG_ENDED, True, ""),
    ("The last meeting was held in June, and our association was dissolved in 2019.", NoticeKind.ORG_ENDED, True, ""),
    ("Our conference was held in 2018 and our network has been wound up.", NoticeKind.ORG_ENDED, True, ""),
    (
        "After ten years of service the Hakusan Carbon Cluster closed on 31 March 2019.",
        NoticeKind.ORG_ENDED,
        True,
        "2019-03-31",
    ),
    (
        "After a decade of work, HCC finally closed its doors on 31 March 2019.",
        NoticeKind.ORG_ENDED,
        True,
        "2019-03-31",
    ),
    ("After ten good years this website closed on 31 March 2019.", NoticeKind.SITE_CLOSED, True, "2019-03-31"),
    ("Our association closed in 2019.", NoticeKind.ORG_ENDED, True, ""),
    ("This website has been archived and is no longer maintained.", NoticeKind.SITE_CLOSED, True, ""),
    ("This website has been archived by the project team and is no longer updated.", NoticeKind.SITE_CLOSED, True, ""),
    ("Unser Verein hat seine Arbeit im Jahr 2019 eingestellt.", NoticeKind.ORG_ENDED, True, ""),
    ("Nous avons cessé nos activités en 2019.", NoticeKind.ORG_ENDED, True, ""),
    ("Nous avons cessé nos activités en décembre 2019.", NoticeKind.ORG_ENDED, True, "2019-12-01"),
    ("Abbiamo cessato le attività nel 2019.", NoticeKind.ORG_ENDED, True, ""),
    ("Hemos cesado nuestras actividades en 2019.", NoticeKind.ORG_ENDED, True, ""),
    ("Notre réseau a été dissous en 2020.", NoticeKind.ORG_ENDED, True, ""),
    ("<p>Welcome</p><footer>This site is no longer updated.</footer>", NoticeKind.UPDATES_ENDED, True, ""),
    ("<p>Welcome</p><aside>This website is no longer updated.</aside>", NoticeKind.UPDATES_ENDED, True, ""),
    ("<p>ようこそ</p><footer>当サイトの更新は終了しました。</footer>", NoticeKind.UPDATES_ENDED, True, ""),
    (
        "<h1>解散のお知らせ</h1><p>令和4年3月31日をもちまして解散いたしました。</p>",
        NoticeKind.ORG_ENDED,
        True,
        "2022-03-31",
    ),
    (
        "<h1>解散のお知らせ</h1><p>諸般の事情により令和4年3月31日をもちまして解散することとなりました。</p>",
        NoticeKind.ORG_ENDED,
        True,
        "2022-03-31",
    ),
    (
        "<h1>ホームページ閉鎖のお知らせ</h1><p>令和4年3月31日をもちまして閉鎖いたしました。</p>",
        NoticeKind.SITE_CLOSED,
        True,
        "2022-03-31",
    ),
    ("<h1>ホームページ閉鎖のお知らせ</h1><p>詳しくはこちら。</p>", NoticeKind.ANNOUNCED, False, ""),
    ("<h1>解散のお知らせ</h1>", NoticeKind.ANNOUNCED, False, ""),
    ("<h1>当会の解散のお知らせ</h1>", NoticeKind.ANNOUNCED, False, ""),
    ("HCC Association was dissolved in 2020.", NoticeKind.ORG_ENDED, True, ""),
    ("HCC's members voted to dissolve the association in May 2019.", NoticeKind.ORG_ENDED, True, "2019-05-01"),
    ("HCC has been dissolved and its assets were given to a museum.", NoticeKind.ORG_ENDED, True, ""),
    ("This project, funded by the EU, ended in December 2019.", NoticeKind.PROJECT_ENDED, True, "2019-12-01"),
]


@pytest.mark.parametrize(("body", "kind", "past", "on"), WHOLES)
def test_the_end_of_the_whole_is_read_beside_its_parts(body: str, kind: NoticeKind, past: bool, on: str) -> None:
    found = read(body)
    assert found
    assert (found[0].kind, found[0].past, found[0].first_person) == (kind, past, True)
    assert (found[0].on.isoformat() if found[0].on else "") == on


SOCIAL = "<a href='https://www.facebook.com/hcc'>"
NEW_PLACES = [
    (
        f"<p>当ホームページの更新は終了しました。最新情報は{SOCIAL}Facebook</a>をご覧ください。</p>",
        "https://www.facebook.com/hcc",
    ),
    (
        f"<p>当ホームページの更新は終了しました。</p><p>最新情報は{SOCIAL}Facebook</a>をご覧ください。</p>",
        "https://www.facebook.com/hcc",
    ),
    (f"<p>当サイトは更新しておりません。今後は{SOCIAL}こちら</a>をご覧ください。</p>", "https://www.facebook.com/hcc"),
    (f"<p>This website is no longer updated. Follow us on {SOCIAL}Facebook</a>.</p>", "https://www.facebook.com/hcc"),
    (f"<p>This website is no longer updated. Find us on {SOCIAL}LinkedIn</a></p>", "https://www.facebook.com/hcc"),
    (
        "<p>This site is no longer updated, please see our new <a href='https://n.example.org/'>pages</a>.</p>",
        "https://n.example.org/",
    ),
    (
        "<p>当ホームページの更新は終了しました。最新情報は<a href='/news/'>お知らせ</a>をご覧ください。</p>",
        HOME + "news/",
    ),
]


@pytest.mark.parametrize(("body", "successor"), NEW_PLACES)
def test_updates_that_ended_with_a_place_to_look_went_on_there(body: str, successor: str) -> None:
    assert [(n.kind, n.successor) for n in read(body)] == [(NoticeKind.MOVED, successor)]


NO_NEW_PLACES = [
    "<p>当ホームページの更新は終了しました。</p><p>制作 <a href='https://maker.example.org/'>maker</a></p>",
    "<p>当ホームページの更新は終了しました。過去の成果は<a href='https://a.example.org/'>報告書</a>をご覧ください。</p>",
    "<p>当ホームページの更新は終了しました。最新情報はFacebookをご覧ください。</p>",
    "<p>This website is no longer updated.</p><footer><a href='https://m.example.org/'>Follow us on X</a></footer>",
    "<p>x</p><footer><p>This site is no longer updated.</p><p>Made by <a href='https://m.example.org/'>new site makers</a></p></footer>",
]


@pytest.mark.parametrize("body", NO_NEW_PLACES)
def test_updates_that_ended_beside_any_other_link_ended(body: str) -> None:
    assert [(n.kind, n.successor) for n in read(body)] == [(NoticeKind.UPDATES_ENDED, "")]


PAGE_ONLY = [
    "このページの更新は終了しました。",
    "このページは更新していません。",
    "このページは更新を停止しております。",
    "このページは閉鎖しました。",
    "<p>このページは移転しました。<a href='https://n.example.org/'>新しいページ</a></p>",
    "Diese Seite wird nicht mehr aktualisiert.",
    "This web page is no longer updated.",
    "Strona nie jest już aktualizowana.",
    "<p>Our web page has moved to https://n.example.org/ .</p>",
    "<p>Diese Seite ist umgezogen: https://n.example.org/ .</p>",
]


@pytest.mark.parametrize("body", PAGE_ONLY)
def test_this_page_is_the_site_on_the_home_page_only(body: str) -> None:
    assert read(body, url=HOME + "news/2019.html") == ()
    assert read(body, url=HOME + "2019.html") == ()
    assert len(read(body, url=HOME)) == 1
    assert len(read(body, url=HOME + "index.html")) == 1


def test_this_site_is_the_site_on_any_page() -> None:
    deep = HOME + "news/2019.html"
    assert [n.kind for n in read("このホームページの更新は終了しました。", url=deep)] == [NoticeKind.UPDATES_ENDED]
    assert [n.kind for n in read("This site is no longer updated.", url=deep)] == [NoticeKind.UPDATES_ENDED]


# Title and names of the host, and a project that ended.
PROJECTS = [
    ("MOBIプロジェクト", (), "MOBIプロジェクトは2018年3月31日に終了しました。", True),
    ("白山炭素繊維クラスター", NAMES, "MOBIプロジェクトは2018年3月31日に終了しました。", False),
    ("The MOBI project", (), "The MOBI project ended in December 2019.", True),
    ("The MOBI project", (), "The NEXT project ended in December 2019.", False),
    ("", ("MOBI Project",), "Our project ended in December 2019.", True),
    ("", ("MOBI Project",), "Our project NEXT ended in December 2019.", False),
    ("", NAMES, "Our project ended in December 2019.", False),
    ("", NAMES, "This project ended in December 2019.", True),
]


@pytest.mark.parametrize(("title", "names", "body", "told"), PROJECTS)
def test_a_project_that_ended_is_told_where_the_host_is_that_project(
    title: str, names: tuple[str, ...], body: str, told: bool
) -> None:
    expected = [NoticeKind.PROJECT_ENDED] if told else []
    assert [n.kind for n in read(body, title=title, names=names)] == expected


OTHER_HEADLINES = [
    "<h1>会員企業の解散のお知らせ</h1><p>ABC協会は令和4年3月31日をもちまして解散しました。</p>",
    "<h1>航空機部会解散のお知らせ</h1><p>令和4年3月31日をもちまして解散しました。</p>",
    "<h1>夜間ゲート閉鎖のお知らせ</h1><p>令和4年3月31日をもちまして閉鎖いたしました。</p>",
]


@pytest.mark.parametrize("names", [NAMES, ()], ids=["named", "nameless"])
@pytest.mark.parametrize("body", OTHER_HEADLINES)
def test_a_headline_about_somebody_else_announces_nothing(body: str, names: tuple[str, ...]) -> None:
    assert read(body, names=names) == ()


def test_a_title_without_a_subject_announces() -> None:
    found = read("<p>詳しくは下記。</p>", title="解散のお知らせ | 白山炭素繊維クラスター")
    assert [(n.kind, n.past) for n in found] == [(NoticeKind.ANNOUNCED, False)]


def test_an_address_in_the_margin_counts_in_the_line_of_the_notice() -> None:
    moved = "<p>x</p><footer><p>当サイトは<a href='https://n.example.org/'>新サイト</a>へ移転しました。</p></footer>"
    assert [n.successor for n in read(moved)] == ["https://n.example.org/"]
    assert read("<p>x</p><aside><p>当サイトは移転しました。</p></aside>") == ()


def test_a_day_to_come_makes_an_announcement_and_its_passing_an_end() -> None:
    body = "当会は2027年3月31日をもって解散いたします。"
    before, after = read(body), read(body, today=date(2027, 4, 1))
    assert [(n.kind, n.past) for n in before] == [(NoticeKind.ANNOUNCED, False)]
    assert [(n.kind, n.past) for n in after] == [(NoticeKind.ORG_ENDED, True)]
    assert before[0].quote == after[0].quote


def test_the_day_itself_is_no_longer_to_come() -> None:
    found = read("当会は2026年11月25日をもって解散いたします。")
    assert found[0].kind is NoticeKind.ORG_ENDED


SUCCESSORS = [
    ("<p>当サイトは<a href='https://new.example.org/'>新サイト</a>へ移転しました。</p>", "https://new.example.org/"),
    ("<p>引っ越しの完了後、このサイトは残しますが更新はしていきません。<br><a href='https://n.example.org/'>新しいサイト</a></p>", "https://n.example.org/"),
    ("<p>This site has moved to https://new.example.org/hcc .</p>", "https://new.example.org/hcc"),
    ("<p>当センターは、北陸産業機構に統合されました。</p>", "北陸産業機構"),
    ("<p>Hakusan Carbon Cluster has merged with Hokuriku Materials Alliance.</p>", "Hokuriku Materials Alliance"),
    ("<p>当クラスターは2020年4月1日より「北陸素材協会」に名称を変更しました。</p>", "北陸素材協会"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "successor"), SUCCESSORS)
def test_a_move_or_merger_names_where_life_goes_on(body: str, successor: str) -> None:
    assert read(body)[0].kind in {NoticeKind.MOVED, NoticeKind.SUCCEEDED}
    assert read(body)[0].successor == successor


def test_one_move_told_in_three_sentences_is_one_notice() -> None:
    found = read(
        "<p>当ホームページは下記へ移転しました。<br>新しいアドレス：<a href='http://new.example.org/'>こちら</a><br>このページは今後更新しません。</p>"
    )
    assert [n.kind for n in found] == [NoticeKind.MOVED]


def test_an_end_of_updates_without_a_new_address_is_no_move() -> None:
    found = read("引っ越しの完了後、このサイトは記録として残しますが、更新はしていきません。")
    assert not any(n.successor for n in found)


def test_a_new_address_on_the_same_host_is_no_move() -> None:
    assert not any(n.successor for n in read("<p>当サイトは<a href='/new/'>新しいページ</a>へ移転しました。</p>"))


PROGRAMME = "本プロジェクトは2018年3月31日をもって終了しました。"


def test_a_project_on_a_deep_page_is_one_of_many_unless_the_host_is_a_project() -> None:
    deep = HOME + "works/2018/fiber.html"
    assert read(PROGRAMME, url=deep) == ()
    assert [n.kind for n in read(PROGRAMME, url=deep, names=("白山プロジェクト",))] == [NoticeKind.PROJECT_ENDED]
    assert [n.kind for n in read(PROGRAMME, url=HOME)] == [NoticeKind.PROJECT_ENDED]


def test_somebody_elses_new_site_is_no_move() -> None:
    assert read("<p>金沢市の新しいサイトは<a href='https://city.example.org/'>こちら</a></p>") == ()
    assert read("<p>Our member has a new website <a href='https://m.example.org/'>here</a>.</p>") == ()


def test_a_link_in_the_footer_is_no_new_address() -> None:
    found = read("<p>当サイトは移転しました。</p><footer><a href='https://maker.example.org/'>制作</a></footer>")
    assert [(n.kind, n.successor) for n in found] == [(NoticeKind.MOVED, "")]


def test_legal_form_and_rebirth_are_no_end() -> None:
    assert read("当会は2020年3月に解散し、4月に一般社団法人として再出発しました。") == ()


def test_rules_are_passed_over() -> None:
    assert (
        read("<h1>会則</h1><p>本会は2020年3月31日をもって解散した。</p>", title="会則 | 白山炭素繊維クラスター") == ()
    )


def test_an_end_named_after_another_body_is_not_the_hosts() -> None:
    assert read("能登木材クラスターは2020年3月31日をもって解散しました。長年のご支援ありがとうございました。") == ()


def test_a_farewell_of_the_one_the_site_is_called_after_is_the_hosts() -> None:
    found = read(
        "能登木材クラスターは2020年3月31日をもって解散しました。長年のご支援ありがとうございました。",
        title="能登木材クラスター",
        names=(),
    )
    assert [n.kind for n in found] == [NoticeKind.ORG_ENDED]


def test_a_bare_heading_announces_and_claims_no_end() -> None:
    found = read("<ul><li><a href='a.pdf'>当協議会の解散のお知らせ</a></li></ul>")
    assert [(n.kind, n.past) for n in found] == [(NoticeKind.ANNOUNCED, False)]


def test_a_page_yields_at_most_eight_notices() -> None:
    body = "".join(f"<p>当協会は平成{n}年3月31日をもって解散しました。</p>" for n in range(10, 30))
    assert len(read(body)) == 8


def test_a_quote_is_at_most_300_characters() -> None:
    assert (
        len(read("当協会は、" + "長いあいだ地域のために" * 30 + "、2020年3月31日をもって解散しました。")[0].quote)
        == 300
    )


@pytest.mark.parametrize(
    "piece",
    [
        "当協会は",
        "解散し、",
        "(",
        "このサイトの",
        "we have been ",
        "「",
        "2020年3月",
        "was dissolved if ",
        "会員が減り、",
        "会が",
        "2025年の活動",
        "の更新",
        "推進協議会",
        "the association ",
        "our association and the ",
        "which ",
        "this site and ",
        "HCC was dissolved and ",
        "activities ended in ",
        "最新情報は",
    ],
)
@pytest.mark.timeout(30)  # a reading that is not linear takes minutes
def test_a_hostile_page_costs_no_more_than_a_long_one(piece: str) -> None:
    body = "".join(f"<p>解散 dissolved {piece * (1800 // len(piece))}</p>" for _ in range(1000))
    page = parse(f"<body>{body}</body>".encode(), HOME)
    notices.read(page, today=TODAY, names=NAMES)
