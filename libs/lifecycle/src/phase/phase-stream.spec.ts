import { PhaseMachine } from './phase-machine.js';
import { phaseStream } from './phase-stream.js';
import { type Phase } from './phase.js';

function machineIn(phase: Phase): PhaseMachine {
  const machine = new PhaseMachine();
  machine.moveTo(phase);
  return machine;
}

describe('phaseStream', () => {
  it('shows the current phase, then every later one, and completes after stopped', () => {
    const machine = machineIn('ready');
    const seen: string[] = [];
    phaseStream(machine).subscribe({ next: (phase) => seen.push(phase), complete: () => seen.push('completed') });
    machine.moveTo('draining');
    expect(seen).toEqual(['ready', 'draining']);
    machine.moveTo('stopped');
    expect(seen).toEqual(['ready', 'draining', 'stopped']);
    machine.end();
    expect(seen).toEqual(['ready', 'draining', 'stopped', 'completed']);
  });

  it('says where it stands to those who look when all is over, too', () => {
    const machine = machineIn('closing');
    const phase$ = phaseStream(machine);
    machine.moveTo('stopped');
    machine.end();
    const seen: string[] = [];
    phase$.subscribe({ next: (phase) => seen.push(phase), complete: () => seen.push('completed') });
    expect(seen).toEqual(['stopped', 'completed']);
    expect(machine.current).toBe('stopped');
  });

  it('already is in the phase it announces', () => {
    const machine = new PhaseMachine();
    const current: Phase[] = [];
    phaseStream(machine).subscribe(() => current.push(machine.current));
    machine.moveTo('ready');
    expect(current).toEqual(['starting', 'ready']);
  });
});
