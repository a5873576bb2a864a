import { ManualClock } from '../../../../../test/support/manual-clock.js';
import { OpenConnection, type Run } from './open-connection.js';
import { type Peer } from './peer.js';

describe('OpenConnection', () => {
  let clock: ManualClock;
  let steps: string[];
  let errors: unknown[];

  beforeEach(() => {
    clock = new ManualClock();
    steps = [];
    errors = [];
  });

  /** A peer without a socket: what is asked of it, in order. Real ones are tested with real clients. */
  function create(failing: Partial<Peer> = {}): OpenConnection {
    const peer: Peer = {
      leavesFirst: false,
      isReachable: true,
      hasSentClose: true,
      isSending: false,
      hasUndelivered: false,
      socket: undefined,
      whenReachable: async () => undefined,
      whenSent: async () => undefined,
      hold: () => void steps.push('hold'),
      join: () => undefined,
      close: () => void steps.push('close'),
      terminate: () => void steps.push('terminate'),
      onceClosed: () => undefined,
      ...failing,
    };
    const connection = new OpenConnection(peer, {
      clock,
      onError: (error) => void errors.push(error),
      onCut: () => void steps.push('cut'),
      notify: () => void steps.push('tell to go'),
    });
    connection.join({});
    return connection;
  }

  const run = (connection: OpenConnection, isLongLived = false): Run => {
    const started: Run = { isLongLived };
    connection.started(started);
    return started;
  };

  it('closes at once when nothing runs, and once however often it is told', () => {
    const connection = create();
    connection.leave();
    connection.leave();
    connection.close();
    expect(steps).toEqual(['hold', 'tell to go', 'close']);
  });

  it('waits for everything that runs, newcomers too, as long as there is patience', async () => {
    const connection = create();
    const first = run(connection);
    connection.leave();
    const second = run(connection);
    connection.ended(first);
    expect(steps).toEqual(['hold']);
    connection.ended(second);
    expect(steps).toEqual(['hold', 'tell to go', 'close']);
  });

  it('then waits only for what already runs', async () => {
    const connection = create();
    const first = run(connection);
    connection.leave();
    await clock.advance(1000);
    run(connection);
    expect(steps).toEqual(['hold']);
    connection.ended(first);
    expect(steps).toEqual(['hold', 'close']);
  });

  it('ends streams, and tells what is long-lived to go once nothing else runs', () => {
    const connection = create();
    connection.addStream(() => void steps.push('stream ended'));
    const forgotten = connection.addStream(() => void steps.push('a stream that was over'));
    forgotten();
    const short = run(connection);
    const long = run(connection, true);
    connection.leave();
    expect(steps).toEqual(['hold', 'stream ended']);
    connection.ended(short);
    expect(steps).toEqual(['hold', 'stream ended', 'tell to go']);
    connection.ended(long);
    expect(steps.at(-1)).toBe('close');
  });

  it('terminates a peer that does not answer, and no other', async () => {
    const [dead, alive] = [create(), create()];
    dead.leave();
    alive.leave();
    alive.closed();
    await clock.advance(1499);
    expect(steps).not.toContain('terminate');
    await clock.advance(1);
    expect(steps.filter((step) => step === 'terminate')).toEqual(['terminate']);
    expect([dead.ending, alive.ending]).toEqual(['terminated', 'closed']);
  });

  it('gives a peer that has yet to read what was said all the time there is, and the usual one from then on', async () => {
    const connection = create({ isSending: true, hasUndelivered: true });
    const terminated = (): boolean => steps.includes('terminate');
    connection.leave();
    for (let second = 0; second < 60; second += 1) await clock.advance(1000);
    expect(steps.at(-1)).toBe('close');
    Object.assign(connection.peer, { isSending: false, hasUndelivered: false });
    await clock.advance(1499);
    expect(terminated()).toBe(false);
    await clock.advance(1501);
    expect(terminated()).toBe(true);
    expect(steps).not.toContain('cut');
  });

  it('tells of what is lost with a peer that it terminates', async () => {
    create({ hasUndelivered: true }).leave();
    await clock.advance(1500);
    expect(steps.slice(-2)).toEqual(['cut', 'terminate']);
  });

  it('knows clients that closed before their turn, and close frames that were not answered', () => {
    const [left, deaf] = [create(), create({ hasSentClose: false })];
    deaf.leave();
    expect([left.ending, deaf.ending]).toEqual(['left', 'terminated']);
  });

  it('reports what a peer throws, and still terminates it', async () => {
    const thrown = new Error('not a close code');
    const connection = create({
      close: () => {
        throw thrown;
      },
    });
    connection.leave();
    expect(errors).toEqual([thrown]);
    await clock.advance(1500);
    expect(steps.at(-1)).toBe('terminate');
  });

  it('does nothing for a connection that is closed', () => {
    const connection = create();
    connection.closed();
    connection.leave();
    connection.close();
    expect(steps).toEqual([]);
  });
});
