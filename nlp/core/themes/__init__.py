"""What many messages are about wherever it happens: coarse topics, kept from month to month.

`finding.find` groups messages, `naming` says what each group is about, `carrying` gives groups the numbers of those
before them, `course` says whether a topic grows or fades.
"""
