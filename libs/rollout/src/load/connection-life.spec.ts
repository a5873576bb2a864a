import { ConnectionLife } from './connection-life.js';

describe('ConnectionLife', () => {
  it('knows age, uses, idle time and the last answer as each request is sent', () => {
    const life = new ConnectionLife();
    const unknown = { idleMs: undefined, lastSaidClose: undefined, servedBy: undefined };
    expect(life.use(100)).toEqual({ ageMs: 0, uses: 0, ...unknown });
    life.answered(150, { saysClose: false, servedBy: 'orders-1' });
    expect(life.use(400)).toEqual({ ageMs: 300, uses: 1, idleMs: 250, lastSaidClose: false, servedBy: 'orders-1' });
    life.answered(500, { saysClose: true, servedBy: undefined });
    expect(life.use(501)).toMatchObject({ uses: 2, idleMs: 1, lastSaidClose: true, servedBy: undefined });
  });
});
