// Generated from schema.graphql and operations.graphql by `npm run generate`.
/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { DocumentTypeDecoration } from '@graphql-typed-document-node/core';
/** What an account may do. */
export type Capability =
  /** Answer members. */
  | 'ANSWER_MEMBERS'
  /** Approve adverts. */
  | 'APPROVE_ADVERTS'
  /** Forget what the retention policy no longer keeps. */
  | 'ENFORCE_RETENTION'
  /** Evaluate tiers, pin a tier, lift a pin. */
  | 'EVALUATE_TIERS'
  /** Create and change communities and groups. */
  | 'MANAGE_GROUPS'
  /** Administer the organization itself, and read its audit log. */
  | 'MANAGE_ORGANIZATION'
  /** Give, verify, send back and cancel tasks. */
  | 'MANAGE_TASKS'
  /** Invite to the team, give and end assignments, suspend, delegate. */
  | 'MANAGE_TEAM'
  /** Run courses, examine, and see who is trained. */
  | 'MANAGE_TRAINING'
  /** Plan and publish events. */
  | 'PLAN_EVENTS'
  /** Publish a policy version. */
  | 'PUBLISH_POLICY'
  /** Publish what is scheduled. */
  | 'PUBLISH_SCHEDULED'
  /** Read everything of the organization except its audit log. */
  | 'READ'
  /** Record interactions. */
  | 'RECORD_ACTIVITY'
  /** Record what staff did. */
  | 'RECORD_STAFF_FACTS'
  /** Remove a member: step 4 of the penalty ladder. */
  | 'REMOVE_MEMBERS'
  /** Restrict a member: step 3 of the penalty ladder. */
  | 'RESTRICT_MEMBERS'
  /** Warn a member: steps 1 and 2 of the penalty ladder. */
  | 'WARN_MEMBERS'
  /** Submit one's own tasks, and hand them to their backup. */
  | 'WORK_ON_TASKS';

/** A community that is to be. */
export type CreateCommunityInput = {
  /**
   * A key of your choice, 1 to 200 characters: sent again with the same input within 7
   * days, nothing is done and the answer is that of the first time. The header
   * `Idempotency-Key` does the same for all mutations of a document.
   */
  idempotencyKey?: string | null | undefined;
  /** Its name: 1 to 200 characters, unique among the communities of your organization. */
  name: string;
  /** The zone of its weeks and days; it cannot change later. */
  timeZone: string;
};

/** Which weeks to evaluate. */
export type EvaluateTiersInput = {
  /** The first week; the week of the first presence when left out. */
  fromWeek?: string | null | undefined;
  /**
   * A key of your choice, 1 to 200 characters: sent again with the same input within 7
   * days, nothing is done and the answer is that of the first time. The header
   * `Idempotency-Key` does the same for all mutations of a document.
   */
  idempotencyKey?: string | null | undefined;
  /** The global id of the group or community. */
  scope: string;
  /** The last week; the last that has ended when left out. */
  toWeek?: string | null | undefined;
};

/** The rule that an interaction broke. */
export type InteractionErrorCode =
  /** A time is not RFC 3339 with an offset; not over GraphQL. */
  | 'BAD_TIME'
  /** The id is taken by an interaction with other content, which stays. */
  | 'CONFLICT'
  /** A value that the kind needs is empty. */
  | 'EMPTY'
  /** `endsAt` is before `startsAt`. */
  | 'ENDS_BEFORE_STARTS'
  /** `ts` is more than 5 minutes in the future. */
  | 'IN_THE_FUTURE'
  /** The line is longer than 1 MiB; not over GraphQL. */
  | 'LINE_TOO_LONG'
  /** A key that the kind needs is absent or null. */
  | 'MISSING'
  /** The line is no JSON object; not over GraphQL. */
  | 'NOT_AN_OBJECT'
  /** The line is no JSON value; not over GraphQL. */
  | 'NOT_JSON'
  /** The line is not UTF-8; not over GraphQL. */
  | 'NOT_UTF_8'
  /** Neither the interaction nor the request names a group. */
  | 'NO_GROUP'
  /** A number or a time is out of range. */
  | 'OUT_OF_RANGE'
  /** An identifier has more than 200 characters. */
  | 'TOO_LONG'
  /** The organization has no such group. */
  | 'UNKNOWN_GROUP'
  /** The kind is none of the kinds; not over GraphQL. */
  | 'UNKNOWN_KIND'
  /** A word is none of those that its key knows. */
  | 'UNKNOWN_VALUE'
  /** A value is of another type; not over GraphQL. */
  | 'WRONG_TYPE';

/**
 * Something that happened in a group: the row of the NDJSON format with the same keys.
 * An empty text that is not needed counts as absent.
 */
export type InteractionInput = {
  /** Who deleted, `self` or `moderator`, or the user who removed. */
  by?: string | null | undefined;
  /** Whether an EVENT is called off. */
  cancelled?: boolean | null | undefined;
  /** The emoji of a REACTION. */
  emoji?: string | null | undefined;
  /** When an EVENT ends. */
  endsAt?: string | null | undefined;
  /** The id of the event that was attended. */
  event?: string | null | undefined;
  /** The name of the group; the `group` of the request when left out. */
  group?: string | null | undefined;
  /**
   * The id at its source, 1 to 200 characters; for EVENT the event's. Recording the
   * same id again changes nothing.
   */
  id: string;
  /** The user who invited, of a JOIN. */
  invitedBy?: string | null | undefined;
  /** The id of the content item. */
  item?: string | null | undefined;
  /** What it tells. */
  kind: InteractionKind;
  /** What a MESSAGE carries. */
  media?: Array<Medium> | null | undefined;
  /** The display name of `user`; the latest wins. */
  name?: string | null | undefined;
  /** The quality of an accepted item in hundredths: 50, 75 or 100. */
  points?: number | null | undefined;
  /** Why somebody was removed, in the source's words. */
  reason?: string | null | undefined;
  /** The id of the message that a MESSAGE answers. */
  replyTo?: string | null | undefined;
  /** What `user` is from then on, of a ROLE. */
  role?: MemberRole | null | undefined;
  /** How grave a VIOLATION is, in the source's words. */
  severity?: string | null | undefined;
  /** What scopes `id`; the group's platform when left out. */
  source?: string | null | undefined;
  /** When an EVENT begins. */
  startsAt?: string | null | undefined;
  /** The id of the interaction that is deleted, reacted to or voided. */
  target?: string | null | undefined;
  /** The text of a MESSAGE. */
  text?: string | null | undefined;
  /** The title of an EVENT. */
  title?: string | null | undefined;
  /** When it happened, at most 5 minutes ahead of the clock. */
  ts: string;
  /**
   * The user id on the group's platform, 1 to 200 characters. Every kind but EVENT needs
   * it.
   */
  user?: string | null | undefined;
  /** The code of the link, of a JOIN or CLICK. */
  via?: string | null | undefined;
};

/** What an interaction tells. The keys that it needs are named; others are ignored. */
export type InteractionKind =
  /** `user` took part. Needs `event`. */
  | 'ATTENDANCE'
  /** A tracked click of `user`. Takes `via`. */
  | 'CLICK'
  /** A content item of `user` was accepted. Needs `item`, `points`. */
  | 'CONTRIBUTION_ACCEPTED'
  /** The item no longer counts. Needs `item`. */
  | 'CONTRIBUTION_WITHDRAWN'
  /**
   * A community event, or a change of one; has no `user`. Needs `startsAt`, `endsAt`,
   * takes `title`, `cancelled`.
   */
  | 'EVENT'
  /** `user` joined. Takes `invitedBy`, `via`. */
  | 'JOIN'
  /** `user` left. */
  | 'LEAVE'
  /** A message; `user` is the author. Takes `text`, `media`, `replyTo`. */
  | 'MESSAGE'
  /**
   * A message no longer counts; `user` deleted. Needs `target`, takes `by`: `self` or
   * `moderator`.
   */
  | 'MESSAGE_DELETED'
  /** A reaction of `user`. Needs `target`, takes `emoji`. */
  | 'REACTION'
  /** `user` was removed. Takes `by`: the user who removed; `reason`. */
  | 'REMOVE'
  /** What `user` is in the group from then on. Needs `role`. */
  | 'ROLE'
  /** A strike of `user`. Takes `severity`. */
  | 'VIOLATION'
  /** A strike is void. Needs `target`. */
  | 'VIOLATION_VOIDED';

/** Who wants to log in, and where. */
export type LogInInput = {
  /**
   * A code of its second factor: six digits of the authenticator app, or a recovery code. Each
   * is good once. Only for an account that has one.
   */
  code?: string | null | undefined;
  /** The address of the account. */
  email: string;
  /** A code of the secret in `enrollment`, when the code was `SECOND_FACTOR_MISSING`. */
  enrollmentCode?: string | null | undefined;
  /** The short name of the organization; can be left out by who belongs to one alone. */
  organization?: string | null | undefined;
  /** Its password. */
  password: string;
};

/** What ends. */
export type LogOutInput = {
  /**
   * All sessions of the account, in all of its organizations, not only the one in whose
   * course this is asked.
   */
  everywhere?: boolean;
};

/** What a message carries beside its text. */
export type Medium =
  /** Music or a voice message. */
  | 'AUDIO'
  /** A card: contact, place, mini-program, poll. */
  | 'CARD'
  /** Any other file. */
  | 'FILE'
  /** A picture. */
  | 'IMAGE'
  /** A link preview. */
  | 'LINK'
  /** A sticker. */
  | 'STICKER'
  /** A moving picture. */
  | 'VIDEO';

/** What a person is in a group. Only members are evaluated. */
export type MemberRole =
  /** A bot. */
  | 'BOT'
  /** Somebody who is paid or asked to keep the talk going. */
  | 'FACILITATOR'
  /** An ordinary person; so is whoever was never said to be anything else. */
  | 'MEMBER'
  /** Staff of the organization. */
  | 'STAFF';

/** What became of a membership. */
export type MembershipTurn =
  /**
   * As before, the person is a member or is none, but times or stays of the past are others:
   * interactions came late.
   */
  | 'CORRECTED'
  /** The person is a member, and was none before. */
  | 'JOINED'
  /** The person is no member any more, by their own will. */
  | 'LEFT'
  /** The person is no member any more, by removal. */
  | 'REMOVED';

/** Where a group lives. */
export type Platform =
  /** Discord. */
  | 'DISCORD'
  /** Anything else. */
  | 'OTHER'
  /** QQ. */
  | 'QQ'
  /** Telegram. */
  | 'TELEGRAM'
  /** WeChat. */
  | 'WECHAT'
  /** WeCom customer groups. */
  | 'WECOM'
  /** WhatsApp. */
  | 'WHATSAPP';

/** Interactions to record. */
export type RecordInteractionsInput = {
  /** The name of the group of all of them, whatever they say. */
  group?: string | null | undefined;
  /**
   * A key of your choice, 1 to 200 characters: sent again with the same input within 7
   * days, nothing is done and the answer is that of the first time. The header
   * `Idempotency-Key` does the same for all mutations of a document.
   */
  idempotencyKey?: string | null | undefined;
  /** The interactions, at most 1,000, in any order. */
  interactions: Array<InteractionInput>;
  /** The source of all of them, whatever they say. */
  source?: string | null | undefined;
};

/** What is given in for new tokens. */
export type RefreshSessionInput = {
  /** The refresh token of the session that was given last. */
  refreshToken: string;
};

/** What somebody works on: the one axis of an assignment. */
export type Role =
  /** Runs the groups from day to day. */
  | 'ADMINISTRATOR'
  /** Reads figures and tends to the tiers. */
  | 'ANALYST'
  /** Makes what is worth reading. */
  | 'CONTENT_EDITOR'
  /** Joins the groups of several platforms. */
  | 'CROSS_PLATFORM_LEAD'
  /** Answers members. */
  | 'CUSTOMER_SERVICE'
  /** Keeps a conversation going, known as such to members. */
  | 'FACILITATOR'
  /** Decides; has no rank. */
  | 'OWNER';

/** Where a member stands. */
export type Tier =
  /** Takes part. */
  | 'ACTIVE'
  /** Carries the group. */
  | 'CORE'
  /** Too young a membership to be judged. */
  | 'NEW'
  /** Everybody else. */
  | 'ORDINARY'
  /** No sign of life for long. */
  | 'SILENT';

/** Why a mutation did nothing: stable, in no language. */
export type UserErrorCode =
  /** Only an owner decides about owners, and delegates. */
  | 'ABOVE_YOU'
  /** The member holds this role at this scope, in whatever rank. */
  | 'ALREADY_ASSIGNED'
  /** Somebody has decided on the proposal already, or it was taken back. */
  | 'ALREADY_DECIDED'
  /** The pin would end before it begins. */
  | 'ALREADY_EXPIRED'
  /** An invitation to this address is open. */
  | 'ALREADY_INVITED'
  /** The account belongs to the team already. */
  | 'ALREADY_MEMBER'
  /** What was asked for is so already. */
  | 'ALREADY_SO'
  /** The key is over or was called back. */
  | 'API_KEY_OVER'
  /** Nobody stands in for himself. */
  | 'BACKUP_IS_ASSIGNEE'
  /** The badge was archived. */
  | 'BADGE_ARCHIVED'
  /** The email, password or organization is wrong; which, is not told. */
  | 'BAD_CREDENTIALS'
  /** The code is wrong, or was used. */
  | 'BAD_SECOND_FACTOR'
  /** The bonus was cancelled. */
  | 'BONUS_CANCELLED'
  /** The member has another bonus for this month under this key. */
  | 'BONUS_GRANTED_OTHERWISE'
  /** The bonus was paid, perhaps on another day or under another reference. */
  | 'BONUS_PAID'
  /** `READ` and `WORK_ON_TASKS` are what it takes to go through a course. */
  | 'CANNOT_BE_WITHHELD'
  /** The account belongs to several organizations: name one of `organizations`. */
  | 'CHOOSE_ORGANIZATION'
  /** The course was archived. */
  | 'COURSE_ARCHIVED'
  /** The course has another version by now. */
  | 'COURSE_OUTDATED'
  /** A task is due in the future, at most a year ahead. */
  | 'DUE_OUT_OF_RANGE'
  /** A key ends in the future, at most two years from now; an invitation is good for 1 to 30 days. */
  | 'EXPIRY_OUT_OF_RANGE'
  /** An amount is 1 to 1,000,000,000 minor units. */
  | 'INVALID_AMOUNT'
  /** A client id and a client secret have 1 to 500 visible characters of ASCII. */
  | 'INVALID_CLIENT'
  /** An offer of training closes on its last day or before it. */
  | 'INVALID_CLOSING'
  /** A completion lies in the past, and after the first version of its course. */
  | 'INVALID_COMPLETION_TIME'
  /** A currency is a code of ISO 4217, such as `CNY`. */
  | 'INVALID_CURRENCY'
  /** Days end before they begin, or are more than 366. */
  | 'INVALID_DAYS'
  /** A delegation ends after now, and within 90 days. */
  | 'INVALID_DELEGATION'
  /** An address such as `ann@example.org`, of at most 254 bytes. */
  | 'INVALID_EMAIL'
  /** An issuer is an https address of at most 500 bytes, without query and fragment. */
  | 'INVALID_ISSUER'
  /** A key of a badge or bonus has 1 to 60 lower-case letters, digits and hyphens. */
  | 'INVALID_KEY'
  /** A link is an http or https address of at most 2,000 characters. */
  | 'INVALID_LINK'
  /** A version has a text of 1 to 20,000 characters, or a link. */
  | 'INVALID_MATERIAL'
  /** A name has 1 to 200 characters and no control characters. */
  | 'INVALID_NAME'
  /** A bonus is paid within its month or after it, and not after today. */
  | 'INVALID_PAYMENT_DAY'
  /** An offer of training has 1 to 1,000 places. */
  | 'INVALID_PLACES'
  /** The document would break a rule; `rule` says which. */
  | 'INVALID_POLICY'
  /** A proof is a text of at most 10,000 characters, the SHA-256 of an image as 64 hexadecimal digits, or a reference of at most 200 characters. */
  | 'INVALID_PROOF'
  /** A reason has 1 to 500 characters. */
  | 'INVALID_REASON'
  /** A score is a number from 0 to 100. */
  | 'INVALID_SCORE'
  /** A share is 0 to 10,000 basis points. */
  | 'INVALID_SHARE'
  /** A slug has 2 to 63 lower-case letters, digits and hyphens, and no hyphen at its ends. */
  | 'INVALID_SLUG'
  /** A source has 1 to 200 characters. */
  | 'INVALID_SOURCE'
  /** A subject is `kind:id`, of at most 200 characters. */
  | 'INVALID_SUBJECT'
  /** A text is too long for its field, or has control characters. */
  | 'INVALID_TEXT'
  /** The invitation was accepted, or called back. */
  | 'INVITATION_SETTLED'
  /** Nobody else owns the organization. */
  | 'LAST_OWNER'
  /** The member is away on some of these days already. */
  | 'LEAVE_OVERLAPS'
  /** Nothing is under way that this state and this secret belong to, or not any more. */
  | 'LOG_IN_OVER'
  /** This installation sends no mail. */
  | 'MAIL_NOT_AVAILABLE'
  /** A bonus is for this month of the organization's zone, or for one before it. */
  | 'MONTH_AHEAD'
  /** Another object has this name. */
  | 'NAME_TAKEN'
  /** Only a person does this. */
  | 'NEEDS_PERSON'
  /** The identity provider knows somebody who is nobody here. */
  | 'NOBODY_HERE'
  /** Whoever sent the invitation may not invite to this any more. */
  | 'NOBODY_STANDS_FOR_IT'
  /** A note has at most 500 characters. */
  | 'NOTE_TOO_LONG'
  /** The scope says all of this already. */
  | 'NOTHING_CHANGES'
  /** The task does not wait to be verified. */
  | 'NOTHING_TO_VERIFY'
  /** Ownership is delegated to owner candidates. */
  | 'NOT_A_CANDIDATE'
  /** Only a machine, with a key of the scope `MANAGE_TASKS`, confirms a task. */
  | 'NOT_A_MACHINE'
  /** The person was never a member there. */
  | 'NOT_A_MEMBER'
  /** What the id or name in `field` names is not in your organization. */
  | 'NOT_FOUND'
  /** Somebody else proposed this: only who did can take it back. */
  | 'NOT_YOURS'
  /** The task has no backup who could do it. */
  | 'NO_BACKUP'
  /** The act itself is refused by now; `rule` names its own refusal. */
  | 'NO_LONGER_POSSIBLE'
  /** All places of the offer are taken. */
  | 'NO_PLACE_LEFT'
  /** There is no such organization, or it has no identity provider. */
  | 'NO_PROVIDER'
  /** A key has at least one scope. */
  | 'NO_SCOPE'
  /** The offer of training has closed, or was archived. */
  | 'OFFER_CLOSED'
  /** The invitation was sent to another address than that of the account. */
  | 'OTHER_ADDRESS'
  /** A key that is replaced goes on for 0 to 168 hours. */
  | 'OVERLAP_OUT_OF_RANGE'
  /** Nobody decides about himself. */
  | 'OWN_CASE'
  /** You proposed this yourself: somebody else has to decide. */
  | 'OWN_PROPOSAL'
  /** Nobody verifies what he submitted himself. */
  | 'OWN_WORK'
  /** The invited address has an account, which accepts the invitation by its password first. */
  | 'PASSWORD_FIRST'
  /** Whoever proposed this may not even propose it any more. */
  | 'PROPOSER_MAY_NOT'
  /** The identity provider answers what cannot be used or believed. */
  | 'PROVIDER_INVALID'
  /** The identity provider is at an address that this installation does not ask. */
  | 'PROVIDER_NOT_PUBLIC'
  /** The identity provider does not answer. */
  | 'PROVIDER_UNREACHABLE'
  /** Owners have no rank, all others have one. */
  | 'RANK_UNFIT'
  /** The organization as a whole has no evaluation: name a group or a community. */
  | 'SCOPE_NOT_EVALUATED'
  /** The account has a second factor. */
  | 'SECOND_FACTOR_ACTIVE'
  /** The organization requires a second factor, and the account has none. */
  | 'SECOND_FACTOR_MISSING'
  /** The account has no second factor. */
  | 'SECOND_FACTOR_NOT_ACTIVE'
  /** No second factor waits for its confirmation, or has waited for more than an hour. */
  | 'SECOND_FACTOR_NOT_BEGUN'
  /** The password is right, and the account has a second factor: send `code` too. */
  | 'SECOND_FACTOR_REQUIRED'
  /** The session is over: log in again. */
  | 'SESSION_ENDED'
  /** Strangers cannot sign up in this installation. */
  | 'SIGN_UP_CLOSED'
  /** A task of this kind about this subject was given to the same account, and is not over. */
  | 'TASK_ALREADY_OPEN'
  /** The task is not open: it was done or cancelled, perhaps just now by somebody else. */
  | 'TASK_NOT_OPEN'
  /** The task is with somebody else. */
  | 'TASK_NOT_YOURS'
  /** The task is over. */
  | 'TASK_OVER'
  /** Too many attempts failed; try again after `retryAfterSeconds`. */
  | 'THROTTLED'
  /** Only CORE, ACTIVE and ORDINARY can be pinned. */
  | 'TIER_CANNOT_BE_PINNED'
  /** The token was never sent, was used, or is over: ask for another letter. */
  | 'TOKEN_INVALID'
  /** More facts than one request takes. */
  | 'TOO_MANY_FACTS'
  /** As many invitations are open as can be. */
  | 'TOO_MANY_INVITATIONS'
  /** More rows than one request takes. */
  | 'TOO_MANY_ROWS'
  /** A password has 10 to 200 characters. */
  | 'WEAK_PASSWORD'
  /** The number of weeks is out of range. */
  | 'WEEKS_OUT_OF_RANGE'
  /** The first week comes after the last. */
  | 'WEEKS_REVERSED'
  /** The week has not ended in the zone of the group or community. */
  | 'WEEK_NOT_ENDED'
  /** The present password is another one. */
  | 'WRONG_PASSWORD'
  /** The task asks for another proof: see `proofAskedFor`. */
  | 'WRONG_PROOF';

export type RefusalFragment = { code: UserErrorCode, field: Array<string>, message: string, rule: string | null };

export type LogInMutationVariables = Exact<{
  input: LogInInput;
}>;


export type LogInMutation = { logIn: { accessToken: string | null, refreshToken: string | null, expiresAt: string | null, retryAfterSeconds: number | null, organizations: Array<{ slug: string, name: string }>, userErrors: Array<{ code: UserErrorCode, field: Array<string>, message: string, rule: string | null }> } };

export type RefreshSessionMutationVariables = Exact<{
  input: RefreshSessionInput;
}>;


export type RefreshSessionMutation = { refreshSession: { accessToken: string | null, refreshToken: string | null, expiresAt: string | null, userErrors: Array<{ code: UserErrorCode, field: Array<string>, message: string, rule: string | null }> } };

export type LogOutMutationVariables = Exact<{
  input: LogOutInput;
}>;


export type LogOutMutation = { logOut: { endedSessions: number } };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { viewer: { capabilities: Array<Capability>, assignments: Array<{ role: Role }>, organization: { name: string, slug: string } } };

export type GroupsQueryVariables = Exact<{
  first: number;
  after?: string | null | undefined;
}>;


export type GroupsQuery = { groups: { nodes: Array<{ id: string, name: string, platform: Platform, latestEvaluation: { week: string, revision: number } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } };

export type MembersQueryVariables = Exact<{
  group: string;
  tier?: Tier | null | undefined;
  first: number;
  after?: string | null | undefined;
}>;


export type MembersQuery = { group: { members: { totalCount: number, nodes: Array<{ id: string, person: { displayName: string | null }, score: { tier: Tier, scoreShown: number | null, explanation: Array<string> } | null }>, pageInfo: { hasNextPage: boolean, endCursor: string | null } } } | null };

export type CreateCommunityMutationVariables = Exact<{
  input: CreateCommunityInput;
}>;


export type CreateCommunityMutation = { createCommunity: { community: { id: string, name: string } | null, userErrors: Array<{ code: UserErrorCode, field: Array<string>, message: string, rule: string | null }> } };

export type RecordInteractionsMutationVariables = Exact<{
  input: RecordInteractionsInput;
}>;


export type RecordInteractionsMutation = { recordInteractions: { accepted: number, duplicates: number, rejected: number, errors: Array<{ index: number, code: InteractionErrorCode, key: string | null, message: string }>, userErrors: Array<{ code: UserErrorCode, field: Array<string>, message: string, rule: string | null }> } };

export type EvaluateTiersMutationVariables = Exact<{
  input: EvaluateTiersInput;
}>;


export type EvaluateTiersMutation = { evaluateTiers: { evaluations: Array<{ id: string, week: string, revision: number, members: number }>, userErrors: Array<{ code: UserErrorCode, field: Array<string>, message: string, rule: string | null }> } };

export type LastEventQueryVariables = Exact<{ [key: string]: never; }>;


export type LastEventQuery = { organization: { lastEventId: string } };

export type TierEvaluationFinishedSubscriptionVariables = Exact<{
  scope?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type TierEvaluationFinishedSubscription = { tierEvaluationFinished: { eventId: string, at: string, evaluation: { id: string, week: string, revision: number, members: number } } };

export type MembershipChangedSubscriptionVariables = Exact<{
  group?: string | null | undefined;
  after?: string | null | undefined;
}>;


export type MembershipChangedSubscription = { membershipChanged: { eventId: string, at: string, changes: Array<{ how: MembershipTurn, person: { displayName: string | null } }> } };

export class TypedDocumentString<TResult, TVariables>
  extends String
  implements DocumentTypeDecoration<TResult, TVariables>
{
  __apiType?: NonNullable<DocumentTypeDecoration<TResult, TVariables>['__apiType']>;
  private value: string;
  public __meta__?: Record<string, any> | undefined;

  constructor(value: string, __meta__?: Record<string, any> | undefined) {
    super(value);
    this.value = value;
    this.__meta__ = __meta__;
  }

  override toString(): string & DocumentTypeDecoration<TResult, TVariables> {
    return this.value;
  }
}
export const RefusalFragmentDoc = new TypedDocumentString(`
    fragment Refusal on UserError {
  code
  field
  message
  rule
}
    `, {"fragmentName":"Refusal"}) as unknown as TypedDocumentString<RefusalFragment, unknown>;
export const LogInDocument = new TypedDocumentString(`
    mutation LogIn($input: LogInInput!) {
  logIn(input: $input) {
    accessToken
    refreshToken
    expiresAt
    retryAfterSeconds
    organizations {
      slug
      name
    }
    userErrors {
      ...Refusal
    }
  }
}
    fragment Refusal on UserError {
  code
  field
  message
  rule
}`) as unknown as TypedDocumentString<LogInMutation, LogInMutationVariables>;
export const RefreshSessionDocument = new TypedDocumentString(`
    mutation RefreshSession($input: RefreshSessionInput!) {
  refreshSession(input: $input) {
    accessToken
    refreshToken
    expiresAt
    userErrors {
      ...Refusal
    }
  }
}
    fragment Refusal on UserError {
  code
  field
  message
  rule
}`) as unknown as TypedDocumentString<RefreshSessionMutation, RefreshSessionMutationVariables>;
export const LogOutDocument = new TypedDocumentString(`
    mutation LogOut($input: LogOutInput!) {
  logOut(input: $input) {
    endedSessions
  }
}
    `) as unknown as TypedDocumentString<LogOutMutation, LogOutMutationVariables>;
export const ViewerDocument = new TypedDocumentString(`
    query Viewer {
  viewer {
    assignments {
      role
    }
    capabilities
    organization {
      name
      slug
    }
  }
}
    `) as unknown as TypedDocumentString<ViewerQuery, ViewerQueryVariables>;
export const GroupsDocument = new TypedDocumentString(`
    query Groups($first: Int!, $after: String) {
  groups(first: $first, after: $after) {
    nodes {
      id
      name
      platform
      latestEvaluation {
        week
        revision
      }
    }
    pageInfo {
      hasNextPage
      endCursor
    }
  }
}
    `) as unknown as TypedDocumentString<GroupsQuery, GroupsQueryVariables>;
export const MembersDocument = new TypedDocumentString(`
    query Members($group: ID!, $tier: Tier, $first: Int!, $after: String) {
  group(id: $group) {
    members(tier: $tier, order: SCORE, first: $first, after: $after) {
      totalCount
      nodes {
        id
        person {
          displayName
        }
        score {
          tier
          scoreShown
          explanation
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }
}
    `) as unknown as TypedDocumentString<MembersQuery, MembersQueryVariables>;
export const CreateCommunityDocument = new TypedDocumentString(`
    mutation CreateCommunity($input: CreateCommunityInput!) {
  createCommunity(input: $input) {
    community {
      id
      name
    }
    userErrors {
      ...Refusal
    }
  }
}
    fragment Refusal on UserError {
  code
  field
  message
  rule
}`) as unknown as TypedDocumentString<CreateCommunityMutation, CreateCommunityMutationVariables>;
export const RecordInteractionsDocument = new TypedDocumentString(`
    mutation RecordInteractions($input: RecordInteractionsInput!) {
  recordInteractions(input: $input) {
    accepted
    duplicates
    rejected
    errors {
      index
      code
      key
      message
    }
    userErrors {
      ...Refusal
    }
  }
}
    fragment Refusal on UserError {
  code
  field
  message
  rule
}`) as unknown as TypedDocumentString<RecordInteractionsMutation, RecordInteractionsMutationVariables>;
export const EvaluateTiersDocument = new TypedDocumentString(`
    mutation EvaluateTiers($input: EvaluateTiersInput!) {
  evaluateTiers(input: $input) {
    evaluations {
      id
      week
      revision
      members
    }
    userErrors {
      ...Refusal
    }
  }
}
    fragment Refusal on UserError {
  code
  field
  message
  rule
}`) as unknown as TypedDocumentString<EvaluateTiersMutation, EvaluateTiersMutationVariables>;
export const LastEventDocument = new TypedDocumentString(`
    query LastEvent {
  organization {
    lastEventId
  }
}
    `) as unknown as TypedDocumentString<LastEventQuery, LastEventQueryVariables>;
export const TierEvaluationFinishedDocument = new TypedDocumentString(`
    subscription TierEvaluationFinished($scope: ID, $after: ID) {
  tierEvaluationFinished(scope: $scope, after: $after) {
    eventId
    at
    evaluation {
      id
      week
      revision
      members
    }
  }
}
    `) as unknown as TypedDocumentString<TierEvaluationFinishedSubscription, TierEvaluationFinishedSubscriptionVariables>;
export const MembershipChangedDocument = new TypedDocumentString(`
    subscription MembershipChanged($group: ID, $after: ID) {
  membershipChanged(group: $group, after: $after) {
    eventId
    at
    changes {
      how
      person {
        displayName
      }
    }
  }
}
    `) as unknown as TypedDocumentString<MembershipChangedSubscription, MembershipChangedSubscriptionVariables>;