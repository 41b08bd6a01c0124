// Checks of requests that are compiled when the first request comes for them: to compile those of all routes took half of
// a server's start, and many a server is asked for few.

import AjvCompiler, { type BuildCompilerFromPool } from "@fastify/ajv-compiler";

type Check = ReturnType<ReturnType<BuildCompilerFromPool>>;

/** Fastify's own compiler, asked late. A schema that cannot be is found by the first request, not by the start. */
export function lateValidators(): BuildCompilerFromPool {
  const build = AjvCompiler();
  return (schemas, options) => {
    const compile = build(schemas, options);
    return (route) => {
      let check: Check | undefined;
      const late = (value: unknown) => {
        check ??= compile(route);
        const good = check(value);
        Object.assign(late, { errors: check.errors });
        return good;
      };
      return late as Check; // Fastify calls it, and reads its errors
    };
  };
}
