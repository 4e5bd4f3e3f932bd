"""Cues in the languages no intent model knows: someone's own case, another office's matter, something that is no card of ours.

Pure: standard library only. Patterns are matched against the matching form (NFKC, lower case), whatever language was
recognised: a short sentence is easily taken for a neighbouring language.
"""

import re

from knowledge.text.late_pattern import late_pattern

_INDIVIDUAL = late_pattern(
    # English
    r"\bmy (\w+'s )?(card|application|certificate|notice|booking|reservation|renewal)s? (is |has |have |been |already )*(ready|arrived|done|approved|finished|accepted|rejected)\b"
    r"|\b(is|has|have|are|did|was) my (\w+'s )?(new )?(card|application|notice|booking|reservation|renewal)\b(?! (valid|usable))"
    r"|\b(check|look up|see|tell me|confirm) (if|whether|on|the (status|progress) of|what happened (to|with)) my (\w+'s )?(new )?(card|application|notice|booking|reservation|renewal)\b|\bmy name is\b"
    r"|\bwhere is my (\w+'s )?(card|application)\b"
    # Chinese
    r"|(查|看)(一下|下|查|看)?(我|我们|我們|孩子|我先生|我太太)(的|家)|(我|我们|孩子)的?(卡|申请|申請|预约|預約|通知书?).{0,8}(好了|到了|下来了|下來了|做好|办好|辦好|通过|寄出|批).{0,2}(吗|嗎|没|沒)"
    r"|(卡|申请|申請).{0,3}到.{0,6}了(吗|嗎|没有|沒有)|我(姓|叫).{1,4}$"
    # Korean
    r"|(제|내|저의|우리|저희|아이|남편|아내) .{0,14}(됐|되었|나왔|도착했|왔|완료|처리됐|접수됐).{0,4}(나요|는지|어요\?|습니까|을까요|니)|(제|내|저의|우리|저희) .{0,16}(확인|조회)(을|좀)? ?해 ?(주|줄|봐)|제 이름은"
    # Vietnamese
    r"|(thẻ|hồ sơ|đơn|giấy) của (tôi|em|anh|chị|cháu|con|mẹ|bố|chồng|vợ)\b.{0,30}(chưa\b|rồi phải không|được duyệt)|(kiểm tra|tra|xem) (giúp|giùm|hộ)( cho)? (tôi|em|mình|anh|chị)\b|\b(tôi|em|cháu) tên( là)?\b|tên (tôi|em) là"
    # Portuguese
    r"|\b(meu|minha|nosso) (cartão|pedido|solicitação|aviso|reserva|cart\w+ d\w+ \w+) (já|ainda não) |\b(já|ainda não) (chegou|saiu|ficou pronto|está pronto) (o )?(meu|minha)\b|\b(verifi|che[cq]|consult|conf[ei]r|ver )\w*( se| como está| o andamento d)?( [oa])? ?(meu|minha)\b|meu nome é|me chamo"
    # Tagalog
    r"|\b(dumating|handa|tapos|nandiyan|nariyan|ready|aprubado|naproseso|nagawa) na (po )?(ba|kaya)\b|apelyido|pangalan ko|(tingnan|i-?check|pakicheck|silipin|alamin) .{0,24}\b(card|aplikasyon|application|appointment) ko\b"
)
_OTHER_DEPARTMENT = late_pattern(
    r"\b(garbage|trash|rubbish|recyclables?|bulky waste)\b|\b(residen(ce|t)|city|property|car|inhabitant) tax\b|\b(pay|how much) .{0,20}\btax(es)?\b"
    r"|\bwater (bill|supply|charge|fee)|\b(nursery|kindergarten|day ?care)\b|\bchild(ren's)? allowance|\b(my|a|the|receive|national) pension\b(?!.{0,20}account)"
    r"|\b(change|switch|convert)\w* .{0,20}\bvisa\b|\b(work|student|spouse) visa\b|\bnational health insurance\b.{0,30}(join|sign up|enroll|pay|cost|fee)|\b(join|sign up for|enroll in) .{0,12}national health insurance|\brenew .{0,12}(passport|driver)|\binsurance (premium|bill|payment)|\bpublic housing|\bvaccin|\bmarriage (registration|certificate)|\b(dog|pet) (licen|regist)"
    r"|垃圾|住民税|住民稅|市民税|市民稅|固定资产税|固定資產稅|交税|缴税|繳稅|水费|水費|自来水|自來水|保育园|保育園|幼儿园|幼兒園|托儿所|托兒所|儿童(津贴|补贴)|兒童津貼|养老金|養老金|国民年金|(驾照|駕照).{0,6}(更新|换|換)|(换|換|更新|办|辦|申请|申請).{0,4}(护照|護照|驾照|駕照)|健康保[险險][费費]|(工作|留学|留學|配偶|经营|家族滞在)签证|国民健康保[险險].{0,6}(加入|参加|退|怎么|多少)|(加入|参加|退出)国民健康保[险險]|结婚登记|結婚登記|公营住宅"
    r"|쓰레기|주민세|재산세|세금|수도 ?(요금|세|물)|어린이집|유치원|보육원|아동 ?수당|국민연금|건강보험료|국민건강보험.{0,8}(가입|탈퇴)|(취업|유학|배우자) ?비자|여권.{0,8}(신청|갱신|발급|만들)|운전면허.{0,8}갱신|혼인 ?신고|예방 ?접종"
    r"|\brác\b|thuế|tiền nước|nhà trẻ|mẫu giáo|trợ cấp (trẻ|nuôi con|nhi đồng)|lương hưu|(đổi|gia hạn) (bằng lái|hộ chiếu)|phí bảo hiểm|(tham gia|đăng ký|vào) bảo hiểm y tế quốc dân|(đổi|chuyển) (sang )?visa|visa (lao động|đi làm|du học)|đăng ký kết hôn|tiêm (chủng|phòng)"
    r"|\blixo\b|imposto|conta de água|\bcreche\b|jardim de infância|auxílio.infan|aposentadoria|renovar .{0,10}(passaporte|carteira de motorista|habilitação|cnh)|\bvacina|(entrar|inscrever|aderir) .{0,12}seguro nacional de saúde|(mudar|trocar|alterar) .{0,10}\bvisto\b|visto de (trabalho|estudante)"
    r"|\bbasura|\bbuwis\b|bayad(an)? .{0,10}tubig|bill ng tubig|child allowance|pensiyon|(mag-?renew|i-?renew) .{0,10}(passport|lisensya)|\bbakuna|(palit|baguhin|pagpapalit) .{0,10}\bvisa\b|(sumali|sali|magpa-?enroll) .{0,14}national health insurance"
)
_OTHER_THING = late_pattern(
    r"\b(credit|debit|bank|cash|atm|point|student|library|member(ship)?|loyalty|sim|gift|prepaid|etc|employee|suica|pasmo|hospital) card|\b(hotel|restaurant|dentist|doctor|hair|flight) (appointment|reservation|booking)"
    r"|\b(bank|e-?mail|wi-?fi|facebook|line|amazon|apple|google|game) (account|password|pin)\b"
    r"|信用卡|银行卡|銀行卡|提款卡|借书证|学生证|學生證|会员卡|會員卡|交通卡|电话卡"
    r"|신용 ?카드|체크 ?카드|은행 ?카드|현금 ?카드|도서관 ?카드|학생증|회원 ?카드|교통 ?카드"
    r"|thẻ (tín dụng|ngân hàng|atm|sinh viên|thư viện|thành viên|tàu|sim)|cartão (de crédito|do banco|de débito|da biblioteca|de estudante|sim)|(library|credit|bangko|atm) card"
)

FOREIGN_CUES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("individual_case", _INDIVIDUAL),
    ("other_department", _OTHER_DEPARTMENT),
    ("not_covered", _OTHER_THING),
)


def find_foreign_cues(normal_text: str) -> frozenset[str]:
    """Names of the cues that occur in `normal_text`, a question in another language than Japanese."""
    return frozenset(name for name, pattern in FOREIGN_CUES if pattern.search(normal_text))
