import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { Sessions } from './sessions.js';

/** Sessions in Redis, which forgets them by itself. */
export class RedisSessions extends Sessions {
  constructor(
    private readonly redis: Redis,
    private readonly prefix: string,
    private readonly ttlSeconds: number,
  ) {
    super();
  }

  async open(userId: string): Promise<string> {
    const id = randomUUID();
    await this.redis.set(this.key(id), userId, 'EX', this.ttlSeconds);
    return id;
  }

  async isOpen(id: string): Promise<boolean> {
    return (await this.redis.exists(this.key(id))) === 1;
  }

  async close(id: string): Promise<void> {
    await this.redis.del(this.key(id));
  }

  private key(id: string): string {
    return `${this.prefix}:session:${id}`;
  }
}
