"""Does an answer that was just given tell what is now asked about it? 「それはどこでできますか」 after an answer that names
the counter: the same answer is the right one. Pure: works on the matching form of the question.
"""

from knowledge.text.late_pattern import late_pattern

_ASPECTS = (
    (
        late_pattern(r"いくら|手数料|料金|費用|お金|値段|有料|無料|ただ(です|なん|で)|円"),
        late_pattern(r"手数料|無料|有料|円|費用|料金"),
    ),
    (
        late_pattern(r"何(が|を|か)?、?(持|い[るり]|要|必要|用意)|持ち物|必要な(もの|物|書類)|書類は"),
        late_pattern(r"お?持ち|持って|ご?用意|必要なもの|持参"),
    ),
    (
        late_pattern(r"いつまで|期限|締め?切|何日以内|何日までに"),
        late_pattern(r"以内|まで(に|で)|期限|期間"),
    ),
    (
        late_pattern(
            r"どのくらい|どれくらい|どれぐらい|どのぐらい|何日(?!以内|まで)|何週間|何か月|何分|何時間|日数|その日|当日"
        ),
        late_pattern(r"[\d０-９](日|週間|か月|分|時間)|その日|当日|その場"),
    ),
    (
        late_pattern(r"土日|土曜|日曜|祝日|休日|休みの日|夜|平日|週末|何時"),
        late_pattern(r"土曜|土日|日曜|祝日|休日|夜間|24時間|[\d０-９]時"),
    ),
    (
        late_pattern(r"どこ|場所|どの窓口"),
        late_pattern(r"お越し|窓口|サイト|アプリ|へ(お|ご|電話)|市役所|警察|病院|コンビニ"),
    ),
    (late_pattern(r"予約"), late_pattern(r"予約")),
    (
        late_pattern(r"代わり|かわり|代理|家族|妻|夫|主人|母|父|息子|娘|親|会社の人|友人|知人"),
        late_pattern(r"代理人|ご?家族|世帯"),
    ),
    (
        late_pattern(r"子ども|子供|こども|赤ちゃん|赤ん坊|未成年|小学生|中学生|高校生|息子|娘|孫"),
        late_pattern(r"お子さん|子ども|未満|法定代理人|年齢"),
    ),
)
"""What a question asks for, and what an answer that tells it has."""


def tells(answer: str, asked: str, new: tuple[str, ...]) -> bool:
    """Whether `answer` says something of everything that `asked` wants to know; where it names nothing known, of one of
    its `new` words."""
    wanted = [told for asks, told in _ASPECTS if asks.search(asked)]
    if wanted:
        return all(told.search(answer) for told in wanted)
    return any(word in answer for word in new)
