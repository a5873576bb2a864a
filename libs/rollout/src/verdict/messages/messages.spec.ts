import { MessageRollout } from '../../../../../test/support/made-up-messages.js';
import { type Verdict } from '../verdict.js';

/** Ended by SIGTERM itself. */
const AT_ONCE = { code: 143, signal: 'SIGTERM' } as const;
const ACKNOWLEDGED = { at: 9941, how: 'acknowledged' } as const;

/** In the hands of the old pod until its process ended. */
const inHand = (rollout: MessageRollout): MessageRollout =>
  rollout.message({ deliveries: [{ at: 9950, connectionEnd: { at: 10_049, how: 'cut' } }] });

const told = ({ messages }: Verdict): readonly (readonly [string, string])[] =>
  (messages?.troubled ?? []).map(({ fate, cause }) => [fate, cause]);

describe('what becomes of messages', () => {
  it('is nothing to tell where each was handled once', () => {
    const verdict = new MessageRollout().exit(12_000).handled().handled('new').verdict();
    expect(verdict.messages).toMatchObject({ sent: 2, byFate: { handled: 2, lost: 0 }, troubled: [] });
    expect(verdict).toMatchObject({ isClean: true, faults: [] });
  });

  it('is cut where the process ended with one in hand, by the way it ended', () => {
    const verdict = inHand(new MessageRollout().exit(10_050, AT_ONCE).handled()).verdict();
    expect(told(verdict)).toEqual([['cut', 'no-signal-handling']]);
    expect(verdict.messages?.troubled[0]).toMatchObject({ pod: 'old', phase: 'terminating', sinceSignalMs: 49 });
    expect(verdict.faults[0]).toMatchObject({ severity: 'error', messages: 1, pods: ['old'] });
    expect(verdict.faults[0]?.remedy).toContain('channel.cancel()');
    expect(verdict.passes).toBe(false);
  });

  it('is cut by the signal itself, also where a busy machine tells of it late', () => {
    expect(told(inHand(new MessageRollout().exit(10_700, AT_ONCE)).verdict())).toEqual([['cut', 'no-signal-handling']]);
  });

  it('is cut by a service that has a handler of SIGTERM, and sends itself the signal in the end', () => {
    const rollout = new MessageRollout().exit(10_300, { ...AT_ONCE, hasHandler: true });
    expect(told(inHand(rollout).verdict())).toEqual([['cut', 'message-cut-in-hand']]);
  });

  it('is a warning where a group of Kafka has given the partition to another pod', () => {
    const again = {
      deliveries: [
        { at: 9500, settled: { at: 9600, how: 'returned' } },
        { pod: 'other', at: 9610, settled: { at: 9700, how: 'acknowledged' } },
      ],
    } as const;
    const done = [
      { pod: 'old', at: 9550 },
      { pod: 'other', at: 9650 },
    ];
    const verdict = new MessageRollout({ broker: 'kafka' })
      .exit(12_000)
      .message({ ...again, done })
      .verdict();
    expect(told(verdict)).toEqual([['handled-twice', 'repeated-by-rebalance']]);
    expect(verdict).toMatchObject({ isClean: true, passes: true, faults: [{ severity: 'warning', messages: 1 }] });
  });

  it('is cut all the same where another pod has done it since', () => {
    const rollout = new MessageRollout().exit(10_050, AT_ONCE).message({
      deliveries: [
        { at: 9950, connectionEnd: { at: 10_049, how: 'cut' } },
        { pod: 'new', at: 10_060, settled: { at: 10_200, how: 'acknowledged' } },
      ],
      done: [{ pod: 'new', at: 10_190 }],
    });
    expect(told(rollout.verdict())).toEqual([['cut', 'no-signal-handling']]);
  });

  it('is cut by the grace period where work from before SIGTERM lasts until SIGKILL', () => {
    const rollout = new MessageRollout().happen(10_010, { type: 'service-phase', pod: 'old', phase: 'draining' });
    rollout.killed().message({ deliveries: [{ at: 9950 }] });
    expect(told(rollout.verdict())).toEqual([['cut', 'grace-period-too-short']]);
  });

  it('is lost where it was acknowledged first, and its process ended', () => {
    const verdict = new MessageRollout()
      .exit(10_050, AT_ONCE)
      .message({ deliveries: [{ at: 9940, settled: ACKNOWLEDGED }] })
      .verdict();
    expect(told(verdict)).toEqual([['lost', 'acknowledged-early']]);
    expect(verdict.messages?.troubled[0]).toMatchObject({ phase: 'terminating', sinceSignalMs: 50 });
    expect(verdict.faults.map(({ code }) => code)).toEqual(['acknowledged-early', 'no-signal-handling']);
  });

  it('is lost where nothing is acknowledged, and its process ended', () => {
    const rollout = new MessageRollout().exit(10_050, AT_ONCE);
    rollout.message({ deliveries: [{ at: 9940, needsAcknowledgement: false }] });
    expect(told(rollout.verdict())).toEqual([['lost', 'no-acknowledgement']]);
  });

  it('is not known where nothing is acknowledged and nothing else tells: a warning says so', () => {
    const rollout = new MessageRollout({ handledLine: undefined }).exit(12_000);
    const verdict = rollout.message({ deliveries: [{ at: 9940, needsAcknowledgement: false }] }).verdict();
    expect(verdict.messages?.byFate).toMatchObject({ unseen: 1, handled: 0 });
    expect(verdict.faults).toMatchObject([{ code: 'handling-unseen', severity: 'warning' }]);
  });

  it('is twice where it was done and not acknowledged, and done again', () => {
    const closed = { at: 10_100, how: 'closed' } as const;
    const rollout = new MessageRollout().exit(12_000).message({
      deliveries: [
        { at: 9950, connectionEnd: closed },
        { pod: 'new', at: 10_110, settled: { at: 10_300, how: 'acknowledged' } },
      ],
      done: [
        { pod: 'old', at: 10_150 },
        { pod: 'new', at: 10_290 },
      ],
    });
    expect(told(rollout.verdict())).toEqual([['handled-twice', 'done-not-acknowledged']]);
    expect(rollout.fault('done-not-acknowledged').evidence).toContain('closed its channel');
  });

  it('is done and not acknowledged where nobody has got it again yet', () => {
    const rollout = new MessageRollout().exit(12_000).message({
      deliveries: [{ at: 9950, connectionEnd: { at: 10_100, how: 'closed' } }],
      done: [{ pod: 'old', at: 10_150 }],
    });
    expect(told(rollout.verdict())).toEqual([['not-acknowledged', 'done-not-acknowledged']]);
  });

  it('is a warning where a team bears it, and stays an error where one is lost', () => {
    const closed = { deliveries: [{ at: 9950, connectionEnd: { at: 10_100, how: 'closed' } }] } as const;
    const rollout = new MessageRollout({ twice: 'warn' }).exit(12_000).message(closed);
    expect(rollout.fault('message-cut-in-hand').severity).toBe('warning');
    expect(rollout.verdict().passes).toBe(true);
    rollout.message({ deliveries: [{ at: 9940, settled: ACKNOWLEDGED }] });
    expect(rollout.verdict().passes).toBe(false);
  });

  it('is cut where the service closed its connection with one in hand', () => {
    const rollout = new MessageRollout().exit(12_000);
    rollout.message({ deliveries: [{ at: 9950, connectionEnd: { at: 10_100, how: 'closed' } }] });
    expect(told(rollout.verdict())).toEqual([['cut', 'message-cut-in-hand']]);
  });

  it('is nobody’s loss where it was given back, or is in the queue', () => {
    const rollout = new MessageRollout().exit(12_000).message({}).leaves(2);
    rollout.message({ deliveries: [{ at: 9950, settled: { at: 10_010, how: 'returned' } }] });
    expect(rollout.verdict().messages).toMatchObject({ byFate: { left: 2 }, troubled: [] });
  });

  it('is taken by somebody else where it is not in the queue any more', () => {
    expect(told(new MessageRollout().exit(12_000).handled().message({}).verdict())).toEqual([
      ['elsewhere', 'taken-elsewhere'],
    ]);
  });

  it('is not seen at all where no pod takes anything', () => {
    const rollout = new MessageRollout().exit(12_000).message({}).message({}).leaves(0);
    expect(rollout.faults()).toEqual(['messages-not-taken']);
  });

  it('fails with its handler, while the service stops or anyway', () => {
    const failed = (at: number, pod: string): Parameters<MessageRollout['message']>[0] => ({
      deliveries: [{ pod, at: at - 10, settled: { at, how: 'refused' } }],
      failures: [{ pod, at, detail: 'no database' }],
    });
    const stopping = new MessageRollout().exit(12_000).message(failed(10_500, 'old'));
    expect(told(stopping.verdict())).toEqual([['failed', 'message-fails-while-stopping']]);
    const anyway = new MessageRollout().exit(12_000).message(failed(8000, 'other')).message(failed(8100, 'old'));
    expect(anyway.faults()).toEqual(['message-fails']);
    expect(anyway.fault('message-fails').evidence).toContain('no database');
  });

  it('is killed on purpose where chaos was asked for', () => {
    const rollout = inHand(
      new MessageRollout().happen(10_048, { type: 'chaos-played', chaos: 'kill', pod: 'old', detail: '' }),
    );
    rollout.exit(10_050, { code: 137, signal: 'SIGKILL' });
    expect(told(rollout.verdict())).toEqual([['cut', 'chaos']]);
  });

  it('is the crash of a pod that ended by itself', () => {
    const rollout = new MessageRollout().happen(9000, {
      ...{ type: 'container-exited', pod: 'other', code: 1, signal: null, isKilledByKubelet: false },
    });
    rollout.exit(12_000).message({ deliveries: [{ pod: 'other', at: 8900, connectionEnd: { at: 9000, how: 'cut' } }] });
    expect(told(rollout.verdict())).toEqual([['cut', 'crashed']]);
  });

  it('is every pod’s where a subject of NATS has no queue group, and nobody’s where none listens', () => {
    const plan = { broker: 'nats' } as const;
    const given = (pod: string) => ({ pod, at: 9010, needsAcknowledgement: false }) as const;
    const both = new MessageRollout(plan).exit(12_000).message({
      deliveries: [given('old'), given('other')],
      done: [
        { pod: 'old', at: 9100 },
        { pod: 'other', at: 9101 },
      ],
    });
    expect(told(both.verdict())).toEqual([['handled-twice', 'no-queue-group']]);
    expect(told(both.message({ sentAt: 11_000 }).verdict())).toContainEqual(['lost', 'no-consumer']);
  });

  it('is lost where the broker did not take it', () => {
    const rollout = new MessageRollout().exit(12_000).handled();
    rollout.message({ acceptedAt: undefined, refusal: 'the queue is not there any more' });
    expect(told(rollout.verdict())).toEqual([['lost', 'message-not-accepted']]);
  });
});
