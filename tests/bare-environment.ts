// What a process is given that a test starts as a person would: nothing of this one's environment that could decide for it.

type Environment = { readonly [name: string]: string | undefined };

/** The programs that there are, what is compiled already, and what is added. */
export function bareEnvironment(more: Environment = {}): Environment {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return { PATH, NODE_COMPILE_CACHE, ...more };
}
