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

  it('tells a follower of the current phase, of every later one, and of the end', () => {
    const machine = machineIn('ready');
    const seen: string[] = [];
    const follower = { entered: (phase: Phase) => void seen.push(phase), ended: () => void seen.push('ended') };
    machine.follow(follower);
    const undo = machine.follow({ entered: (phase) => void seen.push(`other ${phase}`) });
    machine.moveTo('draining');
    undo();
    machine.moveTo('stopped');
    machine.end();
    machine.end();
    expect(seen).toEqual(['ready', 'other ready', 'draining', 'other draining', 'stopped', 'ended']);
  });
});
