import { once } from 'node:events';
import { resolve } from 'node:path';
import { WebSocket } from 'ws';
import { startFile } from '../support/program.js';
import { root } from '../support/repository.js';

function startDemo(adapter: string) {
  return startFile(resolve(root, 'dist/apps/demo/main.js'), { env: { PORT: '0', DEMO_ADAPTER: adapter } });
}

describe('the demo', () => {
  it.each(['express', 'fastify'])(
    'on %s names itself in its answers, and sends WebSockets away with 1001',
    async (adapter) => {
      const demo = startDemo(adapter);
      const url = await demo.url();
      const answer = await fetch(url);
      expect(answer.headers.get('x-served-by')).toMatch(/./);
      expect(answer.headers.get('x-powered-by')).toBe(adapter === 'express' ? 'Express' : null);
      const live = new WebSocket(`${url.replace('http', 'ws')}/orders/live`);
      await once(live, 'open');
      const body = JSON.stringify({ item: 'book', amount: 1250 });
      const placed = once(live, 'message');
      await fetch(`${url}/orders`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      expect(String((await placed)[0])).toMatch(/^\{"event":"placed","data":\{"id":1,"item":"book"/);
      const closed = once(live, 'close');
      demo.signal('SIGTERM');
      expect((await closed)[0]).toBe(1001);
      expect((await demo.exit).code).toBe(0);
    },
  );

  it('says which adapters there are', async () => {
    const demo = startDemo('koa');
    expect((await demo.exit).code).toBe(1);
    expect(demo.output).toContain('DEMO_ADAPTER is "koa", but it must be express or fastify.');
  });
});
