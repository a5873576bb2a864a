import { LifecycleError } from '../errors/lifecycle-error.js';
import { type Phase, PHASES } from './phase.js';
import { PhaseMachine } from './phase-machine.js';

function machineIn(phase: Phase): PhaseMachine {
  const machine = new PhaseMachine();
  if (phase !== 'starting') machine.moveTo(phase);
  return machine;
}

const pairs = PHASES.flatMap((from) => PHASES.map((to) => [from, to] as const));
const isForward = ([from, to]: readonly [Phase, Phase]): boolean => PHASES.indexOf(from) < PHASES.indexOf(to);

describe('PhaseMachine', () => {
  it('knows the phases in their order', () => {
    expect(PHASES).toEqual(['starting', 'ready', 'lame-duck', 'draining', 'closing', 'stopped']);
  });

  it('starts out starting', () => {
    expect(new PhaseMachine().current).toBe('starting');
  });

  it.each(pairs.filter(isForward))('moves from %s on to %s', (from, to) => {
    const machine = machineIn(from);
    machine.moveTo(to);
    expect(machine.current).toBe(to);
  });

  it.each(pairs.filter((pair) => !isForward(pair)))('does not move from %s to %s', (from, to) => {
    const machine = machineIn(from);
    expect(() => machine.moveTo(to)).toThrow(LifecycleError);
    expect(() => machine.moveTo(to)).toThrow(`${from} cannot become ${to}`);
    expect(machine.current).toBe(from);
  });

  it('shows the current phase, then every later one, and completes after stopped', () => {
    const machine = machineIn('ready');
    const seen: string[] = [];
    machine.phase$.subscribe({ next: (phase) => seen.push(phase), complete: () => seen.push('completed') });
    machine.moveTo('draining');
    expect(seen).toEqual(['ready', 'draining']);
    machine.moveTo('stopped');
    expect(seen).toEqual(['ready', 'draining', 'stopped']);
    machine.end();
    expect(seen).toEqual(['ready', 'draining', 'stopped', 'completed']);
  });

  it('says where it stands to those who look when all is over, too', () => {
    const machine = machineIn('stopped');
    machine.end();
    const seen: string[] = [];
    machine.phase$.subscribe({ next: (phase) => seen.push(phase), complete: () => seen.push('completed') });
    expect(seen).toEqual(['stopped', 'completed']);
    expect(machine.current).toBe('stopped');
  });

  it('already is in the phase it announces', () => {
    const machine = new PhaseMachine();
    const current: Phase[] = [];
    machine.phase$.subscribe(() => current.push(machine.current));
    machine.moveTo('ready');
    expect(current).toEqual(['starting', 'ready']);
  });
});
