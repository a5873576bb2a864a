import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpLoad, loadUntil } from './http-load.js';

describe('HttpLoad', () => {
  const server = createServer((request, response) => response.writeHead(request.url === '/bad' ? 500 : 200).end());
  let url: string;

  beforeAll(async () => {
    await once(server.listen(0, '127.0.0.1'), 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(async () => {
    await once(server.close(), 'close');
  });

  it('counts every answer by its outcome', async () => {
    const load = new HttpLoad({ url, clients: 4, request: (n) => ({ path: n % 2 === 0 ? '/good' : '/bad' }) });
    await load.answered(20);
    const { total, counts, notOk } = await load.stop();
    const { ok = 0, 'http-500': bad = 0 } = counts;
    expect(total).toBeGreaterThanOrEqual(20);
    expect(ok + bad).toBe(total);
    expect(Math.abs(ok - bad)).toBeLessThanOrEqual(1);
    expect(notOk[0]).toMatchObject({ status: 500 });
  });

  it('asks until the promise settles', async () => {
    let seen = 0;
    let sawEnough = (): void => undefined;
    const enough = new Promise<void>((resolve) => (sawEnough = resolve));
    const onAnswer = (): void => void ((seen += 1) === 10 && sawEnough());
    const ledger = await loadUntil(enough, { url, clients: 2, onAnswer });
    expect(ledger.total).toBe(seen);
    expect(ledger.total).toBeGreaterThanOrEqual(10);
  });
});
