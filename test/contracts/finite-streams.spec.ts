import { Controller, type MessageEvent, Sse } from '@nestjs/common';
import { LongLived } from 'nestjs-lifecycle';
import { Subject } from 'rxjs';
import { turns, until, watch } from '../support/event-loop.js';
import { ADAPTERS, startHttpApp } from '../support/http-app.js';
import { RawClient } from '../support/raw-client.js';

/** The tokens of an answer: they end by themselves, and nobody could go on with them elsewhere. */
function tokensController(tokens: Subject<MessageEvent>) {
  @LongLived(false)
  @Controller()
  class TokensController {
    @Sse('tokens')
    tokens(): Subject<MessageEvent> {
      return tokens;
    }

    /** What a method says of itself stands. */
    @LongLived()
    @Sse('ticks')
    ticks(): Subject<MessageEvent> {
      return tokens;
    }
  }
  return TokensController;
}

describe.each(ADAPTERS)('an event stream that says @LongLived(false) (%s)', (adapter) => {
  it('is waited for to its end, like any other request', async () => {
    const tokens = new Subject<MessageEvent>();
    const { app, url, shutdown } = await startHttpApp(adapter, { controllers: [tokensController(tokens)] });
    const [finite, endless] = [await RawClient.connect(url), await RawClient.connect(url)];
    finite.ask('GET', '/tokens');
    endless.ask('GET', '/ticks');
    await until('both are heard', () => shutdown.inFlight().total === 2 && tokens.observed);
    tokens.next({ data: 'first' });
    await Promise.all([finite.until(/first/), endless.until(/first/)]);
    expect(shutdown.inFlight().items.map(({ name, isLongLived }) => [name, isLongLived])).toEqual([
      ['GET /tokens', undefined],
      ['GET /ticks', true],
    ]);
    const closing = app.close();
    const state = watch(closing);
    await endless.until(/retry: \d+/);
    await turns();
    expect([state.isSettled, finite.received.includes('retry:')]).toEqual([false, false]);
    tokens.next({ data: '[DONE]' });
    tokens.complete();
    await finite.until(/\[DONE\][^]*\r\n0\r\n\r\n$/);
    await closing;
    expect(shutdown.report).toMatchObject({ outcome: 'clean', requests: { drained: 2, interrupted: [] } });
  });
});
