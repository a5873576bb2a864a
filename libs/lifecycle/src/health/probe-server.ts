import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { guardToStderr } from '../errors/foreign-call.js';
import { describeError, LifecycleError } from '../errors/lifecycle-error.js';
import { type DrainEndpoint } from './drain-endpoint.js';
import { type FailedProbes } from './failed-probes.js';
import { type ProbeAnswer, probeAt, sendAnswer } from './probe-answer.js';
import { PROBE_SERVER_OPTIONS, ProbeConnections } from './probe-connections.js';
import { type Probes } from './probes.js';

interface ProbeServerParts {
  readonly settings: { readonly probePort: number | undefined };
  readonly probes: Probes;
  readonly failedProbes: FailedProbes;
  readonly drainEndpoint: DrainEndpoint;
  /** Further pages. */
  readonly pages: readonly ProbePage[];
}

/** What the probe port serves beside the probes. */
export interface ProbePage {
  /** Answers a request, and says whether it was one for it. */
  answer(request: IncomingMessage, response: ServerResponse): Promise<boolean>;
}

/** Serves the probes on a port of their own, from the beginning of the start until the exit. */
export class ProbeServer {
  #server: Server | undefined;
  #connections: ProbeConnections | undefined;

  constructor(private readonly parts: ProbeServerParts) {}

  /** Whether a server is this one. */
  owns(server: unknown): boolean {
    return server === this.#server;
  }

  /** The port it listens on; `undefined` when it does not. */
  get port(): number | undefined {
    const address = this.#server?.address();
    return typeof address === 'object' ? address?.port : undefined;
  }

  /**
   * Does nothing when no port is set.
   *
   * @throws LifecycleError `PROBE_PORT_UNAVAILABLE` when it cannot listen on the port.
   */
  async open(): Promise<void> {
    const { probePort } = this.parts.settings;
    if (probePort === undefined || this.#server !== undefined) return;
    const server = createServer(PROBE_SERVER_OPTIONS, (request, response) => {
      const answer = (): unknown => guardToStderr('a probe', undefined, () => this.#answer(request, response));
      this.parts.failedProbes.serving(response, answer);
    });
    this.#connections = new ProbeConnections(server);
    await new Promise<void>((resolve, reject) => {
      const refuse = (error: Error): void => reject(unavailable(probePort, error));
      server.once('error', refuse);
      server.listen(probePort, () => {
        server.removeListener('error', refuse);
        resolve();
      });
    });
    // The probe port alone does not keep the process alive.
    server.unref();
    this.#server = server;
  }

  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = new Promise((resolve) => server.close(resolve));
    this.#connections?.destroy();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const page of this.parts.pages) if (await page.answer(request, response)) return;
    const drained = this.parts.drainEndpoint.answer(request);
    const { statusCode, body } = await (drained ?? this.#find(request));
    if (statusCode === 405) response.setHeader('Allow', drained === undefined ? 'GET, HEAD' : 'POST');
    sendAnswer(request, response, { statusCode, body });
  }

  /** Other paths get a plain 404, which does not show what runs here. */
  #find(request: IncomingMessage): Promise<ProbeAnswer> | ProbeAnswer {
    if (request.method !== 'GET' && request.method !== 'HEAD') return refusal(405, 'Method Not Allowed');
    const probe = probeAt(request, this.parts.probes);
    return probe === undefined ? refusal(404, 'Not Found') : probe();
  }
}

function refusal(statusCode: number, error: string): ProbeAnswer {
  return { statusCode, body: { statusCode, error } };
}

function unavailable(port: number, cause: Error): LifecycleError {
  return new LifecycleError(
    'PROBE_PORT_UNAVAILABLE',
    `The probe port ${port} cannot be opened: ${describeError(cause)}. Type another one: probePort: 9000, or SHUTDOWN_PROBE_PORT=9000.`,
    { cause },
  );
}
