// The native protocol as schemas: one object gives the type, the validation and the OpenAPI.

export { ErrorBodySchema, type ErrorResponse, ErrorResponseSchema } from "./error.ts";
export {
  LIVE_CLOSE,
  LIVE_REQUEST_SCHEMAS,
  LIVE_SUBPROTOCOL,
  type LiveRequest,
} from "./live.ts";
export {
  ChangeSchema,
  type FirstResult,
  type MutationResult,
  MutationResultSchema,
  MutationSchema,
  type Superseded,
  SupersededSchema,
} from "./mutation.ts";
export { CollectionsSchema, CursorSchema, FieldsSchema, IdSchema, TimeSchema } from "./names.ts";
export { GoneRecordSchema, WireChangeSchema, WireRecordSchema } from "./record.ts";
export { type StreamEnd, StreamEndSchema, type StreamStart, StreamStartSchema } from "./stream.ts";
export {
  type Delta,
  DeltaSchema,
  type SyncRequest,
  SyncRequestSchema,
  type SyncResponse,
  SyncResponseSchema,
} from "./sync.ts";
export { PROTOCOL_HEADER, PROTOCOL_VERSIONS } from "./version.ts";
