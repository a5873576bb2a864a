import { BadGatewayException, ServiceUnavailableException } from '@nestjs/common';
import { GracefulShutdown } from 'nestjs-lifecycle';
import CircuitBreaker from 'opossum';
import { Agent, type Dispatcher, interceptors, request } from 'undici';
import type { IncomingHttpHeaders } from 'undici/types/header.js';
import type { Readable } from 'node:stream';

/** A request for another service. */
export interface UpstreamRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** None for GET and HEAD. */
  readonly body?: Readable | undefined;
  /** Aborted when the client has left. */
  readonly signal?: AbortSignal | undefined;
}

type Answer = Dispatcher.ResponseData;

/** What may be asked twice: it changes nothing, or comes to the same. */
const IDEMPOTENT: readonly Dispatcher.HttpMethod[] = ['GET', 'HEAD', 'OPTIONS', 'DELETE'];
const ANSWER_MS = 10_000;
/**
 * How long a connection is kept unused: less than any lame duck. One that is used in the lame duck of its service hears there that it
 * closes; one that is not would be closed by the service in the moment in which it is used again.
 */
const UNUSED_MS = 1000;
const BREAKER = { timeout: false, errorThresholdPercentage: 50, volumeThreshold: 20, resetTimeout: 2000 } as const;

/**
 * Another service of the fleet. Idempotent requests are tried again when their connection fails, or when 502, 503 or 504 comes. A
 * circuit breaker fails at once while the service is away. The lifecycle module knows both: it opens the breaker when the time of the
 * drain is up, and closes the agent at the end.
 */
export class Upstream {
  private readonly agent = new Agent({
    headersTimeout: ANSWER_MS,
    bodyTimeout: 0,
    connect: { timeout: 2000 },
    keepAliveTimeout: UNUSED_MS,
    keepAliveMaxTimeout: UNUSED_MS,
  });
  private readonly retrying = this.agent.compose(
    interceptors.retry({
      maxRetries: 2,
      minTimeout: 50,
      maxTimeout: 500,
      methods: [...IDEMPOTENT],
      statusCodes: [502, 503, 504],
      throwOnError: false,
    }),
  );
  private readonly breaker: CircuitBreaker<[UpstreamRequest], Answer>;

  constructor(
    private readonly name: string,
    private readonly url: string,
    shutdown: GracefulShutdown,
  ) {
    this.breaker = new CircuitBreaker((sent: UpstreamRequest) => this.send(sent), {
      ...BREAKER,
      name,
      // A client that leaves is no failure of the service.
      errorFilter: (error: unknown) => error instanceof Error && error.name === 'AbortError',
    });
    shutdown.register(`${name} breaker`, this.breaker);
    shutdown.register(`${name} agent`, this.agent);
  }

  /** Whether requests are let through: `closed`, `open`, or `half-open` while it is tried. */
  get state(): 'closed' | 'half-open' | 'open' {
    if (this.breaker.opened) return 'open';
    return this.breaker.halfOpen ? 'half-open' : 'closed';
  }

  /**
   * @throws {ServiceUnavailableException} while the breaker is open
   * @throws {BadGatewayException} when the service does not answer
   */
  async ask(sent: UpstreamRequest): Promise<Answer> {
    try {
      return await this.breaker.fire(sent);
    } catch (error) {
      if (error instanceof Error && CircuitBreaker.isOurError(error))
        throw new ServiceUnavailableException(`The service ${this.name} is away, please retry`, { cause: error });
      throw new BadGatewayException(`The service ${this.name} did not answer`, { cause: error });
    }
  }

  private send({ method, path, headers, body, signal }: UpstreamRequest): Promise<Answer> {
    // A stream of events is never tried again by the gateway: its client comes back, and says what it has seen.
    const isStream = headers['accept']?.includes('text/event-stream') === true;
    return request(new URL(path, this.url), {
      dispatcher: isStream ? this.agent : this.retrying,
      method,
      headers,
      body: body ?? null,
      ...(signal && { signal }),
    });
  }
}
