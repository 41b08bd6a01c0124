// create-syncline: what `npm create syncline` does, for programs.

export { type Choices, FRAMEWORKS, type Framework, SIGN_INS, type SignIn } from "./choices.ts";
export { scaffold } from "./scaffold.ts";
