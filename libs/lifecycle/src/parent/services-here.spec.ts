import { serviceCreated } from './services-here.js';

describe('the services of a process', () => {
  let told: string[];
  const tell = (name: string) => (): void => void told.push(name);
  beforeEach(() => {
    told = [];
  });

  it('are ready once all are that have been created', () => {
    const [first, second] = [serviceCreated(), serviceCreated()];
    first.ready(tell('first'));
    expect(told).toEqual([]);
    second.ready(tell('second'));
    expect(told).toEqual(['first', 'second']);
    const late = serviceCreated();
    late.ready(tell('late'));
    expect(told).toEqual(['first', 'second', 'late']);
  });

  it('do not wait for one that has failed or stopped', () => {
    const [first, failed] = [serviceCreated(), serviceCreated()];
    first.ready(tell('first'));
    failed.gone();
    expect(told).toEqual(['first']);
    first.gone();
    expect(told).toEqual(['first']);
  });
});
