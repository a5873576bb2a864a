import { LifecycleError } from '../errors/lifecycle-error.js';
import { type Hook } from './hook.js';
import { HookRegistry } from './hook-registry.js';
import { InvalidHookError } from './hook-options.js';

const nothing = (): void => undefined;
const names = (hooks: readonly Hook[]): string[] => hooks.map(({ name }) => name);

describe('HookRegistry', () => {
  let warnings: string[];
  let hooks: HookRegistry;

  beforeEach(() => {
    warnings = [];
    hooks = new HookRegistry((message) => warnings.push(message));
  });

  it('hands the hooks of a phase out by priority, the last registered of one priority first', () => {
    hooks.register('database', nothing, { priority: 80 });
    hooks.register('first producer', nothing, { priority: 60 });
    hooks.register('logs', nothing, { priority: 95 });
    hooks.register('second producer', nothing, { priority: 60 });
    hooks.register('plain', nothing);
    hooks.register('registry', nothing, { phase: 'lame-duck', priority: 99 });
    expect(hooks.take('closing').map(names)).toEqual([
      ['plain'],
      ['second producer', 'first producer'],
      ['database'],
      ['logs'],
    ]);
    expect(hooks.take('lame-duck').map(names)).toEqual([['registry']]);
    expect(hooks.take('draining')).toEqual([]);
  });

  it('warns of a timeout that is longer than what the hooks of its phase have', () => {
    hooks = new HookRegistry(
      (message) => warnings.push(message),
      (phase) => (phase === 'closing' ? 5000 : 20_000),
    );
    hooks.register('fits', nothing, { timeout: '5s' });
    hooks.register('leaves', nothing, { phase: 'lame-duck', timeout: '20s' });
    expect(warnings).toEqual([]);
    hooks.register('database', nothing, { timeout: '20s' });
    expect(warnings).toEqual([
      'Hook database asks for a timeout of 20s, but hooks of the phase closing have 5s, which is all it gets. ' +
        "Type hookBudget: '20s' in the options, or a shorter timeout.",
    ]);
  });

  it('tells the whole order without running or taking anything', () => {
    hooks.register('database', nothing, { priority: 80 });
    hooks.register('first', nothing);
    hooks.register('second', nothing);
    hooks.register('drain', nothing, { phase: 'draining', priority: 100 });
    hooks.register('intake', nothing, { phase: 'lame-duck', priority: 100 });
    const plan = ['intake', 'drain', 'second', 'first', 'database'];
    expect(names(hooks.plan())).toEqual(plan);
    expect(names(hooks.plan())).toEqual(plan);
    expect(hooks.size).toBe(5);
    expect(hooks.take('closing').map(names)).toEqual([['second', 'first'], ['database']]);
  });

  it('undoes a registration, once and only that one', () => {
    const undo = hooks.register('first', nothing);
    hooks.register('second', nothing);
    undo();
    undo();
    expect(names(hooks.plan())).toEqual(['second']);
    expect(hooks.size).toBe(1);
  });

  it('undoes a registration at the end of its block', () => {
    {
      using registration = hooks.register('temporary', nothing);
      expect(registration).toBeInstanceOf(Function);
      expect(names(hooks.plan())).toEqual(['temporary']);
    }
    expect(hooks.plan()).toEqual([]);
  });

  it('knows whether a hook is still registered', () => {
    const undo = hooks.register('first', nothing);
    const [hook] = hooks.plan();
    if (hook === undefined) throw new Error('nothing was registered');
    expect(hooks.has(hook)).toBe(true);
    undo();
    expect(hooks.has(hook)).toBe(false);
  });

  it('warns of two hooks of one name, and keeps both', () => {
    hooks.register('pool', nothing);
    expect(warnings).toEqual([]);
    hooks.register('pool', nothing, { priority: 80 });
    expect(warnings).toEqual([
      "Two shutdown hooks are called pool (register('pool', …) and register('pool', …)); both run. " +
        'Give one of them another name.',
    ]);
    expect(names(hooks.plan())).toEqual(['pool', 'pool']);
  });

  it('does not warn of a name that is free again', () => {
    hooks.register('pool', nothing)();
    hooks.register('pool', nothing);
    expect(warnings).toEqual([]);
  });

  it('refuses options that cannot be used, and registers nothing', () => {
    expect(() => hooks.register('pool', nothing, { priority: 1.5, timeout: 0 })).toThrow(InvalidHookError);
    expect(() => hooks.register('pool', nothing, { priority: 1.5 })).toThrow(
      "register('pool', …): received priority 1.5",
    );
    expect(hooks.size).toBe(0);
  });

  it('refuses what it cannot close, and registers nothing', () => {
    expect(() => hooks.register('pool', { open: nothing })).toThrow(LifecycleError);
    expect(hooks.size).toBe(0);
  });

  it('closes an instance by the method found or named', () => {
    const calls: string[] = [];
    const pool = { end: () => calls.push('end'), leave: () => calls.push('leave') };
    hooks.register('by itself', pool, { priority: 1 });
    hooks.register('by name', pool, { priority: 2, closeWith: 'leave' });
    const context = { signal: new AbortController().signal, remainingMs: 1, reason: '', phase: 'closing' } as const;
    for (const hook of hooks.plan()) hook.run(context);
    expect(calls).toEqual(['end', 'leave']);
  });

  it('tells of every hook that comes, and whether its phase is past', () => {
    const added: [string, boolean][] = [];
    hooks.register('before', nothing);
    hooks.onAdded((hook, isPast) => added.push([hook.name, isPast]));
    hooks.register('early', nothing);
    hooks.take('lame-duck');
    hooks.register('late', nothing, { phase: 'lame-duck' });
    hooks.register('in time', nothing, { phase: 'closing' });
    hooks.take('closing');
    hooks.register('too late', nothing);
    expect(added).toEqual([
      ['early', false],
      ['late', true],
      ['in time', false],
      ['too late', true],
    ]);
  });
});

it('tells of a timeout that was written in seconds', () => {
  const told: string[] = [];
  const registry = new HookRegistry((message) => void told.push(message));
  registry.register('pool', () => undefined, { timeout: 5 });
  registry.register('cache', () => undefined, { timeout: '5s' });
  expect(told).toEqual([expect.stringMatching(/^The timeout of hook pool was taken for 5ms.* Type timeout: '5s'\.$/)]);
});
