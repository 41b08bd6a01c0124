// Asks the admin interface of the server that the console came from, with an admin key in a header and nowhere else.

/** What the interface refused, or could not answer. */
export class ApiError extends Error {
  readonly code: string;
  /** 0 where there was no answer at all. */
  readonly status: number;
  /** Seconds after which to ask again, where the server says so. */
  readonly retryAfter: number | undefined;

  constructor(code: string, message: string, status: number, retryAfter?: number) {
    super(message);
    this.code = code;
    this.status = status;
    this.retryAfter = retryAfter;
  }
}

export interface Api {
  /** @param path below `/v1/admin/`, each part of it encoded */
  get<Answer>(path: string, signal?: AbortSignal): Promise<Answer>;
  post<Answer>(path: string, body?: object): Promise<Answer>;
  remove(path: string): Promise<void>;
  /** An answer as it is, for files. */
  file(path: string): Promise<Blob>;
}

/** A path of the interface, each part encoded, with what is asked for besides. */
export function pathOf(
  parts: readonly string[],
  query: Readonly<Record<string, string | undefined>> = {},
): string {
  const asked = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [`${name}=${encodeURIComponent(value)}`],
  );
  const path = parts.map(encodeURIComponent).join("/");
  return asked.length === 0 ? path : `${path}?${asked.join("&")}`;
}

/** @param onGone is told when the key is good no more */
export function createApi(key: string, onGone: () => void): Api {
  async function ask(method: string, path: string, init: RequestInit = {}): Promise<Response> {
    const answer = await fetch(`/v1/admin/${path}`, {
      ...init,
      method,
      headers: { ...init.headers, authorization: `Bearer ${key}` },
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
    }).catch((thrown: unknown) => {
      if (init.signal?.aborted === true) throw thrown;
      throw new ApiError("network", "The server does not answer.", 0);
    });
    if (answer.ok) return answer;
    const problem = await problemOf(answer);
    // To whom has no admin key there is nothing at any address: is it this one, or all of them?
    if (problem.status === 404 && path !== "key" && (await isGone())) onGone();
    throw problem;
  }

  async function isGone(): Promise<boolean> {
    return await ask("GET", "key").then(
      () => false,
      (thrown: unknown) => thrown instanceof ApiError && thrown.status === 404,
    );
  }

  return {
    async get<Answer>(path: string, signal?: AbortSignal) {
      const answer = await ask("GET", path, signal === undefined ? {} : { signal });
      return (await answer.json()) as Answer; // as the interface documents it
    },
    async post<Answer>(path: string, body?: object) {
      const init =
        body === undefined
          ? {}
          : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
      const answer = await ask("POST", path, init);
      const text = await answer.text();
      return (text === "" ? undefined : JSON.parse(text)) as Answer; // as the interface documents it
    },
    async remove(path) {
      await ask("DELETE", path);
    },
    async file(path) {
      return await (await ask("GET", path)).blob();
    },
  };
}

async function problemOf(answer: Response): Promise<ApiError> {
  const { error } = (await answer.json().catch(() => ({}))) as {
    readonly error?: {
      readonly code?: string;
      readonly message?: string;
      readonly retryAfter?: number;
    };
  };
  const { code = "internal", message = "The server has no explanation.", retryAfter } = error ?? {};
  return new ApiError(code, message, answer.status, retryAfter);
}
