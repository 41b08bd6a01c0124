// Traces by OpenTelemetry, sent by OTLP over HTTP. Its packages are loaded only where traces are asked for.

import { AsyncLocalStorage } from "node:async_hooks";
import type { Attributes, Context, Span, SpanContext } from "@opentelemetry/api";
import { isSynclineError, SynclineError, withoutEnd } from "@syncline/core";

/** A request's span, from its first hook to its answer. */
export interface RequestSpan {
  /** Runs what belongs to the request. */
  run(work: () => void): void;
  end(attributes: Attributes, failed: boolean): void;
}

export interface Tracing {
  /** A span that begins a trace here, or goes on one from elsewhere: a `traceparent` of W3C's form. */
  request(name: string, traceparent: string | undefined, attributes: Attributes): RequestSpan;
  /** Runs work in a span beneath the one that runs. */
  span<Result>(name: string, attributes: Attributes, work: () => Promise<Result>): Promise<Result>;
  /** Something that took no time. */
  mark(name: string, attributes: Attributes): void;
  /** The span that runs, to be gone on from elsewhere. */
  traceparent(): string | undefined;
  /** Runs work as if it ran in a span of elsewhere. */
  goOn<Result>(traceparent: string | undefined, work: () => Result): Result;
  /** Sends what is left. */
  close(): Promise<void>;
}

export interface TracingOptions {
  /** Of the collector, without the path: `http://collector:4318`. */
  readonly url: string;
  readonly version: string;
}

const PACKAGES =
  "@opentelemetry/api @opentelemetry/sdk-trace @opentelemetry/exporter-trace-otlp-http @opentelemetry/resources";
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
/** A collector that is away: longer than this no shutdown waits for it. */
const EXPORT_MS = 2_000;
const ERROR = 2;
const SAMPLED = 1;

/** @throws {SynclineError} `config` when the packages of OpenTelemetry are not installed */
export async function openTracing({ url, version }: TracingOptions): Promise<Tracing> {
  const { api, sdk, exporter, resources } = await load();
  const { ROOT_CONTEXT, trace } = api;
  const provider = new sdk.TracerProvider({
    resource: resources.resourceFromAttributes({
      "service.name": "syncline",
      "service.version": version,
    }),
    spanProcessors: [
      new sdk.BatchSpanProcessor({
        exporter: new exporter.OTLPTraceExporter({
          url: `${withoutEnd(url, "/")}/v1/traces`,
          timeoutMillis: EXPORT_MS,
        }),
        scheduledDelayMillis: 1_000,
      }),
    ],
  });
  const tracer = provider.getTracer("syncline", version);
  // Of this server alone: a library changes nothing that is global.
  const running = new AsyncLocalStorage<Context>();
  const here = () => running.getStore() ?? ROOT_CONTEXT;

  function fail(span: Span, thrown: unknown): void {
    // The code of an error, never its text: that may hold what a record held.
    const code = isSynclineError(thrown) ? thrown.code : "internal";
    span.setStatus({ code: ERROR, message: code });
  }

  return {
    request(name, traceparent, attributes) {
      const span = tracer.startSpan(
        name,
        { kind: api.SpanKind.SERVER, attributes },
        remote(traceparent),
      );
      const context = trace.setSpan(ROOT_CONTEXT, span);
      return {
        run: (work) => running.run(context, work),
        end(more, failed) {
          span.setAttributes(more);
          if (failed) span.setStatus({ code: ERROR });
          span.end();
        },
      };
    },
    async span(name, attributes, work) {
      const span = tracer.startSpan(name, { attributes }, here());
      try {
        return await running.run(trace.setSpan(here(), span), work);
      } catch (thrown) {
        fail(span, thrown);
        throw thrown;
      } finally {
        span.end();
      }
    },
    mark(name, attributes) {
      tracer.startSpan(name, { attributes }, here()).end();
    },
    traceparent() {
      const context = trace.getSpanContext(here());
      if (context === undefined) return undefined;
      const flags = context.traceFlags.toString(16).padStart(2, "0");
      return `00-${context.traceId}-${context.spanId}-${flags}`;
    },
    goOn: (traceparent, work) => running.run(remote(traceparent), work),
    close: () => provider.shutdown(),
  };

  function remote(traceparent: string | undefined): Context {
    const context = readTraceparent(traceparent);
    return context === undefined ? ROOT_CONTEXT : trace.setSpanContext(ROOT_CONTEXT, context);
  }
}

export function isTraceparent(text: unknown): text is string {
  return typeof text === "string" && TRACEPARENT.test(text);
}

function readTraceparent(text: string | undefined): SpanContext | undefined {
  const [, traceId = "", spanId = "", flags = ""] = TRACEPARENT.exec(text ?? "") ?? [];
  if (/^0*$/.test(traceId) || /^0*$/.test(spanId)) return undefined;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & SAMPLED, isRemote: true };
}

async function load() {
  try {
    return {
      api: await import("@opentelemetry/api"),
      sdk: await import("@opentelemetry/sdk-trace"),
      exporter: await import("@opentelemetry/exporter-trace-otlp-http"),
      resources: await import("@opentelemetry/resources"),
    };
  } catch (cause) {
    throw new SynclineError("config", `Traces need packages: npm install ${PACKAGES}`, {
      path: "tracesUrl",
      cause,
    });
  }
}
