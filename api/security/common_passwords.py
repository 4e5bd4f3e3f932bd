"""Words people choose first, in English, in romanised Japanese and on the keyboard; compared without decoration."""

_WORDS = """
    password passwd passw0rd p@ssword p@ssw0rd passwordpassword mypassword changeme changemenow default secret
    secretpassword admin administrator adminadmin administrator1 root rootroot toor guest test testtest tester
    testuser user username userpassword login loginlogin welcome welcome1 welcomewelcome letmein letmeinplease
    letmeinnow iloveyou iloveyouforever trustno1 sunshine princess dragon monkey football baseball basketball
    superman batman master shadow michael jordan jennifer hunter killer freedom whatever starwars pokemon
    qwerty qwertyuiop qwertyuiopasdf asdfgh asdfghjkl asdfghjklzxcvbnm zxcvbn zxcvbnm 1qaz2wsx 1qaz2wsx3edc
    1qaz2wsx3edc4rfv qazwsx qazwsxedc qazwsxedcrfv q1w2e3r4 q1w2e3r4t5 q1w2e3r4t5y6 1q2w3e4r 1q2w3e4r5t
    1q2w3e4r5t6y zaq12wsx zaq1xsw2cde3 abc abcd abcde abcdef abcdefg abcdefgh abcabc abcd1234 abc123 a1b2c3d4
    a1b2c3d4e5f6 1a2b3c4d5e6f aa123456 qwer1234 qwerty123456 asdf1234 pass1234 admin1234 test1234 computer
    internet windows microsoft google android iphone samsung system server office network security sakura
    sakurasakura himawari tanpopo momotaro doraemon pikachu anpanman totoro ghibli ninja samurai japan nippon
    nihon tokyo osaka kyoto nagoya fukuoka sapporo hokkaido okinawa yokohama kobe sendai fujisan arigato
    arigatou arigatougozaimasu ohayou ohayougozaimasu konnichiwa konbanwa sayonara sayounara genki daisuki
    aishiteru kawaii tomodachi suzuki tanaka satou sato takahashi watanabe yamada yamamoto nakamura kobayashi
    hanako tarou taro tarotaro yamadatarou yamadataro takashi hiroshi kenji akira yuki haruka ichiro hayabusa
    shinkansen toyota honda nissan sony nintendo playstation jidousha denwa densha kuruma pasuwado pasuwa-do
    himitsu anshou anshoubangou kanri kanrisha kanrisya jimukyoku soumu shiyakusho shiyakusyo yakusho
    kuyakusho shimin jichitai madoguchi madoguchimadoguchi uketsuke otoiawase mynumber mynumbercard my-number
    mainanba mainanbaka-do kojinbango kojinbangou juminhyo juuminhyou callcenter contactcenter helpdesk
    operator supervisor editor approver auditor faq faqfaq mihon mihonshi winter spring summer autumn january
    february monday friday forever football1 chocolate cookie flower lovely michelle jessica charlie thomas
    matrix mustang corvette ferrari mercedes porsche cheese correcthorsebatterystaple thisismypassword
    thisisapassword idontknow nopassword newpassword temppassword temporary initial initialpassword
    firstpassword hogehoge hogehogehoge fugafuga piyopiyo foobar foobarbaz
"""

COMMON_PASSWORDS = frozenset(_WORDS.split())
