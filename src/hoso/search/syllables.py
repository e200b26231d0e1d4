"""What a Vietnamese syllable can be, and which stand together in office papers.

Written from the spelling rules (onset and rime, without marks) and from everyday administrative
language; it helps to guess what a scan meant and decides nothing else.
"""

from __future__ import annotations

from functools import cache
from itertools import pairwise

from hoso.kernel.text import folded_words

__all__ = ["common_words", "compounds", "syllables"]

_ONSETS = "b c ch d g gh gi h k kh l m n ng ngh nh p ph r s t th tr v x"
_RIMES = """
a ac ach ai am an ang anh ao ap at au ay
e ec ech em en eng enh eo ep et eu
i ia ich iec iem ien ieng iep iet ieu im in inh ip it iu
o oa oac oach oai oam oan oang oanh oao oap oat oay oc oe oen oeo oet oi om on ong oong op ot
u ua uan uang uat uay uc ue uech uenh ui um un ung uo uoc uoi uom uon uong uop uot uou
up ut uu uy uya uych uyen uyet uynh uyt uyu
y yem yen yet yeu
"""
_QU_RIMES = """
a ac ach ai am an ang anh ao ap at au ay e ech en eo et eu o oc oi y yen yet ynh yt
"""

_COMPOUNDS = """
bản sao, bảng lương, ban chấp hành, ban chỉ đạo, ban giám hiệu, ban hành, ban thường vụ,
ban tổ chức, bảo đảm, bảo hiểm xã hội, bảo hiểm y tế, bảo mật, bảo quản, bảo vệ, báo cáo,
bậc lương, bằng tốt nghiệp, bên dưới, biên bản, biên chế, bộ giáo dục và đào tạo, bộ nội vụ,
bộ phận, bộ trưởng, bồi dưỡng, bổ nhiệm, bổ sung, bí thư, bình đẳng, bước đầu, cá nhân, các ban,
các cơ quan, các đơn vị, các phòng, các trường, cán bộ, căn cứ, cấp cơ sở, cấp học, cấp huyện,
cấp riêng, cấp tỉnh, cấp ủy, cấp xã, chấm điểm, chấp hành, chất lượng, chế độ, chỉ đạo,
chỉ thị, chi bộ, chi tiết, chính hình, chính phủ, chính quyền, chính sách, chính thức,
chính trị, cho phép, chịu trách nhiệm, chủ tịch, chủ trì, chuẩn bị, chứng chỉ, chức danh, chức năng,
chức vụ, chữ ký, chương trình, chuyên môn, chuyên viên, chuyển đến, cơ quan, cơ sở, cơ cấu,
có hiệu lực, có thẩm quyền, có trách nhiệm, công an, công bố, công chức, công dân, công khai,
công tác, công văn, công việc, của ban, của bộ, của chính phủ, cụ thể, cụ thể như sau, cung cấp, cử đi học,
dân tộc, danh mục, danh sách, dự án, dự thảo, dự toán, đã được, đại học, đại biểu, đảm bảo, đang công tác,
đánh giá, đào tạo, đăng ký, đăng nhập, đảng bộ, đảng cộng sản việt nam, đảng ủy, đảng viên,
đầu tư, để đảm bảo, đề nghị, đề xuất, địa bàn, địa chỉ, địa phương, điện tử, điều chỉnh, điều động,
điều kiện, điều lệ, định kỳ, đoàn thể, độc lập, đôn đốc, đối chiếu, đối với, đồng bộ, đồng chí,
đổi mật khẩu, đơn vị, được cấp, được giao, dưới đây, gần nhất, gia đình, giá trị, giám đốc,
giám sát, giao nhiệm vụ, giáo dục, giáo viên, giới thiệu, giúp việc, gọi tắt là, gửi kèm,
hàng năm, hàng tháng, hành chính, hạnh phúc, hệ số lương, hệ thống, hiện hành, hiệu lực, hiệu quả,
hiệu trưởng, họ và tên, học sinh, hoàn thành, hoạt động, hỗ trợ, hội đồng nhân dân, hội nghị,
hồ sơ, hợp đồng, hợp đồng lao động, hợp đồng làm việc, huyện ủy, hướng dẫn, kế hoạch,
kế toán, kể từ ngày, kể từ tháng, kết luận, kết quả, khai thác, khai thác và sử dụng, khen thưởng, khoa học,
khối chính quyền, không có, kiểm tra, kinh phí, kinh tế, kính gửi, kỷ luật, kỹ thuật, lao động,
lãnh đạo, lập kế hoạch, liên hệ, liên quan, lớp tập huấn, luật cán bộ, lưu trữ, lương thường xuyên, lý lịch, lý luận,
mặt trận tổ quốc, mật khẩu, mầm non, mục đích, mức lương, nâng bậc lương, nâng lương, năm học,
năng lực, ngân sách, nghỉ hưu, nghỉ phép, nghị định, nghị quyết, nghiên cứu, nghiệp vụ,
ngoài ra, người dùng, người lao động, người sử dụng, ngày tháng năm, ngày sinh, nguyên nhân, nhà giáo, nhà nước, nhân dân, nhân sự,
nhân viên, nhận xét, nhiệm vụ, như sau, nội dung, nội vụ, nơi nhận, ông bà, phạm vi,
phát triển, phân cấp, phân công, phân loại, phân quyền, phần mềm, phê duyệt, phiếu đánh giá,
phó chủ tịch, phó hiệu trưởng, phòng ban, phòng giáo dục, phòng nội vụ, phòng tổ chức cán bộ, phối hợp,
phụ cấp, phụ lục, phụ trách, phục vụ, phương án, phương pháp, quản lý, quản lý và sử dụng, quản trị, quản trị viên,
quá trình, quan trọng, quê quán, quy chế, quy định, quy hoạch, quy trình, quyền hạn, quyết định, rà soát,
sau khi, số hóa, số lượng, sơ yếu lý lịch, sở nội vụ, sở y tế, sử dụng, sự nghiệp, sửa đổi,
tài chính, tài khoản, tài liệu, tài sản, tạm thời, tập huấn, tập thể, tổ chức, tổ chức cán bộ,
tổ chức chính trị, tổ chức thực hiện, tổng hợp, tiểu học, tiếp nhận, tiếp tục, tiêu chuẩn, tin học, tình hình, thành lập, thành phần,
thành phố, thành tích, thành ủy, thành viên, tháng năm, thanh tra, thay thế, theo dõi, theo quy định, theo phân cấp, thẩm quyền,
thi đua, thi hành, thị trấn, thiết bị, thông báo, thông tin, thông tư, thời gian, thời hạn,
thủ trưởng, thủ tục, thu hồi, thuộc phạm vi, thuộc huyện, thuộc tỉnh, thư ký, thực hiện, thực tế, thường trực, thường vụ,
thường xuyên, toàn bộ, toàn quốc, tốt nghiệp, trách nhiệm, trân trọng, trên địa bàn, trên hệ thống, trên phần mềm, triển khai, triển khai thực hiện, trình độ,
trong các cơ quan, trong hệ thống, trong đó, trong trường hợp, trung cấp, trung học cơ sở, trung tâm, trung ương, truyền thông, trường hợp,
trường học, trưởng phòng, trực thuộc, tuyển dụng, từ ngày, tự động, ủy ban nhân dân, ủy quyền, văn bản, văn hóa, văn phòng, văn thư,
vận hành, và đào tạo, vào sổ, về việc, viên chức, việt nam, vụ việc, vượt khung, xã hội, xác nhận, xây dựng, xem xét, xét duyệt,
xếp loại, xếp lương, xử lý, yêu cầu, ý kiến, y tế, hà nội, gia lâm, tại cơ quan, tại điều, tại quyết định, tại đơn vị, vào hệ thống
"""

_COMMON = """
và của các cho trong với được theo tại về việc số ngày tháng năm đến từ là không có để do này những
một hai ba bốn đã đang sẽ khi nếu thì mà như sau trên dưới ra vào lên xuống cũng phải người ông bà
cán bộ công chức viên quyết định đơn vị cơ quan tổ chức huyện tỉnh xã phường thành phố ủy ban nhân
dân đảng sở phòng trường học tạo đào giáo dục y tế nội vụ quản lý hồ sơ thực hiện quy định kế hoạch
lương bậc hợp đồng làm chính trị nhà nước văn bản điều khoản luật nghị thông tư ban hành mức thời
"""


@cache
def syllables() -> frozenset[str]:
    """Return every spelling a syllable may have, without marks."""
    rimes = _RIMES.split()
    plain = {onset + rime for onset in ("", *_ONSETS.split()) for rime in rimes}
    # c, g and ng before a, o, u; k, gh and ngh before e, i, y.
    wrong = {
        onset + rime
        for onset in ("c", "ng", "k", "gh", "ngh")
        for rime in rimes
        if (rime[0] in "eiy") == (onset in ("c", "ng"))
    }
    with_p = {"p" + rime for rime in rimes} - {"pin", "po", "pan", "pa"}
    return frozenset((plain - wrong - with_p) | {"qu" + r for r in _QU_RIMES.split()} | {"gi"})


@cache
def compounds() -> frozenset[tuple[str, str]]:
    """Return pairs of syllables that office papers put side by side."""
    pairs: set[tuple[str, str]] = set()
    for compound in _COMPOUNDS.split(","):
        words = folded_words(compound)
        pairs.update(pairwise(words))
    return frozenset(pairs)


@cache
def common_words() -> frozenset[str]:
    """Return the most frequent syllables."""
    return frozenset(folded_words(_COMMON + _COMPOUNDS))
