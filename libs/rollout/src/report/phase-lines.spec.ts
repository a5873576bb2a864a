import { type PodSummary } from '../verdict/verdict.js';
import { phaseLines } from './phase-lines.js';

type Spans = PodSummary['servicePhases'];

function podOf(name: string, servicePhases: Spans, isStopped = true): PodSummary {
  return {
    name,
    revision: 1,
    phases: [
      { phase: 'ready', from: 0, to: 10_000 },
      { phase: 'terminating', from: 10_000, to: 16_000 },
    ],
    servicePhases,
    readyAfterMs: 0,
    stop: isStopped ? { tookMs: 6000, budgetMs: 30_000, preStopMs: 0 } : undefined,
    exit: undefined,
    marks: undefined,
    idleTimeoutMs: undefined,
    inFlightAtExit: 0,
  };
}

describe('phaseLines', () => {
  it('says of each phase of a stop the longest it took, of which budget, and in which pod', () => {
    const ready = { phase: 'ready', from: 100, to: 10_002 };
    const quick = podOf('v1-1', [ready, { phase: 'lame-duck', from: 10_002, to: 12_000 }]);
    const slow = podOf('v1-2', [
      ready,
      { phase: 'lame-duck', from: 10_002, to: 15_002 },
      { phase: 'draining', from: 15_002, to: 15_252 },
    ]);
    expect(phaseLines([quick, slow]).map((line) => line.trim().split(/ {2,}/))).toEqual([
      ['lame-duck', '5 s of 30 s', 'v1-2'],
      ['draining', '250 ms of 30 s', 'v1-2'],
    ]);
  });

  it('says nothing of services that say no phases, nor of pods that were not stopped', () => {
    expect(phaseLines([podOf('v1-1', [])])).toEqual([]);
    expect(phaseLines([podOf('v1-1', [{ phase: 'draining', from: 11_000, to: 12_000 }], false)])).toEqual([]);
  });
});
