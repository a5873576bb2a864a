import { MadeUpRollout } from '../../../../test/support/made-up-rollout.js';
import { toRequestKind } from '../load/request-kind.js';

/** A service that stops in good order, whatever it is asked. */
function rollout(): MadeUpRollout {
  return new MadeUpRollout().exit(12_000);
}

describe('the notes on a load', () => {
  it('say of a kind of request that nothing but 4xx came back, and what to type', () => {
    const lost = rollout().requests(30, { sentAt: 1000, pod: 'other', kind: 'GET /nope', status: 404 });
    expect(lost.verdict().notes).toEqual([
      'All 30 answers of GET /nope were 404: write a path that the service has, or say in a load file that you expect it (expect: [404]).',
    ]);
    expect(lost.verdict().isClean).toBe(true);
  });

  it('say so of a WebSocket whose handshake is refused, and of what needs a credential', () => {
    const { notes } = rollout()
      .requests(2, { sentAt: 1000, pod: 'other', kind: 'WS /nope', client: 'websocket', status: 404 })
      .request({ sentAt: 1000, pod: 'other', kind: 'GET /me', status: 401 })
      .verdict();
    expect(notes).toEqual([
      expect.stringContaining('All 2 answers of WS /nope were 404'),
      expect.stringContaining('The only answer of GET /me was 401: send what lets the request in'),
    ]);
  });

  it('say nothing of a kind that is answered well now and then, or of which 4xx is expected', () => {
    const kind = toRequestKind({ path: '/gone', expect: [404] });
    const mixed = rollout()
      .requests(9, { sentAt: 1000, pod: 'other', kind: 'GET /a', status: 404 })
      .request({ sentAt: 2000, pod: 'other', kind: 'GET /a', status: 200 })
      .requests(9, { sentAt: 1000, pod: 'other', kind: kind.name, status: 404 });
    const { scenario } = mixed;
    Object.assign(mixed, { scenario: { ...scenario, load: { ...scenario.load, kinds: [kind] } } });
    expect(mixed.verdict().notes).toEqual([]);
  });

  it('stay few where a whole recording is refused', () => {
    const many = rollout();
    for (let index = 0; index < 20; index += 1)
      many.request({ sentAt: 1000 + index, pod: 'other', kind: `GET /${index}`, status: 401 });
    expect(many.verdict().notes).toHaveLength(6);
    expect(many.verdict().notes.at(-1)).toContain('15 other kinds');
  });
});
