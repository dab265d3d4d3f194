from django.db import models
from django.db.models import Q

from petitions.models.fields import EncryptedTextField, blind_index


class CallerQuerySet(models.QuerySet):
    def with_phone(self, phone: str) -> "CallerQuerySet":
        """The person behind this normalised phone number (see services/contact.py), found without decrypting."""
        return self.filter(phone_index=blind_index(phone))

    def with_account(self, account: str) -> "CallerQuerySet":
        return self.filter(account_index=blind_index(account))


class Caller(models.Model):
    """The person behind a case, in a room of its own: encrypted, found by a keyed index, shown masked."""

    class Kind(models.TextChoices):
        PERSON = "person", "个人"
        ENTERPRISE = "enterprise", "企业"

    kind = models.CharField("来电主体", max_length=12, choices=Kind.choices, default=Kind.PERSON)
    name = EncryptedTextField("姓名", blank=True)
    phone = EncryptedTextField("联系电话", blank=True)
    address = EncryptedTextField("住址", blank=True)
    account = EncryptedTextField("平台账号", blank=True)
    phone_index = models.CharField(max_length=64, blank=True, editable=False)
    account_index = models.CharField(max_length=64, blank=True, editable=False)
    made_at = models.DateTimeField("建档时间", auto_now_add=True)

    objects = CallerQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "诉求人"
        constraints = [
            models.UniqueConstraint(fields=["phone_index"], condition=~Q(phone_index=""), name="caller_phone_once"),
            models.UniqueConstraint(
                fields=["account_index"], condition=~Q(account_index=""), name="caller_account_once"
            ),
            # A person whom nobody can reach is not a contact.
            models.CheckConstraint(condition=~Q(phone="") | ~Q(account=""), name="caller_can_be_reached"),
            models.CheckConstraint(
                condition=Q(phone="", phone_index="") | (~Q(phone="") & ~Q(phone_index="")),
                name="caller_phone_is_indexed",
            ),
        ]

    def __str__(self) -> str:
        return f"诉求人 {self.pk}"

    @property
    def masked_phone(self) -> str:
        """138****1167; a landline keeps its last two digits only."""
        if len(self.phone) == 11 and self.phone.startswith("1"):
            return f"{self.phone[:3]}****{self.phone[-4:]}"
        return f"****{self.phone[-2:]}" if self.phone else ""

    @property
    def masked_name(self) -> str:
        """王** : the family name, enough to greet somebody, too little to find them."""
        return f"{self.name[0]}**" if self.name else ""

    def index(self) -> None:
        """Bring the blind indexes in line with the encrypted values; call before saving."""
        self.phone_index, self.account_index = blind_index(self.phone), blind_index(self.account)
