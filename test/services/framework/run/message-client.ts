import { type ClientOptions, ClientProxyFactory } from '@nestjs/microservices';
import { firstValueFrom, lastValueFrom, type Observable } from 'rxjs';
import { type Exchange, type World } from './application.js';
import { exchange } from './exchanges.js';

/** The answer to a message, or what it failed with. */
export async function outcome(answer: Observable<unknown>): Promise<unknown> {
  try {
    return await firstValueFrom(answer);
  } catch (error) {
    return { failed: error instanceof Error ? error.message : error };
  }
}

/**
 * What every transport must do: a message with its answer, one that fails, an event. The patterns are those of
 * {@link messageController}; the handler of the event notes `happened: something`.
 */
export function messagesOver(prefix: string, client: (world: World) => ClientOptions): Exchange {
  return exchange('messages and an event', async (world) => {
    const proxy = ClientProxyFactory.create(client(world));
    try {
      const sum = await outcome(proxy.send(`${prefix}.sum`, [1, 2, 3]));
      const broken = await outcome(proxy.send(`${prefix}.broken`, {}));
      await lastValueFrom(proxy.emit(`${prefix}.happened`, 'something'), { defaultValue: undefined });
      await world.journal.until('happened: something');
      return { sum, broken };
    } finally {
      await proxy.close();
    }
  });
}
