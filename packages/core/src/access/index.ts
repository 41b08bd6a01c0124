// Who may do what: rules that people read, and their compiled form.

export { AccessRules } from "./compile.ts";
export {
  type AccessDecision,
  type AccessQuestion,
  type AccessRule,
  checkRule,
  decideAccess,
  parseRule,
  ROOT_USER,
} from "./rules.ts";
