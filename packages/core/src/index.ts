// @syncline/core: clocks, cursors, records and merging, the same on every device and server.

export {
  type AccessDecision,
  type AccessQuestion,
  type AccessRule,
  AccessRules,
  checkRule,
  decideAccess,
  parseRule,
  ROOT_USER,
} from "./access/index.ts";
export {
  CLOCK_START,
  type ClockState,
  compareClocks,
  formatTime,
  isInitial,
  isTime,
  MS_MAX,
  nextStamp,
  parseTime,
  type Reading,
  receive,
  stampOfMs,
  stampToMs,
  successor,
  type Time,
  tick,
} from "./clock/index.ts";
export {
  ALL_COLLECTIONS,
  type Cursor,
  formatCursor,
  parseCursor,
  type ReadCursor,
  scopeOf,
  signCursor,
} from "./cursor/cursor.ts";
export { DigestSum, EMPTY_DIGEST } from "./digest/digest.ts";
export { hash64 } from "./digest/hash.ts";
export {
  ERROR_CATALOGUE,
  type ErrorCode,
  type ErrorSpec,
  isErrorCode,
} from "./errors/catalogue.ts";
export {
  type ErrorBody,
  type ErrorOptions,
  errorFromBody,
  isSynclineError,
  type Restored,
  SynclineError,
} from "./errors/error.ts";
export { ERROR_REMEDIES } from "./errors/remedies.ts";
export { DEFAULT_LIMITS, type Limits } from "./limits.ts";
export {
  type CustomMerge,
  type CustomOutcome,
  counter,
  customPolicy,
  deletionRegister,
  fieldRegister,
  fieldTime,
  log,
  lww,
  type MergeContext,
  type MergeOutcome,
  type MergePolicy,
  POLICIES,
  type PolicyName,
  policyByName,
  resolvePolicy,
  type SettleContext,
  type Settled,
  settleTimes,
  versioned,
} from "./merge/index.ts";
export {
  anySignal,
  asyncDispose,
  groupBy,
  isAddress,
  isWellFormed,
  toWellFormed,
  withResolvers,
} from "./platform/index.ts";
export type {
  Delta,
  FirstResult,
  MutationResult,
  StreamEnd,
  StreamStart,
  Superseded,
  SyncRequest,
  SyncResponse,
} from "./protocol/index.ts";
export { compareRanks, MAX_RANK_LENGTH, placeAt, type Ranked, rankBetween } from "./rank/index.ts";
export { canonicalJson } from "./record/canonical-json.ts";
export type { Change, ChangeOp, Mutation } from "./record/change.ts";
export { checkJson, isForbiddenName, type JsonProblem } from "./record/check-json.ts";
export type { Fields, Json, JsonPrimitive } from "./record/json.ts";
export { isTooDeep } from "./record/json-depth.ts";
export {
  ID_PATTERN,
  isId,
  isSpaceName,
  parseSpace,
  personalSpace,
  SPACE_PATTERN,
  type SpaceAddress,
  spaceToText,
} from "./record/names.ts";
export {
  type DeletionRegister,
  type RecordKey,
  type RecordRegisters,
  type RecordState,
  type Register,
  recordKeyToText,
} from "./record/record.ts";
export {
  type GoneReason,
  type GoneRecord,
  type RecordText,
  recordToText,
  recordToWire,
  textToRecord,
  type WireChange,
  type WireRecord,
  wireToRecord,
} from "./record/wire.ts";
export { withoutEnd } from "./record/without-end.ts";
