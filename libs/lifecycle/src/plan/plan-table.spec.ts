import { planTable } from './plan-table.js';
import { printedPlan } from './printed-plan.js';
import { type PlannedStep } from './shutdown-plan.js';

const STEPS: readonly PlannedStep[] = [
  { when: 'lame-duck', what: 'intake', name: 'BullMQ orders', by: 'nestjs-lifecycle' },
  { when: 'draining', what: 'drain', name: 'wait for what is in flight', by: 'nestjs-lifecycle' },
  { when: 'closing', what: 'hook', name: 'ledger', priority: 50, by: 'Ledger.close' },
  { when: 'end', what: 'resource', name: 'ioredis client REDIS', priority: 70, type: 'cache', by: 'nestjs-lifecycle' },
  {
    when: 'end',
    what: 'resource',
    name: 'pg Pool POOL',
    priority: 80,
    type: 'database',
    by: 'Db.onModuleDestroy(), else nestjs-lifecycle',
  },
];

describe('the plan as a table', () => {
  it('has the steps in order, under the part of the shutdown that they belong to', () => {
    expect(planTable(STEPS)).toBe(`#  priority  what                                by

at the signal, while all is served:
1            stop BullMQ orders                  nestjs-lifecycle

in the drain:
2            wait for what is in flight          nestjs-lifecycle

when nothing is in flight any more:
3  50        hook ledger                         Ledger.close

when all hooks have run:
4  70        close ioredis client REDIS (cache)  nestjs-lifecycle
5  80        close pg Pool POOL (database)       Db.onModuleDestroy(), else nestjs-lifecycle
`);
  });
});

describe('printing it', () => {
  const print = (how: string | undefined) => printedPlan(how, () => STEPS);

  it('is done as asked, and not at all elsewhere', () => {
    expect(print('1')).toBe(planTable(STEPS));
    expect([undefined, '', '0', 'yes'].map(print)).toEqual([undefined, undefined, undefined, undefined]);
  });

  it('as JSON has the steps and the table, on one line', () => {
    const text = print('json') ?? '';
    expect(text.trimEnd()).not.toContain('\n');
    expect(JSON.parse(text)).toEqual({
      format: 'nestjs-lifecycle/plan',
      version: 1,
      steps: STEPS,
      table: planTable(STEPS),
    });
  });
});
