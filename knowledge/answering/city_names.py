"""Names of well-known cities without their 市, and as six other languages write them."""

from collections.abc import Iterable

_KNOWN = """
札幌 sapporo 札幌 삿포로|仙台 sendai 仙台 센다이|さいたま saitama 埼玉 사이타마|千葉 chiba 千叶 지바|横浜 yokohama 横滨 요코하마|川崎 kawasaki 川崎 가와사키
相模原 sagamihara 相模原 사가미하라|新潟 niigata 新泻 니가타|静岡 shizuoka 静冈 시즈오카|浜松 hamamatsu 滨松 하마마쓰|名古屋 nagoya 名古屋 나고야
京都 kyoto 京都 교토|大阪 osaka 大阪 오사카|堺 sakai 堺 사카이|神戸 kobe 神户 고베|岡山 okayama 冈山 오카야마|広島 hiroshima 广岛 히로시마
北九州 kitakyushu 北九州 기타큐슈|福岡 fukuoka 福冈 후쿠오카|熊本 kumamoto 熊本 구마모토|那覇 naha 那霸 나하|鹿児島 kagoshima 鹿儿岛 가고시마|長崎 nagasaki 长崎 나가사키
金沢 kanazawa 金泽 가나자와|富山 toyama 富山 도야마|岐阜 gifu 岐阜 기후|奈良 nara 奈良 나라현|宇都宮 utsunomiya 宇都宫 우쓰노미야|前橋 maebashi 前桥 마에바시
大分 oita 大分 오이타|松山 matsuyama 松山 마쓰야마|高松 takamatsu 高松 다카마쓰|姫路 himeji 姬路 히메지|豊橋 toyohashi 丰桥 도요하시|豊田 toyota 丰田 도요타
"""
AMBIGUOUS = frozenset({"大分", "堺", "千葉"})
"""Words, or names of people and prefectures: only with 市 do they surely name the city."""


def known_cities(own: str) -> tuple[frozenset[str], frozenset[str]]:
    """Short Japanese names, and foreign spellings, of all cities but `own` (横浜市)."""
    rows = [row.split() for line in _KNOWN.split("\n") for row in line.split("|") if row.strip()]
    others = [row for row in rows if not own.startswith(row[0])]
    return frozenset(_first(others)) - AMBIGUOUS, frozenset(name for row in others for name in row[1:])


def _first(rows: Iterable[list[str]]) -> list[str]:
    return [row[0] for row in rows]
