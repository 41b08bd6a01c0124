// @syncline/client/spaces: the list of one's spaces, their members, and invitations.

export type { NewInvitation } from "./calls.ts";
export type { Members, MembersResult } from "./members.ts";
export type {
  Invitation,
  ListedSpace,
  Member,
  NewRule,
  Preview,
  Records,
  Role,
} from "./shapes.ts";
export { type NewSpace, openSpaces, type Spaces } from "./spaces.ts";
