"""Posts, their ranks and what they pay, as far as the demo's papers speak of them.

Coefficients: ND 204/2004/NĐ-CP tables 2 to 4 (first step, difference, number of steps); before
October 2004 ND 25/CP of 1993.  Cycles of regular raises: TT 08/2013/TT-BNV article 2.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["POSTS", "Pay", "Post", "pay_at", "raise_years"]


@dataclass(frozen=True)
class Scale:
    """A row of the pay table."""

    first: int
    difference: int
    steps: int
    years: int


# In hundredths, so that no rounding creeps in.
_SCALES = {
    "A2.1": Scale(440, 34, 8, 3),
    "A1": Scale(234, 33, 9, 3),
    "B": Scale(186, 20, 12, 2),
    "support": Scale(100, 18, 12, 2),
    "driver": Scale(205, 18, 12, 2),
    "guard": Scale(150, 18, 12, 2),
}
_OLD_SCALE = Scale(186, 24, 10, 3)


@dataclass(frozen=True)
class Post:
    """A post and the rank that goes with it."""

    rank: str
    code: str
    group: str
    duty: str
    degree: str
    study: str
    leads: bool = False


_OFFICE = ("Chuyên viên", "01.003", "A1")
_PRINCIPAL = ("Chuyên viên chính", "01.002", "A2.1")
POSTS = {
    "Chuyên viên": Post(*_OFFICE, "tham mưu, tổng hợp theo lĩnh vực được phân công", "Đại học", ""),
    "Chuyên viên chính": Post(
        *_PRINCIPAL, "tham mưu về tổ chức bộ máy, biên chế", "Thạc sĩ", "Quản lý nhà nước"
    ),
    "Văn thư viên": Post(
        "Văn thư viên", "02.007", "A1", "quản lý văn bản đi, đến", "Đại học", "Lưu trữ học"
    ),
    "Kế toán viên": Post(
        "Kế toán viên", "06.031", "A1", "kế toán, thanh quyết toán", "Đại học", "Kế toán"
    ),
    "Lưu trữ viên": Post(
        "Lưu trữ viên", "V.01.02.02", "A1", "thu thập, chỉnh lý tài liệu", "Đại học", "Lưu trữ học"
    ),
    "Giáo viên": Post(
        "Giáo viên trung học phổ thông hạng III",
        "V.07.05.15",
        "A1",
        "giảng dạy, chủ nhiệm lớp",
        "Đại học",
        "Sư phạm",
    ),
    "Giáo viên tiểu học": Post(
        "Giáo viên tiểu học hạng III",
        "V.07.03.29",
        "A1",
        "giảng dạy, chủ nhiệm lớp",
        "Đại học",
        "Giáo dục tiểu học",
    ),
    "Bác sĩ": Post("Bác sĩ hạng III", "V.08.01.03", "A1", "khám, điều trị", "Đại học", "Y khoa"),
    "Điều dưỡng": Post(
        "Điều dưỡng hạng IV", "V.08.05.13", "B", "chăm sóc người bệnh", "Trung cấp", "Điều dưỡng"
    ),
    "Lái xe": Post("Lái xe cơ quan", "01.010", "driver", "lái xe", "Phổ thông", "lái xe"),
    "Bảo vệ": Post(
        "Nhân viên bảo vệ", "01.011", "guard", "bảo vệ trụ sở", "Phổ thông", "nghiệp vụ bảo vệ"
    ),
    "Nhân viên phục vụ": Post(
        "Nhân viên phục vụ", "01.009", "support", "tạp vụ, lễ tân", "Phổ thông", "nghiệp vụ lễ tân"
    ),
    "Trưởng phòng": Post(
        *_PRINCIPAL, "điều hành công việc của phòng", "Thạc sĩ", "Luật học", leads=True
    ),
    "Giám đốc": Post(*_PRINCIPAL, "lãnh đạo, điều hành", "Thạc sĩ", "Quản lý nhà nước", leads=True),
    "Phó Giám đốc": Post(
        *_PRINCIPAL, "giúp Giám đốc phụ trách lĩnh vực", "Thạc sĩ", "Luật học", leads=True
    ),
    "Chủ tịch": Post(
        *_OFFICE, "lãnh đạo, điều hành Ủy ban nhân dân", "Đại học", "Luật học", leads=True
    ),
    "Phó Chủ tịch": Post(
        *_PRINCIPAL, "chỉ đạo khối văn hóa - xã hội", "Thạc sĩ", "Quản lý nhà nước", leads=True
    ),
    "Chánh Văn phòng": Post(
        *_PRINCIPAL, "điều hành Văn phòng", "Thạc sĩ", "Quản lý nhà nước", leads=True
    ),
    "Hiệu trưởng": Post(
        "Giáo viên hạng III",
        "V.07.05.15",
        "A1",
        "quản lý nhà trường",
        "Thạc sĩ",
        "Quản lý giáo dục",
        leads=True,
    ),
}


@dataclass(frozen=True)
class Pay:
    """A step as papers write it: "4/9", "3,33"."""

    step: str
    coefficient: str


def pay_at(group: str, step: int, date: str) -> Pay:
    """The step and coefficient of *group*; a step past the last is the last."""
    scale = _OLD_SCALE if date < "2004-10-01" else _SCALES[group]
    step = min(max(step, 1), scale.steps)
    hundredths = scale.first + (step - 1) * scale.difference
    return Pay(f"{step}/{scale.steps}", f"{hundredths // 100},{hundredths % 100:02d}")


def raise_years(group: str) -> int:
    """Years between two regular raises."""
    return _SCALES[group].years
