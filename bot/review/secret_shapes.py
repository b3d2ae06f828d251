"""What secrets look like. Every pattern takes time in proportion to the text, whatever somebody pastes.

So no repetition without a bound may be tried again from each place within itself: what comes before a secret has a
bound, and what has none is matched at the beginning of a word only.
"""

import re
from itertools import pairwise

from bot.review.detect_secrets_patterns import KEYWORDS

DIGIT_OR_SIGN = r"""(?=[^\s'"`]{0,127}[\d!#$%^&*+/=?~@])"""
"""In the next 128 characters of the word: at each of many keywords in a word it must not be looked for to its end."""
NO_PLACEHOLDER = r"(?!\$[({A-Z_]|\{\{|%[A-Z(]|<|\*{3}|[xX]{4}|\.{3})"
"""`${DB_PASSWORD}`, `{{ password }}`, `%PASSWORD%`, `***`: names of secrets, and what was taken out already."""

PASSWORD = re.compile(
    rf"""(?:{"|".join(KEYWORDS)}|\b(?:pass|pw|token|passphrase|passcode|credentials?|passwort|kennwort|senha|contrase[nñ]a
    |mot\ de\ passe|wachtwoord|has[lł]o|пароль)\b|パスワード|密码|비밀번호)
    [\w-]{{0,20}}['"`”\]*_]{{0,3}}
    (?:\s{{0,9}}(?:=>|:=|=|:|：)\s{{0,9}}|\s{{1,9}}(?:is|ist|lautet|es|est|é|è)\s{{1,9}})['"`“*_]{{0,3}}{NO_PLACEHOLDER}
    (?P<secret>{DIGIT_OR_SIGN}[^\s'"`,;<>]{{6,}})""",
    re.IGNORECASE | re.VERBOSE,
)
"""A word of the kind "password", then something that is no word of a language: with a digit or a sign in it."""

QUOTED_PASSWORD = re.compile(
    rf"""(?:{"|".join(KEYWORDS)})[\w-]{{0,20}}['"]?\s{{0,9}}(?:=>|:=|=|:)\s{{0,9}}(?P<quote>['"]){NO_PLACEHOLDER}"""
    r"""(?P<secret>[^\s'"]{4,})(?P=quote)""",
    re.IGNORECASE,
)

QUOTED_LATER = re.compile(
    r"\b(?:password|passwd|passphrase|passcode|pwd|pw)\b(?:\s[\w.@:'-]{1,40}){0,4}\s{1,3}(?P<quote>['\"`])"
    rf"{NO_PLACEHOLDER}(?P<secret>{DIGIT_OR_SIGN}[^\s'\"`]{{4,128}})(?P=quote)",
    re.IGNORECASE,
)
"""`the password for db-1 is "…"`, `WITH PASSWORD '…'`."""
IDENTIFIED_BY = re.compile(
    rf"\bidentified\s{{1,3}}(?:with\s\S{{1,40}}\s)?(?:by|as)\s{{1,3}}['\"]{NO_PLACEHOLDER}(?P<secret>[^\s'\"]{{4,128}})",
    re.I,
)
AFTER_NAME = re.compile(
    r"\b(?:login|user(?:name)?|creds|credentials)\s{0,2}[:=]?\s{1,3}[\w.@-]{1,64}\s{0,2}[/|]\s{0,2}"
    r"(?P<secret>(?=\S{0,63}[a-z])(?=\S{0,63}[A-Z])(?=\S{0,63}\d)[^\s/|]{6,64})(?!\S)"
)
"""`login: admin / …`: with letters of both cases and a digit, as names of hosts have not."""
NAMED_FOR_IT = r"[\w.-]{0,40}(?:password|passwd|passphrase|secret|token|api_?key|_key)"
NAME_AND_VALUE = re.compile(
    rf"""(?:\bname:\s{{0,3}}['"]?{NAMED_FOR_IT}['"]?\s{{0,3}}\n\s{{0,20}}value:\s{{1,3}}['"]?
    |\b(?:key|name)\s?=\s?['"]{NAMED_FOR_IT}['"]\s{{1,3}}value\s?=\s?['"]
    |['"]{NAMED_FOR_IT}['"]\s{{0,3}},\s{{0,3}}['"]
    |<{NAMED_FOR_IT}>){NO_PLACEHOLDER}(?P<secret>{DIGIT_OR_SIGN}[^\s'"`<>]{{6,}})""",
    re.IGNORECASE | re.VERBOSE,
)
"""Name and value apart: in YAML, in XML, as arguments."""
HEX_KEY = re.compile(r"\bprivate[ _-]?key['\"`]?\s{0,3}[:=]\s{0,3}['\"`]?(?P<secret>(?:0x)?[0-9a-f]{64})\b", re.I)

ALONE = re.compile(
    rf"""\b(?:password|passwd|pwd|passphrase|passwort|kennwort)['"`*_]{{0,3}}\s{{0,3}}[:=]\s{{0,3}}['"`*_]{{0,3}}
    {NO_PLACEHOLDER}(?P<secret>[a-z_-]{{8,64}})['"`*_.]{{0,3}}[^\S\n]{{0,9}}$""",
    re.IGNORECASE | re.VERBOSE | re.MULTILINE,
)
"""A password of letters alone: a single word that ends the line."""
SAID_OF_PASSWORDS = re.compile(r"(?:ed|ing|ion|ions|able|ible|less|ly|ect|lid|own|ten|ory|ent|ords?|word|empty)$", re.I)
"""How words end that tell what is the matter with a password: changed, missing, incorrect, invalid, mandatory."""

PRIVATE_KEY = re.compile(
    r"-----BEGIN (?P<kind>[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?)-----(?P<secret>.*?)(?:-----END (?P=kind)-----|\Z)",
    re.DOTALL,
)
PUTTY_KEY = re.compile(r"\bPrivate-Lines: \d{1,3}\s(?P<secret>(?:[A-Za-z0-9+/=]{1,80}\s?){1,200})")
AUTHORIZATION = re.compile(
    r"\bauthorization['\"]?\s{0,3}[:=]\s{0,3}['\"]?(?:[A-Za-z-]{2,20}\s{1,3})?(?:token=)?"
    rf"{NO_PLACEHOLDER}(?P<secret>(?=[^\s'\"]{{0,127}}\d)[^\s'\",;]{{16,}})",
    re.IGNORECASE,
)
"""Whatever the scheme is called: each vendor has its own."""
BEARER = re.compile(r"\b(?:bearer|basic)\s{1,9}(?P<secret>[A-Za-z0-9._~+/-]{16,}=*)", re.IGNORECASE)
GO_ADDRESS = re.compile(r"(?<![\w.-])[\w.-]{1,64}:(?P<secret>[^\s:/@]{1,128})@(?:tcp|unix)\(")
IN_ADDRESS = re.compile(r"://[^\s:/@]{0,64}:(?P<secret>[^\s:/@]{1,128})@")
SIGNED_ADDRESS = re.compile(
    r"[?&](?:sig|signature|x-amz-signature|x-goog-signature|access_token|api_?key|key|token|secret)="
    r"(?P<secret>(?=[^\s&'\"<>|]{0,127}\d)[^\s&'\"<>|#]{12,})",
    re.IGNORECASE,
)
WEBHOOK = re.compile(
    r"(?:discord(?:app)?\.com/api/webhooks/\d{5,20}|webhook\.office\.com/webhookb?2?|hooks\.zapier\.com/hooks/catch"
    r"|hooks\.slack\.com/(?:triggers|workflows)/\w{5,20}/\d{5,20})"
    r"/(?P<secret>[\w@./-]{16,})"
)

AS_ARGUMENT = (
    re.compile(
        r"\b(?:curl|etcdctl)\b[^\n]{0,200}?\s(?:-u|--user|--proxy-user)[ =]?['\"]?[^\s:'\"]{1,64}:"
        rf"{NO_PLACEHOLDER}(?P<secret>[^\s'\"]{{3,}})"
    ),
    re.compile(
        rf"\b(?:mysql|mysqldump|mysqladmin|mariadb)\b[^\n]{{0,120}}?\s-p['\"]?{NO_PLACEHOLDER}(?P<secret>[^\s'\"]{{4,}})"
    ),
    re.compile(
        rf"\b(?:sshpass\s{{1,3}}-p|redis-cli\b[^\n]{{0,120}}?\s-a)\s{{0,3}}['\"]?{NO_PLACEHOLDER}(?P<secret>[^\s'\"]{{4,}})"
    ),
    re.compile(
        r"(?<!\S)--?(?:(?:http-|ftp-)?password|passwd|pass|passphrase|token|secret|api-?key|auth-token|client-secret|storepass|keypass)"
        rf"[ =]['\"]?{NO_PLACEHOLDER}(?P<secret>(?=[^\s'\"]{{0,127}}\d)[^\s'\"-][^\s'\"]{{5,}})",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:(?:docker|podman|nerdctl|az|registry)\s{1,3}login\b[^\n]{0,120}?\s-p|ldap[a-z]{2,8}\b[^\n]{0,120}?\s-w"
        r"|sqlcmd\b[^\n]{0,120}?\s-P|(?:un)?zip\b[^\n]{0,120}?\s-P|mongo(?:sh|dump)?\b[^\n]{0,120}?\s-p)"
        rf"\s{{1,3}}['\"]?{NO_PLACEHOLDER}(?P<secret>[^\s'\"-][^\s'\"]{{3,}})"
    ),
    re.compile(
        rf"\b(?:smbclient|rpcclient|smbget)\b[^\n]{{0,120}}?\s-U\s{{0,3}}['\"]?[^\s%'\"]{{1,64}}%{NO_PLACEHOLDER}(?P<secret>[^\s'\"]{{4,}})"
    ),
    re.compile(
        rf"\brabbitmqctl\s{{1,3}}(?:add_user|change_password)\s{{1,3}}\S{{1,64}}\s{{1,3}}['\"]?{NO_PLACEHOLDER}(?P<secret>[^\s'\"]{{4,}})"
    ),
    re.compile(rf"\blftp\b[^\n]{{0,120}}?\s-u\s{{1,3}}[^\s,]{{1,64}},{NO_PLACEHOLDER}(?P<secret>[^\s'\"]{{4,}})"),
    re.compile(rf"-pass(?:in|out)?\s{{1,3}}pass:{NO_PLACEHOLDER}(?P<secret>[^\s'\"]{{4,}})"),
)
"""What programs take on their command line."""

ASSIGNED = re.compile(
    rf"""(?<![A-Za-z0-9])(?P<name>[\w.]{{0,40}}?(?:TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?|APIKEY|_KEY|_PASS|_PWD
    |_DSN|_AUTH)(?:_?(?:ID|BASE64|B64|PROD|DEV|OLD|NEW|\d{{1,2}})){{0,2}})['"]?(?:\s?=\s?|:\s{{1,3}})['"]?{NO_PLACEHOLDER}
    (?P<secret>{DIGIT_OR_SIGN}[^\s'"`,;<>]{{8,}})""",
    re.VERBOSE,
)
"""An environment variable named for what it holds."""
HEADER = re.compile(
    r"(?<![\w-])(?P<name>(?:[A-Za-z]{1,20}-){1,4}(?:key|token|secret)(?:-data)?)['\"]?:\s{0,3}['\"]?"
    rf"{NO_PLACEHOLDER}(?P<secret>(?=[^\s'\"]{{0,127}}\d)[\w.+/=-]{{16,}})",
    re.IGNORECASE,
)
"""A header named for what it holds, such as `Fastly-Key`; an entry of a kubeconfig."""
DOCKER_CONFIG = re.compile(r"""['"]auth['"]\s{0,3}:\s{0,3}['"](?P<secret>[A-Za-z0-9+/]{12,}={0,2})['"]""")
NAMED = re.compile(
    rf"""(?:access|refresh|auth|api|bot|app|session|signing|master|deploy|service|encryption|secret|webhook|ssh|csrf|registration)
    [_-]?(?:token|key|secret|hash)['"`*]{{0,2}}\s{{0,3}}(?:=>|:=|[:=])\s{{0,3}}['"`]?{NO_PLACEHOLDER}
    (?P<secret>(?=[^\s'"`]{{0,127}}\d)[^\s'"`,;<>]{{8,}})""",
    re.VERBOSE | re.IGNORECASE,
)
NO_SECRET_KEYS = re.compile(
    r"(?:primary|foreign|sort|partition|cache|routing|idempotency|public|publishable|object|row|lock|dedup|message|shard"
    r"|storage|s3|index|hash|range|unique|issue|project|translation|feature|config|lookup|group|surrogate|websocket)[_-]key",
    re.IGNORECASE,
)
"""Keys that open nothing."""

COOKIES = re.compile(r"\b(?:set-)?cookie:(?P<pairs>[^\r\n]{4,4096})", re.IGNORECASE)
COOKIE = re.compile(r"(?<![^\s;:])(?P<name>[\w.-]{1,64})=(?P<secret>[^\s;,'\"]{8,})")
ABOUT_COOKIES = frozenset({"expires", "max-age", "domain", "path", "samesite", "priority", "version"})

ONE_TIME_PASSWORD = re.compile(r"otpauth://[^\s]{0,256}?[?&]secret=(?P<secret>[A-Za-z2-7=]{10,})")
WIREGUARD = re.compile(r"\b(?:PrivateKey|PresharedKey)\s{0,3}=\s{0,3}(?P<secret>[A-Za-z0-9+/]{43}=)")
NETRC = re.compile(r"\blogin\s{1,3}\S{1,64}\s{1,3}password\s{1,3}(?P<secret>\S{3,128})")
PGPASS = re.compile(r"^[\w.*-]{1,100}:(?:\d{2,5}|\*):[\w*-]{1,64}:[\w*-]{1,64}:(?P<secret>\S{4,128})$", re.MULTILINE)

SHAPED = (
    *(
        PRIVATE_KEY,
        PUTTY_KEY,
        BEARER,
        IN_ADDRESS,
        GO_ADDRESS,
        SIGNED_ADDRESS,
        WEBHOOK,
        AUTHORIZATION,
        DOCKER_CONFIG,
        QUOTED_PASSWORD,
        QUOTED_LATER,
        IDENTIFIED_BY,
        AFTER_NAME,
        NAME_AND_VALUE,
        HEX_KEY,
        PASSWORD,
        *AS_ARGUMENT,
        NAMED,
    ),
    *(ONE_TIME_PASSWORD, WIREGUARD, NETRC, PGPASS),
)

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"

PREFIXES = (
    *("xox[a-z]-", "xoxe[.-]", "xapp-", "xwfp-"),  # Slack
    *("AIza", "GOCSPX-", r"ya29\.", r"1//0[\w-]"),  # Google
    *("github_pat_", "gh[opsur]_", "glpat-", "glsa_", "glc_", "npm_", "pypi-", "rubygems_", "CCIPAT_", "bkua_", "sgp_"),
    *("dckr_[po]at_", "ATATT", "ATCTT", "ATBB", "figd_", "lin_api_", "ntn_", "PMAK-", "rdme_", r"pat-(?:na|eu)\d-"),
    *("sk-", "sk_(?:live|test)_", "rk_(?:live|test)_", "whsec_", "sq0[a-z]{3}-", "EAAA", "shp[a-z]{2}_", "EZ[AT]K"),
    *(
        "HRKU-",
        "HRKU_",
        "AKCp",
        "cmVmd",
        "ABSK",
        "CLOJARS_",
        "p8e-",
        "pnu_",
        "pnb_",
        "tfp_",
        "fm1[ar]_",
        "fm2_",
        "fio-u-",
    ),
    *(
        "CFPAT-",
        "dG9rOj",
        r"re_(?=[A-Za-z0-9]{8}_)",
        "ek_(?:live|test)_",
        r"mfa\.(?=[\w-]{60})",
        r"[12]/\d{16}(?:/\d{16})?:(?=[0-9a-f]{32})",
    ),
    *("xkeysib-", "xsmtpsib-", "FLWSECK(?:_TEST)?-", "NRI[IQ]-", "AQVN", "eyJrIjoi", r"EAA[A-Z](?=\w{60})"),
    *(
        r"pat(?=[A-Za-z0-9]{14}\.[0-9a-f]{64})",
        r"[ps]at\.(?=[\w-]{22}\.)",
        r"sl\.(?=[\w-]{100})",
        "4b1d(?=[A-Za-z0-9]{38}\\b)",
    ),
    *(
        r"v1\.0-(?=[0-9a-f]{24}-)",
        r"ico-(?=[A-Za-z0-9]{32}\b)",
        r"API-(?=[A-Z0-9]{26,34}\b)",
        "sq[pua]_(?=[0-9a-f]{40})",
    ),
    *(
        rf"(?:sdk|mob|api)-(?={UUID})",
        rf"access-(?:sandbox|development|production)-(?={UUID})",
        r"\d{15,16}\|(?=[\w-]{27})",
    ),
    "LS0tLS1CRUdJTiB(?:QUklW|SU0Eg|FQyBQ|PUEVO|FTkNS)",  # a private key, in base 64 once more
    *("gsk_", "xai-", "pplx-", "nvapi-", "hf_", "r8_", "ops_eyJ", "A3-[A-Z0-9]{6}-"),
    *(
        "do[opr]_v1_",
        r"hv[sbr]\.",
        r"s\.(?=[A-Za-z0-9]{24}\b)",
        "tskey-",
        "dapi",
        r"dp\.[a-z]{2,5}\.",
        r"dt0[a-z]\d\d\.",
    ),
    *("pscale_[a-z]{2,5}_", "sbp_", "sb_secret_", "nfp_", "fo1_", "pul-", "LTAI", "NRAK-", "sntry[su]_", "phx_"),
    *(
        "key-(?=[0-9a-f]{32})",
        "shippo_[a-z]{4}_",
        "duffel_[a-z]{4}_",
        "AGE-SECRET-KEY-1",
        r"[A-Za-z0-9]{14}\.atlasv1\.",
    ),
)
"""How tokens begin that say themselves whose they are; each from its vendor's documentation."""
WITH_PREFIX = re.compile(rf"(?<![A-Za-z0-9])(?:{'|'.join(PREFIXES)})(?P<random>[\w.+/=-]{{16,}})", re.ASCII)
OTHER_TOKENS = (
    re.compile(r"(?<![\w.~])[\w.~]{3}\dQ~[\w.~-]{31,34}", re.ASCII),  # a client's secret in Azure
    re.compile(r"(?<![A-Za-z0-9])A{21}[A-Za-z0-9%]{60,}"),  # a bearer token of Twitter's
    re.compile(r"(?<![A-Za-z0-9])11[0-9a-f]{32}(?![A-Za-z0-9])"),  # Jenkins
    re.compile(r"(?<![A-Za-z0-9])[\w-]{64}_[A-Z0-9]{4}_[0-9a-f]{8}-[0-9a-f-]{27}", re.ASCII),  # Webex
    re.compile(r"(?<![A-Za-z0-9_])[A-Za-z0-9]{6}_[A-Za-z0-9]{29}_mmk\b"),  # MaxMind
    re.compile(r"(?<![A-Za-z0-9])(?:[0-9a-f]{6}[0-9a-f]{30}|[a-z]{2}\d\dx{2}[0-9a-f]{30})(?:FFFF)?NRAL\b"),  # New Relic
    re.compile(r"\$(?:1|2[abxy]|5|6|7|y|apr1|argon2i?d?|pbkdf2-sha\d+|scrypt)\$[\w./$,=+-]{20,}", re.ASCII),  # crypt(5)
)
"""What is recognised by its middle or its end, and passwords that are hashed: those that are short can be found out."""
JSON_WEB_TOKEN = re.compile(r"(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{6,}={0,2}\.[A-Za-z0-9_-]{4,}")
NPM_LOGIN = re.compile(r"/:_(?:authToken|auth|password)=\s{0,3}(?P<secret>\S{8,})")

AWS_SECRET = re.compile(r"(?<![A-Za-z0-9/+=_.-])[A-Za-z0-9/+]{40}(?![A-Za-z0-9/+=_.-])")
CARD = re.compile(r"(?<![\d.-])(?<![A-Z]{2}\d\d )[2-6]\d{3}(?:[ -]?\d){9,15}(?![\d.-]?\d)")
IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b", re.ASCII)


ISSUED = re.compile(
    r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2(?:22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}"
    r"|3(?:0[0-5]|[689]\d)\d{11}|35\d{14}|(?:5[0678]|6\d)\d{11,17}"
)
"""How the numbers of cards begin and how long they are then (ISO/IEC 7812, the ranges of the schemes): a telephone's
IMEI has the same check digit, and 15 digits, but begins otherwise."""


def has_letter_and_digit(text: str) -> bool:
    return any(char.isdigit() for char in text) and any(char.isalpha() for char in text)


def is_random(text: str) -> bool:
    """Whether characters of all kinds follow each other as by chance. In what is random in base 64, 25 of 39 neighbours
    are of different kinds; in paths and names, which are made of words, far fewer."""
    kinds = ["a" if char.islower() else "A" if char.isupper() else "1" if char.isdigit() else "/" for char in text]
    changes = sum(kind != following for kind, following in pairwise(kinds))
    return {"a", "A", "1"} <= set(kinds) and changes >= 18


def is_card(text: str) -> bool:
    """The ranges of the schemes, and Luhn's check (ISO/IEC 7812-1, annex B)."""
    digits = [int(char) for char in text if char.isdigit()]
    if ISSUED.fullmatch("".join(map(str, digits))) is None:
        return False
    doubled = [sum(divmod(2 * digit, 10)) for digit in digits[-2::-2]]
    return len(set(digits)) > 1 and (sum(doubled) + sum(digits[::-2])) % 10 == 0


def is_iban(text: str) -> bool:
    """The check of ISO 13616: moved, and as a number, it leaves 1 when divided by 97."""
    bare = text.replace(" ", "")
    return 15 <= len(bare) <= 34 and int("".join(str(int(char, 36)) for char in bare[4:] + bare[:4])) % 97 == 1
