import { type Closable, hasMethods, type ResourceKind } from '../resource-kind.js';

/** A client of ioredis 5 and 6, single or cluster. */
interface Ioredis {
  readonly status: string;
  /** Waits for the replies of what was sent. */
  quit(): Promise<unknown>;
  disconnect(): void;
}

/** What `status` says of a client that has ended, or is about to. */
const ENDED: ReadonlySet<string> = new Set(['end', 'disconnecting']);

class ClosableIoredis implements Closable {
  constructor(private readonly client: Ioredis) {}

  isClosed(): boolean {
    return ENDED.has(this.client.status);
  }

  /** `quit()` of a client that is not connected waits for a connection that may never come. */
  async close(): Promise<void> {
    if (this.client.status === 'ready') await this.client.quit();
    else this.client.disconnect();
  }

  force(): undefined {
    this.client.disconnect();
  }
}

export const ioredis: ResourceKind = {
  title: 'ioredis client',
  type: 'cache',
  timeoutMs: 2000,
  recognise: (value) => (isIoredis(value) ? new ClosableIoredis(value) : undefined),
};

function isIoredis(value: object): value is Ioredis {
  return typeof Reflect.get(value, 'status') === 'string' && hasMethods(value, ['quit', 'disconnect', 'duplicate']);
}
