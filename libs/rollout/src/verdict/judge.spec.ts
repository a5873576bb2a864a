import { MadeUpRollout, type MadeUpRequest } from '../../../../test/support/made-up-rollout.js';
import { LOST_FATES } from '../ledger/request-record.js';
import { figures, headline } from '../report/headline.js';
import { Random, type RandomStream } from '../random/random.js';
import { FAULT_RULES } from './fault-rules.js';

const KINDS_OF_END = ['clean', 'at-once', 'killed', 'crash', 'never'] as const;

/** Any rollout, however absurd. */
function anyRollout(stream: RandomStream): MadeUpRollout {
  const rollout = new MadeUpRollout({ command: stream.chance(0.2) ? ['npm', 'start'] : ['node', 'main.js'] });
  const end = stream.pick(KINDS_OF_END);
  if (stream.chance(0.5)) rollout.happen(stream.uniform(10_000, 20_000), { type: 'listener-closed', pod: 'old' });
  if (end === 'clean') rollout.exit(stream.uniform(10_500, 39_000));
  if (end === 'at-once') rollout.exit(10_010, { code: null, signal: 'SIGTERM' });
  if (end === 'killed') rollout.killed({ hasHandler: stream.chance(0.5) });
  if (end === 'crash') rollout.exit(stream.uniform(8000, 9000), { code: 1 });
  for (let index = 0; index < 60; index += 1) rollout.request(anyRequest(stream));
  return rollout;
}

function anyRequest(stream: RandomStream): MadeUpRequest {
  const sentAt = stream.uniform(0, 45_000);
  const pod = stream.pick(['old', 'other', 'new', undefined]);
  return {
    sentAt,
    endedAt: sentAt + stream.uniform(0, 5000),
    fate: stream.pick(['answered', 'answered', 'told-to-go', 'unfinished', ...LOST_FATES]),
    connect: stream.pick(['open', 'open', 'refused', 'black-hole']),
    connectedAt: sentAt - stream.pick([0, 5000, 10_000]),
    ...(pod !== undefined && { pod }),
    ...(stream.chance(0.3) && { status: stream.pick([500, 502, 503]) }),
  };
}

describe('judge', () => {
  it('gives every lost request exactly one cause among its faults, and its sums agree', () => {
    const codes = FAULT_RULES.map(({ code }) => code);
    const seen = new Set<string>();
    for (let seed = 1; seed <= 200; seed += 1) {
      const { lost, faults, requests, isClean } = anyRollout(new Random(seed).stream('rollout')).verdict();
      for (const { cause } of lost) expect(codes).toContain(cause);
      for (const { code, lost: explained } of faults)
        expect(explained).toBe(lost.filter(({ cause }) => cause === code).length);
      expect(faults.reduce((sum, fault) => sum + fault.lost, 0)).toBe(lost.length);
      expect(requests.lost).toBe(lost.length);
      expect(requests.sent).toBe(requests.answered + requests.toldToGo + requests.lost + requests.unfinished);
      expect(isClean && lost.length > 0).toBe(false);
      for (const { cause } of lost) seen.add(cause);
    }
    expect(seen.size).toBeGreaterThan(12);
  });

  it('says the same of the same facts', () => {
    const verdict = (): string => JSON.stringify(anyRollout(new Random(3).stream('rollout')).verdict());
    expect(verdict()).toBe(verdict());
  });

  it('lists phases without gaps, from creation to the end', () => {
    for (const { phases } of anyRollout(new Random(5).stream('rollout')).verdict().pods)
      for (const [index, { from }] of phases.entries()) if (index > 0) expect(phases[index - 1]?.to).toBe(from);
  });

  it('tells where a pod was when a request was lost', () => {
    const rollout = new MadeUpRollout().exit(12_000);
    rollout.request({ sentAt: 11_950, endedAt: 12_004, pod: 'old', fate: 'reset' });
    rollout.request({ sentAt: 12_300, pod: 'old', fate: 'reset', connect: 'refused' });
    const [cut, after] = rollout.verdict().lost;
    expect(cut).toMatchObject({ pod: 'old', phase: 'terminating' });
    expect(cut?.sinceSignalMs).toBeCloseTo(2000, 0);
    expect(after).toMatchObject({ pod: 'old', phase: 'exited', sinceSignalMs: 2301 });
  });

  it('puts the gravest fault first and warnings last', () => {
    const rollout = new MadeUpRollout().exit(12_000).probed(11_000, 'old', { probe: 'readiness' });
    rollout.request({ sentAt: 500, pod: 'other', fate: 'server-error', status: 500 });
    rollout.request({ sentAt: 2000, pod: 'other', fate: 'server-error', status: 500 });
    rollout.requests(3, { sentAt: 12_100, pod: 'old', fate: 'reset', connect: 'refused' });
    expect(rollout.faults().at(0)).toBe('listener-closed-early');
    expect(rollout.faults().at(-1)).toBe('readiness-stays-up');
  });

  it('puts an error that lost nothing before a warning', () => {
    const rollout = new MadeUpRollout().killed({ hasHandler: true }).probed(11_000, 'old', { probe: 'readiness' });
    expect(rollout.faults()).toEqual(['hook-hangs', 'readiness-stays-up']);
  });

  it('lists what may have been executed twice: no safe and no idempotent method', () => {
    const twice = [{ pod: 'old' }, { pod: 'other' }];
    const rollout = new MadeUpRollout().exit(12_000);
    rollout.request({ sentAt: 1, method: 'POST', attempts: twice });
    rollout.request({ sentAt: 2, method: 'GET', attempts: twice });
    rollout.request({ sentAt: 3, method: 'POST', attempts: [{ pod: 'old', wasDelivered: false }, { pod: 'other' }] });
    expect(rollout.verdict().duplicates.map(({ sentAt }) => sentAt)).toEqual([1]);
  });

  it('tells what may have been done and was not answered apart from what was lost: a retry would do it twice', () => {
    const cut = { pod: 'old', fate: 'reset' as const, sentAt: 11_950, endedAt: 12_004 };
    const rollout = new MadeUpRollout().exit(12_000);
    rollout
      .request({ ...cut, method: 'POST' })
      .request({ ...cut, method: 'GET' })
      .request({ ...cut, method: 'PUT' });
    rollout.request({ ...cut, method: 'POST', connect: 'refused' });
    rollout.request({ ...cut, method: 'POST', fate: 'server-error', status: 500 });
    expect(rollout.verdict().lost).toHaveLength(5);
    expect(rollout.verdict().maybeDone.map(({ method }) => method)).toEqual(['POST']);
    expect(figures(rollout.verdict())).toContainEqual({
      name: 'Done, not answered',
      value: 'up to 1: a client that tries again repeats them',
      isBad: true,
    });
  });

  it('sums up each pod: how long it took, what it had, and how it ended', () => {
    const rollout = new MadeUpRollout().happen(10_001, { type: 'listener-closed', pod: 'old' }).killed();
    rollout.happen(10_002, { type: 'service-phase', pod: 'old', phase: 'draining' });
    rollout.request({ sentAt: 30_000, endedAt: 40_001, pod: 'old', fate: 'reset' });
    expect(rollout.verdict().pods.find(({ name }) => name === 'old')).toMatchObject({
      readyAfterMs: 2000,
      stop: { tookMs: 30_000, budgetMs: 30_000, preStopMs: 0 },
      exit: { code: 137, signal: 'SIGKILL', isForced: true },
      inFlightAtExit: 1,
      servicePhases: [{ phase: 'draining', from: 10_002, to: 40_000 }],
    });
  });

  it('counts no pod as ready whose process has gone', () => {
    const rollout = new MadeUpRollout();
    rollout.exit(12_000).exit(13_000, { pod: 'other' });
    expect(rollout.verdict().smallestReady).toBe(1);
  });

  it('says when the machine was too busy for its times to be trusted', () => {
    expect(new MadeUpRollout().exit(12_000).verdict(['no pid namespace']).notes).toEqual(['no pid namespace']);
    const busy = new MadeUpRollout().exit(12_000).happen(3000, { type: 'event-loop-lagged', ms: 800 });
    expect(busy.verdict().notes).toEqual([expect.stringContaining('800 ms')]);
  });

  it('is not clean where it was cut before everything had been seen, and says what was not', () => {
    const cut = (reason: 'deadline-passed' | 'interrupted') =>
      new MadeUpRollout().happen(11_500, { type: 'rehearsal-cut', reason }).verdict();
    expect(cut('interrupted')).toMatchObject({
      isClean: false,
      update: 'complete',
      cutBy: 'interrupted',
      faults: [],
      notes: [expect.stringMatching(/^Interrupted after .*: the end of 1 pod was not seen/)],
    });
    expect(cut('deadline-passed')).toMatchObject({
      isClean: false,
      cutBy: 'deadline-passed',
      notes: [expect.stringContaining('Cut by its own deadline of 120 s: the end of 1 pod was not seen')],
    });
  });

  it('says first that nothing of the load was answered, where that ended the rehearsal', () => {
    const rollout = new MadeUpRollout().without('update-started').without('update-ended').without('signal-sent');
    rollout.records.length = 0;
    rollout.requests(6, { sentAt: 3000, pod: 'other', fate: 'server-error', status: 500 });
    const verdict = rollout.happen(5000, { type: 'rehearsal-cut', reason: 'nothing-answered' }).verdict();
    expect(verdict).toMatchObject({ isClean: false, update: 'nothing-answered', cutBy: 'nothing-answered' });
    expect(verdict.faults.map(({ code }) => code)).toEqual(['never-answered']);
    expect(verdict.notes).toEqual([expect.stringContaining('the update was not played')]);
    expect(headline(verdict)).toBe('None of 6 requests was answered, before anything was stopped');
  });

  it('finds no fault in an update that was interrupted', () => {
    const rollout = new MadeUpRollout().exit(12_000).without('update-ended');
    const verdict = rollout.happen(12_500, { type: 'rehearsal-cut', reason: 'interrupted' }).verdict();
    expect(verdict).toMatchObject({ isClean: false, update: 'interrupted', faults: [] });
  });

  it('is not clean where the update never ended', () => {
    const rollout = new MadeUpRollout().exit(12_000).without('update-ended');
    expect(rollout.verdict()).toMatchObject({ isClean: false, update: 'deadline-passed' });
  });
});
