"""The small things personal papers are full of: family, home, numbers, remarks, ratings.

All invented.  Identity and insurance numbers begin with 000, which no province has.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping

from hoso.demo.names import Names
from hoso.demo.province import Rows
from hoso.kernel.dates import PartialDate

__all__ = [
    "ballot",
    "belongings",
    "birth_date",
    "changes",
    "checkup",
    "course",
    "family",
    "particulars",
    "rating",
    "tasks",
]

_COURSES = (
    "lớp bồi dưỡng kiến thức quản lý nhà nước ngạch chuyên viên",
    "lớp bồi dưỡng nghiệp vụ văn thư, lưu trữ",
    "lớp trung cấp lý luận chính trị",
    "khóa bồi dưỡng kỹ năng số cho cán bộ, công chức",
    "lớp bồi dưỡng lãnh đạo, quản lý cấp phòng",
)
_REMARKS = (
    "Có tinh thần trách nhiệm, chịu khó học hỏi, sống hòa nhã với đồng nghiệp.",
    "Chấp hành tốt sự phân công; đôi lúc còn nóng vội khi xử lý công việc.",
    "Trung thực, cẩn thận; cần mạnh dạn hơn trong đề xuất sáng kiến.",
    "Gương mẫu trong sinh hoạt; tích cực tham gia phong trào của đơn vị.",
)
_WEAKNESSES = (
    "báo cáo định kỳ đôi khi còn chậm",
    "chưa chủ động học ngoại ngữ",
    "chưa mạnh dạn góp ý với đồng nghiệp",
    "việc sắp xếp hồ sơ điện tử còn chưa khoa học",
)
_SELF = (
    "chấp hành tốt chủ trương của Đảng, pháp luật của Nhà nước",
    "giữ gìn đoàn kết nội bộ, lối sống giản dị",
    "đúng giờ, phối hợp tốt với các bộ phận",
    "hoàn thành 100% nhiệm vụ, trong đó có việc vượt tiến độ",
    "thực hiện nghiêm nội quy, quy chế của cơ quan",
    "tiếp dân lịch sự, giải thích rõ ràng",
)
_TASKS = (
    "Soạn thảo báo cáo tổng hợp quý",
    "Rà soát hồ sơ nâng bậc lương",
    "Chỉnh lý tài liệu tồn đọng",
    "Tham gia đoàn kiểm tra cơ sở",
    "Lập dự toán kinh phí năm",
    "Chuẩn bị hội nghị viên chức",
)


def birth_date(recruited: dt.date, draw: random.Random) -> str:
    """A day of birth 22 to 27 years before recruitment."""
    return dt.date(
        recruited.year - draw.randint(22, 27), draw.randint(1, 12), draw.randint(1, 28)
    ).isoformat()


def particulars(birth: PartialDate, names: Names, draw: random.Random) -> dict[str, str]:
    """Where from, where at home, who the parents are, and the numbers."""
    return {
        "native": draw.choice(names.villages),
        "home": draw.choice(names.villages),
        "family-background": draw.choice(("Công chức", "Nông dân", "Công nhân", "Giáo viên")),
        "father": names.man(draw),
        "mother": names.woman(draw),
        "declarer-name": names.man(draw),
        "parents-born": str(birth.year - draw.randint(22, 34)),
        "id-number": f"000{draw.randrange(10**9):09d}",
        "insurance-number": f"000{draw.randrange(10**7):07d}",
        "tax-number": f"000{draw.randrange(10**7):07d}",
        "birth-symbol": "KS-BS",
        "politics": draw.choice(("Sơ cấp", "Trung cấp", "Cao cấp")),
        "health": draw.choice(("I", "II", "II", "III")),
        "height": str(draw.randint(152, 175)),
        "weight": str(draw.randint(45, 72)),
        "blood": draw.choice(("O", "A", "B", "AB")),
        "dependants": str(draw.randint(0, 2)),
        "income": f"{draw.randint(96, 240)}.{draw.randint(0, 999):03d}.000",
        "best-award": draw.choice(("Không", "Giấy khen", "Chiến sĩ thi đua cơ sở")),
        "remark": draw.choice(_REMARKS),
        "weakness": draw.choice(_WEAKNESSES),
        "points": str(draw.randint(82, 98)),
    }


def ballot(draw: random.Random) -> dict[str, str]:
    """How many voted, and how many said yes."""
    voters = draw.randint(18, 64)
    votes = voters - draw.randint(0, 5)
    share = f"{votes * 100 / voters:.1f}".replace(".", ",")
    return {"voters": str(voters), "votes": str(votes), "vote-share": share}


def course(draw: random.Random, names: Names, day: dt.date) -> dict[str, str]:
    """A course of training that ends on that *day*."""
    return {
        "course": draw.choice(_COURSES),
        "course-school": draw.choice(names.schools),
        "course-from": f"{day.month:02d}/{day.year - 1}",
        "course-to": f"{day.month:02d}/{day.year}",
        "honours": draw.choice(("Khá", "Giỏi")),
    }


def changes(draw: random.Random) -> dict[str, str]:
    """What changed in a year, mostly nothing."""
    return {
        "change-post": draw.choice(("Không thay đổi", "Không thay đổi", "Chuyển tổ công tác")),
        "change-study": draw.choice(("Không", _COURSES[1], _COURSES[3])),
        "change-family": draw.choice(
            ("Không có thay đổi.", "Sinh con thứ hai.", "Bố đẻ nghỉ hưu.", "Chuyển nơi ở mới.")
        ),
    }


def rating(draw: random.Random) -> dict[str, str]:
    """A year's self-review and its result (ND 90/2020/NĐ-CP articles 4 to 15)."""
    said = draw.sample(_SELF, 4)
    return {
        **{f"self-{n}": text for n, text in enumerate(said, start=1)},
        "weakness": draw.choice(_WEAKNESSES),
        "rating": draw.choice(
            (
                "Hoàn thành tốt nhiệm vụ",
                "Hoàn thành tốt nhiệm vụ",
                "Hoàn thành xuất sắc nhiệm vụ",
                "Hoàn thành nhiệm vụ",
            )
        ),
    }


def tasks(draw: random.Random, year: int) -> dict[str, Rows]:
    """A table of work done in *year*."""
    return {
        "tasks": tuple(
            (
                task,
                f"{draw.randint(1, 28):02d}/{draw.randint(1, 12):02d}/{year}",
                draw.choice(("Đúng hạn", "Đúng hạn", "Trước hạn", "Chậm 02 ngày")),
            )
            for task in draw.sample(_TASKS, 3)
        )
    }


def checkup(draw: random.Random) -> dict[str, Rows]:
    """What a doctor wrote down: only the numbers a certificate cannot do without."""
    return {
        "health": (
            ("Thể lực", f"Huyết áp {draw.randint(105, 128)}/{draw.randint(65, 80)} mmHg", "I"),
            (
                "Thị lực",
                f"Mắt phải {draw.randint(7, 10)}/10, mắt trái {draw.randint(7, 10)}/10",
                "II",
            ),
            ("Nội khoa, ngoại khoa", "Bình thường", "I"),
            ("Xét nghiệm", "Trong giới hạn bình thường", "I"),
        )
    }


def belongings(draw: random.Random) -> dict[str, Rows]:
    """Things declared, things handed over."""
    return {
        "assets": (
            ("Nhà ở", f"Nhà cấp 4, diện tích {draw.randint(60, 140)} m2", "400.000.000 đồng"),
            ("Xe máy", "01 chiếc", f"{draw.randint(18, 45)}.000.000 đồng"),
            ("Tiền gửi", "Sổ tiết kiệm", f"{draw.randint(50, 300)}.000.000 đồng"),
        ),
        "pieces": (
            ("1", "Bản sao chứng chỉ bồi dưỡng", "01"),
            ("2", "Phiếu bổ sung lý lịch", "01"),
        ),
    }


def family(facts: Mapping[str, str], names: Names, draw: random.Random) -> Rows:
    """The table of close kin, born when it can be believed."""
    born = int(facts["parents-born"])
    wife = facts["gender"] == "Nữ"
    spouse = names.man(draw) if wife else names.woman(draw)
    own = int(facts["born"][-4:])
    home = facts["home"]
    return (
        ("Cha", facts["father"], str(born), f"{facts['native']}; nông dân"),
        ("Mẹ", facts["mother"], str(born + 2), f"{facts['native']}; nội trợ"),
        (
            "Chồng" if wife else "Vợ",
            spouse,
            str(own + draw.randint(-3, 3)),
            f"{home}; kinh doanh",
        ),
    )
