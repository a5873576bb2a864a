import { createGuard } from '../errors/foreign-call.js';
import { DetailSections } from './detail-sections.js';

describe('the parts of the detailed health page', () => {
  it('are read for each answer, in order, by their names', () => {
    const sections = new DetailSections(createGuard(() => undefined));
    let queue = 1;
    sections.add('configuration', () => ({ status: 'ready' }));
    const undo = sections.add('queue', () => queue);
    sections.add('nothing', () => undefined);
    expect(Object.entries(sections.read())).toEqual([
      ['configuration', { status: 'ready' }],
      ['queue', 1],
    ]);
    queue = 2;
    expect(sections.read()).toMatchObject({ queue: 2 });
    undo();
    expect(sections.read()).toEqual({ configuration: { status: 'ready' } });
  });

  it('do without one that throws, which is told', () => {
    const told: string[] = [];
    const sections = new DetailSections(createGuard((name) => void told.push(name)));
    sections.add('broken', () => {
      throw new Error('no');
    });
    sections.add('whole', () => 1);
    expect(sections.read()).toEqual({ broken: null, whole: 1 });
    expect(told).toEqual(['the details of broken']);
  });

  it('keep what was added last under a name, also when the first is undone', () => {
    const sections = new DetailSections(createGuard(() => undefined));
    const undo = sections.add('one', () => 'first');
    sections.add('one', () => 'second');
    undo();
    expect(sections.read()).toEqual({ one: 'second' });
  });
});
