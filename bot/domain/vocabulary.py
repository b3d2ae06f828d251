"""The closed word lists of the domain; `docs/glossary.md` says what each word means."""

from enum import StrEnum


class Priority(StrEnum):
    """How fast and by whom an incident is handled; P1 is worst."""

    P1 = "P1"
    P2 = "P2"
    P3 = "P3"
    P4 = "P4"

    def is_worse_than(self, other: "Priority") -> bool:
        return self.value < other.value


class DataClass(StrEnum):
    """What an incident's record holds, by how long it is kept."""

    TRANSCRIPT = "transcript"
    """The words of messages."""
    FILES = "files"
    """The names of files in messages."""
    PEOPLE = "people"
    """Who it was."""
    TIMELINE = "timeline"
    """What people typed for the timeline; who did what when stays."""
    REVIEWS = "reviews"
    """What people wrote in the review."""


class Level(StrEnum):
    """The steps of impact and urgency."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Axis(StrEnum):
    """The two sides of the matrix."""

    IMPACT = "impact"
    URGENCY = "urgency"


class Window(StrEnum):
    """Times in which business context may apply, reckoned by the policy's business hours."""

    MONTH_END = "month_end"
    QUARTER_END = "quarter_end"
    WEEKEND = "weekend"
    OUTSIDE_BUSINESS_HOURS = "outside_business_hours"


class Severity(StrEnum):
    """The technical extent of a failure, kept apart from the priority."""

    SEV1 = "SEV-1"
    SEV2 = "SEV-2"
    SEV3 = "SEV-3"
    SEV4 = "SEV-4"


class Matter(StrEnum):
    """What somebody may come with who opens the form of a declaration."""

    INCIDENT = "incident"
    REQUEST = "request"
    PROBLEM = "problem"


class Status(StrEnum):
    """Where an incident stands."""

    DECLARED = "declared"
    INVESTIGATING = "investigating"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    MERGED = "merged"

    @property
    def is_over(self) -> bool:
        """Only reads, notes, follow-ups, the review and `reopen` are possible."""
        return self in (Status.CLOSED, Status.CANCELLED, Status.MERGED)

    @property
    def is_calm(self) -> bool:
        """Nobody is owed updates any more."""
        return self is Status.RESOLVED or self.is_over


class Role(StrEnum):
    """What a person does in one incident."""

    COMMANDER = "commander"
    DEPUTY = "deputy"
    SCRIBE = "scribe"
    LIAISON = "liaison"
    RESPONDER = "responder"


class Stage(StrEnum):
    """How far it is, as a status page tells customers."""

    INVESTIGATING = "investigating"
    IDENTIFIED = "identified"
    MONITORING = "monitoring"
    RESOLVED = "resolved"


class Health(StrEnum):
    """How a component of the status page is, from best to worst; as watchers of such pages know it."""

    OPERATIONAL = "operational"
    DEGRADED = "degraded_performance"
    PARTIAL = "partial_outage"
    MAJOR = "major_outage"

    @property
    def words(self) -> str:
        return "degraded performance" if self is Health.DEGRADED else self.value.replace("_", " ")

    @property
    def weight(self) -> int:
        """More is worse."""
        return list(Health).index(self)


class TimeName(StrEnum):
    """The instants of an incident that people may set by hand."""

    BEGAN = "began"
    DETECTED = "detected"
    MITIGATED = "mitigated"
    RESOLVED = "resolved"


class Wanted(StrEnum):
    """What somebody is asked for by direct message."""

    COMMAND = "to take command"
    A_COMMANDER = "to see to it that somebody takes command"
    APPROVAL = "to approve the review"
    OVERWRITING = "to say what becomes of a document that people changed"


class StepOutcome(StrEnum):
    """What became of a step of a runbook."""

    DONE = "done"
    SKIPPED = "skip"
    FAILED = "fail"


class Offer(StrEnum):
    """What is offered of an incident that teaches something about runbooks."""

    CHANGE = "change"
    RUNBOOK = "runbook"


class RunOutcome(StrEnum):
    """What became of a run of an action."""

    SUCCEEDED = "succeeded"
    FAILED = "failed"
    TIMED_OUT = "timed_out"
    """It was started and has not ended in its time; it may end yet."""
    UNKNOWN = "unknown"
    """Nobody could say whether it was ever started."""
    NOT_STARTED = "not_started"
    """The engine refused it, or its time was over before it was started."""

    @property
    def is_definite(self) -> bool:
        """Whether nothing that is learned later changes it."""
        return self not in (RunOutcome.TIMED_OUT, RunOutcome.UNKNOWN)


class EngineKind(StrEnum):
    """What runs the actions of a policy."""

    GITHUB = "github"
    RUNDECK = "rundeck"
    WEBHOOK = "webhook"


class TrackerKind(StrEnum):
    """Where issues are kept."""

    GITHUB = "github"
    GITLAB = "gitlab"
    JIRA = "jira"
    LINEAR = "linear"


class DocumentKind(StrEnum):
    """Where published reviews go besides Slack."""

    CONFLUENCE = "confluence"
    CONFLUENCE_DATA_CENTER = "confluence-data-center"
    BOOKSTACK = "bookstack"
    GITHUB = "github"
    GITLAB = "gitlab"
    NOTION = "notion"
    OUTLINE = "outline"


class Tls(StrEnum):
    """How a connection to a mail server is encrypted."""

    STARTTLS = "starttls"
    """Before anything else is said (RFC 3207)."""
    IMPLICIT = "implicit"
    """From its beginning (RFC 8314)."""
    NONE = "none"


class KeptAs(StrEnum):
    """Why a document was left as it stands."""

    EDITED = "edited"
    UNSURE = "unsure"
    """An answer of the place was lost, and nobody knows whether it was edited since."""
    COMMENTED = "commented"
    GONE = "gone"


class Overwriting(StrEnum):
    """What is to become of a document that people changed, now that the review is published anew."""

    REPLACE = "replace"
    CHILD = "child"
    LEAVE = "leave"


class ParameterKind(StrEnum):
    """What the value of an action's parameter may be; no kind lets free text through."""

    INT = "int"
    BOOL = "bool"
    ONE_OF = "one_of"
    SERVICE = "service"
    """The slug of a service of the policy."""


class Mark(StrEnum):
    """What a message is for the review."""

    KEY_MOMENT = "key_moment"
    FOLLOW_UP = "follow_up"
    EVIDENCE = "evidence"


class ChannelLoss(StrEnum):
    """Why nothing can be written in an incident's channel."""

    ARCHIVED = "archived"
    """By hand: people can bring it back, Muster cannot."""
    REMOVED = "removed"
    """It is there, and Muster is not in it."""
    DELETED = "deleted"


class MessageChange(StrEnum):
    """What became of a message from which words were copied."""

    EDITED = "edited"
    DELETED = "deleted"


class ReviewState(StrEnum):
    """How far the review of an incident has come."""

    NONE = "not begun"
    DRAFT = "draft"
    IN_REVIEW = "in review"
    APPROVED = "approved"
    PUBLISHED = "published"
    WAIVED = "waived"


class FollowUpState(StrEnum):
    """What became of a follow-up."""

    OPEN = "open"
    DONE = "done"
    DROPPED = "dropped"


class Section(StrEnum):
    """What people write in a review."""

    SUMMARY = "summary"
    IMPACT = "impact"
    DETECTION = "detection"
    RESPONSE = "response"
    RESOLUTION = "resolution"
    WENT_WELL = "went_well"
    WENT_BADLY = "went_badly"
    LUCK = "luck"
    FACTORS = "factors"
    WHYS = "whys"
    LESSONS = "lessons"


class DeadlineKind(StrEnum):
    """What the bot promised to act on."""

    ACKNOWLEDGE = "acknowledge"
    UPDATE = "update"
    AUDIENCE = "audience"
    """An audience with a clock of its own is to hear; of each there is one."""
    MITIGATE = "mitigate"
    """The service level: the impact is to have stopped."""
    RESOLVE = "resolve"
    """The service level: the fault is to be gone."""
    VERIFY = "verify"
    QUIET = "quiet"
    """It is looked whether anything still happens."""
    REVIEW = "review"
    FOLLOW_UP = "follow_up"
    ARCHIVE = "archive"
    FOLLOWERS = "followers"
    """Followers are told of what happened; nobody waits for anybody."""
    STEP = "step"
    """A step of a runbook has waited long enough."""
    RUN = "run"
    """An action was to be approved, or to have ended."""
    REPORTABLE = "reportable"
    """Somebody is to say whether a regulation applies; of each there is one."""
    REPORT = "report"
    """A stage of a regulation is to be submitted; of each there is one."""


class DeadlineStep(StrEnum):
    """What happens about a deadline: a reminder ahead of it, the notice that it passed unmet, and then step by step
    who else is told."""

    REMIND = "remind"
    OVERDUE = "overdue"
    ESCALATE = "escalate"


class ReasonCode(StrEnum):
    """Why Muster chose as it did; `bot.domain.explaining` has the words."""

    LEVEL_TOLD = "level_told"
    LEVEL_ASSUMED = "level_assumed"
    LEVEL_RAISED = "level_raised"
    GIVEN_BY_PERSON = "given_by_person"
    """The priority, at its declaration."""
    GIVEN_BY_INTEGRATION = "given_by_integration"
    GIVEN_BY_HAND = "given_by_hand"
    """The priority, later."""
    ON_CALL = "on_call"
    NO_SCHEDULE = "no_schedule"
    NO_SCHEDULE_SO_DECLARER = "no_schedule_so_declarer"
    NOBODY_ON_CALL = "nobody_on_call"
    NOBODY_ON_CALL_SO_DECLARER = "nobody_on_call_so_declarer"
    AS_DEPUTY = "as_deputy"
    """As what somebody may take over command."""
    AS_ON_CALL = "as_on_call"
    AS_SECONDARY = "as_secondary"
    AS_MANAGER = "as_manager"
    UPDATE_OVERDUE = "update_overdue"
    ACCEPTANCE_OVERDUE = "acceptance_overdue"
    LEFT_CHANNEL = "left_channel"
    DEACTIVATED = "deactivated"
    """The commander, in Slack."""
    UNKNOWN_TO_SLACK = "unknown_to_slack"
    IS_A_BOT = "is_a_bot"
    IS_DEACTIVATED = "is_deactivated"
    """Whoever was chosen."""
    FOR_SERVICE = "for_service"
    SHARES_TAGS = "shares_tags"
    TITLE_SAYS = "title_says"
    PEOPLE_SAY = "people_say"
    OF_CATEGORY = "of_category"
    FOUND_BY = "found_by"
    HELPED_BEFORE = "helped_before"
    ASKED_FOR_BY_NAME = "asked_for_by_name"
    NAMED_BY_ALERT = "named_by_alert"


class Suggestible(StrEnum):
    """What similar incidents suggest for one that is declared."""

    SERVICE = "service"
    CATEGORY = "category"
    IMPACT = "impact"
    URGENCY = "urgency"
    PRIORITY = "priority"


class Place(StrEnum):
    """Where an incident has a card."""

    CHANNEL = "channel"
    BROADCAST = "broadcast"


class OnCallRole(StrEnum):
    """Whom an override stands in for."""

    PRIMARY = "primary"
    SECONDARY = "secondary"


class Clock(StrEnum):
    """Which hours count towards a deadline."""

    ALWAYS = "always"
    BUSINESS = "business"


class ReviewStep(StrEnum):
    """What may be done with a review as a whole."""

    START = "start"
    APPROVE = "approve"
    PUBLISH = "publish"
    REOPEN = "reopen"
    WAIVE = "waive"


class SignalState(StrEnum):
    """What monitoring says of one thing that it watches."""

    FIRING = "firing"
    RESOLVED = "resolved"


class Handling(StrEnum):
    """What a route of the policy has done with signals."""

    IGNORE = "ignore"
    ATTACH = "attach"
    """Evidence on the open incident of their service; without one nobody is told."""
    ASK = "ask"
    """People decide, by a message in the triage channel."""
    DECLARE = "declare"


class ProposalState(StrEnum):
    """What became of a proposal."""

    WAITING = "waiting"
    DONE = "done"
    """Somebody had it done."""
    DECLINED = "declined"
    """Somebody said no."""
    OUTDATED = "outdated"
    """The incident had changed when somebody wanted it done."""
    EXPIRED = "expired"
    """Nobody answered in time."""


class AlertState(StrEnum):
    """Where an alert stands."""

    NOTED = "noted"
    """Counted, and nobody is told."""
    ASKED = "asked"
    """People are asked what to do with it."""
    IGNORED = "ignored"
    """Somebody said that it is nothing, for a while."""
    DECLARING = "declaring"
    """An incident is to be declared from it, or it is to join the one that another alert declares."""
    TAKEN = "taken"
    """It belongs to an incident."""
