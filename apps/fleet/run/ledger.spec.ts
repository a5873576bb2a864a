import { Ledger, reasonOf } from './ledger.js';
import { ledgerTable } from './ledger-table.js';

describe('the ledger', () => {
  it('is clean when all that was begun is done', async () => {
    const ledger = new Ledger();
    expect(await ledger.count('orders', 'one', () => Promise.resolve('an order'))).toBe('an order');
    expect(ledger.totals).toMatchObject({ orders: { begun: 1, done: 1, lost: 0 } });
    expect(ledger.isClean).toBe(true);
  });

  it('has what was lost, with the reason, and tells who asked', async () => {
    const ledger = new Ledger();
    const cut = new Error('other side closed', { cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }) });
    await expect(ledger.count('orders', 'POST /v1/orders', () => Promise.reject(cut))).rejects.toBe(cut);
    expect(ledger.isClean).toBe(false);
    expect(ledger.losses).toMatchObject([
      { kind: 'orders', what: 'POST /v1/orders: other side closed, because of reset (ECONNRESET)' },
    ]);
    expect(ledgerTable(ledger)).toContain('orders: POST /v1/orders: other side closed');
  });

  it('is not clean while something has not come to its end', () => {
    const ledger = new Ledger();
    ledger.begin('sockets');
    expect(ledger.isClean).toBe(false);
    ledger.done('sockets');
    expect(ledger.isClean).toBe(true);
  });

  it('counts losses beyond those that it keeps', () => {
    const ledger = new Ledger();
    for (let count = 0; count < 600; count += 1) ledger.lost('jobs', 'one');
    expect(ledger.totals['jobs']?.lost).toBe(600);
    expect(ledger.losses).toHaveLength(500);
  });

  it('has a reason for what is no error', () => {
    expect(reasonOf('why')).toBe('why');
  });
});
