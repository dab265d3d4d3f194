"""Refusals around the telephone: messages of a telephone system, calls, dialling."""

from petitions.errors.base import PetitionError


# ── what a telephone system is told ──
class TelephonyOff(PetitionError):
    """没有配置话务接口的密钥（TELEPHONY_KEYS），这个接口现在不收消息。"""


class NotSigned(PetitionError):
    """签名不对，或者时间与服务器相差超过 5 分钟；消息没有收下，请检查密钥和时钟后重发。"""


class TooMuchAtOnce(PetitionError):
    """一次最多 100 条消息、256 KB，这一批没有收下；请分成几批重发。"""


class BadCallMessage(PetitionError):
    """这条话务消息读不懂，没有收下。"""


class CallMessageTwice(PetitionError):
    """这个消息编号已经用在另一通电话上，没有收下；每条消息请用自己的编号。"""


# ── what people read ──
class NotYourCall(PetitionError):
    """这通电话在同事的分机上，由同事处理。"""


class CallNotOver(PetitionError):
    """电话还没有挂断，挂断后再选结束原因。"""


class CallDone(PetitionError):
    """这通电话已经建了工单或者写过结束原因，不用再处理。"""


class NoSuchExtension(PetitionError):
    """这个分机号没有登记，电话没有转出；请核对分机号，或在名单里选一位同事。"""


class NoExtension(PetitionError):
    """您的账号还没有登记分机号，话务系统不知道该响哪一部话机；请管理员登记。"""


class NoAdapter(PetitionError):
    """话务系统现在没有连接，请点“显示号码”后用话机拨打。"""


class DialRunning(PetitionError):
    """上一个电话还在拨，请先等它接通或挂断。"""


class NobodyWaits(PetitionError):
    """这位市民已经有人回拨，或者自己又打通了，列表已更新。"""
