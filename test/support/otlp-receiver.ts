import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import { killAfterTest } from './started-programs.js';

/** A span as OTLP has it in JSON: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
export interface OtlpSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status?: { readonly code?: number; readonly message?: string };
  readonly attributes: readonly { readonly key: string; readonly value: object }[];
}

interface Received {
  readonly resourceSpans?: readonly { readonly scopeSpans: readonly { readonly spans: readonly OtlpSpan[] }[] }[];
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics: readonly { readonly metrics: readonly { readonly name: string }[] }[];
  }[];
}

/** A collector of OpenTelemetry that keeps what is sent to it by OTLP over HTTP, as JSON. */
export class OtlpReceiver {
  readonly spans: OtlpSpan[] = [];
  /** What is left of each instrument: as it was sent last. */
  readonly metrics = new Map<string, object>();
  /** Everything as it came. */
  text = '';

  private constructor(readonly url: string) {}

  /** On a free port of this machine; it ends with the test. */
  static async start(): Promise<OtlpReceiver> {
    const server = createServer((request, response) => {
      void bodyOf(request).then((body) => {
        receiver.#keep(body);
        response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    killAfterTest({
      kill: async () => {
        server.closeAllConnections();
        await once(server.close(), 'close');
      },
    });
    // Of a server that listens on a port.
    const receiver = new OtlpReceiver(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    return receiver;
  }

  /** The only span of this name. */
  one(name: string): OtlpSpan {
    const [span, ...others] = this.spans.filter((each) => each.name === name);
    if (span === undefined || others.length > 0) throw new Error(`${others.length} spans too many, or no ${name}`);
    return span;
  }

  /** The names of the spans below one. */
  below(name: string): string[] {
    const { spanId } = this.one(name);
    return this.spans.filter(({ parentSpanId }) => parentSpanId === spanId).map((span) => span.name);
  }

  #keep(body: string): void {
    this.text += body;
    // The test reads what an SDK has written; a field that is missing fails it.
    const { resourceSpans = [], resourceMetrics = [] } = JSON.parse(body) as Received;
    for (const { scopeSpans } of resourceSpans) for (const { spans } of scopeSpans) this.spans.push(...spans);
    for (const { scopeMetrics } of resourceMetrics) {
      for (const { metrics } of scopeMetrics) for (const metric of metrics) this.metrics.set(metric.name, metric);
    }
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  // A stream without an encoding has buffers.
  for await (const part of request) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  return (request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body).toString();
}
